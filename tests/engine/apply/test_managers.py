# ruff: noqa: E501 - the tables have a line for each case
"""The entries of managedFields: their order, how many there may be, what is never in them, and who is who."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import schema
from simulator.engine.apply import components, conflicts, fields, managers, scale
from simulator.engine.apply.field_manager import FieldManager, reset_fields
from simulator.engine.apply.managers import Managed, Manager
from simulator.engine.registry import KINDS, Body
from tests.engine.apply.things import NOW, SECOND, Thing, of_texts


def entry(manager: str, operation: str = "Update", time: str = "2026-01-01T00:00:00Z", **more: Any) -> Body:
    held = {"manager": manager, "operation": operation, "apiVersion": "v1", "time": time}
    return {**held, "fieldsType": "FieldsV1", "fieldsV1": {"f:a": {}}, **more}


def test_entries_survive_and_come_in_order() -> None:
    early, late = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
    ordered = [
        entry("zoe", "Apply", early),
        entry("ann", "Apply", late),
        entry("ann", time=early, apiVersion="apps/v1"),
        entry("ann", time=early),
        entry("ann", time=early, subresource="status"),
        entry("bob", time=early),
        entry("ann", time=late, subresource="scale"),
    ]
    assert managers.encode(managers.decode(ordered[::-1])) == ordered


BAD = [
    ("no operation", entry("x", ""), "operation must be `Apply` or `Update`"),
    ("no version", entry("x", apiVersion=""), "apiVersion must not be empty"),
    ("no type", entry("x", fieldsType=""), "missing fieldsType in managed fields entry 0"),
    ("a strange type", entry("x", fieldsType="V9"), 'invalid fieldsType "V9" in managed fields entry 0'),
    ("strange fields", entry("x", fieldsV1={"x": {}}), "error decoding set: key must be 2 characters long:"),
]


@pytest.mark.parametrize(("held", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_entries_that_cannot_be_used(held: Body, message: str) -> None:
    with pytest.raises(managers.BadEntry) as refused:
        managers.decode_foreign([held])
    assert str(refused.value) == message


@pytest.mark.parametrize("held", [5, "x", [5], [{}], [entry("x", fieldsV1=5)], [entry("x", fieldsV1={"f": {}})]])
def test_what_nobody_can_read_is_not_kept(held: Any) -> None:
    assert managers.readable(held) == []


def test_what_is_kept_is_in_its_proper_form() -> None:
    kept = managers.readable([entry("x", fieldsV1={'k:{"b": 1, "a": 2}': {}})])
    assert kept == [entry("x", fieldsV1={'k:{"a":2,"b":1}': {}})]


def test_the_oldest_updaters_become_one_for_each_version() -> None:
    held = {
        Manager(f"m{number:02}", "Update", version, ""): Managed(
            of_texts(f"f:x{number}"), version, f"2026-01-01T00:00:{number:02}Z"
        )
        for number, version in enumerate(["v1", "v2", "v1", "v2", *["v1"] * 10])
    }
    held[Manager("ann", "Apply", "", "")] = Managed(of_texts("f:y"), "v1", "2026-01-01T00:00:00Z")
    capped = managers.cap(held)
    assert len(capped) == 11 and Manager("ann", "Apply", "", "") in capped
    first = capped[Manager("ancient-changes", "Update", "v1", "")]
    assert first == Managed(of_texts("f:x0", "f:x2", "f:x4", "f:x5"), "v1", "2026-01-01T00:00:05Z")
    second = capped[Manager("ancient-changes", "Update", "v2", "")]
    assert second == Managed(of_texts("f:x1", "f:x3"), "v2", "2026-01-01T00:00:03Z")
    assert managers.cap(capped) == capped


def test_the_server_s_own_fields_are_nobody_s() -> None:
    names = (
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "generation",
        "resourceVersion",
        "selfLink",
        "managedFields",
    )
    held = of_texts(
        "f:apiVersion",
        "f:kind",
        "f:metadata",
        *(f"f:metadata f:{name}" for name in names),
        "f:spec",
        "f:metadata f:labels f:a",
    )
    assert managers.stripped(held) == of_texts("f:spec", "f:metadata f:labels f:a")


def test_times_alone_are_no_change() -> None:
    body = {"metadata": {"managedFields": [entry("x")]}, "spec": 1}
    later = {"metadata": {"managedFields": [entry("x", time="2026-01-01T00:00:09Z")]}, "spec": 1}
    other = {"metadata": {"managedFields": [entry("y", time="2026-01-01T00:00:09Z")]}, "spec": 1}
    assert managers.differ_by_time_alone(later, body)
    assert not managers.differ_by_time_alone(other, body)
    assert not managers.differ_by_time_alone({**later, "spec": 2}, body)
    assert not managers.differ_by_time_alone({"metadata": {}}, body)


def test_a_time_changes_when_the_fields_do() -> None:
    thing = Thing()
    thing.apply("ann", "text: a")
    made = thing.live
    thing.apply("ann", "text: a")
    assert thing.live == made
    thing.update("bob", "text: a")
    assert thing.live == made
    thing.update("bob", "text: a\nnumber: 1")
    assert thing.live and [one["time"] for one in thing.live["metadata"]["managedFields"]] == [
        "2023-11-14T22:13:21Z",
        "2023-11-14T22:13:24Z",
    ]


MESSAGES = [
    ("one updater", {Manager("foo", "Update", "v1", ""): ["f:spec f:replicas"]}, 'Apply failed with 1 conflict: conflict with "foo" using v1: .spec.replicas'),
    ("one applier", {Manager("foo", "Apply", "", ""): ["f:spec"]}, 'Apply failed with 1 conflict: conflict with "foo": .spec'),
    ("a subresource", {Manager("foo", "Update", "v1", "scale"): ["f:spec"]}, 'Apply failed with 1 conflict: conflict with "foo" with subresource "scale" using v1: .spec'),
    ("two", {Manager("foo", "Update", "v1", ""): ["f:a", "f:b"], Manager("bar", "Apply", "", "status"): ["f:c"]}, 'Apply failed with 3 conflicts: conflicts with "bar" with subresource "status":\n- .c\nconflicts with "foo" using v1:\n- .a\n- .b'),
]  # fmt: skip


@pytest.mark.parametrize(("sets", "message"), [case[1:] for case in MESSAGES], ids=[case[0] for case in MESSAGES])
def test_conflicts_in_words(sets: dict[Manager, list[str]], message: str) -> None:
    error = conflicts.of({who: of_texts(*paths) for who, paths in sets.items()}).error()
    assert (error.code, error.reason, error.message) == (409, "Conflict", message)


REPLICAS = ("f:spec", "f:replicas")


def shown(entries: list[Body]) -> dict[tuple[str, str, str], list[str]]:
    return {
        (one["manager"], one["operation"], one.get("subresource", "")): [
            one["apiVersion"], *(fields.text(path) for path in fields.paths(one["fieldsV1"])),
        ]
        for one in entries
    }  # fmt: skip


def of_app(manager: str, operation: str, *names: str, subresource: str = "", version: str = "apps/v1") -> Body:
    held = entry(manager, operation, apiVersion=version, fieldsV1={"f:spec": {f"f:{name}": {} for name in names}})
    return {**held, "subresource": subresource} if subresource else held


def test_a_scale_shows_who_manages_its_figure() -> None:
    entries = [
        of_app("ann", "Apply", "replicas", "selector"),
        of_app("bob", "Update", "selector"),
        of_app("eve", "Update", "replicas", version="apps/v9"),
    ]
    assert shown(scale.to_subresource(entries, "apps/v1", REPLICAS)) == {
        ("ann", "Apply", ""): ["autoscaling/v1", ".spec.replicas"]
    }


SCALED = [
    ("nobody took it", [of_app("ann", "Apply", "replicas", "selector")], [of_app("ann", "Apply", "replicas")], {("ann", "Apply", ""): ["apps/v1", ".spec.replicas", ".spec.selector"]}),
    ("it was taken", [of_app("ann", "Apply", "replicas", "selector")], [of_app("s", "Update", "replicas", subresource="scale")], {("ann", "Apply", ""): ["apps/v1", ".spec.selector"], ("s", "Update", "scale"): ["apps/v1", ".spec.replicas"]}),
    ("all was taken", [of_app("ann", "Apply", "replicas")], [of_app("s", "Update", "replicas", subresource="scale")], {("s", "Update", "scale"): ["apps/v1", ".spec.replicas"]}),
    ("it is shared", [of_app("ann", "Apply", "replicas")], [of_app("ann", "Apply", "replicas"), of_app("ann", "Apply", "replicas", subresource="scale")], {("ann", "Apply", ""): ["apps/v1", ".spec.replicas"], ("ann", "Apply", "scale"): ["apps/v1", ".spec.replicas"]}),
    ("a version that is gone", [of_app("ann", "Apply", "selector", version="apps/v9")], [], {}),
    ("an updater keeps it", [of_app("ann", "Update", "replicas", "selector")], [of_app("ann", "Update", "replicas", version="autoscaling/v1")], {("ann", "Update", ""): ["apps/v1", ".spec.replicas", ".spec.selector"]}),
]  # fmt: skip


@pytest.mark.parametrize(("parent", "scaled", "after"), [case[1:] for case in SCALED], ids=[case[0] for case in SCALED])
def test_what_a_scale_makes_of_the_managers_of_its_object(parent: Any, scaled: Any, after: Any) -> None:
    assert shown(scale.to_parent(parent, scaled, "apps/v1", REPLICAS)) == after


RESET = [
    ("deployments.apps", "", {"f:status": {}}),
    ("deployments.apps", "status", {"f:spec": {}, "f:metadata": {"f:labels": {}}}),
    ("nodes", "status", {"f:spec": {}}),
    ("configmaps", "", {}),
]


@pytest.mark.parametrize(("resource", "subresource", "paths"), RESET)
def test_what_a_writer_cannot_set_it_does_not_manage(resource: str, subresource: str, paths: Any) -> None:
    assert reset_fields(KINDS[resource], subresource) == paths


PROGRAMS = [
    ("kubelet/worker-1", "kubelet"),
    ("default-scheduler", "kube-scheduler"),
    ("deployment-controller", "kube-controller-manager"),
]


@pytest.mark.parametrize(("component", "program"), PROGRAMS)
def test_components_go_by_their_programs(component: str, program: str) -> None:
    assert components.program(component) == program


def test_list_types_and_defaults_come_from_the_schema() -> None:
    pod = schema.of("io.k8s.api.core.v1.PodSpec")
    ports = pod.fields["containers"].type.item.fields["ports"].type
    assert (ports.list_type, ports.map_keys) == ("map", ("containerPort", "protocol"))
    assert [ports.key_default(name) for name in ports.map_keys] == [0, "TCP"]
    spread = pod.fields["topologySpreadConstraints"].type
    assert (spread.map_keys, spread.key_default("topologyKey")) == (("topologyKey", "whenUnsatisfiable"), "")
    assert pod.fields["imagePullSecrets"].type.key_default("name") == ""
    assert pod.fields["hostAliases"].type.map_keys == ("ip",)
    assert pod.fields["nodeSelector"].type.map_type == "atomic"
    assert pod.fields["tolerations"].type.list_type == "atomic"
    meta = schema.of("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    assert meta.fields["finalizers"].type.list_type == "set"
    assert meta.fields["labels"].type.map_type == "granular"
    volume = schema.of("io.k8s.api.core.v1.PersistentVolumeSpec")
    assert volume.fields["claimRef"].type.map_type == "granular"
    assert schema.of("io.k8s.api.core.v1.ObjectReference").map_type == "atomic"
    assert pod.fields["containers"].type.item.by_value == frozenset()
    assert "containers" in pod.by_value


CREATED = [
    ("a node", "nodes", {"spec": {"podCIDR": "10.0.0.0/24"}}, ["f:spec f:podCIDR"]),
    ("a role binding", "namespaces", {"spec": {"finalizers": ["kubernetes"]}}, ["f:spec f:finalizers"]),
    ("labels", "configmaps", {"metadata": {"labels": {"a": "b"}}}, ["f:metadata f:labels", "f:metadata f:labels f:a"]),
    ("a service", "services", {"spec": {"ports": [{"port": 80, "protocol": "TCP"}]}}, ["f:spec f:ports", 'f:spec f:ports k:{"port":80,"protocol":"TCP"}', 'f:spec f:ports k:{"port":80,"protocol":"TCP"} f:port', 'f:spec f:ports k:{"port":80,"protocol":"TCP"} f:protocol']),
    ("an empty status", "pods", {"status": {}, "spec": {"containers": []}}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "body", "paths"), [case[1:] for case in CREATED], ids=[case[0] for case in CREATED]
)
def test_what_a_creator_manages(resource: str, body: Body, paths: list[str]) -> None:
    kind = KINDS[resource]
    manager = FieldManager(kind, schema.of_kind(kind))
    made = manager.update(None, {"metadata": {}, **body}, manager="me", now=NOW + SECOND)
    entries = made["metadata"].get("managedFields", [])
    assert (entries[0]["fieldsV1"] if entries else {}) == of_texts(*paths)
