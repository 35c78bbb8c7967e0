"""The controller's metrics as the simulated metrics server and adapters have them, read from the world.

What metrics-server would have sampled is `workloads/usage.py`'s, all else is `scraping/custom_metrics.py`'s.
Follows pkg/controller/podautoscaler/metrics/client.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from simulator.engine import faults, quantity
from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler.node_usage import NodeUsage, Used
from simulator.engine.controllers.podautoscaler.readings import FOREVER, MetricsError, Reading, Sample
from simulator.engine.objects import key_of, name_of, spec_of
from simulator.engine.pods import node_of
from simulator.engine.prometheus_adapter.adapter import Named, Unfetchable
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.scraping.custom_metrics import Served, served
from simulator.engine.selectors import Selector
from simulator.engine.workloads import metrics, usage
from simulator.engine.world import World

_RESOURCE_API, _CUSTOM_API, _EXTERNAL_API = "resource metrics API", "custom metrics API", "external metrics API"
_CUSTOM_WINDOW = 60 * SECOND
_CUSTOM_GROUP = "custom.metrics.k8s.io"
Found = TypeVar("Found")


class WorldMetrics:
    """A MetricsClient over a world. `pods_of(namespace, selector)` finds pods."""

    def __init__(self, world: World, pods_of: Callable[[str, Selector], Bodies]) -> None:
        self.world = world
        self._pods_of = pods_of
        self.nodes = NodeUsage(world)

    # --- CPU and memory ------------------------------------------------------------------------------------------

    def resource(self, resource: str, namespace: str, selector: Selector, container: str) -> Sample:
        at, until = usage.sampled(self.world.now), FOREVER
        figures: dict[str, Reading] = {}
        silent = faults.silent(self.world)
        is_empty = True
        for pod in self._pods_of(namespace, selector):
            found = self.nodes.of_pod(pod, at) if node_of(pod) and node_of(pod) not in silent else None
            if found is None:
                continue
            is_empty = False
            figure = _of_containers(found.containers, pod, resource, container)
            if figure is not None:
                figures[name_of(pod)] = Reading(figure[0], at, usage.PERIOD, *figure[1:])
                until = min(until, found.until)
        if is_empty:
            raise MetricsError(f"no metrics returned from {_RESOURCE_API}")
        return Sample(figures, until)

    # --- custom metrics ------------------------------------------------------------------------------------------

    def of_pods(self, metric: str, namespace: str, selector: Selector, wanted: Selector) -> Sample:
        asked, told = Named("pods", metric, True), self._served()
        _check_known(told, asked)
        keys = [key_of(pod) for pod in self._pods_of(namespace, selector)]
        found = _fetched(lambda: told.of_objects(asked, keys, wanted), _CUSTOM_API)
        if not found:
            raise MetricsError(f"no metrics returned from {_CUSTOM_API}")
        return Sample({key.name: self._reading(figure) for key, figure in found.items()}, self._until(told))

    def of_object(self, metric: str, namespace: str, reference: Body, wanted: Selector) -> Sample:
        """The one figure, under the empty name."""
        kind, told = self._kind(reference), self._served()
        of_namespace = kind == "namespaces"
        asked = Named(kind, metric, not of_namespace)
        name = namespace if of_namespace else reference["name"]
        _check_known(told, asked)
        key = Key("", namespace) if of_namespace else Key(namespace, name)
        found = _fetched(lambda: told.of_objects(asked, [key], wanted), _CUSTOM_API)
        if key not in found:
            raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {_absent(asked, name, wanted)}")
        return Sample({"": self._reading(found[key])}, self._until(told))

    def _served(self) -> Served:
        return served(self.world, self.world.kinds, self.world.now, self.world.exporters)

    def _kind(self, reference: Body) -> str:
        group = (reference.get("apiVersion") or "").rpartition("/")[0]
        for kind in self.world.kinds.served():
            if (kind.group, kind.kind) == (group, reference.get("kind")):
                return kind.storage
        why = f'no matches for kind "{reference.get("kind")}" in group "{group}"'
        raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {why}")

    def _reading(self, figure: Fraction) -> Reading:
        value = quantity.milli(metrics.written(figure))
        return Reading(value, metrics.second(self.world.now), _CUSTOM_WINDOW, value, value)

    # --- external metrics ----------------------------------------------------------------------------------------

    def external(self, metric: str, namespace: str, wanted: Selector) -> Sample:
        """The figures, by their number."""
        told = self._served()
        known = told.external()
        if metric not in known:
            why = "the server could not find the requested resource"
            if known:
                about = "namespaces" if namespace == "default" else ""
                why = f"the server could not find the metric {metric} for {about}"
            raise MetricsError(f"unable to fetch metrics from {_EXTERNAL_API}: {why}")
        found = _fetched(lambda: told.of_outside(metric, namespace, wanted), _EXTERNAL_API)
        if not found:
            raise MetricsError(f"no metrics returned from {_EXTERNAL_API}")
        figures = {str(number): self._reading(one.value) for number, one in enumerate(found)}
        return Sample(figures, self._until(told))

    # --- how long ------------------------------------------------------------------------------------------------

    def _until(self, told: Served) -> Instant:
        """Until when no custom or external figure changes: for good where none has curves, else not even now.

        What an adapter tells may be a rate, or of the time itself.
        """
        if not told.is_level:
            return self.world.now
        apart = (spec_of(one) for one in self.world.list("metrics.sim.k8sviz.io"))
        exported = (
            one for body in self.world.list("behaviors.sim.k8sviz.io") for one in spec_of(body).get("metrics") or ()
        )
        return FOREVER if not any(one.get("curves") for one in (*apart, *exported)) else self.world.now


def _check_known(told: Served, asked: Named) -> None:
    """Raises MetricsError where nothing has such a metric."""
    known = told.custom()
    if not known:
        why = f"no {_CUSTOM_API} ({_CUSTOM_GROUP}) registered"
        raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {why}")
    if asked not in known:
        raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {_absent(asked)}")


def _fetched(fetch: Callable[[], Found], api: str) -> Found:
    """What an adapter answers. Raises MetricsError where its query fails."""
    try:
        return fetch()
    except Unfetchable:
        why = "Internal error occurred: unable to fetch metrics"
        raise MetricsError(f"unable to fetch metrics from {api}: {why}") from None


def _absent(asked: Named, name: str = "", wanted: Selector | None = None) -> str:
    text = f"the server could not find the metric {asked.metric} for {asked.resource}"
    if name:
        text += f" {name}"
    if wanted is not None and wanted.terms:
        text += f" with selector {wanted.text()}"
    return text


def _of_containers(held: Mapping[str, Used], pod: Body, resource: str, container: str) -> tuple[int, int, int] | None:
    """The figure of a pod, or of one container, in thousandths, and its bounds. Raises MetricsError."""
    if container:
        if container not in held:
            where = f"{pod['metadata']['namespace']}/{name_of(pod)}"
            raise MetricsError(
                f"failed to get container metrics: container {container} not present in metrics for pod {where}"
            )
        return held[container].figures(resource)
    found = [one.figures(resource) for one in held.values()]
    known = [one for one in found if one is not None]
    if not found or len(known) < len(found):
        return None
    return _sums(known)


def _sums(figures: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    values, least, most = zip(*figures, strict=True)
    return sum(values), sum(least), sum(most)
