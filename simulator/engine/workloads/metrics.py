"""Metrics besides CPU and memory: what pods export (Behavior), what is told of objects and of things outside (Metric).

What pods export counts for each pod, and summed up for the Services in front of them and for their namespace, as
prometheus-adapter does it by the labels of the series. Figures are those of the second that their timestamp says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from .. import quantity
from ..clock import SECOND
from ..objects import get_in, instant_of, key_of, labels_of, name_of, namespace_of, spec_of, status_of
from ..prometheus_adapter.adapter import Named
from ..registry import Body, Instant, Key, Kind, Kinds, Reader
from ..selectors import Selector, of_labels
from . import curves
from .behaviors import Behaviors
from .containers import running

_BEHAVIORS, _METRICS = "behaviors.sim.k8sviz.io", "metrics.sim.k8sviz.io"
_NOTHING = Fraction(0)


class Series(NamedTuple):
    """One figure of a metric, with its labels."""

    labels: Mapping[str, str]
    value: Fraction


Figures = dict[Key, list[Series]]
"""The figures of one metric by the object that they are about."""


def second(now: Instant) -> Instant:
    """The instant that figures are for: a timestamp has whole seconds."""
    return now - now % SECOND


def value(metric: Body, now: Instant) -> Fraction:
    """What a Metric is now."""
    created = get_in(metric, "metadata", "creationTimestamp")
    return figure(spec_of(metric), 0 if created is None else second(now) - instant_of(created))


def figure(held: Body, elapsed: int) -> Fraction:
    """What a metric is so many microseconds after its time began."""
    return quantity.parse(held.get("value") or "0")[0] + curves.total(held.get("curves") or (), elapsed)


def written(figure: Fraction) -> str:
    """A figure as the adapters write it: in thousandths at most."""
    return quantity.from_milli(round(figure * 1000))


def custom(reader: Reader, kinds: Kinds) -> list[Named]:
    """Every metric that objects have."""
    found = told(reader, kinds)
    for behavior in reader.list(_BEHAVIORS):
        for one in spec_of(behavior).get("metrics") or ():
            found |= {Named("pods", one["name"], True), Named("services", one["name"], True)}
            found.add(Named("namespaces", one["name"], False))
    return sorted(found)


def told(reader: Reader, kinds: Kinds) -> set[Named]:
    """The metrics that Metrics tell of objects."""
    found = set[Named]()
    for body in reader.list(_METRICS):
        kind = _described(body, kinds)
        if kind is not None:
            found.add(Named(kind.resource, spec_of(body)["name"], kind.namespaced))
    return found


def external(reader: Reader) -> list[str]:
    """Every metric of the world outside."""
    bodies = (spec_of(body) for body in reader.list(_METRICS))
    return sorted({spec["name"] for spec in bodies if spec.get("describedObject") is None})


def of_outside(reader: Reader, namespace: str, metric: str, wanted: Selector, now: Instant) -> list[Series]:
    """The figures of an external metric that a namespace has, in the order of the Metrics' names."""
    found = []
    for body in reader.list(_METRICS, namespace):
        spec = spec_of(body)
        if spec["name"] == metric and spec.get("describedObject") is None and wanted.matches(spec.get("labels")):
            found.append(Series(spec.get("labels") or {}, value(body, now)))
    return found


def of_objects(reader: Reader, kinds: Kinds, asked: Named, within: str | None, now: Instant) -> Figures:
    """The figures of a metric, by object. `within`: the namespace that is looked into, None for all of them."""
    found = told_of_objects(reader, kinds, asked, within, now)
    for key, series in _exported(reader, asked, within, now):
        found[key].append(series)
    return found


def told_of_objects(reader: Reader, kinds: Kinds, asked: Named, within: str | None, now: Instant) -> Figures:
    """The same, of what Metrics say alone."""
    found: Figures = defaultdict(list)
    for body in reader.list(_METRICS, within if asked.namespaced else None):
        kind, spec = _described(body, kinds), spec_of(body)
        if kind is not None and kind.resource == asked.resource and spec["name"] == asked.metric:
            key = Key(namespace_of(body) if kind.namespaced else "", spec["describedObject"]["name"])
            found[key].append(Series(spec.get("labels") or {}, value(body, now)))
    return found


def selected(series: list[Series], wanted: Selector) -> Fraction | None:
    """The sum of the figures whose labels are wanted, None if there are none."""
    fitting = [one.value for one in series if wanted.matches(one.labels)]
    return sum(fitting, _NOTHING) if fitting else None


def _described(metric: Body, kinds: Kinds) -> Kind | None:
    """The kind of the object that a Metric is about, None where that is none that is stored."""
    held = spec_of(metric).get("describedObject") or {}
    kind = kinds.find(held.get("apiVersion") or "", held.get("kind") or "")
    return kind if kind is not None and kind.is_kept and kind.resource in kinds else None


def _exported(reader: Reader, asked: Named, within: str | None, now: Instant) -> Iterator[tuple[Key, Series]]:
    """What pods export of a metric, and for which objects that counts."""
    about = _about(reader, asked.resource, within)
    if about is None:
        return
    behaviors, at = Behaviors(reader, within), second(now)
    for pod in reader.list("pods", within):
        for one, elapsed in _of_pod(pod, behaviors, at):
            if one["name"] == asked.metric:
                series = Series(one.get("labels") or {}, figure(one, elapsed))
                yield from ((key, series) for key in about(pod))


def _of_pod(pod: Body, behaviors: Behaviors, at: Instant) -> Iterator[tuple[Body, int]]:
    """The metrics that a pod exports, and for how long the container has run. Each Behavior counts once."""
    chosen = behaviors.of_pod(pod)
    if not chosen.bodies or status_of(pod).get("phase") != "Running":
        return
    known: set[str] = set()
    for name, started in running(pod):
        behavior = chosen.of(name)
        if behavior and name_of(behavior) not in known and started <= at:
            known.add(name_of(behavior))
            yield from ((one, at - started) for one in spec_of(behavior).get("metrics") or ())


def _about(reader: Reader, resource: str, within: str | None) -> Callable[[Body], list[Key]] | None:
    """Which objects of a resource are told about what a pod exports; None if that is none of them."""
    match resource:
        case "pods":
            return lambda pod: [key_of(pod)]
        case "namespaces":
            return lambda pod: [Key("", namespace_of(pod))]
        case "services":
            services = [(key_of(one), of_labels(spec_of(one).get("selector"))) for one in reader.list(resource, within)]
            return lambda pod: [
                key for key, pods in services if key.namespace == namespace_of(pod) and pods.matches(labels_of(pod))
            ]
    return None
