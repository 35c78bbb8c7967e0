"""The rules of an adapter that nobody has configured: what its `config-gen` writes.

Series about containers are told without their prefix, counters as a rate per second, without `_total` (and `_seconds`).
Follows cmd/config-gen/utils/default.go of prometheus-adapter, v0.12.
"""

from __future__ import annotations

from typing import Any

import yaml

_CONTAINERS = '{__name__=~"^container_.*",container!="POD",namespace!="",pod!=""}'
_OF_CONTAINERS = {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}}


def configuration(*, window: str = "5m", prefix: str = "") -> str:
    """The configuration's text. window: over which rates are taken; prefix: of the labels that name objects."""
    others = f'{{{prefix}namespace!="",__name__!~"^container_.*"}}'
    resources = {"template": f"{prefix}<<.Resource>>"}
    own = '<<.LabelMatchers>>,container!="POD"'
    by = "by (<<.GroupBy>>)"
    rate_of_containers = f"sum(rate(<<.Series>>{{{own}}}[{window}])) {by}"
    rate = f"sum(rate(<<.Series>>{{<<.LabelMatchers>>}}[{window}])) {by}"

    def of_containers(matches: str, query: str, *, but: str = "") -> dict[str, Any]:
        filters = {"seriesFilters": [{"isNot": but}]} if but else {}
        named = {"name": {"matches": matches}}
        return {"seriesQuery": _CONTAINERS, "resources": _OF_CONTAINERS, **named, "metricsQuery": query, **filters}

    def of_others(query: str, *, matches: str = "", but: str = "") -> dict[str, Any]:
        filters = {"seriesFilters": [{"isNot": but}]} if but else {}
        named = {"name": {"matches": matches}} if matches else {}
        return {"seriesQuery": others, "resources": resources, **named, "metricsQuery": query, **filters}

    rules = [
        of_containers("^container_(.*)_seconds_total$", rate_of_containers),
        of_containers("^container_(.*)_total$", rate_of_containers, but="^container_.*_seconds_total$"),
        of_containers("^container_(.*)$", f"sum(<<.Series>>{{{own}}}) {by}", but="^container_.*_total$"),
        of_others(f"sum(<<.Series>>{{<<.LabelMatchers>>}}) {by}", but=".*_total$"),
        of_others(rate, matches="^(.*)_total$", but=".*_seconds_total"),
        of_others(rate, matches="^(.*)_seconds_total$"),
    ]
    return str(yaml.safe_dump({"rules": rules}, sort_keys=False))
