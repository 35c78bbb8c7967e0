"""Images that no container of a node uses: they go when the disk fills up, the longest unused first.

Follows pkg/kubelet/images/image_gc_manager.go and StartGarbageCollection in pkg/kubelet/kubelet.go, v1.34. A kubelet
looks every five minutes which images there are and which are in use, and then whether the disk is too full; only a look
that comes to something is booked, as `gc:NODE`. The memory is the note of that name, plain JSON:
    failed      whether the last look came to an error
    began       the instant at which the kubelet was started anew; 0: it has run since its node was registered
    since       image -> the instant at which it was pulled, or first seen when space was freed; missing: always there
    used        image -> the instant at which the last container that used it was gone
The pause container's image is pinned: it never goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .. import events
from ..clock import SECOND
from ..objects import instant_of
from ..registry import Body, Instant
from ..workloads import references
from ..world import World
from . import configuration, container_gc, image_cache, node_status, signals
from .loads import Loads
from .node import PAUSE
from .turn import COMPONENT

if TYPE_CHECKING:
    from .margins import Calm

_PERIOD = 300 * SECOND
_DISABLED = 100
Memory = dict[str, Any]


class Candidate(NamedTuple):
    """An image that no container uses: used, the last look that found it in use; seen, the first one that found it."""

    used: Instant
    seen: Instant
    name: str
    size: int


class ImageGC:
    """The image garbage collection of all nodes."""

    def __init__(self, world: World, loads: Loads, calm: Calm) -> None:
        self._world = world
        self._loads = loads
        self._calm = calm

    def watch(self, node: str) -> None:
        """Books the next look that comes to something."""
        instant, key = self._next(node), f"gc:{node}"
        if instant is None:
            self._world.clock.cancel(COMPONENT, key)
        else:
            self._world.clock.move(COMPONENT, key, instant)

    def _next(self, node: str) -> Instant | None:
        after = self._world.now + 1
        if self._memory(node)["failed"]:
            return self._look(node, after)
        body, high = self._world.get("nodes", "", node), self._percent(node, "imageGCHighThresholdPercent")
        if body is None or not self._is_on(node):
            return None
        if self._calm.reigns(node):
            return self._ages(node, body, after)
        due = (self._fills(node, body, high, after), self._ages(node, body, after))
        return min((one for one in due if one is not None), default=None)

    def _ages(self, node: str, body: Body, after: Instant) -> Instant | None:
        """The first look at which an image has not been used for longer than is allowed."""
        age = configuration.running(self._world, node).period("imageMaximumGCAge")
        candidates = self.candidates(node) if age else []
        if not candidates:
            return None
        return self._look(node, max(after, self._began(node, body) + age + 1, candidates[0].used + age + 1))

    def _began(self, node: str, body: Body) -> Instant:
        """Since when the node's kubelet runs."""
        created = body["metadata"].get("creationTimestamp")
        return int(self._memory(node)["began"] or (instant_of(created) if created else 0))

    def started(self, node: str) -> None:
        """The node's kubelet runs anew."""
        self._keep(node, {**self._memory(node), "began": self._world.now})

    def _fills(self, node: str, body: Body, high: int, after: Instant) -> Instant | None:
        """The first look at which the disk is above the high threshold."""
        reading = signals.read(self._world, self._loads, body, signals.IMAGEFS)
        level = least(reading.capacity, high)
        instant = reading.falls_below(level, self._look(node, after)) if reading.capacity else None
        return None if instant is None else self._look(node, instant)

    def _look(self, node: str, at: Instant) -> Instant:
        """The first look at an instant or after it."""
        return at + (self._world.hash("image gc", node) - at) % _PERIOD

    def pulled(self, node: str, image: str) -> None:
        """An image is new on a node."""
        memory = self._memory(node)
        self._keep(node, {**memory, "since": {**memory["since"], image: self._world.now}})

    def left(self, node: str, held: list[str]) -> None:
        """Containers of these images, as their specs have them, are gone."""
        memory, names = self._memory(node), [references.parse(one).name for one in held]
        self._keep(node, {**memory, "used": {**memory["used"], **dict.fromkeys(names, self._world.now)}})
        if configuration.running(self._world, node).period("imageMaximumGCAge"):
            self.watch(node)

    def collect(self, node: str, led_by: int | None) -> None:
        """A look: frees what is more than the low threshold, if the disk is above the high one."""
        world, body = self._world, self._world.get("nodes", "", node)
        high, low = (self._percent(node, f"imageGC{which}ThresholdPercent") for which in ("High", "Low"))
        if body is None or not self._is_on(node):
            return
        self._free_old(node, body, led_by)
        reading = signals.read(world, self._loads, body, signals.IMAGEFS)
        available, failed = reading.available(world.now), False
        if reading.capacity and 100 - available * 100 // reading.capacity >= high:
            wanted = reading.capacity * (100 - low) // 100 - available
            freed = self.free(node, wanted, led_by)
            failed = freed < wanted
            if failed:
                message = (
                    f"Failed to garbage collect required amount of images. Attempted to free {wanted} bytes, but only "
                    f"found {freed} bytes eligible to free."
                )
                self._tell(body, "FreeDiskSpaceFailed", message, led_by)
                if self._memory(node)["failed"]:
                    self._tell(body, "ImageGCFailed", message, led_by)
        self._keep(node, {**self._memory(node), "failed": failed})
        self.watch(node)

    def free(self, node: str, wanted: int | None, led_by: int | None) -> int:
        """Removes images until so many bytes are freed, all that can go with None; how many bytes that were."""
        world, now = self._world, self._world.now
        age = configuration.running(world, node).period("imageMinimumGCAge")
        held, memory = dict(image_cache.cached(world, node)), self._memory(node)
        freed, removed = 0, list[str]()
        for one in self.candidates(node):
            if now - one.seen < age:
                memory["since"] = {**memory["since"], one.name: one.seen}
                continue
            freed += held.pop(one.name)
            removed.append(one.name)
            if wanted is not None and freed >= wanted:
                break
        self._remove(node, memory, removed, led_by)
        return freed

    def _free_old(self, node: str, body: Body, led_by: int | None) -> None:
        """Removes images that were not used for too long; not before the kubelet has run for so long."""
        now, age = self._world.now, configuration.running(self._world, node).period("imageMaximumGCAge")
        if age and now - self._began(node, body) > age:
            old = [one.name for one in self.candidates(node) if now - one.used > age]
            self._remove(node, self._memory(node), old, led_by)

    def _remove(self, node: str, memory: Memory, names: list[str], led_by: int | None) -> None:
        """Images are gone, and what was known of them."""
        world = self._world
        for part in ("since", "used"):
            memory[part] = {name: instant for name, instant in memory[part].items() if name not in names}
        self._keep(node, memory)
        if names:
            held = {name: size for name, size in image_cache.cached(world, node).items() if name not in names}
            world.set_note(COMPONENT, f"images:{node}", held)
            world.clock.at(COMPONENT, f"report:{node}", node_status.due(world, node), led_by=led_by)

    def candidates(self, node: str) -> list[Candidate]:
        """The images that no container uses, in the order in which they go."""
        world, memory = self._world, self._memory(node)
        kept = {PAUSE, *(references.parse(one).name for one in container_gc.images_in_use(world, node))}
        found = []
        for name, size in image_cache.cached(world, node).items():
            if name not in kept:
                since, used = memory["since"].get(name), memory["used"].get(name, 0)
                seen = 0 if since is None else min(self._look(node, since), world.now)
                found.append(Candidate(max(used - (used - self._look(node, 0)) % _PERIOD, 0), seen, name, size))
        return sorted(found)

    def _is_on(self, node: str) -> bool:
        running = configuration.running(self._world, node)
        is_disabled = running.number("imageGCHighThresholdPercent") == _DISABLED
        return not is_disabled or running.period("imageMaximumGCAge") > 0

    def _percent(self, node: str, field: str) -> int:
        return configuration.running(self._world, node).number(field)

    def _memory(self, node: str) -> Memory:
        held: Memory | None = self._world.note(COMPONENT, f"gc:{node}")
        return {"failed": False, "began": 0, "since": {}, "used": {}, **(held or {})}

    def _keep(self, node: str, memory: Memory) -> None:
        self._world.set_note(COMPONENT, f"gc:{node}", memory if any(memory.values()) else None)

    def _tell(self, node: Body, reason: str, message: str, led_by: int | None) -> None:
        name = node["metadata"]["name"]
        events.record(self._world, node, "Warning", reason, message, component=COMPONENT, host=name, led_by=led_by)


def least(capacity: int, percent: int) -> int:
    """What has to be left of a disk so that no more than less than so many percent of it count as used."""
    return -(-(101 - percent) * capacity // 100)
