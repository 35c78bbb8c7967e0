"""What always holds, whatever people do; and that scans nobody needs are not missed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.cluster_autoscaler import autoscaler
from simulator.engine.node_groups import RESOURCE
from simulator.engine.registry import Body
from simulator.engine.world import Change

from .rig import Cloud

SOON = {"scale_down_unneeded_time": "40s", "scale_down_delay_after_add": "20s"}
DOINGS = st.lists(
    st.tuples(st.integers(5, 90), st.integers(0, 7), st.booleans()),
    min_size=1,
    max_size=5,
)


def live(doings: list[tuple[int, int, bool]], *, rebuild: bool) -> tuple[Cloud, list[Change]]:
    """A Deployment is scaled again and again; at the end there is time for everything to settle."""
    cloud = Cloud(**SOON)
    cloud.group(least=1, size=1, most=4)
    cloud.deployment(1, "900m")
    cloud.budget(maxUnavailable=1)
    cloud.world.drain()
    changes: list[Change] = []
    for wait, replicas, dies in doings:
        cloud.run(wait)
        cloud.scale(replicas)
        changes += cloud.world.drain().changes
        if dies and rebuild:
            cloud.rebuild()
    cloud.run(600)  # two minutes after the last eviction its condition is taken back
    return cloud, changes + cloud.world.drain().changes


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOINGS)
def test_a_group_stays_within_its_bounds_and_every_pod_that_fits_gets_a_node(doings: list[Any]) -> None:
    cloud, changes = live(doings, rebuild=True)
    sizes = [change.body["spec"]["size"] for change in changes if change.resource == RESOURCE]
    assert all(1 <= size <= 4 for size in sizes)
    assert cloud.pending() == 0
    assert cloud.world.clock.settled()


@pytest.mark.parametrize(
    "doings",
    [
        [(20, 6, False), (90, 0, False)],
        [(30, 3, False), (90, 2, False), (90, 1, False), (90, 1, False), (90, 0, False)],
        [(7, 7, False), (33, 1, False), (61, 5, False), (90, 2, False)],
        [(5, 3, False), (5, 7, False), (5, 0, False), (45, 4, False)],
    ],
)
def test_a_loop_that_scans_every_ten_seconds_does_the_same(
    doings: list[tuple[int, int, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _cloud, sparing = live(doings, rebuild=False)
    scanned = {"sparing": 0, "naive": 0}
    plain = autoscaler.Scan.remember

    def remember(scan: autoscaler.Scan) -> None:
        scanned["naive"] += 1
        plain(scan)
        scan.owner.enqueue(autoscaler._SCAN, after=10 * SECOND - scan.now % (10 * SECOND))

    monkeypatch.setattr(autoscaler.Scan, "remember", remember)
    _cloud, naive = live(doings, rebuild=False)
    assert scanned["naive"] >= 40
    assert [said(change) for change in sparing] == [said(change) for change in naive]


def said(change: Change) -> tuple[int, str, str, object, Body]:
    return change.at, change.operation, change.resource, change.key, change.body.get("spec") or {}


def test_a_settled_cluster_makes_no_more_writes() -> None:
    cloud, _changes = live([(20, 6, False)], rebuild=False)
    cloud.run(3600)
    left = [change for change in cloud.world.drain().changes if change.resource != "events"]
    assert left == []


def test_without_node_groups_there_is_nothing_to_do() -> None:
    cloud = Cloud()
    cloud.deployment(3, "1500m")
    cloud.run(60)
    assert cloud.world.note("cluster-autoscaler", "state") is None
    assert cloud.world.get("configmaps", "kube-system", "cluster-autoscaler-status") is None
