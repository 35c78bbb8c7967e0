"""Memory that runs out: in a container's cgroup, in a pod's, on a node. Each instant is solved for, nothing is polled.

Follows pkg/kubelet/qos/policy.go (GetContainerOOMScoreAdjust) and pkg/kubelet/oom/oom_watcher_linux.go, v1.34, and
oom_badness in the kernel's mm/oom_kill.c. With cgroup v2 a container's processes are killed together
(memory.oom.group), so its end is that of the container: exit code 137, reason OOMKilled. `memory:NODE` of the agenda
is the instant at which a node will be out of memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from .. import events, pods
from ..objects import annotations_of, containers_of, key_from, name_of
from ..registry import Body, Instant
from ..workloads import cpu
from ..workloads.containers import container_of
from ..workloads.crossings import above
from ..workloads.curves import Course, together
from ..world import World
from . import signals
from .allocation import as_running
from .loads import NO_LOAD, Load, Loads
from .margins import Calm
from .turn import COMPONENT, Turn

KILLED, REASON = 137, "OOMKilled"
_GUARANTEED, _BEST_EFFORT = -997, 1000
_CRITICAL = 2_000_000_000
_LONGEST_NAME = 15

Held = dict[str, Course]
"""The memory of a pod's running containers, by name."""


def score_adj(pod: Body, container: Body, capacity: int) -> int:
    """The oom_score_adj of a container's processes on a node with so many bytes of memory."""
    spec = pod["spec"]
    quality = pods.qos(spec)
    if quality == "Guaranteed" or _is_node_critical(pod):
        return _GUARANTEED
    if quality == "BestEffort":
        return _BEST_EFFORT
    own, spare = pods.amounts(container).get("memory", 0), _spare(spec)
    found = 1000 - 1000 * (own + spare) // capacity
    if pods.is_sidecar(container):
        least = min(pods.amounts(one).get("memory", 0) for one in spec["containers"])
        found = min(found, 1000 - 1000 * (least + spare) // capacity)
    return min(max(found, 1000 + _GUARANTEED), _BEST_EFFORT - 1)


def _is_node_critical(pod: Body) -> bool:
    spec = pod["spec"]
    critical = spec.get("priority", 0) >= _CRITICAL or "kubernetes.io/config.mirror" in annotations_of(pod)
    return critical and spec.get("priorityClassName") == "system-node-critical"


def _spare(spec: Body) -> int:
    """Each container's part of what a pod requests of memory beyond its containers. Follows qos/helpers.go."""
    level = pods.amounts(spec).get("memory", 0)
    if not level:
        return 0
    own = {key: spec[key] for key in ("containers", "initContainers") if spec.get(key)}
    return int((level - pods.requests(own)["memory"]) / sum(map(len, own.values())))


class Victim(NamedTuple):
    """A container that may be killed: how bad it is in the kernel's eyes, in bytes."""

    badness: int
    pod: str
    container: str


class Memory:
    """When the memory of a container, of a pod or of a node will be too much, and who is killed then."""

    def __init__(self, world: World, loads: Loads, calm: Calm) -> None:
        self._world = world
        self._loads = loads
        self._calm = calm

    def hold(self, turn: Turn) -> None:
        """Works out when a container of the pod will be killed next, and what that means for the node."""
        booked = turn.note.get("oom")
        if self._loads.is_known(turn.key, turn.pod, turn.note) and (booked is None or booked > turn.now):
            return
        load = self._loads.of(turn.pod, turn.note)
        turn.note["oom"] = _next(as_running(turn.pod, turn.note)["spec"], _memory(load), load.kept, turn.now)
        self._keep(turn.node, turn.key, load)

    def release(self, node: str, text: str) -> None:
        """Nothing of the pod is left."""
        self._keep(node, text, NO_LOAD)
        self._loads.drop(text)

    def strike(self, turn: Turn) -> None:
        """Kills what goes over its limit now, and what the node's own shortage has chosen."""
        for name in turn.note.pop("struck", ()):
            _kill(turn, name)
        if turn.note.get("oom") is None or turn.note["oom"] > turn.now:
            return
        pod = as_running(turn.pod, turn.note)
        load = self._loads.of(turn.pod, turn.note)
        spec, held = pod["spec"], _memory(load)
        for name in list(held):
            limit = cpu.of_container(spec, container_of(pod, name)).memory
            if limit is not None and held[name].at(turn.now) > limit:
                del held[name]
                _kill(turn, name)
        limit = cpu.of_pod(spec).memory
        while held and limit is not None and together(held.values()).at(turn.now) + load.kept > limit:
            victim = max(_victims(turn.key, turn.pod, held, turn.now, limit))
            del held[victim.container]
            _kill(turn, victim.container)

    # --- the node ------------------------------------------------------------------------------------------------

    def _keep(self, node: str, text: str, load: Load) -> None:
        if self._loads.put(node, text, load):
            self._watch(node)

    def _watch(self, node: str) -> None:
        """Books the instant at which a node will be out of memory."""
        instant = None
        if not self._calm.reigns(node):
            reading = self._reading(node)
            instant = reading.falls_below(0, self._world.now) if reading.capacity else None
        if instant is None:
            self._world.clock.cancel(COMPONENT, f"memory:{node}")
        else:
            self._world.clock.move(COMPONENT, f"memory:{node}", instant)

    def _reading(self, node: str) -> signals.Reading:
        body = self._world.get("nodes", "", node) or {"metadata": {"name": node}}
        return signals.read(self._world, self._loads, body, signals.MEMORY)

    def exhausted(self, node: str, led_by: int | None) -> None:
        """The node is out of memory: the kernel picks a victim, and the kubelet hears of it."""
        world, reading = self._world, self._reading(node)
        if reading.falls_below(0, world.now) != world.now:
            self._watch(node)
            return
        victims = [
            one
            for text, load in self._loads.on(node).items()
            for one in _victims(text, self._pod(text), _memory(load), world.now, reading.capacity)
        ]
        if not victims:
            return
        victim = max(victims)
        note = world.note(COMPONENT, victim.pod)
        world.set_note(COMPONENT, victim.pod, {**note, "struck": [*note.get("struck", ()), victim.container]})
        world.clock.at(COMPONENT, victim.pod, world.now, led_by=led_by)
        body = world.get("nodes", "", node)
        if body is not None:
            process = _process(container_of(self._pod(victim.pod), victim.container))
            pid = 1000 + world.hash("pid", note["uid"], victim.container, note["boxes"][victim.container]["n"]) % 60_000
            said = f"System OOM encountered, victim process: {process}, pid: {pid}"
            events.record(
                world, body, "Warning", "SystemOOM", said, component=COMPONENT, host=name_of(body), led_by=led_by
            )

    def _pod(self, text: str) -> Body:
        key = key_from(text)
        return self._world.get("pods", key.namespace, key.name) or {}


def _memory(load: Load) -> Held:
    return {name: one.memory for name, one in load.running.items()}


def _next(spec: Body, held: Mapping[str, Course], kept: Fraction, now: Instant) -> Instant | None:
    """When a pod's containers will go over a limit."""
    if not held:
        return None
    instants = []
    for container in containers_of(spec):
        course = held.get(container["name"])
        limit = cpu.of_container(spec, container).memory if course is not None else None
        if course is not None and limit is not None:
            instants.append(above(course, limit, now))
    limit = cpu.of_pod(spec).memory if pods.limits(spec)["memory"] else None
    if limit is not None:
        instants.append(above(together([*held.values(), Course(kept)]), limit, now))
    return min((one for one in instants if one is not None), default=None)


def _victims(text: str, pod: Body, held: Held, now: Instant, total: int) -> list[Victim]:
    """The containers of a pod, by what they hold and oom_score_adj thousandths of the total."""
    found = []
    for name, course in held.items() if pod else ():
        adjusted = score_adj(pod, container_of(pod, name), total) * total // 1000
        found.append(Victim(round(course.at(now)) + adjusted, text, name))
    return found


def _kill(turn: Turn, name: str) -> None:
    """SIGKILL to all processes of a container that still runs."""
    box = turn.box(name)
    if box["state"] == "running" and (box["ends"] is None or box["ends"] > turn.now):
        turn.put(name, ends=turn.now, code=KILLED, reason=REASON)


def _process(container: Body) -> str:
    """The name of a container's main process, as the kernel has it."""
    words = container.get("command") or (container.get("image") or "").partition("@")[0].rpartition("/")[2].split(":")
    return str(words[0]).rpartition("/")[2][:_LONGEST_NAME]
