"""What the eviction manager of a node sees: its signals, its thresholds, and the order in which its pods go."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.http import Http404

from simulator.engine import pods
from simulator.engine.kinds.file_system import RESOURCE as FILES
from simulator.engine.kubelet.eviction.lab import Lab, Line, Place, Ranking, lab
from simulator.engine.kubelet.loads import Loads
from simulator.engine.kubelet.termination import is_over
from simulator.engine.kubelet.turn import COMPONENT, Note, identity
from simulator.engine.objects import containers_of, key_from, key_of, micro_timestamp, spec_of, text_of
from simulator.engine.registry import Body, Instant, Reader
from simulator.engine.workloads.behaviors import RESOURCE as BEHAVIORS
from simulator.engine.world import World
from simulator.garbage import no_collection
from simulator.kubelets import signal_lines
from simulator.kubelets.memory import reader_of
from simulator.states import State

_OF_A_NODE = ("config", "eviction", "fill", "images", "machine")


@no_collection()
def of(state: State, name: str) -> dict[str, Any]:
    """A node's pressure at an instant, with the course of its memory and its disk around it. Raises Http404."""
    reader = reader_of(state, name)
    node = reader.get("nodes", "", name)
    if node is None:
        raise Http404(f'nodes "{name}" not found')
    world, loads = _node_alone(state, reader, node)
    machine = world.note(COMPONENT, f"machine:{name}") or {}
    seen = lab(world, loads, node)
    return {**_told(seen), "kubelet": machine.get("state", "up"), "lines": signal_lines.of(world, loads, node, seen)}


def _node_alone(state: State, reader: Reader, node: Body) -> tuple[World, Loads]:
    """A world that holds one node and its pods alone, with what its kubelet remembers, and what they use."""
    world = World(seed=state.cluster.seed, now=state.now)
    world.add_index("pods", "node", lambda pod: (pods.node_of(pod),))
    name = node["metadata"]["name"]
    held = reader.list("pods")
    texts = [text_of(key_of(pod)) for pod in held]
    for key, note in state.notes(COMPONENT, [f"{what}:{name}" for what in _OF_A_NODE] + texts).items():
        world.set_note(COMPONENT, key, note)
    world.load("nodes", node)
    for resource in (BEHAVIORS, FILES):
        for body in reader.list(resource):
            world.load(resource, body)
    loads = Loads(world)
    for text, pod in zip(texts, held, strict=True):
        if pods.node_of(pod) != name:
            continue
        world.load("pods", pod)
        kept = world.note(COMPONENT, text)
        if kept is not None and kept["uid"] == identity(pod) and not is_over(kept):
            loads.put(name, text, loads.of(pod, _fitting(pod, kept)))
    return world, loads


def _fitting(pod: Body, note: Note) -> Note:
    """The note, which may be newer than the pod, without containers that the pod does not have yet."""
    names = {one["name"] for one in containers_of(spec_of(pod))}
    return {**note, "boxes": {name: box for name, box in note["boxes"].items() if name in names}}


def _told(seen: Lab) -> dict[str, Any]:
    return {
        "node": seen.node,
        "at": micro_timestamp(seen.at),
        "conditions": [{"type": one, "ends": _instant(seen.ends.get(one))} for one in seen.conditions],
        "short": seen.short,
        "going": [_named(text) for text in seen.going],
        "signals": [_signal([one for one in seen.lines if one.threshold.signal == signal]) for signal in _asked(seen)],
        "rankings": [ranking_told(one) for one in seen.rankings],
    }


def _asked(seen: Lab) -> list[str]:
    return list(dict.fromkeys(one.threshold.signal for one in seen.lines))


def _signal(lines: list[Line]) -> dict[str, Any]:
    first = lines[0]
    return {
        "signal": first.threshold.signal,
        "resource": first.threshold.resource,
        "condition": first.condition,
        "available": first.available,
        "capacity": first.capacity,
        "thresholds": [_threshold(one) for one in lines],
    }


def _threshold(line: Line) -> dict[str, Any]:
    return {
        "kind": "hard" if line.threshold.is_hard else "soft",
        "level": line.level,
        "minimumReclaim": line.until - line.level,
        "graceMicroseconds": line.threshold.grace,
        "met": line.is_met,
        "since": _instant(line.since),
        "acts": _instant(line.acts),
        "crosses": _instant(line.crosses),
    }


def ranking_told(ranking: Ranking) -> dict[str, Any]:
    """first: whether a pod is the first to go. before: the key that puts it before the next one that may go at all."""
    leaving = [one for one in ranking.places if not one.is_spared]
    keys = {one.standing.text: one.standing.before(other.standing) for one, other in pairwise(leaving)}
    told = [
        {**_place(one), "first": one in leaving[:1], "before": keys.get(one.standing.text, "")}
        for one in ranking.places
    ]
    return {"resource": ranking.resource, "pods": told}


def _place(place: Place) -> dict[str, Any]:
    standing = place.standing
    return {
        **_named(standing.text),
        "qos": place.quality,
        "priority": standing.priority,
        "seen": standing.is_seen,
        "used": standing.used,
        "request": standing.request,
        "over": standing.is_over,
        "excess": standing.excess,
        "spared": place.is_spared,
        "goes": place.goes,
    }


def _named(text: str) -> dict[str, str]:
    namespace, name = key_from(text)
    return {"namespace": namespace, "name": name}


def _instant(instant: Instant | None) -> str | None:
    return None if instant is None else micro_timestamp(instant)
