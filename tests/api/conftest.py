"""A small cluster and a client of its API that needs no server: a request goes in, what would be sent comes out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any, NamedTuple

import pytest
from django.test import RequestFactory

from simulator import store
from simulator.api import view
from simulator.engine.bootstrap import policy
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.controllers.cluster_role_aggregation import ClusterRoleAggregation
from simulator.engine.journal import Batch
from simulator.engine.world import World
from simulator.models import Cluster

TOKEN = "letmein"
JSON = "application/json"
NOW = 1_700_000_000_000_000


class Reply(NamedTuple):
    code: int
    body: Any
    headers: dict[str, str]
    text: str

    @property
    def message(self) -> str:
        return self.body["message"]


class Api:
    """Sends requests to cluster `lab`. Bodies that are not text or bytes go as JSON."""

    def __call__(self, method: str, path: str, body: Any = b"", media: str = JSON, **headers: str) -> Reply:
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
        data = body.encode() if isinstance(body, str) else body
        sent = {"Authorization": f"Bearer {TOKEN}", "User-Agent": "kubectl/v1.34.0", **headers}
        request = RequestFactory().generic(method, f"/k8s/lab/{path}", data, media, headers=sent)
        answer = view.answered(request, "lab", path.partition("?")[0], data)
        text = (answer.content if answer.stream is None else drained(answer.stream)).decode()
        parsed = json.loads(text) if answer.content_type.startswith(JSON) and text else None
        return Reply(answer.code, parsed, answer.headers, text)

    def get(self, path: str, **headers: str) -> Reply:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any, media: str = JSON) -> Reply:
        return self("POST", path, body, media)


def drained(stream: AsyncIterator[bytes]) -> bytes:
    """All of a streamed list. There is no event loop: nothing in it waits, for the fixture has no threads."""

    async def parts() -> list[bytes]:
        return [part async for part in stream]

    try:
        parts().send(None)
    except StopIteration as done:
        return b"".join(done.value)
    raise AssertionError("read endless streams from a running server")


async def at_once(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


CAUSE = Cause("test", "create", "")


@pytest.fixture
def cluster(db: None, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Cluster `lab`, paused: four namespaces with their service accounts, and the roles and bindings that all have.

    News is not sent: there is no Redis.
    """
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)
    made = Cluster.objects.create(name="lab", token=TOKEN, born=NOW, now=NOW, anchor=NOW, paused=True)
    with store.locked(made.pk) as held:
        store.commit(held, _beginning(), fence=held.fence)
    return held


@cache
def _beginning() -> Batch:
    """What the cluster begins with: made once, for it is the same every time."""
    world = World(seed=1, now=NOW - SECOND)
    ClusterRoleAggregation(world)
    for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
        world.create("namespaces", {"metadata": {"name": name}}, CAUSE)
        world.create("serviceaccounts", {"metadata": {"name": "default", "namespace": name}}, CAUSE)
    for resource, body in policy.missing(world):
        world.create(resource, body, CAUSE)
    world.clock.run_until(NOW)
    return Batch(world.drain().changes, [])


@pytest.fixture
def api(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Api:
    """A client of cluster `lab`; its work is done in the test's own thread and transaction."""
    monkeypatch.setattr("simulator.api.threads.run", at_once)
    return Api()
