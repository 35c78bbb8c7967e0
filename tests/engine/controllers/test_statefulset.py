"""The StatefulSet controller in virtual time.

The cases are those of pkg/controller/statefulset/{stateful_set_control_test.go,stateful_set_test.go}, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import controller_of, instant_of, is_deleting, labels_of, name_of, uid_of
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig, make_ready

STS = "statefulsets.apps"
BOTH = pytest.mark.parametrize("policy", ["OrderedReady", "Parallel"])
POLICIES = pytest.mark.parametrize(
    "retention",
    [(scaled, deleted) for scaled in ("Retain", "Delete") for deleted in ("Retain", "Delete")],
    ids="-".join,
)


def names(rig: Rig) -> list[str]:
    return [name_of(pod) for pod in rig.pods()]


def images(rig: Rig) -> list[str]:
    return [pod["spec"]["containers"][0]["image"] for pod in rig.pods()]


def status(rig: Rig) -> Body:
    held: Body = rig.get(STS, "web")["status"]
    return held


def figures(rig: Rig) -> tuple[int, ...]:
    """replicas, ready, available, current, updated."""
    keys = ("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")
    return tuple(status(rig).get(key, 0) for key in keys)


def keeping(retention: tuple[str, str]) -> dict[str, Any]:
    return {"persistentVolumeClaimRetentionPolicy": {"whenScaled": retention[0], "whenDeleted": retention[1]}}


def history(rig: Rig) -> Iterator[tuple[str, str]]:
    """What happened to pods since the last call, their readiness left out: (`+` or `-`, name)."""
    for change in rig.world.drain().changes:
        if change.resource != "pods":
            continue
        if change.before is None:
            yield "+", change.key.name
        elif not is_deleting(change.before) and (change.operation == "DELETED" or is_deleting(change.body)):
            yield "-", change.key.name


def ready_one_by_one(rig: Rig) -> bool:
    """True if never, since the last call, a pod was made while one before it was not ready."""
    ready: set[str] = set()
    for change in rig.world.drain().changes:
        if change.resource == "pods" and change.operation == "ADDED":
            ordinal = int(change.key.name.rpartition("-")[2])
            if any(f"web-{before}" not in ready for before in range(ordinal)):
                return False
        if change.resource == "pods":
            conditions = change.body["status"].get("conditions") or ()
            if any(one["type"] == "Ready" and one["status"] == "True" for one in conditions):
                ready.add(change.key.name)
    return True


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


# --- updates -----------------------------------------------------------------------------------------------------

SIZES = pytest.mark.parametrize(
    ("before", "after"), [(3, 3), (3, 5), (5, 3)], ids=["image", "image and scale up", "image and scale down"]
)


def updated(policy: str, before: int, after: int, strategy: Body) -> Rig:
    rig = Rig()
    rig.statefulset("web", before, podManagementPolicy=policy, updateStrategy=strategy)
    rig.settle()
    sts = rig.get(STS, "web")
    containers = [{**sts["spec"]["template"]["spec"]["containers"][0], "image": "nginx:2"}]
    template = {**sts["spec"]["template"], "spec": {**sts["spec"]["template"]["spec"], "containers": containers}}
    rig.edit(STS, "web", ("spec",), {**sts["spec"], "replicas": after, "template": template})
    rig.settle()
    return rig


@BOTH
@SIZES
@pytest.mark.parametrize("rolling", [{"partition": 0}, None], ids=["with figures", "without"])
def test_a_rolling_update(policy: str, before: int, after: int, rolling: Body | None) -> None:
    strategy = {"type": "RollingUpdate", **({"rollingUpdate": rolling} if rolling else {})}
    rig = updated(policy, before, after, strategy)
    assert images(rig) == ["nginx:2"] * after
    assert figures(rig) == (after,) * 5
    assert status(rig)["currentRevision"] == status(rig)["updateRevision"]


@BOTH
@SIZES
def test_on_delete(policy: str, before: int, after: int) -> None:
    rig = updated(policy, before, after, {"type": "OnDelete"})
    assert images(rig) == ["nginx:1"] * min(before, after) + ["nginx:2"] * max(after - before, 0)
    assert status(rig)["currentRevision"] != status(rig)["updateRevision"]
    rig.edit(STS, "web", ("spec", "replicas"), 0)
    rig.settle()
    rig.edit(STS, "web", ("spec", "replicas"), after)
    rig.settle()
    assert images(rig) == ["nginx:2"] * after


@BOTH
@SIZES
def test_a_partition(policy: str, before: int, after: int) -> None:
    rig = updated(policy, before, after, {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    assert images(rig) == ["nginx:1"] * 2 + ["nginx:2"] * (after - 2)
    assert figures(rig) == (after, after, after, 2, after - 2)
    rig.delete("pods", "web-0")
    rig.settle()
    assert images(rig)[0] == "nginx:1"
    rig.edit(STS, "web", ("spec", "updateStrategy", "rollingUpdate", "partition"), 0)
    rig.settle()
    assert images(rig) == ["nginx:2"] * after
    assert figures(rig) == (after,) * 5


def test_a_partition_counts_from_the_first_ordinal() -> None:
    rig = Rig()
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    rig.statefulset("web", 3, ordinals={"start": 5}, updateStrategy=strategy)
    rig.settle()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    assert list(zip(names(rig), images(rig), strict=True)) == [
        ("web-5", "nginx:1"), ("web-6", "nginx:2"), ("web-7", "nginx:2"),
    ]  # fmt: skip


@BOTH
def test_an_update_takes_one_pod_at_a_time_from_the_last(policy: str) -> None:
    rig = Rig()
    rig.statefulset("web", 3, podManagementPolicy=policy)
    rig.settle()
    rig.world.drain()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    turns = [("-", "web-2"), ("+", "web-2"), ("-", "web-1"), ("+", "web-1"), ("-", "web-0"), ("+", "web-0")]
    assert list(history(rig)) == turns


@BOTH
def test_an_update_waits_until_pods_are_available(policy: str) -> None:
    rig = Rig()
    rig.statefulset("web", 3, minReadySeconds=10, podManagementPolicy=policy)
    rig.settle()
    rig.world.drain()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    made = [one.at for one in rig.world.drain().changes if one.resource == "pods" and one.operation == "ADDED"]
    assert all(later - earlier >= 10 * SECOND for earlier, later in pairwise(made))


def test_a_broken_update_stops_and_needs_a_hand() -> None:
    """A pod of the broken revision is not ready, and is not replaced until somebody deletes it."""
    rig = Rig(is_sick=lambda pod: pod["spec"]["containers"][0]["image"] == "broken")
    rig.statefulset("web", 3)
    rig.settle()
    rig.image("web", "broken", STS)
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:1", "broken"]
    assert figures(rig) == (3, 2, 2, 2, 1)
    rig.image("web", "nginx:1", STS)
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:1", "broken"]
    rig.delete("pods", "web-2")
    rig.settle()
    assert images(rig) == ["nginx:1"] * 3
    assert figures(rig) == (3, 3, 3, 3, 3)


# --- whose pods --------------------------------------------------------------------------------------------------


def test_it_adopts_pods_of_its_names_only() -> None:
    rig = Rig()
    rig.pod("web-0", {"app": "web"})
    rig.pod("stray", {"app": "web"})
    rig.pod("other-0", {"app": "web"})
    rig.run(2)
    rig.statefulset("web", 1)
    rig.settle()
    owners = {name_of(pod): controller_of(pod) for pod in rig.pods()}
    assert owners["web-0"] is not None
    assert owners["stray"] is None and owners["other-0"] is None


def test_it_lets_go_of_what_no_longer_matches() -> None:
    rig = Rig()
    rig.statefulset("web", 2)
    rig.settle()
    rig.edit("pods", "web-1", ("metadata", "labels"), {"app": "debug"})
    rig.run(3)
    assert controller_of(rig.get("pods", "web-1")) is None
    assert names(rig) == ["web-0", "web-1"]
    rig.delete("pods", "web-1")
    rig.settle()
    assert controller_of(rig.get("pods", "web-1")) is not None
    assert figures(rig) == (2, 2, 2, 2, 2)


def test_a_name_that_is_taken_is_tried_again_without_an_event() -> None:
    rig = Rig()
    rig.pod("web-0", {"app": "other"})
    rig.statefulset("web", 1)
    rig.run(20)
    assert rig.messages("FailedCreate") == []
    rig.delete("pods", "web-0")
    rig.run(60)
    assert labels_of(rig.get("pods", "web-0"))["app"] == "web"


def test_the_label_of_the_name_comes_back() -> None:
    rig = Rig()
    rig.statefulset("web", 1)
    rig.settle()
    labels = labels_of(rig.get("pods", "web-0"))
    without = {key: value for key, value in labels.items() if not key.startswith("statefulset.")}
    rig.edit("pods", "web-0", ("metadata", "labels"), without)
    rig.settle()
    assert labels_of(rig.get("pods", "web-0")) == labels
    assert rig.messages("SuccessfulUpdate") == ["update Pod web-0 in StatefulSet web successful"]


def test_a_refused_create_is_an_event_and_tried_again() -> None:
    rig = Rig()
    quota = {"metadata": {"name": "few", "namespace": "default"}, "spec": {"hard": {"pods": "1"}}}
    rig.create("resourcequotas", quota)
    rig.run(1)
    rig.statefulset("web", 2)
    rig.run(30)
    assert rig.messages("FailedCreate") == [
        'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: few, '
        "requested: pods=1, used: pods=1, limited: pods=1"
    ]
    assert figures(rig) == (1, 1, 1, 1, 1)
    rig.delete("resourcequotas", "few")
    rig.settle()
    assert figures(rig) == (2, 2, 2, 2, 2)


def test_a_name_that_is_too_long_for_a_label_is_refused() -> None:
    rig = Rig()
    name = "w" * 60
    rig.statefulset(name, 1)
    rig.run(1)
    (message, *_more) = rig.messages("FailedCreate")
    assert "must be no more than 63" in message
    assert rig.pods() == []


def test_a_deleted_one_takes_its_pods_along() -> None:
    rig = Rig()
    rig.statefulset("web", 2, claims=["data"])
    rig.settle()
    rig.delete(STS, "web")
    rig.settle()
    assert names(rig) == []
    assert len(rig.world.list("persistentvolumeclaims", "default")) == 2


def test_orphans_stay_and_are_adopted_by_the_next() -> None:
    rig = Rig()
    rig.statefulset("web", 2)
    rig.settle()
    rig.delete(STS, "web", propagation="Orphan")
    rig.settle()
    before = [uid_of(pod) for pod in rig.pods()]
    assert len(before) == 2 and all(controller_of(pod) is None for pod in rig.pods())
    rig.statefulset("web", 2)
    rig.settle()
    assert [uid_of(pod) for pod in rig.pods()] == before
    assert figures(rig) == (2, 2, 2, 2, 2)


@BOTH
def test_a_settled_one_makes_no_writes(policy: str) -> None:
    rig = Rig()
    retention = keeping(("Delete", "Delete"))
    rig.statefulset("web", 3, claims=["data"], minReadySeconds=5, podManagementPolicy=policy, **retention)
    rig.settle()
    revision = rig.world.revision
    rig.rebuild()
    rig.run(1000)
    assert rig.world.revision == revision
