"""The cluster run ahead twice from now: an autoscaler with one behavior, and with another."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator.models import Change, Cluster, KubeObject, Memory
from tests.doors.autoscaled import load, policies, serve
from tests.doors.conftest import post, run
from tests.doors.test_autoscaling import told

pytestmark = pytest.mark.django_db

COMPARE = "/c/demo/autoscaler/default/web/compare/"
STEP = {"resource": "traffics.sim.k8sviz.io", "namespace": "default", "name": "web", "value": "120"}


def compared(guest: Client, **asked: Any) -> dict[str, Any]:
    answer = post(guest, COMPARE, asked)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def applied(side: dict[str, Any]) -> list[int]:
    found = [one["replicas"] for one in side["steps"] if one["replicas"] is not None]
    return [one for n, one in enumerate(found) if n == 0 or found[n - 1] != one]


def test_two_behaviors_and_a_step_of_load(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl, "5", behavior={"scaleUp": policies(("Pods", 2, 60))})
    run(demo, 120)
    answer = compared(guest, load={**STEP, "afterSeconds": 30})
    assert (answer["complete"], answer["until"] - answer["since"]) == (True, 900_000_000)
    assert answer["load"] - answer["since"] == 30_000_000
    assert answer["first"]["behavior"]["scaleUp"]["policies"] == [{"type": "Pods", "value": 2, "periodSeconds": 60}]
    assert [one["value"] for one in answer["second"]["behavior"]["scaleUp"]["policies"]] == [4, 100]
    assert applied(answer["first"]) == [1, 3, 5, 7]
    assert applied(answer["second"]) == [1, 5, 7]
    for side in ("first", "second"):
        steps = answer[side]["steps"]
        assert steps[0]["at"] == answer["since"]
        assert all(answer["since"] <= one["at"] <= answer["until"] for one in steps)
        rescaled = next(one for one in steps if one["replicas"] != 1)
        assert rescaled["at"] > answer["load"]


def test_a_run_foretells_what_comes(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl, "5")
    run(demo, 120)
    load(kubectl, "120")
    answer = compared(guest, minutes=5, second=None)
    run(demo, 300)
    came = [one for one in told(guest)["steps"] if answer["since"] < one["at"] <= answer["until"]]
    assert [one for one in answer["first"]["steps"] if one["at"] > answer["since"]] == came
    assert applied({"steps": came})[-1] == 7


def test_scaling_down_may_be_disabled(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl, "120")
    run(demo, 180)
    fast = {"scaleDown": {"stabilizationWindowSeconds": 0}}
    never = {"scaleDown": {"selectPolicy": "Disabled"}}
    answer = compared(guest, first=fast, second=never, load={**STEP, "value": "5"})
    assert applied(answer["first"])[-1] == 1
    assert len(applied(answer["second"])) == 1
    assert answer["second"]["steps"][-1]["policy"] == {"selectPolicy": "Disabled"}


def test_cpu_may_be_the_load(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl, "5")
    run(demo, 120)
    step = {"resource": "behaviors.sim.k8sviz.io", "namespace": "default", "name": "web", "value": "190m"}
    assert applied(compared(guest, load=step)["first"])[-1] > 1


def test_nothing_of_it_is_written(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl)
    run(demo, 60)

    def held() -> tuple[Any, ...]:
        rows = [list(model.objects.order_by("pk").values_list()) for model in (KubeObject, Memory, Change)]
        return (*rows, Cluster.objects.filter(pk=demo.pk).values_list().get())

    before = held()
    assert compared(guest, load={**STEP, "afterSeconds": 10})["first"]["steps"]
    assert held() == before


UP = {"type": "Pods", "value": 1, "periodSeconds": 60}
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a policy that does nothing": (
        {"second": {"scaleUp": {"policies": [{**UP, "value": 0}]}}},
        "second.scaleUp.policies[0].value",
        "Invalid value: 0: must be greater than zero",
    ),
    "a period that is too long": (
        {"first": {"scaleDown": {"policies": [UP, {**UP, "periodSeconds": 1801}]}}},
        "first.scaleDown.policies[1].periodSeconds",
        "Invalid value: 1801: must be less than or equal to 1800",
    ),
    "a window that is too long": (
        {"first": {"scaleDown": {"stabilizationWindowSeconds": 3601}}},
        "first.scaleDown.stabilizationWindowSeconds",
        "Invalid value: 3601: must be less than or equal to 3600",
    ),
    "another choice": (
        {"second": {"scaleUp": {"selectPolicy": "Best"}}},
        "second.scaleUp.selectPolicy",
        'Unsupported value: "Best": supported values: "Disabled", "Max", "Min"',
    ),
    "a text for a number": (
        {"second": {"scaleUp": {"stabilizationWindowSeconds": "long"}}},
        "second.scaleUp.stabilizationWindowSeconds",
        "json: cannot unmarshal string",
    ),
    "an unknown field": ({"first": {"scaleUpp": {}}}, "first.scaleUpp", 'unknown field "spec.behavior.scaleUpp"'),
    "no time": ({"minutes": 241}, "minutes", "This must be a number of minutes from 1 to 240."),
    "a load that is not there": ({"load": {**STEP, "name": "x"}}, "load.name", "There is no such Traffic or Behavior."),
    "a load that is none": ({"load": {**STEP, "resource": "pods"}}, "load.name", "There is no such"),
    "a load that is no amount": ({"load": {**STEP, "value": "lots"}}, "load.value", ""),
    "a load below zero": ({"load": {**STEP, "value": "-1"}}, "load.value", "Invalid value"),
    "a load that is a number": ({"load": {**STEP, "value": 3}}, "load.value", "This must be a short text."),
    "a load after the end": (
        {"minutes": 1, "load": {**STEP, "afterSeconds": 61}},
        "load.afterSeconds",
        "This must be a number of seconds from 0 to 60.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "field", "message"), FAULTS.values(), ids=FAULTS)
def test_a_question_that_makes_no_sense(
    guest: Client, demo: Cluster, kubectl: Client, asked: dict[str, Any], field: str, message: str
) -> None:
    serve(kubectl)
    answer = post(guest, COMPARE, asked)
    assert answer.status_code == 400, answer.content
    fault = answer.json()["errors"][0]
    assert fault["field"] == field
    assert message in fault["message"] and answer.json()["message"] == fault["message"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"first": 3}', b'{"second": []}', b'{"load": "web"}'])
def test_a_question_that_is_none(guest: Client, demo: Cluster, kubectl: Client, body: bytes) -> None:
    serve(kubectl)
    answer = post(guest, COMPARE, body)
    assert answer.status_code == 400 and answer.json()["message"]


def test_what_is_not_there(guest: Client, demo: Cluster) -> None:
    assert post(guest, COMPARE, {}).status_code == 404
    assert guest.get(COMPARE).status_code == 405


def test_it_ends_when_the_wall_clock_says_so(
    guest: Client, demo: Cluster, kubectl: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(kubectl)
    run(demo, 60)
    monkeypatch.setattr("simulator.ahead._WALL", 0)
    answer = compared(guest)
    assert not answer["complete"]
    assert answer["until"] - answer["since"] < 900_000_000
