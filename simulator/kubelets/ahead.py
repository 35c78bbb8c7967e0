"""A copy of a cluster that is run ahead with other thresholds on one node, and what is seen of that node meanwhile.

What is seen is looked at after each round of the node's eviction manager, and every second while somebody goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.control_plane import ControlPlane
from simulator.engine.journal import Change
from simulator.engine.kubelet import configuration, node_status
from simulator.engine.kubelet.eviction import messages, observations, state
from simulator.engine.kubelet.eviction.lab import lab
from simulator.engine.kubelet.eviction.thresholds import CONDITIONS, Threshold
from simulator.engine.kubelet.sync import Kubelets
from simulator.engine.kubelet.turn import COMPONENT
from simulator.engine.objects import key_of, spec_of, status_of, text_of
from simulator.engine.registry import Body, Instant, Key
from simulator.kubelets.pressures import ranking_told


class Ahead:
    """One run. evicted: the instant at which the first pod was told to go, None before."""

    def __init__(self, plane: ControlPlane, node: str, signal: str, fields: Mapping[str, Any]) -> None:
        self._world, self._node, self._signal = plane.world, node, signal
        self._kubelets = next(one for one in plane.components if isinstance(one, Kubelets))
        self.start = self._world.now
        self.evicted: Instant | None = None
        self._capacity = 0
        self._points: list[tuple[Instant, int]] = []
        self._spans: dict[str, list[dict[str, Any]]] = {}
        self._evictions: list[dict[str, Any]] = []
        self._memory: list[dict[str, Any]] = []
        self._configure(fields)
        self._world.drain()
        self._look()

    @property
    def now(self) -> Instant:
        return self._world.now

    @property
    def is_busy(self) -> bool:
        """Whether the manager ends somebody, or waits for what is left."""
        held = state.of(self._world, self._node)
        return bool(held["going"]) or held["since"] is not None

    def advance(self, stop: Callable[[], bool]) -> bool:
        """Goes on to the next look; False if `stop()` came in between."""
        held = state.of(self._world, self._node)
        ahead = self.now + SECOND if self.is_busy else state.next_tick(held, self.now + 1)
        finished = self._world.clock.run_until(ahead, stop=stop)
        if finished:
            self._look()
        return finished

    def told(self, until: Instant) -> dict[str, Any]:
        """What was seen up to an instant; instants are microseconds since the start."""
        running = configuration.running(self._world, self._node)
        return {
            "capacity": self._capacity,
            "thresholds": [self._threshold(one) for one in running.thresholds if one.signal == self._signal],
            "condition": {"type": CONDITIONS[self._signal], "spans": self._spans.get("", [])},
            "after": [at - self.start for at, _left in self._points if at <= until],
            "available": [left for at, left in self._points if at <= until],
            "evictions": [one for one in self._evictions if one["after"] <= until - self.start],
            "outOfMemory": [one for one in self._memory if one["after"] <= until - self.start],
        }

    # --- what is looked at -----------------------------------------------------------------------------------------

    def _configure(self, fields: Mapping[str, Any]) -> None:
        """The node's kubelet goes by these fields from now on."""
        world, key = self._world, f"config:{self._node}"
        world.set_note(COMPONENT, key, dict(fields))
        world.clock.cancel(COMPONENT, key)
        world.clock.at(COMPONENT, f"report:{self._node}", node_status.due(world, self._node))
        self._kubelets.house.watch(self._node)

    def _look(self) -> None:
        node = self._world.get("nodes", "", self._node)
        if node is not None:
            reading = observations.readings(self._world, self._kubelets.loads, node).get(self._signal)
            if reading is not None:
                self._capacity = reading.capacity
                self._points.append((self.now, reading.available(self.now)))
        held = state.of(self._world, self._node)
        self._span("", CONDITIONS[self._signal] in held["conditions"], self.now)
        for one in configuration.running(self._world, self._node).thresholds:
            if one.signal == self._signal:
                self._span(one.key, one.key in held["first"], held["first"].get(one.key, self.now))
        for change in self._world.drain().changes:
            self._hear(change, held)

    def _span(self, key: str, holds: bool, since: Instant) -> None:
        """Takes note of whether something holds, from which on."""
        spans = self._spans.setdefault(key, [])
        is_open = bool(spans) and spans[-1]["until"] is None
        if holds and not is_open:
            spans.append({"since": max(0, since - self.start), "until": None})
        elif is_open and not holds:
            spans[-1]["until"] = self.now - self.start

    def _hear(self, change: Change, held: state.State) -> None:
        if change.resource == "events" and change.operation != "DELETED":
            self._event(change, held)
        elif change.resource == "pods":
            self._ended(change)

    def _event(self, change: Change, held: state.State) -> None:
        about, body = change.body["involvedObject"], change.body
        if body["reason"] == "SystemOOM" and about["name"] == self._node:
            self._memory.append({"after": change.at - self.start, "message": body["message"]})
        if body["reason"] != messages.REASON or (body.get("source") or {}).get("host") != self._node:
            return
        if self.evicted is None:
            self.evicted = change.at
        pod = self._world.get("pods", about["namespace"], about["name"]) or {}
        going = {text: grace for text, _uid, grace, _said, _is_disruption in held["going"]}
        own = int(spec_of(pod).get("terminationGracePeriodSeconds", 30)) if pod else 0
        self._evictions.append(
            {
                "namespace": about["namespace"],
                "name": about["name"],
                "after": change.at - self.start,
                "message": body["message"],
                "graceSeconds": going.get(f"{about['namespace']}/{about['name']}", 0) or own,
                "available": next((left for at, left in reversed(self._points) if at <= change.at), 0),
                "ended": None,
                "exitCodes": [],
                "why": self._why(key_of(pod)) if pod else None,
            }
        )

    def _why(self, key: Key) -> dict[str, Any] | None:
        """Where a pod stands in the order in which pods go, and who comes next; None if it goes for another reason."""
        node = self._world.get("nodes", "", self._node)
        seen = lab(self._world, self._kubelets.loads, node) if node is not None else None
        ranking = next((one for one in seen.rankings if one.resource == seen.short), None) if seen else None
        if ranking is None:
            return None
        places = ranking_told(ranking)["pods"]
        at = next((n for n, one in enumerate(places) if (one["namespace"], one["name"]) == key), None)
        if at is None:
            return None
        after = next((one for one in places[at + 1 :] if not one["spared"]), None)
        return {"resource": ranking.resource, "place": places[at], "next": after}

    def _ended(self, change: Change) -> None:
        """A pod that was evicted may be over."""
        if status_of(change.body).get("phase") != "Failed":
            return
        text = text_of(key_of(change.body))
        for one in self._evictions:
            if one["ended"] is None and f"{one['namespace']}/{one['name']}" == text:
                one["ended"] = change.at - self.start
                one["exitCodes"] = _exit_codes(change.body)

    def _threshold(self, one: Threshold) -> dict[str, Any]:
        return {
            "kind": "hard" if one.is_hard else "soft",
            "level": one.level(self._capacity),
            "until": one.level(self._capacity, reclaim=True),
            "graceMicroseconds": one.grace,
            "met": self._spans.get(one.key, []),
        }


def _exit_codes(pod: Body) -> list[int]:
    statuses = status_of(pod).get("containerStatuses") or ()
    ended = [(one.get("state") or {}).get("terminated") for one in statuses]
    return [one["exitCode"] for one in ended if one]
