"""The short way into the API: a request that brings a bearer token needs no session, no language and no CSRF token.

Django's middleware would take each request through a dozen changes of thread. Requests without a token, such as those
of the page, take Django's way to the same view.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest

from simulator.api import view
from simulator.api.calls import Answer
from simulator.documents import LARGEST

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Any], Awaitable[None]]

_PREFIX = "/k8s/"


class Door:
    """An ASGI application: what is for a cluster's API and carries a token, here; everything else to `application`."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX) or not _has_token(scope):
            await self.application(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return
        name, _, rest = scope["path"].removeprefix(_PREFIX).partition("/")
        answer = await view.patiently(ASGIRequest(scope, BytesIO()), name, rest, body)
        await _send_head(answer, send)
        if answer.stream is None:
            content = b"" if scope["method"] == "HEAD" else answer.content
            await send({"type": "http.response.body", "body": content})
        else:
            await _stream(view.guarded(answer.stream, scope["path"]), receive, send)


def _has_token(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])


async def _body(receive: Receive) -> bytes | None:
    """The body, of which no more than a byte above the limit is kept; None if the client went away."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        if size <= LARGEST:
            parts.append(part)
        size += len(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _send_head(answer: Answer, send: Send) -> None:
    headers = {"Content-Type": answer.content_type, "Cache-Control": "no-cache, private", **answer.headers}
    if answer.stream is None:
        headers["Content-Length"] = str(len(answer.content))
    listed = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.code, "headers": listed})


async def _stream(parts: Any, receive: Receive, send: Send) -> None:
    """Sends the parts as they come, until they end or the client goes."""
    sending = asyncio.ensure_future(_send_all(parts, send))
    leaving = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _send_all(parts: Any, send: Send) -> None:
    async for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
