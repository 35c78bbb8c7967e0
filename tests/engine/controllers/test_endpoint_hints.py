"""Hints of endpoints. The tables follow topologycache/*_test.go and trafficdist/trafficdist_test.go upstream."""

from __future__ import annotations

import pytest

from simulator.engine.controllers import endpoint_hints
from simulator.engine.controllers.slice_drafts import Draft, Drafts
from simulator.engine.controllers.zone_shares import Allocation, allocated, exchange, is_overloaded, ratios
from simulator.engine.registry import Key
from tests.engine.controllers.rig import USER, Rig

SLICES = "endpointslices.discovery.k8s.io"


def node(name, cpu, zone=None, *, ready=True, **labels):
    where = {"topology.kubernetes.io/zone": zone} if zone else {}
    return {
        "metadata": {"name": name, "labels": {**where, **labels}},
        "status": {
            "allocatable": {"cpu": cpu} if cpu else {},
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
        },
    }


MASTER = {"node-role.kubernetes.io/control-plane": ""}
SHARES = {
    "no nodes": ([], None),
    "one zone": ([node("a", "1", "zone-a"), node("b", "1", "zone-a")], None),
    "two zones": ([node("a", "1", "zone-a"), node("b", "2", "zone-b")], {"zone-a": 1 / 3, "zone-b": 2 / 3}),
    "two zones, the node of one not ready": ([node("a", "1", "zone-a", ready=False), node("b", "2", "zone-b")], None),
    "two zones, the control plane in one": ([node("a", "1", "zone-a", **MASTER), node("b", "2", "zone-b")], None),
    "nodes that are not ready do not count": (
        [node("a", "1", "zone-a", ready=False), node("b", "1", "zone-b"), node("c", "3", "zone-c")],
        {"zone-b": 0.25, "zone-c": 0.75},
    ),
    "three zones": (
        [
            *(node(f"a{n}", "2", "zone-a") for n in range(4)),
            *(node(f"b{n}", "2", "zone-b") for n in range(2)),
            node("c", "2", "zone-c"),
        ],
        {"zone-a": 4 / 7, "zone-b": 2 / 7, "zone-c": 1 / 7},
    ),
    "a node without a zone": ([node("a", "1", "zone-a"), node("b", "1", "zone-b"), node("c", "1")], None),
    "a node without CPUs": ([node("a", "1", "zone-a"), node("b", "1", "zone-b"), node("c", None, "zone-c")], None),
}


@pytest.mark.parametrize("name", SHARES)
def test_shares_of_zones(name):
    nodes, expected = SHARES[name]
    assert ratios(nodes) == (expected if expected is None else pytest.approx(expected))


def test_allocations():
    assert allocated(6, {"a": 0.5, "b": 0.5}) == {"a": Allocation(3, 3, 3.0), "b": Allocation(3, 3, 3.0)}
    assert allocated(5, {"a": 0.7, "b": 0.3}) == {"a": Allocation(3, 3, 3.5), "b": Allocation(2, 2, 2.0)}
    assert allocated(100, {"a": 0.7, "b": 0.3}) == {
        "a": Allocation(59, 75, pytest.approx(70)),
        "b": Allocation(25, 41, pytest.approx(30)),
    }


REFUSED = {
    "no shares": (6, None, "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"),
    "few endpoints": (2, {"a": 0.4, "b": 0.3, "c": 0.3}, "Insufficient number of endpoints (2 endpoints, 3 zones)"),
    "too much for some": (
        3,
        {"a": 0.85, "b": 0.1, "c": 0.05},
        "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold "
        "(3 endpoints, 3 zones)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_allocations_that_cannot_be(name):
    total, shares, said = REFUSED[name]
    assert allocated(total, shares) == said


def wanting(**desired):
    return {zone.replace("_", "-"): Allocation(0, 0, figure) for zone, figure in desired.items()}


EXCHANGES = {
    "nothing": ({}, {}, {}, {}),
    "no need": (wanting(a=1.2, b=1.1, c=1.0), {"a": 1, "b": 1, "c": 1}, {}, {}),
    "the same zone is preferred": (wanting(a=5.1, b=5.1, c=5.8), {"a": 16}, {"a": 10}, {"b": 5, "c": 5}),
    "to the zone that needs it most": (wanting(a=5.0, b=5.6, c=5.4), {"a": 16}, {"a": 11}, {"b": 6, "c": 5}),
    "from the zone with most": (wanting(a=5.0, b=5.6, c=5.4), {"b": 8, "c": 8}, {"b": 2, "c": 3}, {"a": 5}),
    "all have too many": (wanting(a=5.0, b=5.0, c=5.0), {"a": 6, "b": 6, "c": 6}, {}, {}),
    "negative ones wanted": (wanting(a=-5.0, b=-5.0, c=-5.0), {"a": 6, "b": 6, "c": 6}, {}, {}),
    "negative ones given": (wanting(a=5.0, b=5.0, c=5.0), {"a": -4, "b": -3, "c": -2}, {}, {}),
    "one negative": (wanting(a=5.0, b=5.0, c=5.0), {"a": -40, "b": 20, "c": 20}, {"b": 15, "c": 15}, {"a": 30}),
}


@pytest.mark.parametrize("name", EXCHANGES)
def test_what_zones_give_and_get(name):
    allocations, given, giving, receiving = EXCHANGES[name]
    assert exchange(allocations, given) == (giving, receiving)


OVERLOADED = {
    "no hints": ({}, None, False),
    "hints without shares": ({"a": 1}, None, True),
    "just enough": ({"a": 2, "b": 1}, {"a": 0.7, "b": 0.3}, False),
    "a zone without any": ({"a": 2}, {"a": 0.6, "b": 0.4}, True),
    "too few in one": ({"a": 1, "b": 9}, {"a": 0.5, "b": 0.5}, True),
    "a fifth too few is borne": ({"a": 9, "b": 11}, {"a": 0.5, "b": 0.5}, False),
}


@pytest.mark.parametrize("name", OVERLOADED)
def test_overload(name):
    held, shares, expected = OVERLOADED[name]
    assert is_overloaded(held, shares) is expected


def endpoint(zone, *, ready=True, hint=None, node="n"):
    one = {"conditions": {"ready": ready}, "nodeName": node}
    one |= {"zone": zone} if zone else {}
    return {**one, "hints": {"forZones": [{"name": hint}]}} if hint else one


def draft(*endpoints, held=True):
    made = Draft({"metadata": {"name": "s"}} if held else None, ())
    made._endpoints = {Key("default", f"p{place}"): one for place, one in enumerate(endpoints)}
    return made


def hints(one):
    return [[zone["name"] for zone in (held.get("hints") or {}).get("forZones", ())] for held in one.endpoints.values()]


SPREADS = {
    "two endpoints in one zone, two zones": (["a", "a"], {"a": 0.5, "b": 0.5}, [["b"], ["a"]], {"a": 1, "b": 1}),
    "each in its own": (["a", "b"], {"a": 0.5, "b": 0.5}, [["a"], ["b"]], {"a": 1, "b": 1}),
    "a large zone gets more": (
        ["a", "a", "b", "b"],
        {"a": 0.75, "b": 0.25},
        [["a"], ["a"], ["a"], ["b"]],
        {"a": 3, "b": 1},
    ),
}


@pytest.mark.parametrize("name", SPREADS)
def test_spread(name):
    zones, shares, expected, given = SPREADS[name]
    one = draft(*map(endpoint, zones), held=False)
    found, told = endpoint_hints.spread(Drafts([one]), shares, before=False)
    assert (hints(one), found) == (expected, given)
    assert [event.reason for event in told] == ["TopologyAwareHintsEnabled"]
    assert told[0].message == "Topology Aware Hints has been enabled, addressType: IPv4"


def test_slices_that_fit_stay_as_they_are():
    kept = draft(endpoint("a", hint="a"), endpoint("b", hint="b"))
    new = draft(endpoint("a"), endpoint("b"), endpoint("b", ready=False), held=False)
    found, told = endpoint_hints.spread(Drafts([kept, new]), {"a": 0.5, "b": 0.5}, before=True)
    assert (found, told, kept.touched) == ({"a": 2, "b": 2}, [], False)
    assert hints(new) == [["a"], ["b"], []]


def test_an_endpoint_without_a_zone_ends_it_all():
    kept, new = draft(endpoint("a", hint="a")), draft(*map(endpoint, ("a", "b", "")), held=False)
    found, told = endpoint_hints.spread(Drafts([kept, new]), {"a": 0.5, "b": 0.5}, before=True)
    assert found is None and kept.touched and hints(kept) == [[]]
    assert told[0].message == "One or more endpoints do not have a zone specified, addressType: IPv4"


def test_prefer_close():
    one = draft(endpoint("a"), endpoint("b", ready=False), endpoint("", hint="stale"), endpoint("c", hint="c"))
    endpoint_hints.prefer_close(Drafts([one]), nodes=False)
    assert (hints(one), one.touched) == ([["a"], [], [], ["c"]], True)
    same = draft(endpoint("a", hint="a"))
    endpoint_hints.prefer_close(Drafts([same]), nodes=False)
    assert not same.touched
    endpoint_hints.prefer_close(Drafts([same]), nodes=True)
    (held,) = same.endpoints.values()
    assert held["hints"] == {"forZones": [{"name": "a"}], "forNodes": [{"name": "n"}]}


# --- the controller -------------------------------------------------------------------------------------------------


def given(rig):
    """The hints that the slices of the only Service have, by the zone of the endpoint."""
    found = []
    for one in rig.world.list(SLICES, "default"):
        for held in one["endpoints"]:
            zones = [zone["name"] for zone in (held.get("hints") or {}).get("forZones", ())]
            found.append((held.get("zone"), *zones))
    return sorted(found)


def told(rig):
    return [
        (one["reason"], one["message"])
        for one in rig.world.list("events", "default")
        if one["involvedObject"]["kind"] == "Service"
    ]


def rig_with_web(annotations=None, **spec):
    """Two nodes that are ready in each of two zones, and a Service before four pods."""
    rig = Rig()
    for one in rig.world.list("nodes"):
        rig.world.update_status("nodes", {**one, "status": node("", "4")["status"]}, USER)
    rig.service("web")
    rig.edit("services", "web", ("metadata", "annotations"), annotations or {})
    for key, value in spec.items():
        rig.edit("services", "web", ("spec", key), value)
    rig.replicaset("web", 4)
    rig.settle()
    return rig


def test_traffic_distribution_comes_and_goes():
    rig = rig_with_web(trafficDistribution="PreferSameZone")
    assert len(given(rig)) == 4 and all(zone == hint for zone, hint in given(rig))
    revision = rig.world.revision
    rig.rebuild()
    rig.settle()
    assert rig.world.revision == revision
    rig.edit("services", "web", ("spec", "trafficDistribution"), None)
    rig.settle()
    assert all(len(one) == 1 for one in given(rig)) and told(rig) == []


AUTOMATIC = {"service.kubernetes.io/topology-mode": "Auto"}


def test_topology_mode_comes_and_goes_and_says_so():
    rig = rig_with_web(AUTOMATIC)
    assert sorted(hint for _, hint in given(rig)) == ["zone-0", "zone-0", "zone-1", "zone-1"]
    assert ("TopologyAwareHintsEnabled", "Topology Aware Hints has been enabled, addressType: IPv4") in told(rig)
    rig.edit("services", "web", ("metadata", "annotations"), {})
    rig.settle()
    assert all(len(one) == 1 for one in given(rig))
    assert ("TopologyAwareHintsDisabled", "Topology Aware Hints has been disabled, addressType: IPv4") in told(rig)


def test_zones_that_become_one_take_the_hints_along():
    rig = rig_with_web(AUTOMATIC)
    for name in ("node-1", "node-3"):
        rig.edit("nodes", name, ("metadata", "labels", "topology.kubernetes.io/zone"), "zone-0", "")
    rig.settle()
    assert all(len(one) == 1 for one in given(rig))
    assert any(message.startswith("Insufficient Node information") for _, message in told(rig))
