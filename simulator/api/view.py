"""The door from Django to the Kubernetes API: who asks, how large is the body, and how the answer goes out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from simulator import authentication, reading, store
from simulator.api import dispatch, refusals, threads
from simulator.api.calls import Answer, Call
from simulator.documents import LARGEST
from simulator.engine.admission.service_account import INTERVAL, TRIES
from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError

log = logging.getLogger(__name__)


@csrf_exempt
async def serve(request: HttpRequest, name: str, rest: str | None) -> HttpResponseBase:
    """Answers one request to a cluster's API."""
    body = request.read(LARGEST + 1)
    answer = await patiently(request, name, rest or "", body)
    if answer.stream is not None:
        response: HttpResponseBase = StreamingHttpResponse(guarded(answer.stream, request.path), status=answer.code)
    else:
        response = HttpResponse(b"" if request.method == "HEAD" else answer.content, status=answer.code)
    response["Content-Type"] = answer.content_type
    response["Cache-Control"] = "no-cache, private"
    for header, value in answer.headers.items():
        response[header] = value
    return response


async def patiently(request: HttpRequest, name: str, rest: str, body: bytes) -> Answer:
    """The answer to a request; the work is done in the API's own threads.

    What a controller is about to make is waited for, as upstream's admission waits for a namespace's service account,
    and meanwhile neither a thread nor the cluster is held.
    """
    for _ in range(TRIES - 1):
        answer = await threads.run(answered, request, name, rest, body)
        if not answer.may_pass:
            return answer
        await asyncio.sleep(INTERVAL / SECOND)
    return await threads.run(answered, request, name, rest, body)


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
        caller = authentication.authenticate(request, cluster)
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
        user=caller.shown,
        prefix=f"/k8s/{name}",
        values=dict(request.GET.lists()),
        subprotocols=getattr(request, "subprotocols", None),
        spdy=getattr(request, "spdy", False),
        subject=caller.subject,
        is_stranger=caller.is_stranger,
        is_onlooker=caller.is_onlooker,
        impersonation=authentication.impersonation(request),
    )
    return dispatch.serve(call)
