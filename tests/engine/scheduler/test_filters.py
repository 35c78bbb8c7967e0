"""Which plugin refuses which node, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.trace import feasible
from tests.engine.scheduler.builders import ZONE, container, labels, node, pod, required, taint, world

AFFINITY = ("NodeAffinity", ["node(s) didn't match Pod's node affinity/selector"])
GI = str(1024**3)


def untolerated(key: str, value: str = "") -> tuple[str, list[str]]:
    return "TaintToleration", [f"node(s) had untolerated taint {{{key}: {value}}}"]


def short(*resources: str) -> tuple[str, list[str]]:
    return "NodeResourcesFit", [f"Insufficient {one}" for one in resources]


def tolerating(**toleration: str) -> Body:
    return pod(tolerations=[toleration])


ONE = node("a", labels={"disk": "ssd", "size": "5", ZONE: "z1"})
DEDICATED = node("a", taints=[taint("dedicated", "user1")])

CASES: dict[str, tuple[Body, Body, Any]] = {
    # NodeUnschedulable
    "a cordoned node is refused": (
        node("a", unschedulable=True), pod(), ("NodeUnschedulable", ["node(s) were unschedulable"])),
    "a cordoned node takes a pod that tolerates it": (
        node("a", unschedulable=True),
        tolerating(key="node.kubernetes.io/unschedulable", effect="NoSchedule", operator="Exists"), None),
    "tolerating everything covers being cordoned": (
        node("a", unschedulable=True), tolerating(operator="Exists"), None),
    "cordoned comes before tainted": (
        node("a", unschedulable=True, taints=[taint("x")]), pod(),
        ("NodeUnschedulable", ["node(s) were unschedulable"])),
    # NodeResourcesFit
    "more than 64 bits hold, on both sides": (
        node("a", cpu="9E", memory="9E"), pod("pod", container(cpu="8E", memory="8E")), None),
    "more than 64 bits hold, asked of a node of this world": (
        node("a"), pod("pod", container(cpu="9E", example__com="9E")), short("cpu", "example/com")),
    # NodeName
    "another node is named": (ONE, pod(on="b"), ("NodeName", ["node(s) didn't match the requested node name"])),
    "this node is named": (ONE, pod(on="a"), None),
    # TaintToleration
    "no taints": (ONE, pod(), None),
    "a taint without a toleration": (DEDICATED, pod(), untolerated("dedicated", "user1")),
    "an equal value": (DEDICATED, tolerating(key="dedicated", value="user1", effect="NoSchedule"), None),
    "operator Equal said aloud": (
        DEDICATED, tolerating(key="dedicated", operator="Equal", value="user1", effect="NoSchedule"), None),
    "another value": (
        DEDICATED, tolerating(key="dedicated", value="user2", effect="NoSchedule"), untolerated("dedicated", "user1")),
    "another effect": (
        DEDICATED, tolerating(key="dedicated", value="user1", effect="NoExecute"), untolerated("dedicated", "user1")),
    "another key": (
        DEDICATED, tolerating(key="team", value="user1", effect="NoSchedule"), untolerated("dedicated", "user1")),
    "any effect": (DEDICATED, tolerating(key="dedicated", value="user1"), None),
    "operator Exists": (DEDICATED, tolerating(key="dedicated", operator="Exists"), None),
    "an unknown operator tolerates nothing": (
        DEDICATED, tolerating(key="dedicated", operator="Perhaps"), untolerated("dedicated", "user1")),
    "NoExecute refuses too": (node("a", taints=[taint("x", effect="NoExecute")]), pod(), untolerated("x")),
    "PreferNoSchedule refuses nobody": (node("a", taints=[taint("x", effect="PreferNoSchedule")]), pod(), None),
    "the first taint that is not tolerated is told": (
        node("a", taints=[taint("x"), taint("y", "2"), taint("z")]), tolerating(key="x", operator="Exists"),
        untolerated("y", "2")),
    # NodeAffinity
    "a nodeSelector with another value": (ONE, pod(nodeSelector={"disk": "hdd"}), AFFINITY),
    "a field that names another node": (
        ONE, pod(affinity=required({"matchFields": labels("metadata.name", "In", "b")["matchExpressions"]})),
        ("NodeAffinity", ["node(s) didn't satisfy plugin(s) [NodeAffinity]"])),
    "fields that contradict each other": (
        ONE,
        pod(affinity=required({"matchFields": [
            *labels("metadata.name", "In", "a")["matchExpressions"],
            *labels("metadata.name", "In", "b")["matchExpressions"]]})),
        ("NodeAffinity", ["pod affinity terms conflict"])),
    # NodeResourcesFit
    "nothing asked for": (node("a", "0", "0"), pod(), None),
    "just enough": (node("a", "1", "1Gi"), pod("p", container(cpu="1", memory="1Gi")), None),
    "too much cpu": (node("a", "1", "1Gi"), pod("p", container(cpu="1001m")), short("cpu")),
    "too much memory": (node("a", "1", "1Gi"), pod("p", container(memory="1025Mi")), short("memory")),
    "too much of both": (node("a", "1", "1Gi"), pod("p", container(cpu="2", memory="2Gi")), short("cpu", "memory")),
    "containers add up": (
        node("a", "1"), pod("p", container("x", cpu="600m"), container("y", cpu="600m")), short("cpu")),
    "init containers do not add up": (
        node("a", "1"),
        pod("p", container(cpu="600m"), initContainers=[container("i", cpu="600m"), container("j", cpu="700m")]), None),
    "the largest init container counts": (
        node("a", "1"), pod("p", container(cpu="100m"), initContainers=[container("i", cpu="1100m")]), short("cpu")),
    "sidecars add up": (
        node("a", "1"),
        pod("p", container(cpu="600m"), initContainers=[{**container("i", cpu="600m"), "restartPolicy": "Always"}]),
        short("cpu")),
    "overhead adds up": (node("a", "1"), pod("p", container(cpu="900m"), overhead={"cpu": "200m"}), short("cpu")),
    "ephemeral storage": (
        node("a", **{"ephemeral-storage": "1Gi"}), pod("p", container(**{"ephemeral-storage": "2Gi"})),
        short("ephemeral-storage")),
    "an extended resource": (
        node("a", **{"nvidia.com__gpu": "2"}), pod("p", container(**{"nvidia.com__gpu": "2"})), None),
    "too much of an extended resource": (
        node("a", **{"nvidia.com__gpu": "2"}), pod("p", container(**{"nvidia.com__gpu": "3"})),
        short("nvidia.com/gpu")),
    "an extended resource that the node lacks": (
        ONE, pod("p", container(**{"example.com__foo": "1"})), short("example.com/foo")),
    "none of an extended resource that the node lacks": (ONE, pod("p", container(**{"example.com__foo": "0"})), None),
    "huge pages": (ONE, pod("p", container(**{"hugepages-2Mi": "4Mi"})), short("hugepages-2Mi")),
    "no room for a pod": (node("a", pods="0"), pod(), ("NodeResourcesFit", ["Too many pods"])),
    "no room for a pod and too much cpu": (
        node("a", "1", pods="0"), pod("p", container(cpu="2")),
        ("NodeResourcesFit", ["Too many pods", "Insufficient cpu"])),
    "affinity comes before resources": (
        node("a", "1"), pod("p", container(cpu="2"), nodeSelector={"disk": "ssd"}), AFFINITY),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_one_node(case: tuple[Body, Body, Any]) -> None:
    one, incoming, expected = case
    made, _ = world(one)
    told = feasible(made, incoming)
    assert told == [{"name": "a", "filter": expected and {"plugin": expected[0], "reasons": expected[1]}}]


RUNNING: dict[str, tuple[list[Body], Body, Any]] = {
    "what runs there counts": ([pod("r", container(cpu="3"), on="a")], pod("p", container(cpu="1500m")), short("cpu")),
    "what is left is enough": ([pod("r", container(cpu="3"), on="a")], pod("p", container(cpu="1")), None),
    "pods that have ended do not count": (
        [{**pod("r", container(cpu="3"), on="a"), "status": {"phase": "Succeeded"}}],
        pod("p", container(cpu="2")), None),
    "assumed requests do not count for the filter": (
        [pod(f"r{index}", on="a") for index in range(50)], pod("p", container(cpu="4")), None),
    "pods without requests are pods": (
        [pod(f"r{index}", on="a") for index in range(110)], pod(), ("NodeResourcesFit", ["Too many pods"])),
    "a node over its limit still takes a pod that asks for nothing": (
        [pod("r", container(cpu="9"), on="a")], pod(), None),
    "a node over its limit in cpu takes a pod that asks for memory": (
        [pod("r", container(cpu="9"), on="a")], pod("p", container(memory="1Gi")), None),
    "the pod itself does not count": ([pod("p", container(cpu="3"), on="a")], pod("p", container(cpu="3")), None),
}  # fmt: skip


@pytest.mark.parametrize("case", RUNNING.values(), ids=RUNNING.keys())
def test_beside_others(case: tuple[list[Body], Body, Any]) -> None:
    running, incoming, expected = case
    made, _ = world(node("a"), *running)
    told = feasible(made, incoming)[0]["filter"]
    assert told == (expected and {"plugin": expected[0], "reasons": expected[1]})
