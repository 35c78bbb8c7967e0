"""The shape of a pod: the part of it that decides where it may go. Pods of one template share one shape.

Plugins keep what they work out from a spec with the shape, so it is worked out once per template and not once per pod.
Follows pkg/scheduler/framework/types.go (calculateResource) and pkg/scheduler/util/pod_resources.go, v1.34.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from simulator.engine import pods
from simulator.engine.in_place_resize import spec_as_held
from simulator.engine.objects import containers_of, controller_of, is_deleting
from simulator.engine.registry import Body
from simulator.engine.scheduler.volumes import volumes_of

NATIVE = ("cpu", "memory", "ephemeral-storage")
_ASSUMED = {"cpu": "100m", "memory": str(200 * 1024 * 1024)}
_KEPT = 4096
_MOST = 1 << 53
"""Of any resource: sums of such amounts, and shares of them, stay within 64 bits."""
_Made = TypeVar("_Made")

Content = tuple[str, dict[str, str], Body | None, bool, str, Body]
"""Namespace, labels, controller, being deleted, wished node, the read parts of the spec."""
_READ = (
    "nodeSelector",
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "priority",
    "overhead",
    "resources",
    "hostNetwork",
)


class Shape:
    """What the plugins look at in a pod.

    spec: the parts of the spec that plugins read. owner: the controller's reference. deleting: it is being deleted.
    requests: the amounts that are not zero (cpu in thousandths, the rest in units), cpu, memory and ephemeral-storage
    first. scored: (cpu, memory) with the assumed amounts for containers that ask for nothing. held: the same as it
    counts once the pod is on a node: where the pod has figures of its own, only what nobody in it asks for is assumed.
    """

    def __init__(self, content: Content) -> None:
        self.namespace, self.labels, self.owner, self.deleting, self.node_name, self.spec = content
        spec = self.spec
        self.priority: int = spec["priority"] or 0
        self.node_selector: dict[str, str] = spec["nodeSelector"] or {}
        self.affinity: Body = spec["affinity"] or {}
        self.tolerations: list[Body] = spec["tolerations"] or []
        asked = pods.requests(spec)
        names = (*NATIVE, *sorted(name for name in asked if is_scalar(name)))
        self.requests = {name: counted(asked[name]) for name in names if asked.get(name)}
        self.scored = _scored(spec, _ASSUMED)
        unsaid = _unsaid(spec)
        self.held = self.scored if len(unsaid) == len(_ASSUMED) else _scored(spec, unsaid)
        self._made: dict[str, Any] = {}

    def once(self, key: str, make: Callable[[Shape], _Made]) -> _Made:
        """`make(shape)`, worked out at the first call and kept under the key."""
        if key not in self._made:
            self._made[key] = make(self)
        made: _Made = self._made[key]
        return made


def counted(amount: int) -> int:
    """An amount as the scheduler counts it."""
    return max(-_MOST, min(amount, _MOST))


def is_scalar(resource: str) -> bool:
    """True for resources that only nodes which offer them have: extended ones, huge pages, attachable volumes."""
    return "/" in resource or resource.startswith(("hugepages-", "attachable-volumes-"))


def _unsaid(spec: Body) -> dict[str, str]:
    """What is assumed of the containers of a pod that is on a node. Follows getNonMissingContainerRequests."""
    own = (spec.get("resources") or {}).get("requests") or {}
    if not any(name in _ASSUMED or name.startswith("hugepages-") for name in own):
        return _ASSUMED
    asked = [(one.get("resources") or {}).get("requests") or {} for one in containers_of(spec)]
    said = {name for amounts in (own, spec.get("overhead") or {}, *asked) for name in amounts}
    return {name: amount for name, amount in _ASSUMED.items() if name not in said}


def _scored(spec: Body, assumed: dict[str, str]) -> tuple[int, int]:
    figures = pods.requests(_with_assumed_requests(spec, assumed))
    return counted(figures.get("cpu", 0)), counted(figures.get("memory", 0))


def _with_assumed_requests(spec: Body, assumed: dict[str, str]) -> Body:
    def filled(container: Body) -> Body:
        resources = container.get("resources") or {}
        return {**container, "resources": {**resources, "requests": {**assumed, **(resources.get("requests") or {})}}}

    changed = {**spec, "containers": [filled(one) for one in spec.get("containers") or ()]}
    if spec.get("initContainers"):
        changed["initContainers"] = [filled(one) for one in spec["initContainers"]]
    return changed


class Shapes:
    """Finds the one shape of each distinct pod."""

    def __init__(self) -> None:
        self._by_content: OrderedDict[str, Shape] = OrderedDict()
        self._by_origin: OrderedDict[str, tuple[Content, Shape]] = OrderedDict()
        self._latest: tuple[Body, bool, Shape] | None = None

    def of(self, pod: Body, *, placed: bool = False) -> Shape:
        """The shape of a pod. `placed`: it is counted where it runs, so its nodeName is no wish."""
        latest = self._latest
        if latest is None or latest[0] is not pod or latest[1] != placed:
            latest = self._latest = pod, placed, self._find(pod, placed=placed)
        return latest[2]

    def _find(self, pod: Body, *, placed: bool) -> Shape:
        owner = controller_of(pod)
        content = _content(pod, owner, placed=placed)
        # Pods of one owner nearly always are of one template, as are bare pods that come one after the other in a
        # namespace: comparing costs a tenth of writing the content out.
        origin = owner["uid"] if owner else f"{content[0]}/"
        known = self._by_origin.get(origin)
        if known is not None and known[0] == content:
            return known[1]
        text = json.dumps(content, sort_keys=True)
        shape = self._by_content.get(text)
        if shape is None:
            shape = Shape(content)
            _keep(self._by_content, text, shape)
        _keep(self._by_origin, origin, (content, shape))
        return shape


def _keep(kept: OrderedDict[str, Any], key: str, value: Any) -> None:
    kept[key] = value
    if len(kept) > _KEPT:
        kept.popitem(last=False)


def _content(pod: Body, owner: Body | None, *, placed: bool) -> Content:
    spec, metadata = spec_as_held(pod) if placed else pod["spec"], pod["metadata"]
    read: Body = {field: spec.get(field) for field in _READ}
    read["volumes"] = volumes_of(pod)
    read["containers"] = [_container(one) for one in spec.get("containers") or ()]
    read["initContainers"] = [_container(one) for one in spec.get("initContainers") or ()]
    return (
        metadata.get("namespace") or "",
        metadata.get("labels") or {},
        owner,
        placed and is_deleting(pod),
        "" if placed else spec.get("nodeName") or "",
        read,
    )


def _container(container: Body) -> Body:
    return {
        "image": container.get("image"),
        "resources": container.get("resources"),
        "restartPolicy": container.get("restartPolicy"),
        "ports": [one for one in container.get("ports") or () if one.get("hostPort")],
    }
