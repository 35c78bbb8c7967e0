# ruff: noqa: E501 - the tables have a line for each case
"""kubectl and the scheduler: pods of priority classes push others off, a budget is kept, a ConfigMap configures it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "crowded"
CLASSES = """\
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: batch}
value: 100
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: urgent}
value: 1000
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: polite}
value: 2000
preemptionPolicy: Never
"""


def pod(name: str, level: str, node: str, cpu: str, **labels: str) -> str:
    """Asks for so much of the cpu of one node; ends at once."""
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {labels.get("app", name)}}}}}
spec:
  priorityClassName: {level}
  terminationGracePeriodSeconds: 1
  nodeSelector: {{size: {node}}}
  containers: [{{name: main, image: nginx, resources: {{requests: {{example.com/slot: "{cpu}"}}, limits: {{example.com/slot: "{cpu}"}}}}}}]
"""


SLOTS = 'patch node {node} --subresource=status -p {{"status":{{"capacity":{{"example.com/slot":"4"}},"allocatable":{{"example.com/slot":"4"}}}}}}'
PREEMPTION = [
    Step("label node worker-1 worker-2 size=crowded", r"^node/worker-2 labeled$"),
    Step(SLOTS.format(node="worker-1"), r"patched$"),
    Step(SLOTS.format(node="worker-2"), r"patched$"),
    Step("apply -f -", r"^priorityclass\.scheduling\.k8s\.io/polite created$", 0, CLASSES),
    Step("apply -f -", r"^pod/guarded created$", 0, pod("guarded", "batch", "crowded", "4")),
    Step("apply -f -", r"^pod/free created$", 0, pod("free", "batch", "crowded", "4")),
    Step("create pdb guarded --selector=app=guarded --min-available=1", r"created$"),
    Step("wait --for=condition=Ready pod/guarded pod/free --timeout=60s", r"condition met"),
    # nobody is pushed off for a pod of a class that does not preempt
    Step("apply -f -", r"^pod/polite created$", 0, pod("polite", "polite", "crowded", "4")),
    Step("describe pod polite", r"Insufficient example\.com/slot.* preemption: not eligible due to preemptionPolicy=Never\.$"),
    Step("delete pod polite --now", r"deleted"),
    # nor for an equal one
    Step("apply -f -", r"^pod/equal created$", 0, pod("equal", "batch", "crowded", "4")),
    Step("describe pod equal", r"preemption: 0/\d nodes are available: .*2 No preemption victims found for incoming pod"),
    Step("delete pod equal --now", r"deleted"),
    # the budget is kept as long as another pod can go
    Step("apply -f -", r"^pod/urgent created$", 0, pod("urgent", "urgent", "crowded", "4")),
    Step("wait --for=condition=Ready pod/urgent --timeout=60s", r"condition met"),
    Step("get pods --no-headers", r"^guarded +1/1 +Running .*\nurgent +1/1 +Running [^\n]*$"),
    Step("get events --field-selector reason=Preempted -o jsonpath={.items[*].message}", r"^Preempted by pod [-0-9a-f]{36} on node worker-[12]$"),
    Step("get events --field-selector reason=Preempted -o jsonpath={.items[*].involvedObject.name}", r"^free$"),
    # and is not kept where there is no other way
    Step("apply -f -", r"^pod/more created$", 0, pod("more", "urgent", "crowded", "4")),
    Step("wait --for=condition=Ready pod/more --timeout=60s", r"condition met"),
    Step("get pod guarded", r"NotFound", 1, within=10),
    Step("get pod more -o jsonpath={.status.nominatedNodeName}", r"^$"),
    Step("delete pods --all --now", r'pod "more" deleted'),
    Step("label node worker-1 worker-2 size-", r"unlabeled"),
    Step("delete priorityclass batch urgent polite", r'"polite" deleted'),
]  # fmt: skip

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
TWO = HEAD + "profiles:\n- schedulerName: default-scheduler\n- schedulerName: second\n"
BAD = HEAD + "percentageOfNodesToScore: 101\n"


def configmap(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-scheduler-config, namespace: kube-system}\n"
        f"data:\n  config.yaml: |\n{lines}"
    )


SECOND = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  schedulerName: second\n  containers: [{name: main, image: nginx}]\n"
WARNING = (
    r"^Warning: data\[config\.yaml\]: percentageOfNodesToScore: Invalid value: 101: not in valid range \[0-100\]; "
    r"the running configuration stays$"
)
EVENTS = "get events -n kube-system --field-selector involvedObject.name=kube-scheduler-config -o custom-columns=:.reason,:.message --no-headers"
CONFIGURATION = [
    Step("apply -n crowded -f -", r"^pod/early created$", 0, SECOND % "early"),
    Step("get pod early -n crowded -o jsonpath={.status.phase}/{.spec.nodeName}", r"^Pending/$"),
    Step("get events -n crowded", r"^No resources found in crowded namespace"),
    Step("apply -f -", r"^configmap/kube-scheduler-config created$", 0, configmap(TWO)),
    Step("wait -n crowded --for=condition=Ready pod/early --timeout=60s", r"condition met"),
    Step("get events -n crowded --field-selector reason=Scheduled -o jsonpath={.items[0].source.component}", r"^second$"),
    Step(EVENTS, r"^ConfigurationLoaded +Profiles: default-scheduler, second$"),
    Step("apply -f -", WARNING, 0, configmap(BAD)),
    Step(EVENTS, r"^InvalidConfiguration +percentageOfNodesToScore: Invalid value: 101: not in valid range \[0-100\]; the running configuration stays$"),
    Step("apply -n crowded -f -", r"^pod/late created$", 0, SECOND % "late"),
    Step("wait -n crowded --for=condition=Ready pod/late --timeout=60s", r"condition met"),
    Step("apply --server-side --force-conflicts -f -", WARNING, 0, configmap(BAD + "# again\n")),
    Step("apply -f - --dry-run=server", r"^configmap/kube-scheduler-config configured \(server dry run\)$", 0, configmap(HEAD)),
    Step("delete cm kube-scheduler-config -n kube-system", r"deleted"),
    Step("apply -n crowded -f -", r"^pod/never created$", 0, SECOND % "never"),
    Step("get pod never -n crowded -o jsonpath={.status.phase}/{.spec.nodeName}", r"^Pending/$"),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "configmap", "kube-scheduler-config", "-n", "kube-system", "--ignore-not-found")
    kubectl("delete", "namespace", NAMESPACE, timeout=120)


def test_preemption(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, PREEMPTION, namespace)


def test_the_schedulers_configuration(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, CONFIGURATION)
