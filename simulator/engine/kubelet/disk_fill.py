"""Disks that a Fault of type DiskFill fills: a file that grows on the node until so much of its disk is in use.

The note `fill:NODE` says what Faults do to a node: Fault -> [when it began, the size of its file in the end, in how
many microseconds it gets there].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .. import faults
from ..objects import name_of, spec_of
from ..registry import Body
from ..workloads.curves import NOTHING, Course, Term
from ..world import World
from .turn import COMPONENT

if TYPE_CHECKING:
    from .signals import Reading

_SECOND = 1_000_000


def courses(world: World, node: str) -> list[Course]:
    """The files of Faults on a node's disk, over time."""
    return told(world.note(COMPONENT, f"fill:{node}"))


def told(held: Mapping[str, list[int]] | None) -> list[Course]:
    """The same of a note."""
    return [
        Course(NOTHING, (Term("ramp", began, Fraction(size), length or None),))
        for began, size, length in (held or {}).values()
    ]


def strike(world: World, fault: str, disk: Callable[[Body], Reading]) -> list[str]:
    """A Fault has begun or ended; the nodes whose disks are others than before. disk: how full a node's is."""
    body = world.get(faults.RESOURCE, "", fault)
    spec = spec_of(body) if body is not None and faults.is_active(body) else {}
    changed = []
    for node in world.list("nodes"):
        name = name_of(node)
        held: dict[str, Any] = world.note(COMPONENT, f"fill:{name}") or {}
        hit = spec.get("type") == "DiskFill" and body is not None and faults.hits(body, node)
        if hit == (fault in held):
            continue
        new = {key: one for key, one in held.items() if key != fault}
        if hit:
            new[fault] = _file(world, disk(node), spec.get("diskFill") or {})
        world.set_note(COMPONENT, f"fill:{name}", new or None)
        changed.append(name)
    return changed


def _file(world: World, disk: Reading, said: Body) -> list[int]:
    """Its beginning, its size in the end and how long it takes, given what is on the disk now."""
    percent, seconds = said.get("percent"), said.get("durationSeconds") or 0
    wanted = disk.capacity * (100 if percent is None else int(percent)) // 100
    used = disk.capacity - disk.available(world.now)
    return [world.now, max(0, wanted - used), int(seconds) * _SECOND]
