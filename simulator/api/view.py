"""The door from Django to the Kubernetes API: who asks, how large is the body, and how the answer goes out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from simulator import access, reading, store
from simulator.api import dispatch, refusals, threads
from simulator.api.calls import Answer, Call
from simulator.documents import LARGEST
from simulator.engine.errors import StatusError
from simulator.models import Cluster

log = logging.getLogger(__name__)

_SAFE = ("GET", "HEAD", "OPTIONS")


@csrf_exempt
async def serve(request: HttpRequest, name: str, rest: str | None) -> HttpResponseBase:
    """Answers one request to a cluster's API. The work is done in the API's own threads."""
    body = request.read(LARGEST + 1)
    answer = await threads.run(answered, request, name, rest or "", body)
    if answer.stream is not None:
        response: HttpResponseBase = StreamingHttpResponse(guarded(answer.stream, request.path), status=answer.code)
    else:
        response = HttpResponse(b"" if request.method == "HEAD" else answer.content, status=answer.code)
    response["Content-Type"] = answer.content_type
    response["Cache-Control"] = "no-cache, private"
    for header, value in answer.headers.items():
        response[header] = value
    return response


async def guarded(stream: AsyncIterator[bytes], path: str) -> AsyncIterator[bytes]:
    """A stream that ends, and is logged, where it would break: its head is out, so no Status can follow.

    The empty first part makes the server send the head now: a client of a quiet watch waits for that.
    """
    yield b""
    try:
        async for part in stream:
            yield part
    except Exception:
        log.exception("the stream of %s broke", path)


def answered(request: HttpRequest, name: str, rest: str, body: bytes) -> Answer:
    """The answer to a request with this body, to the path `rest` of a cluster's API."""
    try:
        cluster = reading.find_cluster(name)
        if cluster is None or "\0" in rest:  # no name has a NUL, and PostgreSQL chokes on it
            raise refusals.no_such_path()
        if rest.strip("/").partition("/")[0] not in dispatch.PUBLIC:
            user = _authenticate(request, cluster)
        else:
            user = _agent(request)
        if len(body) > LARGEST:
            raise refusals.too_large(f"limit is {LARGEST}")
    except StatusError as error:
        return dispatch.refused(error)
    except DatabaseError as error:
        return dispatch.refused(refusals.no_storage(store.trouble_of(error)))
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return dispatch.refused(refusals.internal())
    call = Call(
        cluster=cluster,
        method=request.method or "GET",
        path=rest,
        query={key: values[0] for key, values in request.GET.lists() if values},
        headers=request.headers,
        body=body,
        user=user,
        prefix=f"/k8s/{name}",
        values=dict(request.GET.lists()),
        subprotocols=getattr(request, "subprotocols", None),
        spdy=getattr(request, "spdy", False),
    )
    return dispatch.serve(call)


def _authenticate(request: HttpRequest, cluster: Cluster) -> str:
    """The name under which the client's writes are known. Raises StatusError 401 or 403."""
    header = request.headers.get("Authorization", "")
    if header:
        if not access.holds_token(cluster, header):
            raise refusals.unauthorized()
        return _agent(request)
    if not access.allowed(request, cluster):
        raise refusals.unauthorized()
    if request.method not in _SAFE and not _is_from_our_page(request):
        raise refusals.forbidden("the CSRF token is missing or wrong; send it in the header X-CSRFToken")
    return "dashboard"


def _agent(request: HttpRequest) -> str:
    """The client's program, from the first word of its User-Agent: `kubectl`."""
    first = request.headers.get("User-Agent", "").partition("/")[0].split()
    name = "".join(letter for letter in (first or [""])[0] if letter.isprintable())
    return name[:60] or "client"


def _is_from_our_page(request: HttpRequest) -> bool:
    """Django's own CSRF check, which a page passes and another site's page does not."""
    if "X-CSRFToken" not in request.headers:
        return False
    refusal: HttpResponse | None = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(
        request, HttpResponse, (), {}
    )
    return refusal is None
