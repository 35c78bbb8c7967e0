"""What is said of an eviction, to the word. Follows evictionMessage in pkg/kubelet/eviction/helpers.go, v1.34."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ... import pods, quantity
from ...objects import name_of, spec_of
from ...registry import Body, Instant
from .. import signals
from ..loads import Load
from .observations import Observation, paged, pages
from .thresholds import Threshold

REASON = "Evicted"
PRESSED = "The node had condition: {}. "
EMPTY_DIR = 'Usage of EmptyDir volume "{}" exceeds the limit "{}". '
POD_STORAGE = "Pod ephemeral local storage usage exceeds the total limit of containers {}. "
CONTAINER_STORAGE = 'Container {} exceeded its local ephemeral storage limit "{}". '
_LOW = "The node was low on resource: {}. "
_MET = "Threshold quantity: {}, available: {}. "
_USED = "{} {} was using {}, request is {}, has larger consumption of {}. "


class Said(NamedTuple):
    """The message, and the annotations of the Event."""

    message: str
    annotations: Mapping[str, str]


def of(
    resource: str,
    pod: Body,
    load: Load,
    thresholds: Sequence[Threshold],
    seen: Mapping[str, Observation],
    at: Instant,
) -> Said:
    """Why the node evicts the pod. thresholds: those that are met, in the order of their urgency."""
    message = _LOW.format(resource)
    short = next((one for one in thresholds if one.resource == resource and one.signal in seen), None)
    if short is not None:
        found = seen[short.signal]
        left = paged(short.signal, found.available)
        message += _MET.format(
            short.value.written(found.capacity),
            quantity.from_bytes(left) if resource in ("memory", "ephemeral-storage") else left,
        )
    if not load.running:
        return Said(message, {})
    annotations: dict[str, str] = {}
    spec = spec_of(pod)
    level = (spec.get("resources") or {}).get("requests") or {}
    if resource == "memory" and resource in level:
        used = quantity.from_bytes(pages(signals.memory_usage(load, at)))
        message += _USED.format("Pod", name_of(pod), used, quantity.canonical(level[resource]), resource)
        annotations |= {"offending_pod": name_of(pod), "offending_pod_usage": used}
    blamed = []
    for container in (*spec["containers"], *(spec.get("initContainers") or ())):
        name = container["name"]
        figure = _used(resource, load, name, at)
        if figure is None or figure <= pods.amounts(container).get(resource, 0):
            continue
        used = quantity.from_bytes(figure)
        asked = ((container.get("resources") or {}).get("requests") or {}).get(resource, "0")
        message += _USED.format("Container", name, used, quantity.canonical(asked), resource)
        blamed.append((name, used))
    annotations["offending_containers"] = ",".join(name for name, _ in blamed)
    annotations["offending_containers_usage"] = ",".join(used for _, used in blamed)
    annotations["starved_resource"] = resource
    return Said(message, annotations)


def _used(resource: str, load: Load, name: str, at: Instant) -> int | None:
    """What a running container uses of what is measured by container."""
    if name not in load.running:
        return None
    if resource == "memory":
        return pages(round(load.running[name].memory.at(at)))
    return pages(signals.disk_usage(load, at, name)) if resource == "ephemeral-storage" else None
