"""What parsing a selector refuses: the rules for one requirement, and a LabelSelector object parsed or refused.

What the API admits may still be refused here, and is worded differently. Errors are upstream's.
Follows NewRequirement in staging/src/k8s.io/apimachinery/pkg/labels/selector.go and LabelSelectorAsSelector in
staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .. import selectors
from ..errors import FieldError, invalid_value
from ..registry import Body
from ..selectors import Selector
from . import names


def requirement(key: str, operator: str, stated: Sequence[str] | None, *, field: str = "") -> list[FieldError]:
    """What is wrong with one requirement; its operator is one that node selectors write (`In`, ..., `Gt`)."""
    values = stated or ()
    at = f"{field}." if field else ""
    errors: list[FieldError] = []
    if broken := names.qualified_name(key):
        errors.append(invalid_value(f"{at}key", key, "; ".join(broken)))
    if detail := _wrong_number(operator, len(values)):
        errors.append(invalid_value(f"{at}values", stated, detail))
    for index, value in enumerate(values):
        if operator in ("Gt", "Lt") and int64(value) is None:
            detail = "for 'Gt', 'Lt' operators, the value must be an integer"
            errors.append(invalid_value(f"{at}values[{index}]", value, detail))
    for index, value in enumerate(values):
        if broken := names.label_value(value):
            errors.append(invalid_value(f"{at}values[{index}][{key}]", value, "; ".join(broken)))
    return errors


def _wrong_number(operator: str, values: int) -> str:
    if operator in ("In", "NotIn") and not values:
        return "for 'in', 'notin' operators, values set can't be empty"
    if operator in ("Exists", "DoesNotExist") and values:
        return "values set must be empty for exists and does not exist"
    if operator in ("Gt", "Lt") and values != 1:
        return "for 'Gt', 'Lt' operators, exactly one value is required"
    return ""


def label_selector(selector: Body | None) -> Selector:
    """A LabelSelector object parsed. Raises ValueError with the first thing that is wrong, labels in order of key."""
    if not selector:
        return selectors.of(selector)
    for key, value in sorted((selector.get("matchLabels") or {}).items()):
        _raise(requirement(key, "In", [value]))
    for term in selector.get("matchExpressions") or ():
        operator = term.get("operator") or ""
        if operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            raise ValueError(f'"{operator}" is not a valid label selector operator')
        _raise(requirement(term.get("key") or "", operator, term.get("values") or None))
    return selectors.of(selector)


def _raise(errors: list[FieldError]) -> None:
    if errors:
        raise ValueError(aggregate([error.text() for error in errors]))


def aggregate(messages: Sequence[str]) -> str:
    """Several errors as one, as apimachinery's errors.Aggregate words them."""
    distinct = list(dict.fromkeys(messages))
    return distinct[0] if len(distinct) == 1 else f"[{', '.join(distinct)}]"


def int64(text: str) -> int | None:
    """A decimal number as Go's ParseInt reads it, None for what it refuses."""
    if re.fullmatch(r"[-+]?[0-9]{1,30}", text) is None:
        return None
    figure = int(text)
    return figure if -(1 << 63) <= figure < 1 << 63 else None
