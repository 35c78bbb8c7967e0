"""Limits of local storage: of a volume of type emptyDir, of a pod, of a container.

Follows localStorageEviction in pkg/kubelet/eviction/eviction_manager.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from ... import pods, quantity
from ...objects import spec_of
from ...registry import Body, Instant
from ...workloads.crossings import above
from ...workloads.curves import Course, together
from ..loads import Load
from . import messages


class Bound(NamedTuple):
    """course: what is used; limit: how much may be; message: what is said when it is more."""

    course: Course
    limit: int
    message: str


def bounds(pod: Body, load: Load) -> Iterator[Bound]:
    """The limits that hold for a pod that runs, in the order in which the kubelet looks at them."""
    spec = spec_of(pod)
    if not load.running:
        return
    for volume in spec.get("volumes") or ():
        limit = (volume.get("emptyDir") or {}).get("sizeLimit")
        if limit is not None and quantity.value(limit) > 0:
            said = messages.EMPTY_DIR.format(volume["name"], quantity.canonical(limit))
            yield Bound(volume_course(load, volume["name"]), quantity.value(limit), said)
    whole = pods.limits(spec).get("ephemeral-storage")
    if whole is not None:
        parts = [one.disk for one in load.running.values()]
        parts += [volume_course(load, name) for name in local_volumes(pod)]
        yield Bound(together(parts), whole, messages.POD_STORAGE.format(_total(spec, whole)))
    for container in spec["containers"]:
        limit = ((container.get("resources") or {}).get("limits") or {}).get("ephemeral-storage")
        if limit is not None and quantity.value(limit) and container["name"] in load.running:
            said = messages.CONTAINER_STORAGE.format(container["name"], quantity.canonical(limit))
            yield Bound(load.running[container["name"]].disk, quantity.value(limit), said)


def broken(pod: Body, load: Load, at: Instant) -> str | None:
    """What is said of the first limit that the pod goes over, None if of none."""
    return next((one.message for one in bounds(pod, load) if round(one.course.at(at)) > one.limit), None)


def breaks(pod: Body, load: Load, since: Instant) -> Instant | None:
    """The first instant from `since` on at which the pod goes over a limit."""
    found = (above(one.course, one.limit, since) for one in bounds(pod, load))
    return min((one for one in found if one is not None), default=None)


def local_volumes(pod: Body) -> list[str]:
    """The volumes that lie on the node's disk and can be written to."""
    found = []
    for volume in spec_of(pod).get("volumes") or ():
        held = volume.get("emptyDir")
        if held is not None and not held.get("medium"):
            found.append(volume["name"])
    return found


def volume_course(load: Load, volume: str) -> Course:
    """What lies in a volume of a pod, on the disk or in memory."""
    return load.volumes.get(volume) or load.tmpfs.get(volume, Course(Fraction(0)))


def used_volumes(pod: Body, load: Load, at: Instant) -> int:
    """What lies in the local volumes of a pod."""
    return round(sum((volume_course(load, name).at(at) for name in local_volumes(pod)), Fraction(0)))


def _total(spec: Body, figure: int) -> str:
    """The limits of all containers together, written as upstream adds them up: in the format of the first."""
    for container in spec["containers"]:
        limit = ((container.get("resources") or {}).get("limits") or {}).get("ephemeral-storage")
        if limit is not None:
            _, form = quantity.parse(limit)
            return quantity.render(Fraction(figure), form)
    return quantity.render(Fraction(figure), "binary")
