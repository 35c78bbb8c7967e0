"""What a pod that is being resized in place takes on its node.

Follows AggregateContainerRequests and AggregateContainerLimits, with UseStatusResources, of
staging/src/k8s.io/component-helpers/resource/helpers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from .objects import condition, status_of
from .pods import figure, is_sidecar
from .registry import Body

Which = Literal["requests", "limits"]


def spec_as_held(pod: Body, which: Which = "requests") -> Body:
    """The spec with the requests that count: the most of what a container asks for, has been given and runs with.

    Or with the limits that count: the most of what it may use by its spec and by what it runs with. What it asks for
    does not count if the node cannot do the resize. An init container that ends is never resized.
    """
    spec: Body = pod["spec"]
    status = status_of(pod)
    statuses = {
        one["name"]: one
        for key in ("containerStatuses", "initContainerStatuses")
        for one in status.get(key) or ()
        if one.get("resources") is not None
    }
    if not statuses:
        return spec
    feasible = (condition(pod, "PodResizePending") or {}).get("reason") != "Infeasible"
    changed: Body = {}
    for key in ("containers", "initContainers"):
        old = spec.get(key) or ()
        new = [
            _as_held(one, statuses[one["name"]], which, feasible=feasible)
            if one["name"] in statuses and (key == "containers" or is_sidecar(one))
            else one
            for one in old
        ]
        if any(one is not former for one, former in zip(new, old, strict=True)):
            changed[key] = new
    return {**spec, **changed} if changed else spec


def _as_held(container: Body, status: Body, which: Which, *, feasible: bool) -> Body:
    resources = container.get("resources") or {}
    asked = resources.get(which) or {}
    given = (status.get("allocatedResources") or {},) if which == "requests" else ()
    held = (status["resources"].get(which) or {}, *given)
    most = _most((asked, *held) if feasible else held)
    return container if most == asked else {**container, "resources": {**resources, which: most}}


def _most(lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    most: dict[str, str] = {}
    for amounts in lists:
        for name, text in amounts.items():
            if name not in most or figure(name, text) > figure(name, most[name]):
                most[name] = text
    return most
