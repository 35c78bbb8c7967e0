"""What an adapter serves: the metrics that its rules find among the series, and their figures.

Follows pkg/custom-provider/{provider,series_registry}.go, pkg/external-provider and pkg/naming/metrics_query.go of
prometheus-adapter, v0.12. Upstream lists the series every ten minutes; here they are those of the last scrape.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..promql.evaluation import evaluate
from ..promql.values import INTERVAL, NAME, Element, Labels, QueryError, Source, Value
from ..registry import Instant, Kinds
from ..selectors import Requirement, Selector
from .rules import CLUSTER_WIDE, NAMESPACES, Rule, Rules


class Named(NamedTuple):
    """A metric that something has: of which resource (`pods`, `ingresses.networking.k8s.io`), in namespaces or not."""

    resource: str
    metric: str
    namespaced: bool


class Figure(NamedTuple):
    """A figure of an external metric with its labels."""

    labels: Labels
    value: Fraction


class Unfetchable(Exception):
    """The figures cannot be had; the message is for people, clients hear `unable to fetch metrics`."""


class Adapter:
    """One adapter over what was scraped, at an instant."""

    def __init__(self, rules: Rules, kinds: Kinds, source: Source, now: Instant) -> None:
        self._rules = rules
        self._kinds = kinds
        self._source = source
        self._now = now

    # --- which metrics there are -----------------------------------------------------------------------------------

    def custom(self) -> list[Named]:
        """Every metric that objects have."""
        found = {
            _named(resource, rule.metric(one.labels[NAME]), rule.resources(one.labels, self._kinds))
            for rule in self._rules.custom
            for one in self._series(rule)
            for resource in rule.resources(one.labels, self._kinds)
        }
        return sorted(found)

    def external(self) -> list[str]:
        """Every metric of the world outside."""
        found = {rule.metric(one.labels[NAME]) for rule in self._rules.external for one in self._series(rule)}
        return sorted(found)

    def _series(self, rule: Rule, metric: str | None = None) -> Iterator[Element]:
        """The series of a rule, or those that are a metric."""

        def is_wanted(name: str) -> bool:
            return rule.takes(name) and (metric is None or rule.metric(name) == metric)

        for one in self._source.scraped(self._now - self._now % INTERVAL, is_wanted, ""):
            if rule.series(one.labels):
                yield one

    # --- figures -----------------------------------------------------------------------------------------------------

    def of_objects(
        self, asked: Named, namespace: str, names: Sequence[str], wanted: Selector
    ) -> dict[str, Fraction] | None:
        """The figures of a metric by the names of the objects that have it; None where there is no such metric.

        Raises Unfetchable.
        """
        found = self.query(asked, namespace, names, wanted)
        if found is None:
            return None
        query, label = found
        value = self._value(query)
        if not isinstance(value, list):
            raise Unfetchable(f"the query {query!r} gives no vector")
        return {one.labels.get(label, ""): _milli(one.value) for one in value}

    def query(self, asked: Named, namespace: str, names: Sequence[str], wanted: Selector) -> tuple[str, str] | None:
        """The query for a metric of some objects, and the label that names them in its result. Raises Unfetchable."""
        found = self._of_metric(asked) if names else None
        if found is None:
            return None
        rule, series = found
        parts = [_matcher(one) for one in wanted.terms]
        label, own = (rule.label(one, self._kinds) for one in (asked.resource, NAMESPACES))
        if label is None or (namespace and own is None):
            return None
        if namespace and own is not None:
            parts.append((own, "=", namespace))
        parts.append((label, "=~" if len(names) > 1 else "=", "|".join(names)))
        return _query(rule, series, parts, [label]), label

    def of_outside(self, metric: str, namespace: str, wanted: Selector) -> list[Figure] | None:
        """The figures of an external metric; None where there is no such metric. Raises Unfetchable."""
        for rule in reversed(self._rules.external):
            series = next((one.labels[NAME] for one in self._series(rule, metric)), None)
            if series is None:
                continue
            parts = [_matcher(one) for one in wanted.terms]
            own = rule.label(NAMESPACES, self._kinds)
            if rule.namespaced and namespace:
                if own is None:
                    raise Unfetchable("no generic resource label form specified for this metric")
                parts.append((own, "=", namespace))
            value = self._value(_query(rule, series, parts, []))
            if isinstance(value, float):
                return [Figure({}, _milli(value))]
            if isinstance(value, str):
                raise Unfetchable("encountered an unexpected query result type")
            return [Figure(one.labels, _milli(one.value)) for one in value]
        return None

    def _of_metric(self, asked: Named) -> tuple[Rule, str] | None:
        """The rule and the series that a metric comes from: of several, those of the last rule count."""
        for rule in reversed(self._rules.custom):
            for one in self._series(rule, asked.metric):
                about = rule.resources(one.labels, self._kinds)
                if asked.resource in about and _named(asked.resource, asked.metric, about) == asked:
                    return rule, one.labels[NAME]
        return None

    def _value(self, query: str) -> Value:
        try:
            return evaluate(query, self._source, self._now)
        except QueryError as error:
            raise Unfetchable(f"{error}, in the query {query!r}") from None


def _query(rule: Rule, series: str, parts: Sequence[tuple[str, str, str]], by: Sequence[str]) -> str:
    """The query of a rule; parts: label, operator and value of what the series have to match."""
    return rule.query(
        {
            "Series": series,
            "LabelMatchers": ",".join(f'{label}{sign}"{value}"' for label, sign, value in parts),
            "LabelValuesByName": {label: value for label, _, value in parts},
            "GroupBy": ",".join(by),
            "GroupBySlice": by,
        }
    )


def _named(resource: str, metric: str, about: Mapping[str, str]) -> Named:
    namespaced = resource not in CLUSTER_WIDE and any(one not in CLUSTER_WIDE for one in about)
    return Named(resource, metric, namespaced)


def _matcher(term: Requirement) -> tuple[str, str, str]:
    """A term of a label selector as a matcher of PromQL. Follows selectMatcher in metrics_query.go."""
    if term.operator in ("gt", "lt"):
        raise Unfetchable("operator not supported by prometheus")
    values = "|".join(sorted(term.values))
    match term.operator:
        case "exists":
            return term.key, "!=", ""
        case "!":
            return term.key, "=", ""
        case "=":
            return term.key, "=", values
        case "in":
            return term.key, "=~", values
    return term.key, "!~", values


def _milli(value: float) -> Fraction:
    """In whole thousandths, towards zero; NaN is 0."""
    if not math.isfinite(value):
        return Fraction(0)
    return Fraction(int(value * 1000), 1000)
