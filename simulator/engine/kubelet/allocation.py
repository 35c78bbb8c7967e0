"""The resources that a node has given a pod, and those with which its containers run, while a resize asks for others.

Follows UpdatePodFromAllocation in pkg/kubelet/allocation/allocation_manager.go, v1.34. What a resize does is in
`resize.py`; here is what the memory of a pod says of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..pods import is_sidecar
from ..registry import Body
from .turn import Note

_PARTS = ("containers", "initContainers")


def resizable(pod: Body) -> list[Body]:
    """The containers whose resources may change: all but init containers that end."""
    spec = pod["spec"]
    return [*spec["containers"], *(one for one in spec.get("initContainers") or () if is_sidecar(one))]


def as_allocated(pod: Body, note: Note) -> Body:
    """The pod with the resources that its node has given it."""
    return _with(pod, note.get("allocated") or {})


def as_running(pod: Body, note: Note) -> Body:
    """The pod with the resources with which its containers run, and else with those that they were given."""
    boxes = note["boxes"]
    held = {name: box["resources"] for name, box in boxes.items() if box["state"] == "running" and "resources" in box}
    return _with(pod, {**(note.get("allocated") or {}), **held})


def _with(pod: Body, resources: Mapping[str, Body]) -> Body:
    spec, changed = pod["spec"], {}
    if not resources:
        return pod
    for part in _PARTS:
        held = spec.get(part)
        if held and any(one["name"] in resources and resources[one["name"]] != resources_of(one) for one in held):
            changed[part] = [
                {**one, "resources": resources[one["name"]]} if one["name"] in resources else one for one in held
            ]
    return {**pod, "spec": {**spec, **changed}} if changed else pod


def resources_of(container: Body) -> Body:
    """A container's resources as its spec has them."""
    held: Body = container.get("resources") or {}
    return held


def allocate(pod: Body) -> dict[str, Body]:
    """What a pod that has been taken is given: all that it asks for."""
    found = wanted(pod)
    return found if any(found.values()) else {}


def wanted(pod: Body) -> dict[str, Body]:
    """The resources that a pod's spec has for each container that may be resized."""
    return {one["name"]: resources_of(one) for one in resizable(pod)}
