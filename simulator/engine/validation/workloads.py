"""What the workloads share: selector and template, figures, integers or percentages, the counters of their status.

Follows pkg/apis/apps/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import spec_of
from ..registry import Body
from . import names
from .fields import not_negative
from .metadata import immutable
from .pod_template import pod_template
from .selectors import label_selector, of_template, of_workload


def selector_and_template(
    field: str, spec: Body, kind: str, word: str, *, unreadable: str = "invalid label selector"
) -> list[FieldError]:
    """The selector and, where it can be read, the template that it must match.

    `kind` is the workload's, `word` what upstream calls it here; unreadable: what is said of a broken selector besides.
    """
    errors = of_workload(field, spec, word)
    selector = spec.get("selector")
    if label_selector(f"{field}.selector", selector):
        return [*errors, invalid_value(f"{field}.selector", selector, unreadable)]
    return errors + template(field, spec, kind)


def template(field: str, spec: Body, owner: str) -> list[FieldError]:
    """The pod template of a workload whose pods run for ever. `owner` is the kind's name."""
    errors = of_template(f"{field}.template", spec) + pod_template(f"{field}.template", spec.get("template") or {})
    return errors + runs_for_ever(f"{field}.template.spec", spec, owner)


def runs_for_ever(field: str, spec: Body, owner: str) -> list[FieldError]:
    """What a template's spec says of its pods' end. `field` is that spec's."""
    inner = (spec.get("template") or {}).get("spec") or {}
    policy, errors = inner.get("restartPolicy"), []
    if policy != "Always":
        errors.append(not_supported(f"{field}.restartPolicy", policy, ("Always",)))
    if inner.get("activeDeadlineSeconds") is not None:
        detail = f"activeDeadlineSeconds in {owner} is not Supported"
        errors.append(forbidden_value(f"{field}.activeDeadlineSeconds", detail))
    return errors


def selector_stays(new: Body, old: Body) -> list[FieldError]:
    """The selector of a workload is for ever."""
    return immutable("spec.selector", spec_of(new).get("selector"), spec_of(old).get("selector"))


def figures(field: str, spec: Body, *keys: str) -> list[FieldError]:
    """Figures that must not be below zero."""
    return [error for key in keys for error in not_negative(f"{field}.{key}", spec.get(key))]


def count_or_percent(field: str, value: Any) -> list[FieldError]:
    if value is None:
        return [required(field)]
    if isinstance(value, str):
        return [invalid_value(field, value, message) for message in names.percent(value)]
    return not_negative(field, value)


def at_most_all(field: str, value: Any) -> list[FieldError]:
    if isinstance(value, str) and not names.percent(value) and int(value[:-1]) > 100:
        return [invalid_value(field, value, "must not be greater than 100%")]
    return []


def is_zero(value: Any) -> bool:
    """True for 0 and `0%`; a text that is no percentage counts as 0, and is refused elsewhere."""
    if isinstance(value, str):
        return names.percent(value) != [] or int(value[:-1]) == 0
    return not value


def not_decremented(field: str, new: Any, old: Any) -> list[FieldError]:
    """The counter of collisions, which only grows."""
    if old is None or (new is not None and new >= old):
        return []
    return [invalid_value(field, new or 0, "cannot be decremented")]


def within(field: str, status: Body, keys: Sequence[str], limit: str, said: str) -> list[FieldError]:
    """Figures of a status that must not be above the one named `limit`; `said` is what upstream calls that one."""
    most = status.get(limit) or 0
    return [
        invalid_value(f"{field}.{key}", status.get(key) or 0, f"cannot be greater than {said}")
        for key in keys
        if (status.get(key) or 0) > most
    ]


def go_strategy(strategy: Body, *keys: str) -> Body:
    """An update strategy as upstream shows it in errors: by the names of its Go fields."""
    rolling = strategy.get("rollingUpdate")
    shown = rolling and {key[0].upper() + key[1:]: rolling.get(key) for key in keys}
    return {"Type": strategy.get("type") or "", "RollingUpdate": shown}
