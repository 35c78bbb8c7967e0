"""A node that loses packets: when its kubelet is not heard of any more."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.faults import dial
from simulator.engine.objects import is_condition_true
from tests.engine.cluster import USER, Cluster

ONE = {"nodeName": "a-1"}


LOSSES = {
    # name: (percent, status of Ready after two minutes)
    "TCP sends again": (89, "True"),
    "hardly anything arrives": (90, "Unknown"),
    "nothing arrives": (100, "Unknown"),
}


@pytest.mark.parametrize(("percent", "ready"), LOSSES.values(), ids=LOSSES.keys())
def test_a_node_that_loses_packets(percent: int, ready: str) -> None:
    cluster = Cluster()
    cluster.fault("loss", "PacketLoss", ONE, packetLoss={"percent": percent}, durationSeconds=150)
    cluster.until(120)
    assert cluster.ready("a-1") == ready
    assert bool(dial(cluster.world, "a-1")) is (ready == "Unknown")
    cluster.until(170)
    assert cluster.ready("a-1") == "True"
    assert dial(cluster.world, "a-1") == ""


def test_a_loss_that_gets_worse_and_better() -> None:
    cluster = Cluster()
    cluster.fault("loss", "PacketLoss", ONE, packetLoss={"percent": 10})
    for at, percent, ready in ((100, 95, "True"), (200, 20, "Unknown"), (220, 20, "True")):
        cluster.until(at)
        assert cluster.ready("a-1") == ready
        fault = cluster.get("faults.sim.k8sviz.io", "loss")
        spec = {**fault["spec"], "packetLoss": {"percent": percent}}
        cluster.world.update("faults.sim.k8sviz.io", {**fault, "spec": spec}, USER)


CUT = {"networkPartition": {"scope": "All"}}
LOST = {"packetLoss": {"percent": 100}}
PROBES = {
    # name: (the Fault, its node, its fields, which host is probed, whether the container is ready at the end)
    "its own pod behind a cut": ("NetworkPartition", "a-1", CUT, "", True),
    "its own pod behind lost packets": ("PacketLoss", "a-1", LOST, "", True),
    "another pod behind lost packets": ("PacketLoss", "a-2", LOST, "server", False),
    "another pod behind a cut": ("NetworkPartition", "a-2", CUT, "server", False),
    "another pod behind a cut from the control plane": (
        "NetworkPartition",
        "a-2",
        {"networkPartition": {"scope": "ControlPlane"}},
        "server",
        True,
    ),
}


@pytest.mark.parametrize(("kind", "node", "fields", "host", "ready"), PROBES.values(), ids=PROBES.keys())
def test_probes_do_not_leave_the_node_unless_they_name_another_host(
    kind: str, node: str, fields: dict[str, Any], host: str, ready: bool
) -> None:
    cluster = Cluster()
    cluster.pod("server", "a-2")
    cluster.until(10)
    address = cluster.the_pod("server")["status"]["podIP"]
    probe = {"tcpSocket": {"port": 80, **({"host": address} if host else {})}, "periodSeconds": 5}
    container = {"name": "main", "image": "nginx:1.27", "readinessProbe": probe}
    cluster.pod("client", "a-1", containers=[container])
    cluster.until(20)
    assert is_condition_true(cluster.the_pod("client"), "Ready")
    cluster.fault("fault", kind, {"nodeName": node}, durationSeconds=35, **fields)
    cluster.until(54)
    assert is_condition_true(cluster.the_pod("client"), "Ready") is ready
    cluster.until(80)
    assert is_condition_true(cluster.the_pod("client"), "Ready")
    assert any("i/o timeout" in said for said in cluster.said("client", "Unhealthy")) is not ready
