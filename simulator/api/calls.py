"""One request to a cluster's API, and the answer to it, free of Django."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import orjson
import yaml

from simulator import reading, store
from simulator.api.negotiation import Accept
from simulator.api.routes import Route
from simulator.api.streams.socket import Socket
from simulator.engine.causes import Cause
from simulator.engine.rbac.subjects import ADMIN, Subject
from simulator.engine.registry import Body, Instant, Kinds
from simulator.models import Cluster

Result = TypeVar("Result")


@dataclass
class Call:
    """What a client asks for.

    user: its name in causes; subject: who it is to the cluster. is_stranger: may not see the cluster at all, and is
    judged by what every cluster has in common; is_onlooker: may look at it, and no more. impersonation: the headers by
    which it acts for another.
    prefix: the path of the cluster's API on this server. guard: what checks each object that it writes.
    query: the first value of each parameter; values: all of them. subprotocols: those that a WebSocket offers, None
    for a plain request. spdy: what is offered is SPDY, with these protocols of its streams.
    """

    cluster: Cluster
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    user: str
    prefix: str = ""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subprotocols: Sequence[str] | None = None
    spdy: bool = False
    subject: Subject = ADMIN
    is_stranger: bool = False
    is_onlooker: bool = False
    impersonation: tuple[tuple[str, str], ...] = ()
    guard: store.Guard | None = None
    route: Route = None  # type: ignore[assignment]
    accept: Accept = field(default_factory=Accept)
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def kinds(self) -> Kinds:
        """The kinds that the cluster serves."""
        return reading.kinds_of(self.cluster)

    @cached_property
    def now(self) -> Instant:
        """The virtual instant at which the request is served."""
        return store.instant(self.cluster, store.wall())

    def write(self, make: Callable[[store.Transaction], Result], *, dry_run: bool = False) -> Result:
        """`store.write` in the name of this client."""
        return store.write(self.cluster, make, dry_run=dry_run, guard=self.guard, warn=self.warnings.append)

    def cause(self, rule: str, sentence: str, **inputs: Any) -> Cause:
        """The cause of a write of this client; the sentence gets `{user}`, `{kind}` and `{name}` besides."""
        about = {"user": self.user, "kind": self.route.kind.kind, "name": self.route.name, **inputs}
        return Cause(self.user, rule, sentence, about)


class Upgrade(NamedTuple):
    """A handshake that is granted: with which subprotocol, and what is then done with the connection."""

    subprotocol: str
    run: Callable[[Socket], Awaitable[None]]


@dataclass
class Answer:
    """A whole answer, or, with `stream`, its head.

    upgrade: what a WebSocket becomes instead. may_pass: it is a refusal that the same request may escape in a moment.
    """

    code: int
    content: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    upgrade: Upgrade | None = None
    may_pass: bool = False


def dump(body: Any, media: str) -> bytes:
    """A body in the form that the client asked for; YAML with sorted keys, as upstream writes it."""
    if media == "application/yaml":
        plain = orjson.loads(orjson.dumps(body))
        text = yaml.dump(plain, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True)
        return text.encode()
    return orjson.dumps(body)


def answer(call: Call, body: Body, code: int = 200) -> Answer:
    """The answer that carries a body as it is."""
    return Answer(code, dump(body, call.accept.media), call.accept.content_type, warned(call))


def warned(call: Call) -> dict[str, str]:
    """The Warning header, if there is something to warn of."""
    if not call.warnings:
        return {}
    return {"Warning": ", ".join(f'299 - "{_quoted(one)}"' for one in call.warnings[:100])}


def _quoted(text: str) -> str:
    """Text as a header can carry it."""
    plain = "".join(letter if " " <= letter <= "~" else "?" for letter in text[:1000])
    return plain.replace("\\", "\\\\").replace('"', '\\"')
