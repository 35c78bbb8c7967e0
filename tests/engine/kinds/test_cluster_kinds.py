"""Namespaces, leases and events."""

from __future__ import annotations

import pytest

from simulator.engine import writes
from simulator.engine.clock import SECOND
from simulator.engine.objects import micro_timestamp, timestamp
from simulator.engine.registry import KINDS, Body
from simulator.engine.renewal import RENEWS, beats, latest

from .builders import NOW, ago, broken, made, row, texts

# --- namespaces --------------------------------------------------------------------------------------------------


def test_a_namespace_lives_until_it_is_finalized() -> None:
    kind = KINDS["namespaces"]
    stored = made("namespaces", {"metadata": {"name": "blue"}})
    assert stored["metadata"]["labels"] == {"kubernetes.io/metadata.name": "blue"}
    assert (stored["spec"], stored["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})
    assert row("namespaces", stored) == {"Name": "blue", "Status": "Active", "Age": "0s"}

    outcome = writes.deleted(kind, stored, now=NOW, revision=2)
    assert outcome is not None
    assert not outcome.gone
    assert outcome.body["status"]["phase"] == "Terminating"
    assert outcome.body["metadata"]["deletionTimestamp"] == timestamp(NOW)

    emptied = {**outcome.body, "spec": {"finalizers": []}}
    kept = writes.updated(kind, outcome.body, emptied, revision=3)
    assert kept is None
    final = writes.updated(kind, outcome.body, emptied, revision=3, subresource="finalize")
    assert final is not None
    assert writes.is_released(kind, final)


def test_the_phase_of_a_namespace_follows_its_deletion() -> None:
    validate = KINDS["namespaces"].parts["status"].validate
    old = made("namespaces", {"metadata": {"name": "blue"}})
    gone = {**old, "metadata": {**old["metadata"], "deletionTimestamp": ago(0)}, "status": {"phase": "Terminating"}}
    assert texts(validate(old, old)) == texts(validate(gone, gone)) == []
    assert texts(validate({**old, "status": {"phase": "Terminating"}}, old)) == [
        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"
    ]
    assert texts(validate({**gone, "status": {"phase": "Active"}}, gone)) == [
        "status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty"
    ]


def test_namespaces_are_found_by_phase() -> None:
    assert KINDS["namespaces"].fields(made("namespaces", {"metadata": {"name": "a"}})) == {
        "name": "a",
        "status.phase": "Active",
    }


# --- leases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "now", "beat"),
    [
        ("100/10", 125, 120),
        ("100/10", 120, 120),
        ("100/10", 100, 100),
        ("100/10", 99, None),
        (None, 99, None),
        ("", 99, None),
        ("100", 125, None),
        ("100/0", 125, None),
        ("a/b", 125, None),
        ("-5/10", 125, None),
    ],
)
def test_the_latest_beat(text: str | None, now: int, beat: int | None) -> None:
    assert latest(text, now) == beat


def lease(annotations: dict[str, str], **spec: object) -> Body:
    return {"metadata": {"name": "a", "namespace": "kube-node-lease", "annotations": annotations}, "spec": spec}


def test_a_lease_is_renewed_without_writes() -> None:
    at_read = KINDS["leases.coordination.k8s.io"].at_read
    assert at_read is not None
    stored = made("leases.coordination.k8s.io", lease({RENEWS: beats(NOW, 10 * SECOND)}, renewTime=None))
    assert at_read(stored, NOW + 25 * SECOND)["spec"]["renewTime"] == micro_timestamp(NOW + 20 * SECOND)
    assert at_read(stored, NOW - 1) is stored
    stopped = made("leases.coordination.k8s.io", lease({}, renewTime=micro_timestamp(NOW)))
    assert at_read(stopped, NOW + 25 * SECOND) is stopped


def test_a_lease_needs_sensible_figures() -> None:
    assert broken("leases.coordination.k8s.io", lease({}, leaseDurationSeconds=0, leaseTransitions=-1)) == [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ]


# --- events ------------------------------------------------------------------------------------------------------


EVENT: Body = {
    "metadata": {"name": "web.1", "namespace": "default"},
    "involvedObject": {
        "kind": "Pod", "namespace": "default", "name": "web", "apiVersion": "v1", "fieldPath": "spec.containers{web}",
    },
    "reason": "Pulled",
    "message": "Pulled it. ",
    "source": {"component": "kubelet", "host": "worker-1"},
    "firstTimestamp": ago(60),
    "lastTimestamp": ago(30),
    "count": 3,
    "type": "Normal",
}  # fmt: skip


def test_the_row_of_an_event() -> None:
    assert row("events", made("events", EVENT), wide=True) == {
        "Last Seen": "30s",
        "Type": "Normal",
        "Reason": "Pulled",
        "Object": "pod/web",
        "Subobject": "spec.containers{web}",
        "Source": "kubelet, worker-1",
        "Message": "Pulled it.",
        "First Seen": "60s",
        "Count": "3",
        "Name": "web.1",
    }


def test_an_event_of_the_newer_api() -> None:
    new = {
        **EVENT,
        "firstTimestamp": None,
        "lastTimestamp": None,
        "count": None,
        "source": {},
        "eventTime": micro_timestamp(NOW - 90 * SECOND),
        "series": {"count": 7, "lastObservedTime": micro_timestamp(NOW - 5 * SECOND)},
        "reportingComponent": "scheduler",
    }
    cells = row("events", made("events", new), wide=True)
    assert (cells["Last Seen"], cells["First Seen"], cells["Count"], cells["Source"]) == ("5s", "90s", "7", "scheduler")


def test_events_are_found_by_what_they_are_about() -> None:
    fields = KINDS["events"].fields(made("events", EVENT))
    assert fields["involvedObject.kind"] == "Pod"
    assert fields["involvedObject.fieldPath"] == "spec.containers{web}"
    assert (fields["source"], fields["type"], fields["reason"]) == ("kubelet", "Normal", "Pulled")


def test_the_sketch_of_an_event() -> None:
    draw = KINDS["events"].draw
    assert draw is not None
    assert draw(made("events", EVENT)) == {
        "type": "Normal",
        "reason": "Pulled",
        "message": "Pulled it. ",
        "about": "pods/default/web",
        "count": 3,
        "at": NOW - 30 * SECOND,
    }
    unknown = {**EVENT, "involvedObject": {"kind": "Unicorn", "name": "x", "namespace": "default"}}
    assert draw(made("events", unknown))["about"] == ""


def test_an_event_is_in_the_namespace_of_its_object() -> None:
    stray = {**EVENT, "involvedObject": {"kind": "Pod", "namespace": "other", "name": "web"}}
    assert broken("events", stray) == [
        'involvedObject.namespace: Invalid value: "other": does not match event.namespace'
    ]
    assert broken("events", {**EVENT, "involvedObject": {"kind": "Node", "name": "worker-1"}}) == []
