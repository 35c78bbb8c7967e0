"""Rolling updates that may take several pods of a StatefulSet at once.

The cases are those of TestStatefulSetControlRollingUpdateWithMaxUnavailable* in
pkg/controller/statefulset/stateful_set_control_test.go and of TestGetStatefulSetMaxUnavailable in
stateful_set_utils_test.go, v1.34. Nobody runs the pods here: they are ready when a test says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.statefulset.plan import most_unavailable
from tests.engine.controllers.rig import Rig, make_ready
from tests.engine.controllers.stateful_sets import BOTH, STS, history, images, names


def running(
    replicas: int = 6, *, policy: str = "Parallel", unavailable: Any = 2, partition: int = 0, patience: int = 0
) -> Rig:
    """A StatefulSet `web` of image nginx:1 all of whose pods are available."""
    rig = Rig(kubelet=False)
    rolling = {"partition": partition, "maxUnavailable": unavailable}
    rig.statefulset(
        "web",
        replicas,
        podManagementPolicy=policy,
        minReadySeconds=patience,
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling},
    )
    for _turn in range(replicas):
        rig.run(1)
        ready(rig, *names(rig))
        rig.run(patience)
    rig.run(1)
    rig.world.drain()
    return rig


def ready(rig: Rig, *pods: str) -> None:
    for pod in pods:
        make_ready(rig.world, rig.get("pods", pod))
    rig.run(0.1)


def terminating(rig: Rig, pod: str) -> None:
    """Deletes a pod that stays for as long as its finalizer does."""
    rig.edit("pods", pod, ("metadata", "finalizers"), ["example.com/stays"])
    rig.delete("pods", pod)


def update(rig: Rig) -> list[tuple[str, str]]:
    """What comes of a new image at once."""
    rig.world.drain()
    rig.image("web", "nginx:2", STS)
    rig.run(0.1)
    return list(history(rig))


def test_pods_that_come_at_once_are_replaced_as_soon_as_one_is_available() -> None:
    rig = running(partition=3)
    assert update(rig) == [("-", "web-5"), ("-", "web-4"), ("+", "web-4"), ("+", "web-5")]
    ready(rig, "web-4")
    assert list(history(rig)) == [("-", "web-3"), ("+", "web-3")]
    ready(rig, "web-5", "web-3")
    assert list(history(rig)) == []
    assert images(rig) == ["nginx:1"] * 3 + ["nginx:2"] * 3


def test_pods_that_come_in_order_are_replaced_when_all_are_available() -> None:
    rig = running(policy="OrderedReady", partition=3)
    assert update(rig) == [("-", "web-5"), ("-", "web-4"), ("+", "web-4")]
    ready(rig, "web-4")
    assert list(history(rig)) == [("+", "web-5")]
    ready(rig, "web-5")
    assert list(history(rig)) == [("-", "web-3"), ("+", "web-3")]
    ready(rig, "web-3")
    assert list(history(rig)) == []
    assert images(rig) == ["nginx:1"] * 3 + ["nginx:2"] * 3


@pytest.mark.parametrize(
    ("gone", "taken"),
    [
        ((), ("web-5", "web-4")),
        ((5,), ("web-4",)),
        ((3,), ("web-5",)),
        ((4,), ("web-5",)),
        ((5, 4), ()),
        ((5, 3), ()),
        ((4, 3), ()),
        ((5, 4, 3), ()),
        ((2,), ("web-5",)),
        ((1,), ("web-5",)),
    ],
    ids=str,
)
@BOTH
def test_pods_that_terminate_count(policy: str, gone: tuple[int, ...], taken: tuple[str, ...]) -> None:
    rig = running(policy=policy, partition=3)
    for ordinal in gone:
        terminating(rig, f"web-{ordinal}")
    rig.run(0.1)
    deleted = tuple(name for what, name in update(rig) if what == "-")
    assert deleted == (taken if policy == "Parallel" or not gone else ())


@pytest.mark.parametrize(
    ("replicas", "partition", "unavailable", "sick", "taken"),
    [
        pytest.param(1, 0, 1, (0,), (), id="the only pod is not ready"),
        pytest.param(3, 0, 1, (2,), (), id="the last pod is not ready"),
        pytest.param(5, 0, 2, (3, 4), (), id="as many as may be are not ready"),
        pytest.param(5, 2, 1, (1,), (), id="one below the partition is not ready"),
        pytest.param(5, 3, 2, (1,), ("web-4",), id="one below the partition takes one's place"),
        pytest.param(5, 0, 3, (4,), ("web-4", "web-3", "web-2"), id="one that is not ready goes first"),
        pytest.param(4, 0, "75%", (), ("web-3", "web-2", "web-1"), id="a percentage"),
        pytest.param(4, 2, 4, (), ("web-3", "web-2"), id="more than there are above the partition"),
    ],
)
def test_pods_that_are_not_ready_count(
    replicas: int, partition: int, unavailable: Any, sick: tuple[int, ...], taken: tuple[str, ...]
) -> None:
    rig = running(replicas, unavailable=unavailable, partition=partition)
    for ordinal in sick:
        make_ready(rig.world, rig.get("pods", f"web-{ordinal}"), ready=False)
    rig.run(0.1)
    assert tuple(name for what, name in update(rig) if what == "-") == taken


def test_pods_that_are_ready_for_too_short_a_time_count() -> None:
    rig = running(3, unavailable=1, patience=30)
    assert update(rig) == [("-", "web-2"), ("+", "web-2")]
    ready(rig, "web-2")
    rig.run(29)
    assert list(history(rig)) == []
    rig.run(1)
    assert list(history(rig)) == [("-", "web-1"), ("+", "web-1")]


@pytest.mark.parametrize(
    ("value", "replicas", "most"),
    [
        (None, 10, 1),
        (3, 10, 3),
        (3, 0, 3),
        (0, 0, 1),
        ("10%", 25, 2),
        ("100%", 5, 5),
        ("50%", 5, 2),
        ("10%", 5, 1),
        ("1%", 0, 1),
        ("0%", 0, 1),
    ],
)
def test_how_many_may_be_unavailable(value: Any, replicas: int, most: int) -> None:
    spec = {"replicas": replicas, "updateStrategy": {"rollingUpdate": {"partition": 0, "maxUnavailable": value}}}
    assert most_unavailable({"spec": spec}) == most


def test_without_figures_it_is_one() -> None:
    assert most_unavailable({"spec": {"replicas": 9, "updateStrategy": {"type": "RollingUpdate"}}}) == 1
