"""The vocabulary that all kinds share."""

from __future__ import annotations

import pytest

from simulator.engine import objects
from simulator.engine.registry import Body, Key

BODY: Body = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "7"},
    "spec": {"replicas": 2, "template": {"spec": {"a": 1}}},
}


def test_names() -> None:
    assert objects.key_of(BODY) == Key("default", "web")
    assert objects.revision_of(BODY) == 7
    assert (objects.labels_of(BODY), objects.annotations_of(BODY), objects.status_of(BODY)) == ({}, {}, {})
    for key in (Key("default", "web"), Key("", "worker-1")):
        assert objects.key_from(objects.text_of(key)) == key


def test_owners() -> None:
    reference = objects.owner_reference(BODY)
    assert reference["controller"]
    assert objects.controller_of({"metadata": {"ownerReferences": [{"name": "x"}, reference]}}) is reference
    assert objects.controller_of({"metadata": {}}) is None


def test_changing_shares_what_stays() -> None:
    changed = objects.set_in(BODY, ("spec", "replicas"), 3)
    assert (changed["spec"]["replicas"], BODY["spec"]["replicas"]) == (3, 2)
    assert changed["spec"]["template"] is BODY["spec"]["template"]
    assert objects.set_in({}, ("a", "b"), 1) == {"a": {"b": 1}}
    assert objects.set_in({"a": None}, ("a", "b"), 1) == {"a": {"b": 1}}


def test_dropping() -> None:
    assert objects.drop_in(BODY, ("spec", "template", "spec", "a"))["spec"]["template"] == {"spec": {}}
    assert objects.drop_in(BODY, ("status", "phase")) is BODY


def test_filling_in() -> None:
    held = {"a": 0, "b": None}
    assert objects.fill_in(held, a=1, b=2, c=3) == {"a": 0, "b": 2, "c": 3}
    assert objects.fill_in(held, a=1) is held


@pytest.mark.parametrize(
    ("path", "found"), [(("spec", "replicas"), 2), (("spec", "none"), "?"), (("kind", "deeper"), "?"), ((), BODY)]
)
def test_reading_a_path(path: tuple[str, ...], found: object) -> None:
    assert objects.get_in(BODY, *path, default="?") == found


def test_conditions() -> None:
    body = {"status": {"conditions": [{"type": "A", "status": "True"}, {"type": "B", "status": "False"}]}}
    assert objects.is_condition_true(body, "A")
    assert not objects.is_condition_true(body, "B")
    assert objects.condition(body, "C") is None
    new = {"type": "A", "status": "False"}
    assert objects.with_condition(body["status"]["conditions"], new)[0] is new
    assert [one["type"] for one in objects.with_condition(body["status"]["conditions"], {"type": "C"})] == [
        "A",
        "B",
        "C",
    ]


def test_timestamps() -> None:
    instant = 1_700_000_000_123_456
    assert objects.timestamp(instant) == "2023-11-14T22:13:20Z"
    assert objects.micro_timestamp(instant) == "2023-11-14T22:13:20.123456Z"
    assert objects.instant_of(objects.micro_timestamp(instant)) == instant
    assert objects.instant_of("2023-11-14T22:13:20Z") == 1_700_000_000_000_000
    assert objects.instant_of("2023-11-14T23:13:20+01:00") == 1_700_000_000_000_000
    with pytest.raises(ValueError, match="yesterday"):
        objects.instant_of("yesterday")


def test_an_instant_beyond_the_calendar_is_written_as_its_end() -> None:
    assert objects.timestamp(9_200_000_000_000_000_000) == "9999-12-31T23:59:59Z"
