"""What custom.metrics.k8s.io and external.metrics.k8s.io serve in a cluster.

An adapter is there as soon as its configuration is: the ConfigMap `adapter-config` in the namespace `monitoring`, with
the key `config.yaml`, as prometheus-adapter's own manifests have it. It tells what its rules find in all that is
scraped. Without it each metric that a Behavior exports is told as it is, for the pod, its Services and its namespace.
What Metrics say of objects and of the world outside is told in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from ..objects import get_in, key_of
from ..prometheus_adapter.adapter import Adapter, Named
from ..prometheus_adapter.rules import InvalidRules, Rules, read
from ..registry import KINDS, Body, Instant, Key, Kinds, Reader
from ..selectors import Selector
from ..workloads import metrics
from ..workloads.metrics import Series
from .scraped import EXPORTERS, Scraped
from .targets import Exporter

WHERE, FIELD = Key("monitoring", "adapter-config"), "config.yaml"
_NO_RULES = Rules()
_KNOWN: dict[tuple[str, tuple[str, ...]], Rules] = {}
_MOST_KNOWN = 64


class Served(Protocol):
    """The metrics of a cluster at an instant."""

    is_level: bool  # whether figures move with Behaviors, Metrics and pods alone

    def custom(self) -> list[Named]:
        """Every metric that objects have."""

    def of_objects(self, asked: Named, keys: Sequence[Key], wanted: Selector) -> dict[Key, Fraction]:
        """The figures of those of the objects that have the metric. Raises Unfetchable."""

    def external(self) -> list[str]:
        """Every metric of the world outside."""

    def of_outside(self, metric: str, namespace: str, wanted: Selector) -> list[Series]:
        """The figures of an external metric. Raises Unfetchable."""


def served(reader: Reader, kinds: Kinds, now: Instant, exporters: Sequence[Exporter] = EXPORTERS) -> Served:
    """Who serves the metrics of a cluster. exporters: what is scraped for an adapter."""
    text = configuration(reader.get("configmaps", *WHERE))
    return _Direct(reader, kinds, now) if text is None else _Adapted(reader, kinds, now, text, exporters)


def configuration(body: Body | None) -> str | None:
    """The text of an adapter's configuration; None where there is no adapter."""
    held = get_in(body or {}, "data", FIELD)
    return held if isinstance(held, str) else None


def warnings(new: Body, old: Body | None) -> list[str]:
    """What the writer of the ConfigMap is warned of."""
    text = configuration(new) if key_of(new) == WHERE else None
    if text is None or text == configuration(old):
        return []
    try:
        read(text, KINDS)
    except InvalidRules as error:
        return [f"data[{FIELD}]: {error}; the adapter does not start with it"]
    return []


class _Direct:
    """Without an adapter: what programs export, as it is, and what Metrics say."""

    is_level = True

    def __init__(self, reader: Reader, kinds: Kinds, now: Instant) -> None:
        self._reader, self._kinds, self._now = reader, kinds, now

    def custom(self) -> list[Named]:
        return metrics.custom(self._reader, self._kinds)

    def of_objects(self, asked: Named, keys: Sequence[Key], wanted: Selector) -> dict[Key, Fraction]:
        found = metrics.of_objects(self._reader, self._kinds, asked, _within(asked, keys), self._now)
        sums = {key: metrics.selected(found.get(key, []), wanted) for key in keys}
        return {key: figure for key, figure in sums.items() if figure is not None}

    def external(self) -> list[str]:
        return metrics.external(self._reader)

    def of_outside(self, metric: str, namespace: str, wanted: Selector) -> list[Series]:
        return metrics.of_outside(self._reader, namespace, metric, wanted, self._now)


class _Adapted:
    """With an adapter: what its rules make of the series. One whose rules are wrong does not start."""

    is_level = False

    def __init__(self, reader: Reader, kinds: Kinds, now: Instant, text: str, exporters: Sequence[Exporter]) -> None:
        self._reader, self._kinds, self._now = reader, kinds, now
        self._adapter = Adapter(_rules(text, kinds), kinds, Scraped(reader, exporters), now)

    def custom(self) -> list[Named]:
        return sorted({*self._adapter.custom(), *metrics.told(self._reader, self._kinds)})

    def of_objects(self, asked: Named, keys: Sequence[Key], wanted: Selector) -> dict[Key, Fraction]:
        told = metrics.told_of_objects(self._reader, self._kinds, asked, _within(asked, keys), self._now)
        found = {key: figure for key in keys if (figure := metrics.selected(told.get(key, []), wanted)) is not None}
        for namespace in dict.fromkeys(key.namespace for key in keys):
            names = [key.name for key in keys if key.namespace == namespace and key not in found]
            figures = self._adapter.of_objects(asked, namespace, names, wanted) or {}
            found |= {Key(namespace, name): figures[name] for name in names if name in figures}
        return found

    def external(self) -> list[str]:
        return sorted({*self._adapter.external(), *metrics.external(self._reader)})

    def of_outside(self, metric: str, namespace: str, wanted: Selector) -> list[Series]:
        told = metrics.of_outside(self._reader, namespace, metric, wanted, self._now)
        found = self._adapter.of_outside(metric, namespace, wanted) or []
        return told + [Series(one.labels, one.value) for one in found]


def _within(asked: Named, keys: Sequence[Key]) -> str | None:
    """The only namespace that is to be looked into; None where there are several."""
    names = {key.name if asked.resource == "namespaces" else key.namespace for key in keys}
    return next(iter(names)) or None if len(names) == 1 else None


def _rules(text: str, kinds: Kinds) -> Rules:
    """The rules in a text, none where they are wrong; kept, as long as the resources that there are stay the same."""
    key = text, tuple(kind.resource for kind in kinds)
    if key not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        try:
            _KNOWN[key] = read(text, kinds)
        except InvalidRules:
            _KNOWN[key] = _NO_RULES
    return _KNOWN[key]
