"""One node, its pods and what they are told to do, as they were at each instant of a span: read from the log.

What was so before the span is what was before the first change within it; what has not changed since is what it is now.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import Any

from simulator import reading
from simulator.engine.kinds.file_system import RESOURCE as FILES
from simulator.engine.objects import key_of
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.workloads.behaviors import RESOURCE as BEHAVIORS
from simulator.engine.workloads.traffic.flows import RESOURCE as TRAFFICS
from simulator.engine.workloads.traffic.flows import SLICES
from simulator.kubelets.memory import NodeReader, told_of_node
from simulator.models import Change, Cluster, Tick

_BESIDES = (BEHAVIORS, TRAFFICS, SLICES, FILES)
_MOST = 5_000
"""How many changes of a resource are read; of a longer span only its end is known."""

Version = tuple[Instant, Body | None]
"""From when on something was so; None: it was not there."""
Versions = list[Version]


def reach(cluster: Cluster) -> Instant:
    """The instant from which on the log is whole."""
    compacted = Cluster.objects.values_list("compacted", flat=True).get(pk=cluster.pk)
    first = Change.objects.filter(cluster=cluster, revision__gt=compacted).order_by("revision")
    found: Instant | None = first.values_list("at", flat=True).first() if compacted else None
    return cluster.born if found is None else found


def revision_before(cluster: Cluster, at: Instant) -> int:
    """A revision that was written by an instant, so near to it as the ticks tell."""
    ticks = Tick.objects.filter(cluster=cluster, now__lt=at).order_by("-number")
    return max(ticks.values_list("revision", flat=True).first() or 0, cluster.compacted)


def versions_of(cluster: Cluster, resource: str, key: Key, since: Instant) -> Versions:
    """What an object was at an instant and all that it became, oldest first."""
    begin = revision_before(cluster, since)
    rows = Change.objects.filter(
        cluster=cluster, resource=resource, namespace=key.namespace, name=key.name, revision__gt=begin
    )
    found = [_version(row) for row in rows.order_by("-revision")[:_MOST]][::-1]
    if len(found) < _MOST:
        before = reading.change_before(cluster, resource, key, begin + 1)
        if before is not None:
            found.insert(0, (before.at, None if before.operation == "DELETED" else before.body))
    return found


def _version(row: Change) -> Version:
    return row.at, None if row.operation == "DELETED" else row.body


class NodePast:
    """The engine's `Reader` over one node as it was at `now`, which may be moved within the span."""

    def __init__(self, cluster: Cluster, node: str, since: Instant) -> None:
        self.node, self.now = node, since
        self.since = max(since, reach(cluster))
        self._cluster, self._present = cluster, NodeReader(cluster, node)
        self._begin = revision_before(cluster, self.since)
        self._held = {one: self._read(one) for one in _BESIDES} | {"pods": self._read("pods", told_of_node(node))}
        self._held["nodes"] = {Key("", node): versions_of(cluster, "nodes", Key("", node), self.since)}

    def changes(self, *, pods: bool) -> list[Instant]:
        """The instants within the span at which the pods changed, or what else there is."""
        held = [rows for resource, rows in self._held.items() if (resource == "pods") == pods]
        return sorted({at for rows in held for versions in rows.values() for at, _body in versions if at > self.since})

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        if resource not in self._held:
            return self._present.get(resource, namespace, name)
        return _at(self._held[resource].get(Key(namespace, name), ()), self.now)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        if resource not in self._held:
            return self._present.list(resource, namespace)
        held = self._held[resource]
        bodies = (_at(held[key], self.now) for key in sorted(held) if namespace in (None, key.namespace))
        return [one for one in bodies if one is not None]

    def _read(self, resource: str, text: str = "") -> dict[Key, Versions]:
        """The present comes first: what is written between the two looks is in the log by the second."""
        present = {key_of(body): body for body in self._present.list(resource)}
        rows = Change.objects.filter(cluster=self._cluster, resource=resource, revision__gt=self._begin)
        rows = rows.filter(text__contains=text) if text else rows
        found = list(rows.order_by("-revision")[:_MOST])[::-1]
        if len(found) == _MOST:
            self.since = max(self.since, found[0].at)
        changed: defaultdict[Key, Versions] = defaultdict(list)
        for row in found:
            changed[Key(row.namespace, row.name)].append(_version(row))
        for key, versions in changed.items():
            before = reading.change_before(self._cluster, resource, key, self._begin + 1)
            if before is not None and before.operation != "DELETED":
                versions.insert(0, (before.at, before.body))
        return {**{key: [(0, body)] for key, body in present.items()}, **changed}


def _at(versions: Any, now: Instant) -> Body | None:
    place = bisect_right(versions, now, key=lambda one: one[0])
    found: Body | None = versions[place - 1][1] if place else None
    return found
