"""The words in which a pod is told that it fits nowhere."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.trace import trace
from tests.engine.scheduler.builders import container, labels, node, pod, required, taint, world

CONTROL_PLANE = node("control-plane", taints=[taint("node-role.kubernetes.io/control-plane")])
WORKERS = [node(f"worker-{number}") for number in range(1, 6)]
FULL = [pod(f"r{number}", container(cpu="3"), on=f"worker-{number}") for number in range(1, 6)]
HELPLESS = "Preemption is not helpful for scheduling"
CLAIMS = "no new claims to deallocate"
NO_VICTIMS = "No preemption victims found for incoming pod"
NAMED = {"matchFields": labels("metadata.name", "In", "worker-1")["matchExpressions"]}

CASES: dict[str, tuple[list[Body], Body, str]] = {
    "full workers": (
        [CONTROL_PLANE, *WORKERS, *FULL], pod("p", container(cpu="2")),
        "0/6 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
        "5 Insufficient cpu. "
        f"{CLAIMS}, preemption: 0/6 nodes are available: 1 {HELPLESS}, 5 {NO_VICTIMS}."),
    "larger than any node": (
        [CONTROL_PLANE, *WORKERS], pod("p", container(cpu="40", memory="1Ti")),
        "0/6 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
        "5 Insufficient cpu, 5 Insufficient memory. "
        f"{CLAIMS}, preemption: 0/6 nodes are available: 6 {HELPLESS}."),
    "no such label": (
        [CONTROL_PLANE, *WORKERS], pod(nodeSelector={"disk": "ssd"}),
        "0/6 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
        "5 node(s) didn't match Pod's node affinity/selector. "
        f"{CLAIMS}, preemption: 0/6 nodes are available: 6 {HELPLESS}."),
    "counts are sorted as text": (
        [*(node(f"n{number:02}", unschedulable=True) for number in range(10)), *WORKERS[:2], *FULL[:2]],
        pod("p", container(cpu="2")),
        "0/12 nodes are available: 10 node(s) were unschedulable, 2 Insufficient cpu. "
        f"{CLAIMS}, preemption: 0/12 nodes are available: 10 {HELPLESS}, 2 {NO_VICTIMS}."),
    "never preempts": (
        [*WORKERS[:1], *FULL[:1]], pod("p", container(cpu="2"), preemptionPolicy="Never"),
        "0/1 nodes are available: 1 Insufficient cpu. "
        f"{CLAIMS}, preemption: not eligible due to preemptionPolicy=Never."),
    "nodes that are not looked at": (
        [*WORKERS[:3], *FULL[:3]], pod("p", container(cpu="2"), affinity=required(NAMED)),
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. "
        f"{CLAIMS}, preemption: 0/3 nodes are available: 1 {NO_VICTIMS}, 2 {HELPLESS}."),
    "contradictory names": (
        [*WORKERS[:2]],
        pod(affinity=required({"matchFields": [
            *labels("metadata.name", "In", "x")["matchExpressions"],
            *labels("metadata.name", "In", "y")["matchExpressions"]]})),
        "0/2 nodes are available: pod affinity terms conflict. "
        f"{CLAIMS}, preemption: 0/2 nodes are available: 2 {HELPLESS}."),
    "victims that do not help": (
        [WORKERS[0], pod("r", container(cpu="1"), on="worker-1"),
         pod("s", container(cpu="3"), on="worker-1", priority=9)],
        pod("p", container(cpu="2"), priority=5),
        "0/1 nodes are available: 1 Insufficient cpu. "
        f"{CLAIMS}, preemption: 0/1 nodes are available: 1 Insufficient cpu."),
    "victims that would help": (
        [*WORKERS[:1], *FULL[:1]], pod("p", container(cpu="2"), priority=5),
        "0/1 nodes are available: 1 Insufficient cpu."),
    "no nodes": ([], pod(), "no nodes available to schedule pods"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_messages(case: tuple[list[Body], Body, str]) -> None:
    objects, incoming, expected = case
    made, _ = world(*objects)
    told = trace(made, incoming)
    assert told["message"] == expected
    assert told["node"] is None
