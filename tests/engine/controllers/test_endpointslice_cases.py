"""The slices of one Service, in upstream's own cases (staging/src/k8s.io/endpointslice/reconciler_test.go, v1.34)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.objects import labels_of, name_of, set_in
from simulator.engine.registry import Body
from tests.engine.controllers.rig import USER, make_ready
from tests.engine.controllers.test_endpointslice_packing import SLICES, Still

NAME, MANAGER = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
LABELS = {NAME: "web", MANAGER: "endpointslice-controller.k8s.io"}


def with_service(rig: Still, path: tuple[str, ...], value: Any) -> int:
    """Changes the Service; the number of writes that follow."""
    rig.edit("services", "web", path, value)
    before = rig.world.revision
    rig.settle()
    return rig.world.revision - before


def without_service() -> Still:
    rig = Still(0)
    rig.delete("services", "web")
    for one in rig.slices():
        rig.delete(SLICES, name_of(one))
    return rig


def test_a_change_of_a_port_updates_all_slices() -> None:
    """TestReconcileEndpointSlicesUpdating."""
    rig = Still(250)
    ports = [{**rig.get("services", "web")["spec"]["ports"][0], "targetPort": 81}]
    assert with_service(rig, ("spec", "ports"), ports) == 3
    assert rig.sizes() == [100, 100, 50]
    assert [one["ports"][0]["port"] for one in rig.slices()] == [81, 81, 81]


def test_labels_of_the_service_are_those_of_its_slices() -> None:
    """TestReconcileEndpointSlicesServicesLabelsUpdating."""
    rig = Still(250)
    assert with_service(rig, ("metadata", "labels"), {"foo": "bar"}) == 3
    assert rig.sizes() == [100, 100, 50]
    assert [labels_of(one) for one in rig.slices()] == [{"foo": "bar", **LABELS}] * 3


def test_reserved_labels_are_no_change() -> None:
    """TestReconcileEndpointSlicesServicesReservedLabels."""
    rig = Still(250)
    reserved = {NAME: "bad", MANAGER: "actor", "service.kubernetes.io/headless": "invalid"}
    assert with_service(rig, ("metadata", "labels"), reserved) == 0
    assert [labels_of(one) for one in rig.slices()] == [LABELS] * 3


@pytest.mark.parametrize(
    ("is_owned", "writes"),
    [
        pytest.param(True, 0, id="slice owned by Service"),
        pytest.param(False, 2, id="slice owned by other Service UID"),
    ],
)
def test_a_service_that_was_made_again(is_owned: bool, writes: int) -> None:
    """TestReconcileEndpointSlicesRecreation: one is created, the other deleted."""
    rig = Still(1)
    (held,) = rig.slices()
    owner = held["metadata"]["ownerReferences"][0]
    rig.delete(SLICES, name_of(held))
    uid = owner["uid"] if is_owned else "different"
    meta = {**held["metadata"], "name": "web-old", "ownerReferences": [{**owner, "uid": uid}]}
    rig.create(SLICES, {**held, "metadata": meta})
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision - before == writes
    assert rig.sizes() == [1]
    assert ([name_of(one) for one in rig.slices()] == ["web-old"]) is is_owned


def test_named_ports_that_differ_from_pod_to_pod() -> None:
    """TestReconcileEndpointSlicesNamedPorts."""
    rig = without_service()
    for number in range(300):
        ports = [{"name": "http", "containerPort": 8080 + number % 5, "protocol": "TCP"}]
        spec = {"containers": [{"name": "c", "image": "x", "ports": ports}], "nodeName": "node-0"}
        meta = {"namespace": "default", "name": f"p{number:03}", "labels": {"app": "web"}}
        make_ready(rig.world, rig.create("pods", {"metadata": meta, "spec": spec}), ready=number % 3 != 0)
    rig.service("web", [{"port": 80, "targetPort": "http", "protocol": "TCP"}])
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision - before == 5
    assert rig.sizes() == [60] * 5
    assert sorted(one["ports"][0]["port"] for one in rig.slices()) == [8080, 8081, 8082, 8083, 8084]


@pytest.mark.parametrize(
    ("publishes", "is_there", "nodes", "wanted", "writes"),
    [
        pytest.param(False, False, ["node-0"], ["node-0"], 1, id="Create and publishNotReady false"),
        pytest.param(True, False, ["node-0"], ["node-0", "node-1"], 1, id="Create and publishNotReady true"),
        pytest.param(False, True, ["node-0"], ["node-0"], 1, id="Update and publishNotReady false"),
        pytest.param(True, True, [], ["node-0", "node-1"], 0, id="Update and publishNotReady true, no node"),
        pytest.param(True, True, ["node-0"], ["node-0", "node-1"], 0, id="Update and publishNotReady true"),
        pytest.param(False, True, [], [], 1, id="Update if publishNotReady false and no nodes are present"),
    ],
)
def test_pods_whose_node_is_missing(
    publishes: bool, is_there: bool, nodes: list[str], wanted: list[str], writes: int
) -> None:
    """TestReconcilerPodMissingNode."""
    rig = without_service()
    rig.delete("nodes", "node-0", namespace="")
    pair = ("node-0", "node-1")
    for name in pair if is_there else nodes:
        rig.node(name)
    for number, node in enumerate(pair):
        spec = {"containers": [{"name": "c", "image": "x"}], "nodeName": node}
        meta = {"namespace": "default", "name": f"p{number}", "labels": {"app": "web"}}
        make_ready(rig.world, rig.create("pods", {"metadata": meta, "spec": spec}))
    rig.service("web", publishNotReadyAddresses=publishes)
    before = rig.world.revision
    if is_there:
        rig.settle()
        for name in set(pair) - set(nodes):
            rig.delete("nodes", name, namespace="")
        before = rig.world.revision
    rig.settle()
    assert rig.world.revision - before == writes
    (held,) = rig.slices()
    assert sorted(one["nodeName"] for one in held["endpoints"]) == wanted
    for name in set(pair) - set(nodes):
        rig.node(name)
    rig.settle()
    assert rig.sizes() == [2], "what was missing is there again"


def test_a_placeholder_stays() -> None:
    """TestReconcile1EndpointSlice: it is made, it stays, and what differs from it is put right."""
    rig = Still(0)
    (held,) = rig.slices()
    assert (held["endpoints"], held["ports"], labels_of(held)) == ([], [], LABELS)
    rig.rebuild()
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision == before
    rig.world.update(SLICES, set_in(held, ("metadata", "labels"), {**LABELS, "bar": "baz"}), USER)
    rig.settle()
    (held,) = rig.slices()
    assert (held["endpoints"], labels_of(held)) == ([], LABELS)


def test_a_service_that_publishes_all_addresses() -> None:
    """TestReconcile1EndpointSlicePublishNotReadyAddresses."""
    rig = Still(0)
    rig.edit("services", "web", ("spec", "publishNotReadyAddresses"), True)
    for number in range(50):
        rig.add(number, ready=number % 3 != 0)
    rig.settle()
    assert rig.sizes() == [50]
    assert all(one["conditions"]["ready"] for one in rig.slices()[0]["endpoints"])


def slice_of(rig: Still, name: str, labels: dict[str, str], **meta: Any) -> Body:
    """Another slice without endpoints, which is the Service's own."""
    shape = rig.slices()[0]
    kept = {key: shape["metadata"][key] for key in ("namespace", "ownerReferences")}
    return rig.create(SLICES, {**shape, "metadata": {**kept, "name": name, "labels": labels, **meta}})


def test_slices_on_their_way_out_are_let_alone() -> None:
    """TestSyncServiceEndpointSlicePendingDeletion."""
    rig = Still(0)
    slice_of(rig, "epslice-1", LABELS, finalizers=["a/b"])
    rig.delete(SLICES, "epslice-1")
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision == before


def test_pods_of_a_slice_on_its_way_out_get_another() -> None:
    rig = Still(3)
    (held,) = rig.slices()
    rig.world.update(SLICES, set_in(held, ("metadata", "finalizers"), ["a/b"]), USER)
    rig.delete(SLICES, name_of(held))
    rig.settle()
    assert rig.sizes() == [3, 3]
    rig.add(3)
    rig.settle()
    assert rig.sizes() == [4, 3]


def test_which_slices_are_its_own() -> None:
    """TestSyncServiceEndpointSliceLabelSelection: one of two stays, those of others are let alone."""
    rig = Still(0)
    slice_of(rig, "matching-1", LABELS)
    slice_of(rig, "partially-matching-1", {NAME: "web"})
    slice_of(rig, "not-matching-1", {**LABELS, NAME: "something-else"})
    slice_of(rig, "not-matching-2", {**LABELS, MANAGER: "something-else"})
    before = rig.world.revision
    rig.settle()
    names = {name_of(one) for one in rig.slices()}
    assert rig.world.revision - before == 1
    assert len(names) == 4
    assert {"partially-matching-1", "not-matching-1", "not-matching-2"} < names


def test_a_slice_that_is_taken_from_it() -> None:
    """TestOnEndpointSliceUpdate: another manager's is not its own, so it makes a new one."""
    rig = Still(2)
    (held,) = rig.slices()
    rig.edit(SLICES, name_of(held), ("metadata", "labels"), {**LABELS, MANAGER: "something else"})
    rig.settle()
    assert rig.sizes() == [2, 2]
    assert sorted(labels_of(one)[MANAGER] for one in rig.slices()) == sorted([LABELS[MANAGER], "something else"])


HEADLESS = {"service.kubernetes.io/headless": ""}


@pytest.mark.parametrize(
    ("held", "service", "wanted", "writes"),
    [
        pytest.param({}, {"foo": "bar"}, {"foo": "bar"}, 1, id="Slice with reserved labels and service with labels"),
        pytest.param({"foo": "bar"}, {}, {}, 1, id="Slice with labels and service without labels"),
        pytest.param({"foo": "bar"}, {"foo": "bar"}, {"foo": "bar"}, 0, id="service and slice with same labels"),
        pytest.param(HEADLESS, {}, HEADLESS, 0, id="Slice with headless label and service with ClusterIP"),
        pytest.param({}, HEADLESS, {}, 0, id="Non Headless service with Headless label"),
        pytest.param({}, {NAME: "bad", "foo": "bar"}, {"foo": "bar"}, 1, id="Evil service, with updates"),
    ],
)
def test_labels(held: dict[str, str], service: dict[str, str], wanted: dict[str, str], writes: int) -> None:
    """TestSetEndpointSliceLabels: for reserved labels alone no slice is written."""
    rig = Still(1)
    rig.edit("services", "web", ("metadata", "labels"), service)
    rig.edit(SLICES, name_of(rig.slices()[0]), ("metadata", "labels"), {**LABELS, **held})
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision - before == writes
    assert labels_of(rig.slices()[0]) == {**LABELS, **wanted}
