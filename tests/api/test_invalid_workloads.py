# ruff: noqa: E501 - the tables have a line for each case
"""What views of a kind refuse besides, and changes that break a rule: the whole Status, each cause with its field."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.api.conftest import Api
from tests.api.invalid_objects import workloads
from tests.api.invalid_objects.workloads import FORBIDDEN, INVALID, MISMATCH, REQUIRED

Body = dict[str, Any]
SPACE = "namespaces/default"


def named(body: Body) -> Body:
    return {**body, "metadata": {"name": "one"}}


def hpa_v1(**spec: Any) -> Body:
    return {**workloads.hpa(**spec), "apiVersion": "autoscaling/v1"}


def event(**parts: Any) -> Body:
    whole = {
        "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "one"},
        "regarding": {"kind": "Pod", "name": "a", "namespace": "default"}, "reason": "R", "action": "A", "type": "Normal",
        "eventTime": "2023-11-14T22:13:20.000000Z", "reportingController": "c", "reportingInstance": "i",
    }  # fmt: skip
    return {**whole, **parts}


class Case(NamedTuple):
    """An object, where it is posted, and the causes of its refusal: (reason, field, message)."""

    name: str
    path: str
    body: Body
    causes: list[tuple[str, str, str]]


APPS, BATCH, SCALING = "apis/apps/v1", "apis/batch/v1", "apis/autoscaling"
CASES = [
    Case("an autoscaler of v1", f"{SCALING}/v1/{SPACE}/horizontalpodautoscalers", hpa_v1(scaleTargetRef={}, targetCPUUtilizationPercentage=0), [
        (REQUIRED, "spec.scaleTargetRef.kind", "Required value"),
        (REQUIRED, "spec.scaleTargetRef.name", "Required value"),
        (INVALID, "spec.metrics[0].resource.target.averageUtilization", "Invalid value: 0: must be greater than 0"),
    ]),
    Case("an Event of events.k8s.io in old clothes", f"apis/events.k8s.io/v1/{SPACE}/events", event(eventTime=None, deprecatedCount=1), [
        (REQUIRED, "eventTime", "Required value"),
        (INVALID, "count", 'Invalid value: "": needs to be unset'),
    ]),
    Case("an Event of nobody", f"apis/events.k8s.io/v1/{SPACE}/events", event(reportingInstance="", type="Odd"), [
        (REQUIRED, "reportingInstance", "Required value"),
        (INVALID, "type", 'Invalid value: "": has invalid value: Odd'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_invalid(api: Api, case: Case) -> None:
    reply = api.post(case.path, case.body)
    assert (reply.code, reply.body.get("reason")) == (422, "Invalid"), reply.text
    causes = reply.body["details"]["causes"]
    assert [(one["reason"], one["field"], one["message"]) for one in causes] == case.causes
    said = [f"{field}: {message}" for _reason, field, message in case.causes]
    name = case.body["metadata"]["name"]
    details = reply.body["details"]
    shown = f"{details['kind']}.{details['group']}" if "group" in details else details["kind"]
    assert reply.message == f'{shown} "{name}" is invalid: {said[0] if len(said) == 1 else "[" + ", ".join(said) + "]"}'
    assert details["name"] == name


CHANGES = [
    ("the selector of a Deployment", f"{APPS}/{SPACE}/deployments", workloads.workload("Deployment"), {"spec": {"selector": {"matchLabels": {"b": "c"}}}}, [
        (INVALID, "spec.template.metadata.labels", MISMATCH),
        (INVALID, "spec.selector", 'Invalid value: {"matchLabels":{"app":"a","b":"c"}}: field is immutable'),
    ]),
    ("the service of a StatefulSet", f"{APPS}/{SPACE}/statefulsets", workloads.workload("StatefulSet"), {"spec": {"serviceName": "b"}}, [
        (FORBIDDEN, "spec", "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"),
    ]),
    ("the completions of a Job", f"{BATCH}/{SPACE}/jobs", workloads.job(), {"spec": {"completions": 3}}, [
        (INVALID, "spec.completions", "Invalid value: 3: field is immutable"),
    ]),
    ("the zone of a CronJob", f"{BATCH}/{SPACE}/cronjobs", workloads.cron_job(), {"spec": {"timeZone": "Nowhere"}}, [
        (INVALID, "spec.timeZone", 'Invalid value: "Nowhere": unknown time zone Nowhere'),
    ]),
    ("the note of an Event", f"apis/events.k8s.io/v1/{SPACE}/events", event(), {"note": "b"}, [
        (INVALID, "message", 'Invalid value: "b": field is immutable'),
    ]),
    ("the type of a Fault", "apis/sim.k8sviz.io/v1/faults", workloads.sim("Fault", type="RegistryOutage"), {"spec": {"type": "SlowRegistry"}}, [
        (INVALID, "spec.type", 'Invalid value: "SlowRegistry": field is immutable'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "body", "change", "causes"), CHANGES, ids=[change[0] for change in CHANGES])
def test_it_stays(api: Api, name: str, path: str, body: Body, change: Body, causes: list[tuple[str, str, str]]) -> None:
    assert api.post(path, named(body)).code == 201
    before = api.get(f"{path}/one").body
    reply = api("PATCH", f"{path}/one", change, "application/merge-patch+json")
    assert (reply.code, reply.body.get("reason")) == (422, "Invalid"), reply.text
    assert [(one["reason"], one["field"], one["message"]) for one in reply.body["details"]["causes"]] == causes
    assert api.get(f"{path}/one").body == before


def test_a_status_that_cannot_be_is_refused(api: Api) -> None:
    path = f"{APPS}/{SPACE}/deployments"
    assert api.post(path, named(workloads.workload("Deployment"))).code == 201
    reply = api("PATCH", f"{path}/one/status", {"status": {"readyReplicas": 1}}, "application/merge-patch+json")
    assert [one["message"] for one in reply.body["details"]["causes"]] == [
        "Invalid value: 1: cannot be greater than status.replicas"
    ]
