"""HorizontalPodAutoscalers between autoscaling/v2, in which they are stored, and autoscaling/v1.

In v1 the CPU's target is a field; all else of v2 is in annotations, so that nothing is lost.
Follows pkg/apis/autoscaling/v1/conversion.go and pkg/apis/autoscaling/{annotations,helpers}.go, v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..objects import get_in, instant_of, spec_of, status_of
from ..registry import Body
from . import autoscaling_metrics
from .autoscaling_metrics import amount, figure, put, text

DEFAULT_UTILIZATION = 80
_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS, _CURRENT = f"{_PREFIX}metrics", f"{_PREFIX}current-metrics"
_CONDITIONS, _BEHAVIOR = f"{_PREFIX}conditions", f"{_PREFIX}behavior"
_ROUND_TRIP = frozenset((_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR))
_SAME_SPEC = ("scaleTargetRef", "minReplicas", "maxReplicas")
_RULES = ("stabilizationWindowSeconds", "selectPolicy", "policies", "tolerance")
_POLICY = ("type", "value", "periodSeconds")


def to_v1(body: Body) -> Body:
    """A stored autoscaler as autoscaling/v1 shows it."""
    spec, status = spec_of(body), status_of(body)
    metrics, current = spec.get("metrics") or [], status.get("currentMetrics") or []
    notes = {key: text for key, text in _notes(body).items() if key not in _ROUND_TRIP}
    others = [metric for metric in metrics if not _is_cpu_share(metric)]
    if others:
        notes[_METRICS] = _written([autoscaling_metrics.to_v1(metric, "target") for metric in others])
    if current:
        notes[_CURRENT] = _written([autoscaling_metrics.to_v1(metric, "current") for metric in current])
    if status.get("conditions"):
        notes[_CONDITIONS] = _written(status["conditions"])
    if spec.get("behavior") is not None:
        notes[_BEHAVIOR] = _written(_go_behavior(spec["behavior"]))
    body = {**_annotated(body, notes), "apiVersion": "autoscaling/v1"}
    if "spec" in body:
        body["spec"] = _spec(spec, metrics)
    if "status" in body:
        body["status"] = _status(status, current)
    return body


def _notes(body: Body) -> dict[str, str]:
    """The annotations of an object, or of an applied configuration, which may have no metadata."""
    notes: dict[str, str] = get_in(body, "metadata", "annotations", default={})
    return notes


def _annotated(body: Body, notes: dict[str, str]) -> Body:
    if notes == _notes(body):
        return body
    meta = {key: value for key, value in body["metadata"].items() if key != "annotations"}
    return {**body, "metadata": {**meta, "annotations": notes} if notes else meta}


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _is_cpu(metric: Body) -> bool:
    return metric.get("type") == "Resource" and get_in(metric, "resource", "name") == "cpu"


def _is_cpu_share(metric: Body) -> bool:
    return _is_cpu(metric) and get_in(metric, "resource", "target", "averageUtilization") is not None


def _spec(spec: Body, metrics: list[Body]) -> Body:
    kept: Body = {key: spec[key] for key in _SAME_SPEC if key in spec}
    cpu = next(filter(_is_cpu, metrics), {})
    share = get_in(cpu, "resource", "target", "averageUtilization")
    return kept if share is None else {**kept, "targetCPUUtilizationPercentage": share}


def _status(status: Body, current: list[Body]) -> Body:
    shown: Body = {key: status[key] for key in ("observedGeneration", "lastScaleTime") if key in status}
    shown |= {key: status.get(key) or 0 for key in ("currentReplicas", "desiredReplicas")}
    shares = [get_in(one, "resource", "current", "averageUtilization") for one in current if _is_cpu(one)]
    known = [share for share in shares if share is not None]
    return {**shown, "currentCPUUtilizationPercentage": known[-1]} if known else shown


def _capital(key: str) -> str:
    return key[0].upper() + key[1:]


def _go_behavior(behavior: Body) -> Body:
    """Upstream writes the Go structure itself, by the names of its fields."""
    return {_capital(key): _go_rules(behavior.get(key)) for key in ("scaleUp", "scaleDown")}


def _go_rules(rules: Body | None) -> Body | None:
    if rules is None:
        return None
    shown = {_capital(key): rules.get(key) for key in _RULES}
    shown["Policies"] = [
        {_capital(key): policy.get(key) for key in _POLICY} for policy in rules.get("policies") or ()
    ] or None
    return shown


# --- from v1 -----------------------------------------------------------------------------------------------------


def from_v1(body: Body) -> Body:
    """An autoscaler of autoscaling/v1 as it is stored; an annotation that cannot be read counts as none."""
    notes = _notes(body)
    held, shown = spec_of(body), status_of(body)
    spec: Body = {key: held[key] for key in _SAME_SPEC if key in held}
    metrics = _read(notes, _METRICS, lambda one: autoscaling_metrics.from_v1(one, "target")) or []
    share = held.get("targetCPUUtilizationPercentage")
    if share is not None or not metrics:
        metrics = [*metrics, _cpu("target", DEFAULT_UTILIZATION if share is None else share, type="Utilization")]
    spec["metrics"] = metrics
    behavior = _read(notes, _BEHAVIOR, _behavior_of)
    if behavior is not None:
        spec["behavior"] = behavior
    kept = {key: text for key, text in notes.items() if key not in _ROUND_TRIP}
    body = {**_annotated(body, kept), "apiVersion": "autoscaling/v2", "spec": spec}
    return {**body, "status": _status_of(shown, notes)} if "status" in body else body


def _status_of(shown: Body, notes: dict[str, str]) -> Body:
    keys = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")
    status: Body = {key: shown[key] for key in keys if key in shown}
    if not status.get("currentReplicas"):
        status.pop("currentReplicas", None)
    current = _read(notes, _CURRENT, lambda one: autoscaling_metrics.from_v1(one, "current"))
    share = shown.get("currentCPUUtilizationPercentage")
    if current is None and share is not None:
        current = [_cpu("current", share, averageValue="0")]
    status["currentMetrics"] = current
    put(status, "conditions", _read(notes, _CONDITIONS, _condition_of))
    return status


def _cpu(side: str, share: Any, **more: Any) -> Body:
    return {"type": "Resource", "resource": {"name": "cpu", side: {**more, "averageUtilization": share}}}


def _read(notes: dict[str, str], key: str, convert: Callable[[Any], Body]) -> Any:
    """What the annotation holds, each item of its list converted; None if there is none that can be read."""
    try:
        document = json.loads(notes[key])
        if key == _BEHAVIOR:
            return convert(document)
        return [convert(one) for one in document] if isinstance(document, list) else None
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _behavior_of(document: Body) -> Body:
    held = _lowered(document)
    return {key: _rules_of(_lowered(held[key.lower()])) for key in ("scaleUp", "scaleDown") if held.get(key.lower())}


def _rules_of(held: Body) -> Body:
    rules: Body = {}
    if held.get("stabilizationwindowseconds") is not None:
        rules["stabilizationWindowSeconds"] = figure(held["stabilizationwindowseconds"])
    if held.get("selectpolicy") is not None:
        rules["selectPolicy"] = text(held["selectpolicy"])
    if held.get("policies") is not None:
        rules["policies"] = [_policy_of(_lowered(one)) for one in held["policies"]]
    put(rules, "tolerance", amount(held.get("tolerance")))
    return rules


def _policy_of(held: Body) -> Body:
    figures = {key: figure(held.get(key.lower()) or 0) for key in ("value", "periodSeconds")}
    return {"type": text(held.get("type")), **figures}


def _lowered(document: Body) -> Body:
    """Go finds fields whatever the case of their names."""
    return {key.lower(): value for key, value in document.items()}


def _condition_of(held: Body) -> Body:
    keys = ("type", "status", "lastTransitionTime", "reason", "message")
    condition = {key: text(held[key]) for key in keys if held.get(key) is not None}
    if "lastTransitionTime" in condition:
        instant_of(condition["lastTransitionTime"])
    return condition
