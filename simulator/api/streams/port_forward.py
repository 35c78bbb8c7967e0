"""port-forward: connections to ports of a pod, each a pair of streams for its data and for what went wrong.

kubectl sends SPDY frames through the WebSocket; other clients have two channels of the WebSocket for each port.
Follows staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/{httpstream,websocket}.go and
apiserver/pkg/util/proxy/streamtunnel.go, v1.34.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.api.calls import Answer, Call, Upgrade
from simulator.api.streams import upgrades
from simulator.api.streams.channels import NONE, V4, V4_BASE64, Channels, Data, Protocol, negotiated
from simulator.api.streams.forwarding import Broken, Forwarder
from simulator.api.streams.inbox import Inbox
from simulator.api.streams.race import first
from simulator.api.streams.socket import Gone, Socket
from simulator.api.streams.tunnel import Tunnel
from simulator.api.streams.upgrades import Trouble
from simulator.engine import errors
from simulator.engine.objects import name_of, namespace_of
from simulator.engine.registry import Body

log = logging.getLogger(__name__)

_TUNNEL = "SPDY/3.1+"
_SUFFIX = ".k8s.io"
_SPOKEN = "portforward.k8s.io"
_PART = 64 * 1024


def forward(call: Call) -> Answer:
    """The subresource portforward. Raises StatusError."""
    ports = _ports(call)
    pod = upgrades.pod_of(call)
    upgrades.check_assigned(call, pod)
    trouble = None
    if not upgrades.has_sandbox(pod):
        trouble = Trouble(500, f'pod not found ("{name_of(pod)}_{namespace_of(pod)}")')
    if call.subprotocols is None:
        return upgrades.not_a_websocket(call, trouble)
    if call.spdy:
        return _tunnelled(call, pod, call.subprotocols, trouble)  # without a tunnel
    tunnelled = [name.removeprefix(_TUNNEL) for name in call.subprotocols if name.startswith(_TUNNEL)]
    if tunnelled:
        return _tunnelled(call, pod, tunnelled, trouble)
    return _channelled(call, pod, ports, trouble)


def _ports(call: Call) -> list[int]:
    """The ports of the query. Raises StatusError 400."""
    found = []
    for text in (part for value in call.values.get("ports", ()) for part in value.split(",")):
        if not (text.isascii() and text.isdecimal()):
            shown = text if text.isprintable() else "?"
            detail = f'strconv.ParseUint: parsing "{shown}": invalid syntax'
            raise errors.bad_request(f"cannot convert to []int32: {detail}")
        if len(text) > 5 or int(text) > 65535:
            detail = f'strconv.ParseUint: parsing "{text[:40]}": value out of range'
            raise errors.bad_request(f"cannot convert to []int32: {detail}")
        found.append(int(text))
    return found


def _tunnelled(call: Call, pod: Body, offered: Sequence[str], trouble: Trouble | None) -> Answer:
    """SPDY through the WebSocket."""
    protocols = [name for name in offered if name.endswith(_SUFFIX)]
    if not (protocols or call.spdy):
        return Trouble(400, "unable to upgrade: no tunneling spdy protocols provided").answer()
    if trouble:
        return trouble.answer()
    if _SPOKEN not in protocols and (offered or not call.spdy):
        return upgrades.unsupported(replace(call, spdy=True, subprotocols=protocols), [_SPOKEN])
    serve = partial(_serve_tunnel, Forwarder(call, pod))
    spoken = (_SPOKEN if offered else "") if call.spdy else _TUNNEL + _SPOKEN
    return Answer(101, b"", upgrades.TEXT, upgrade=Upgrade(spoken, serve))


async def _serve_tunnel(forwarder: Forwarder, socket: Socket) -> None:
    await Tunnel(forwarder, socket).serve()


def _channelled(call: Call, pod: Body, ports: Sequence[int], trouble: Trouble | None) -> Answer:
    """Two channels for each port."""
    if not ports:
        return Trouble(400, 'query parameter "port" is required').answer()
    if 0 in ports:
        return Trouble(400, 'port "0" must be > 0').answer()
    if trouble:
        return trouble.answer()
    protocol = negotiated(call.subprotocols or (), (NONE, V4, V4_BASE64))
    if protocol is None:
        return upgrades.unsupported(call, [])
    serve = partial(_serve_channels, Forwarder(call, pod), protocol, ports)
    return Answer(101, b"", upgrades.TEXT, upgrade=Upgrade(protocol.name, serve))


async def _serve_channels(forwarder: Forwarder, protocol: Protocol, ports: Sequence[int], socket: Socket) -> None:
    channels = Channels(socket, protocol)
    inboxes = [Inbox(tty=False) for _ in ports]
    for number, port in enumerate(ports):
        for channel in (2 * number, 2 * number + 1):
            await channels.send(channel, port.to_bytes(2, "little"))
    forwards = [_forward(forwarder, channels, inboxes[number], number, port) for number, port in enumerate(ports)]
    await first(_listen(channels, inboxes), _all(forwards))
    await socket.close()


async def _all(jobs: Sequence[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*jobs)


async def _listen(channels: Channels, inboxes: Sequence[Inbox]) -> None:
    """Takes what the client sends until it goes."""
    try:
        while True:
            message = await channels.receive()
            number, is_error = divmod(message.channel, 2)
            if isinstance(message, Data) and not is_error and 0 <= number < len(inboxes):
                await inboxes[number].put(message.data)
    except Gone:
        pass


async def _forward(forwarder: Forwarder, channels: Channels, inbox: Inbox, number: int, port: int) -> None:
    try:
        await forwarder.forward(port, partial(inbox.read, _PART), partial(channels.send, 2 * number))
    except Broken as error:
        await channels.send(2 * number + 1, str(error).encode())
    except Exception:
        log.exception("a connection to port %s broke", port)
