"""Steps of a DaemonSet's rolling update, one by one.

The cases are those of pkg/controller/daemon/update_test.go, v1.34: what each sync creates and deletes.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from simulator.engine.controllers.daemonset import rolling
from simulator.engine.objects import labels_of, name_of
from simulator.engine.pods import is_ready
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START


class Nodes:
    """Nodes with a ready pod of version 1 each; `wanted` are those that should run one."""

    def __init__(self, number: int, *, wanted: int | None = None, **limits: Any) -> None:
        self.version, self.limits, self.numbers = 1, limits, count()
        self.on_nodes = {f"node-{place:02}": [self.pod(ready=True)] for place in range(number)}
        self.wanted = sorted(self.on_nodes)[number - (number if wanted is None else wanted) :]

    def pod(self, *, ready: bool = False) -> Body:
        meta = {"name": f"pod-{next(self.numbers):03}", "labels": {rolling.REVISION_LABEL: str(self.version)}}
        condition = {"type": "Ready", "status": str(ready)}
        return {"metadata": meta, "spec": {}, "status": {"phase": "Running", "conditions": [condition]}}

    def sync(self) -> tuple[int, int]:
        """One step, and then what the controller does about nodes without a pod: (created, deleted) by the step."""
        ds = {"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": self.limits}}}
        update = rolling.update_of(ds, str(self.version), self.wanted, START)
        step = rolling.step(update, self.on_nodes)
        gone = [name_of(pod) for pod in step.delete]
        for node in self.on_nodes:
            kept = [pod for pod in self.on_nodes[node] if name_of(pod) not in gone]
            self.on_nodes[node] = kept or ([self.pod()] if node in self.wanted else [])
        for node in step.create:
            self.on_nodes[node].append(self.pod())
        self.on_nodes = {node: pods for node, pods in self.on_nodes.items() if pods}
        return len(step.create), len(step.delete)

    def settle_pods(self) -> None:
        """All pods are ready."""
        for pods in self.on_nodes.values():
            for pod in pods:
                pod["status"]["conditions"] = [{"type": "Ready", "status": "True"}]

    def spoil(self, number: int) -> None:
        """The first pods are not ready."""
        for pods in list(self.on_nodes.values())[:number]:
            pods[0]["status"]["conditions"] = [{"type": "Ready", "status": "False"}]

    @property
    def pods(self) -> list[Body]:
        return [pod for pods in self.on_nodes.values() for pod in pods]


SEQUENCES: dict[str, tuple[dict[str, Any], list[tuple[int, int]]]] = {
    "two at a time": ({"number": 5, "maxUnavailable": 2}, [(0, 2), (0, 2), (0, 1), (0, 0)]),
    "a surge of two": (
        {"number": 5, "maxSurge": 2, "maxUnavailable": 0},
        [(2, 0), (2, 2), (1, 2), (0, 1), (0, 0)],
    ),
    "a surge, and a node that the new pods do not fit": (
        {"number": 5, "wanted": 4, "maxSurge": 1, "maxUnavailable": 0},
        [(1, 1), (1, 1), (1, 1), (1, 1), (0, 1), (0, 0)],
    ),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_pods_that_become_ready(name: str) -> None:
    made, steps = SEQUENCES[name]
    nodes = Nodes(**made)
    nodes.version = 2
    for step in steps:
        assert nodes.sync() == step
        assert nodes.sync() == (0, 0), "nothing more is done until pods are ready"
        nodes.settle_pods()
    assert {labels_of(pod)[rolling.REVISION_LABEL] for pod in nodes.pods} == {"2"}


def test_new_pods_that_are_not_ready_stop_it() -> None:
    nodes = Nodes(5, maxUnavailable=3)
    nodes.version = 2
    assert [nodes.sync() for _round in range(3)] == [(0, 3), (0, 0), (0, 0)]


def test_old_pods_that_are_not_ready_go_first_and_count() -> None:
    nodes = Nodes(5, maxUnavailable=2)
    for nodes.version in (2, 3):
        assert nodes.sync() == (0, 2)
        assert nodes.sync() == (0, 0)
    assert sum(map(is_ready, nodes.pods)) == 3


@pytest.mark.parametrize("unavailable", [0, 3, 9, "45%"])
def test_old_pods_that_work_are_kept(unavailable: int | str) -> None:
    nodes = Nodes(20, maxUnavailable=10)
    nodes.version = 2
    assert [nodes.sync(), nodes.sync()] == [(0, 10), (0, 0)]
    working = {name_of(pod) for pod in nodes.pods if is_ready(pod)}
    nodes.limits = {"maxUnavailable": unavailable}
    for nodes.version in range(3, 6):
        assert [nodes.sync(), nodes.sync()] == [(0, 10), (0, 0)]
        assert {name_of(pod) for pod in nodes.pods if is_ready(pod)} == working
    nodes.version, nodes.limits = 6, {"maxUnavailable": 11}
    assert [nodes.sync(), nodes.sync()] == [(0, 11), (0, 0)]
    assert sum(map(is_ready, nodes.pods)) == 9


def test_more_are_missing_than_may_be() -> None:
    nodes = Nodes(100, maxUnavailable=10)
    nodes.spoil(2)
    nodes.version = 2
    for place, pods in enumerate(nodes.on_nodes.values()):
        if place >= 12:
            pods[0]["metadata"]["labels"][rolling.REVISION_LABEL] = "2"
            pods[0]["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    assert [nodes.sync(), nodes.sync()] == [(0, 2), (0, 0)]


def test_all_old_pods_that_are_not_ready_go_at_once() -> None:
    nodes = Nodes(5, maxUnavailable=3)
    nodes.spoil(5)
    nodes.version = 2
    assert nodes.sync() == (0, 5)


def test_a_surge_goes_at_once_to_nodes_whose_pods_are_not_ready() -> None:
    nodes = Nodes(5, maxSurge=3, maxUnavailable=0)
    nodes.spoil(5)
    nodes.version = 2
    assert nodes.sync() == (5, 0)


def test_a_pod_that_does_not_work_on_a_node_that_no_longer_fits_goes_at_once() -> None:
    nodes = Nodes(3, wanted=2, maxSurge=1, maxUnavailable=0)
    nodes.spoil(1)
    nodes.version = 2
    assert nodes.sync() == (1, 1)


LIMITS: dict[str, tuple[int, Body, tuple[int, int]]] = {
    "no nodes": (0, {"maxUnavailable": 0}, (0, 0)),
    "a number": (2, {"maxUnavailable": 1}, (0, 1)),
    "percent": (2, {"maxUnavailable": "50%"}, (0, 1)),
    "percent round up": (3, {"maxUnavailable": "50%"}, (0, 2)),
    "a surge in percent": (2, {"maxSurge": "50%", "maxUnavailable": 0}, (1, 0)),
    "a surge in percent rounds up": (3, {"maxSurge": "50%", "maxUnavailable": 0}, (2, 0)),
    "neither would move: one may be unavailable": (2, {"maxSurge": 0, "maxUnavailable": 0}, (0, 1)),
    "by default one may be unavailable": (4, {}, (0, 1)),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    nodes, limits, expected = LIMITS[name]
    ds = {"spec": {"updateStrategy": {"rollingUpdate": limits}}}
    update = rolling.update_of(ds, "1", (f"node-{place}" for place in range(nodes)), START)
    assert (update.surge, update.unavailable) == expected
