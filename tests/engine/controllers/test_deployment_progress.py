"""What is said of a rollout's progress, and when it has taken too long.

The cases are those of pkg/controller/deployment/progress_test.go and util/deployment_util_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.controllers.deployment import conditions
from simulator.engine.controllers.deployment.status import sync_rollout_status
from simulator.engine.objects import condition, set_in, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.deployment_rig import DEPLOYMENTS, DeploymentRig, Size
from tests.engine.controllers.rig import START, USER, Rig

LONG_AGO = timestamp(START - 3600 * SECOND)
NO_DEADLINE = 2**31 - 1


def progressing(status: str, reason: str, at: str = LONG_AGO) -> list[Body]:
    return [{"type": "Progressing", "status": status, "reason": reason, "lastUpdateTime": at, "lastTransitionTime": at}]


def figures(current: int, updated: int, ready: int, available: int) -> Body:
    return {
        "replicas": current,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": available,
        "observedGeneration": 1,
    }


COMPLETE: dict[str, tuple[int, Body, bool]] = {
    "not all available": (5, figures(5, 5, 4, 4), False),
    "fewer than must be": (5, figures(5, 5, 3, 3), False),
    "complete": (5, figures(5, 5, 5, 5), True),
    "not all of the template": (5, figures(5, 4, 5, 5), False),
    "old pods run": (1, figures(2, 1, 1, 1), False),
    "one that never comes up": (1, figures(1, 1, 0, 0), False),
    "not seen yet": (5, {**figures(5, 5, 5, 5), "observedGeneration": 0}, False),
}


@pytest.mark.parametrize("name", COMPLETE)
def test_is_complete(name: str) -> None:
    replicas, status, expected = COMPLETE[name]
    deployment = {"metadata": {"generation": 1}, "spec": {"replicas": replicas}}
    assert conditions.is_complete(deployment, status) is expected


PROGRESS: dict[str, tuple[Body, Body, bool]] = {
    "more of the template": (figures(10, 4, 4, 4), figures(10, 6, 4, 4), True),
    "none": (figures(10, 4, 4, 4), figures(10, 4, 4, 4), False),
    "old ones went": (figures(10, 4, 6, 6), figures(8, 4, 6, 6), True),
    "fewer of the template": (figures(10, 7, 3, 3), figures(10, 6, 3, 3), False),
    "fewer in all, more of the template": (figures(10, 4, 7, 7), figures(8, 8, 5, 5), True),
    "more ready": (figures(10, 10, 9, 8), figures(10, 10, 10, 8), True),
    "more available": (figures(10, 10, 10, 9), figures(10, 10, 10, 10), True),
}


@pytest.mark.parametrize("name", PROGRESS)
def test_has_progressed(name: str) -> None:
    old, new, expected = PROGRESS[name]
    assert conditions.has_progressed({"status": old}, new) is expected


TIMED_OUT: dict[str, tuple[list[Body], int, bool]] = {
    # conditions, seconds since the last progress, whether 10 s have been exceeded
    "nothing is known": ([], 60, False),
    "after 11 s": (progressing("True", "ReplicaSetUpdated"), 11, True),
    "after 9 s": (progressing("True", "ReplicaSetUpdated"), 9, False),
    "after exactly 10 s": (progressing("True", "ReplicaSetUpdated"), 10, False),
    "it was complete": (progressing("True", "NewReplicaSetAvailable"), 60, False),
    "it has failed before": (progressing("False", "ProgressDeadlineExceeded"), 1, True),
}


@pytest.mark.parametrize("name", TIMED_OUT)
def test_has_timed_out(name: str) -> None:
    held, seconds, expected = TIMED_OUT[name]
    deployment = {"spec": {"progressDeadlineSeconds": 10}}
    now = START - 3600 * SECOND + seconds * SECOND
    assert conditions.has_timed_out(deployment, held, now) is expected


SAID: dict[str, tuple[dict[str, Any], Body, tuple[str, str] | None]] = {
    # what there is, its status before, the Progressing condition's status and reason after
    "no deadline: nothing is said": (
        {"old": (Size(0, 1, 1),), "new": Size(3, 2, 2), "progressDeadlineSeconds": NO_DEADLINE},
        {"conditions": progressing("True", "ReplicaSetUpdated"), "status": figures(2, 2, 2, 2)},
        None,
    ),
    "only one is active: nothing new": (
        {"new": Size(3, 3)},
        {"conditions": progressing("True", "NewReplicaSetAvailable"), "status": figures(3, 3, 3, 3)},
        ("True", "NewReplicaSetAvailable"),
    ),
    "progress again": (
        {"old": (Size(0, 1, 1),), "new": Size(3, 2, 2)},
        {"conditions": progressing("True", "ReplicaSetUpdated"), "status": figures(2, 2, 2, 2)},
        ("True", "ReplicaSetUpdated"),
    ),
    "progress after all": (
        {"old": (Size(0, 1, 1),), "new": Size(3, 2, 2)},
        {"conditions": progressing("False", "ProgressDeadlineExceeded"), "status": figures(2, 2, 2, 2)},
        ("True", "ReplicaSetUpdated"),
    ),
    "first progress": (
        {"old": (Size(0, 1, 1),), "new": Size(3, 2, 2)},
        {"conditions": [], "status": figures(2, 2, 2, 2)},
        ("True", "ReplicaSetUpdated"),
    ),
    "complete": (
        {"new": Size(3, 3)},
        {"conditions": progressing("True", "ReplicaSetUpdated"), "status": figures(3, 3, 3, 3)},
        ("True", "NewReplicaSetAvailable"),
    ),
    "complete after all": (
        {"new": Size(3, 3)},
        {"conditions": progressing("False", "ProgressDeadlineExceeded"), "status": figures(3, 3, 3, 3)},
        ("True", "NewReplicaSetAvailable"),
    ),
    "complete at once": (
        {"new": Size(3, 3)},
        {"conditions": [], "status": figures(3, 3, 3, 3)},
        ("True", "NewReplicaSetAvailable"),
    ),
    "too late": (
        {"new": Size(3, 2, 2)},
        {"conditions": progressing("True", "ReplicaSetUpdated"), "status": figures(2, 2, 2, 2)},
        ("False", "ProgressDeadlineExceeded"),
    ),
    "too late before": (
        {"new": Size(3, 2, 2)},
        {"conditions": progressing("False", "ProgressDeadlineExceeded"), "status": figures(2, 2, 2, 2)},
        ("False", "ProgressDeadlineExceeded"),
    ),
}
KEPT = {"only one is active: nothing new", "too late before"}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    there, before, expected = SAID[name]
    rig = DeploymentRig()
    rig.put(3, **{"strategy": {"type": "Recreate"}, "progressDeadlineSeconds": 60, **there}, **before)
    sync_rollout_status(rig.rollout())
    found = condition(rig.get(DEPLOYMENTS, "web"), "Progressing")
    if expected is None:
        assert found is None
        return
    assert found is not None and (found["status"], found["reason"]) == expected
    held = before["conditions"]
    assert (found["lastUpdateTime"] == LONG_AGO) is (name in KEPT)
    same = bool(held) and held[0]["status"] == expected[0]
    assert (found["lastTransitionTime"] == LONG_AGO) is same


@pytest.mark.parametrize(
    ("late", "due"),
    [
        (0, 61 * SECOND),
        (30 * SECOND, 61 * SECOND),
        (59 * SECOND, 61 * SECOND),
        (59 * SECOND + MILLISECOND, 60 * SECOND + MILLISECOND),
        (59 * SECOND + 999 * MILLISECOND, 60 * SECOND + 4 * MILLISECOND),
        (60 * SECOND, 60 * SECOND + 5 * MILLISECOND),
    ],
)
def test_when_a_stuck_rollout_is_looked_at(late: int, due: int) -> None:
    """A second after the deadline; in the last second before it every 5 ms, of which one tick matters."""
    rig = DeploymentRig()
    held = progressing("True", "ReplicaSetUpdated", timestamp(START))
    rig.put(3, progressDeadlineSeconds=60, old=(Size(3, 3),), new=Size(1), conditions=held)
    sync_rollout_status(rig.rollout())
    deployment = rig.get(DEPLOYMENTS, "web")
    others = [one for one in deployment["status"]["conditions"] if one["type"] != "Progressing"]
    rig.world.update_status(DEPLOYMENTS, set_in(deployment, ("status", "conditions"), [*others, *held]), USER)
    rig.world.clock.cancel(rig.controller.name, "default/web")
    rig.world.clock.now = START + late
    sync_rollout_status(rig.rollout())
    booked = rig.world.clock.booked(rig.controller.name, "default/web")
    assert booked is not None and booked.due == START + due


def test_the_instant_at_which_a_rollout_fails() -> None:
    rig = Rig(is_sick=lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:bad")
    rig.deployment("web", 1, progressDeadlineSeconds=60)
    rig.settle()
    rig.image("web", "nginx:bad")
    rig.run(30)
    found = condition(rig.get(DEPLOYMENTS, "web"), "Progressing")
    assert found is not None
    rig.world.drain()
    rig.settle()
    failed = [change for change in rig.world.drain().changes if change.resource == DEPLOYMENTS]
    assert len(failed) == 1
    last = conditions.deadline(rig.get(DEPLOYMENTS, "web"), found)
    assert failed[0].at == last + SECOND
