"""Which NodeGroup grows where several could: the expanders.

Follows cluster-autoscaler/expander/{waste,mostpods,priority,random,factory}, v1.34. `price` takes the cheapest by the
groups' own prices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

import yaml

from simulator.engine import node_groups, pods
from simulator.engine.chance import Chance
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import name_of
from simulator.engine.registry import Bodies, Body, Key, Reader

PRIORITIES = Key("kube-system", "cluster-autoscaler-priority-expander")
_LONGEST = 10_000


class Option(NamedTuple):
    """A NodeGroup, how many nodes it would get, and for which pods."""

    group: Body
    nodes: int
    pods: Bodies
    template: Template


Options = list[Option]


def best(options: Options, settings: Settings, reader: Reader, chance: Chance, *, now: int) -> Option | None:
    """Each expander leaves some for the next; among those that are left it is drawn."""
    for name in settings.expanders():
        if len(options) > 1 or name == "priority":
            options = _STRATEGIES[name](options, reader)
    if not options:
        return None
    return options[chance.hash("expander", now) % len(options)]


def _least(options: Options, figure: Callable[[Option], Fraction]) -> Options:
    lowest = min(map(figure, options))
    return [one for one in options if figure(one) == lowest]


def _waste(option: Option) -> Fraction:
    """The shares of cpu and memory that would be idle, added up."""
    capacity: Mapping[str, str] = option.template.node["status"]["capacity"]
    total = Fraction(0)
    for name in ("cpu", "memory"):
        has = pods.figure(name, capacity[name]) * option.nodes
        asked = sum(pods.amounts(one).get(name, 0) for pod in option.pods for one in pod["spec"]["containers"])
        total += Fraction(has - asked, has)
    return total


def _least_waste(options: Options, reader: Reader) -> Options:
    return _least(options, _waste)


def _most_pods(options: Options, reader: Reader) -> Options:
    return _least(options, lambda one: Fraction(-len(one.pods)))


def _price(options: Options, reader: Reader) -> Options:
    return _least(options, lambda one: node_groups.price(one.group) * one.nodes)


def _random(options: Options, reader: Reader) -> Options:
    return options


def _priority(options: Options, reader: Reader) -> Options:
    """Those that the highest priority names; all if it cannot be read, none if no priority names any."""
    tiers = priorities(reader)
    if tiers is None:
        return options
    for number in sorted(tiers, reverse=True):
        found = [one for one in options if any(re.search(text, name_of(one.group)) for text in tiers[number])]
        if found:
            return found
    return []


def priorities(reader: Reader) -> dict[int, list[str]] | None:
    """What the ConfigMap of the priority expander says; None if it is not there or wrong."""
    held = reader.get("configmaps", *PRIORITIES)
    text = ((held or {}).get("data") or {}).get("priorities") or ""
    if not text or len(text) > _LONGEST:
        return None
    try:
        read = yaml.load(text, Loader=yaml.CSafeLoader)
        found = {int(number): [str(one) for one in named] for number, named in read.items()}
        for named in found.values():
            for one in named:
                re.compile(one)
    except (yaml.YAMLError, re.error, AttributeError, TypeError, ValueError, RecursionError):
        return None
    return found


_STRATEGIES: dict[str, Callable[[Options, Reader], Options]] = {
    "least-waste": _least_waste,
    "most-pods": _most_pods,
    "price": _price,
    "priority": _priority,
    "random": _random,
}
