"""Endpoints that people write, mirrored into slices.

The cases are those of pkg/controller/endpointslicemirroring/{reconciler,endpointslicemirroring_controller}_test.go,
v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.endpointslice_mirroring import MANAGER, should_mirror
from simulator.engine.objects import annotations_of, labels_of, name_of, set_in
from simulator.engine.registry import Body

from .rig import USER, Rig

SLICES = "endpointslices.discovery.k8s.io"
SERVICE, MANAGED = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
SKIP, LEADER = "endpointslice.kubernetes.io/skip-mirror", "control-plane.alpha.kubernetes.io/leader"
HTTP = [{"name": "http", "port": 80, "protocol": "TCP"}, {"name": "https", "port": 443, "protocol": "UDP"}]
HIGH = [{"name": "http", "port": 3000, "protocol": "TCP"}, {"name": "https", "port": 3001, "protocol": "UDP"}]


def _named(ip: str, number: int) -> Body:
    return {"ip": ip, "hostname": f"pod-{number}", "nodeName": f"node-{number % 10}"}


FIRST: Body = {"ports": HTTP, "addresses": [_named("10.0.0.1", 1), _named("10.0.0.2", 2)]}
SECOND: Body = {"ports": HIGH, "addresses": [_named(f"10.0.1.{n}", 10 + n) for n in (1, 2, 3)]}
V6 = "2001:db8:2222:3333:4444:5555:6666:777"


def world(subsets: list[Body], *, selector: Body | None = None, service: bool = True, **meta: Any) -> Rig:
    rig = Rig(kubelet=False)
    rig.settle()
    if service:
        rig.service("db", selector=selector)
    rig.create("endpoints", {"metadata": {"namespace": "default", "name": "db", **meta}, "subsets": subsets})
    return rig


def slices(rig: Rig) -> list[Body]:
    return [one for one in rig.world.list(SLICES, "default") if labels_of(one).get(MANAGED) == MANAGER]


def slice(rig: Rig, *endpoints: Body, ports: list[Body] = HTTP, manager: str = MANAGER, **more: Any) -> None:
    """A slice of before, as it was left."""
    labels = {SERVICE: "db", MANAGED: manager}
    meta = {"namespace": "default", "name": "db-1", "labels": labels}
    rig.create(SLICES, {"metadata": meta, "addressType": "IPv4", "ports": ports, "endpoints": list(endpoints), **more})


def simple(*addresses: str, ports: list[Body] = HTTP, waiting: tuple[str, ...] = ()) -> Body:
    subset: Body = {"ports": ports, "addresses": [{"ip": one} for one in addresses]}
    return {**subset, "notReadyAddresses": [{"ip": one} for one in waiting]} if waiting else subset


def many(count: int) -> Body:
    return simple(*(f"10.0.{n // 255}.{n % 255}" for n in range(count)), ports=[{"port": 80}])


@pytest.mark.parametrize(
    ("subsets", "wanted"),
    [
        pytest.param([], [], id="Endpoints with no subsets"),
        pytest.param([{"ports": HTTP}], [], id="Endpoints with no addresses"),
        pytest.param([simple("10.0.0.1")], [("IPv4", 1)], id="Endpoints with 1 subset, port, and address"),
        pytest.param([FIRST], [("IPv4", 2)], id="Endpoints with 1 subset, 2 ports, and 2 addresses"),
        pytest.param([FIRST, SECOND], [("IPv4", 2), ("IPv4", 3)], id="2 subsets, multiple ports and addresses"),
        pytest.param(
            [simple(f"{V6}7", "10.0.0.2"), simple("10.0.1.1", "10.0.1.2", f"{V6}8", ports=HIGH)],
            [("IPv4", 1), ("IPv4", 2), ("IPv6", 1), ("IPv6", 1)],
            id="dual stack addresses",
        ),
        pytest.param([simple(f"{V6}7", f"{V6}8"), simple(f"{V6}9", ports=HIGH)], [("IPv6", 1), ("IPv6", 2)], id="ipv6"),
        pytest.param([simple(f"{V6}7", "this-is-not-an-ip")], [("IPv6", 1)], id="some invalid addresses"),
        pytest.param([simple("this-is-not-an-ip")], [], id="all invalid addresses"),
        pytest.param([many(1000)], [("IPv4", 1000)], id="Endpoints with 1000 addresses"),
        pytest.param([many(1001)], [("IPv4", 1000)], id="Endpoints with 1001 addresses - 1 should not be mirrored"),
        pytest.param([simple("10.0.0.1"), simple("10.0.0.2")], [("IPv4", 2)], id="two subsets of the same ports"),
        pytest.param([simple("10.0.0.1", waiting=("10.0.0.2",))], [("IPv4", 2)], id="one is not ready"),
    ],
)
def test_reconcile(subsets: list[Body], wanted: list[tuple[str, int]]) -> None:
    rig = world(subsets)
    rig.settle()
    assert sorted((one["addressType"], len(one["endpoints"])) for one in slices(rig)) == wanted
    revision = rig.world.revision
    rig.run(60)
    assert rig.world.revision == revision


def test_what_a_slice_says() -> None:
    notes = {
        "foo": "bar",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "endpoints.kubernetes.io/last-change-trigger-time": "2020",
    }
    target = {"kind": "Pod", "namespace": "default", "name": "p", "uid": "u"}
    waiting = [{"ip": "10.0.0.1", "targetRef": target}]
    subset = {"ports": [{"port": 80, "appProtocol": "x/y"}], "notReadyAddresses": waiting}
    rig = world([FIRST, subset], labels={"a": "b"}, annotations=notes)
    rig.settle()
    first, second = sorted(slices(rig), key=lambda one: -len(one["endpoints"]))
    meta = first["metadata"]
    assert meta["generateName"] == "db-" and annotations_of(first) == {"foo": "bar"}
    assert labels_of(first) == {"a": "b", SERVICE: "db", MANAGED: MANAGER}
    (owner,) = meta["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("Endpoints", "db", True)
    assert first["ports"] == HTTP
    assert first["endpoints"][0] == {
        "addresses": ["10.0.0.1"], "conditions": {"ready": True}, "hostname": "pod-1", "nodeName": "node-1",
    }  # fmt: skip
    assert second["ports"] == [{"name": "", "port": 80, "protocol": "TCP", "appProtocol": "x/y"}]
    assert second["endpoints"] == [{"addresses": ["10.0.0.1"], "conditions": {"ready": False}, "targetRef": target}]


IDENTICAL = [
    {
        "addresses": [one["ip"]],
        "conditions": {"ready": True},
        "hostname": one["hostname"],
        "nodeName": one["nodeName"],
    }
    for one in FIRST["addresses"]
]


@pytest.mark.parametrize(
    ("endpoints", "ports", "writes"),
    [
        pytest.param([], HTTP, 2, id="existing empty EndpointSlice"),
        pytest.param([{"addresses": ["10.0.0.2"], "hostname": "pod-2"}], HTTP, 2, id="with some addresses"),
        pytest.param(IDENTICAL, HTTP, 1, id="existing EndpointSlice identical to subset"),
        pytest.param(IDENTICAL[::-1], HTTP, 1, id="in another order"),
        pytest.param(IDENTICAL, [{"name": "old", "port": 1, "protocol": "TCP"}], 2, id="recycled for other ports"),
    ],
)
def test_slices_of_before(endpoints: list[Body], ports: list[Body], writes: int) -> None:
    rig = Rig(kubelet=False)
    rig.settle()
    rig.service("db", selector=None)
    slice(rig, *endpoints, ports=ports)
    rig.create("endpoints", {"metadata": {"namespace": "default", "name": "db"}, "subsets": [FIRST, SECOND]})
    before = rig.world.revision
    rig.settle()
    assert sorted(len(one["endpoints"]) for one in slices(rig)) == [2, 3]
    assert rig.world.revision - before == writes
    assert "db-1" in map(name_of, slices(rig))


@pytest.mark.parametrize(
    ("more", "subsets"),
    [
        pytest.param({"labels": {SKIP: "true"}}, [simple("10.0.0.1")], id="Endpoints with skip label true"),
        pytest.param({"service": False}, [simple("10.0.0.1")], id="Endpoints with missing Service"),
        pytest.param({"annotations": {LEADER: ""}}, [simple("10.0.0.1")], id="leader election"),
        pytest.param({"selector": {"foo": "bar"}}, [], id="Service with selector specified"),
        pytest.param({}, [{"ports": [{"port": 80}]}], id="no addresses"),
    ],
)
@pytest.mark.parametrize("existing", [False, True], ids=["", "existing EndpointSlices that need to be cleaned up"])
def test_nothing_to_mirror(more: Any, subsets: list[Body], existing: bool) -> None:
    rig = world(subsets, **more)
    if existing:
        slice(rig, {"addresses": ["10.0.0.9"]})
    rig.settle()
    assert slices(rig) == []


@pytest.mark.parametrize(
    ("meta", "wanted"),
    [
        pytest.param({}, True, id="Standard Endpoints"),
        pytest.param({"labels": {SKIP: "true"}}, False, id="Endpoints with skip-mirror=true"),
        pytest.param({"labels": {SKIP: "invalid"}}, True, id="Endpoints with skip-mirror=invalid"),
        pytest.param({"annotations": {LEADER: ""}}, False, id="Endpoints with leader election annotation"),
    ],
)
def test_should_mirror(meta: Body, wanted: bool) -> None:
    assert should_mirror({"metadata": {"name": "test-endpoints", **meta}}) is wanted


def test_a_slice_of_another_manager_is_left_alone() -> None:
    rig = world([{"ports": [{"port": 80}]}])
    slice(rig, {"addresses": ["10.0.0.9"]}, manager="something-else")
    rig.settle()
    assert rig.get(SLICES, "db-1")["endpoints"] == [{"addresses": ["10.0.0.9"]}]


def test_what_is_left_out_is_told() -> None:
    rig = world([many(1001), simple("this-is-not-an-ip", "10.0.9.9")])
    rig.settle()
    assert rig.messages("InvalidIPAddress") == ["Skipped 1 invalid IP addresses when mirroring to EndpointSlices"]
    assert rig.messages("TooManyAddressesToMirror") == [
        "A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped"
    ]


def test_the_life_of_a_mirror() -> None:
    rig = world([FIRST])
    rig.settle()
    (made,) = slices(rig)
    rig.world.update(SLICES, set_in(made, ("endpoints",), []), USER)
    rig.settle()
    assert slices(rig)[0]["endpoints"] == made["endpoints"]
    rig.delete(SLICES, name_of(made))
    rig.settle()
    assert len(slices(rig)) == 1
    rig.edit("endpoints", "db", ("metadata", "labels"), {"x": "y"})
    rig.settle()
    assert labels_of(slices(rig)[0])["x"] == "y"
    rig.edit("services", "db", ("spec", "selector"), {"app": "db"})
    rig.settle()
    assert slices(rig) == []
    rig.edit("services", "db", ("spec", "selector"), {})
    rig.edit("endpoints", "db", ("subsets",), [FIRST])
    rig.settle()
    assert len(slices(rig)) == 1
    rig.delete("endpoints", "db")
    rig.settle()
    assert slices(rig) == []


ADDRESSES = st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2", f"{V6}7", f"{V6}8", "none"]), max_size=4, unique=True)
SUBSETS = st.lists(st.builds(simple, ports=st.sampled_from([HTTP, HIGH])).flatmap(
    lambda subset: ADDRESSES.map(lambda found: {**subset, "addresses": [{"ip": one} for one in found]})
), max_size=3)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(SUBSETS, min_size=1, max_size=4), st.booleans())
def test_the_slices_hold_the_addresses_whatever_was_before(steps: list[list[Body]], rebuilt: bool) -> None:
    rig = world(steps[0])
    for subsets in steps[1:]:
        rig.settle()
        if rebuilt:
            rig.rebuild()
        rig.edit("endpoints", "db", ("subsets",), subsets)
    rig.settle()
    wanted = {
        (one["ip"], port["port"])
        for subset in steps[-1]
        for one in subset["addresses"]
        for port in subset["ports"]
        if one["ip"] != "none"
    }
    found = [
        (one["addresses"][0], port["port"])
        for held in slices(rig)
        for one in held["endpoints"]
        for port in held["ports"]
    ]
    assert sorted(found) == sorted(wanted)
    assert all(held["endpoints"] for held in slices(rig))
