"""The documentation's examples of where pods go, and of what they get there, do what their pages say.

Follows https://kubernetes.io/docs/tasks/configure-pod-container/ (assign-pods-nodes, assign-cpu-resource,
assign-memory-resource, extended-resource, quality-service-pod, configure-persistent-volume-storage) and
https://kubernetes.io/docs/concepts/scheduling-eviction/ (assign-pod-node, taint-and-toleration,
topology-spread-constraints, pod-scheduling-readiness).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from simulator import manifests
from simulator.engine import pods
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.objects import condition
from simulator.engine.registry import Body
from simulator.engine.topology import parse
from simulator.simulation import Run, simulate
from tests.engine.kubelet.test_documentation import PAGES

ZONE = "topology.kubernetes.io/zone"


def machine(name: str, **fields: Any) -> Body:
    """A node of its name, labelled as its page has it."""
    labels = {"node": name, **fields.pop("labels", {})}
    return {"name": name, "cpu": "2", "memory": "4Gi", "labels": labels, **fields}


def zones(**named: str) -> list[Body]:
    return [machine(name, labels={"zone": zone}) for name, zone in named.items()]


class Case(NamedTuple):
    """What is seen of a page's pod after so many seconds. node: the one it runs on, or those of which it is one.

    others: name -> (node, labels) of the pods that are there before.
    """

    page: str
    nodes: list[Body]
    status: str
    node: str = ""
    message: str = ""
    others: Mapping[str, tuple[str, Mapping[str, str]]] = {}
    seconds: int = 30


SSD = [machine("plain"), machine("quick", labels={"disktype": "ssd"})]
PLAIN = [machine("plain")]
FOUR = zones(node1="zoneA", node2="zoneA", node3="zoneB", node4="zoneB")
FOO = {"foo": "bar"}
THREE_PODS: Mapping[str, Any] = {"p1": ("node1", FOO), "p2": ("node2", FOO), "p3": ("node3", FOO)}
HELD = "no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
MASTER = "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"
CASES = {
    "a node selector": Case("pod-nginx", SSD, "Running", "quick"),
    "a node selector that no node meets": Case(
        "pod-nginx",
        PLAIN,
        "Pending",
        message=f"0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, {MASTER}. {HELD}",
    ),
    "required node affinity": Case("pod-nginx-required-affinity", SSD, "Running", "quick"),
    "required node affinity that no node meets": Case(
        "pod-nginx-required-affinity",
        PLAIN,
        "Pending",
        message=f"0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, {MASTER}. {HELD}",
    ),
    "a node by its name": Case(
        "pod-nginx-specific-node", [machine("bar-node"), machine("foo-node")], "Running", "foo-node"
    ),
    "a node by its name, whatever its taints": Case(
        "pod-nginx-specific-node",
        [machine("foo-node", taints=["a=b:NoSchedule"])],
        "Running",
        "foo-node",
    ),
    "a preferred label among allowed zones": Case(
        "pod-with-node-affinity",
        [
            machine("here", zone="antarctica-east1"),
            machine("liked", zone="antarctica-west1", labels={"another-node-label-key": "another-node-label-value"}),
            machine("away", zone="europe-1", labels={"another-node-label-key": "another-node-label-value"}),
        ],
        "Running",
        "liked",
    ),
    "near one pod and far from another": Case(
        "pod-with-pod-affinity",
        [machine(name, zone=zone) for name, zone in (("a", "V"), ("b", "V"), ("c", "R"), ("d", "W"))],
        "Running",
        "c",
        others={
            "one": ("a", {"security": "S1"}),
            "two": ("b", {"security": "S2"}),
            "three": ("c", {"security": "S1"}),
        },
    ),
    "near a pod that is not there": Case(
        "pod-with-pod-affinity",
        [machine("a", zone="V")],
        "Pending",
        message=f"0/2 nodes are available: 1 node(s) didn't match pod affinity rules, {MASTER}. {HELD}",
    ),
    "a toleration": Case(
        "pod-with-toleration",
        [machine("tainted", taints=["example-key=value:NoSchedule"])],
        "Running",
        "tainted",
    ),
    "scheduling gates": Case(
        "pod-with-scheduling-gates",
        PLAIN,
        "SchedulingGated",
        message="Scheduling is blocked due to non-empty scheduling gates",
    ),
    "one constraint": Case("one-constraint", FOUR, "Running", "node3 or node4", others=THREE_PODS),
    "two constraints": Case("two-constraints", FOUR, "Running", "node4", others=THREE_PODS),
    "two constraints that cannot both be met": Case(
        "two-constraints",
        zones(node1="zoneA", node2="zoneA", node3="zoneB"),
        "Pending",
        message=(
            "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
            "3 node(s) didn't match pod topology spread constraints. no new claims to deallocate, preemption: "
            "0/4 nodes are available: 1 Preemption is not helpful for scheduling, "
            "3 No preemption victims found for incoming pod."
        ),
        others={
            "p1": ("node1", FOO),
            "p2": ("node1", FOO),
            "p3": ("node2", FOO),
            "p4": ("node3", FOO),
            "p5": ("node3", FOO),
        },
    ),
    "a zone that is left out": Case(
        "one-constraint-with-nodeaffinity",
        [*FOUR, *zones(node5="zoneC")],
        "Running",
        "node3 or node4",
        others=THREE_PODS,
    ),
    "more CPU than any node has": Case(
        "cpu-request-limit-2",
        PLAIN,
        "Pending",
        message=f"0/2 nodes are available: 1 Insufficient cpu, {MASTER}. {HELD}",
        seconds=600,
    ),
    "more memory than its limit": Case("memory-request-limit-2", PLAIN, "OOMKilled", "plain", seconds=3),
    "more memory than its limit, again": Case("memory-request-limit-2", PLAIN, "CrashLoopBackOff", "plain", seconds=60),
    "an extended resource": Case(
        "extended-resource-pod", [machine("plain", resources={"example.com/dongle": 4})], "Running", "plain"
    ),
    "an extended resource that no node has": Case(
        "extended-resource-pod",
        PLAIN,
        "Pending",
        message=f"0/2 nodes are available: 1 Insufficient example.com/dongle, {MASTER}. {HELD}",
    ),
    "requests that are limits": Case("qos-pod", PLAIN, "Running", "plain"),
    "a claim that nobody binds": Case(
        "pv-pod",
        PLAIN,
        "Pending",
        message="0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. " + HELD,
    ),
}  # fmt: skip
QUALITIES = {"qos-pod": "Guaranteed", "qos-pod-2": "Burstable", "qos-pod-3": "BestEffort"}


def there(name: str, node: str, labels: Mapping[str, str]) -> Body:
    container = {"name": "pause", "image": "registry.k8s.io/pause:3.10"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": dict(labels)},
        "spec": {"nodeName": node, "containers": [container]},
    }


def ran(case: Case) -> tuple[Run, Body]:
    """The run, and the page's own pod."""
    given = "\n---\n".join(json.dumps(there(name, *where)) for name, where in case.others.items())
    page = manifests.read([str(PAGES / f"{one}.yaml") for one in ("namespaces", case.page)]).manifests
    others = manifests.read_text(given.encode(), source="others").manifests if given else []
    run = simulate([*others, *page], nodes=parse({"nodes": case.nodes}), until=case.seconds * SECOND)
    assert run.troubles == []
    (own,) = (one.body["metadata"] for one in page if one.kind.resource == "pods")
    pod = run.world.get("pods", own["namespace"], own["name"])
    assert pod is not None
    return run, pod


def why_not(pod: Body) -> str:
    return str((condition(pod, "PodScheduled") or {}).get("message", ""))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_where_the_pod_of_a_page_goes(case: Case) -> None:
    _run, pod = ran(case)
    assert (pods.status_text(pod), why_not(pod)) == (case.status, case.message)
    assert pods.node_of(pod) in case.node.split(" or ")


@pytest.mark.parametrize(("page", "quality"), QUALITIES.items(), ids=QUALITIES)
def test_the_quality_of_service_of_a_page(page: str, quality: str) -> None:
    _run, pod = ran(Case(page, PLAIN, "Running", "plain"))
    assert (pod["status"]["qosClass"], pods.status_text(pod)) == (quality, "Running")


def test_a_pod_for_a_node_that_is_not_there_is_deleted() -> None:
    read = manifests.read([str(PAGES / "pod-nginx-specific-node.yaml")]).manifests
    assert len(simulate(read, nodes=parse({"nodes": PLAIN}), until=10 * SECOND).world.list("pods", "default")) == 1
    assert simulate(read, nodes=parse({"nodes": PLAIN}), until=120 * SECOND).world.list("pods", "default") == []


def test_a_gated_pod_runs_when_its_gates_are_gone() -> None:
    run, pod = ran(CASES["scheduling gates"])
    spec = {key: one for key, one in pod["spec"].items() if key != "schedulingGates"}
    run.world.update("pods", {**pod, "spec": spec}, Cause("kubectl", "replace", "The gates go.", {}), checked=True)
    run.world.clock.run_until(run.world.now + 30 * SECOND)
    (after,) = run.world.list("pods", "default")
    assert (pods.status_text(after), why_not(after)) == ("Running", "")


def test_the_second_pod_finds_too_little_of_an_extended_resource() -> None:
    nodes = [machine("plain", resources={"example.com/dongle": 4})]
    run, pod = ran(CASES["an extended resource"]._replace(nodes=nodes))
    second = {"metadata": {"name": "second", "namespace": "default"}, "spec": {"containers": _needs(pod, 2)}}
    run.world.create("pods", second, Cause("kubectl", "apply", "A second pod.", {}), checked=True)
    run.world.clock.run_until(run.world.now + 30 * SECOND)
    after = run.world.get("pods", "default", "second")
    assert after is not None and pods.status_text(after) == "Pending"
    assert f"1 Insufficient example.com/dongle, {MASTER}" in why_not(after)


def _needs(pod: Body, amount: int) -> list[Body]:
    (container,) = pod["spec"]["containers"]
    dongles = {"example.com/dongle": str(amount)}
    return [{"name": "main", "image": container["image"], "resources": {"requests": dongles, "limits": dongles}}]
