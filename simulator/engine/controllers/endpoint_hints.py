"""Which zone or node each endpoint of a Service is for: topology-mode and trafficDistribution.

Follows topologycache/topologycache.go, trafficdist and reconciler.go in staging/src/k8s.io/endpointslice, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple

from simulator.engine.controllers.service_pods import zone_of
from simulator.engine.controllers.slice_drafts import Draft, Drafts
from simulator.engine.controllers.zone_shares import Allocation, Ratios, allocated, exchange, is_overloaded, ratios
from simulator.engine.journal import Change
from simulator.engine.objects import annotations_of, is_condition_true, key_of, spec_of, text_of
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_ANNOTATIONS = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")
_CLOSE = ("PreferClose", "PreferSameZone", "PreferSameNode")

ENABLED, DISABLED = "TopologyAwareHintsEnabled", "TopologyAwareHintsDisabled"
_SAID = {ENABLED: "Topology Aware Hints has been enabled", DISABLED: "Topology Aware Hints has been disabled"}
_NO_ZONE = "One or more endpoints do not have a zone specified"
_NOTHING = "No hints allocated for zones"


class Told(NamedTuple):
    """An event about the Service."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str


class Hints:
    """The hints of all Services. A note of the component remembers that a Service has hints, and how many of its
    endpoints each zone has by its CPUs."""

    def __init__(self, world: World, component: str) -> None:
        self._world = world
        self._component = component
        self._given: dict[Key, Mapping[str, int]] = {}
        self._ratios: tuple[Ratios | None] | None = None  # worked out when they are asked for

    def start(self) -> None:
        noted = ((key_of(one), self._note(key_of(one))) for one in self._world.list("services"))
        self._given, self._ratios = {key: held for key, held in noted if held}, None

    def give(self, service: Body, drafts: Drafts) -> list[Told]:
        """Says which endpoints are for whom, where the Service asks for it; what people are told of it."""
        key, close = key_of(service), distribution(service)
        held = self._note(key)
        if held is None and not close and not is_automatic(service):
            return []
        for draft in drafts.slices:
            if draft.touched:
                draft.forget_hints()
        if is_automatic(service):
            given, said = spread(drafts, self._shares(), before=bool(held))
            self._remember(key, given)
            return said
        if close:
            prefer_close(drafts, nodes=close == "PreferSameNode")
        else:
            remove(drafts)
        self._remember(key, {} if close else None)
        return [told(DISABLED)] if held else []

    def forget(self, key: Key) -> None:
        self._remember(key, None)

    def node_changed(self, change: Change) -> list[Key]:
        """The Services that are to be looked at again because of a change of a node."""
        place = [(zone_of(one), is_condition_true(one, "Ready")) for one in (change.before, change.body) if one]
        if change.operation == "MODIFIED" and place[0] == place[-1]:
            return []
        self._ratios = None
        return [key for key, held in sorted(self._given.items()) if is_overloaded(held, self._shares())]

    def _note(self, key: Key) -> Mapping[str, int] | None:
        held: Mapping[str, int] | None = self._world.note(self._component, f"hints/{text_of(key)}")
        return held

    def _remember(self, key: Key, given: Mapping[str, int] | None) -> None:
        self._world.set_note(self._component, f"hints/{text_of(key)}", given)
        if given:
            self._given[key] = given
        else:
            self._given.pop(key, None)

    def _shares(self) -> Ratios | None:
        if self._ratios is None:
            self._ratios = (ratios(self._world.list("nodes")),)
        return self._ratios[0]


def is_automatic(service: Body) -> bool:
    """Whether the Service asks for hints by the CPUs of the zones."""
    held = annotations_of(service)
    value = next((held[name] for name in _ANNOTATIONS if name in held), "")
    return value in ("Auto", "auto")


def distribution(service: Body) -> str:
    """The Service's trafficDistribution, where it counts."""
    held = str(spec_of(service).get("trafficDistribution") or "")
    return held if held in _CLOSE and not is_automatic(service) else ""


def remove(drafts: Drafts) -> None:
    """Takes all hints away."""
    for draft in _filled(drafts):
        _set(draft, {key: None for key, one in draft.endpoints.items() if "hints" in one})


def prefer_close(drafts: Drafts, *, nodes: bool) -> None:
    """Each ready endpoint is for its own zone; with `nodes` for its own node too."""
    for draft in _filled(drafts):
        wanted = {}
        for key, one in draft.endpoints.items():
            if one["conditions"]["ready"]:
                zones = {"forZones": [{"name": one["zone"]}]} if one.get("zone") else {}
                own = {"forNodes": [{"name": one["nodeName"]}]} if nodes and one.get("nodeName") else {}
                wanted[key] = {**zones, **own} or None
        _set(draft, wanted)


def spread(drafts: Drafts, shares: Ratios | None, *, before: bool) -> tuple[dict[str, int] | None, list[Told]]:
    """Gives the ready endpoints to zones by their CPUs: how many each zone has got, None if it cannot be done.

    before: whether there were hints already.
    """
    total = sum(_ready(draft) for draft in _filled(drafts))
    allocations = allocated(total, shares)
    if isinstance(allocations, str):
        remove(drafts)
        return None, [_told(allocations)]
    given = Counter[str]()
    changing = []
    for draft in _filled(drafts):
        kept = None if _is_due(draft) else _kept(draft, given, allocations)
        if kept is None:
            changing.append(draft)
        else:
            given.update(kept)
    zones = [
        one.get("zone") or "" for draft in changing for one in draft.endpoints.values() if one["conditions"]["ready"]
    ]
    if "" in zones:
        remove(drafts)
        return None, [_told(_NO_ZONE)]
    given.update(zones)
    giving, receiving = exchange(allocations, given)
    for draft in changing:
        _set(
            draft,
            {
                key: {"forZones": [{"name": _moved(one["zone"], giving, receiving, given)}]}
                for key, one in draft.endpoints.items()
                if one["conditions"]["ready"]
            },
        )
    if not given:
        remove(drafts)
        return None, [_told(_NOTHING)]
    return {zone: count for zone, count in sorted(given.items()) if count}, [] if before else [told(ENABLED)]


def told(reason: str) -> Told:
    """That hints have been switched on or off."""
    return _told(_SAID[reason], reason)


def _told(message: str, reason: str = DISABLED) -> Told:
    return Told("Normal" if reason == ENABLED else "Warning", reason, f"{message}, addressType: IPv4")


def _filled(drafts: Drafts) -> list[Draft]:
    """The slices that there will be: new ones first, then those that are written anyway, then the others."""
    held = [draft for draft in drafts.slices if len(draft)]
    return sorted(held, key=lambda draft: (draft.held is not None, not _is_due(draft)))


def _is_due(draft: Draft) -> bool:
    return draft.held is None or draft.touched or draft.stale


def _ready(draft: Draft) -> int:
    return sum(one["conditions"]["ready"] for one in draft.endpoints.values())


def _set(draft: Draft, wanted: Mapping[Key, Body | None]) -> None:
    """Gives endpoints their hints; a slice that gets others than it has is written."""
    for key, one in draft.endpoints.items():
        if key in wanted and one.get("hints") != wanted[key]:
            bare = {name: value for name, value in one.items() if name != "hints"}
            draft.endpoints[key] = {**bare, "hints": wanted[key]} if wanted[key] else bare
            draft.touched = True


def _kept(draft: Draft, given: Mapping[str, int], allocations: Mapping[str, Allocation]) -> Counter[str] | None:
    """The hints of a slice that need not change; None if they must."""
    found = Counter[str]()
    for one in draft.endpoints.values():
        if not one["conditions"]["ready"]:
            continue
        zones = [zone["name"] for zone in (one.get("hints") or {}).get("forZones") or ()]
        if not zones or any(zone not in allocations for zone in zones):
            return None
        found.update(zones)
    fits = all(count + given.get(zone, 0) <= allocations[zone].most for zone, count in found.items())
    return found if fits else None


def _moved(zone: str, giving: Counter[str], receiving: Counter[str], given: Counter[str]) -> str:
    """The zone that an endpoint of a zone is for; takes note of it."""
    target = next((one for one in sorted(receiving) if receiving[one] > 0), "")
    if giving[zone] <= 0 or not target:
        return zone
    giving[zone] -= 1
    receiving[target] -= 1
    given[zone] -= 1
    given[target] += 1
    return target
