"""The controller's metrics as the simulated metrics server and adapters have them, read from the world.

What metrics-server would have sampled is `workloads/usage.py`'s, all other figures are `workloads/metrics.py`'s.
Follows pkg/controller/podautoscaler/metrics/client.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.engine import faults, quantity
from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler.node_usage import NodeUsage, Used
from simulator.engine.controllers.podautoscaler.readings import FOREVER, MetricsError, Reading, Sample
from simulator.engine.objects import key_of, name_of, spec_of
from simulator.engine.pods import node_of
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.selectors import Selector
from simulator.engine.workloads import metrics, usage
from simulator.engine.workloads.metrics import Named
from simulator.engine.world import World

_RESOURCE_API, _CUSTOM_API, _EXTERNAL_API = "resource metrics API", "custom metrics API", "external metrics API"
_CUSTOM_WINDOW = 60 * SECOND
_CUSTOM_GROUP = "custom.metrics.k8s.io"


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
        asked = Named("pods", metric, True)
        self._known(asked, "")
        found = metrics.of_objects(self.world, self.world.kinds, asked, namespace, self.world.now)
        keys = [key_of(pod) for pod in self._pods_of(namespace, selector)]
        figures = {key.name: figure for key in keys if (figure := self._reading(found.get(key), wanted)) is not None}
        if not figures:
            raise MetricsError(f"no metrics returned from {_CUSTOM_API}")
        return Sample(figures, self._until())

    def of_object(self, metric: str, namespace: str, reference: Body, wanted: Selector) -> Sample:
        """The one figure, under the empty name."""
        kind = self._kind(reference)
        of_namespace = kind == "namespaces"
        asked = Named(kind, metric, not of_namespace)
        name = namespace if of_namespace else reference["name"]
        self._known(asked, name)
        found = metrics.of_objects(self.world, self.world.kinds, asked, namespace, self.world.now)
        key = Key("", namespace) if of_namespace else Key(namespace, name)
        figure = self._reading(found.get(key), wanted)
        if figure is None:
            raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {_absent(asked, name, wanted)}")
        return Sample({"": figure}, self._until())

    def _known(self, asked: Named, name: str) -> None:
        """Raises MetricsError where nothing has such a metric."""
        known = metrics.custom(self.world, self.world.kinds)
        if not known:
            why = f"no {_CUSTOM_API} ({_CUSTOM_GROUP}) registered"
            raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {why}")
        if asked not in known:
            raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {_absent(asked)}")

    def _kind(self, reference: Body) -> str:
        group = (reference.get("apiVersion") or "").rpartition("/")[0]
        for kind in self.world.kinds.served():
            if (kind.group, kind.kind) == (group, reference.get("kind")):
                return kind.storage
        why = f'no matches for kind "{reference.get("kind")}" in group "{group}"'
        raise MetricsError(f"unable to fetch metrics from {_CUSTOM_API}: {why}")

    def _reading(self, series: Any, wanted: Selector) -> Reading | None:
        figure = metrics.selected(series, wanted) if series else None
        if figure is None:
            return None
        value = quantity.milli(metrics.written(figure))
        return Reading(value, metrics.second(self.world.now), _CUSTOM_WINDOW, value, value)

    # --- external metrics ----------------------------------------------------------------------------------------

    def external(self, metric: str, namespace: str, wanted: Selector) -> Sample:
        """The figures, by their number."""
        known = metrics.external(self.world)
        if metric not in known:
            why = "the server could not find the requested resource"
            if known:
                about = "namespaces" if namespace == "default" else ""
                why = f"the server could not find the metric {metric} for {about}"
            raise MetricsError(f"unable to fetch metrics from {_EXTERNAL_API}: {why}")
        at = metrics.second(self.world.now)
        figures = {}
        for number, one in enumerate(metrics.of_outside(self.world, namespace, metric, wanted, self.world.now)):
            value = quantity.milli(metrics.written(one.value))
            figures[str(number)] = Reading(value, at, _CUSTOM_WINDOW, value, value)
        if not figures:
            raise MetricsError(f"no metrics returned from {_EXTERNAL_API}")
        return Sample(figures, self._until())

    # --- how long ------------------------------------------------------------------------------------------------

    def _until(self) -> Instant:
        """Until when no custom or external figure changes: for good where none has curves, else not even now."""
        told = (spec_of(one) for one in self.world.list("metrics.sim.k8sviz.io"))
        exported = (
            one for body in self.world.list("behaviors.sim.k8sviz.io") for one in spec_of(body).get("metrics") or ()
        )
        return FOREVER if not any(one.get("curves") for one in (*told, *exported)) else self.world.now


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
