"""A Deployment's rollout as the page asks for it: pods over time, the limits, the steps and what each waited for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import clusters
from simulator.engine.objects import instant_of
from simulator.models import Change, Cluster
from simulator.reading import DatabaseReader
from tests.doors.conftest import machines, run
from tests.doors.workloads import DOOR, deploy, patch, recount, roll, told

pytestmark = pytest.mark.django_db

QUIET = 1_000_000


def titles(body: dict[str, Any]) -> list[str]:
    return [step["title"] for step in body["steps"]]


def band(body: dict[str, Any], image: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in body["bands"] if one["images"] == [image])
    return found


def test_a_rolling_update_within_its_limits(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl)
    run(demo, 60)
    roll(kubectl, "nginx:1.28")
    run(demo, 120)
    body = told(guest)
    assert (body["done"], body["waits"], body["whole"], body["paused"]) == (True, [], True, False)
    assert set(body["desired"]) == {4} and body["most"][-1] == 5 and body["least"][-1] == 3
    old, new = band(body, "nginx:1.27"), band(body, "nginx:1.28")
    assert (old["revision"], old["newest"], new["revision"], new["newest"]) == (1, False, 2, True)
    assert (old["total"][0], old["total"][-1], new["total"][0], new["available"][-1]) == (4, 0, 0, 4)
    for place, most in enumerate(body["most"]):
        assert old["wanted"][place] + new["wanted"][place] <= most
        assert old["available"][place] + new["available"][place] >= body["least"][place]
    lanes = {name: [one for one in body["lanes"] if one["set"] == name] for name in (old["name"], new["name"])}
    assert {name: len(held) for name, held in lanes.items()} == {old["name"]: 4, new["name"]: 4}
    for lane in lanes[new["name"]]:
        assert [span["state"] for span in lane["spans"]] == ["waiting", "available"]
    for lane in lanes[old["name"]]:
        assert [span["state"] for span in lane["spans"]] == ["available", "terminating"]
    assert titles(body)[0] == "nginx:1.27 becomes nginx:1.28"
    assert titles(body)[-1] == "All pods are new and available: complete"
    first = next(step for step in body["steps"] if step["kind"] == "scale")
    assert (first["title"], first["set"]) == ("New: 0 to 1", new["name"])
    assert first["sum"] == {"pods": 4, "least": 3, "newNotAvailable": 0, "mayGo": 1, "most": 5, "mayCome": 1}
    waiting = next(step for step in body["steps"] if step["waits"])
    assert waiting["waitedMicroseconds"] >= 100_000
    assert waiting["waits"][0] == "2 new pods are not available yet: 2 not created yet."
    assert "May not go above 5 pods: 5 are wanted already." in waiting["waits"]
    assert "At least 3 pods must stay available, and 3 are: no old pod may go." in waiting["waits"]
    assert waiting["lastWaits"][0] == "2 new pods are not available yet: 2 not ready."


def test_the_newest_step_waits_now(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl, 3, minReadySeconds=600, progressDeadlineSeconds=900)
    run(demo, 30)
    body = told(guest)
    assert not body["done"]
    assert body["waits"] == ["3 new pods are not available yet: 3 within minReadySeconds."]
    assert body["steps"][-1]["lastWaits"] == body["waits"]


def test_a_pause_and_what_is_asked_meanwhile(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl)
    run(demo, 60)
    patch(kubectl, {"paused": True})
    roll(kubectl, "nginx:1.28")
    run(demo, 20)
    body = told(guest)
    assert body["paused"] and body["waits"] == ["The rollout is paused: no pod is replaced until it is resumed."]
    patch(kubectl, {"paused": False})
    run(demo, 60)
    body = told(guest, f"{DOOR}/rollout.json?last=600")
    assert [step["title"] for step in body["steps"] if step["kind"] in ("paused", "resumed")] == ["Paused", "Resumed"]
    assert body["done"] and band(body, "nginx:1.28")["available"][-1] == 4


def test_recreate_waits_for_the_last_old_pod(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl, 2, strategy={"type": "Recreate"})
    run(demo, 60)
    roll(kubectl, "nginx:1.28")
    run(demo, 120)
    body = told(guest)
    assert (body["least"][-1], body["most"][-1], body["strategy"]) == (0, 2, "Recreate")
    down = next(step for step in body["steps"] if step["title"] == "Old: 2 to 0")
    assert down["waits"] == ["Recreate: 2 old pods have not ended yet, and no new one may start before."]


def test_a_deadline_that_is_exceeded(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl, 2, "registry.invalid/nothing:1", progressDeadlineSeconds=30)
    run(demo, 60)
    late = [step for step in told(guest)["steps"] if step["kind"] == "deadline"]
    assert [step["title"] for step in late] == ["The progress deadline is exceeded"]
    assert "has timed out progressing." in late[0]["sentence"]


def test_sentences_come_in_the_readers_language(demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl)
    run(demo, 60)
    reader = Client(SERVER_NAME="127.0.0.1", headers={"Accept-Language": "zh-hans"})
    here, there = told(reader)["steps"], told(Client(SERVER_NAME="127.0.0.1"))["steps"]
    assert [one["revision"] for one in here] == [one["revision"] for one in there]
    assert (
        next(one for one in here if one["kind"] == "scale")["sentence"]
        != next(one for one in there if one["kind"] == "scale")["sentence"]
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{DOOR}/rollout.json", 404),
        ("/c/demo/workload/services/default/web/rollout.json", 404),
        (f"{DOOR}/rollout.json?last=soon", 400),
        (f"{DOOR}/rollout.json?last=99999999999", 400),
        (f"{DOOR}/history.json", 404),
        (f"{DOOR}/diff.json", 400),
        (f"{DOOR}/diff.json?from=1&to=2", 404),
        ("/c/other/workload/deployments.apps/default/web/rollout.json", 404),
    ],
)
def test_questions_that_make_no_sense(guest: Client, demo: Cluster, path: str, code: int) -> None:
    answer = guest.get(path)
    assert answer.status_code == code and answer.json()["message"]


def test_others_are_told_too(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl)
    assert guest.get("/c/demo/workload/jobs.batch/default/web/rollout.json").status_code == 404
    run(demo, 1)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("roll"), st.sampled_from(["nginx:1.27", "nginx:1.28", "redis:7", "registry.invalid/nothing:1"])
        ),
        st.tuples(st.just("scale"), st.integers(0, 6)),
        st.tuples(st.just("pause"), st.booleans()),
        st.tuples(st.just("run"), st.sampled_from([1, 4, 20])),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, patience=st.sampled_from([0, 5]))
def test_the_figures_are_those_of_a_recount(
    guest: Client, django_user_model: Any, steps: list[tuple[str, Any]], patience: int
) -> None:
    """Whenever nothing moves for a second, the door's figures are the pods that are there, counted one by one."""
    Cluster.objects.filter(name="demo").delete()
    demo = clusters.control(clusters.create("demo", nodes=machines(), shared=True), "pause")
    kubectl = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {demo.token}"})
    deploy(kubectl, 3, minReadySeconds=patience)
    acts = {
        "roll": lambda image: roll(kubectl, image),
        "scale": lambda replicas: patch(kubectl, {"replicas": replicas}),
        "pause": lambda paused: patch(kubectl, {"paused": paused}),
        "run": lambda seconds: run(demo, seconds),
    }
    for name, value in [*steps, ("run", 60)]:
        acts[name](value)
    body = told(guest, f"{DOOR}/rollout.json?last=3600")
    since = instant_of(body["since"])
    replicasets = {one["metadata"]["name"]: one for one in DatabaseReader(demo).list("replicasets.apps", "default")}
    moved = Change.objects.filter(cluster=demo, resource__in=["pods", "replicasets.apps"], namespace="default")
    instants = sorted({*moved.values_list("at", flat=True), instant_of(body["at"])})
    quiet = [end - 1 for begin, end in pairwise(instants) if end - begin > QUIET]
    for at in quiet:
        place = max(place for place, after in enumerate(body["after"]) if since + after <= at)
        for one in body["bands"]:
            shown = tuple(one[figure][place] for figure in ("total", "ready", "available"))
            assert shown == recount(demo, replicasets[one["name"]], at), (one["name"], at - since)


def test_a_log_that_was_cut(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl)
    run(demo, 60)
    roll(kubectl, "nginx:1.28")
    cut = Change.objects.filter(cluster=demo, resource="deployments.apps").order_by("-revision")[0].revision
    run(demo, 60)
    Change.objects.filter(cluster=demo, revision__lt=cut).delete()
    body = told(guest)
    assert not body["whole"] and body["done"]
    assert band(body, "nginx:1.28")["available"][-1] == 4
    assert band(body, "nginx:1.27")["wanted"][-1] == 0
