"""Questions about a pod: traces now and then, what if, would it fit."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator import reading
from simulator.models import Cluster
from tests.doors.conftest import post, run
from tests.doors.scheduled import HEAD, PACKING, PODS, TRACE, create, pod

pytestmark = pytest.mark.django_db

# --- traces ------------------------------------------------------------------------------------------------------


def test_a_pending_pod_is_traced_as_of_now(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod())
    told = guest.get(f"{TRACE}/web.json").json()
    assert (told["when"], told["profile"]) == ("now", "default-scheduler")
    assert told["revision"] == reading.revision_of(demo)
    assert told["at"].endswith("Z")
    assert told["node"] in told["ties"]
    assert told["weights"]["TaintToleration"] == 3
    assert told["filters"][:2] == ["NodeUnschedulable", "NodeName"]
    run(demo, 1)
    bound = reading.DatabaseReader(demo).get("pods", "default", "web")
    assert bound and bound["spec"]["nodeName"] == told["node"]


def test_a_bound_pod_is_traced_as_it_was_decided(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod())
    run(demo, 1)
    first = guest.get(f"{TRACE}/web.json").json()
    create(kubectl, pod("other"))
    run(demo, 60)
    again = guest.get(f"{TRACE}/web.json").json()
    assert first == again
    assert first["when"] == "past"
    assert first["revision"] < reading.revision_of(demo)
    winner = next(one for one in first["nodes"] if one["name"] == first["node"])
    assert winner["total"] == sum(one["weighted"] for one in winner["scores"].values())


def test_a_revision_chooses_the_decision(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod("first", "1500m", nodeSelector={"kubernetes.io/hostname": "worker-1"}))
    create(kubectl, pod("second", "1500m", nodeSelector={"kubernetes.io/hostname": "worker-1"}))
    before = reading.revision_of(demo)
    run(demo, 2)
    between = reading.revision_of(demo)
    kubectl.delete(f"{PODS}/first?gracePeriodSeconds=0")
    run(demo, 20)
    now, then = (guest.get(f"{TRACE}/second.json{query}").json() for query in ("", f"?revision={between}"))
    assert now["node"] == "worker-1"
    assert then["node"] is None
    assert then["message"].startswith("0/3 nodes are available: 1 Insufficient cpu")
    assert guest.get(f"{TRACE}/second.json?revision={before}").status_code == 404
    assert guest.get(f"{TRACE}/first.json").status_code == 404
    gone = guest.get(f"{TRACE}/first.json?revision={reading.revision_of(demo)}").json()
    assert (gone["when"], gone["node"]) == ("past", "worker-1")


@pytest.mark.parametrize("revision", ["x", "-1", "1.5", "", "9" * 30, "\u0663"])
def test_a_revision_is_a_number(guest: Client, demo: Cluster, revision: str) -> None:
    answer = guest.get(f"{TRACE}/web.json", {"revision": revision})
    assert (answer.status_code, answer.json()["message"]) == (400, "The revision must be a number.")


def test_a_decision_that_the_log_has_lost_is_gone(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod())
    run(demo, 1)
    Cluster.objects.filter(pk=demo.pk).update(compacted=reading.revision_of(demo))
    answer = guest.get(f"{TRACE}/web.json")
    assert answer.status_code == 410
    assert "too long ago" in answer.json()["message"]


def test_a_pod_of_another_scheduler(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod(schedulerName="mine"))
    told = guest.get(f"{TRACE}/web.json").json()
    assert (told["node"], told["nodes"], told["profile"]) == (None, [], "mine")
    assert '"mine"' in told["message"]


def test_who_must_make_way_and_why(guest: Client, demo: Cluster, kubectl: Client) -> None:
    classes = "/k8s/demo/apis/scheduling.k8s.io/v1/priorityclasses"
    for name, value in (("low", 5), ("lower", 1), ("high", 100)):
        assert post(kubectl, classes, {"metadata": {"name": name}, "value": value}).status_code == 201
    for number, name in ((1, "low"), (2, "lower")):
        where = {"kubernetes.io/hostname": f"worker-{number}"}
        create(kubectl, pod(f"held-{number}", "1500m", priorityClassName=name, nodeSelector=where))
    run(demo, 10)
    create(kubectl, pod("urgent", "1500m", priorityClassName="high"))
    run(demo, 0.1)
    revision = reading.revision_of(demo)
    run(demo, 60)
    told = guest.get(f"{TRACE}/urgent.json?revision={revision}").json()
    assert (told["node"], told["nominatedNode"]) == (None, "worker-2")
    assert told["victims"] == [{"namespace": "default", "name": "held-2"}]
    assert sorted(one["node"] for one in told["candidates"]) == ["worker-1", "worker-2"]
    chosen = next(one for one in told["candidates"] if one["node"] == "worker-2")
    assert chosen["victims"] == [{"namespace": "default", "name": "held-2", "priority": 1}]
    assert (chosen["pdbViolations"], chosen["highestPriority"], chosen["prioritySum"]) == (0, 1, 1)
    assert chosen["latestStart"].endswith("Z")
    assert told["why"] == "Chosen because the highest priority among its victims is the lowest."
    assert guest.get(f"{TRACE}/urgent.json").json()["node"] == "worker-2"


# --- what if -----------------------------------------------------------------------------------------------------


def test_two_configurations_side_by_side(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod("held", nodeSelector={"kubernetes.io/hostname": "worker-1"}))
    run(demo, 5)
    answer = post(guest, "/c/demo/what-if/", {"pod": pod("new", "100m"), "configurations": [None, PACKING]})
    spread, packed = answer.json()["answers"]
    assert (spread["node"], packed["node"]) == ("worker-2", "worker-1")
    assert spread["when"] == packed["when"] == "now"
    again = {"namespace": "default", "name": "held", "configurations": [PACKING, None]}
    first, second = post(guest, "/c/demo/what-if/", again).json()["answers"]
    assert first["name"] == second["name"] == "held"
    assert reading.DatabaseReader(demo).get("pods", "default", "new") is None


def test_a_bad_configuration_is_told_by_side_field_and_line(guest: Client, demo: Cluster) -> None:
    plugins = "  plugins:\n    score:\n      enabled:\n      - name: Nope\n"
    bad = f"{HEAD}profiles:\n- schedulerName: default-scheduler\n{plugins}"
    answer = post(guest, "/c/demo/what-if/", {"pod": pod(), "configurations": [None, bad]})
    assert (answer.status_code, answer.json()["which"]) == (400, 1)
    (error,) = answer.json()["errors"]
    assert (error["field"], error["line"]) == ("profiles[0].plugins.score.enabled[0].name", 8)
    assert "Nope" in error["message"] and "Nope" in answer.json()["message"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"pod": {}, "configurations": [None, None]}, 422),
        ({"pod": pod(), "configurations": [None]}, 400),
        ({"pod": pod(), "configurations": "x"}, 400),
        ({"pod": pod(), "configurations": [1, None]}, 400),
        ({"configurations": [None, None]}, 400),
        ({"namespace": "default", "name": "missing", "configurations": [None, None]}, 404),
        ({"namespace": 5, "name": [], "configurations": [None, None]}, 400),
        ({"pod": pod(), "configurations": ["a: [", None]}, 400),
        ({"pod": pod(), "configurations": ["", None]}, 400),
        ({"pod": pod(), "configurations": ["a: 1\n---\nb: 2", None]}, 400),
    ],
)
def test_questions_that_make_no_sense(guest: Client, demo: Cluster, asked: Any, code: int) -> None:
    answer = post(guest, "/c/demo/what-if/", asked)
    assert answer.status_code == code
    assert answer.json()["message"]


@pytest.mark.parametrize("door", ["what-if", "fit", "scheduler/check"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"text": 5, "pod": 5}'])
def test_no_question_ends_in_a_traceback(guest: Client, demo: Cluster, door: str, body: bytes) -> None:
    answer = post(guest, f"/c/demo/{door}/", body)
    assert answer.status_code == 400
    assert answer.json()["message"]


# --- would it fit ------------------------------------------------------------------------------------------------


def test_how_many_more_fit_and_what_stops_the_next(guest: Client, demo: Cluster) -> None:
    told = post(guest, "/c/demo/fit/", {"pod": pod(cpu="900m")}).json()
    assert told["replicas"] == sum(one["count"] for one in told["perNode"]) == 4
    assert told["perNode"] == [{"name": "worker-1", "count": 2}, {"name": "worker-2", "count": 2}]
    assert told["limited"] is False
    assert told["message"].startswith("0/3 nodes are available: ")
    assert {"reason": "Insufficient cpu", "nodes": 2} in told["reasons"]


def test_more_of_a_pod_that_is_there(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod(cpu="900m"))
    run(demo, 5)
    told = post(guest, "/c/demo/fit/", {"namespace": "default", "name": "web"}).json()
    assert told["replicas"] == 3


def test_the_count_has_an_end(guest: Client, demo: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.scheduling.what_if.MOST_REPLICAS", 3)
    told = post(guest, "/c/demo/fit/", {"pod": pod(cpu="10m")}).json()
    assert (told["replicas"], told["limited"], told["reasons"][0]["nodes"]) == (3, True, 1)
