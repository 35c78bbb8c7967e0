"""Which plugin refuses which node, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.trace import feasible
from tests.engine.scheduler.builders import ZONE, container, labels, node, pod, required, taint, world

AFFINITY = ("NodeAffinity", ["node(s) didn't match Pod's node affinity/selector"])


def short(*resources: str) -> tuple[str, list[str]]:
    return "NodeResourcesFit", [f"Insufficient {one}" for one in resources]


ONE = node("a", labels={"disk": "ssd", "size": "5", ZONE: "z1"})
PORT = {"ports": [{"containerPort": 80, "hostPort": 80}]}

CASES: dict[str, tuple[Body, Body, Any]] = {
    # which comes first
    "cordoned comes before tainted": (
        node("a", unschedulable=True, taints=[taint("x")]), pod(),
        ("NodeUnschedulable", ["node(s) were unschedulable"])),
    "a node by name comes before its taints": (
        node("a", taints=[taint("x")]), pod(on="b"), ("NodeName", ["node(s) didn't match the requested node name"])),
    "taints come before affinity": (
        node("a", taints=[taint("x")]), pod(nodeSelector={"disk": "ssd"}),
        ("TaintToleration", ["node(s) had untolerated taint {x: }"])),
    "affinity comes before resources": (
        node("a", "1"), pod("p", container(cpu="2"), nodeSelector={"disk": "ssd"}), AFFINITY),
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
    "pods without requests are pods": (
        [pod(f"r{index}", on="a") for index in range(110)], pod(), ("NodeResourcesFit", ["Too many pods"])),
    "ports come before resources": (
        [pod("r", {**container(cpu="4"), **PORT}, on="a")], pod("p", {**container(cpu="1"), **PORT}),
        ("NodePorts", ["node(s) didn't have free ports for the requested pod ports"])),
    "the pod itself does not count": ([pod("p", container(cpu="3"), on="a")], pod("p", container(cpu="3")), None),
}  # fmt: skip


@pytest.mark.parametrize("case", RUNNING.values(), ids=RUNNING.keys())
def test_beside_others(case: tuple[list[Body], Body, Any]) -> None:
    running, incoming, expected = case
    made, _ = world(node("a"), *running)
    told = feasible(made, incoming)[0]["filter"]
    assert told == (expected and {"plugin": expected[0], "reasons": expected[1]})
