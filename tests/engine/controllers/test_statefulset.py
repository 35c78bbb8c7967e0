"""The StatefulSet controller in virtual time: pods come, go and are replaced in their order.

The cases are those of pkg/controller/statefulset/{stateful_set_control_test.go,stateful_set_test.go}, v1.34.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import controller_of, instant_of, labels_of, name_of, uid_of
from tests.engine.controllers.rig import Rig, make_ready
from tests.engine.controllers.stateful_sets import (
    BOTH,
    POLICIES,
    STS,
    figures,
    history,
    keeping,
    names,
    ready_one_by_one,
    status,
)


def test_it_works() -> None:
    rig = Rig()
    sts = rig.statefulset("web", 3)
    rig.settle()
    assert names(rig) == ["web-0", "web-1", "web-2"]
    owner = controller_of(rig.pods()[1])
    assert owner == {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "name": "web",
        "uid": uid_of(sts),
        "controller": True,
        "blockOwnerDeletion": True,
    }
    revision = status(rig)["currentRevision"]
    assert status(rig) == {
        "observedGeneration": 1,
        "replicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "currentReplicas": 3,
        "updatedReplicas": 3,
        "currentRevision": revision,
        "updateRevision": revision,
        "collisionCount": 0,
    }
    assert labels_of(rig.pods()[1]) == {
        "app": "web",
        "controller-revision-hash": revision,
        "statefulset.kubernetes.io/pod-name": "web-1",
        "apps.kubernetes.io/pod-index": "1",
    }
    assert sorted(rig.messages("SuccessfulCreate")) == [
        f"create Pod web-{n} in StatefulSet web successful" for n in range(3)
    ]


@BOTH
@POLICIES
def test_it_scales_up_and_down(policy: str, retention: tuple[str, str]) -> None:
    rig = Rig()
    rig.statefulset("web", 3, claims=["data"], podManagementPolicy=policy, **keeping(retention))
    rig.settle()
    assert figures(rig) == (3, 3, 3, 3, 3)
    rig.edit(STS, "web", ("spec", "replicas"), 4)
    rig.settle()
    assert names(rig) == ["web-0", "web-1", "web-2", "web-3"]
    assert figures(rig) == (4, 4, 4, 4, 4)
    rig.edit(STS, "web", ("spec", "replicas"), 0)
    rig.settle()
    assert names(rig) == []
    assert figures(rig) == (0, 0, 0, 0, 0)


def test_pods_come_one_after_the_other_and_go_in_reverse() -> None:
    rig = Rig()
    rig.world.drain()
    rig.statefulset("web", 3)
    rig.settle()
    assert ready_one_by_one(rig)
    rig.edit(STS, "web", ("spec", "replicas"), 0)
    rig.settle()
    assert list(history(rig)) == [("-", "web-2"), ("-", "web-1"), ("-", "web-0")]
    assert sorted(rig.messages("SuccessfulDelete")) == [
        f"delete Pod web-{n} in StatefulSet web successful" for n in range(3)
    ]


def test_parallel_pods_come_in_growing_batches_and_go_at_once() -> None:
    rig = Rig(kubelet=False)
    rig.settle()
    rig.world.drain()
    rig.statefulset("web", 10, podManagementPolicy="Parallel")
    rig.settle()
    made: dict[int, int] = {}
    for change in rig.world.drain().changes:
        if change.resource == "pods" and change.operation == "ADDED":
            made[change.at] = made.get(change.at, 0) + 1
    assert [made[at] for at in sorted(made)] == [1, 2, 4, 3]
    rig.edit(STS, "web", ("spec", "replicas"), 2)
    rig.settle()
    gone = {change.at for change in rig.world.drain().changes if change.resource == "pods"}
    assert len(gone) == 1
    assert len(rig.pods()) == 2


@BOTH
def test_pods_that_are_lost_are_replaced(policy: str) -> None:
    rig = Rig()
    rig.statefulset("web", 5, podManagementPolicy=policy)
    rig.settle()
    before = {name_of(pod): uid_of(pod) for pod in rig.pods()}
    for lost in (0, 2, 4):
        rig.delete("pods", f"web-{lost}", grace=0)
    rig.settle()
    after = {name_of(pod): uid_of(pod) for pod in rig.pods()}
    assert [name for name in after if after[name] == before[name]] == ["web-1", "web-3"]
    assert figures(rig) == (5, 5, 5, 5, 5)


@BOTH
@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_a_pod_that_ended_is_made_again_once_it_is_gone(policy: str, phase: str) -> None:
    rig = Rig()
    rig.statefulset("web", 3, podManagementPolicy=policy)
    rig.settle()
    old = rig.get("pods", "web-1")
    rig.world.drain()
    make_ready(rig.world, old, ready=False, phase=phase)
    rig.settle()
    assert list(history(rig)) == [("-", "web-1"), ("+", "web-1")]
    assert uid_of(rig.get("pods", "web-1")) != uid_of(old)
    assert figures(rig) == (3, 3, 3, 3, 3)


def test_it_waits_for_a_pod_that_is_not_ready() -> None:
    rig = Rig(is_sick=lambda pod: name_of(pod) == "web-1")
    rig.statefulset("web", 3)
    rig.settle()
    assert names(rig) == ["web-0", "web-1"]
    assert figures(rig) == (2, 1, 1, 2, 2)


def test_a_parallel_one_does_not_wait() -> None:
    rig = Rig(is_sick=lambda pod: name_of(pod) == "web-1")
    rig.statefulset("web", 3, podManagementPolicy="Parallel")
    rig.settle()
    assert names(rig) == ["web-0", "web-1", "web-2"]
    assert figures(rig) == (3, 2, 2, 3, 3)


@pytest.mark.parametrize(
    ("sick", "want", "left"),
    [
        (["web-1"], 2, ["web-0", "web-1", "web-2", "web-3"]),
        (["web-3"], 1, ["web-0"]),
        (["web-2", "web-3"], 1, ["web-0", "web-1", "web-2", "web-3"]),
        (["web-2"], 1, ["web-0"]),
    ],
    ids=["a pod that stays", "the first to go", "the first to go and one before it", "one that goes later"],
)
def test_scaling_down_waits_for_pods_that_are_not_ready(sick: list[str], want: int, left: list[str]) -> None:
    rig = Rig()
    rig.statefulset("web", 4)
    rig.settle()
    for name in sick:
        make_ready(rig.world, rig.get("pods", name), ready=False)
    rig.edit(STS, "web", ("spec", "replicas"), want)
    rig.settle()
    assert names(rig) == left


def test_available_is_ready_for_long_enough() -> None:
    rig = Rig()
    rig.world.drain()
    rig.statefulset("web", 3, minReadySeconds=10)
    rig.settle()
    assert figures(rig) == (3, 3, 3, 3, 3)
    made = [instant_of(pod["metadata"]["creationTimestamp"]) for pod in rig.pods()]
    assert all(11 * SECOND >= later - earlier >= 10 * SECOND for earlier, later in pairwise(made))


@pytest.mark.parametrize(("available", "counts"), [(5, (3, 3, 0, 3, 3)), (30, (3, 3, 3, 3, 3))])
def test_a_parallel_one_reports_what_is_available(available: int, counts: tuple[int, ...]) -> None:
    rig = Rig()
    rig.statefulset("web", 3, minReadySeconds=20, podManagementPolicy="Parallel")
    rig.run(available)
    assert figures(rig) == counts


# --- ordinals ----------------------------------------------------------------------------------------------------


@BOTH
def test_ordinals_may_start_later(policy: str) -> None:
    rig = Rig()
    rig.statefulset("web", 2, ordinals={"start": 3}, podManagementPolicy=policy)
    rig.settle()
    assert names(rig) == ["web-3", "web-4"]
    assert [labels_of(pod)["apps.kubernetes.io/pod-index"] for pod in rig.pods()] == ["3", "4"]
    rig.edit(STS, "web", ("spec", "ordinals"), {"start": 2})
    rig.settle()
    assert names(rig) == ["web-2", "web-3"]
    rig.edit(STS, "web", ("spec", "ordinals"), None)
    rig.settle()
    assert names(rig) == ["web-0", "web-1"]
    assert figures(rig) == (2, 2, 2, 2, 2)
