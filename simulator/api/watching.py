"""watch: the log of changes as a stream of events, one JSON line each.

All watches of a process share the tail of the cluster's log (`live.feed`). What a selector chooses may change with the
object, so that a MODIFIED of the log can be an ADDED or a DELETED here.
Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/watch.go and storage/cacher, v1.34.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson

from simulator import reading
from simulator.api import reads, refusals, tables, threads
from simulator.api.calls import Answer, Call, dump, warned
from simulator.api.options import Selection, flag, number, resource_version, selection
from simulator.engine import errors
from simulator.engine.custom_resources.kinds import DEFINITIONS, definition_of, is_same
from simulator.engine.journal import Change
from simulator.engine.objects import set_in
from simulator.engine.registry import Body, Key
from simulator.live import feed
from simulator.models import Cluster

BOOKMARK_EVERY = 60.0
LONGEST = 3000.0
"""Seconds after which the server ends a watch by itself, as upstream does after 30 to 60 minutes."""
_STEP = 15.0


_lines: dict[tuple[object, ...], bytes] = {}
_LINES_KEPT = 4096


def _line(cluster: int, operation: str, change: Change) -> bytes:
    """The event of a change, written once for all watches that send it as it is."""
    key = cluster, change.revision, change.at, operation, change.body["metadata"].get("uid")
    line = _lines.get(key)
    if line is None:
        if len(_lines) >= _LINES_KEPT:
            _lines.clear()
        line = b'{"type":"' + operation.encode() + b'","object":' + orjson.dumps(change.body) + b"}\n"
        _lines[key] = line
    return line


def watch(call: Call) -> Answer:
    """Opens a watch. Raises StatusError on bad options."""
    kind = call.route.kind
    chosen = selection(call.query, kind, call.route.name)
    if call.accept.shape == "Table":
        tables.included(call)
    asked = resource_version(call.query, "ListOptions", watch=True)
    initial = flag(call.query, "sendInitialEvents")
    if "sendInitialEvents" in call.query and call.query.get("resourceVersionMatch") != "NotOlderThan":
        detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise errors.invalid("meta.k8s.io", "ListOptions", "", [errors.forbidden_value("resourceVersionMatch", detail)])
    if call.query.get("resourceVersionMatch") and "sendInitialEvents" not in call.query:
        detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        raise errors.invalid("meta.k8s.io", "ListOptions", "", [errors.forbidden_value("resourceVersionMatch", detail)])
    seconds = number(call.query, "timeoutSeconds")
    plan = Plan(
        chosen=chosen,
        start=asked or None,
        initial=initial or ("sendInitialEvents" not in call.query and not asked),
        bookmarks=flag(call.query, "allowWatchBookmarks"),
        ends_list=initial,
        seconds=min(float(seconds), LONGEST) if seconds and seconds > 0 else LONGEST,
    )
    return Answer(200, b"", call.accept.media, warned(call), Watch(call, plan).lines())


@dataclass(frozen=True)
class Plan:
    """What a watch sends. `start`: the revision after which it begins, None for now; `initial`: what exists first."""

    chosen: Selection
    start: int | None
    initial: bool
    bookmarks: bool
    ends_list: bool
    seconds: float


class Watch:
    """One client's watch. `matching` remembers for objects that were seen whether the selectors chose them."""

    def __init__(self, call: Call, plan: Plan) -> None:
        self.call, self.plan = call, plan
        self.kind = call.route.kind
        self.matching: dict[Key, bool] = {}
        self.headed = False

    async def lines(self) -> AsyncIterator[bytes]:
        """The events until the client goes, the time is over or the log has gone on without us."""
        async with feed.follow(self.call.cluster) as tail:
            try:
                async for line in self._events(tail):
                    yield line
            except reading.Compacted as gone:
                message = f"too old resource version: {self.plan.start} ({gone.oldest})"
                yield self._event("ERROR", refusals.expired(message).status())
            except Cluster.DoesNotExist:
                yield self._event("ERROR", refusals.expired("the cluster is gone").status())

    async def _events(self, tail: feed.Tail) -> AsyncIterator[bytes]:
        deadline = time.monotonic() + self.plan.seconds
        moves = tail.moves
        revision = self.plan.start or 0
        if self.plan.start is None or self.plan.initial:
            revision, lines = await threads.run(self._first)
            for line in lines:
                yield line
            if self.kind.structural is not None and await threads.run(self._is_over):
                return
        marked = time.monotonic()
        while (left := deadline - time.monotonic()) > 0:
            changes = await tail.read(revision)
            lines = await self._lines_of(changes)
            if lines:
                yield b"".join(lines)
            if any(self._ends(change) for change in changes):
                return
            if changes:
                revision = changes[-1].revision
                continue
            if self.plan.bookmarks and time.monotonic() - marked >= BOOKMARK_EVERY:
                marked = time.monotonic()
                yield self._bookmark(revision)
            moves = await tail.changed(moves, timeout=min(left, _STEP))

    def _ends(self, change: Change) -> bool:
        """True if the kind itself is gone or another one: its clients have to look again."""
        if self.kind.structural is None or change.revision <= self.call.cluster.revision:
            return False
        if (change.resource, change.key.name) != (DEFINITIONS, self.kind.storage):
            return False
        found = None if change.operation == "DELETED" else definition_of(change.body)
        return found is None or not any(is_same(self.kind, one) for one in (found.stored, *found.served))

    def _is_over(self) -> bool:
        """True if the kind has gone or changed since the request was read."""
        now = reading.kinds_of(self.call.cluster).route(self.kind.group, self.kind.version, self.kind.plural)
        return now is None or not is_same(self.kind, now)

    def _first(self) -> tuple[int, list[bytes]]:
        """What exists now, as ADDED events, and the revision at which it does."""
        revision = reading.revision_of(self.call.cluster)
        if self.plan.start is not None and self.plan.start > revision:
            revision = self.plan.start
        lines = []
        if self.plan.initial:
            for body in reads.bodies(self.call, self.plan.chosen, revision):
                meta = body["metadata"]
                self.matching[Key(meta.get("namespace", ""), meta["name"])] = True
                lines.append(self._object("ADDED", body))
            if self.plan.ends_list:
                lines.append(self._bookmark(revision, ends_list=True))
        return revision, lines

    async def _lines_of(self, changes: list[Change]) -> list[bytes]:
        lines = []
        for change in changes:
            if change.resource != self.kind.storage or not self.plan.chosen.admits(change.key):
                continue
            if self.call.route.namespace not in (None, change.key.namespace):
                continue
            if self.plan.chosen.needs_body:
                lines += await self._chosen(change)
            else:
                lines.append(self._of_change(change.operation, change))
        return lines

    async def _chosen(self, change: Change) -> list[bytes]:
        """The event of a change for somebody who sees the chosen objects only: one line, or none."""
        after = change.operation != "DELETED" and self._matches(change.body)
        previous = None
        before = self.matching.get(change.key)
        if change.operation == "ADDED":
            before = False
        elif before is None or (before and not after and change.operation != "DELETED"):
            previous = await threads.run(self._before, change)
            before = self._matches(previous.body)
        self.matching[change.key] = after
        if change.operation == "DELETED":
            self.matching.pop(change.key)
        if after:
            return [self._of_change("MODIFIED" if before else "ADDED", change)]
        return [self._of_change("DELETED", previous or change)] if before else []

    def _matches(self, stored: Body) -> bool:
        return self.plan.chosen.matches(self.kind, self.kind.from_stored(stored))

    def _before(self, change: Change) -> Change:
        """The change with the object as it was before, at the revision at which it ceased to be so."""
        last = reading.change_before(self.call.cluster, change.resource, change.key, change.revision)
        if last is None or change.operation == "DELETED":
            return change
        version = ("metadata", "resourceVersion")
        return change._replace(body=set_in(last.body, version, str(change.revision)))

    def _of_change(self, operation: str, change: Change) -> bytes:
        if reads.is_as_stored(self.call):
            return _line(self.call.cluster.pk, operation, change)
        self.call.now = change.at
        return self._object(operation, tables.seen(self.call, change.body, change.at))

    def _object(self, operation: str, body: Body) -> bytes:
        if self.call.accept.shape == "Table":
            meta = {"resourceVersion": body["metadata"].get("resourceVersion", "")}
            shaped = tables.table(self.call, [body], meta, definitions=not self.headed)
            self.headed = True
        elif self.call.accept.shape:
            shaped = tables.partial(body, self.call.accept.version)
        else:
            shaped = body
        return self._event(operation, shaped)

    def _bookmark(self, revision: int, *, ends_list: bool = False) -> bytes:
        meta: Body = {"resourceVersion": str(revision), "creationTimestamp": None}
        if ends_list:
            meta["annotations"] = {"k8s.io/initial-events-end": "true"}
        body: Body = {"kind": self.kind.kind, "apiVersion": self.kind.api_version, "metadata": meta}
        if self.call.accept.shape == "Table":
            body = tables.table(self.call, [], {"resourceVersion": str(revision)}, definitions=not self.headed)
        elif self.call.accept.shape:
            body = tables.partial(body, self.call.accept.version)
        return self._event("BOOKMARK", body)

    def _event(self, operation: str, body: Body) -> bytes:
        text = dump({"type": operation, "object": body}, self.call.accept.media)
        return text + b"\n" if self.call.accept.media == "application/json" else b"---\n" + text
