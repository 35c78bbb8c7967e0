# ruff: noqa: E501 - the tables have a line for each case
"""The walkthrough of the documentation's page about autoscaling, with the machine's own kubectl."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "autoscaling"
PHP_APACHE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: php-apache}
spec:
  selector: {matchLabels: {run: php-apache}}
  template:
    metadata: {labels: {run: php-apache}}
    spec:
      containers:
      - name: php-apache
        image: registry.k8s.io/hpa-example
        ports: [{containerPort: 80}]
        resources: {limits: {cpu: 500m}, requests: {cpu: 200m}}
---
apiVersion: v1
kind: Service
metadata: {name: php-apache, labels: {run: php-apache}}
spec: {ports: [{port: 80}], selector: {run: php-apache}}
"""
CLIENT = "while sleep 0.01; do wget -q -O- http://php-apache; done"
STEPS = [
    Step("apply -f -", r"^deployment\.apps/php-apache created\nservice/php-apache created$", 0, PHP_APACHE),
    Step(
        "autoscale deployment php-apache --cpu-percent=50 --min=1 --max=10",
        r"^horizontalpodautoscaler\.autoscaling/php-apache autoscaled$",
    ),
    Step("get hpa", r"^php-apache +Deployment/php-apache +cpu: \d%/50% +1 +10 +1 ", within=60),
    Step(f"run load-generator --image=busybox:1.28 --restart=Never -- /bin/sh -c '{CLIENT}'", r"^pod/load-generator created$"),
    Step("get hpa php-apache", r"cpu: 2\d\d%/50% +1 +10 +[1-9]", within=60),
    Step("top pods -l run=php-apache", r"^php-apache-\S+ +[45]\d\dm +", within=30),
    Step("get deployment php-apache", r"^php-apache +([4-9]|10)/([4-9]|10) ", within=90),
    Step("describe hpa php-apache", r"AbleToScale +True +\w+ "),
    Step("describe hpa php-apache", r"ScalingActive +True +ValidMetricFound +the HPA was able to successfully calculate"),
    Step("describe hpa php-apache", r"SuccessfulRescale .* New size: 4; reason: cpu resource utilization \(percentage of request\) above target"),
    Step("get traffics", r"^load-generator +service/php-apache"),
    Step("delete pod load-generator --grace-period=1", r'^pod "load-generator" deleted'),
    Step("get traffics", r"No resources found", within=30),
    Step("autoscale deployment gone --max=3", r'deployments\.apps "gone" not found', 1),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def test_the_walkthrough(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)
