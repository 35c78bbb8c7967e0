"""A pod in a namespace without a service account yet: the API waits for it, as upstream's admission does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from simulator import store
from simulator.api import view
from simulator.api.calls import Answer
from simulator.engine.registry import KINDS
from simulator.models import Change, Cluster
from tests.api.conftest import CAUSE, JSON, TOKEN, Api

PODS = "api/v1/namespaces/young/pods"
BODY = '{"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}'
ACCOUNT = {"metadata": {"name": "default", "namespace": "young"}}
REFUSED = b'error looking up service account young/default: serviceaccount \\"default\\" not found'


@pytest.fixture
def running(api: Api, cluster: Cluster) -> Cluster:
    """The cluster, not paused, with a namespace that no controller has looked at."""
    api.post("api/v1/namespaces", {"metadata": {"name": "young"}})
    Cluster.objects.filter(pk=cluster.pk).update(paused=False)
    return cluster


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], Any]]:
    """What happens while the API waits: each wait takes the next of these."""
    planned: list[Callable[[], Any]] = []

    async def sleep(seconds: float) -> None:
        assert 0.1 <= seconds <= 0.2
        planned.pop(0)()

    monkeypatch.setattr(view.asyncio, "sleep", sleep)
    return planned


def posted(body: str = BODY) -> Answer:
    request = RequestFactory().post(
        f"/k8s/lab/{PODS}", body, content_type=JSON, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    try:
        view.patiently(request, "lab", PODS, body.encode()).send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise AssertionError("it waits for something else")


def nothing() -> None: ...


def pause() -> None:
    Cluster.objects.update(paused=True)


def test_the_account_that_comes_in_time_is_used(running: Cluster, waits: list[Callable[[], Any]]) -> None:
    def account() -> None:
        store.write(running, lambda txn: txn.create(KINDS["serviceaccounts"], ACCOUNT, CAUSE))

    waits.extend((nothing, account, nothing))
    assert posted().code == 201
    assert len(waits) == 1
    assert Change.objects.filter(resource="pods").count() == 1


def test_it_gives_up_after_ten_tries(running: Cluster, waits: list[Callable[[], Any]]) -> None:
    waits.extend([nothing] * 10)
    answer = posted()
    assert (answer.code, REFUSED in answer.content) == (403, True)
    assert len(waits) == 1
    assert not Change.objects.filter(resource="pods").exists()


def test_a_paused_cluster_is_not_waited_for(running: Cluster, waits: list[Callable[[], Any]]) -> None:
    waits.extend((pause, nothing))
    answer = posted()
    assert (answer.code, REFUSED in answer.content) == (403, True)
    assert len(waits) == 1


def test_other_accounts_are_not_waited_for(running: Cluster, waits: list[Callable[[], Any]]) -> None:
    answer = posted(BODY.replace('"spec": {', '"spec": {"serviceAccountName": "robot", '))
    assert (answer.code, b'serviceaccount \\"robot\\" not found' in answer.content) == (403, True)
