"""How two clusters differ, object by object and field by field; what differs in any two runs is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from simulator.engine.objects import name_of
from simulator.engine.registry import KINDS, Body, Key, Reader
from simulator.live import frames
from simulator.models import Cluster
from simulator.past import PastReader, revision_at

_MOST_OBJECTS = 300
_MOST_FIELDS = 40
_LONGEST_VALUE = 200
_ALWAYS = {
    "metadata": {"resourceVersion", "uid", "managedFields", "creationTimestamp", "generation", "selfLink"},
}
_INSTANTS = ("Time", "Timestamp", "startedAt", "finishedAt", "At")
_UNCOUNTED = ("events", "events.events.k8s.io", "leases.coordination.k8s.io")
"""Kinds whose every object differs in any two runs."""
_GONE = object()


def of(left: Cluster, left_at: int, right: Cluster, right_at: int) -> dict[str, Any]:
    """What is only in one of two clusters, each at an instant of its own, and in what fields the others differ."""
    sides = [
        PastReader(left, revision_at(left, left_at)),
        PastReader(right, revision_at(right, right_at)),
    ]
    lines, counts = [], []
    for kind in KINDS:
        if kind.resource in _UNCOUNTED:
            continue
        tables = [_table(side, kind.resource) for side in sides]
        if tables[0] or tables[1]:
            found = list(_lines(kind.resource, *tables))
            lines += found
            if found or len(tables[0]) != len(tables[1]):
                counts.append({"kind": kind.kind, "left": len(tables[0]), "right": len(tables[1])})
    return {
        "left": _side(left, left_at, sides[0]),
        "right": _side(right, right_at, sides[1]),
        "counts": counts,
        "objects": lines[:_MOST_OBJECTS],
        "more": max(0, len(lines) - _MOST_OBJECTS),
    }


def _side(cluster: Cluster, at: int, reader: PastReader) -> dict[str, Any]:
    """A small picture: how many pods are in which phase on which node."""
    nodes: dict[str, Counter[str]] = {name_of(node): Counter() for node in reader.list("nodes")}
    for pod in reader.list("pods"):
        drawn = frames.sketch("pods", pod)
        if drawn is not None:
            nodes.setdefault(drawn["node"], Counter())[drawn["phase"]] += 1
    return {
        "name": cluster.name,
        "at": at,
        "start": cluster.born,
        "nodes": [{"name": name, "phases": dict(phases)} for name, phases in sorted(nodes.items())],
    }


def _table(reader: Reader, resource: str) -> dict[Key, Body]:
    return {Key(body["metadata"].get("namespace", ""), name_of(body)): body for body in reader.list(resource)}


def _lines(resource: str, left: dict[Key, Body], right: dict[Key, Body]) -> Iterator[dict[str, Any]]:
    for key in sorted({*left, *right}):
        about = {
            "id": frames.object_id(resource, key),
            "kind": KINDS[resource].kind,
            "namespace": key.namespace,
            "name": key.name,
        }
        if key not in right:
            yield {**about, "only": "left", "fields": []}
        elif key not in left:
            yield {**about, "only": "right", "fields": []}
        elif fields := fields_of(left[key], right[key]):
            yield {**about, "only": None, "fields": fields}


def fields_of(left: Body, right: Body) -> list[dict[str, Any]]:
    """The fields in which two objects of one name differ, with both values as text; None where there is none."""
    return [{"path": path, "left": _shown(one), "right": _shown(other)} for path, one, other in _walk("", left, right)][
        :_MOST_FIELDS
    ]


def _walk(path: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if left == right:
        return
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted({*left, *right}):
            if name not in _ALWAYS.get(path, ()) and not name.endswith(_INSTANTS):
                yield from _walk(f"{path}.{name}" if path else name, left.get(name, _GONE), right.get(name, _GONE))
    elif isinstance(left, list) and isinstance(right, list):
        yield from _walk_lists(path, left, right)
    else:
        yield path, left, right


def _walk_lists(path: str, left: list[Any], right: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Items that have a name or a type are matched by it, others by their place."""
    for label in ("name", "type", "key"):
        if all(isinstance(one, dict) and label in one for one in (*left, *right)):
            sides = [{one[label]: one for one in side} for side in (left, right)]
            for name in sorted({*sides[0], *sides[1]}, key=str):
                place = f"{path}[{label}={name}]"
                yield from _walk(place, sides[0].get(name, _GONE), sides[1].get(name, _GONE))
            return
    for at in range(max(len(left), len(right))):
        one = left[at] if at < len(left) else _GONE
        other = right[at] if at < len(right) else _GONE
        yield from _walk(f"{path}[{at}]", one, other)


def _shown(value: Any) -> str | None:
    if value is _GONE:
        return None
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
