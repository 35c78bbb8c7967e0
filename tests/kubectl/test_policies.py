# ruff: noqa: E501 - the tables have a line for each case
"""kubectl and what bounds a namespace: quotas, limit ranges, Pod Security, priority classes, disruption budgets, drain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "bounded"
LIMITS = """\
apiVersion: v1
kind: LimitRange
metadata: {name: sizes}
spec:
  limits:
  - {type: Container, max: {cpu: 800m}, default: {cpu: 200m}, defaultRequest: {cpu: 100m}}
"""
GUARDED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: guarded}
spec:
  replicas: 2
  selector: {matchLabels: {app: guarded}}
  template:
    metadata: {labels: {app: guarded}}
    spec:
      nodeSelector: {kubernetes.io/hostname: worker-1}
      containers: [{name: web, image: nginx}]
"""
BIG = '{"spec":{"containers":[{"name":"big","image":"nginx","resources":{"limits":{"cpu":"1500m"}}}]}}'
DRAIN = "drain worker-1 --ignore-daemonsets --pod-selector app=guarded"

STEPS = [
    # priority classes
    Step("get priorityclasses", r"^NAME +VALUE +GLOBAL-DEFAULT +AGE +PREEMPTIONPOLICY\nsystem-cluster-critical +2000000000 +false +\w+ +PreemptLowerPriority$"),
    Step("create priorityclass high --value=1000 --description=urgent", r"^priorityclass\.scheduling\.k8s\.io/high created$"),
    Step("create priorityclass system-mine --value=1", r"priority class names with 'system-' prefix are reserved for system use only", 1),
    Step("create priorityclass top --value=1000000001", r"maximum allowed value of a user defined priority is 1000000000", 1),
    Step("describe priorityclass high", r"^Value: +1000$"),
    # limit ranges
    Step("apply -f -", r"^limitrange/sizes created$", 0, LIMITS),
    Step("get limits", r"^NAME +CREATED AT\nsizes +\d{4}-\d\d-\d\dT"),
    Step("describe limits sizes", r"^Container +cpu +- +800m +100m +200m +-$"),
    Step(f"run big --image=nginx --overrides {BIG}", r'pods "big" is forbidden: maximum cpu usage per Container is 800m, but limit is 1500m', 1),
    # quotas
    Step("create quota small --hard=pods=1,requests.cpu=1,count/configmaps=5", r"^resourcequota/small created$"),
    Step("get quota", r"^NAME +REQUEST +LIMIT +AGE\nsmall +count/configmaps: 1/5, pods: 0/1, requests\.cpu: 0/1 +\w+$", within=20),
    Step("run one --image=nginx", r"^pod/one created$"),
    Step("get pod one -o jsonpath={.metadata.annotations.kubernetes\\.io/limit-ranger}", r"^LimitRanger plugin set: cpu request for container one; cpu limit for container one$"),
    Step("run two --image=nginx", r'pods "two" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1', 1),
    Step("describe quota small", r"^pods +1 +1$"),
    Step("describe ns " + NAMESPACE, r"^ +requests\.cpu +100m +1$"),
    Step("create quota bad --hard=cpus=1", r"must be a standard resource type or fully qualified", 1),
    Step("delete pod one --now", r'pod "one" deleted'),
    Step("get quota small -o jsonpath={.status.used.pods}", r"^0$", within=20),
    Step("delete quota,limits --all", r'resourcequota "small" deleted'),
    # Pod Security
    Step(f"label ns {NAMESPACE} pod-security.kubernetes.io/enforce=strict", r'Invalid value: "strict": must be one of privileged, baseline, restricted', 1),
    Step(f"label ns {NAMESPACE} pod-security.kubernetes.io/warn=restricted", r"labeled$"),
    Step("create deployment warned --image=nginx --replicas=0", r'^Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "nginx" must set'),
    Step(f"label ns {NAMESPACE} pod-security.kubernetes.io/warn- pod-security.kubernetes.io/enforce=restricted", r"labeled$"),
    Step("run loose --image=nginx", r'pods "loose" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false', 1),
    Step(f"label ns {NAMESPACE} pod-security.kubernetes.io/enforce-", r"(un)?labeled$"),
    # disruption budgets
    Step("apply -f -", r"^deployment\.apps/guarded created$", 0, GUARDED),
    Step("rollout status deploy/guarded --timeout=60s", r"successfully rolled out"),
    Step("create pdb guarded --selector=app=guarded --min-available=2", r"^poddisruptionbudget\.policy/guarded created$"),
    Step("get pdb", r"^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nguarded +2 +N/A +0 +\w+$", within=20),
    Step("describe pdb guarded", r"^ +Current: +2$", within=20),
    Step(f"{DRAIN} --timeout=4s", r"Cannot evict pod as it would violate the pod's disruption budget\.", 1),
    Step("get pods -l app=guarded --no-headers", r"^guarded-\w+-\w+ +1/1 +Running"),
    Step('patch pdb guarded -p {"spec":{"minAvailable":1}}', r"patched$"),
    Step("get pdb guarded --no-headers", r"^guarded +1 +N/A +1 ", within=20),
    Step("patch deploy guarded --type=json -p [{\"op\":\"remove\",\"path\":\"/spec/template/spec/nodeSelector\"}]", r"patched"),
    Step("rollout status deploy/guarded --timeout=60s", r"successfully rolled out"),
    Step(f"{DRAIN} --timeout=60s", r"^node/worker-1 drained$"),
    Step("uncordon worker-1", r"^node/worker-1 uncordoned$"),
    Step("delete pdb guarded", r'"guarded" deleted'),
    Step("delete priorityclass high", r'"high" deleted'),
    Step("delete priorityclass system-node-critical", r"this is a system priority class and cannot be deleted", 1),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("uncordon", "worker-1", check=False)
    kubectl("delete", "namespace", NAMESPACE, timeout=120)


def test_what_bounds_a_namespace(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)
