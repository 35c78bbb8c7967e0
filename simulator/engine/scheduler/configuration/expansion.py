"""From what a profile enables and disables to the plugins that run at each extension point, in order.

Follows mergePlugins of pkg/scheduler/apis/config/v1/default_plugins.go, and NewFramework, expandMultiPointPlugins and
getScoreWeights of pkg/scheduler/framework/runtime/framework.go, v1.34. Weights are 32 bits wide, so that the sum of all
scores, which upstream checks too, fits 64 whatever they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.faults import Fault
from simulator.engine.scheduler.configuration.plugins import (
    DEFAULT_WEIGHTS,
    EXTENSION_POINTS,
    INVALID,
    MULTI_POINT,
    PLUGINS,
)
from simulator.engine.scheduler.profile import Enabled

Points = dict[str, tuple[Enabled, ...]]


class Listed(NamedTuple):
    """A plugin as some list enables it. field: where it was written, empty for the default profile's own."""

    name: str
    weight: int
    field: str


class PluginSet(NamedTuple):
    """What is enabled and disabled at one extension point, or at all of them (`multiPoint`)."""

    enabled: tuple[Listed, ...]
    disabled: frozenset[str]


class Expansion(NamedTuple):
    """points: what runs where. needed: every plugin that anything enables."""

    points: Points
    needed: frozenset[str]
    faults: list[Fault]


_UPSTREAMS_ORDER = (
    "preFilter",
    "filter",
    "postFilter",
    "reserve",
    "preScore",
    "score",
    "preBind",
    "bind",
    "postBind",
    "permit",
    "preEnqueue",
    "queueSort",
)
"""The order in which upstream expands the points, and so comes upon what is wrong."""
_DEFAULT = tuple(Listed(name, DEFAULT_WEIGHTS.get(name, 0), "") for name in PLUGINS)


def expand(plugins: Mapping[str, Body], field: str, scheduler_name: str) -> Expansion:
    """field: the path of `plugins`, as the profile has them."""
    sets = {point: _read(plugins.get(point) or {}, f"{field}.{point}") for point in (*EXTENSION_POINTS, MULTI_POINT)}
    everywhere = _merged(_DEFAULT, sets.pop(MULTI_POINT))
    faults = _unknown(everywhere)
    known = [one for one in everywhere if one.name in PLUGINS]
    weights = _weights([*sets["score"].enabled, *known])
    points: Points = {}
    for point in _UPSTREAMS_ORDER:
        listed, wrong = _listed(point, sets[point])
        expanded, again = _expanded(point, sets[point], listed, known)
        found = {one.field for one in faults}
        faults += [*wrong, *(one for one in again if one.field not in found)]
        points[point] = tuple(Enabled(name, weights[name] if point == "score" else 0) for name in expanded)
    if not faults:
        faults = _missing(points, field, scheduler_name)
    needed = frozenset(one.name for held in sets.values() for one in held.enabled) | {one.name for one in known}
    return Expansion({point: points[point] for point in EXTENSION_POINTS if points[point]}, needed, faults)


def _read(held: Body, field: str) -> PluginSet:
    enabled = tuple(
        Listed(one.get("name") or "", one.get("weight") or 0, f"{field}.enabled[{position}]")
        for position, one in enumerate(held.get("enabled") or ())
    )
    return PluginSet(enabled, frozenset(one.get("name") or "" for one in held.get("disabled") or ()))


def _merged(default: tuple[Listed, ...], custom: PluginSet) -> list[Listed]:
    """What the default profile enables, without what is disabled, then what is enabled beyond it.

    A default plugin that is enabled again keeps its place and takes the new weight.
    """
    positions = {one.name: position for position, one in enumerate(custom.enabled)}
    merged, replaced = [], set()
    for one in () if "*" in custom.disabled else default:
        if one.name in custom.disabled:
            continue
        position = positions.get(one.name)
        if position is not None:
            replaced.add(position)
        merged.append(one if position is None else custom.enabled[position])
    return [*merged, *(one for position, one in enumerate(custom.enabled) if position not in replaced)]


def _unknown(everywhere: list[Listed]) -> list[Fault]:
    """PreFilter is the point that upstream expands first."""
    return [
        Fault(f"{one.field}.name", f'{EXTENSION_POINTS["preFilter"]} "{one.name}" does not exist')
        for one in everywhere
        if one.name not in PLUGINS
    ]


def _listed(point: str, held: PluginSet) -> tuple[list[str], list[Fault]]:
    """The plugins that are enabled at this very point."""
    interface = EXTENSION_POINTS[point]
    names: list[str] = []
    faults = []
    for one in held.enabled:
        at = f"{one.field}.name"
        if one.name not in PLUGINS:
            if one.name not in INVALID:
                faults.append(Fault(at, f'{interface} "{one.name}" does not exist'))
        elif point not in PLUGINS[one.name]:
            faults.append(Fault(at, f'plugin "{one.name}" does not extend {interface} plugin'))
        elif one.name in names:
            faults.append(Fault(at, f'plugin "{one.name}" already registered as "{interface}"'))
        else:
            names.append(one.name)
    return names, faults


def _expanded(
    point: str, held: PluginSet, listed: list[str], everywhere: list[Listed]
) -> tuple[list[str], list[Fault]]:
    """First what the point enables again, then what is enabled everywhere, then what only the point enables."""
    if "*" in held.disabled:
        return listed, []
    overriding: set[str] = set()
    spread: list[str] = []
    faults = []
    for one in everywhere:
        if point not in PLUGINS[one.name] or one.name in held.disabled:
            continue
        if one.name in listed:
            overriding.add(one.name)
        elif one.name in spread:
            message = f'plugin "{one.name}" already registered as "{EXTENSION_POINTS[point]}"'
            faults.append(Fault(f"{one.field}.name", message))
        else:
            spread.append(one.name)
    first = [name for name in listed if name in overriding]
    return [*first, *spread, *(name for name in listed if name not in overriding)], faults


def _weights(listed: list[Listed]) -> dict[str, int]:
    """The weight of each plugin: what is said at `score` counts before what is said everywhere."""
    weights: dict[str, int] = {}
    for one in listed:
        weights.setdefault(one.name, one.weight or 1)
    return weights


def _missing(points: Points, field: str, scheduler_name: str) -> list[Fault]:
    faults, profile = [], f'profile with scheduler name "{scheduler_name}"'
    if len(points["queueSort"]) != 1:
        message = f"only one queue sort plugin required for {profile}, but got {len(points['queueSort'])}"
        faults.append(Fault(f"{field}.queueSort", message))
    if not points["bind"]:
        faults.append(Fault(f"{field}.bind", f"at least one bind plugin is needed for {profile}"))
    return faults
