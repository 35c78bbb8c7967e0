"""The handshake of a stream: who asks is found out as for HTTP, and a refusal says why.

With a bearer token any origin will do, for no browser adds one by itself; with a cookie the page must be our own. No
browser speaks SPDY: its cookies are not asked for.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from http import HTTPStatus
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest

from simulator.api import refusals, threads
from simulator.api.calls import Answer
from simulator.api.dispatch import refused
from simulator.api.streams.socket import Receive, Send, Socket
from simulator.api.view import answered
from simulator.engine import errors

Scope = dict[str, Any]

PATH = re.compile(r"^/k8s/(?P<name>[^/]+)/(?P<rest>.+)$")
_TOKEN = "base64url.bearer.authorization.k8s.io."


async def handshake(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application for WebSockets below `/k8s/`, and for connections that upgrade to SPDY."""
    offered = list(scope.get("subprotocols", ()))
    if scope["type"] == "spdy":
        listed = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-stream-protocol-version"]
        offered = [name.strip() for value in listed for name in value.split(",")]
    subprotocols = [name for name in offered if not name.startswith(_TOKEN)]
    scope = {**scope, "subprotocols": subprotocols}
    for name in offered:
        if name.startswith(_TOKEN) and subprotocols:
            scope["headers"] = [*scope["headers"], (b"authorization", b"Bearer " + _decoded(name))]
    if scope["type"] == "spdy" or any(header == b"authorization" for header, _ in scope["headers"]):
        await serve(scope, receive, send)
    else:
        await _cookies(scope, receive, send)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """One handshake and, if it is granted, what the WebSocket is for."""
    await receive()  # websocket.connect
    answer = await threads.run(_answered, scope)
    if answer.upgrade is None:
        await _refuse(answer, scope, send)
        return
    socket = Socket(receive, send)
    await socket.accept(answer.upgrade.subprotocol)
    await answer.upgrade.run(socket)


_cookies = AllowedHostsOriginValidator(AuthMiddlewareStack(serve))


def _decoded(name: str) -> bytes:
    """The token in a subprotocol's name, which is how a browser can send one; b"" if there is none."""
    text = name.removeprefix(_TOKEN)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _answered(scope: Scope) -> Answer:
    """The answer to the handshake as an HTTP request, which it is."""
    request: Any = ASGIRequest({"method": "GET", **scope, "type": "http"}, io.BytesIO())
    request.user, request.session = scope.get("user"), scope.get("session")
    request.subprotocols, request.spdy = scope["subprotocols"], scope["type"] == "spdy"
    found = PATH.match(scope["path"])
    if found is None:
        return refused(refusals.no_such_path())
    if "Authorization" not in request.headers and not _is_our_host(request):
        return refused(errors.bad_request("the host is not one of this server's"))
    return answered(request, found["name"], found["rest"], b"")


def _is_our_host(request: ASGIRequest) -> bool:
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


async def _refuse(answer: Answer, scope: Scope, send: Send) -> None:
    """Refuses the handshake with a whole HTTP answer where the server can, else without words."""
    code = answer.code if answer.code >= 400 else HTTPStatus.BAD_REQUEST
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    head = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.content)), **answer.headers}
    headers = [(name.lower().encode(), value.encode()) for name, value in head.items()]
    await send({"type": "websocket.http.response.start", "status": code, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": answer.content})
