"""The image puller of each node: pulls one after the other or side by side, as fast as their registries serve them.

Follows pkg/kubelet/images/puller.go, v1.34. A pull is so many microseconds until the registry has answered and then so
many bytes; its end is worked out when it begins, and anew when a Fault changes the way to its registry.
"""

from __future__ import annotations

from typing import Any

from ..clock import SECOND
from ..objects import name_of
from ..registry import Instant
from ..workloads import catalogue, references
from ..world import World
from . import configuration, registries
from .image_cache import cached
from .turn import COMPONENT

Pull = dict[str, Any]


class Puller:
    """The note `pull:NODE` lists what was asked for, each a dict, plain JSON:

    pod, uid, container, image      for whom, and what
    asked, began                    when; `began` is None while it waits for its turn
    rest, left, at, speed           what was left at the instant `at`: microseconds until the registry answers, and a
                                    million times the bytes; how many bytes a second come since then, None: no limit
    whole                           `left` as it was when the pull began
    ends, error                     when it ends, and what it comes to: empty if the image is there then
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def ask(self, node: str, pod: str, uid: str, container: str, image: str) -> None:
        """Queues a pull. The pod is told through its note (`pulled`) and a turn."""
        asked = {"pod": pod, "uid": uid, "container": container, "image": image, "asked": self._world.now}
        self._keep(node, [*self._queue(node), {**asked, "began": None, "ends": None}])

    def finish(self, node: str) -> bool:
        """Tells the pods whose pulls are over, and begins the next. True if an image is new on the node."""
        world, is_new = self._world, False
        queue = self._queue(node)
        for pull in queue:
            if not _is_over(pull, world.now):
                continue
            reference = references.parse(pull["image"])
            held, size = cached(world, node), catalogue.of(reference).size
            if not pull["error"] and reference.name not in held:
                world.set_note(COMPONENT, f"images:{node}", {**held, reference.name: size})
                is_new = True
            took, waited = pull["ends"] - pull["began"], pull["ends"] - pull["asked"]
            self._tell(pull, [took, waited, size, pull["error"]])
        kept = [one for one in queue if one["began"] is not None and not _is_over(one, world.now)]
        self._keep(node, kept + [one for one in queue if one["began"] is None and self._waits(one)])
        return is_new

    def changed(self) -> None:
        """A Fault has begun or ended: the pulls that run go on as fast as they may now."""
        for body in self._world.list("nodes"):
            queue = self._queue(name_of(body))
            if queue:
                self._keep(name_of(body), [self._again(name_of(body), one) for one in queue])

    def _queue(self, node: str) -> list[Pull]:
        return self._world.note(COMPONENT, f"pull:{node}") or []

    def _keep(self, node: str, queue: list[Pull]) -> None:
        """Begins as many pulls as may run, and remembers the rest."""
        key = f"pull:{node}"
        room = configuration.parallel_pulls(self._world, node)
        running = sum(one["began"] is not None for one in queue)
        kept = []
        for pull in queue:
            if pull["began"] is None and (room is None or running < room):
                pull = self._begun(node, pull)
                running += 1
            kept.append(pull)
        self._world.set_note(COMPONENT, key, kept or None)
        if kept:
            self._world.clock.move(COMPONENT, key, min(one["ends"] for one in kept if one["began"] is not None))

    def _begun(self, node: str, pull: Pull) -> Pull:
        """Of an image whose layers all lie there already only the manifest is asked for."""
        world, reference = self._world, references.parse(pull["image"])
        is_there = reference.name in cached(world, node) or catalogue.refusal(reference)
        left = 0 if is_there else catalogue.of(reference).size * SECOND
        way = registries.way(world, node, reference, world.latency.pull_bandwidth)
        rest = world.latency.pull_overhead + way.extra
        return _course({**pull, "began": world.now, "rest": rest, "left": left, "whole": left}, way, world.now)

    def _again(self, node: str, pull: Pull) -> Pull:
        if pull["began"] is None or _is_over(pull, self._world.now):
            return pull
        world = self._world
        way = registries.way(world, node, references.parse(pull["image"]), world.latency.pull_bandwidth)
        if way.bandwidth == pull["speed"]:
            return pull
        gone, speed = world.now - pull["at"], pull["speed"]
        if speed != 0:
            waited = min(gone, pull["rest"])
            came = pull["left"] if speed is None else min(pull["left"], (gone - waited) * speed)
            pull = {**pull, "rest": pull["rest"] - waited, "left": pull["left"] - came * (gone > waited)}
        return _course(pull, way, world.now)

    def _waits(self, pull: Pull) -> bool:
        note = self._world.note(COMPONENT, pull["pod"])
        known = note is not None and note["uid"] == pull["uid"]
        return known and note["step"] == "pull" and note["todo"][:1] == [pull["container"]]

    def _tell(self, pull: Pull, outcome: list[Any]) -> None:
        if self._waits(pull):
            note = self._world.note(COMPONENT, pull["pod"])
            self._world.set_note(COMPONENT, pull["pod"], {**note, "act": self._world.now, "pulled": outcome})
            self._world.clock.at(COMPONENT, pull["pod"], self._world.now)


def _course(pull: Pull, way: registries.Way, now: Instant) -> Pull:
    """The pull as it goes on from now, and its end."""
    reference, speed = references.parse(pull["image"]), way.bandwidth
    error = catalogue.refusal(reference)
    if speed == 0 and not error and (pull["rest"] or pull["left"]):
        has_answered = not pull["rest"] and pull["left"] < pull["whole"]
        ends = now + (registries.STALL if has_answered else registries.DIAL_TIMEOUT)
        error = registries.stalled(reference) if has_answered else registries.unreachable(reference)
    else:
        ends = now + pull["rest"] + (pull["left"] // speed if speed else 0)
    return {**pull, "at": now, "speed": speed, "ends": ends, "error": error}


def _is_over(pull: Pull, now: Instant) -> bool:
    return pull["ends"] is not None and bool(pull["ends"] <= now)
