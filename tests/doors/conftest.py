"""Clusters of several people, and how each of them comes to the doors."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from simulator import clusters, runner
from simulator.engine.topology import Topology, parse
from simulator.models import Cluster

OUTSIDE = "k8sviz.example.org"
MACHINES = {"nodes": [{"name": "worker", "count": 2, "cpu": "2", "memory": "4Gi"}]}


def machines() -> Topology:
    return parse(MACHINES)


@pytest.fixture(autouse=True)
def in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """News is not sent: there is no Redis. The API works in the test's own thread, inside the test's transaction."""
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)

    async def run(work: Any, *arguments: Any) -> Any:
        return await sync_to_async(work)(*arguments)

    monkeypatch.setattr("simulator.api.threads.run", run)


@pytest.fixture
def guest() -> Client:
    """A browser on this very machine, not signed in."""
    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def outside(settings: Any) -> str:
    """A host name beyond loopback by which the site is known."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, OUTSIDE]
    return OUTSIDE


@pytest.fixture
def demo(db: None) -> Cluster:
    return clusters.control(clusters.create("demo", nodes=machines(), shared=True), "pause")


@pytest.fixture
def kubectl(demo: Cluster) -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {demo.token}"})


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create(username="ann")


@pytest.fixture
def private(owner: User) -> Cluster:
    """A cluster of Ann's."""
    return clusters.control(clusters.create("private", nodes=machines(), owner=owner), "pause")


def signed_in(user: User, **defaults: Any) -> Client:
    client = Client(SERVER_NAME="127.0.0.1", **defaults)
    client.force_login(user)
    return client


def post(client: Client, path: str, body: Any, **extra: Any) -> HttpResponse:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return client.post(path, data, content_type="application/json", **extra)


def run(cluster: Cluster, seconds: float) -> None:
    """Lets a paused cluster go on by so many seconds of virtual time."""
    clusters.control(cluster, "step", by=seconds)
    worker = runner.Runner("test")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)
