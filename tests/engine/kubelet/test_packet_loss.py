"""A node that loses packets: when its kubelet is not heard of any more."""

from __future__ import annotations

import pytest

from simulator.engine.faults import dial
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
