# ruff: noqa: E501 - the tables have a line for each case
"""The machine's own kubectl with NodeGroups and VerticalPodAutoscalers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

GROUP = """\
apiVersion: sim.k8sviz.io/v1
kind: NodeGroup
metadata: {name: small}
spec:
  maxSize: 3
  bootSeconds: 1
  pricePerHour: 250m
  template: {cpu: "2", memory: 4Gi, zone: zone-a}
"""
AUTOSCALER = """\
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: web}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: absent}
  updatePolicy: {updateMode: "Off"}
"""
STEPS = (
    Step("apply -f -", r"^nodegroup\.sim\.k8sviz\.io/small created$", 0, GROUP),
    Step("get nodegroups", r"^NAME +MIN +MAX +SIZE +READY +PRICE +AGE\nsmall +0 +3 +0 +0 +250m "),
    Step("scale nodegroup small --replicas=1", r"^nodegroup\.sim\.k8sviz\.io/small scaled$"),
    Step("get nodegroup small", r"^small +0 +3 +1 +1 +250m ", within=30),
    Step("get nodes", r"^small-\w{5} +Ready +<none> "),
    Step("scale nodegroup small --replicas=5000", r"spec\.size: Invalid value: 5000: must be between 0 and 1000, inclusive", 1),
    Step("explain nodegroup.spec.template.taints", r"^ +effect\t<string> -required-$"),
    Step("describe nodegroup small", r"Max Size: +3"),
    Step("delete nodegroup small", r"deleted"),
    Step("get nodes", r"\A(?!.*small-)", within=30),
    Step("apply -f -", r"^verticalpodautoscaler\.autoscaling\.k8s\.io/web created$", 0, AUTOSCALER),
    Step("get vpa", r"^NAME +MODE +CPU +MEM +PROVIDED +AGE\nweb +Off +False "),
    Step("describe vpa web", r"Message: +Cannot read targetRef\. Reason: Deployment \S+/absent does not exist"),
    Step("delete vpa web", r"deleted"),
)  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", "node-groups")
    yield "node-groups"
    kubectl("delete", "namespace", "node-groups", "--wait=false")


def test_node_groups_and_vertical_pod_autoscalers(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)
