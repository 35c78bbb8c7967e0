"""What a HorizontalPodAutoscaler scales, by which metrics and how fast.

Follows pkg/apis/autoscaling/validation/validation.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from .. import quantity
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed

_MOST_PERIOD, _MOST_WINDOW = 1800, 3600
_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_SOURCES = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
_OF_CONTAINERS = frozenset(("cpu", "memory", "ephemeral-storage"))
_STANDARD = frozenset(
    {
        "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu",
        "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers",
        "secrets", "configmaps", "persistentvolumeclaims", "storage", "services.nodeports", "services.loadbalancers",
    }
)  # fmt: skip
_TARGETS = ("Utilization", "Value", "AverageValue")


def autoscaler_spec(field: str, spec: Body) -> list[FieldError]:
    least, most = spec.get("minReplicas"), spec.get("maxReplicas") or 0
    errors: list[FieldError] = []
    if least is not None and least < 1:
        errors.append(invalid_value(f"{field}.minReplicas", least, "must be greater than or equal to 1"))
    if most < 1:
        errors.append(invalid_value(f"{field}.maxReplicas", most, "must be greater than 0"))
    if least is not None and most < least:
        errors.append(invalid_value(f"{field}.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    errors += _reference(f"{field}.scaleTargetRef", spec.get("scaleTargetRef") or {})
    errors += _metrics(f"{field}.metrics", spec.get("metrics") or [], least)
    behavior = spec.get("behavior") or {}
    for key in ("scaleUp", "scaleDown"):
        if behavior.get(key) is not None:
            errors += _rules(f"{field}.behavior.{key}", behavior[key])
    return errors


def _reference(field: str, reference: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("kind", "name"):
        value = reference.get(key) or ""
        errors += formed(f"{field}.{key}", value, names.path_segment) if value else [required(f"{field}.{key}")]
    return errors


# --- behavior ----------------------------------------------------------------------------------------------------


def _rules(field: str, rules: Body) -> list[FieldError]:
    window, policies = rules.get("stabilizationWindowSeconds"), rules.get("policies") or []
    errors: list[FieldError] = []
    at = f"{field}.stabilizationWindowSeconds"
    if window is not None and window < 0:
        errors.append(invalid_value(at, window, "must be greater than or equal to zero"))
    if window is not None and window > _MOST_WINDOW:
        errors.append(invalid_value(at, window, f"must be less than or equal to {_MOST_WINDOW}"))
    if rules.get("selectPolicy") is not None and rules["selectPolicy"] not in ("Disabled", "Max", "Min"):
        errors.append(not_supported(f"{field}.selectPolicy", rules["selectPolicy"], ("Disabled", "Max", "Min")))
    if not policies:
        errors.append(required(f"{field}.policies", "must specify at least one Policy"))
    for position, policy in enumerate(policies):
        errors += _policy(f"{field}.policies[{position}]", policy)
    return errors


def _policy(field: str, policy: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    if policy.get("type") not in ("Percent", "Pods"):
        errors.append(not_supported(f"{field}.type", policy.get("type") or "", ("Percent", "Pods")))
    value, period = policy.get("value") or 0, policy.get("periodSeconds") or 0
    if value <= 0:
        errors.append(invalid_value(f"{field}.value", value, "must be greater than zero"))
    if period <= 0:
        errors.append(invalid_value(f"{field}.periodSeconds", period, "must be greater than zero"))
    if period > _MOST_PERIOD:
        detail = f"must be less than or equal to {_MOST_PERIOD}"
        errors.append(invalid_value(f"{field}.periodSeconds", period, detail))
    return errors


# --- metrics -----------------------------------------------------------------------------------------------------


def _metrics(field: str, metrics: list[Body], least: Any) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, metric in enumerate(metrics):
        errors += _metric(f"{field}[{position}]", metric)
    if least == 0 and not {"Object", "External"} & {metric.get("type") for metric in metrics}:
        detail = "must specify at least one Object or External metric to support scaling to zero replicas"
        errors.append(forbidden_value(field, detail))
    return errors


def _metric(field: str, metric: Body) -> list[FieldError]:
    kind = metric.get("type") or ""
    errors = [] if kind else [required(f"{field}.type", "must specify a metric source type")]
    unknown = [] if kind in _TYPES else [not_supported(f"{field}.type", kind, _TYPES)]
    errors += unknown
    given = [key for key in _SOURCES.values() if metric.get(key) is not None]
    if given:
        errors += _source(f"{field}.{given[0]}", given[0], metric[given[0]])
    wanted = _SOURCES.get(kind)
    if wanted is not None and wanted not in given:
        errors.append(required(f"{field}.{wanted}", "must populate information for the given metric source"))
    errors += unknown
    if len(given) > 1:
        extra = sorted(key for key in given if key != wanted)
        errors += [forbidden_value(f"{field}.{key}", "must populate the given metric source only") for key in extra]
    return errors


def _source(field: str, key: str, source: Body) -> list[FieldError]:
    target = source.get("target") or {}
    at = f"{field}.target"
    if key in ("resource", "containerResource"):
        return _named(field, key, source) + _target(at, target) + _utilization(at, target)
    errors = _reference(f"{field}.describedObject", source.get("describedObject") or {}) if key == "object" else []
    errors += _identifier(f"{field}.metric", source.get("metric") or {})
    errors += _target(at, target)
    value, average = target.get("value"), target.get("averageValue")
    if key == "pods":
        detail = "must specify a positive target averageValue"
        return errors if average is not None else [*errors, required(f"{at}.averageValue", detail)]
    if value is None and average is None:
        detail = "must set either a target value for metric or a per-pod target"
        if key == "object":
            detail = "must set either a target value or averageValue"
        errors.append(required(f"{at}.averageValue", detail))
    if key == "external" and value is not None and average is not None:
        detail = "may not set both a target value for metric and a per-pod target"
        errors.append(forbidden_value(f"{at}.value", detail))
    return errors


def _named(field: str, key: str, source: Body) -> list[FieldError]:
    name, container = source.get("name") or "", source.get("container") or ""
    errors = [] if name else [required(f"{field}.name", "must specify a resource name")]
    if key == "resource":
        return errors
    errors += _container_resource(f"{field}.name", name) if name else []
    if not container:
        return [*errors, required(f"{field}.container", "must specify a container")]
    return errors + formed(f"{field}.container", container, names.dns_label)


def _container_resource(field: str, name: str) -> list[FieldError]:
    """Follows ValidateContainerResourceName in pkg/apis/core/v1/validation/validation.go, v1.34."""
    if broken := formed(field, name, names.qualified_name):
        return broken
    if "/" in name or name in _OF_CONTAINERS or name.startswith("hugepages-"):
        return []
    errors = [invalid_value(field, name, "must be a standard resource for containers")]
    if name in _STANDARD:
        return errors
    return [invalid_value(field, name, "must be a standard resource type or fully qualified"), *errors]


def _identifier(field: str, metric: Body) -> list[FieldError]:
    name = metric.get("name") or ""
    if not name:
        return [required(f"{field}.name", "must specify a metric name")]
    return formed(f"{field}.name", name, names.path_segment)


def _target(field: str, target: Body) -> list[FieldError]:
    kind, errors = target.get("type") or "", []
    if not kind:
        errors.append(required(f"{field}.type", "must specify a metric target type"))
    if kind not in _TARGETS:
        errors.append(invalid_value(f"{field}.type", kind, "must be either Utilization, Value, or AverageValue"))
    for key in ("value", "averageValue"):
        if target.get(key) is not None and quantity.parse(target[key])[0] <= 0:
            errors.append(invalid_value(f"{field}.{key}", target[key], "must be positive"))
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        errors.append(invalid_value(f"{field}.averageUtilization", share, "must be greater than 0"))
    return errors


def _utilization(field: str, target: Body) -> list[FieldError]:
    share, average = target.get("averageUtilization"), target.get("averageValue")
    if share is None and average is None:
        detail = "must set either a target raw value or a target utilization"
        return [required(f"{field}.averageUtilization", detail)]
    if share is not None and average is not None:
        detail = "may not set both a target raw value and a target utilization"
        return [forbidden_value(f"{field}.averageValue", detail)]
    return []
