"""From samples to a recommendation: percentiles, a margin, bounds by how much is known, what a policy allows.

Follows vertical-pod-autoscaler/pkg/recommender/logic/{recommender,estimator}.go, routines/capping_post_processor.go and
utils/vpa/capping.go of kubernetes/autoscaler. Figures are whole millicores and bytes, cut off as upstream's are.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.engine import quantity
from simulator.engine.clock import SECOND
from simulator.engine.controllers.vertical_pod_autoscaler.aggregate import Aggregate
from simulator.engine.definitions.vertical_pod_autoscaler import RESOURCES
from simulator.engine.registry import Body

Amounts = dict[str, int]

_DAY = 24 * 3600 * SECOND
_MINUTES = 24 * 60
_MARGIN = 0.15
_LEAST = {"cpu": 25, "memory": 250 << 20}
_MOST = 10**14
_TARGET, _LOWER, _UPPER = 0.9, 0.5, 0.95


def recommendations(containers: Mapping[str, Aggregate], policies: Mapping[str, Body]) -> list[Body]:
    """The recommendations in the order of the containers' names; none for those whose policy says so."""
    share = 1.0 / len(containers) if containers else 1.0
    least = {name: _scaled(amount, share) for name, amount in _LEAST.items()}
    found = []
    for name in sorted(containers):
        policy = policies.get(name) or policies.get("*") or {}
        if policy.get("mode") != "Off":
            found.append(_recommendation(name, containers[name], policy, least))
    return found


def confidence(held: Aggregate) -> float:
    """How much is known, in days: the time between the first and the last sample, or fewer if they are few."""
    return min((held.last - held.first) / _DAY, held.count / _MINUTES)


def _recommendation(name: str, held: Aggregate, policy: Body, least: Amounts) -> Body:
    known = confidence(held)
    target = _estimate(held, _TARGET, 1.0, least)
    # Of a container that has just been seen nothing is certain: it could need nothing, or any amount.
    lower = _estimate(held, _LOWER, (1 + 0.001 / known) ** -2 if known else 0.0, least)
    upper = _estimate(held, _UPPER, 1 + 1 / known if known else float("inf"), least)
    controlled = policy.get("controlledResources")
    resources = RESOURCES if controlled is None else [one for one in RESOURCES if one in controlled]
    said = {"target": target, "lowerBound": lower, "upperBound": upper}
    parts = {part: _capped(_written(figures, resources), policy) for part, figures in said.items()}
    return {"containerName": name, **parts, "uncappedTarget": _written(target, resources)}


def _estimate(held: Aggregate, share: float, factor: float, least: Amounts) -> Amounts:
    base = {"cpu": int(held.cpu.percentile(share) * 1000), "memory": int(held.memory.percentile(share))}
    found = {}
    for name, amount in base.items():
        with_margin = amount + _scaled(amount, _MARGIN)
        found[name] = max(_scaled(with_margin, factor), least[name])
    return found


def _scaled(amount: int, factor: float) -> int:
    if not amount or not factor:
        return 0
    figure = amount * factor
    return int(figure) if figure < _MOST else _MOST


def _capped(texts: dict[str, str], policy: Body) -> dict[str, str]:
    """Within what the policy allows, in its own words where it counts."""
    found = dict(texts)
    for name in found:
        least, most = ((policy.get(key) or {}).get(name) for key in ("minAllowed", "maxAllowed"))
        if least is not None and quantity.parse(least)[0] > quantity.parse(found[name])[0]:
            found[name] = least
        if most is not None and quantity.parse(most)[0] < quantity.parse(found[name])[0]:
            found[name] = most
    return found


def _written(figures: Amounts, resources: list[str] | tuple[str, ...]) -> dict[str, str]:
    texts = {"cpu": quantity.canonical(f"{figures['cpu']}m"), "memory": quantity.canonical(str(figures["memory"]))}
    return {name: texts[name] for name in resources}
