"""HorizontalPodAutoscaler: how many pods a workload has, by the metrics of those it has. Stored as autoscaling/v2.

Follows pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go, pkg/apis/autoscaling/v2/defaults.go,
pkg/apis/autoscaling/validation/validation.go and printHorizontalPodAutoscaler in
pkg/printers/internalversion/printers.go, v1.34. The alpha field tolerance is taken away, as where its gate is off.
"""

from __future__ import annotations

from typing import Any

from ..conversion.autoscaling import DEFAULT_UTILIZATION
from ..errors import FieldError
from ..objects import drop_in, fill_in, get_in, spec_of, status_of
from ..printing import AGE, NAME, NONE, UNKNOWN, field
from ..registry import Body, Column, Instant, Kind, status_part
from ..validation.autoscaling import autoscaler_spec
from ..validation.workloads import figures

_SHOWN = 2
_NIL = "<nil>"
_BY_CPU = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": DEFAULT_UTILIZATION}},
}
_UP = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_DOWN = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
"""The window of scaling down is the controller manager's, unless the object says it."""


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, minReplicas=1)
    if not spec.get("metrics"):
        spec = {**spec, "metrics": [_BY_CPU]}
    behavior = spec.get("behavior")
    if behavior is not None:
        filled = {**behavior, "scaleUp": _filled(behavior, "scaleUp", _UP)}
        filled["scaleDown"] = _filled(behavior, "scaleDown", _DOWN)
        spec = spec if filled == behavior else {**spec, "behavior": filled}
    return body if spec is held else {**body, "spec": spec}


def _filled(behavior: Body, key: str, rules: Body) -> Body:
    return fill_in(behavior.get(key) or {}, **rules)


def _without_tolerance(body: Body) -> Body:
    for key in ("scaleUp", "scaleDown"):
        body = drop_in(body, ("spec", "behavior", key, "tolerance"))
    return body


def _prepare_create(body: Body) -> Body:
    body = _without_tolerance(body)
    return body if "status" in body else {**body, "status": {"currentMetrics": None, "desiredReplicas": 0}}


def _prepare_update(new: Body, old: Body) -> Body:
    return _without_tolerance(new)


def _validate(body: Body) -> list[FieldError]:
    return autoscaler_spec("spec", spec_of(body))


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    return figures("status", status_of(new), "currentReplicas", "desiredReplicas")


# --- kubectl get -------------------------------------------------------------------------------------------------


def _reference(body: Body, now: Instant) -> str:
    target = spec_of(body).get("scaleTargetRef") or {}
    return f"{target.get('kind', '')}/{target.get('name', '')}"


def _targets(body: Body, now: Instant) -> str:
    metrics, statuses = spec_of(body).get("metrics") or [], status_of(body).get("currentMetrics") or []
    if not metrics:
        return NONE
    cells = [
        _target(metric, statuses[position] if position < len(statuses) else {})
        for position, metric in enumerate(metrics)
    ]
    shown = ", ".join(cells[:_SHOWN])
    return f"{shown} + {len(cells) - _SHOWN} more..." if len(cells) > _SHOWN else shown


_KEYS = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def _target(metric: Body, status: Body) -> str:
    """One metric: the current figure, a stroke, the target."""
    key = _KEYS.get(metric.get("type") or "")
    if key is None:
        return "<unknown type>"
    source, reported = metric.get(key) or {}, status.get(key)
    target, current = source.get("target") or {}, get_in(reported, "current", default={})
    average = target.get("averageValue")
    if key == "pods":
        return f"{_figure(reported, current, 'averageValue', _NIL)}/{average}"
    if key in ("external", "object"):
        if average is not None:
            return f"{_figure(reported, current, 'averageValue')}/{average} (avg)"
        return f"{_figure(reported, current, 'value', _NIL)}/{target.get('value')}"
    if average is not None:
        return f"{source.get('name')}: {_figure(reported, current, 'averageValue', _NIL)}/{average}"
    share, wanted = current.get("averageUtilization"), target.get("averageUtilization")
    now, then = (UNKNOWN if share is None else f"{share}%"), ("<auto>" if wanted is None else f"{wanted}%")
    return f"{source.get('name')}: {now}/{then}"


def _figure(reported: Body | None, current: Body, key: str, absent: str = UNKNOWN) -> Any:
    """A figure of the status; `absent` is what a metric that is reported without it shows."""
    if reported is None:
        return UNKNOWN
    return absent if current.get(key) is None else current[key]


KIND = Kind(
    group="autoscaling",
    version="v2",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    short_names=("hpa",),
    categories=("all",),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Reference",
            _reference,
            description=(
                "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics "
                "should be collected, as well as to actually change the replica count."
            ),
        ),
        Column(
            "Targets",
            _targets,
            description=(
                "metrics contains the specifications for which to use to calculate the desired replica count (the "
                "maximum replica count across all metrics will be used).  The desired replica count is calculated "
                "multiplying the ratio between the target value and the current value by the current number of pods.  "
                "Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual "
                "metric source types for more information about how each type of metric must respond. If not set, the "
                "default metric will be set to 80% average CPU utilization."
            ),
        ),
        Column(
            "MinPods",
            lambda body, now: str(get_in(body, "spec", "minReplicas", default="<unset>")),
            description=(
                "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It "
                "defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is "
                "enabled and at least one Object or External metric is configured.  Scaling is active as long as at "
                "least one metric value is available."
            ),
        ),
        Column(
            "MaxPods",
            field("spec", "maxReplicas", default=0),
            description=(
                "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It "
                "cannot be less that minReplicas."
            ),
        ),
        Column(
            "Replicas",
            field("status", "currentReplicas", default=0),
            description=(
                "currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by "
                "the autoscaler."
            ),
        ),
        AGE,
    ),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    validate=_validate,
    parts=status_part(_validate_status),
)
