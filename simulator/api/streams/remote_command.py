"""exec and attach: a process in a container, its streams over the channels of a WebSocket.

Follows pkg/registry/core/pod/rest/subresources.go, pkg/kubelet/server/server.go and
staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand, v1.34; the runtime's words are containerd's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Literal

from django.db import DatabaseError

from simulator import reading, store
from simulator.api import containers, refusals
from simulator.api.calls import Answer, Call, Upgrade
from simulator.api.options import flag
from simulator.api.streams import statuses, upgrades
from simulator.api.streams.channels import (
    ERROR,
    NONE,
    STDERR,
    STDIN,
    STDOUT,
    V1,
    V1_BASE64,
    V2,
    V3,
    V4,
    V4_BASE64,
    V5,
    Channels,
    Protocol,
    negotiated,
)
from simulator.api.streams.session import Running, Session, Streams
from simulator.api.streams.socket import Gone, Socket
from simulator.api.streams.spdy.channels import SpdyChannels
from simulator.api.streams.upgrades import Trouble
from simulator.engine.causes import _
from simulator.engine.errors import StatusError
from simulator.engine.kinds.file_system import RESOURCE
from simulator.engine.objects import uid_of
from simulator.engine.registry import Body
from simulator.engine.workloads import processes

log = logging.getLogger(__name__)

_KUBELETS = (NONE, V1, V1_BASE64, V4, V4_BASE64)
_SPDY = (V4, V3, V2, V1, NONE)
_SHOWN = 200
_RAN = _("{user} ran {command} in {name}.")
_TYPED = _("{user} worked in a shell of {name}.")


@dataclass(frozen=True)
class Request:
    """What is asked for. doing: what the runtime cannot do, where it cannot."""

    call: Call
    pod: Body
    container: str
    streams: Streams
    command: tuple[str, ...]
    verb: Literal["exec", "attach"]
    doing: str


def execute(call: Call) -> Answer:
    """The subresource exec. Raises StatusError."""
    return _answer(call, "exec", "executing command in")


def attach(call: Call) -> Answer:
    """The subresource attach. Raises StatusError."""
    return _answer(call, "attach", "attaching to")


def _answer(call: Call, verb: Literal["exec", "attach"], doing: str) -> Answer:
    pod = upgrades.pod_of(call)
    container = containers.chosen(pod, call.query.get("container", ""))
    upgrades.check_assigned(call, pod)
    tty = flag(call.query, "tty")
    stdin, stdout, stderr = (flag(call.query, name) for name in ("stdin", "stdout", "stderr"))
    streams = Streams(stdin, stdout, stderr and not tty, tty)
    request = Request(call, pod, container, streams, tuple(call.values.get("command", ())), verb, doing)
    trouble = _trouble(request)
    if call.subprotocols is None:
        return upgrades.not_a_websocket(call, trouble)
    if call.spdy:
        protocol = negotiated(call.subprotocols, _SPDY)
    else:
        protocol = V5 if V5.name in call.subprotocols else negotiated(call.subprotocols, _KUBELETS)
    if trouble and protocol != V5:
        return trouble.answer()
    if protocol is None:
        return upgrades.unsupported(call, [one.name for one in _SPDY if one.name])
    serve = partial(_serve, request, protocol, trouble)
    return Answer(101, b"", upgrades.TEXT, upgrade=Upgrade(protocol.name, serve))


def _trouble(request: Request) -> Trouble | None:
    """What the kubelet objects."""
    if not any(request.streams[:3]):
        return Trouble(400, "you must specify at least 1 of stdin, stdout, stderr")
    if not containers.is_running(request.pod, request.container):
        return Trouble(500, f'container not found ("{request.container}")')
    return None


async def _serve(request: Request, protocol: Protocol, trouble: Trouble | None, socket: Socket) -> None:
    channels = (SpdyChannels if request.call.spdy else Channels)(socket, protocol)
    numbers = {STDIN: request.streams.stdin, STDOUT: request.streams.stdout, STDERR: request.streams.stderr}
    try:
        await channels.open({ERROR, *(number for number, is_wanted in numbers.items() if is_wanted)})
        status = await _outcome(request, channels, trouble)
        if status:
            await channels.send(ERROR, status)
        await channels.close()
    except Gone:
        pass


async def _outcome(request: Request, channels: Channels | SpdyChannels, trouble: Trouble | None) -> bytes:
    """Serves the process to its end; what the error channel says then. Raises Gone."""
    protocol = channels.protocol
    if trouble:
        return statuses.failed(protocol, f"unable to upgrade connection: {trouble.text}")
    session = Session(
        request.call,
        request.container,
        channels,
        request.streams,
        start=partial(_STARTS[request.verb], request),
        save=partial(_save, request),
        sees_end=request.verb == "attach",
    )
    try:
        code = await session.run()
    except Gone:
        raise
    except processes.NotFound as error:
        return statuses.not_executed(protocol, request.doing, _not_started(request, str(error)))
    except StatusError as error:
        return statuses.failed(protocol, error.message)
    except DatabaseError as error:
        log.error("%s in %s: %s", request.verb, request.call.path, store.trouble_of(error))
        return statuses.failed(protocol, refusals.no_storage(store.trouble_of(error)).message)
    except Exception:
        log.exception("%s in %s broke", request.verb, request.call.path)
        return statuses.failed(protocol, "the process could not be served; see the server's log")
    return statuses.ended(protocol, 0 if request.verb == "attach" else code, request.command)


def _not_started(request: Request, detail: str) -> str:
    seed = f"{uid_of(request.pod)} {request.call.now} {request.command}".encode()
    identity = blake2b(seed, digest_size=32).hexdigest()
    return f'failed to exec in container: failed to start exec "{identity}": {detail}: unknown'


# --- in threads ---


def _execution(request: Request) -> Running:
    if not request.command:
        raise processes.NotFound("OCI runtime exec failed: exec failed: args must not be empty")
    return processes.execution(
        request.pod,
        request.container,
        list(request.command),
        reader=reading.DatabaseReader(request.call.cluster),
        now=request.call.now,
        tty=request.streams.tty,
    )


def _attachment(request: Request) -> Running:
    reader, now = reading.DatabaseReader(request.call.cluster), request.call.now
    return processes.attached(request.pod, request.container, reader=reader, now=now)


_STARTS: dict[str, Callable[[Request], Running]] = {"exec": _execution, "attach": _attachment}


def _save(request: Request, running: Running) -> None:
    """Stores the files that the process has changed. Raises StatusError where its pod may not have them any more."""
    files = running.files
    if not files.changed:
        return
    call = request.call
    kind = call.kinds[RESOURCE]
    sentence = _RAN if request.command else _TYPED
    cause = call.cause(request.verb, sentence, command=" ".join(request.command)[:_SHOWN])

    def work(transaction: store.Transaction) -> None:
        body = files.body()
        held = transaction.get(RESOURCE, call.route.namespace or "", call.route.name)
        if held is None:
            transaction.create(kind, body, cause)
        else:
            transaction.update(kind, {**body, "metadata": {**held["metadata"], **body["metadata"]}}, cause)

    call.write(work)
    files.saved()
