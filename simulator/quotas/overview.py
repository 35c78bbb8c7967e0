"""What bounds a cluster's namespaces: quotas with what is used of them, limit ranges and what they filled in."""

from __future__ import annotations

from typing import Any

from simulator.engine.admission.limit_ranger import ANNOTATION
from simulator.engine.objects import annotations_of, name_of, spec_of, status_of
from simulator.engine.quota.amounts import figure
from simulator.engine.registry import Bodies, Body, Reader
from simulator.quotas import refused
from simulator.states import State

_BOUNDS = ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")
_MOST_PODS = 100


def namespaces(state: State) -> list[dict[str, Any]]:
    """Every namespace with how much bounds it, and how full its fullest quota is (0 to 1 and above)."""
    reader = state.reader
    quotas, ranges = reader.list("resourcequotas"), reader.list("limitranges")
    told = []
    for namespace in reader.list("namespaces"):
        name = name_of(namespace)
        own = [one for one in quotas if one["metadata"]["namespace"] == name]
        fullest = max((row["share"] for quota in own for row in _rows(quota)), default=0.0)
        held = sum(one["metadata"]["namespace"] == name for one in ranges)
        told.append({"name": name, "quotas": len(own), "limitRanges": held, "fullest": fullest})
    return told


def of(state: State, namespace: str) -> dict[str, Any] | None:
    """What bounds one namespace; None if there is none of this name."""
    reader = state.reader
    if reader.get("namespaces", "", namespace) is None:
        return None
    return {
        "namespace": namespace,
        "quotas": [_quota(one) for one in reader.list("resourcequotas", namespace)],
        "limitRanges": [_range(one) for one in reader.list("limitranges", namespace)],
        "filled": _filled(reader, namespace),
        "refusals": refused.of(state, namespace, _failures(reader, namespace)),
    }


def _quota(quota: Body) -> dict[str, Any]:
    spec = spec_of(quota)
    selector = (spec.get("scopeSelector") or {}).get("matchExpressions") or []
    return {
        "name": name_of(quota),
        "scopes": [*(spec.get("scopes") or []), *(_scope(one) for one in selector)],
        "rows": _rows(quota),
        "isFresh": "hard" not in status_of(quota),
    }


def _scope(expression: Body) -> str:
    values = ", ".join(expression.get("values") or ())
    return f"{expression['scopeName']} {expression['operator']}{f' ({values})' if values else ''}"


def _rows(quota: Body) -> list[dict[str, Any]]:
    """By resource: used against hard. share: of what is allowed, how much is used; 1 where nothing is allowed."""
    status = status_of(quota)
    used = status.get("used") or {}
    rows = []
    for name, hard in sorted((status.get("hard") or spec_of(quota).get("hard") or {}).items()):
        held, allowed = figure(used.get(name, "0")), figure(hard)
        share = float(held / allowed) if allowed else 1.0
        rows.append({"resource": name, "used": used.get(name, "0"), "hard": hard, "share": round(share, 4)})
    return rows


def _range(limit_range: Body) -> dict[str, Any]:
    return {"name": name_of(limit_range), "limits": [_limit(one) for one in spec_of(limit_range).get("limits") or []]}


def _limit(item: Body) -> dict[str, Any]:
    resources = sorted({name for bound in _BOUNDS for name in item.get(bound) or {}})
    rows = [{"resource": name, **{bound: (item.get(bound) or {}).get(name) for bound in _BOUNDS}} for name in resources]
    return {"type": item["type"], "rows": rows}


def _filled(reader: Reader, namespace: str) -> list[dict[str, str]]:
    """The pods into which a LimitRange wrote something, with its own words for what."""
    told = []
    for pod in reader.list("pods", namespace):
        said = annotations_of(pod).get(ANNOTATION)
        if said:
            told.append({"pod": name_of(pod), "text": said})
    return told[:_MOST_PODS]


def _failures(reader: Reader, namespace: str) -> Bodies:
    return [event for event in reader.list("events", namespace) if event.get("reason") == "FailedCreate"]
