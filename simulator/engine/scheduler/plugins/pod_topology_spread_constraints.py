"""The constraints that PodTopologySpread holds a pod to: its own, or, if it has none, those that hold by default.

Follows pkg/scheduler/framework/plugins/podtopologyspread/{common,plugin}.go and
pkg/scheduler/framework/plugins/helper/spread.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

from simulator.engine import selectors
from simulator.engine.registry import Bodies, Body, Reader
from simulator.engine.scheduler.shape import Shape
from simulator.engine.selectors import NOTHING, Requirement, Selector

Action = Literal["DoNotSchedule", "ScheduleAnyway"]
HARD: Action = "DoNotSchedule"
SOFT: Action = "ScheduleAnyway"
HOSTNAME = "kubernetes.io/hostname"
_SYSTEM = (
    {"maxSkew": 3, "topologyKey": HOSTNAME, "whenUnsatisfiable": SOFT},
    {"maxSkew": 5, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": SOFT},
)
_SELECTING = {
    ("v1", "ReplicationController"): "replicationcontrollers",
    ("apps/v1", "ReplicaSet"): "replicasets.apps",
    ("apps/v1", "StatefulSet"): "statefulsets.apps",
}


class Constraint(NamedTuple):
    """key: the label whose values are the domains. honors_...: nodes that the pod could not be on do not count."""

    key: str
    max_skew: int
    selector: Selector
    min_domains: int
    honors_affinity: bool
    honors_taints: bool


Constraints = tuple[Constraint, ...]


def stated(shape: Shape) -> bool:
    """True if the pod has constraints of its own, of whatever kind; then none hold by default."""
    return bool(shape.spec.get("topologySpreadConstraints"))


def own(shape: Shape, action: Action) -> Constraints:
    """The pod's own constraints of one kind."""
    return shape.once(f"PodTopologySpread/{action}", lambda one: _own(one, action))


class Defaults:
    """The constraints of pods that have none of their own, over the pods of the same services and the same owner.

    arguments: PodTopologySpreadArgs. of_system: they are the system's own.
    """

    def __init__(self, reader: Reader, arguments: Body) -> None:
        self._reader = reader
        self.of_system = (arguments.get("defaultingType") or "System") == "System"
        listed = _SYSTEM if self.of_system else arguments.get("defaultConstraints") or ()
        self._listed = {action: _of_kind(listed, action) for action in (HARD, SOFT)}
        self._known: WeakKeyDictionary[Shape, _Known] = WeakKeyDictionary()

    def any(self, action: Action) -> bool:
        return bool(self._listed[action])

    def of(self, shape: Shape, action: Action) -> Constraints:
        if not self._listed[action]:
            return ()
        services, owner = self._reader.list("services", shape.namespace), self._owner(shape)
        known = self._known.get(shape)
        # Bodies are replaced, never changed, so that comparing the same services costs a look at each.
        if known is None or known.owner is not owner or known.services != services:
            selector = _selector(shape, services, owner)
            made = {
                one: tuple(constraint._replace(selector=selector) for constraint in listed) if selector.terms else ()
                for one, listed in self._listed.items()
            }
            known = self._known[shape] = _Known(services, owner, made)
        return known.constraints[action]

    def _owner(self, shape: Shape) -> Body | None:
        """The controller of a shape's pods, where that selects pods."""
        owner = shape.owner
        resource = _SELECTING.get((owner.get("apiVersion") or "", owner.get("kind") or "")) if owner else None
        return self._reader.get(resource, shape.namespace, owner["name"]) if owner and resource else None


class _Known(NamedTuple):
    """What was worked out for a shape, and from what."""

    services: Bodies
    owner: Body | None
    constraints: dict[Action, Constraints]


def _selector(shape: Shape, services: Bodies, owner: Body | None) -> Selector:
    """What the services that select the pod and its controller select, all at once. Follows DefaultSelector."""
    labels: dict[str, str] = {}
    for service in services:
        selector = service.get("spec", {}).get("selector") or {}
        if selector.items() <= shape.labels.items():
            labels |= selector
    held = (owner or {}).get("spec", {}).get("selector")
    if shape.owner and shape.owner.get("kind") == "ReplicationController":
        return selectors.of({"matchLabels": {**labels, **(held or {})}})
    terms = selectors.of({"matchLabels": labels}).terms
    return Selector(terms + selectors.of(held).terms) if owner is not None else selectors.of({"matchLabels": labels})


def _own(shape: Shape, action: Action) -> Constraints:
    made = []
    for one in shape.spec.get("topologySpreadConstraints") or ():
        if one.get("whenUnsatisfiable") == action:
            selector = selectors.of(one.get("labelSelector"))
            made.append(_constraint(one, _with_keys(selector, one.get("matchLabelKeys") or (), shape)))
    return tuple(made)


def _of_kind(constraints: Iterable[Body], action: Action) -> Constraints:
    return tuple(_constraint(one, NOTHING) for one in constraints if one.get("whenUnsatisfiable") == action)


def _constraint(one: Body, selector: Selector) -> Constraint:
    return Constraint(
        one.get("topologyKey") or "",
        one.get("maxSkew") or 0,
        selector,
        1 if one.get("minDomains") is None else one["minDomains"],
        (one.get("nodeAffinityPolicy") or "Honor") == "Honor",
        (one.get("nodeTaintsPolicy") or "Ignore") == "Honor",
    )


def _with_keys(selector: Selector, keys: Iterable[str], shape: Shape) -> Selector:
    """The selector, and the pod's own value of each key that it has. The API server has merged them in already."""
    if selector.nothing:
        return selector
    held = (Requirement(key, "=", frozenset((shape.labels[key],))) for key in keys if key in shape.labels)
    return Selector((*held, *selector.terms))
