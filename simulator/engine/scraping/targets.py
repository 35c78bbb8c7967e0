"""The targets: programs in pods, and kube-state-metrics. Labels are those that a PodMonitor gives.

A target is scraped at each multiple of 15 s. Series of programs have the labels namespace, pod, container, node, job
and instance, and service: the first Service by name that selects the pod.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from .. import kube_state_metrics
from ..exposition import Sample, Series
from ..objects import labels_of, name_of, namespace_of, spec_of, status_of
from ..pods import node_of
from ..registry import Body, Instant, Reader
from ..selectors import of_labels
from ..workloads.behaviors import Behaviors
from ..workloads.traffic.exposed import exposed
from ..workloads.traffic.flows import Flows


class Scrape(NamedTuple):
    """What is asked for: the instant, which names, and only in one namespace unless that is empty."""

    at: Instant
    wanted: Callable[[str], bool]
    namespace: str = ""


Exporter = Callable[[Reader, Scrape], Iterable[Series]]
"""Tells the series of some targets."""


def applications(reader: Reader, scrape: Scrape) -> Iterable[Series]:
    """What the programs in pods expose."""
    namespace = scrape.namespace or None
    flows, behaviors = Flows(reader), Behaviors(reader, namespace)
    fronts = _Fronts(reader, namespace)
    samples: defaultdict[tuple[str, str], list[Sample]] = defaultdict(list)
    for pod in reader.list("pods", namespace):
        place: dict[str, str] = {}
        for one in exposed(reader, pod, scrape.at, flows=flows, behaviors=behaviors, wanted=scrape.wanted):
            place = place or _place(pod, fronts.of(pod))
            samples[one.name, one.kind].append(({**place, "container": one.container, **one.labels}, one.value))
    return [Series(name, kind, held) for (name, kind), held in samples.items()]


def kube_state(reader: Reader, scrape: Scrape) -> Iterable[Series]:
    """What kube-state-metrics tells of the objects as they are now, for there is no other memory of them."""
    for one in kube_state_metrics.told(reader, scrape.wanted):
        rows = [({**labels, "job": "kube-state-metrics"}, value) for labels, value in one.samples]
        yield one._replace(samples=rows)


class _Fronts:
    """Which Service is in front of a pod."""

    def __init__(self, reader: Reader, namespace: str | None) -> None:
        self._services = defaultdict(list)
        for service in reader.list("services", namespace):
            if spec_of(service).get("selector"):
                selector = of_labels(spec_of(service)["selector"])
                self._services[namespace_of(service)].append((name_of(service), selector))

    def of(self, pod: Body) -> str:
        fitting = (name for name, pods in self._services[namespace_of(pod)] if pods.matches(labels_of(pod)))
        return next(fitting, "")


def _place(pod: Body, service: str) -> dict[str, str]:
    place = {
        "namespace": namespace_of(pod),
        "pod": name_of(pod),
        "node": node_of(pod),
        "job": f"{namespace_of(pod)}/{service or name_of(pod)}",
        "instance": status_of(pod).get("podIP") or "",
    }
    return {**place, "service": service} if service else place
