"""How ill the controller takes zones to be; the cases are those of TestMonitorNodeHealth of upstream.

pkg/controller/nodelifecycle/node_lifecycle_controller_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.node_lifecycle import NodeLifecycleController, zones
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body
from simulator.engine.world import World
from tests.engine.cluster import T0, USER

NORMAL, PARTIAL, FULL = zones.NORMAL, zones.PARTIAL, zones.FULL
ONE, TWO, FAR = "region1:zone1", "region1:zone2", "region2:zone2"


class Case(NamedTuple):
    """Nodes as (zone, Ready at first, Ready later), "" for no condition; the states of zones at first and later."""

    nodes: list[tuple[str, str, str]]
    first: dict[str, str]
    later: dict[str, str]
    excluded: tuple[int, ...] = ()


CASES = {
    "No Disruption: Initially both zones down, one comes back": Case(
        [(ONE, "Unknown", "Unknown"), (TWO, "Unknown", "True")],
        {ONE: FULL, TWO: FULL},
        {ONE: FULL, TWO: NORMAL},
    ),
    "Partial Disruption: Nodes created recently without status conditions (happens only at cluster startup)": Case(
        [(ONE, "", "Unknown"), (ONE, "", "Unknown"), (ONE, "", "Unknown"), (ONE, "", "True")],
        {ONE: FULL},
        {ONE: PARTIAL},
    ),
    "Partial Disruption: one Node failed leading to the number of healthy Nodes to exceed the threshold": Case(
        [
            (ONE, "Unknown", "Unknown"),
            (ONE, "Unknown", "Unknown"),
            (ONE, "True", "Unknown"),
            (ONE, "True", "True"),
            (ONE, "True", "True"),
        ],
        {ONE: NORMAL},
        {ONE: PARTIAL},
    ),
    "Full Disruption: the zone has less than 2 Nodes down, the last healthy Node has failed": Case(
        [(ONE, "Unknown", "Unknown"), (ONE, "Unknown", "Unknown"), (ONE, "True", "Unknown")],
        {ONE: NORMAL},
        {ONE: FULL},
    ),
    "Full Disruption: all the Nodes in one zone are down": Case(
        [(ONE, "Unknown", "Unknown"), (TWO, "True", "True")],
        {ONE: FULL, TWO: NORMAL},
        {ONE: FULL, TWO: NORMAL},
    ),
    "Full Disruption: all the Nodes in both the zones are down": Case(
        [(ONE, "Unknown", "Unknown"), (FAR, "Unknown", "Unknown")],
        {ONE: FULL, FAR: FULL},
        {ONE: FULL, FAR: FULL},
    ),
    "Full Disruption: Ready condition removed from the Node": Case(
        [(ONE, "True", "")],
        {ONE: NORMAL},
        {ONE: FULL},
    ),
    "Full Disruption: the only available Node has the node.kubernetes.io/exclude-disruption label": Case(
        [(ONE, "Unknown", "Unknown"), (ONE, "True", "True")],
        {ONE: FULL},
        {ONE: FULL},
        excluded=(1,),
    ),
}


class Plant:
    """The controller alone, over nodes that somebody writes down."""

    def __init__(self) -> None:
        self.world = World(seed=1, now=T0)
        self.controller = NodeLifecycleController(self.world)
        self.controller.start()
        self.world.create("namespaces", {"metadata": {"name": "default"}}, USER)

    def post(self, name: str, status: str) -> None:
        """What a kubelet would post now."""
        node = self.world.get("nodes", "", name)
        assert node is not None
        now = timestamp(self.world.now)
        ready = {"type": "Ready", "status": status, "lastHeartbeatTime": now, "lastTransitionTime": now}
        conditions = [ready] if status else []
        self.world.update_status(
            "nodes", {**node, "status": {**(node.get("status") or {}), "conditions": conditions}}, USER
        )

    def add(self, name: str, zone: str, status: str, **labels: str) -> None:
        region, _, place = zone.partition(":")
        held = {"topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": place, **labels}
        body: Body = {"metadata": {"name": name, "labels": held}}
        self.world.create("nodes", body, USER)
        if status:
            self.post(name, status)

    def run(self, seconds: int) -> None:
        self.world.clock.run_until(self.world.now + seconds * SECOND)

    def states(self, case: Case) -> dict[str, Any]:
        return {zone: (self.world.note(self.controller.name, f"zone:{zone}") or {}).get("state") for zone in case.first}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_states_of_zones(case: Case) -> None:
    plant = Plant()
    for number, (zone, status, _later) in enumerate(case.nodes):
        labels = {"node.kubernetes.io/exclude-disruption": ""} if number in case.excluded else {}
        plant.add(f"node{number}", zone, status, **labels)
    plant.run(6)
    assert plant.states(case) == case.first
    for number, (_zone, _status, later) in enumerate(case.nodes):
        plant.post(f"node{number}", later)
    plant.run(6)
    assert plant.states(case) == case.later


def test_a_large_zone_that_is_partly_ill_is_emptied_slowly() -> None:
    """Of more than 50 nodes at 0.01 a second instead of 0.1; of others nobody is driven off."""
    tainted = {}
    for size in (50, 51):
        plant = Plant()
        for number in range(size):
            plant.add(f"node{number:02}", ONE, "True")
        plant.add("elsewhere", TWO, "True")
        plant.run(6)
        for _look in range(8):
            for number in range(size):
                plant.post(f"node{number:02}", "False" if number < 30 else "True")
            plant.post("elsewhere", "True")
            plant.run(40)
        nodes = plant.world.list("nodes")
        tainted[size] = sum(
            any(one["effect"] == "NoExecute" for one in node["spec"].get("taints") or ()) for node in nodes
        )
    assert tainted == {50: 0, 51: 4}
