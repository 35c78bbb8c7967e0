"""kubectl's requests, put to a cluster's own API within the process, in the name of whoever uses the page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson
from asgiref.sync import async_to_sync

from simulator import reading
from simulator.api import dispatch
from simulator.api.calls import Answer, Call
from simulator.api.streams.socket import Message, Socket
from simulator.authentication import Caller
from simulator.engine.admission.service_account import INTERVAL, TRIES
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Kind, Kinds
from simulator.models import Cluster
from simulator.terminal.troubles import Refused

JSON = "application/json"
TABLE = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
_PAGE = 500
"""Objects of one page of a list."""


def path_of(kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> str:
    """The path of an object in the API; without a name that of its collection, of all namespaces if `namespace` is
    None or empty."""
    parts = ["apis", kind.group, kind.version] if kind.group else ["api", kind.version]
    if kind.namespaced and namespace:
        parts += ["namespaces", namespace]
    parts += [one for one in (kind.plural, name, subresource) if one]
    return "/".join(parts)


class Client:
    """Sends requests. `warnings`: what the server warned of, each once."""

    def __init__(self, cluster: Cluster, caller: Caller, impersonation: Sequence[tuple[str, str]] = ()) -> None:
        self.cluster, self.caller, self.impersonation = cluster, caller, tuple(impersonation)
        self.warnings: list[str] = []

    @property
    def kinds(self) -> Kinds:
        return reading.kinds_of(self.cluster)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        *,
        accept: str = JSON,
        content_type: str = JSON,
    ) -> Answer:
        """The answer. Raises Refused."""
        content = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        headers = {"Accept": accept, "Content-Type": content_type, "User-Agent": "kubectl"}
        for attempt in range(TRIES):
            answer = dispatch.serve(self._call(method, path, query, headers, content))
            if not answer.may_pass or attempt == TRIES - 1:
                break
            time.sleep(INTERVAL / SECOND)
        self._note_warnings(answer)
        if answer.code >= 400:
            raise Refused(_status(answer))
        return answer

    def read(self, path: str, query: Mapping[str, Any] | None = None, *, accept: str = JSON) -> Body:
        return _body(self.ask("GET", path, query, accept=accept))

    def pages(self, path: str, query: Mapping[str, Any] | None = None, *, accept: str = JSON) -> Body:
        """A list or table of all pages."""
        asked = {"limit": _PAGE, **(query or {})}
        whole = self.read(path, asked, accept=accept)
        which = "rows" if whole["kind"] == "Table" else "items"
        page = whole
        while token := (page["metadata"] or {}).get("continue"):
            page = self.read(path, {**asked, "continue": token}, accept=accept)
            whole[which] = [*whole[which], *page[which]]
        for left in ("continue", "remainingItemCount"):
            whole["metadata"].pop(left, None)
        return whole

    def send(
        self, method: str, path: str, body: Any, query: Mapping[str, Any] | None = None, *, content_type: str = JSON
    ) -> Body:
        return _body(self.ask(method, path, query, body, content_type=content_type))

    def whole(self, answer: Answer) -> bytes:
        """The content of an answer, also where it comes in parts, as that of a list does. Its stream must end."""
        if answer.stream is None:
            return answer.content
        content: bytes = async_to_sync(_joined)(answer.stream)
        return content

    def events(self, path: str, query: Mapping[str, Any], seconds: float, *, accept: str = JSON) -> list[Body]:
        """What a watch says within some seconds; it ends early, a moment after something was said."""
        answer = self.ask("GET", path, {"watch": "true", **query}, accept=accept)
        if answer.stream is None:
            return []
        told: bytes = async_to_sync(_collected)(answer.stream, seconds)
        return [orjson.loads(line) for line in told.splitlines() if line.strip()]

    def execute(self, path: str, query: Mapping[str, Any], stdin: str | None, seconds: float) -> dict[int, bytes]:
        """Runs a process; what came on each channel of the stream. Raises Refused."""
        call = self._call("GET", path, query, {"Upgrade": "websocket"}, b"")
        call.subprotocols = ["v5.channel.k8s.io"]
        answer = dispatch.serve(call)
        if answer.upgrade is None:
            raise Refused(_status(answer))
        channels: dict[int, bytes] = async_to_sync(_executed)(answer, stdin, seconds)
        return channels

    def _call(
        self, method: str, path: str, query: Mapping[str, Any] | None, headers: Mapping[str, str], content: bytes
    ) -> Call:
        values = {key: _texts(value) for key, value in (query or {}).items() if value not in (None, "", [])}
        return Call(
            cluster=self.cluster,
            method=method,
            path=path,
            query={key: held[0] for key, held in values.items()},
            headers=headers,
            body=content,
            user=self.caller.shown,
            prefix=f"/k8s/{self.cluster.name}",
            values=values,
            subject=self.caller.subject,
            is_stranger=self.caller.is_stranger,
            is_onlooker=self.caller.is_onlooker,
            impersonation=self.impersonation,
        )

    def _note_warnings(self, answer: Answer) -> None:
        header = answer.headers.get("Warning", "")
        for part in header.split('299 - "')[1:]:
            text = part.rpartition('"')[0].replace('\\"', '"').replace("\\\\", "\\")
            if text not in self.warnings:
                self.warnings.append(text)


def _texts(value: Any) -> list[str]:
    held = value if isinstance(value, list | tuple) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in held]


def _body(answer: Answer) -> Body:
    body: Body = orjson.loads(answer.content)
    return body


def _status(answer: Answer) -> Body:
    try:
        status = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        status = None
    if isinstance(status, dict):
        return status
    return {"message": answer.content.decode(errors="replace").strip(), "code": answer.code}


async def _joined(stream: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in stream])


async def _collected(stream: AsyncIterator[bytes], seconds: float) -> bytes:
    parts: list[bytes] = []

    async def collect() -> None:
        async for part in stream:
            parts.append(part)

    task = asyncio.ensure_future(collect())
    end = time.monotonic() + seconds
    while time.monotonic() < end and not task.done():
        before = len(parts)
        await asyncio.wait({task}, timeout=min(0.1, seconds))
        if parts and len(parts) == before:
            break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return b"".join(parts)


async def _executed(answer: Answer, stdin: str | None, seconds: float) -> dict[int, bytes]:
    channels: dict[int, bytes] = {}
    typed = [bytes((0,)) + stdin.encode(), b"\xff\x00"] if stdin is not None else []

    async def receive() -> Message:
        if typed:
            return {"type": "websocket.receive", "bytes": typed.pop(0)}
        await asyncio.sleep(seconds)
        return {"type": "websocket.disconnect"}

    async def send(message: Message) -> None:
        data = message.get("bytes")
        if data:
            channels[data[0]] = channels.get(data[0], b"") + data[1:]

    assert answer.upgrade is not None
    await answer.upgrade.run(Socket(receive, send))
    return channels
