"""Whose pods a ReplicaSet's are, and which of them go.

The cases are those of TestOverlappingRSs, TestDoNotPatchPodWithOtherControlRef, TestDoNotAdoptOrCreateIfBeingDeleted,
TestDeletionTimestamp, TestControllerBurstReplicas and TestGetPodsToDelete in
pkg/controller/replicaset/replica_set_test.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest

from simulator.engine.controllers.pod_ranking import least_needed, rank
from simulator.engine.objects import (
    controller_of,
    is_deleting,
    key_of,
    name_of,
    owner_reference,
    set_in,
    timestamp,
    uid_of,
)
from simulator.engine.pods import node_of
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START, Rig, make_ready

RS = "replicasets.apps"


def owners(rig: Rig) -> dict[str, str]:
    return {name_of(pod): (controller_of(pod) or {}).get("name", "") for pod in rig.pods()}


def test_overlapping_ones_keep_to_their_own() -> None:
    rig = Rig()
    for name in ("one", "two"):
        rs = rig.replicaset(name, 2)
        template = set_in(rs["spec"]["template"], ("metadata", "labels"), {"app": "web"})
        spec = {**rs["spec"], "selector": {"matchLabels": {"app": "web"}}, "template": template}
        rig.edit(RS, name, ("spec",), spec)
    rig.settle()
    assert sorted(owners(rig).values()) == ["one", "one", "two", "two"]


def test_another_controllers_pod_is_left_alone() -> None:
    rig = Rig()
    other = rig.pod("other", {"app": "other"})
    taken = owner_reference({**other, "metadata": {**other["metadata"], "name": "elsewhere"}})
    rig.pod("taken", {"app": "web"}, ownerReferences=[{**taken, "uid": uid_of(other), "name": "other"}])
    rig.replicaset("web", 1)
    rig.settle()
    assert owners(rig)["taken"] == "other"
    assert list(owners(rig).values()).count("web") == 1


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_that_has_ended_is_not_adopted(phase: str) -> None:
    rig = Rig(kubelet=False)
    make_ready(rig.world, rig.pod("lone", {"app": "web"}), ready=False, phase=phase)
    rig.replicaset("web", 1)
    rig.settle()
    assert owners(rig)["lone"] == ""
    assert rig.get(RS, "web")["status"]["replicas"] == 1


def test_one_on_its_way_out_neither_adopts_nor_creates() -> None:
    rig = Rig()
    rig.replicaset("web", 2)
    rig.settle()
    rig.edit(RS, "web", ("metadata", "finalizers"), ["example.com/wait"])
    rig.delete(RS, "web")
    rig.pod("lone", {"app": "web"})
    rig.delete("pods", next(name for name in owners(rig) if name != "lone"))
    rig.settle()
    assert owners(rig)["lone"] == ""
    assert len(rig.pods()) == 2
    assert rig.get(RS, "web")["status"]["replicas"] == 1


def test_a_pod_on_its_way_out_is_replaced_at_once() -> None:
    rig = Rig(delay=1)
    rig.replicaset("web", 2)
    rig.settle()
    victim = name_of(rig.pods()[0])
    rig.edit("pods", victim, ("metadata", "finalizers"), ["example.com/wait"])
    rig.delete("pods", victim)
    rig.settle()
    assert is_deleting(rig.get("pods", victim))
    assert len(rig.pods()) == 2
    assert rig.get(RS, "web")["status"]["replicas"] == 2


def test_so_many_go_at_a_time() -> None:
    rig = Rig(kubelet=False)
    rig.replicaset("web", 600)
    rig.settle()
    rig.world.drain()
    rig.edit(RS, "web", ("spec", "replicas"), 0)
    rig.settle()
    gone: dict[int, int] = {}
    for change in rig.world.drain().changes:
        if change.resource == "pods":
            gone[change.at] = gone.get(change.at, 0) + 1
    assert [gone[at] for at in sorted(gone)] == [500, 100]


# --- which go ----------------------------------------------------------------------------------------------------

PODS: dict[str, dict[str, Any]] = {
    "unscheduled, pending": {"node": "", "phase": "Pending", "ready": False},
    "scheduled, pending": {"node": "one", "phase": "Pending", "ready": False},
    "running, not ready": {"node": "one", "phase": "Running", "ready": False},
    "running, ready": {"node": "one", "phase": "Running", "ready": True},
    "running, ready, on a second node": {"node": "two", "phase": "Running", "ready": True},
}


def pod(name: str, place: int = 0) -> Body:
    what = PODS[name]
    at = timestamp(START)
    status = {
        "phase": what["phase"],
        "conditions": [{"type": "Ready", "status": str(what["ready"]), "lastTransitionTime": at}],
    }
    spec = {"nodeName": what["node"]} if what["node"] else {}
    return {"metadata": {"name": f"{name} {place}", "creationTimestamp": at}, "spec": spec, "status": status}


RANKS = list(PODS)[:4]


def first(pods: list[Body], count: int, related: list[Body]) -> list[Body]:
    crowd = Counter(node_of(one) for one in related)
    held = {key_of(one): one for one in pods}
    return [held[key] for key in least_needed({key: rank(one) for key, one in held.items()}, count, crowd, START)]


@pytest.mark.parametrize(
    ("worse", "better"), [(a, b) for a, b in product(RANKS, RANKS) if RANKS.index(a) < RANKS.index(b)]
)
def test_the_worse_goes_first(worse: str, better: str) -> None:
    pods = [pod(better), pod(worse)]
    assert first(pods, 1, pods) == [pods[1]]
    assert sorted(map(name_of, first(pods, 2, pods))) == sorted(map(name_of, pods))
    assert first(pods, 0, pods) == []


def test_the_crowded_node_gives_first() -> None:
    alone = pod("running, ready, on a second node")
    crowd = [pod("running, ready", place) for place in range(2)]
    assert set(map(name_of, first([alone, *crowd], 2, [alone, *crowd]))) == set(map(name_of, crowd))


def test_pods_of_siblings_make_a_crowd() -> None:
    mine = [pod("running, ready"), pod("running, ready, on a second node")]
    siblings = [pod("running, ready, on a second node", place) for place in (1, 2)]
    assert first(mine, 1, [*mine, *siblings]) == [mine[1]]
