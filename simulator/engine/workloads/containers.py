"""The containers of a pod by name, of whatever kind: init, ordinary and ephemeral ones."""

from __future__ import annotations

from collections.abc import Iterator

from ..objects import get_in, instant_of, spec_of, status_of
from ..registry import Body, Instant

_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def part_of(pod: Body, name: str) -> str:
    """Which list of the spec a container is in. Raises KeyError if the pod has none of the name."""
    for part in _CONTAINERS:
        if any(one["name"] == name for one in spec_of(pod).get(part) or ()):
            return part
    raise KeyError(name)


def container_of(pod: Body, name: str) -> Body:
    """The spec of a container of any kind. Raises KeyError if the pod has none of the name."""
    found: Body = next(one for one in spec_of(pod)[part_of(pod, name)] if one["name"] == name)
    return found


def statuses(pod: Body) -> list[Body]:
    """The statuses of all containers, init containers first."""
    return [one for part in _STATUSES for one in status_of(pod).get(part) or ()]


def status_of_container(pod: Body, name: str) -> Body:
    """The status of a container of any kind; empty if it has none yet."""
    return next((one for one in statuses(pod) if one["name"] == name), {})


def spec_as_run(pod: Body) -> Body:
    """The pod's spec with the resources with which its containers run, which a resize may yet have to reach."""
    spec, known = spec_of(pod), {one["name"]: one.get("resources") for one in statuses(pod)}
    changed = {}
    for part in ("containers", "initContainers"):
        held = spec.get(part) or ()
        new = [_as_run(one, known.get(one["name"])) for one in held]
        if any(one is not former for one, former in zip(new, held, strict=True)):
            changed[part] = new
    return {**spec, **changed} if changed else spec


def _as_run(container: Body, resources: Body | None) -> Body:
    if resources is None or resources == (container.get("resources") or {}):
        return container
    return {**container, "resources": resources}


def running(pod: Body) -> Iterator[tuple[str, Instant]]:
    """The init and ordinary containers that run, and since when, in the order of the status."""
    for part in ("initContainerStatuses", "containerStatuses"):
        for one in status_of(pod).get(part) or ():
            started = get_in(one, "state", "running", "startedAt")
            if started is not None:
                yield one["name"], instant_of(started)


def instances(pod: Body) -> dict[str, str]:
    """The name of each container by the ID of the instance that its status shows."""
    return {
        one["containerID"]: one["name"]
        for part in _STATUSES
        for one in status_of(pod).get(part) or ()
        if one.get("containerID")
    }
