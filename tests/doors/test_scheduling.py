"""Questions about the scheduler: traces now and then, what if, would it fit, what runs and what waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator import reading
from simulator.models import Cluster
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db

BIND, TRACE = "/k8s/demo/api/v1/namespaces/default/pods", "/c/demo/trace/default"
MAPS = "/k8s/demo/api/v1/namespaces/kube-system/configmaps"
HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
PACKING = f"""{HEAD}profiles:
- schedulerName: default-scheduler
  pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: MostAllocated
        resources: [{{name: cpu, weight: 1}}]
"""


def pod(name: str = "web", cpu: str = "1", **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"containers": [container], **spec}}


@pytest.fixture
def kubectl(demo: Cluster) -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {demo.token}"})


def create(kubectl: Client, body: dict[str, Any]) -> None:
    assert post(kubectl, BIND, body).status_code == 201


def configure(kubectl: Client, text: str) -> None:
    body = {"metadata": {"name": "kube-scheduler-config"}, "data": {"config.yaml": text}}
    if post(kubectl, MAPS, body).status_code == 409:
        data = {"data": {"config.yaml": text}}
        path = f"{MAPS}/kube-scheduler-config"
        assert kubectl.patch(path, data, content_type="application/merge-patch+json").status_code == 200


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
    kubectl.delete(f"{BIND}/first?gracePeriodSeconds=0")
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


# --- what runs and what waits ------------------------------------------------------------------------------------


def test_the_default_runs(guest: Client, demo: Cluster) -> None:
    told = guest.get("/c/demo/scheduler/").json()
    assert (told["source"], told["error"]) == ("default", None)
    assert told["configuration"].startswith(HEAD)
    (profile,) = told["profiles"]
    assert profile["schedulerName"] == "default-scheduler"
    assert {"name": "TaintToleration", "weight": 3} in profile["points"]["score"]
    assert {"name": "NodeName", "weight": None} in profile["points"]["filter"]
    fits = next(one for one in told["policies"] if one["old"] == "PodFitsResources")
    assert fits["plugin"] == "NodeResourcesFit" and fits["sentence"]
    checked = post(guest, "/c/demo/scheduler/check/", {"text": told["configuration"]}).json()
    assert checked == {"errors": [], "profiles": told["profiles"]}


def test_the_configmaps_runs_and_a_bad_one_leaves_it(guest: Client, demo: Cluster, kubectl: Client) -> None:
    configure(kubectl, PACKING)
    run(demo, 1)
    told = guest.get("/c/demo/scheduler/").json()
    assert (told["source"], told["error"], told["configuration"]) == ("configmap", None, PACKING)
    configure(kubectl, PACKING.replace("MostAllocated", "Nonsense"))
    run(demo, 1)
    told = guest.get("/c/demo/scheduler/").json()
    assert (told["source"], told["configuration"]) == ("refused", PACKING)
    assert "Nonsense" in told["error"]
    create(kubectl, pod("new", "100m"))
    foretold = guest.get(f"{TRACE}/new.json").json()
    run(demo, 1)
    assert guest.get(f"{TRACE}/new.json").json()["nodes"] == foretold["nodes"]
    assert kubectl.delete(f"{MAPS}/kube-scheduler-config").status_code == 200
    run(demo, 1)
    assert guest.get("/c/demo/scheduler/").json()["source"] == "default"


def test_a_text_is_checked(guest: Client, demo: Cluster) -> None:
    def check(text: str) -> list[tuple[str, int | None]]:
        told = post(guest, "/c/demo/scheduler/check/", {"text": text}).json()
        assert told["profiles"] == []
        return [(one["field"], one["line"]) for one in told["errors"]]

    assert check(f"{HEAD}percentageOfNodesToScore: 101\n") == [("percentageOfNodesToScore", 3)]
    assert check(f"{HEAD}nonsense: 1\n") == [("nonsense", 3)]
    assert check("kind: KubeSchedulerConfiguration\napiVersion: kubescheduler.config.k8s.io/v1beta3\n") == [
        ("apiVersion", 2)
    ]
    assert [line for _, line in check("a: b: c\n")] == [1]


def test_where_each_pod_waits(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod("large", "64"))
    run(demo, 5)
    create(kubectl, pod("gated", schedulingGates=[{"name": "wait"}]))
    create(kubectl, pod("fresh"))
    run(demo, 0.001)
    queue = {one["name"]: one for one in guest.get("/c/demo/scheduler/").json()["queue"]}
    assert {name: one["place"] for name, one in queue.items()} == {
        "large": "unschedulable", "gated": "gated", "fresh": "active",
    }  # fmt: skip
    large = queue["large"]
    assert (large["attempts"], large["refusedBy"]) == (1, ["NodeResourcesFit", "TaintToleration"])
    assert large["message"].startswith("0/3 nodes are available: ")
    assert large["since"] < large["until"]
    assert queue["fresh"]["until"] is None


def test_a_pod_on_its_way_to_a_node(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod("fresh", "1500m", nodeSelector={"kubernetes.io/hostname": "worker-1"}))
    create(kubectl, pod("next", "1500m"))
    run(demo, 0.009)  # 8 ms until it is seen, then 6 ms until it is bound
    queue = {one["name"]: one["place"] for one in guest.get("/c/demo/scheduler/").json()["queue"]}
    assert queue == {"fresh": "binding", "next": "active"}
    told = guest.get(f"{TRACE}/next.json").json()
    assert told["node"] == "worker-2", "what is decided counts before it is written"
    grid = {one["name"]: one["filter"] for one in told["nodes"]}
    assert grid["worker-1"] == {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]}
