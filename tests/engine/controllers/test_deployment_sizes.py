"""The arithmetic of rollouts, in upstream's own cases (deployment_util_test.go, rolling_test.go)."""

from __future__ import annotations

import pytest

from simulator.engine.controllers.deployment import sizes


def deployment(replicas, surge=0, unavailable=0, kind="RollingUpdate", status=0):
    strategy = {"type": kind}
    if kind == "RollingUpdate":
        strategy["rollingUpdate"] = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"spec": {"replicas": replicas, "strategy": strategy}, "status": {"replicas": status}}


def replicaset(replicas, desired=None, most=None, available=0):
    notes = {sizes.DESIRED_REPLICAS: desired, sizes.MAX_REPLICAS: most}
    held = {name: str(figure) for name, figure in notes.items() if figure is not None}
    status = {"availableReplicas": available}
    return {"metadata": {"annotations": held}, "spec": {"replicas": replicas}, "status": status}


@pytest.mark.parametrize(
    ("surge", "unavailable", "desired", "expected"),
    [
        ("0%", "0%", 0, (0, 1)),
        ("39%", "39%", 0, (0, 1)),
        ("0%", "1%", 10, (0, 1)),
        ("55%", "0%", 95, (53, 0)),
        ("25%", "25%", 10, (3, 2)),
        ("25%", "25%", 1, (1, 0)),
        ("25%", "25%", 3, (1, 0)),
        ("25%", "25%", 4, (1, 1)),
        (0, 0, 10, (0, 1)),
        (5, 1, 10, (5, 1)),
        ("100%", 0, 1, (1, 0)),
        (None, None, 7, (0, 1)),
        ("5%", "5%", 1, (1, 0)),
    ],
)
def test_fenceposts(surge, unavailable, desired, expected):
    assert sizes.fenceposts(surge, unavailable, desired) == expected


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "kind", "expected"),
    [
        (10, 5, 5, "RollingUpdate", 5),
        (3, 5, 5, "RollingUpdate", 3),
        (10, 0, 0, "RollingUpdate", 1),
        (0, 0, 0, "RollingUpdate", 0),
        (10, 5, "50%", "RollingUpdate", 5),
        (10, 5, "10%", "RollingUpdate", 1),
        (10, 5, "120%", "RollingUpdate", 10),
        (3, 0, "50%", "Recreate", 0),
    ],
)
def test_max_unavailable(replicas, surge, unavailable, kind, expected):
    assert sizes.max_unavailable(deployment(replicas, surge, unavailable, kind)) == expected


@pytest.mark.parametrize(
    ("kind", "replicas", "surge", "old", "new", "expected"),
    [
        ("RollingUpdate", 8, 0, 0, 5, 8),
        ("RollingUpdate", 6, 0, 6, 0, 0),
        ("RollingUpdate", 6, 2, 6, 0, 2),
        ("RollingUpdate", 6, 2, 10, 0, 0),
        ("RollingUpdate", 1, "25%", 0, 0, 1),
        ("RollingUpdate", 2, "100%", 2, 0, 2),
        ("Recreate", 3, 0, 3, 1, 3),
    ],
)
def test_new_size(kind, replicas, surge, old, new, expected):
    fresh = replicaset(new)
    assert sizes.new_size(deployment(replicas, surge, 1, kind), fresh, [replicaset(old), fresh]) == expected


@pytest.mark.parametrize(
    ("name", "size", "before", "replicas", "surge", "to_add", "added", "expected"),
    [
        ("grows by its share", 10, 10, 20, 0, 10, 0, 10),
        ("no more than is left", 10, 10, 20, 0, 10, 7, 3),
        ("shrinks by its share", 10, 20, 10, 0, -10, 0, -5),
        ("empty stays empty", 0, 10, 20, 0, 10, 0, 0),
        ("to nothing", 7, 10, 0, 0, -10, 0, -7),
        ("half rounds away from zero", 5, 10, 11, 0, 1, 0, 1),
        ("with surge", 8, 12, 15, 3, 6, 0, 4),
    ],
)
def test_proportion(name, size, before, replicas, surge, to_add, added, expected):
    assert sizes.proportion(replicaset(size, most=before), deployment(replicas, surge, 1), to_add, added) == expected


@pytest.mark.parametrize(
    ("rs", "expected"),
    [
        (None, False),
        (replicaset(3, desired=3, available=3), True),
        (replicaset(3, desired=3, available=2), False),
        (replicaset(3, desired=5, available=3), False),
        (replicaset(2, desired=3, available=2), False),
        (replicaset(3, available=3), False),
    ],
)
def test_is_saturated(rs, expected):
    assert sizes.is_saturated(deployment(3), rs) is expected
