"""A presentation with fifty followers: how long an order of its presenter, and a write to its cluster, take to all."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

from simulator.bench.cases import Case, Measured
from simulator.bench.house import House

_FOLLOWERS = 50
_WRITES = 40
_PAUSE = 0.15
_PREPARE = f"""
import json
from django.contrib.sessions.backends.db import SessionStore
from simulator.demos import catalogue, presentations
from simulator.demos.presentations import Owner

def session():
    made = SessionStore()
    made.create()
    return made.session_key

lead = session()
made = presentations.start("oom-kill", catalogue.find(Owner(None, lead), "oom-kill").files, Owner(None, lead))
seats = [session() for _number in range({_FOLLOWERS})]
for one in seats:
    presentations.seat(made, one)
print(json.dumps([made.code, made.cluster.name, made.cluster.token, lead, seats]))
"""

Heard = Callable[[dict[str, Any]], None]


class _Client(WebSocketClientProtocol):
    factory: Any

    def onConnect(self, response: Any) -> None:  # noqa: N802 # its names
        self.factory.ready.set_result(self)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        self.factory.heard(json.loads(payload))


async def _open(house: House, path: str, session: str, heard: Heard) -> Any:
    factory: Any = WebSocketClientFactory(  # type: ignore[no-untyped-call]
        f"ws://127.0.0.1:{house.port}{path}", origin=house.url, headers={"Cookie": f"sessionid={session}"}
    )
    factory.protocol, factory.heard = _Client, heard
    factory.ready = asyncio.get_running_loop().create_future()
    await asyncio.get_running_loop().create_connection(factory, "127.0.0.1", house.port)
    return await asyncio.wait_for(factory.ready, 30)


class _Audience:
    """When each follower heard what is expected now."""

    def __init__(self) -> None:
        self.wanted: Heard | Callable[[dict[str, Any]], bool] = bool
        self.at: list[float] = []
        self.all = asyncio.Event()

    def expect(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        self.wanted, self.at = wanted, []
        self.all.clear()

    def seat(self) -> Heard:
        seen: list[object] = []

        def heard(message: dict[str, Any]) -> None:
            if self.wanted(message) and self.wanted not in seen:
                seen[:] = [self.wanted]
                self.at.append(time.perf_counter())
                if len(self.at) == _FOLLOWERS:
                    self.all.set()

        return heard


async def _measure(house: House) -> Measured:
    code, cluster, token, lead, sessions = json.loads(house.run(_PREPARE))
    halls, frames = _Audience(), _Audience()
    presenter = await _open(house, f"/ws/present/{code}/", lead, lambda message: None)
    for session in sessions:
        await _open(house, f"/ws/present/{code}/", session, halls.seat())
        await _open(house, f"/ws/c/{cluster}/", session, frames.seat())
    await asyncio.sleep(2)
    orders, writes = [], []
    for number in range(_WRITES):
        large = number % 2 == 0
        halls.expect(lambda message, large=large: message["t"] == "state" and message["large"] is large)  # type: ignore[misc]
        begun = time.perf_counter()
        presenter.sendMessage(json.dumps({"do": "show", "large": large}).encode())
        await asyncio.wait_for(halls.all.wait(), 30)
        orders += [(at - begun) * 1000 for at in halls.at]
        await asyncio.sleep(_PAUSE)
        pod = f"pods/default/shown-{number}"
        frames.expect(lambda message, pod=pod: any(one["id"] == pod for one in message.get("set", ())))  # type: ignore[misc]
        begun = time.perf_counter()
        await asyncio.to_thread(_create, house, cluster, token, f"shown-{number}")
        await asyncio.wait_for(frames.all.wait(), 30)
        writes += [(at - begun) * 1000 for at in frames.at]
        await asyncio.sleep(_PAUSE)
    return Measured(writes, "ms", {"order_to_delivery_p95_ms": round(_p95(orders), 1), "followers": _FOLLOWERS})


def _p95(samples: list[float]) -> float:
    return sorted(samples)[-(-len(samples) * 95 // 100) - 1]


def _create(house: House, cluster: str, token: str, name: str) -> None:
    body = {"metadata": {"name": name}, "spec": {"containers": [{"name": "main", "image": "nginx:1.29"}]}}
    request = Request(
        f"{house.url}/k8s/{cluster}/api/v1/namespaces/default/pods",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urlopen(request, timeout=30) as answer:
        answer.read()


def _fifty_followers() -> Measured:
    with House() as house:
        return asyncio.run(_measure(house))


CASES = [
    Case(
        "present/50Followers",
        "from a write by the API until each of 50 followers of a presentation has it; and the presenter's orders",
        _fifty_followers,
    )
]
