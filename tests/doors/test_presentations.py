"""Presentations through their doors: who presents, who follows, and a step as it is done on a live cluster."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from simulator import access, clusters, reading, runner
from simulator.clusters import NotUnderstood
from simulator.demos import loading, presentations, telling
from simulator.demos.models import Follower, Presentation
from simulator.demos.presentations import Owner
from simulator.demos.states import State
from simulator.models import Cluster

pytestmark = pytest.mark.django_db

SCRIPT = """title: Small
summary: A small demo.
minutes: 5
cluster: {nodes: [{name: worker, cpu: "2", memory: 4Gi}], latency: classroom}
steps:
  - title: One
    notes: Only for **you**.
    say: A pod is made.
    do:
      - apply: pod.yaml
      - wait: {kind: Pod, name: web, where: {status.phase: Running}}
        for: 1m
        title: the pod runs
    look: {view: map, select: pods/default/web}
    spotlight: [pods/default/web, {kind: Node, name: worker, part: memory}]
    after: It runs.
  - title: Two
    notes: Ask.
    say: What now?
    predict:
      question: How many?
      choices:
        - {text: None, right: {not: {kind: Pod}}}
        - {text: One, right: {kind: Pod, count: 1}}
      why: It is gone.
    then:
      - delete: pods/default/web
      - wait: {not: {kind: Pod, name: web}}
        for: 1m
  - title: Three
    notes: It does not come.
    say: We wait.
    do:
      - wait: {kind: Pod, name: never}
        for: 5s
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: main, image: nginx}]}
"""
FILES = {"demo.yaml": SCRIPT, "pod.yaml": POD}


@pytest.fixture
def presentation() -> Presentation:
    return presentations.start("small", FILES, Owner(None, "a-session", "Lin Wei"))


def run(presentation: Presentation) -> State:
    """Lets the cluster run flat out for as long as the step waits, as a worker and the page's process do."""
    worker = runner.Runner("test")
    for _round in range(4000):
        clusters.control(presentation.cluster, "speed", speed=0)
        while worker.tick(presentation.cluster.pk).more:
            pass
        presentations.advance(presentation.pk)
        state = now(presentation)
        if state.phase not in ("waiting", "going"):
            return state
    raise AssertionError("it waits for ever")


def settled(presentation: Presentation) -> Cluster:
    """The cluster when it has been brought to where it was put."""
    worker = runner.Runner("test")
    while worker.tick(presentation.cluster_id).more:
        pass
    return Cluster.objects.get(pk=presentation.cluster_id)


def now(presentation: Presentation) -> State:
    presentation.refresh_from_db()
    return State.read(presentation.state)


def order(presentation: Presentation, do: str, **more: Any) -> State:
    presentations.order(presentation.pk, do, more)
    return now(presentation)


def told(presentation: Presentation) -> tuple[dict[str, Any], dict[str, Any]]:
    import orjson

    presentation.refresh_from_db()
    everybody, crew = telling.picture(presentation)
    return orjson.loads(everybody), orjson.loads(crew)


def test_a_step_is_done_and_waits_for_the_model(presentation: Presentation) -> None:
    assert now(presentation).phase == "start"
    state = order(presentation, "next")
    assert (state.step, state.phase) == (0, "waiting")
    cluster = Cluster.objects.get(pk=presentation.cluster_id)
    assert not cluster.paused and cluster.until is not None
    state = run(presentation)
    assert state.phase == "done"
    cluster.refresh_from_db()
    assert cluster.paused and cluster.until is None
    everybody, crew = told(presentation)
    assert everybody["lit"] == ["nodes//worker", "pods/default/web"] and everybody["parts"] == ["memory"]
    assert everybody["look"] == {"view": "map", "see": "pods/default/web", "tab": ""}
    assert everybody["caption"]["en"] == "It runs."
    assert "notes" not in str(everybody) and crew["following"] == 0


def test_a_question_is_asked_answered_and_revealed(presentation: Presentation) -> None:
    order(presentation, "next")
    run(presentation)
    order(presentation, "next")
    assert run(presentation).phase == "asked"
    for session, choice in (("s1", 0), ("s2", 1), ("s3", 1)):
        presentations.seat(presentation, session)
        assert presentations.vote(presentation.pk, session, choice)
    assert presentations.vote(presentation.pk, "s3", 0)
    assert not presentations.vote(presentation.pk, "s3", 0), "the same again changes nothing"
    assert not presentations.vote(presentation.pk, "nobody", 0)
    for nonsense in (2, -1, True, "1", None):
        assert not presentations.vote(presentation.pk, "s1", nonsense)
    everybody, crew = told(presentation)
    assert everybody["poll"]["state"] == "open" and "tallies" not in everybody and "answer" not in everybody["poll"]
    assert crew["tallies"] == [2, 1]
    order(presentation, "next")
    assert not presentations.vote(presentation.pk, "s1", 1), "the poll is closed"
    assert run(presentation).phase == "done"
    everybody, _crew = told(presentation)
    assert everybody["poll"]["answer"] == 0 and everybody["tallies"] == [2, 1]


def test_a_wait_that_does_not_come_true_leaves_the_step_stuck_and_one_may_go_on(presentation: Presentation) -> None:
    order(presentation, "jump", step=2)
    state = run(presentation)
    assert (state.step, state.phase) == (2, "stuck")
    _everybody, crew = told(presentation)
    assert crew["counts"] == [{"what": "Pod never", "there": 0, "wanted": "≥ 1"}]
    assert order(presentation, "next").phase == "done"


def test_jumping_ahead_does_all_that_comes_before_without_its_questions(presentation: Presentation) -> None:
    order(presentation, "jump", step=1)
    state = run(presentation)
    assert (state.step, state.phase, state.jump) == (1, "asked", None)
    assert reading.DatabaseReader(presentation.cluster).get("pods", "default", "web") is not None


def test_what_is_refused_is_told(presentation: Presentation) -> None:
    files = {
        **FILES,
        "demo.yaml": SCRIPT.replace("- apply: pod.yaml", "- {apply: pod.yaml}\n      - delete: pods/default/none"),
    }
    broken = presentations.start("small", files, Owner(None, "a-session"))
    order(broken, "next")
    state = run(broken)
    assert (state.phase, state.problem) == ("stuck", 'pods "none" not found')


@pytest.mark.parametrize(
    ("do", "more", "shown"),
    [
        ("show", {"black": True}, {"black": True}),
        ("show", {"large": True, "spotlight": False}, {"large": True, "spotlight": False}),
        ("draw", {"points": [[0.1, 0.2], [2, -1]]}, {"strokes": [[[0.1, 0.2], [1.0, 0.0]]]}),
        ("take", {"console": "mine"}, {}),
    ],
)
def test_what_is_shown(presentation: Presentation, do: str, more: dict[str, Any], shown: dict[str, Any]) -> None:
    order(presentation, do, **more)
    everybody, _crew = told(presentation)
    assert {key: everybody[key] for key in shown} == shown


@pytest.mark.parametrize(
    ("do", "more"),
    [
        ("dance", {}),
        ("jump", {"step": 9}),
        ("jump", {"step": True}),
        ("jump", {}),
        ("draw", {"points": []}),
        ("draw", {"points": [[1]]}),
        ("draw", {"points": [["a", "b"]]}),
        ("show", {"lit": "everything"}),
        ("show", {"lit": [1]}),
    ],
)
def test_nonsense_is_refused_in_words(presentation: Presentation, do: str, more: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        presentations.order(presentation.pk, do, more)
    assert now(presentation).phase == "start"


def test_a_broken_demo_is_not_begun() -> None:
    with pytest.raises(NotUnderstood) as refused:
        presentations.start("small", {"demo.yaml": SCRIPT}, Owner(None, "a-session"))
    assert 'there is no file "pod.yaml"' in refused.value.details["errors"][0]
    assert not Presentation.objects.exists() and not Cluster.objects.exists()


# --- the doors -------------------------------------------------------------------------------------------------------


def _present(client: Client, demo: str = "oom-kill") -> Presentation:
    answer = client.post("/present/start", {"demo": demo})
    assert answer.status_code == 302
    return Presentation.objects.get(code=answer["Location"].strip("/").split("/")[-1])


def test_one_presents_and_another_joins(guest: Client) -> None:
    assert b"Out of memory" in guest.get("/present/").content
    made = _present(guest)
    assert b"k8sviz-present" in guest.get(f"/present/{made.code}/").content
    other = Client(SERVER_NAME="127.0.0.1")
    assert other.get(f"/present/{made.code}/").status_code == 404
    assert other.get(f"/c/{made.cluster.name}/").status_code == 404
    assert b"Join" in other.get(f"/join/{made.code}/").content and not Follower.objects.exists()
    answer = other.post("/join/", {"code": f" {made.code[:3]} {made.code[3:]}"}, follow=True)
    assert b"k8sviz-present" in answer.content and Follower.objects.count() == 1


def test_a_follower_reads_and_changes_nothing(guest: Client) -> None:
    made = _present(guest)
    other = Client(SERVER_NAME="127.0.0.1")
    other.post("/join/", {"code": made.code})
    name = made.cluster.name
    assert other.get(f"/c/{name}/").status_code == 200
    assert other.post(f"/c/{name}/control", '{"do": "play"}', content_type="application/json").status_code == 403
    assert other.post(f"/present/{made.code}/end", "{}", content_type="application/json").status_code == 404
    pods = f"/k8s/{name}/api/v1/namespaces/default/pods"
    assert other.post(pods, POD, content_type="application/yaml").status_code == 403
    assert other.get(f"{pods}/web/exec?command=ls").status_code == 403
    assert guest.post(f"/present/{made.code}/end", "{}", content_type="application/json").status_code == 200
    assert other.get(f"/c/{name}/").status_code == 404 and not Cluster.objects.filter(name=name).exists()
    assert other.get(f"/join/{made.code}/").status_code == 404


@pytest.mark.parametrize("code", ["000000", "", "abc", "<b>", "9" * 400, "１２３"])
def test_a_wrong_code_says_so(guest: Client, code: str) -> None:
    answer = guest.post("/join/", {"code": code})
    assert answer.status_code == 404
    assert b"No presentation has this code now" in answer.content and b"<b>" not in answer.content.split(b"<form")[-1]


def test_the_picture_of_the_address(guest: Client) -> None:
    made = _present(guest)
    answer = guest.get(f"/join/{made.code}/qr.svg")
    assert answer["Content-Type"] == "image/svg+xml" and answer.content.startswith(b"<svg xmlns=")
    assert guest.get("/join/nothing/qr.svg").status_code == 404


def test_beyond_loopback_one_signs_in_to_present_but_not_to_follow(outside: str, guest: Client) -> None:
    stranger = Client(SERVER_NAME=outside)
    assert stranger.get("/present/").status_code == 404
    assert stranger.post("/present/start", {"demo": "oom-kill"}).status_code == 404
    ann = Client(SERVER_NAME=outside)
    user = User.objects.create(username="ann", first_name="Ann")
    ann.force_login(user)
    assert ann.post("/present/start", {"demo": "oom-kill"}).status_code == 404, "only instructors present"
    user.groups.add(Group.objects.get_or_create(name=access.INSTRUCTORS)[0])
    made = _present(ann)
    assert made.presenter == "Ann" and made.cluster.owner is not None
    stranger.post("/join/", {"code": made.code})
    assert stranger.get(f"/c/{made.cluster.name}/").status_code == 200
    answer = stranger.post(f"/join/{made.code}/explore", "{}", content_type="application/json")
    assert answer.status_code == 400 and "Sign in" in answer.json()["message"]


def test_there_is_no_such_demo(guest: Client) -> None:
    assert guest.post("/present/start", {"demo": "nothing"}).status_code == 404
    assert guest.post("/present/start", {"own": "1"}).status_code == 404
    assert guest.get("/present/start").status_code == 405


@pytest.mark.parametrize("name", loading.names())
def test_what_comes_along_can_be_presented(name: str, guest: Client) -> None:
    assert now(_present(guest, name)).phase == "start"
