"""The API of one web process over SQLite: writes by eight clients, lists of 10,000 pods, two hundred watches.

Each beside the same rows written or read by plain SQL in the same run, as a ratio. The cluster is paused: what is
measured is the API server, and not what its components do about it.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from simulator.bench.cases import Case, Measured
from simulator.bench.house import House

_CLIENTS, _CREATED = 8, 1600
_LISTED = 10_000
_WATCHES, _RATE, _SECONDS = 200, 100, 10
_PODS = "/k8s/demo/api/v1/namespaces/default/pods"
_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"

_FILL = f"""
from simulator import store
from simulator.bench.api import pod
from simulator.engine.causes import Cause
from simulator.engine.registry import KINDS
from simulator.models import Cluster
demo = Cluster.objects.get(name="demo")
cause = Cause("bench", "create", "")
for start in range(0, {_LISTED}, 1000):
    bodies = [pod(f"pod-{{number:05d}}", namespace="default") for number in range(start, start + 1000)]
    store.write(demo, lambda txn: [txn.create(KINDS["pods"], body, cause) for body in bodies] and None)
"""


def pod(name: str, **metadata: str) -> dict[str, Any]:
    """A pod as people write it."""
    container = {"name": "main", "image": "nginx:1.29", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}
    return {"metadata": {"name": name, "labels": {"app": "load"}, **metadata}, "spec": {"containers": [container]}}


class _Client:
    """One connection that is kept."""

    def __init__(self, house: House, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> bytes:
        data = None if body is None else json.dumps(body)
        self._connection.request(method, path, data, {**self._headers, **headers})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content


def _paused(house: House) -> str:
    """Stops the clock of cluster `demo`; its token."""
    house.run("from simulator import clusters\nfrom simulator.models import Cluster\n"
              "clusters.control(Cluster.objects.get(name='demo'), 'pause')")  # fmt: skip
    return house.token()


def _create() -> Measured:
    with House() as house:
        token = _paused(house)
        share = _CREATED // _CLIENTS
        latencies: list[float] = []

        def work(number: int) -> None:
            client = _Client(house, token)
            for one in range(share):
                begun = time.perf_counter()
                client("POST", _PODS, pod(f"load-{number}-{one}"))
                latencies.append((time.perf_counter() - begun) * 1000)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(_CLIENTS)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = _CREATED / (time.perf_counter() - begun)
        raw = _inserts(_Client(house, token)("GET", f"{_PODS}/load-0-0").decode())
    latencies.sort()
    extra = {
        "raw_inserts_per_second": round(raw),
        "raw_over_api": round(raw / rate, 1),
        "p50_ms": round(latencies[len(latencies) // 2], 1),
        "p99_ms": round(latencies[len(latencies) * 99 // 100], 1),
    }
    return Measured([rate], "pods/s, 8 clients", extra)


def _inserts(text: str) -> float:
    """How many pods a second plain SQL writes: an object and a change each, a transaction for every pod."""
    with (
        tempfile.TemporaryDirectory(prefix="k8sviz-bench-") as folder,
        closing(sqlite3.connect(Path(folder) / "raw.sqlite3", isolation_level=None)) as database,
    ):
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute(
            "CREATE TABLE object (resource, namespace, name, text, PRIMARY KEY (resource, namespace, name))"
        )
        database.execute("CREATE TABLE change (revision INTEGER PRIMARY KEY, text)")
        begun = time.perf_counter()
        for number in range(_CREATED):
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO object VALUES ('pods', 'default', ?, ?)", (f"pod-{number}", text))
            database.execute("INSERT INTO change VALUES (?, ?)", (number, text))
            database.execute("COMMIT")
        return _CREATED / (time.perf_counter() - begun)


def _list(accept: str) -> Measured:
    with House() as house:
        token = _paused(house)
        house.run(_FILL)
        client = _Client(house, token)
        client("GET", f"{_PODS}?limit=1", Accept=accept)
        web = house.child("k8sviz.web")
        before, samples, size = _resident(web), [], 0
        for _ in range(5):
            begun = time.perf_counter()
            size = len(client("GET", _PODS, Accept=accept))
            samples.append(time.perf_counter() - begun)
        grown = _resident(web, "VmHWM") - before
        raw = float(house.run(_SELECT))
    extra = {
        "bytes": size,
        "raw_select_seconds": round(raw, 4),
        "over_raw": round(sorted(samples)[2] / raw, 1),
        "web_grew_mb": round(grown / 1e6, 1),
    }
    return Measured(samples, "s, 10,000 pods", extra)


_SELECT = """
import time
from django.db import connection
with connection.cursor() as cursor:
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        cursor.execute("SELECT text FROM simulator_kubeobject WHERE resource = 'pods' ORDER BY namespace, name")
        assert len(cursor.fetchall()) >= 10000
        seconds.append(time.perf_counter() - begun)
print(sorted(seconds)[2])
"""


def _resident(pid: int, which: str = "VmRSS") -> int:
    """Bytes of memory that a process holds, now or at its peak."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{which}:"):
            return int(line.split()[1]) * 1024
    return 0


def _watch() -> Measured:
    with House() as house:
        token = _paused(house)
        client = _Client(house, token)
        maps = "/k8s/demo/api/v1/namespaces/default/configmaps"
        client("POST", maps, {"metadata": {"name": "ticker"}, "data": {"n": "0"}})
        version = json.loads(client("GET", f"{maps}/ticker"))["metadata"]["resourceVersion"]
        path = f"{maps}?watch=true&resourceVersion={version}&fieldSelector=metadata.name%3Dticker"
        sent: dict[int, float] = {}
        seen = asyncio.run(_race(house, token, path, client, f"{maps}/ticker", sent))
    lags = sorted(at - sent[number] for one in seen for number, at in one if number in sent)
    lost = sum(len(set(sent) - {number for number, _ in one}) for one in seen)
    jumbled = sum(numbers != sorted(numbers) for one in seen for numbers in [[number for number, _ in one]])
    extra = {
        "p99_ms": round(lags[len(lags) * 99 // 100] * 1000, 1),
        "changes": len(sent),
        "changes_per_second": round(len(sent) / (max(sent.values()) - min(sent.values())), 1),
        "events": len(lags),
        "lost": lost,
        "out_of_order": jumbled,
    }
    return Measured([lag * 1000 for lag in lags], "ms from a write's start to its event", extra)


Seen = list[tuple[int, float]]


async def _race(
    house: House, token: str, path: str, client: _Client, ticker: str, sent: dict[int, float]
) -> list[Seen]:
    """The numbers that each watch saw, with the moment, while one client writes them at a steady rate."""
    seen: list[Seen] = [[] for _ in range(_WATCHES)]
    total = _RATE * _SECONDS
    readers = [asyncio.create_task(_follow(house.port, token, path, one, total)) for one in seen]
    await asyncio.sleep(3)
    await asyncio.to_thread(_tick, client, ticker, sent, total)
    await asyncio.wait(readers, timeout=20)
    for reader in readers:
        reader.cancel()
    return seen


def _tick(client: _Client, ticker: str, sent: dict[int, float], total: int) -> None:
    begun = time.perf_counter()
    for number in range(1, total + 1):
        time.sleep(max(0.0, begun + number / _RATE - time.perf_counter()))
        sent[number] = time.perf_counter()
        body = {"data": {"n": str(number)}}
        client("PATCH", ticker, body, **{"Content-Type": "application/merge-patch+json"})


async def _follow(port: int, token: str, path: str, seen: Seen, total: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    try:
        while not seen or seen[-1][0] < total:
            line = await reader.readuntil(b"\n")
            at = line.find(b'"data":{"n":"')
            if at >= 0:
                seen.append((int(line[at + 13 : line.index(b'"', at + 13)]), time.perf_counter()))
    finally:
        writer.close()


CASES = [
    Case("api/CreatePods/8Clients", "pods created over HTTP by eight clients, SQLite, one web process", _create),
    Case("api/List/10000Pods", "a list of 10,000 pods as JSON, streamed", lambda: _list("application/json")),
    Case("api/Table/10000Pods", "a list of 10,000 pods as a table, as kubectl asks for it", lambda: _list(_TABLE)),
    Case("api/Watch/200x100", "200 watches that each get 100 changes a second", _watch),
]
