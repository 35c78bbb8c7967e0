"""When a Job counts as failed or done early: podFailurePolicy, successPolicy, and how lists of indexes are written.

Follows validatePodFailurePolicy, validateSuccessPolicy and validateIndexesFormat in
pkg/apis/batch/validation/validation.go, v1.34.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import (
    OMITTED,
    FieldError,
    duplicate,
    invalid_value,
    not_supported,
    required,
    too_long,
    too_many,
)
from ..registry import Body
from . import names
from .fields import formed, not_negative

_MOST_RULES = _MOST_PATTERNS = 20
_MOST_EXIT_CODES = 255
_INDEXES_LENGTH = 64 * 1024
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")


def _listed(values: tuple[str, ...]) -> str:
    """The values as Go's %q writes a list."""
    return f"valid values: [{' '.join(json.dumps(one) for one in values)}]"


def pod_failure_policy(field: str, spec: Body) -> list[FieldError]:
    rules = spec["podFailurePolicy"].get("rules") or []
    errors = [too_many(f"{field}.rules", len(rules), _MOST_RULES)] if len(rules) > _MOST_RULES else []
    template = (spec.get("template") or {}).get("spec") or {}
    held = [*(template.get("containers") or ()), *(template.get("initContainers") or ())]
    containers = {one.get("name") for one in held}
    for position, rule in enumerate(rules):
        errors += _failure_rule(f"{field}.rules[{position}]", rule, spec, containers)
    return errors


def _failure_rule(field: str, rule: Body, spec: Body, containers: set[Any]) -> list[FieldError]:
    action, codes, conditions = rule.get("action") or "", rule.get("onExitCodes"), rule.get("onPodConditions") or []
    errors: list[FieldError] = []
    if not action:
        errors.append(required(f"{field}.action", _listed(_ACTIONS)))
    elif action == "FailIndex":
        if spec.get("backoffLimitPerIndex") is None:
            errors.append(invalid_value(f"{field}.action", action, "requires the backoffLimitPerIndex to be set"))
    elif action not in _ACTIONS:
        errors.append(not_supported(f"{field}.action", action, _ACTIONS))
    if codes is not None:
        errors += _exit_codes(f"{field}.onExitCodes", codes, containers)
    errors += _pod_conditions(f"{field}.onPodConditions", conditions)
    if codes is not None and conditions:
        detail = "specifying both OnExitCodes and OnPodConditions is not supported"
        errors.append(invalid_value(field, OMITTED, detail))
    if codes is None and not conditions:
        detail = "specifying one of OnExitCodes and OnPodConditions is required"
        errors.append(invalid_value(field, OMITTED, detail))
    return errors


def _pod_conditions(field: str, patterns: list[Body]) -> list[FieldError]:
    errors = [too_many(field, len(patterns), _MOST_PATTERNS)] if len(patterns) > _MOST_PATTERNS else []
    for position, pattern in enumerate(patterns):
        at, status = f"{field}[{position}]", pattern.get("status") or ""
        errors += formed(f"{at}.type", pattern.get("type") or "", names.qualified_name)
        if not status:
            errors.append(required(f"{at}.status", _listed(_STATUSES)))
        elif status not in _STATUSES:
            errors.append(not_supported(f"{at}.status", status, _STATUSES))
    return errors


def _exit_codes(field: str, codes: Body, containers: set[Any]) -> list[FieldError]:
    operator, container, values = codes.get("operator") or "", codes.get("containerName"), codes.get("values") or []
    errors: list[FieldError] = []
    if not operator:
        errors.append(required(f"{field}.operator", _listed(_OPERATORS)))
    elif operator not in _OPERATORS:
        errors.append(not_supported(f"{field}.operator", operator, _OPERATORS))
    if container is not None and container not in containers:
        detail = "must be one of the container or initContainer names in the pod template"
        errors.append(invalid_value(f"{field}.containerName", container, detail))
    if not values:
        errors.append(invalid_value(f"{field}.values", codes.get("values"), "at least one value is required"))
    elif len(values) > _MOST_EXIT_CODES:
        errors.append(too_many(f"{field}.values", len(values), _MOST_EXIT_CODES))
    known: set[int] = set()
    for position, value in enumerate(values):
        at = f"{field}.values[{position}]"
        if operator == "In" and value == 0:
            errors.append(invalid_value(at, value, "must not be 0 for the In operator"))
        if value in known:
            errors.append(duplicate(at, value))
        known.add(value)
    if values != sorted(values):
        errors.append(invalid_value(f"{field}.values", values, "must be ordered"))
    return errors


def success_policy(field: str, spec: Body) -> list[FieldError]:
    rules = spec["successPolicy"].get("rules") or []
    if spec.get("completionMode") != "Indexed":
        shown = [
            {"SucceededIndexes": rule.get("succeededIndexes"), "SucceededCount": rule.get("succeededCount")}
            for rule in rules
        ]
        return [invalid_value(field, {"Rules": shown or None}, "requires indexed completion mode")]
    errors = []
    if not rules:
        detail = "at least one rules must be specified when the successPolicy is specified"
        errors.append(required(f"{field}.rules", detail))
    if len(rules) > _MOST_RULES:
        errors.append(too_many(f"{field}.rules", len(rules), _MOST_RULES))
    for position, rule in enumerate(rules):
        errors += _success_rule(f"{field}.rules[{position}]", rule, spec.get("completions") or 0)
    return errors


def _success_rule(field: str, rule: Body, completions: int) -> list[FieldError]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    errors, total = [], 0
    if count is None and indexes is None:
        errors.append(required(field, "at least one of succeededCount or succeededIndexes must be specified"))
    if indexes is not None:
        if len(indexes.encode()) > _INDEXES_LENGTH:
            errors.append(too_long(f"{field}.succeededIndexes", _INDEXES_LENGTH))
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            detail = f"error parsing succeededIndexes: {error}"
            errors.append(invalid_value(f"{field}.succeededIndexes", indexes, detail))
    if count is None:
        return errors
    errors += not_negative(f"{field}.succeededCount", count)
    if count > completions:
        detail = f"must be less than or equal to {completions} (the number of specified completions)"
        errors.append(invalid_value(f"{field}.succeededCount", count, detail))
    if indexes is not None and count > total:
        detail = (
            f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        )
        errors.append(invalid_value(f"{field}.succeededCount", count, detail))
    return errors


# --- indexes -----------------------------------------------------------------------------------------------------


def count_indexes(text: str, completions: int) -> int:
    """How many indexes a list such as `1,3-5,7` has. Raises ValueError in upstream's words."""
    return sum(high - low + 1 for low, high in intervals(text, completions))


def intervals(text: str, completions: int) -> list[tuple[int, int]]:
    """The list as (first, last) of each interval. Raises ValueError in upstream's words."""
    found: list[tuple[int, int]] = []
    for part in text.split(",") if text else ():
        low, high = _interval(part, completions)
        if found and found[-1][1] >= low:
            raise ValueError(f"non-increasing order, previous: {found[-1][1]}, current: {low}")
        found.append((low, high))
    return found


def _interval(text: str, completions: int) -> tuple[int, int]:
    limits = text.split("-")
    if len(limits) > 2:
        raise ValueError(
            f"the fragment {json.dumps(text)} violates the requirement that an index interval can have at most two "
            "parts separated by '-'"
        )
    low, high = _index(limits[0], completions), _index(limits[-1], completions)
    if len(limits) > 1 and low >= high:
        raise ValueError(f"non-increasing order, previous: {low}, current: {high}")
    return low, high


def _index(text: str, completions: int) -> int:
    if not re.fullmatch(r"\+?\d{1,18}", text, re.ASCII):
        raise ValueError(f"cannot convert string to integer for index: {json.dumps(text)}")
    if int(text) >= completions:
        raise ValueError(f"too large index: {json.dumps(text)}")
    return int(text)
