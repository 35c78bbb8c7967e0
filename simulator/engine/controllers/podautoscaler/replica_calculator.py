"""How many replicas a metric asks for: ratio to target, tolerance, and what pods count that are unready or unmeasured.

Follows pkg/controller/podautoscaler/replica_calculator.go, v1.34. Figures are in thousandths, ratios are doubles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from simulator.engine import pods as pod_figures
from simulator.engine import quantity
from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler import utilization
from simulator.engine.controllers.podautoscaler.readings import MetricsError, Reading
from simulator.engine.objects import condition, get_in, instant_of, is_deleting, name_of, spec_of, status_of
from simulator.engine.registry import Bodies, Body, Instant

CPU_INITIALIZATION = 300 * SECOND
INITIAL_READINESS_DELAY = 30 * SECOND
MOST = (1 << 31) - 1
_UNREADY = "did not receive metrics for targeted pods (pods might be unready)"
_NO_PODS = "no pods returned by selector while calculating replica count"


class Tolerances(NamedTuple):
    """How far from 1 a ratio may be without any scaling."""

    down: float = 0.1
    up: float = 0.1

    def holds(self, ratio: float) -> bool:
        return 1.0 - self.down <= ratio <= 1.0 + self.up


class Rules(NamedTuple):
    """What the controller manager is started with."""

    cpu_initialization: int = CPU_INITIALIZATION
    readiness_delay: int = INITIAL_READINESS_DELAY


RULES = Rules()


class Groups(NamedTuple):
    """The pods of a target: how many are ready, and the names of those that are not, lack a figure, or do not count."""

    ready: int
    unready: list[str]
    missing: list[str]
    ignored: list[str]


class Proposal(NamedTuple):
    """replicas: what is asked for; average: thousandths for each pod (or the whole figure); percent: of requests."""

    replicas: int
    average: int
    percent: int | None = None


Figures = Mapping[str, int]
_Ratio = Callable[[Figures], float]


def group_pods(
    pods: Iterable[Body], metrics: Mapping[str, Reading], resource: str, now: Instant, rules: Rules = RULES
) -> Groups:
    groups = Groups(0, [], [], [])
    ready = 0
    for pod in pods:
        name, phase = name_of(pod), pod_figures.phase(pod)
        if is_deleting(pod) or phase == "Failed":
            groups.ignored.append(name)
        elif phase == "Pending":
            groups.unready.append(name)
        elif name not in metrics:
            groups.missing.append(name)
        elif resource == "cpu" and _is_unready(pod, metrics[name], now, rules):
            groups.unready.append(name)
        else:
            ready += 1
    return groups._replace(ready=ready)


def _is_unready(pod: Body, metric: Reading, now: Instant, rules: Rules) -> bool:
    """Whether the pod's use of CPU tells nothing yet: it is not ready, or was not for the whole of the sample."""
    ready, started = condition(pod, "Ready"), status_of(pod).get("startTime")
    if ready is None or started is None:
        return True
    turned = instant_of(ready.get("lastTransitionTime") or "0001-01-01T00:00:00Z")
    is_false = ready.get("status") == "False"
    if instant_of(started) + rules.cpu_initialization > now:
        return is_false or metric.at < turned + metric.window
    return is_false and instant_of(started) + rules.readiness_delay > turned


def requests_of(pods: Bodies, container: str, resource: str) -> dict[str, int]:
    """What each pod requests of a resource, in thousandths. Raises MetricsError."""
    found = {}
    for pod in pods:
        level = get_in(pod, "spec", "resources", "requests", default={})
        is_of_pod = not container and any(name in ("cpu", "memory") or name.startswith("hugepages-") for name in level)
        found[name_of(pod)] = _of_pod(pod, resource) if is_of_pod else _of_containers(pod, container, resource)
    return found


def _of_pod(pod: Body, resource: str) -> int:
    spec = spec_of(pod)
    asked = [get_in(one, "resources", "requests", default={}) for one in (spec, *(spec.get("containers") or ()))]
    if not any(resource in one for one in asked):
        raise MetricsError(f"missing pod-level request for {resource} in Pod {name_of(pod)}")
    total = pod_figures.requests(spec).get(resource, 0)
    return total if resource == "cpu" else total * 1000


def _of_containers(pod: Body, container: str, resource: str) -> int:
    spec, total = spec_of(pod), 0
    sidecars = [one for one in spec.get("initContainers") or () if pod_figures.is_sidecar(one)]
    for one in [*(spec.get("containers") or ()), *sidecars]:
        if container in ("", one["name"]):
            asked = get_in(one, "resources", "requests", resource)
            if asked is None:
                raise MetricsError(f"missing request for {resource} in container {one['name']} of Pod {name_of(pod)}")
            total += quantity.milli(asked)
        if container == one["name"]:
            return total
    if container:
        raise MetricsError(f"container {container} not found in Pod {name_of(pod)}")
    return total


def of_resource(
    current: int, target: int, pods: Bodies, groups: Groups, metrics: Figures, requests: Figures, tolerances: Tolerances
) -> Proposal:
    """By a percentage of the requests; metrics: of the pods that are ready. Raises MetricsError."""
    used = utilization.of_requests(metrics, requests, target)

    def ratio(figures: Figures) -> float:
        return utilization.of_requests(figures, requests, target).ratio

    fallback = {name: requests[name] * max(100, target) // 100 for name in groups.missing}
    replicas = _replicas(current, used.ratio, groups, metrics, fallback, ratio, tolerances)
    return Proposal(replicas, used.average, used.percent)


def of_average(current: int, target: int, groups: Groups, metrics: Figures, tolerances: Tolerances) -> Proposal:
    """By an amount for each pod; metrics: of the pods that are ready."""
    used, average = utilization.of_target(metrics, target)

    def ratio(figures: Figures) -> float:
        return utilization.of_target(figures, target)[0]

    fallback = dict.fromkeys(groups.missing, target)
    return Proposal(_replicas(current, used, groups, metrics, fallback, ratio, tolerances), average)


def measured(pods: Bodies, groups: Groups, metrics: Mapping[str, Reading]) -> dict[str, Reading]:
    """The figures that count. Raises MetricsError if there are none."""
    if not pods:
        raise MetricsError(_NO_PODS)
    left = {name: one for name, one in metrics.items() if name not in groups.ignored and name not in groups.unready}
    if not left:
        raise MetricsError(_UNREADY)
    return left


def _replicas(
    current: int,
    used: float,
    groups: Groups,
    metrics: Figures,
    fallback: Figures,
    ratio: _Ratio,
    tolerances: Tolerances,
) -> int:
    """On the way down pods without a figure count as fully used, on the way up they and unready ones as idle."""
    grows_unready = bool(groups.unready) and used > 1.0
    if not grows_unready and not groups.missing:
        return current if tolerances.holds(used) else _ceiling(used * groups.ready)
    figures = dict(metrics)
    if used < 1.0:
        figures |= {name: fallback[name] for name in groups.missing}
    elif used > 1.0:
        figures |= dict.fromkeys(groups.missing, 0)
    if grows_unready:
        figures |= dict.fromkeys(groups.unready, 0)
    again = ratio(figures)
    if tolerances.holds(again) or (used < 1.0 < again) or (used > 1.0 > again):
        return current
    replicas = _ceiling(again * len(figures))
    turns = (again < 1.0 and replicas > current) or (again > 1.0 and replicas < current)
    return current if turns else replicas


def of_total(current: int, target: int, total: int, pods: Bodies, tolerances: Tolerances) -> Proposal:
    """By an amount that all pods share. Raises MetricsError."""
    used = total / target
    if current == 0:
        return Proposal(_ceiling(used), total)
    if tolerances.holds(used):
        return Proposal(current, total)
    if not pods:
        raise MetricsError(f"unable to calculate ready pods: {_NO_PODS}")
    ready = sum(pod_figures.phase(pod) == "Running" and pod_figures.is_ready(pod) for pod in pods)
    return Proposal(_ceiling(used * ready), total)


def of_share(have: int, target: int, total: int, tolerances: Tolerances) -> Proposal:
    """By an amount for each of the replicas that there are."""
    used = total / (target * have) if have else math.inf if total else math.nan
    replicas = have if tolerances.holds(used) else _ceiling(total / target)
    return Proposal(replicas, math.ceil(total / have) if have else 0)


def _ceiling(figure: float) -> int:
    return MOST if figure > MOST else math.ceil(figure)
