"""What each metric of an autoscaler asks for: its proposal, what the status says of it, or why there is none.

Follows computeReplicasForMetric and what it calls in pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.engine import quantity, selectors
from simulator.engine.controllers.podautoscaler import replica_calculator
from simulator.engine.controllers.podautoscaler.go_text import selector_text
from simulator.engine.controllers.podautoscaler.readings import FOREVER, MetricsClient, MetricsError, Reading, Sample
from simulator.engine.controllers.podautoscaler.replica_calculator import CPU_INITIALIZATION, Proposal, Tolerances
from simulator.engine.objects import get_in, instant_of, status_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.selectors import Selector


class Target(NamedTuple):
    """What is scaled: the replicas that it should have and has, its pods, and how they are found."""

    namespace: str
    wanted: int
    have: int
    pods: Bodies
    selector: Selector
    tolerances: Tolerances
    now: Instant


class Found(NamedTuple):
    """A metric that could be computed.

    name: as upstream calls it; status: for currentMetrics, of now, and with the least and the most that the swing of
    the figures makes of it; until: when the proposal may change by itself.
    """

    replicas: int
    name: str
    status: Body
    least: Body
    most: Body
    until: Instant


class Refusal(Exception):
    """A metric that could not be computed: the reason of the condition and the event, their text, the whole error."""

    def __init__(self, reason: str, why: str, text: str) -> None:
        super().__init__(text)
        self.reason, self.why = reason, why


def compute(metric: Body, target: Target, client: MetricsClient) -> Found:
    """The proposal of one metric. Raises Refusal."""
    kind = metric.get("type") or ""
    found = _KINDS.get(kind)
    if found is None:
        why = f'unknown metric source type "{kind}"'
        raise Refusal("InvalidMetricSourceType", why, why)
    return found(metric, target, client)


# --- CPU and memory ----------------------------------------------------------------------------------------------


def _resource(metric: Body, target: Target, client: MetricsClient) -> Found:
    source = metric["resource"]
    try:
        return _usage(source, "", target, client, {"type": "Resource"}, "resource", {"name": source["name"]})
    except MetricsError as error:
        text = f"failed to get {source['name']} resource metric value: {error}"
        raise Refusal("FailedGetResourceMetric", str(error), text) from None


def _container_resource(metric: Body, target: Target, client: MetricsClient) -> Found:
    source = metric["containerResource"]
    about = {"name": source["name"], "container": source["container"]}
    try:
        head: Body = {"type": "ContainerResource"}
        return _usage(source, source["container"], target, client, head, "containerResource", about)
    except MetricsError as error:
        text = f"failed to get {source['container']} container metric value: {error}"
        raise Refusal("FailedGetContainerResourceMetric", str(error), text) from None


def _usage(
    source: Body, container: str, target: Target, client: MetricsClient, head: Body, key: str, about: Body
) -> Found:
    """By what the pods, or one container of each, use of a resource. Raises MetricsError."""
    name, wanted = source["name"], source["target"]
    average, share = wanted.get("averageValue"), wanted.get("averageUtilization")
    if average is None and share is None:
        raise MetricsError(
            "invalid resource metric source: neither an average utilization target nor an average value (usage) target "
            "was set"
        )
    what = "utilization" if average is None else "usage"
    try:
        sample = _sample(name, target, client, container)
        groups = replica_calculator.group_pods(target.pods, sample.figures, name, target.now)
        metrics = replica_calculator.measured(target.pods, groups, sample.figures)
        requests = {} if average is not None else replica_calculator.requests_of(target.pods, container, name)

        def propose(figures: Mapping[str, int]) -> Proposal:
            if average is not None:
                amount = quantity.milli(average)
                return replica_calculator.of_average(target.wanted, amount, groups, figures, target.tolerances)
            return replica_calculator.of_resource(
                target.wanted, share, target.pods, groups, figures, requests, target.tolerances
            )

        proposals = _three(metrics, propose)
    except MetricsError as error:
        raise MetricsError(f"failed to get {name} {what}: {error}") from None
    shown = f"{name} resource"
    if average is None:
        of = " container" if container else ""
        shown = f"{name}{of} resource utilization (percentage of request)"
    statuses = [{**head, key: {**about, "current": _current(one)}} for one in proposals]
    until = sample.until if not groups.missing else target.now
    return _found(proposals, shown, statuses, min(until, _settled(target, name)))


def _sample(name: str, target: Target, client: MetricsClient, container: str) -> Sample:
    try:
        return client.resource(name, target.namespace, target.selector, container)
    except MetricsError as error:
        raise MetricsError(f"unable to get metrics for resource {name}: {error}") from None


def _current(proposal: Proposal) -> Body:
    amount = quantity.from_milli(proposal.average)
    if proposal.percent is None:
        return {"averageValue": amount}
    return {"averageValue": amount, "averageUtilization": proposal.percent}


def _settled(target: Target, resource: str) -> Instant:
    """Now, as long as time alone may turn a pod's CPU from what does not count into what does; else for good."""
    for pod in target.pods:
        started = status_of(pod).get("startTime")
        if resource == "cpu" and started is not None and instant_of(started) + CPU_INITIALIZATION > target.now:
            return target.now
    return FOREVER


def _three(metrics: Mapping[str, Reading], propose: Callable[[Mapping[str, int]], Proposal]) -> list[Proposal]:
    """What is proposed for the figures of now, and for the least and the most that their swing makes of them."""
    now = {name: one.value for name, one in metrics.items()}
    least = {name: one.least for name, one in metrics.items()}
    most = {name: one.most for name, one in metrics.items()}
    first = propose(now)
    if least == now == most:
        return [first, first, first]
    return [first, propose(least), propose(most)]


def _found(proposals: list[Proposal], name: str, statuses: list[Body], until: Instant) -> Found:
    alike = len({one.replicas for one in proposals}) == 1
    replicas = proposals[0].replicas
    status, least, most = statuses
    return Found(replicas, name, status, least, most, until if alike else 0)


# --- custom and external metrics ---------------------------------------------------------------------------------


def _pods(metric: Body, target: Target, client: MetricsClient) -> Found:
    source = metric["pods"]
    name, wanted = source["metric"]["name"], _selector(source)
    amount = quantity.milli(source["target"]["averageValue"])
    try:
        try:
            sample = client.of_pods(name, target.namespace, target.selector, wanted)
        except MetricsError as error:
            raise MetricsError(f"unable to get metric {name}: {error}") from None
        groups = replica_calculator.group_pods(target.pods, sample.figures, "", target.now)
        metrics = replica_calculator.measured(target.pods, groups, sample.figures)
    except MetricsError as error:
        raise Refusal("FailedGetPodsMetric", str(error), f"failed to get pods metric value: {error}") from None
    proposals = _three(
        metrics,
        lambda figures: replica_calculator.of_average(target.wanted, amount, groups, figures, target.tolerances),
    )
    statuses: list[Body] = [
        {"type": "Pods", "pods": {"metric": source["metric"], "current": _current(one)}} for one in proposals
    ]
    return _found(proposals, f"pods metric {name}", statuses, sample.until)


def _object(metric: Body, target: Target, client: MetricsClient) -> Found:
    source = metric["object"]
    wanted, about, name = source["target"], source["describedObject"], source["metric"]["name"]
    by_value = wanted.get("type") == "Value" and wanted.get("value") is not None
    by_share = wanted.get("type") == "AverageValue" and wanted.get("averageValue") is not None
    reason = "FailedGetObjectMetric"
    if not by_value and not by_share:
        why = "invalid object metric source: neither a value target nor an average value target was set"
        raise Refusal(reason, why, f"failed to get object metric value: {why}")
    try:
        try:
            sample = client.of_object(name, target.namespace, about, _selector(source))
        except MetricsError as error:
            # Upstream's format names the object before the error.
            where = f"{about['kind']} on {target.namespace} {about['name']}/{error}"
            raise MetricsError(f"unable to get metric {name}: {where}") from None
        proposals = _of_all(sample, target, wanted, by_value)
    except MetricsError as error:
        inner = str(error) if by_value else f"failed to get {name} object metric: {error}"
        raise Refusal(reason, str(error), f"failed to get object metric value: {inner}") from None
    held: Body = {"metric": source["metric"]}
    if by_value:
        held = {"describedObject": about, **held}
    statuses: list[Body] = [
        {"type": "Object", "object": {**held, "current": _amount(one, by_value)}} for one in proposals
    ]
    shown = f"{about['kind']} metric {name}" if by_value else _outside(source["metric"])
    return _found(proposals, shown, statuses, sample.until)


def _external(metric: Body, target: Target, client: MetricsClient) -> Found:
    source = metric["external"]
    wanted, name = source["target"], source["metric"]["name"]
    by_value = wanted.get("averageValue") is None
    reason = "FailedGetExternalMetric"
    if by_value and wanted.get("value") is None:
        why = "invalid external metric source: neither a value target nor an average value target was set"
        raise Refusal(reason, why, f"failed to get {name} external metric value: {why}")
    try:
        try:
            sample = client.external(name, target.namespace, _selector(source))
        except MetricsError as error:
            where = f"{target.namespace}/{name}/{selector_text(source['metric'].get('selector'))}"
            raise MetricsError(f"unable to get external metric {where}: {error}") from None
        proposals = _of_all(sample, target, wanted, by_value)
    except MetricsError as error:
        inner = f"failed to get external metric {name}: {error}" if by_value else ""
        inner = inner or f"failed to get {name} external metric: {error}"
        raise Refusal(reason, str(error), f"failed to get {name} external metric value: {inner}") from None
    held: Body = {"metric": source["metric"]}
    statuses: list[Body] = [
        {"type": "External", "external": {**held, "current": _amount(one, by_value)}} for one in proposals
    ]
    return _found(proposals, _outside(source["metric"]), statuses, sample.until)


def _of_all(sample: Sample, target: Target, wanted: Body, by_value: bool) -> list[Proposal]:
    """By a figure that is not of the pods. Raises MetricsError."""
    amount = quantity.milli(wanted["value"] if by_value else wanted["averageValue"])

    def propose(figures: Mapping[str, int]) -> Proposal:
        total = sum(figures.values())
        if by_value:
            return replica_calculator.of_total(target.wanted, amount, total, target.pods, target.tolerances)
        return replica_calculator.of_share(target.have, amount, total, target.tolerances)

    return _three(sample.figures, propose)


def _amount(proposal: Proposal, by_value: bool) -> Body:
    return {"value" if by_value else "averageValue": quantity.from_milli(proposal.average)}


def _outside(metric: Body) -> str:
    return f"external metric {metric['name']}({selector_text(metric.get('selector'))})"


def _selector(source: Body) -> Selector:
    """Of a metric's labels: without one, all series count."""
    held = get_in(source, "metric", "selector")
    return selectors.EVERYTHING if held is None else selectors.of(held)


_KINDS: dict[str, Callable[[Body, Target, MetricsClient], Found]] = {
    "Resource": _resource,
    "ContainerResource": _container_resource,
    "Pods": _pods,
    "Object": _object,
    "External": _external,
}
