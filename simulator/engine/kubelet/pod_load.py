"""What the containers of one pod ask for, over time, and what they leave on disks and in memory.

An ended container asks for nothing, but what it wrote to its disk stays until the container is removed, and what it
wrote to the pod's volumes stays with the pod: of a volume in memory it is then charged to the pod's own cgroup. A
container that starts again writes the same files anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from ..objects import get_in, instant_of, spec_of
from ..registry import Body, Instant, Reader
from ..workloads import writes
from ..workloads.behaviors import Behaviors, Chosen
from ..workloads.capped import capped
from ..workloads.containers import container_of, statuses
from ..workloads.curves import NOTHING, Course, together
from ..workloads.demand import Demand
from ..workloads.traffic.flows import Flow, Flows


class Load(NamedTuple):
    """A pod's: what its running containers ask for, by name, and what its ended ones left on the disk, in bytes.

    volumes: what lies in the pod's volumes of type emptyDir on the disk, by name, in bytes; tmpfs: in those in memory,
    which running containers account for but for `kept`. most: how many processes it may have, -1: any number.
    """

    running: Mapping[str, Demand]
    left: Fraction = NOTHING
    volumes: Mapping[str, Course] = MappingProxyType({})
    tmpfs: Mapping[str, Course] = MappingProxyType({})
    kept: Fraction = NOTHING
    most: int = -1

    def memory(self) -> Course:
        return together([*(one.memory for one in self.running.values()), Course(self.kept)])

    def disk(self) -> Course:
        parts = [Course(self.left), *(one.disk for one in self.running.values()), *self.volumes.values()]
        return together(parts)

    def processes(self) -> int:
        """The pause container's, and one for each thread of what runs, as far as the pod may have so many."""
        if not self.running:
            return 0
        wanted = 1 + sum(one.threads for one in self.running.values())
        return min(wanted, self.most) if self.most > 0 else wanted


NO_LOAD = Load({})


def of(
    pod: Body,
    boxes: Mapping[str, Any],
    chosen: Chosen,
    reader: Reader,
    identify: Callable[[str], str],
    *,
    reaching: tuple[Flow, ...] = (),
    at: Instant | None = None,
) -> Load:
    """The load of a pod with these containers, as `turn.py` has them. identify: the ID of a running one by its name.

    reaching: the requests to the pod. at: the instant that is looked at, None from now on.
    """
    running, left = dict[str, Demand](), NOTHING
    volumes, tmpfs, kept = dict[str, list[Course]](), dict[str, list[Course]](), dict[str, Fraction]()
    stored = writes.stored(pod, reader)
    for name, box in boxes.items():
        container, behavior = container_of(pod, name), spec_of(chosen.of(name))
        if box["state"] == "running":
            wrote = writes.of(pod, container, behavior, box["at"], reader, reaching, at)
            running[name] = wrote.asked
            if stored.containers:
                own = Course(Fraction(stored.containers.get(identify(name), 0)))
                running[name] = wrote.asked._replace(disk=together([wrote.asked.disk, own]))
            for held, found in ((volumes, wrote.volumes), (tmpfs, wrote.tmpfs)):
                for volume, course in found.items():
                    held.setdefault(volume, []).append(course)
        for run in _ended(box):
            wrote = writes.of(pod, container, behavior, run["at"], reader, reaching)
            left += NOTHING if run.get("removed") else wrote.asked.disk.at(run["end"])
            if run is box:
                for volume, course in wrote.volumes.items():
                    volumes.setdefault(volume, []).append(writes.frozen(course, run["end"]))
                for volume, course in wrote.tmpfs.items():
                    kept[volume] = kept.get(volume, NOTHING) + writes.frozen(course, run["end"]).base
    for volume, written in stored.volumes.items():
        if writes.room(pod, volume, reader) is None:
            volumes.setdefault(volume, []).append(Course(Fraction(written)))
        else:
            kept[volume] = kept.get(volume, NOTHING) + written
    whole = {
        volume: capped(together([*tmpfs.get(volume, ()), Course(kept.get(volume, NOTHING))]), size)
        for volume in {**tmpfs, **kept}
        if (size := writes.room(pod, volume, reader)) is not None
    }
    return Load(
        running,
        left,
        {volume: together(courses) for volume, courses in volumes.items()},
        whole,
        sum(kept.values(), NOTHING),
    )


def _ended(box: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if box["last"]:
        yield box["last"]
    if box["state"] == "exited":
        yield box


def shown(pod: Body, behaviors: Behaviors, flows: Flows, reader: Reader, at: Instant) -> Load:
    """The load of a pod as its status shows its containers, to the second."""
    boxes, ids = {}, {}
    for one in statuses(pod):
        box, last = _box(one.get("state") or {}), _run(one.get("lastState") or {})
        waits = not box["state"] and last is not None
        boxes[one["name"]] = {"state": "exited", **last, "last": None} if waits and last else {**box, "last": last}
        ids[one["name"]] = one.get("containerID", "")
    known, chosen = {name: box for name, box in boxes.items() if box["state"]}, behaviors.of_pod(pod)
    return of(pod, known, chosen, reader, ids.__getitem__, reaching=flows.of_pod(pod), at=at)


def _box(state: Body) -> dict[str, Any]:
    started = get_in(state, "running", "startedAt")
    if started is not None:
        return {"state": "running", "at": instant_of(started)}
    run = _run(state)
    return {"state": ""} if run is None else {"state": "exited", **run}


def _run(state: Body) -> dict[str, Any] | None:
    ended = state.get("terminated") or {}
    if not ended.get("startedAt") or not ended.get("finishedAt"):
        return None
    return {"at": instant_of(ended["startedAt"]), "end": instant_of(ended["finishedAt"])}
