"""What one reconcile makes of a Deployment with ReplicaSets of given sizes.

The cases are those of pkg/controller/deployment/rolling_test.go, sync_test.go (TestScale) and recreate_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.objects import owner_reference
from tests.engine.controllers.deployment_rig import RS, DeploymentRig, Size
from tests.engine.controllers.rig import make_ready

GROWING: dict[str, tuple[int, Size, Size, int]] = {
    # maxSurge, old, new, the new one's size
    "no room": (0, Size(10, 10), Size(0), 0),
    "room for the surge": (2, Size(10, 10), Size(0), 2),
    "room that old pods left": (2, Size(5, 5), Size(0), 7),
    "the surge is there": (2, Size(10, 10), Size(2), 2),
    "too many of its own": (2, Size(2, 2), Size(11), 10),
}


@pytest.mark.parametrize("name", GROWING)
def test_the_new_one_grows(name: str) -> None:
    surge, old, new, expected = GROWING[name]
    rig = DeploymentRig()
    rig.put(10, surge=surge, unavailable=1, old=(old,), new=new)
    assert rig.reconcile()["new"] == expected


SHRINKING: dict[str, tuple[int, Size, Size, int]] = {
    # maxUnavailable, old, new, the old one's size
    "neither limit would move it: one goes": (0, Size(10, 10), Size(0), 9),
    "as many as may be missing": (2, Size(10, 10), Size(0), 8),
    "two that are not available go first": (2, Size(10, 8), Size(0), 8),
    "one that is not available and one that is": (2, Size(10, 9), Size(0), 8),
    "not for new ones that are not available": (2, Size(8, 8), Size(2), 8),
    "no more that are not available than may go": (1, Size(10, 8), Size(0), 9),
    "nearly none is available": (2, Size(10, 1), Size(0), 8),
    "new ones are available": (2, Size(8, 8), Size(2, 2), 6),
    "its status is behind its size": (2, Size(8, 10), Size(2, 2), 8),
}


@pytest.mark.parametrize("name", SHRINKING)
def test_the_old_one_shrinks(name: str) -> None:
    unavailable, old, new, expected = SHRINKING[name]
    rig = DeploymentRig()
    rig.put(10, surge=0, unavailable=unavailable, old=(old,), new=new)
    assert rig.reconcile()["old-0"] == expected


def test_the_oldest_shrinks_first() -> None:
    rig = DeploymentRig()
    rig.put(10, surge=0, unavailable=2, old=(Size(1, 1), Size(4, 4)), new=Size(5, 5))
    assert rig.reconcile() == {"old-0": 0, "old-1": 3, "new": 5}


SCALING: dict[str, tuple[int, int, dict[str, Any], list[int], int | None, list[int], int | None]] = {
    # from, to, limits, sizes of the old ones (the oldest first) and of the new one, before and after
    "up, one of them": (10, 12, {}, [], 10, [], 12),
    "down, one of them": (10, 5, {}, [], 10, [], 5),
    "5 to 10": (5, 10, {}, [3], 2, [6], 4),
    "5 to 3": (5, 3, {}, [3], 2, [2], 1),
    "9 to 4": (9, 4, {}, [1], 8, [0], 4),
    "7 to 10": (7, 10, {}, [2, 3], 2, [3, 4], 3),
    "13 to 8": (13, 8, {}, [3, 8], 2, [2, 5], 1),
    "3 to 4: what is left over goes to the newest": (3, 4, {}, [1, 1], 1, [1, 1], 2),
    "3 to 2: it is taken from the oldest": (3, 2, {}, [1, 1], 1, [0, 1], 1),
    "3 to 1": (3, 1, {}, [1, 1], 1, [0, 0], 1),
    "3 to 0": (3, 0, {}, [1, 1], 1, [0, 0], 0),
    "0 to 6": (0, 6, {}, [0, 0], 0, [0, 0], 6),
    "0 to 6 without a new one: the newest": (0, 6, {}, [0, 0], None, [0, 6], None),
    "with a surge": (10, 20, {"surge": 2, "unavailable": 1}, [6], 6, [11], 11),
}


@pytest.mark.parametrize("name", SCALING)
def test_scaling_in_proportion(name: str) -> None:
    before, after, limits, old, new, olds, news = SCALING[name]
    limits = limits or {"surge": 0, "unavailable": 1}
    rig = DeploymentRig()
    rig.put(
        after,
        **limits,
        old=tuple(Size(size) for size in old),
        new=None if new is None else Size(new),
        scaled_from=(before, before + limits["surge"]),
        paused=new is None or not any([new, *old]),
    )
    found = rig.reconcile()
    assert [found[f"old-{place}"] for place in range(len(olds))] == olds
    assert found.get("new") == news


def test_a_full_new_one_leaves_nothing_to_old_ones() -> None:
    rig = DeploymentRig()
    rig.put(5, old=(Size(5, 5), Size(5, 5)), new=Size(5, 5), scaled_from=(5, 6), paused=True)
    assert rig.reconcile() == {"old-0": 0, "old-1": 0, "new": 5}


def test_a_new_one_that_does_not_work_leaves_old_ones_alone() -> None:
    rig = DeploymentRig()
    rig.put(2, surge=1, unavailable=1, old=(Size(1, 1),), new=Size(2, 0), scaled_from=(2, 3), paused=True)
    assert rig.reconcile() == {"old-0": 1, "new": 2}


OLD_PODS: dict[str, tuple[Size, list[str], bool]] = {
    # the old one, the phases of its pods, whether the new one waits
    "none": (Size(0), [], False),
    "its status counts one": (Size(0, there=1), [], True),
    "pods that have ended": (Size(0), ["Failed", "Succeeded"], False),
    "a pod of which nobody knows": (Size(0), ["Unknown"], True),
    "a pod that waits": (Size(0), ["Pending"], True),
    "a pod that runs": (Size(0), ["Running"], True),
    "some ended, one waits": (Size(0), ["Failed", "Succeeded", "Pending"], True),
}


@pytest.mark.parametrize("name", OLD_PODS)
def test_recreating_waits_for_old_pods(name: str) -> None:
    old, phases, waits = OLD_PODS[name]
    rig = DeploymentRig()
    rig.put(3, old=(old,), strategy={"type": "Recreate"})
    owner = owner_reference(rig.get(RS, "old-0"))
    for place, phase in enumerate(phases):
        pod = rig.pod(f"pod-{place}", {"app": "web"}, ownerReferences=[owner])
        make_ready(rig.world, pod, ready=False, phase=phase)
    found = rig.reconcile()
    assert (len(found) == 1) is waits


def test_recreating_takes_all_old_pods_away() -> None:
    rig = DeploymentRig()
    rig.put(3, old=(Size(3, 3), Size(1)), strategy={"type": "Recreate"})
    assert rig.reconcile() == {"old-0": 0, "old-1": 0}
