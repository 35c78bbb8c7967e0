"""Presentations that go back and ahead, followers who leave for a branch, and whole demos from end to end."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from simulator import clusters, reading, runner
from simulator.demos import loading, presentations
from simulator.demos.models import Follower, Presentation
from simulator.models import Cluster
from tests.doors.conftest import machines
from tests.doors.test_presentations import _present, now, order, presentation, run, settled, told

pytestmark = pytest.mark.django_db
__all__ = ["presentation"]


def _objects(cluster: Cluster) -> dict[str, Any]:
    """All objects but for their revisions."""
    found = {}
    for row in cluster.objects_held.all():
        body = row.body
        meta = {key: value for key, value in body["metadata"].items() if key != "resourceVersion"}
        found[f"{row.resource}/{row.namespace}/{row.name}"] = {**body, "metadata": meta}
    return found


def _memories(cluster: Cluster) -> list[Any]:
    fields = ("component", "key", "note", "due")
    return sorted(map(str, cluster.memories.values_list(*fields)))


def test_back_really_rewinds(presentation: Presentation) -> None:
    order(presentation, "next")
    run(presentation)
    cluster = Cluster.objects.get(pk=presentation.cluster_id)
    objects, memories, clock = _objects(cluster), _memories(cluster), cluster.now
    order(presentation, "next")
    assert run(presentation).phase == "asked"
    presentations.seat(presentation, "s1")
    presentations.vote(presentation.pk, "s1", 1)
    order(presentation, "next")
    assert run(presentation).phase == "done"
    assert reading.DatabaseReader(cluster).get("pods", "default", "web") is None
    state = order(presentation, "back")
    assert (state.step, state.phase) == (0, "done")
    cluster = settled(presentation)
    assert (_objects(cluster), _memories(cluster), cluster.now) == (objects, memories, clock)
    assert cluster.paused and (cluster.due is None or cluster.due >= clock)
    assert Follower.objects.get().answers == {}
    for _again in range(2):
        order(presentation, "next")
        assert run(presentation).phase == "asked"
        order(presentation, "next")
        assert run(presentation).phase == "done"
        assert now(presentation).answers["1"] == 0
        order(presentation, "back")


def test_back_from_the_first_step_leads_to_the_start(presentation: Presentation) -> None:
    assert order(presentation, "back").phase == "start"
    order(presentation, "next")
    run(presentation)
    assert order(presentation, "back").phase == "start"
    assert reading.DatabaseReader(presentation.cluster).get("pods", "default", "web") is None
    order(presentation, "next")
    assert run(presentation).phase == "done"


def test_back_while_it_waits(presentation: Presentation) -> None:
    order(presentation, "next")
    assert order(presentation, "back").phase == "start"
    cluster = settled(presentation)
    assert cluster.paused and cluster.until is None


def test_jumping_back_begins_the_step_again(presentation: Presentation) -> None:
    order(presentation, "jump", step=2)
    run(presentation)
    order(presentation, "jump", step=0)
    state = run(presentation)
    assert (state.step, state.phase) == (0, "done")


def test_a_fault_that_was_started_meanwhile_goes_with_the_rewind(presentation: Presentation) -> None:
    order(presentation, "next")
    run(presentation)
    order(presentation, "next")
    run(presentation)
    client = Client(SERVER_NAME="127.0.0.1")
    token = {"HTTP_AUTHORIZATION": f"Bearer {presentation.cluster.token}"}
    fault = {"metadata": {"name": "f"}, "spec": {"type": "NodeCrash", "target": {"nodeName": "worker"}}}
    path = f"/k8s/{presentation.cluster.name}/apis/sim.k8sviz.io/v1/faults"
    assert client.post(path, fault, content_type="application/json", **token).status_code == 201
    order(presentation, "back")
    assert reading.DatabaseReader(presentation.cluster).list("faults.sim.k8sviz.io") == []


def test_a_follower_explores_a_branch_of_their_own_and_comes_back(guest: Client) -> None:
    made = _present(guest)
    order(made, "next")
    run(made)
    other = Client(SERVER_NAME="127.0.0.1")
    assert other.post(f"/join/{made.code}/explore", "{}", content_type="application/json").status_code == 404
    other.post("/join/", {"code": made.code})
    answer = other.post(f"/join/{made.code}/explore", "{}", content_type="application/json")
    page = answer.json()["page"]
    assert f"/join/{made.code}/".encode() in other.get(page).content
    assert guest.get(page).status_code == 404
    branch = Cluster.objects.get(name=page.strip("/").split("/")[-1])
    assert _objects(branch) == _objects(made.cluster) and _memories(branch) == _memories(made.cluster)
    while runner.Runner("test").tick(branch.pk).more:
        pass
    assert other.post(f"{page}control", '{"do": "step", "by": 30}', content_type="application/json").status_code == 200
    while runner.Runner("test").tick(branch.pk).more:
        pass
    branch.refresh_from_db()
    assert other.post(f"/join/{made.code}/explore", "{}", content_type="application/json").status_code == 200
    assert not Cluster.objects.filter(pk=branch.pk).exists(), "an earlier branch goes"
    assert branch.now == Cluster.objects.get(pk=made.cluster_id).now + 30_000_000
    _everybody, crew = told(made)
    assert crew["exploring"] == 1


# One with long waits, moments and many acts; the others take minutes together.
QUICK = "eviction-soft-and-hard"
LIVE = [name if name == QUICK else pytest.param(name, marks=pytest.mark.soak) for name in loading.names()]


@pytest.mark.parametrize("name", LIVE)
def test_what_comes_along_goes_live_as_it_does_in_rehearsal(name: str, guest: Client) -> None:
    made = _present(guest, name)
    order(made, "next")
    for _press in range(400):
        state = run(made)
        assert state.phase != "stuck", (state.step, state.part, state.act, told(made)[1])
        if state.phase == "done" and state.step + 1 == len(presentations.demo_of(made).steps):
            break
        order(made, "next")
    asked = [str(number) for number, step in enumerate(presentations.demo_of(made).steps) if step.predict]
    assert all(now(made).answers[number] is not None for number in asked)
    while now(made).phase != "start":
        order(made, "back")
        settled(made)
    assert not reading.DatabaseReader(made.cluster).list("pods", "default")


def test_time_passes_at_the_clusters_speed_and_stops_at_the_instant() -> None:
    cluster = clusters.control(clusters.create("paced", nodes=machines()), "pause")
    start = cluster.now
    clusters.play_until(cluster, start + 100_000)
    worker, began = runner.Runner("test"), time.monotonic()
    while worker.tick(cluster.pk).wait is not None:
        time.sleep(0.005)
    cluster.refresh_from_db()
    assert (cluster.now, cluster.paused, cluster.until) == (start + 100_000, True, None)
    assert time.monotonic() - began >= 0.05
    clusters.play_until(cluster, start + 10_000_000)
    clusters.control(cluster, "pause")
    assert worker.tick(cluster.pk).wait is None
