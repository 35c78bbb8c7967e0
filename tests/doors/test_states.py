"""What a question says of an instant gone by is what it said then, and what a branch from that instant says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from simulator import branches, replay, runner
from simulator.models import Cluster
from tests.doors.conftest import post, run
from tests.doors.scheduled import create, pod
from tests.doors.test_pressure import BEHAVIORS, leaks, use

pytestmark = pytest.mark.django_db

QUOTA = {"metadata": {"name": "small"}, "spec": {"hard": {"pods": "6"}}}
QUESTIONS = [
    "quotas/",
    "quotas/default.json",
    "scheduler/",
    "nodes/use.json",
    "node/worker-1/pressure.json",
    "node/worker-1/cgroups.json",
    "node/worker-2/pressure.json",
    "pod/default/leaks.json?last=60",
    "pod/default/broken.json?last=60",
    "trace/default/large.json",
    "trace/default/leaks.json",
]
WITH_A_POD = {"namespace": "default", "name": "large"}
WAITS = [0.3, 0.004, 1, 4, 9, 20, 45, 2, 330, 20]
"""Seconds between what is done: shorter and longer than a cycle, a back-off and an eviction."""


def answers(client: Client, cluster: Cluster, at: int | None = None) -> dict[str, Any]:
    """By question: status and body."""
    told = {}
    for path in QUESTIONS:
        instant = "" if at is None else f"{'&' if '?' in path else '?'}at={at}"
        answer = client.get(f"/c/{cluster.name}/{path}{instant}")
        told[path] = answer.status_code, answer.json()
    instant = "" if at is None else f"?at={at}"
    for path, asked in {"fit/": {}, "feasible": {}, "what-if/": {"configurations": [None, None]}}.items():
        answer = post(client, f"/c/{cluster.name}/{path}{instant}", {**WITH_A_POD, **asked})
        told[path] = answer.status_code, answer.json()
    return told


def act(kubectl: Client, number: int) -> None:
    """What is done to the cluster before each wait."""
    match number:
        case 0:
            leaks(kubectl)
            use(kubectl, "calm", {"idle": "100Mi"}, "1Gi")
        case 1:
            create(kubectl, pod("large", "1500m"))
            create(kubectl, pod("larger", "1800m"))
            create(kubectl, pod("largest", "64"))
        case 2:
            exits = {"selector": {"matchLabels": {"app": "broken"}}, "exit": {"code": 1, "after": "2s"}}
            said = {"metadata": {"name": "broken"}, "spec": exits}
            assert post(kubectl, BEHAVIORS, said).status_code == 201
            body = pod("broken", "10m")
            body["metadata"]["labels"] = {"app": "broken"}
            create(kubectl, body)
        case 4:
            path = "/k8s/demo/api/v1/namespaces/default"
            assert post(kubectl, f"{path}/resourcequotas", QUOTA).status_code == 201
        case 6:
            assert post(kubectl, "/k8s/demo/api/v1/namespaces/default/pods", pod("refused", "1")).status_code == 403
        case 7:
            assert kubectl.delete("/k8s/demo/api/v1/namespaces/default/pods/large").status_code == 200


@pytest.fixture
def gone_by(guest: Client, demo: Cluster, kubectl: Client) -> list[tuple[int, dict[str, Any]]]:
    """The instants at which the cluster stood, and the answers at each."""
    told = []
    for number, wait in enumerate(WAITS):
        act(kubectl, number)
        run(demo, wait)
        demo.refresh_from_db()
        told.append((demo.now, answers(guest, demo)))
        run(demo, 0.001)  # what is done next is done at an instant of its own
    return told


def test_what_was_said_at_an_instant_is_said_of_it_later(
    guest: Client, demo: Cluster, gone_by: list[tuple[int, dict[str, Any]]]
) -> None:
    for at, then in gone_by:
        later = answers(guest, demo, at)
        for question, answer in then.items():
            assert later[question] == answer, f"{question} at {at}"
    queues = [{one["place"] for one in then["scheduler/"][1]["queue"]} for _at, then in gone_by]
    assert {"active", "binding", "unschedulable"} & set().union(*queues) > {"unschedulable"}
    assert any(then["node/worker-1/pressure.json"][1]["conditions"] for _at, then in gone_by)
    assert {then["pod/default/broken.json?last=60"][0] for _at, then in gone_by} == {404, 200}


def test_within_a_step_it_is_what_a_branch_from_there_says(
    guest: Client, demo: Cluster, gone_by: list[tuple[int, dict[str, Any]]]
) -> None:
    instants = [at for at, _then in gone_by]
    for begin, end in pairwise(instants):
        at = (begin + end) // 2
        branch = branches.branch(demo, at, name="then")
        Cluster.objects.filter(pk=branch.pk).update(shared=True)
        worker = runner.Runner("test")
        while Cluster.objects.get(pk=branch.pk).until is not None:
            worker.tick(branch.pk)
        expected, found = answers(guest, branch), answers(guest, demo, at)
        branch.delete()
        for question, (status, body) in expected.items():
            for told in (body, found[question][1]):
                told.pop("refusals", None)  # a branch begins without
            assert found[question] == (status, body), f"{question} at {at}"


def test_a_run_from_an_instant_gone_by_foretells_what_came(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    run(demo, 30)
    demo.refresh_from_db()
    path, at = "/c/demo/node/worker-1/pressure/compare/", demo.now
    then = post(guest, path, {}).json()
    run(demo, 400)
    told = post(guest, f"{path}?at={at}", {}).json()
    assert told == then
    assert told["hard"]["evictions"]


@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        ("soon", 400, "at must be an instant, in microseconds."),
        ("-1", 400, "at must be an instant, in microseconds."),
        ("9" * 30, 400, "at must be an instant, in microseconds."),
        ("9" * 18, 400, "The cluster has not got there yet."),
        ("0", 400, "The cluster begins later."),
    ],
)
def test_an_instant_of_which_there_is_nothing(guest: Client, demo: Cluster, at: str, status: int, said: str) -> None:
    for question in ("quotas/", "scheduler/", "nodes/use.json"):
        answer = guest.get(f"/c/demo/{question}?at={at}")
        assert (answer.status_code, answer.json()["message"]) == (status, said)


def test_of_a_large_cluster_only_what_the_log_tells(
    guest: Client, demo: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = demo.now
    run(demo, 5)
    monkeypatch.setattr(replay, "MOST_OBJECTS", 3)
    assert guest.get(f"/c/demo/quotas/?at={at}").status_code == 200
    answer = guest.get(f"/c/demo/scheduler/?at={at}")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("This cluster is too large for that")


def test_two_questions_about_one_instant_work_it_out_once(
    guest: Client, demo: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = demo.now
    run(demo, 5)
    made = []
    real = runner.rebuilt
    monkeypatch.setattr(runner, "rebuilt", lambda *given, **named: made.append(at) or real(*given, **named))
    replay._kept.clear()
    for question in ("scheduler/", "node/worker-1/pressure.json"):
        assert guest.get(f"/c/demo/{question}?at={at}").status_code == 200
    assert made == [at]
