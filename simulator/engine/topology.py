"""What a cluster is made of: its nodes, their sizes, zones and taints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import quantity
from .validation.resources import is_extended, resource_name
from .validation.scheduling import EFFECTS

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?")
_TAINT = re.compile(r"(?P<key>[^=:\s]+)(?:=(?P<value>[^:\s]*))?:(?P<effect>\S+)")
_FIELDS = frozenset(
    {"name", "count", "cpu", "memory", "storage", "pods", "resources", "zone", "region", "labels", "taints"}
    | {"controlPlane"}
)
CONTROL_PLANE_TAINT = {"effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"}
GI = 1024**3
HUGE_PAGES = ("hugepages-1Gi", "hugepages-2Mi")
MOST_NODES = 15_000
_MOST_PODS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSize:
    """One machine: cpu in millicores, memory and storage in bytes, `pods` the most that its kubelet runs.

    resources: what else it has by name, as quantities: devices such as `example.com/dongle`, and huge pages.
    """

    name: str
    cpu: int = 4000
    memory: int = 16 * GI
    storage: int = 100 * GI
    pods: int = 110
    resources: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    region: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Mapping[str, str], ...] = ()
    control_plane: bool = False


@dataclass(frozen=True, slots=True)
class Topology:
    """The machines of a cluster, the control plane's first."""

    nodes: tuple[NodeSize, ...]


def _control_plane(zone: str = "zone-a") -> NodeSize:
    return NodeSize(
        name="control-plane",
        cpu=2000,
        memory=4 * GI,
        storage=40 * GI,
        zone=zone,
        region="region-1",
        taints=(CONTROL_PLANE_TAINT,),
        control_plane=True,
    )


def demo() -> Topology:
    """The cluster `demo`: a control plane and five workers of different sizes in two zones, one of them tainted."""
    gpu = ({"effect": "NoSchedule", "key": "dedicated", "value": "gpu"},)
    sizes = (
        ("worker-1", 4, 8, "zone-a", ()),
        ("worker-2", 2, 4, "zone-a", ()),
        ("worker-3", 8, 16, "zone-b", ()),
        ("worker-4", 4, 8, "zone-b", ()),
        ("worker-5", 8, 32, "zone-b", gpu),
    )
    workers = (
        NodeSize(name=name, cpu=cpu * 1000, memory=memory * GI, zone=zone, region="region-1", taints=taints)
        for name, cpu, memory, zone, taints in sizes
    )
    return Topology((_control_plane(), *workers))


def of_size(count: int) -> Topology:
    """A control plane and `count` equal workers (4 CPUs, 16 GiB) in two zones. Raises ValueError for a bad count."""
    if not 1 <= count <= MOST_NODES:
        raise ValueError(f"nodes: must be between 1 and {MOST_NODES}, not {count}")
    workers = (
        NodeSize(name=f"worker-{number}", zone=("zone-b", "zone-a")[number % 2], region="region-1")
        for number in range(1, count + 1)
    )
    return Topology((_control_plane(), *workers))


def parse(document: Any) -> Topology:
    """A topology from the content of a file: `{"nodes": [{"name", "count", "cpu", "memory", ...}, ...]}`.

    A control plane of the usual size is added where no entry has `controlPlane: true`. Raises ValueError that names the
    field and says what is wrong with it.
    """
    if not isinstance(document, dict) or not isinstance(document.get("nodes"), list) or not document["nodes"]:
        raise ValueError("nodes: must be a list with at least one node")
    unknown = sorted(set(map(str, document)) - {"nodes"})
    if unknown:
        raise ValueError(f"{unknown[0]}: unknown field; known are: nodes")
    found: list[NodeSize] = []
    for position, entry in enumerate(document["nodes"]):
        found += _entry(entry, f"nodes[{position}]")
    names = [size.name for size in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'nodes: the name "{name}" is given twice')
    if len(found) > MOST_NODES:
        raise ValueError(f"nodes: at most {MOST_NODES}, not {len(found)}")
    masters = [size for size in found if size.control_plane]
    if not masters:
        masters = [_control_plane(found[0].zone)]
        if masters[0].name in names:
            raise ValueError(f'nodes: "{masters[0].name}" is the name of the control plane')
    return Topology((*masters, *(size for size in found if not size.control_plane)))


def _entry(entry: Any, path: str) -> list[NodeSize]:
    if not isinstance(entry, dict):
        raise ValueError(f"{path}: must be an object with a name")
    for key in entry:
        if key not in _FIELDS:
            raise ValueError(f"{path}.{key}: unknown field; known are: {', '.join(sorted(_FIELDS))}")
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{path}.name: must be a DNS name such as worker-1, not {name!r}")
    count = _whole(entry.get("count", 1), f"{path}.count", 1, MOST_NODES)
    main = entry.get("controlPlane", False)
    if not isinstance(main, bool):
        raise ValueError(f"{path}.controlPlane: must be true or false")
    taints = _taints(entry.get("taints", [] if not main else [CONTROL_PLANE_TAINT]), f"{path}.taints")
    return [
        NodeSize(
            name=name if count == 1 else f"{name}-{number}",
            cpu=_amount(entry.get("cpu", "4"), f"{path}.cpu", milli=True),
            memory=_amount(entry.get("memory", "16Gi"), f"{path}.memory"),
            storage=_amount(entry.get("storage", "100Gi"), f"{path}.storage"),
            pods=_whole(entry.get("pods", 110), f"{path}.pods", 1, _MOST_PODS),
            resources=_resources(entry.get("resources", {}), f"{path}.resources"),
            zone=_text(entry.get("zone", ""), f"{path}.zone"),
            region=_text(entry.get("region", "region-1" if entry.get("zone") else ""), f"{path}.region"),
            labels=_labels(entry.get("labels", {}), f"{path}.labels"),
            taints=taints,
            control_plane=main,
        )
        for number in range(1, count + 1)
    ]


def _whole(value: Any, path: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{path}: must be a whole number from {least} to {most}, not {value!r}")
    return value


def _amount(value: Any, path: str, *, milli: bool = False) -> int:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(quantity.MALFORMED)
        figure = quantity.milli(value) if milli else quantity.value(value)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if figure <= 0:
        raise ValueError(f"{path}: must be more than 0, not {value!r}")
    return figure


def _resources(value: Any, path: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"{path}: must be a map of quantities")
    found = {}
    for name, text in value.items():
        known = isinstance(name, str) and not resource_name(path, name)
        if not known or not (is_extended(name) or name in HUGE_PAGES):
            raise ValueError(f"{path}: must name devices such as example.com/dongle, or huge pages, not {name!r}")
        found[name] = quantity.canonical(str(_amount(text, f"{path}[{name}]")))
    return found


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{path}: must be text, not {value!r}")
    return value


def _labels(value: Any, path: str) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for pair in value.items() for one in pair):
        raise ValueError(f"{path}: must be a map of text to text")
    return dict(value)


def _taints(value: Any, path: str) -> tuple[Mapping[str, str], ...]:
    if not isinstance(value, list):
        raise ValueError(f"{path}: must be a list such as [dedicated=gpu:NoSchedule]")
    return tuple(_taint(one, f"{path}[{position}]") for position, one in enumerate(value))


def _taint(value: Any, path: str) -> Mapping[str, str]:
    if isinstance(value, str):
        found = _TAINT.fullmatch(value)
        if found is None:
            raise ValueError(f"{path}: must be key=value:Effect, not {value!r}")
        value = {key: one for key, one in found.groupdict().items() if one}
    if not isinstance(value, dict) or not isinstance(value.get("key"), str) or not value["key"]:
        raise ValueError(f"{path}.key: is required")
    if value.get("effect") not in EFFECTS:
        raise ValueError(f"{path}.effect: must be one of {', '.join(EFFECTS)}, not {value.get('effect')!r}")
    taint = {"effect": value["effect"], "key": value["key"]}
    return {**taint, "value": _text(value["value"], f"{path}.value")} if value.get("value") else taint
