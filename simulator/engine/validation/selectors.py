"""Label selectors and selectors of nodes, as objects.

Follows staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go and
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import selectors
from ..errors import FieldError, forbidden_value, invalid_value, required
from ..registry import Body
from . import names
from .fields import formed
from .metadata import labels

MISMATCH = "`selector` does not match template `labels`"


def label_selector(field: str, selector: Body | None) -> list[FieldError]:
    if not selector:
        return []
    errors = labels(f"{field}.matchLabels", selector.get("matchLabels"))
    for position, term in enumerate(selector.get("matchExpressions") or ()):
        errors += _requirement(f"{field}.matchExpressions[{position}]", term)
    return errors


def _requirement(field: str, term: Body) -> list[FieldError]:
    values, operator = term.get("values") or [], term.get("operator") or ""
    errors: list[FieldError] = []
    if operator in ("In", "NotIn"):
        if not values:
            errors.append(required(f"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(forbidden_value(f"{field}.values", detail))
    else:
        errors.append(invalid_value(f"{field}.operator", operator, "not a valid selector operator"))
    errors += formed(f"{field}.key", term.get("key") or "", names.qualified_name)
    for position, value in enumerate(values):
        errors += formed(f"{field}.values[{position}]", value, names.label_value)
    return errors


def of_workload(field: str, spec: Body, owner: str) -> list[FieldError]:
    """The selector of a workload: there, not empty, well formed. `owner` is upstream's word for the workload."""
    selector = spec.get("selector")
    if selector is None:
        return [required(f"{field}.selector")]
    errors = label_selector(f"{field}.selector", selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(invalid_value(f"{field}.selector", selector, f"empty selector is invalid for {owner}"))
    return errors


def of_template(field: str, spec: Body) -> list[FieldError]:
    """The template's labels, which the selector must match. `field` is the template's."""
    held: Mapping[str, Any] | None = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    try:
        chosen = selectors.of(spec.get("selector"))
    except (KeyError, ValueError, TypeError):
        return []
    if chosen.matches(held):
        return []
    shown = None if held is None else dict(sorted(held.items()))
    return [invalid_value(f"{field}.metadata.labels", shown, MISMATCH)]


# --- nodes -------------------------------------------------------------------------------------------------------


def node_selector(field: str, selector: Body) -> list[FieldError]:
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        return [required(f"{field}.nodeSelectorTerms", "must have at least one node selector term")]
    errors: list[FieldError] = []
    for position, term in enumerate(terms):
        errors += node_selector_term(f"{field}.nodeSelectorTerms[{position}]", term)
    return errors


def node_selector_term(field: str, term: Body, *, any_value: bool = False) -> list[FieldError]:
    """One term of node affinity. any_value: preferences may name values that no label can have."""
    errors: list[FieldError] = []
    for position, one in enumerate(term.get("matchExpressions") or ()):
        errors += _node_requirement(f"{field}.matchExpressions[{position}]", one, any_value)
    for position, one in enumerate(term.get("matchFields") or ()):
        errors += _node_field(f"{field}.matchFields[{position}]", one)
    return errors


def _node_requirement(field: str, term: Body, any_value: bool) -> list[FieldError]:
    if (term.get("operator") or "") not in ("Gt", "Lt"):
        errors = _requirement(field, term)
        return [error for error in errors if not (any_value and error.field.startswith(f"{field}.values["))]
    values = term.get("values") or []
    detail = "must be specified single value when `operator` is 'Lt' or 'Gt'"
    errors = [] if len(values) == 1 else [required(f"{field}.values", detail)]
    errors += formed(f"{field}.key", term.get("key") or "", names.qualified_name)
    for position, value in enumerate(() if any_value else values):
        errors += formed(f"{field}.values[{position}]", value, names.label_value)
    return errors


def _node_field(field: str, term: Body) -> list[FieldError]:
    values, operator, key = term.get("values") or [], term.get("operator") or "", term.get("key") or ""
    errors = []
    if operator not in ("In", "NotIn"):
        errors.append(invalid_value(f"{field}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(required(f"{field}.values", detail))
    if key != "metadata.name":
        return [*errors, invalid_value(f"{field}.key", key, "not a valid field selector key")]
    for position, value in enumerate(values):
        errors += formed(f"{field}.values[{position}]", value, names.dns_subdomain)
    return errors
