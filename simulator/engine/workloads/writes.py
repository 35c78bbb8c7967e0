"""What containers write takes room: of their writable layers, of the pod's volumes, of memory where these lie there.

Follows pkg/volume/emptydir/empty_dir.go (calculateEmptyDirMemorySize) and pkg/volume/metrics_du.go, v1.34. What a
Behavior says of the disk goes to the place that it names; what a script writes (`written_files.py`), to where its paths
are mounted. Pages of a volume in memory are charged to the container that wrote them; the volume holds no more than its
sizeLimit, the pod's memory limit and what the node can give to pods.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from .. import pods, quantity
from ..kinds.file_system import RESOURCE
from ..objects import name_of, namespace_of, spec_of, status_of
from ..registry import Body, Instant, Reader
from . import cpu, demand, mounts, nodes, stored_files, written_files
from .capped import capped
from .curves import NOTHING, Course, together
from .demand import Demand
from .traffic.flows import Flow

_NOWHERE = ("/dev", "/proc", "/sys")
_EMPTY = Course(NOTHING)


class Writes(NamedTuple):
    """Of one run of a container. asked: its memory holds what it has in volumes in memory, its disk its own layer.

    volumes: what it has in volumes of type emptyDir on the disk, tmpfs: in those in memory; by name.
    """

    asked: Demand
    volumes: Mapping[str, Course]
    tmpfs: Mapping[str, Course]


class Stored(NamedTuple):
    """What commands that people ran have left: bytes by ID of a container, and by volume."""

    containers: Mapping[str, int]
    volumes: Mapping[str, int]


NOTHING_STORED = Stored({}, {})


def of(
    pod: Body,
    container: Body,
    behavior: Body,
    started: Instant,
    reader: Reader,
    reaching: tuple[Flow, ...] = (),
    at: Instant | None = None,
) -> Writes:
    """What a container asks for, and where it writes. behavior, reaching, at: see `demand.of`."""
    asked = demand.of(container, behavior, started, reaching, at)
    place, files = volume_of(pod, behavior), written_files.of(container)
    if not place and not files:
        return Writes(asked, {}, {})
    parts: dict[str, list[Course]] = {place: [asked.disk]}
    for path, term in files:
        where = _place(pod, container, path)
        if where is not None:
            parts.setdefault(where, []).append(Course(NOTHING, (term._replace(begin=term.begin + started),)))
    layer = together(parts.pop("", []))
    volumes, tmpfs = dict[str, Course](), dict[str, Course]()
    for name, courses in parts.items():
        size = room(pod, name, reader)
        if size is None:
            volumes[name] = together(courses)
        else:
            tmpfs[name] = capped(together(courses), size)
    memory = together([asked.memory, *tmpfs.values()]) if tmpfs else asked.memory
    return Writes(asked._replace(disk=layer, memory=memory), volumes, tmpfs)


def volume_of(pod: Body, behavior: Body) -> str:
    """The volume to which a Behavior has a container write instead of its writable layer, empty if none."""
    name = (behavior.get("disk") or {}).get("volume") or ""
    return name if name and _empty_dir(pod, name) is not None else ""


def room(pod: Body, name: str, reader: Reader) -> int | None:
    """How many bytes a volume in memory can hold; None for one on the disk."""
    held = _empty_dir(pod, name)
    if held is None or held.get("medium") != "Memory":
        return None
    node = reader.get("nodes", "", pods.node_of(pod)) or {}
    sizes = [
        pods.figure("memory", (status_of(node).get("allocatable") or {}).get("memory") or 0),
        cpu.of_pod(spec_of(pod)).memory or 0,
        quantity.value(held["sizeLimit"]) if held.get("sizeLimit") is not None else 0,
    ]
    return min((one for one in sizes if one > 0), default=1 << 62)


def stored(pod: Body, reader: Reader) -> Stored:
    """What lies in the FileSystem of a pod, in blocks."""
    body = reader.get(RESOURCE, namespace_of(pod), name_of(pod))
    if body is None:
        return NOTHING_STORED
    held = stored_files.read(body, pod)
    return Stored(
        {name: _size(written) for name, written in held.containers.items()},
        {name: _size(written) for name, written in held.volumes.items()},
    )


def _size(written: stored_files.Written) -> int:
    files = (one for one in written.values() if one is not None and one.type == "file")
    return sum(written_files.blocks(len(one.content)) for one in files)


def _empty_dir(pod: Body, name: str) -> Body | None:
    found: Body | None = next(
        (one.get("emptyDir") for one in spec_of(pod).get("volumes") or () if one["name"] == name), None
    )
    return found


def _place(pod: Body, container: Body, path: str) -> str | None:
    """Which volume a path lies in, "" for the writable layer, None for what takes no room of the node or the pod."""
    if any(nodes.is_below(path, one) for one in _NOWHERE):
        return None
    found = [one for one in container.get("volumeMounts") or () if nodes.is_below(path, nodes.normal(one["mountPath"]))]
    if not found:
        return None if mounts.is_read_only(container) else ""
    mount = max(found, key=lambda one: len(nodes.normal(one["mountPath"])))
    if mount.get("readOnly") or _empty_dir(pod, mount["name"]) is None:
        return None
    return str(mount["name"])


def frozen(course: Course, at: Instant) -> Course:
    """What is left when the writer has ended."""
    left = course.at(at)
    return Course(left if left > 0 else Fraction(0))
