"""A pod template: the labels, annotations and spec that a workload makes its pods from.

Follows ValidatePodTemplateSpec and ValidatePodSpecificAnnotations in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..errors import FieldError, forbidden_value, invalid_value
from ..registry import Body
from . import profiles
from .metadata import annotation_map, labels
from .pod_parts import MIRROR
from .pod_spec import pod_spec
from .scheduling import tolerations

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"


def pod_template(field: str, template: Body) -> list[FieldError]:
    meta, spec = template.get("metadata") or {}, template.get("spec") or {}
    held = meta.get("annotations") or {}
    errors = labels(f"{field}.labels", meta.get("labels")) + annotation_map(f"{field}.annotations", held)
    errors += pod_annotations(f"{field}.annotations", held, spec) + pod_spec(f"{field}.spec", spec)
    errors += profiles.agree(f"{field}.spec", held, spec)
    if spec.get("ephemeralContainers"):
        detail = "ephemeral containers not allowed in pod template"
        errors.append(forbidden_value(f"{field}.spec.ephemeralContainers", detail))
    return errors


def pod_annotations(field: str, held: Mapping[str, str], spec: Body) -> list[FieldError]:
    """The annotations that mean something to Kubernetes. `field` is that of the annotations."""
    errors: list[FieldError] = []
    if MIRROR in held and not spec.get("nodeName"):
        detail = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(invalid_value(f"{field}[{MIRROR}]", held[MIRROR], detail))
    if held.get(_TOLERATIONS):
        errors += _tolerations(field, held[_TOLERATIONS])
    cost = held.get(DELETION_COST)
    if cost is not None and not _is_int32(cost):
        errors.append(invalid_value(f"{field}[{DELETION_COST}]", cost, "must be a 32bit integer"))
    return errors + profiles.of_annotations(field, held, spec)


def _tolerations(field: str, text: str) -> list[FieldError]:
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return [invalid_value(field, _TOLERATIONS, "unexpected end of JSON input")]
    if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
        detail = "json: cannot unmarshal the annotation into Go value of type []v1.Toleration"
        return [invalid_value(field, _TOLERATIONS, detail)]
    return tolerations(f"{field}.{_TOLERATIONS}", held)


def _is_int32(text: str) -> bool:
    digits = text.removeprefix("-")
    return (
        digits.isascii()
        and digits.isdecimal()
        and (digits == "0" or not digits.startswith("0"))
        and len(digits) < 11
        and -(2**31) <= int(text) < 2**31
    )
