"""How often a kubelet says that its node lives, by its configuration, and how soon its silence is noticed."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.kinds.lease import renewed
from simulator.engine.objects import annotations_of, condition, instant_of
from simulator.engine.registry import KINDS, Body
from simulator.engine.renewal import HEARTBEAT, LEASES, NAMESPACE, RENEWS, latest, period
from tests.engine.cluster import T0, USER, Cluster

LOOK = 5 * SECOND
GRACE = 50 * SECOND


def configure(cluster: Cluster, node: str = "", **fields: Any) -> None:
    name = f"kubelet-config-{node}" if node else "kubelet-config"
    body: Body = {"metadata": {"name": name, "namespace": "kube-system"}, "data": {"kubelet": yaml.safe_dump(fields)}}
    if cluster.world.get("configmaps", "kube-system", name) is None:
        cluster.world.create("configmaps", body, USER)
    else:
        cluster.world.update("configmaps", body, USER)


def periods(cluster: Cluster, node: str = "a-1") -> tuple[int, int, int]:
    """Seconds for which a renewal counts, from one to the next, and from one status to the next."""
    lease = cluster.get(LEASES, node, NAMESPACE)
    renewal = period(annotations_of(lease)[RENEWS])
    status = period(annotations_of(cluster.get("nodes", node))[HEARTBEAT])
    return lease["spec"]["leaseDurationSeconds"], renewal // SECOND, status // SECOND


PERIODS: dict[str, tuple[dict[str, Any], tuple[int, int, int]]] = {
    # name: (configuration, what `periods` finds)
    "the defaults": ({}, (40, 10, 300)),
    "a longer lease": ({"nodeLeaseDurationSeconds": 80}, (80, 20, 300)),
    "zero is the default": (
        {"nodeLeaseDurationSeconds": 0, "nodeStatusReportFrequency": "0s", "nodeStatusUpdateFrequency": "0s"},
        (40, 10, 300),
    ),
    "reports": ({"nodeStatusReportFrequency": "1m"}, (40, 10, 60)),
    "updates alone are reported each time": ({"nodeStatusUpdateFrequency": "20s"}, (40, 10, 20)),
    "updates and reports": ({"nodeStatusUpdateFrequency": "20s", "nodeStatusReportFrequency": "1m"}, (40, 10, 60)),
    "reports between updates wait": (
        {"nodeStatusUpdateFrequency": "20s", "nodeStatusReportFrequency": "50s"},
        (40, 10, 60),
    ),
    "not more reports than updates": (
        {"nodeStatusUpdateFrequency": "20s", "nodeStatusReportFrequency": "5s"},
        (40, 10, 20),
    ),
    "an impossible lease": ({"nodeLeaseDurationSeconds": -1}, (40, 10, 300)),
}


@pytest.mark.parametrize(("fields", "found"), PERIODS.values(), ids=PERIODS.keys())
def test_how_often_it_says_so(fields: dict[str, Any], found: tuple[int, int, int]) -> None:
    cluster = Cluster()
    configure(cluster, **fields)
    cluster.run(1)
    assert periods(cluster) == found


def test_one_node_and_live() -> None:
    cluster = Cluster()
    configure(cluster, nodeLeaseDurationSeconds=80)
    configure(cluster, "a-2", nodeLeaseDurationSeconds=20)
    cluster.run(1)
    assert [periods(cluster, node)[:2] for node in ("a-1", "a-2")] == [(80, 20), (20, 5)]
    configure(cluster, nodeLeaseDurationSeconds=160)
    cluster.run(1)
    assert [periods(cluster, node)[:2] for node in ("a-1", "a-2")] == [(160, 40), (20, 5)]


def test_a_kubelet_that_starts_reads_what_was_written_meanwhile() -> None:
    cluster = Cluster()
    cluster.fault("stop", "KubeletStop", {"nodeName": "a-1"}, durationSeconds=20)
    cluster.until(5)
    configure(cluster, nodeLeaseDurationSeconds=80)
    cluster.until(30)
    assert periods(cluster)[:2] == (80, 20)


def test_a_kubelet_that_was_cut_off_hears_of_it_afterwards() -> None:
    cluster = Cluster()
    cluster.fault("cut", "NetworkPartition", {"nodeName": "a-1"}, durationSeconds=20)
    cluster.until(5)
    configure(cluster, nodeLeaseDurationSeconds=80)
    cluster.until(19)
    assert cluster.get(LEASES, "a-1", NAMESPACE)["spec"]["leaseDurationSeconds"] == 40
    cluster.until(30)
    assert periods(cluster)[:2] == (80, 20)


def test_heartbeats_are_no_events() -> None:
    cluster = Cluster()
    configure(cluster, nodeLeaseDurationSeconds=4, nodeStatusUpdateFrequency="1s")
    cluster.run(20)
    changes: list[Change] = []
    for resource in ("nodes", LEASES):
        cluster.world.watch(resource, changes.append)
    cluster.run(600)
    assert changes == []
    lease, node = cluster.get(LEASES, "a-1", NAMESPACE), KINDS["nodes"].at_read
    assert renewed(lease, cluster.world.now) == cluster.world.now - (cluster.world.now - T0 - _phase(lease)) % SECOND
    assert node is not None
    seen = condition(node(cluster.get("nodes", "a-1"), cluster.world.now), "Ready") or {}
    assert cluster.world.now - instant_of(seen["lastHeartbeatTime"]) < 2 * SECOND


def _phase(lease: Body) -> int:
    return (int(annotations_of(lease)[RENEWS].partition("/")[0]) - T0) % SECOND


@pytest.mark.parametrize("seconds", [4, 40, 120, 200])
def test_how_soon_silence_is_noticed(seconds: int) -> None:
    """After the last renewal 50 s, and up to two looks of the controller more."""
    cluster = Cluster()
    configure(cluster, nodeLeaseDurationSeconds=seconds)
    cluster.until(300)
    assert cluster.ready("a-1") == "True"
    gone: list[int] = []
    cluster.world.watch("nodes", lambda change: gone.append(cluster.world.now) if unknown(change) else None)
    cluster.fault("off", "NodeCrash", {"nodeName": "a-1"})
    cluster.until(301)
    last = renewed(cluster.get(LEASES, "a-1", NAMESPACE), cluster.world.now) or 0
    beat = instant_of((condition(cluster.get("nodes", "a-1"), "Ready") or {})["lastHeartbeatTime"])
    cluster.until(500)
    assert len(gone) == 1
    assert 0 <= gone[0] - max(last, beat) - GRACE <= LOOK + cluster.world.latency.watch


def unknown(change: Change) -> bool:
    was = (condition(change.before, "Ready") or {}).get("status") if change.before else None
    return was != "Unknown" and (condition(change.body, "Ready") or {}).get("status") == "Unknown"


FLAPPING: dict[str, tuple[dict[str, Any], bool]] = {
    # name: (configuration, whether a node that lives is given up now and then)
    "renewed every 50 s": ({"nodeLeaseDurationSeconds": 200}, False),
    "renewed every 70 s": ({"nodeLeaseDurationSeconds": 280}, True),
    "renewed every 70 s, reported every 30 s": (
        {"nodeLeaseDurationSeconds": 280, "nodeStatusReportFrequency": "30s"},
        False,
    ),
}


@pytest.mark.parametrize(("fields", "flaps"), FLAPPING.values(), ids=FLAPPING.keys())
def test_a_kubelet_that_says_so_too_rarely(fields: dict[str, Any], flaps: bool) -> None:
    cluster = Cluster()
    configure(cluster, "a-1", **fields)
    told: list[tuple[int, str]] = []

    def hear(change: Change) -> None:
        status = (condition(change.body, "Ready") or {}).get("status", "")
        if change.key.name == "a-1" and (not told or told[-1][1] != status):
            told.append((cluster.world.now, status))

    cluster.world.watch("nodes", hear)
    cluster.until(900)
    unknowns = [at for at, status in told if status == "Unknown"]
    assert bool(unknowns) is flaps
    for at in unknowns:
        back = [later for later, status in told if later > at and status == "True"]
        assert not back or back[0] - at <= 10 * SECOND
    assert not flaps or told[-1][0] > T0 + 800 * SECOND


@pytest.mark.parametrize(("lease", "report"), [(280, "2h"), (400, "2h"), (320, "70s"), (240, "90s"), (260, "5m")])
def test_unknown_comes_at_the_instants_of_a_naive_simulation(lease: int, report: str) -> None:
    """The controller looks every 5 s, and gives up 50 s after the look that saw the last new sign of life."""
    cluster = Cluster()
    configure(cluster, "a-1", nodeLeaseDurationSeconds=lease, nodeStatusReportFrequency=report)
    cluster.until(1)
    found: list[int] = []
    cluster.world.watch("nodes", lambda change: found.append(cluster.world.now) if unknown(change) else None)
    expected: list[int] = []
    seen, probed, given_up = 0, cluster.world.now, False
    look = cluster.world.now + (cluster.world.hash("monitorNodeHealth") % LOOK - cluster.world.now) % LOOK
    while look < T0 + 600 * SECOND:
        cluster.world.clock.run_until(look - cluster.world.latency.watch)
        heard = cluster.world.now
        held, node = cluster.get(LEASES, "a-1", NAMESPACE), cluster.get("nodes", "a-1")
        beat = latest(annotations_of(node).get(HEARTBEAT), heard)
        beat = beat or instant_of((condition(node, "Ready") or {})["lastHeartbeatTime"])
        sign = max(renewed(held, heard) or 0, beat)
        if sign > seen:
            seen, probed, given_up = sign, look, False
        elif look >= probed + GRACE and not given_up:
            expected.append(look)
            given_up = True
        look += LOOK
    cluster.until(600)
    assert found == expected and len(found) > 1
