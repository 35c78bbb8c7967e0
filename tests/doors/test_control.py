"""Steering the clock and asking where a pod fits: bad requests are answered in words, none with 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import clusters
from simulator.engine.topology import GI
from simulator.models import Change, Cluster
from simulator.reading import DatabaseReader
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db

CONTROL, FEASIBLE = "/c/demo/control", "/c/demo/feasible"
SECOND = 1_000_000


def fresh(cluster: Cluster) -> Cluster:
    return Cluster.objects.get(pk=cluster.pk)


# --- the clock ---------------------------------------------------------------------------------------------------


def test_pause_and_play(guest: Client, demo: Cluster) -> None:
    assert post(guest, CONTROL, {"do": "play"}).json()["paused"] is False
    clock = post(guest, CONTROL, {"do": "pause"}).json()
    assert clock["paused"] is True
    assert set(clock) == {"now", "start", "speed", "achieved", "paused", "stepping", "due", "halted"}
    assert post(guest, CONTROL, {"do": "pause"}).json()["now"] == clock["now"]


@pytest.mark.parametrize("speed", [0, 0.001, 0.5, 1, 2, 10_000, 10_000.0])
def test_speed(guest: Client, demo: Cluster, speed: float) -> None:
    assert post(guest, CONTROL, {"do": "speed", "speed": speed}).json()["speed"] == speed
    assert fresh(demo).speed == speed


def test_a_step_by_seconds_ends_there_and_pauses(guest: Client, demo: Cluster) -> None:
    before = fresh(demo).now
    assert post(guest, CONTROL, {"do": "step", "by": 2.5}).status_code == 200
    assert fresh(demo).until == before + round(2.5 * SECOND)
    run_out(demo)
    assert (fresh(demo).now, fresh(demo).paused, fresh(demo).until) == (before + round(2.5 * SECOND), True, None)


def test_a_step_without_length_goes_to_the_next_event(guest: Client, demo: Cluster) -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    kubectl = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {demo.token}"})
    assert post(kubectl, "/k8s/demo/api/v1/namespaces/default/pods", pod).status_code == 201
    seen = []
    for _ in range(4):
        post(guest, CONTROL, {"do": "step"})
        run_out(demo)
        seen.append(fresh(demo).now)
    assert seen == sorted(set(seen)), "each step goes on"
    bound = DatabaseReader(demo).get("pods", "default", "web")
    assert bound and bound["spec"]["nodeName"]


def run_out(cluster: Cluster) -> None:
    from simulator.runner import Runner

    worker = Runner("test")
    while fresh(cluster).until is not None:
        worker.tick(cluster.pk)


def test_reset_starts_again_and_keeps_the_name_and_the_token(guest: Client, demo: Cluster) -> None:
    run(demo, 100)
    before = fresh(demo)
    clock = post(guest, CONTROL, {"do": "reset"}).json()
    after = fresh(demo)
    assert clock["start"] > before.born
    assert (after.token, after.name, after.paused) == (before.token, "demo", True)
    assert after.revision > before.revision, "revisions never go back: a watch would miss what comes"
    assert after.compacted > before.revision, "whoever follows the log has to begin anew"
    assert not Change.objects.filter(cluster=demo, revision__lte=after.compacted).exists()
    ready = [one for one in DatabaseReader(after).list("nodes") if _is_ready(one)]
    assert len(ready) == len(DatabaseReader(after).list("nodes")) > 1
    run(demo, 10)


def _is_ready(node: dict[str, Any]) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"]["conditions"])


BAD_CONTROL: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"pause",
    "half of it": b'{"do": "pa',
    "not UTF-8": b'{"do": "\xff"}',
    "a list": [],
    "a number": 1,
    "null": None,
    "no verb": {},
    "another verb": {"do": "explode"},
    "a verb of another type": {"do": ["pause"]},
    "no speed": {"do": "speed"},
    "a negative speed": {"do": "speed", "speed": -1},
    "a tiny speed": {"do": "speed", "speed": 5e-324},
    "a huge speed": {"do": "speed", "speed": 1e300},
    "an infinite speed": b'{"do": "speed", "speed": 1e999}',
    "a speed that is no number": b'{"do": "speed", "speed": NaN}',
    "a speed in text": {"do": "speed", "speed": "2"},
    "a true speed": {"do": "speed", "speed": True},
    "a speed of many figures": b'{"do": "speed", "speed": ' + b"9" * 400 + b"}",
    "a step of nothing": {"do": "step", "by": 0},
    "a step back": {"do": "step", "by": -5},
    "a step of years": {"do": "step", "by": 1e12},
    "a step in text": {"do": "step", "by": "5s"},
    "a true step": {"do": "step", "by": True},
    "a list of steps": {"do": "step", "by": [1]},
    "deep": b"[" * 5000,
    "large": b'{"do": "' + b"x" * 2_000_000 + b'"}',
}


@pytest.mark.parametrize("body", BAD_CONTROL.values(), ids=BAD_CONTROL.keys())
def test_a_bad_request_to_the_clock_is_answered_in_words_and_changes_nothing(
    guest: Client, demo: Cluster, body: Any
) -> None:
    before = fresh(demo).__dict__
    answer = post(guest, CONTROL, body)
    assert answer.status_code == 400
    assert len(answer.json()["message"]) > 5
    assert {**fresh(demo).__dict__, "_state": None} == {**before, "_state": None}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=st.sampled_from(["play", "pause", "speed", "step"]) | JSON, speed=JSON, by=JSON)
def test_no_request_to_the_clock_breaks_it(guest: Client, demo: Cluster, verb: Any, speed: Any, by: Any) -> None:
    import json

    body = json.dumps({"do": verb, "speed": speed, "by": by}).encode()
    assert post(guest, CONTROL, body).status_code in (200, 400)
    assert guest.get("/c/demo/").status_code == 200


@pytest.mark.parametrize("path", [CONTROL, FEASIBLE])
def test_asking_is_not_telling(guest: Client, demo: Cluster, path: str) -> None:
    assert guest.get(path).status_code == 405


def test_time_goes_on_whatever_the_speed(demo: Cluster) -> None:
    """The smallest speed makes figures that the database can hold."""
    for speed in (clusters.MIN_SPEED, clusters.MAX_SPEED):
        clusters.control(demo, "speed", speed=speed)
        clusters.control(demo, "play")
        body = {"metadata": {"name": f"pod-{speed:g}".replace(".", "-")}, "spec": {"containers": []}}
        body["spec"]["containers"].append({"name": "main", "image": "nginx"})
        kubectl = Client(headers={"Authorization": f"Bearer {demo.token}"}, SERVER_NAME="127.0.0.1")
        assert post(kubectl, "/k8s/demo/api/v1/namespaces/default/pods", body).status_code == 201
        clusters.control(demo, "pause")


# --- where would it fit ------------------------------------------------------------------------------------------


def wanting(cpu: str = "100m", **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    return {"pod": {"spec": {"containers": [container], **spec}}}


def test_each_node_says_whether_it_would_take_the_pod(guest: Client, demo: Cluster) -> None:
    nodes = {one["name"]: one for one in post(guest, FEASIBLE, wanting()).json()["nodes"]}
    assert set(nodes) == {"control-plane", "worker-1", "worker-2"}
    assert nodes["worker-1"] == {"name": "worker-1", "feasible": True, "plugin": None, "reasons": []}
    assert nodes["control-plane"]["plugin"] == "TaintToleration"
    large = {one["name"]: one for one in post(guest, FEASIBLE, wanting("64")).json()["nodes"]}
    assert large["worker-1"]["plugin"] == "NodeResourcesFit"
    assert large["worker-1"]["reasons"] == ["Insufficient cpu"]


def test_a_pod_for_one_node_is_checked_there(guest: Client, demo: Cluster) -> None:
    chosen = wanting(nodeSelector={"kubernetes.io/hostname": "worker-2"})
    nodes = {one["name"]: one["feasible"] for one in post(guest, FEASIBLE, chosen).json()["nodes"]}
    assert nodes == {"control-plane": False, "worker-1": False, "worker-2": True}


def test_asking_leaves_nothing_behind(guest: Client, demo: Cluster) -> None:
    before = fresh(demo)
    for _ in range(3):
        assert post(guest, FEASIBLE, wanting()).status_code == 200
    assert fresh(demo).revision == before.revision
    assert DatabaseReader(demo).list("pods", "default") == []


BAD_PODS: dict[str, tuple[Any, str]] = {
    "no pod": ({}, "needs a pod"),
    "a pod of another type": ({"pod": ["x"]}, "needs a pod"),
    "not JSON": (b"{", "JSON"),
    "no containers": ({"pod": {"spec": {"containers": []}}}, "spec.containers"),
    "no spec": ({"pod": {}}, "spec.containers"),
    "a spec of another type": ({"pod": {"spec": 5}}, "spec"),
    "an unknown field": ({"pod": {"spec": {"containers": [{"name": "a", "image": "b"}], "colour": "red"}}}, "colour"),
    "a bad quantity": (wanting("lots"), "quantities"),
    "a negative request": (wanting("-1"), "must be greater than or equal to 0"),
    "a bad name": ({"pod": {**wanting()["pod"], "metadata": {"name": "A b"}}}, "metadata.name"),
    "no such namespace": ({"pod": {**wanting()["pod"], "metadata": {"namespace": "nowhere"}}}, "nowhere"),
    "a number for a name": ({"pod": {**wanting()["pod"], "metadata": {"name": 5}}}, "name"),
    "metadata of another type": ({"pod": {**wanting()["pod"], "metadata": "web"}}, "metadata"),
    "limits below requests": (
        {"pod": {"spec": {"containers": [{
            "name": "a", "image": "b", "resources": {"requests": {"memory": str(GI)}, "limits": {"memory": "1Mi"}}}]}}},
        "must be less than or equal to memory limit"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "words"), BAD_PODS.values(), ids=BAD_PODS.keys())
def test_a_bad_pod_is_refused_in_words(guest: Client, demo: Cluster, body: Any, words: str) -> None:
    answer = post(guest, FEASIBLE, body)
    assert 400 <= answer.status_code < 500
    assert words in answer.json()["message"]


@pytest.mark.parametrize("metadata", [None, {"name": None}, {"name": "", "namespace": ""}, {"generateName": "web-"}])
def test_a_pod_needs_no_name_to_be_carried(guest: Client, demo: Cluster, metadata: Any) -> None:
    body = {"pod": {**wanting()["pod"], "metadata": metadata}}
    assert post(guest, FEASIBLE, body).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=JSON, metadata=JSON, container=JSON, resources=JSON)
def test_no_pod_breaks_the_question(
    guest: Client, demo: Cluster, spec: Any, metadata: Any, container: Any, resources: Any
) -> None:
    import json

    for pod in (
        {"spec": spec, "metadata": metadata},
        {"spec": {"containers": [container]}},
        {"spec": {"containers": [{"name": "a", "image": "b", "resources": resources}]}, "metadata": metadata},
    ):
        assert post(guest, FEASIBLE, json.dumps({"pod": pod}).encode()).status_code < 500


def test_the_schedulers_view_of_a_pod(guest: Client, demo: Cluster) -> None:
    name = next(one["metadata"]["name"] for one in DatabaseReader(demo).list("pods", "kube-system"))
    answer = guest.get(f"/c/demo/trace/kube-system/{name}.json").json()
    assert {node["name"] for node in answer["nodes"]} == {"control-plane", "worker-1", "worker-2"}
    missing = guest.get("/c/demo/trace/default/nobody.json")
    assert (missing.status_code, missing.json()["message"]) == (404, 'pods "nobody" not found')
