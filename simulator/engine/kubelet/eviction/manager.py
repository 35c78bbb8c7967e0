"""The eviction manager of each node: rounds every 10 s in which it looks at the signals and reclaims what is short.

Follows synchronize in pkg/kubelet/eviction/eviction_manager.go and killPodNow in pkg/kubelet/pod_workers.go, v1.34. A
round in which nothing is met, nothing was met before and no condition ends does nothing: it is not booked. The instants
at which that changes are solved for. After a round that evicts, the next one comes as soon as what is left of its pods
is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ... import events
from ...clock import SECOND
from ...objects import key_from, name_of, spec_of
from ...registry import Body, Instant
from ...world import World
from .. import configuration, node_status
from ..configuration import Configuration
from ..loads import NO_LOAD, Load, Loads
from ..turn import COMPONENT, identity
from . import local_storage, messages, observations, ranking, state
from .observations import Observation
from .state import State
from .thresholds import CONDITIONS, Threshold

if TYPE_CHECKING:
    from ..margins import Calm

AT_ONCE = 1
"""The grace period in seconds of who goes because of a hard threshold or a limit."""
_CLEANUP = 30 * SECOND
_LEAST_TIMEOUT = 10 * SECOND
_LATE = "Container runtime did not kill the pod within specified grace period."
Reclaim = Callable[[str, int | None], None]


class Evictions:
    """The managers of all nodes. reclaim: frees what no pod needs of a node's disk.

    always: books every round, as a kubelet does; the outcome is the same.
    """

    def __init__(self, world: World, loads: Loads, calm: Calm, reclaim: Reclaim, *, always: bool = False) -> None:
        self._world = world
        self._loads = loads
        self._calm = calm
        self._reclaim = reclaim
        self.always = always

    # --- when ------------------------------------------------------------------------------------------------------

    def watch(self, node: str) -> None:
        """Books the next round that matters, whatever has changed on the node."""
        held = state.of(self._world, node)
        if not held["going"] and held["since"] is None:
            self._book(node, held, self._world.now)

    def _book(self, node: str, held: State, since: Instant) -> None:
        instant, key = self._next(node, held, since), state.key(node)
        if instant is None:
            self._world.clock.cancel(COMPONENT, key)
        else:
            self._world.clock.move(COMPONENT, key, instant)

    def _next(self, node: str, held: State, since: Instant) -> Instant | None:
        """The next round that may come to something, not before `since`."""
        tick = state.next_tick(held, since)
        if held["first"] or held["met"] or self.always:
            return tick
        body = self._world.get("nodes", "", node)
        if body is None:
            return None
        period = configuration.running(self._world, node).period("evictionPressureTransitionPeriod")
        instants = [max(seen + period, since) for seen in held["seen"].values()]
        if not self._calm.reigns(node):
            instants += self._crossings(node, body, tick)
        return min((state.next_tick(held, one) for one in instants), default=None)

    def _crossings(self, node: str, body: Body, since: Instant) -> Iterator[Instant]:
        """When signals fall below their thresholds and pods go over their limits."""
        readings = observations.readings(self._world, self._loads, body)
        running = configuration.running(self._world, node)
        for one in running.thresholds:
            reading = readings.get(one.signal)
            instant = reading.falls_below(one.level(reading.capacity), since) if reading is not None else None
            if instant is not None:
                yield instant
        for text, load in self._loads.writing(node).items() if running.fields[_ISOLATION] else ():
            instant = local_storage.breaks(self._pod(text), load, since)
            if instant is not None:
                yield instant

    # --- a round ---------------------------------------------------------------------------------------------------

    def due(self, node: str, led_by: int | None) -> None:
        """A round, or a look at the pods that were evicted in the last one."""
        held = {**state.of(self._world, node)}
        body = self._world.get("nodes", "", node)
        if body is None:
            self._world.set_note(COMPONENT, state.key(node), None)
            return
        if held["going"] or held["since"] is not None:
            self._wait(node, body, held, led_by)
        if not held["going"] and held["since"] is None:
            self._synchronize(node, body, held, led_by)
        state.keep(self._world, node, held)
        if not held["going"] and held["since"] is None:
            self._book(node, held, self._world.now + 1)

    def _synchronize(self, node: str, body: Body, held: State, led_by: int | None) -> None:
        world, now = self._world, self._world.now
        running = configuration.running(world, node)
        readings = observations.readings(world, self._loads, body)
        seen = observations.observed(readings, now)
        active = self._update(node, held, running, seen, led_by)
        if self._limit(node, held, led_by) or not active:
            return
        active.sort(key=lambda one: one.resource != "memory")
        short = active[0]
        self._tell(body, "EvictionThresholdMet", f"Attempting to reclaim {short.resource}", led_by)
        if short.resource in ("ephemeral-storage", "inodes") and self._reclaimed(node, body, running, led_by):
            return
        grace = AT_ONCE if short.is_hard else running.number("evictionMaxPodGracePeriod")
        for one in ranking.ranked(short.resource, observations.active(self._world, self._loads, node), now):
            if not one.is_critical:
                said = messages.of(short.resource, one.pod, self._load(node, one.text), active, seen, now)
                self._evict(node, held, [(one.text, one.pod, grace, said, True)], led_by)
                return

    def _update(
        self,
        node: str,
        held: State,
        running: Configuration,
        seen: Mapping[str, Observation],
        led_by: int | None,
    ) -> list[Threshold]:
        """Takes note of what is met, and since when; the thresholds by which the manager has to act."""
        now = self._world.now
        met = observations.met(running.thresholds, seen)
        unresolved = observations.met((one for one in running.thresholds if one.key in held["met"]), seen, reclaim=True)
        met += [one for one in unresolved if one not in met]
        held["first"] = {one.key: held["first"].get(one.key, now) for one in met}
        held["seen"] = {**held["seen"], **{CONDITIONS[one.signal]: now for one in met}}
        period = running.period("evictionPressureTransitionPeriod")
        held["seen"] = {kind: at for kind, at in held["seen"].items() if now - at < period}
        before, held["conditions"] = held["conditions"], sorted(held["seen"], key=_ORDER.index)
        if before != held["conditions"]:
            due = node_status.due(self._world, node)
            self._world.clock.at(COMPONENT, f"report:{node}", due, led_by=led_by)
        active = [one for one in met if now - held["first"][one.key] >= one.grace]
        held["met"] = [one.key for one in active]
        return active

    def _limit(self, node: str, held: State, led_by: int | None) -> bool:
        """Evicts the pods that go over limits of their own; whether there are any."""
        leaving = []
        if not configuration.running(self._world, node).fields[_ISOLATION]:
            return False
        for text, pod, load in observations.active(self._world, self._loads, node):
            message = local_storage.broken(pod, load, self._world.now)
            if message is not None and not ranking.is_critical(pod):
                leaving.append((text, pod, AT_ONCE, messages.Said(message, {}), False))
        if leaving:
            self._evict(node, held, leaving, led_by)
        return bool(leaving)

    def _reclaimed(self, node: str, body: Body, running: Configuration, led_by: int | None) -> bool:
        """Frees what no pod needs; whether that is enough, minimum reclaims included."""
        self._reclaim(node, led_by)
        seen = observations.observed(observations.readings(self._world, self._loads, body), self._world.now)
        return not observations.met(running.thresholds, seen, reclaim=True)

    # --- evicted pods ----------------------------------------------------------------------------------------------

    def _evict(self, node: str, held: State, leaving: list[Leaving], led_by: int | None) -> None:
        """Ends pods one after the other."""
        for _text, pod, _grace, said, _is_disruption in leaving:
            self._tell(pod, messages.REASON, said.message, led_by, host=node, annotations=said.annotations)
        held["gone"] = []
        held["going"] = [
            [text, identity(pod), grace, said.message, is_disruption]
            for text, pod, grace, said, is_disruption in leaving
        ]
        self._kill(node, held, led_by)

    def _kill(self, node: str, held: State, led_by: int | None) -> None:
        """Has the first of those that go ended by its worker."""
        text, uid, grace, message, is_disruption = held["going"][0]
        world, note = self._world, self._world.note(COMPONENT, held["going"][0][0])
        held["until"] = world.now + max(grace * SECOND * 3 // 2, _LEAST_TIMEOUT)
        if note is not None and note["uid"] == uid:
            own = int(spec_of(self._pod(text)).get("terminationGracePeriodSeconds", 30))
            verdict = {"reason": messages.REASON, "message": message, "grace": grace or own, "fails": True}
            world.set_note(COMPONENT, text, {**note, "verdict": {**verdict, "silent": not is_disruption}})
            world.clock.at(COMPONENT, text, world.now, led_by=led_by)
        world.clock.move(COMPONENT, state.key(node), held["until"], led_by=led_by)

    def hear(self, node: str, text: str) -> None:
        """A pod has had a turn: it may be one that the manager waits for."""
        held: State | None = self._world.note(COMPONENT, state.key(node))
        if held is None or not (held["going"] or held["since"] is not None):
            return
        if held["going"] and held["going"][0][0] == text and self._is_killed(held["going"][0]):
            self._world.clock.at(COMPONENT, state.key(node), self._world.now)
        elif held["since"] is not None and all(map(self._is_gone, held["gone"])):
            self._world.clock.at(COMPONENT, state.key(node), self._cleanup(held, self._world.now))

    def _wait(self, node: str, body: Body, held: State, led_by: int | None) -> None:
        """Goes on with the next pod, or with what is left of all of them, or with the next round."""
        world, now = self._world, self._world.now
        if held["going"]:
            first, *rest = held["going"]
            if not self._is_killed(first):
                if now < held["until"]:
                    world.clock.move(COMPONENT, state.key(node), held["until"])
                    return
                self._tell(self._pod(first[0]), "ExceededGracePeriod", _LATE, led_by, host=node)
            held["gone"], held["going"] = [*held["gone"], first[:2]], rest
            if rest:
                self._kill(node, held, led_by)
                return
            held["until"], held["since"] = None, now
        if now < held["since"] + _CLEANUP and not (now > held["since"] and all(map(self._is_gone, held["gone"]))):
            last = held["since"] + _CLEANUP
            is_gone = all(map(self._is_gone, held["gone"]))
            world.clock.move(COMPONENT, state.key(node), self._cleanup(held, now) if is_gone else last)
            return
        held["gone"], held["since"], held["tick"] = [], None, now

    def _cleanup(self, held: State, now: Instant) -> Instant:
        """When the manager next looks whether all is gone: every second, for so long."""
        since: Instant = held["since"]
        after = max(SECOND, -(-(now - since) // SECOND) * SECOND)
        return min(since + after, since + _CLEANUP)

    def _is_killed(self, one: list[str]) -> bool:
        note = self._world.note(COMPONENT, one[0])
        return note is None or note["uid"] != one[1] or note["step"] == "killed"

    def _is_gone(self, one: list[str]) -> bool:
        note = self._world.note(COMPONENT, one[0])
        return note is None or note["uid"] != one[1]

    # --- words -----------------------------------------------------------------------------------------------------

    def _tell(
        self,
        about: Body,
        reason: str,
        message: str,
        led_by: int | None,
        *,
        host: str = "",
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Tells people."""
        if not about:
            return
        events.record(
            self._world,
            about,
            "Warning",
            reason,
            message,
            component=COMPONENT,
            host=host or name_of(about),
            annotations=annotations,
            led_by=led_by,
        )

    def _pod(self, text: str) -> Body:
        key = key_from(text)
        return self._world.get("pods", key.namespace, key.name) or {}

    def _load(self, node: str, text: str) -> Load:
        return self._loads.on(node).get(text, NO_LOAD)


Leaving = tuple[str, Body, int, messages.Said, bool]
"""A pod that goes: its text, its object, its grace period in seconds, why, and whether that is a disruption."""
_ISOLATION = "localStorageCapacityIsolation"
_ORDER = ("MemoryPressure", "DiskPressure", "PIDPressure")
