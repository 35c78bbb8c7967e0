"""A cluster that is followed: browsers by WebSocket and clients by watch, over a real Redis, in one process.

The tests' own code is synchronous; `talk` runs a conversation. Database work of the application comes back into the
test's thread, so that one in-memory database serves both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import orjson
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

from k8sviz.asgi import application
from simulator import clusters, runner, store
from simulator.engine.causes import Cause
from simulator.engine.registry import KINDS, Body
from simulator.engine.topology import parse
from simulator.live import feed
from simulator.models import Cluster
from tests.servers import RedisServer

PATIENCE = 4.0
"""Less than the five seconds after which a tail looks by itself: what comes within it came by news."""
CAUSE = Cause("test", "write", "{user} wrote it.", {"user": "test"})
MACHINES = {"nodes": [{"name": "worker", "count": 2, "cpu": "2", "memory": "4Gi"}]}


@pytest.fixture
def news(redis_server: RedisServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """News goes over the real Redis; no worker is woken: tests move the clock themselves."""
    hosts = [{"address": redis_server.url, "socket_timeout": None}]
    backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": {"hosts": hosts}}}
    monkeypatch.setattr("simulator.news.wake_up", lambda pk, shard, *, delay=0.0: None)

    async def run(work: Callable[..., Any], *arguments: Any) -> Any:
        return await sync_to_async(work)(*arguments)

    monkeypatch.setattr("simulator.api.threads.run", run)
    # Django gives each request a thread, hence a connection, of its own; an in-memory database would be locked.
    monkeypatch.setattr("django.core.handlers.asgi.ThreadSensitiveContext", nullcontext)


@pytest.fixture
def cluster(transactional_db: None, news: None) -> Cluster:
    """Cluster `demo`, open to guests, paused."""
    made = clusters.create("demo", nodes=parse(MACHINES), shared=True)
    return clusters.control(made, "pause")


@pytest.fixture
def nobody_left() -> Iterator[None]:
    """After the test no tail is held by anybody."""
    yield
    assert feed._tails == {}


def talk(conversation: Callable[[], Awaitable[None]]) -> None:
    async_to_sync(conversation)()


def _pod(name: str, labels: dict[str, str] | None) -> Body:
    meta: Body = {"name": name, "namespace": "default", **({"labels": labels} if labels else {})}
    return {"metadata": meta, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}


class Hand:
    """What other people do to the cluster meanwhile."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    async def _write(self, work: Callable[[store.Transaction], Any]) -> Any:
        return await sync_to_async(store.write)(self.cluster, work)

    async def create(self, name: str, labels: dict[str, str] | None = None) -> Body:
        return await self.make(_pod(name, labels))

    async def make(self, pod: Body) -> Body:
        made: Body = await self._write(lambda work: work.create(KINDS["pods"], pod, CAUSE))
        return made

    async def label(self, name: str, labels: dict[str, str]) -> Body:
        def work(transaction: store.Transaction) -> Body:
            held = transaction.get("pods", "default", name)
            assert held is not None
            changed = {**held, "metadata": {**held["metadata"], "labels": labels}}
            return transaction.update(KINDS["pods"], changed, CAUSE)

        changed: Body = await self._write(work)
        return changed

    async def allow(self, user: str, rules: list[tuple[str, str]]) -> None:
        """Lets somebody do what the rules (verb, resource) say, in namespace default."""
        meta = {"name": user, "namespace": "default"}
        group = "rbac.authorization.k8s.io"
        role = [{"apiGroups": [""], "resources": [resource], "verbs": [verb]} for verb, resource in rules]
        binding = {
            "subjects": [{"kind": "User", "name": user, "apiGroup": group}],
            "roleRef": {"kind": "Role", "name": user, "apiGroup": group},
        }

        def work(transaction: store.Transaction) -> None:
            transaction.create(KINDS[f"roles.{group}"], {"metadata": meta, "rules": role}, CAUSE)
            transaction.create(KINDS[f"rolebindings.{group}"], {"metadata": meta, **binding}, CAUSE)

        await self._write(work)

    async def delete(self, name: str) -> None:
        await self._write(lambda work: work.delete(KINDS["pods"], "default", name, CAUSE, grace=0))

    async def control(self, do: str, **more: Any) -> None:
        await sync_to_async(clusters.control)(self.cluster, do, **more)

    async def run(self, seconds: float) -> None:
        """Lets the cluster go on by so many seconds of virtual time."""
        await self.control("step", by=seconds)
        worker = runner.Runner("test")
        while (await self.fresh()).until is not None:
            await sync_to_async(worker.tick)(self.cluster.pk)

    async def fresh(self) -> Cluster:
        found: Cluster = await sync_to_async(Cluster.objects.get)(pk=self.cluster.pk)
        return found


@pytest.fixture
def hand(cluster: Cluster) -> Hand:
    return Hand(cluster)


class Browser:
    """One WebSocket of a page. `picture` is the diagram that it keeps from the snapshot and the frames."""

    def __init__(self, name: str = "demo", host: str = "127.0.0.1", **headers: str) -> None:
        sent = {"host": host, "origin": f"http://{host}", **headers}
        pairs = [(key.replace("_", "-").encode(), value.encode()) for key, value in sent.items()]
        self.socket = WebsocketCommunicator(application, f"/ws/c/{name}/", headers=pairs)
        self.seq = -1
        self.picture: dict[str, Any] = {}

    async def __aenter__(self) -> Browser:
        connected, code = await self.socket.connect(timeout=PATIENCE)
        assert connected, code
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.disconnect()

    async def next(self) -> dict[str, Any]:
        message = await self._message()
        if message["t"] == "snapshot":
            self.picture = {one["id"]: one for one in message["objects"]}
            self.seq = message["seq"]
        elif message["t"] == "frame":
            assert message["seq"] == self.seq + 1, "frames are numbered one after the other"
            self.seq += 1
            self.picture |= {one["id"]: one for one in message["set"]}
            for identity in message["gone"]:
                self.picture.pop(identity, None)
        return message

    async def _message(self) -> dict[str, Any]:
        """One message; of a binary one, which may come in parts, the header."""
        whole, more = b"", True
        while more:
            said = await self.socket.receive_from(PATIENCE)
            if isinstance(said, str):
                return dict(orjson.loads(said))
            more, whole = bool(said[0]), whole + said[1:]
        length = int.from_bytes(whole[:4], "little")
        return dict(orjson.loads(whole[8 : 8 + length]))

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that is wanted."""
        while not wanted(message := await self.next()):
            pass
        return message

    async def says(self, text: str) -> None:
        await self.socket.send_to(text_data=text)


class Watch:
    """One HTTP request whose answer goes on: the lines of its body as they come."""

    def __init__(self, communicator: ApplicationCommunicator) -> None:
        self._communicator = communicator
        self._buffer = b""
        self.status = 0
        self.ended = False

    async def begin(self) -> None:
        head = await self._communicator.receive_output(PATIENCE)
        assert head["type"] == "http.response.start"
        self.status = head["status"]

    async def next(self, timeout: float = PATIENCE) -> dict[str, Any]:
        while b"\n" not in self._buffer and not self.ended:
            await self._read(timeout)
        line, _, self._buffer = self._buffer.partition(b"\n")
        event: dict[str, Any] = orjson.loads(line) if line else {}
        return event

    async def _read(self, timeout: float) -> None:
        part = await self._communicator.receive_output(timeout)
        self._buffer += part.get("body", b"")
        self.ended = not part.get("more_body")

    async def told(self, number: int) -> list[tuple[str, str]]:
        """(type, name) of the next events."""
        events = [await self.next() for _ in range(number)]
        return [(event["type"], event["object"]["metadata"].get("name", "")) for event in events]

    async def is_quiet(self, seconds: float = 0.4) -> bool:
        """Whether nothing more comes for a while."""
        while not self._buffer and not await self._communicator.receive_nothing(timeout=seconds, interval=0.05):
            await self._read(seconds)
        return not self._buffer


@asynccontextmanager
async def watching(cluster: Cluster, path: str, query: str = "", **headers: str) -> AsyncIterator[Watch]:
    """A watch of a cluster's API through the whole ASGI application; the client goes away at the end."""
    sent = {"host": "127.0.0.1", "authorization": f"Bearer {cluster.token}", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"/k8s/{cluster.name}/{path}",
        "raw_path": f"/k8s/{cluster.name}/{path}".encode(),
        "query_string": f"watch=true&{query}".encode(),
        "headers": [(key.encode(), value.encode()) for key, value in sent.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 40000),
    }
    communicator = ApplicationCommunicator(application, scope)
    await communicator.send_input({"type": "http.request", "body": b"", "more_body": False})
    watch = Watch(communicator)
    await watch.begin()
    try:
        yield watch
    finally:
        if not watch.ended:
            await communicator.send_input({"type": "http.disconnect"})
        await asyncio.wait_for(communicator.wait(PATIENCE), PATIENCE + 1)


@pytest.fixture
def owner(transactional_db: None) -> User:
    return User.objects.create(username="ann")
