"""VerticalPodAutoscaler: how much the containers of a controller's pods should ask for.

Upstream ships it as a CustomResourceDefinition; here it is always there. Follows
vertical-pod-autoscaler/pkg/apis/autoscaling.k8s.io/v1/types.go and pkg/admission-controller/resource/vpa/handler.go of
kubernetes/autoscaler.
"""

from __future__ import annotations

from typing import Any

from ..definitions.vertical_pod_autoscaler import (
    CONTAINER_MODES,
    CONTROLLED_VALUES,
    RESOURCES,
    UPDATE_MODES,
    VERTICAL_POD_AUTOSCALER,
)
from ..errors import FieldError, duplicate, invalid_value, not_supported, required
from ..objects import condition, get_in, spec_of
from ..printing import AGE, NAME
from ..registry import Body, Column, Kind
from ..validation.fields import figure_of
from ..validation.usage import amount


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    target = spec.get("targetRef")
    errors: list[FieldError] = []
    if not target:
        errors.append(required("spec.targetRef"))
    else:
        errors += [required(f"spec.targetRef.{key}") for key in ("kind", "name") if not target.get(key)]
    policy = spec.get("updatePolicy") or {}
    errors += _enum("spec.updatePolicy.updateMode", policy.get("updateMode"), UPDATE_MODES)
    least = policy.get("minReplicas")
    if least is not None and least <= 0:
        errors.append(invalid_value("spec.updatePolicy.minReplicas", least, "MinReplicas has to be positive"))
    seen = set()
    for position, one in enumerate(get_in(spec, "resourcePolicy", "containerPolicies", default=[])):
        at = f"spec.resourcePolicy.containerPolicies[{position}]"
        errors += _policy(at, one)
        name = one.get("containerName") or ""
        if name in seen:
            errors.append(duplicate(f"{at}.containerName", name))
        seen.add(name)
    return errors


def _policy(at: str, policy: Body) -> list[FieldError]:
    errors = [] if policy.get("containerName") else [required(f"{at}.containerName")]
    errors += _enum(f"{at}.mode", policy.get("mode"), CONTAINER_MODES)
    errors += _enum(f"{at}.controlledValues", policy.get("controlledValues"), CONTROLLED_VALUES)
    for position, name in enumerate(policy.get("controlledResources") or ()):
        errors += _enum(f"{at}.controlledResources[{position}]", name, RESOURCES)
    for key in ("minAllowed", "maxAllowed"):
        for name, text in (policy.get(key) or {}).items():
            errors += amount(f"{at}.{key}[{name}]", text)
    for name, text in (policy.get("maxAllowed") or {}).items():
        least, most = figure_of((policy.get("minAllowed") or {}).get(name)), figure_of(text)
        if least is not None and most is not None and most < least:
            errors.append(invalid_value(f"{at}.maxAllowed[{name}]", text, f"max resource for {name} is lower than min"))
    if policy.get("mode") == "Off" and policy.get("controlledValues") == "RequestsAndLimits":
        detail = "controlledValues shouldn't be specified if container scaling mode is off."
        errors.append(invalid_value(f"{at}.controlledValues", "RequestsAndLimits", detail))
    return errors


def _enum(at: str, value: Any, allowed: tuple[str, ...]) -> list[FieldError]:
    return [] if value is None or value in allowed else [not_supported(at, value, allowed)]


def _first(body: Body, resource: str) -> str:
    held = get_in(body, "status", "recommendation", "containerRecommendations", default=[])
    return str((held[0].get("target") or {}).get(resource, "")) if held else ""


KIND = Kind(
    group="autoscaling.k8s.io",
    version="v1",
    kind="VerticalPodAutoscaler",
    plural="verticalpodautoscalers",
    short_names=("vpa",),
    columns=(
        NAME,
        Column(
            "Mode",
            lambda body, now: get_in(body, "spec", "updatePolicy", "updateMode", default=""),
            description="When recommendations would be applied.",
        ),
        Column(
            "CPU", lambda body, now: _first(body, "cpu"), description="The CPU recommended for the first container."
        ),
        Column(
            "Mem",
            lambda body, now: _first(body, "memory"),
            description="The memory recommended for the first container.",
        ),
        Column(
            "Provided",
            lambda body, now: (condition(body, "RecommendationProvided") or {}).get("status", ""),
            description="Whether there is a recommendation.",
        ),
        AGE,
    ),
    validate=_validate,
    definition=VERTICAL_POD_AUTOSCALER,
)
