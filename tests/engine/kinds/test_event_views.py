# ruff: noqa: E501 - the tables have a line for each case
"""Events of the core API and of events.k8s.io: one stored object, two views, two sets of rules."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import micro_timestamp
from simulator.engine.registry import KINDS, Body

from .builders import NOW, ago, broken, made, row, texts

VIEW = KINDS.find("events.k8s.io/v1", "Event")
assert VIEW is not None
ABOUT = {"kind": "Pod", "namespace": "default", "name": "web", "apiVersion": "v1"}
CORE: Body = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "web.1", "namespace": "default"},
    "involvedObject": ABOUT,
    "reason": "Pulled",
    "message": "Pulled it.",
    "source": {"component": "kubelet"},
    "firstTimestamp": ago(60),
    "lastTimestamp": ago(30),
    "count": 3,
    "type": "Normal",
    "eventTime": None,
    "reportingComponent": "kubelet",
    "reportingInstance": "",
}
NEW: Body = {
    "metadata": {"name": "web.2", "namespace": "default"},
    "involvedObject": ABOUT,
    "reason": "Scheduled",
    "message": "Done.",
    "action": "Binding",
    "type": "Normal",
    "eventTime": micro_timestamp(NOW),
    "reportingComponent": "default-scheduler",
    "reportingInstance": "default-scheduler-1",
}


def test_each_field_has_its_other_name() -> None:
    shown = VIEW.from_stored(CORE)
    assert shown == {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": CORE["metadata"],
        "regarding": ABOUT,
        "reason": "Pulled",
        "note": "Pulled it.",
        "deprecatedSource": {"component": "kubelet"},
        "deprecatedFirstTimestamp": ago(60),
        "deprecatedLastTimestamp": ago(30),
        "deprecatedCount": 3,
        "type": "Normal",
        "eventTime": None,
        "reportingController": "kubelet",
        "reportingInstance": "",
    }
    assert VIEW.to_stored(shown) == CORE
    assert VIEW.storage == "events"


def test_both_views_print_the_same() -> None:
    cells = {column.name: column.cell(VIEW.from_stored(CORE), NOW) for column in VIEW.columns}
    assert cells == row("events", CORE, wide=True)


def test_each_view_finds_by_its_own_names() -> None:
    assert VIEW.fields(VIEW.from_stored(CORE)) == {
        "regarding.kind": "Pod",
        "regarding.namespace": "default",
        "regarding.name": "web",
        "regarding.uid": "",
        "regarding.apiVersion": "v1",
        "regarding.resourceVersion": "",
        "regarding.fieldPath": "",
        "reason": "Pulled",
        "reportingController": "kubelet",
        "type": "Normal",
    }
    assert KINDS["events"].fields(CORE)["reportingComponent"] == "kubelet"


def test_what_the_core_always_writes() -> None:
    stored = made("events", {"metadata": CORE["metadata"], "involvedObject": ABOUT})
    assert {key: stored[key] for key in ("source", "eventTime", "reportingComponent", "reportingInstance")} == {
        "source": {},
        "eventTime": None,
        "reportingComponent": "",
        "reportingInstance": "",
    }
    assert KINDS["events"].default(stored) is stored


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, []),
        ({"involvedObject": {"kind": "Node", "name": "worker-1"}}, []),
        ({"metadata": {"name": "a", "namespace": "blue"}, "involvedObject": {"kind": "Node", "name": "worker-1"}}, [
            'involvedObject.namespace: Invalid value: "": does not match event.namespace',
        ]),
        ({"reportingComponent": "", "reportingInstance": "", "action": "", "reason": ""}, [
            "reportingController: Required value",
            "reportingController: Invalid value: \"\": name part must be non-empty",
            "reportingController: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
            "reportingInstance: Required value",
            "action: Required value",
            "reason: Required value",
        ]),
        ({"action": "x" * 129}, ['action: Invalid value: "": can have at most 128 characters']),
        ({"message": "x" * 1025}, ['message: Invalid value: "": can have at most 1024 characters']),
    ],
)  # fmt: skip
def test_an_event_with_a_time_says_who_reports(parts: Body, said: list[str]) -> None:
    assert broken("events", {**NEW, **parts}) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, []),
        ({"series": {"count": 2, "lastObservedTime": micro_timestamp(NOW)}}, []),
        ({"series": {"count": 1}}, ['series.count: Invalid value: "": should be at least 2', "series.lastObservedTime: Required value"]),
        ({"eventTime": None}, ["eventTime: Required value"]),
        ({"type": "Odd"}, ['type: Invalid value: "": has invalid value: Odd']),
        ({"firstTimestamp": ago(1), "lastTimestamp": ago(1), "count": 1, "source": {"host": "a"}}, [
            'firstTimestamp: Invalid value: "": needs to be unset',
            'lastTimestamp: Invalid value: "": needs to be unset',
            'count: Invalid value: "": needs to be unset',
            'source: Invalid value: "": needs to be unset',
        ]),
    ],
)  # fmt: skip
def test_events_k8s_io_is_strict(parts: Body, said: list[str]) -> None:
    assert texts(VIEW.validate(made("events", {**NEW, **parts}))) == said


def test_only_the_series_changes_through_events_k8s_io() -> None:
    old = made("events", NEW)
    counted = {**old, "series": {"count": 2, "lastObservedTime": micro_timestamp(NOW + SECOND)}}
    assert VIEW.validate_update(counted, old) == []
    assert texts(VIEW.validate_update({**old, "message": "Else.", "related": ABOUT, "count": 2}, old)) == [
        'message: Invalid value: "Else.": field is immutable',
        "count: Invalid value: 2: field is immutable",
        'related: Invalid value: {"Kind":"Pod","Namespace":"default","Name":"web","UID":"","APIVersion":"v1","ResourceVersion":"","FieldPath":""}: field is immutable',
    ]
    assert KINDS["events"].validate_update({**old, "message": "Else."}, old) == []
