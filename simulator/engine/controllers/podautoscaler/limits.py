"""How far one step may go: between minReplicas and maxReplicas, and no faster than the policies allow.

Follows convertDesiredReplicasWithRules and convertDesiredReplicasWithBehaviorRate in
pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from simulator.engine.controllers.podautoscaler import recommendations
from simulator.engine.controllers.podautoscaler.recommendations import Memory
from simulator.engine.registry import Body, Instant

_FACTOR, _LEAST = 2, 4
_MESSAGES = {
    "DesiredWithinRange": "the desired count is within the acceptable range",
    "ScaleUpLimit": "the desired replica count is increasing faster than the maximum scale rate",
    "ScaleDownLimit": "the desired replica count is decreasing faster than the maximum scale rate",
    "TooManyReplicas": "the desired replica count is more than the maximum replica count",
    "TooFewReplicas": "the desired replica count is less than the minimum replica count",
}


class Limited(NamedTuple):
    """The replicas that are allowed, the reason of the condition, and the policy that allowed no more."""

    replicas: int
    reason: str
    policy: Body | None = None

    @property
    def message(self) -> str:
        return _MESSAGES[self.reason]


def by_rules(current: int, desired: int, least: int, most: int) -> Limited:
    """Without behavior: at most twice as many, or four."""
    limit = max(_FACTOR * current, _LEAST)
    if desired < least:
        return Limited(least, "TooFewReplicas")
    if desired > min(most, limit):
        return Limited(limit, "ScaleUpLimit") if most > limit else Limited(most, "TooManyReplicas")
    return Limited(desired, "DesiredWithinRange")


def by_behavior(
    memory: Memory, behavior: Body, current: int, desired: int, least: int, most: int, now: Instant
) -> Limited:
    """With behavior: no more than its policies allow within their periods."""
    if desired > current:
        limit, policy = _limit(memory, recommendations.rules_of(behavior, "scaleUp"), current, now, up=True)
        limit = max(limit, current)
        if desired > min(most, limit):
            return Limited(limit, "ScaleUpLimit", policy) if most > limit else Limited(most, "TooManyReplicas")
    elif desired < current:
        limit, policy = _limit(memory, recommendations.rules_of(behavior, "scaleDown"), current, now, up=False)
        limit = min(limit, current)
        if desired < max(least, limit):
            return Limited(limit, "ScaleDownLimit", policy) if least < limit else Limited(least, "TooFewReplicas")
    return Limited(desired, "DesiredWithinRange")


def _limit(memory: Memory, rules: Body, current: int, now: Instant, *, up: bool) -> tuple[int, Body | None]:
    """How far the policies let it go from here, and the policy that says so."""
    choice = rules.get("selectPolicy")
    if choice == "Disabled":
        return current, {"selectPolicy": "Disabled"}
    found = [(_proposed(memory, policy, current, now, up=up), policy) for policy in rules.get("policies") or ()]
    if not found:
        return current, None
    return max(found, key=_figure) if (choice != "Min") == up else min(found, key=_figure)


def _figure(found: tuple[int, Body]) -> int:
    return found[0]


def _proposed(memory: Memory, policy: Body, current: int, now: Instant, *, up: bool) -> int:
    period: int = policy["periodSeconds"]
    value: int = policy["value"]
    added = recommendations.changed_within(memory.up, period, now)
    begun = current - added + recommendations.changed_within(memory.down, period, now)
    if policy["type"] == "Pods":
        return begun + (value if up else -value)
    return math.ceil(begun * (1 + value / 100)) if up else int(begun * (1 - value / 100))
