"""Amounts at rest, per request and over time, as Behaviors and Traffic have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import quantity
from ..definitions.usage import CURVES
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed, not_negative
from .metadata import labels

_WINDOW = 100
"""The period of CPU quotas in milliseconds."""
_POSITIVE = "must be greater than 0"
_AMOUNTS = {"leak": ("perSecond",), "ramp": ("by",), "sine": ("amplitude",), "step": ("by",)}
_LENGTHS = {"ramp": ("durationSeconds",), "sine": ("periodSeconds",), "step": ("durationSeconds",)}
_OPTIONAL = frozenset(("step.durationSeconds",))


def usage(field: str, held: Body | None) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("idle", "perRequest"):
        errors += amount(f"{field}.{key}", (held or {}).get(key))
    return errors + curves(f"{field}.curves", (held or {}).get("curves") or [])


def burst(field: str, held: Body | None) -> list[FieldError]:
    """How work comes at once; None where it does not."""
    if held is None:
        return []
    errors: list[FieldError] = []
    for key in ("threads", "everyMilliseconds"):
        if held.get(key) is None:
            errors.append(required(f"{field}.{key}"))
        errors += positive(f"{field}.{key}", held.get(key))
    every = held.get("everyMilliseconds") or 0
    if every > 0 and every % _WINDOW:
        errors.append(invalid_value(f"{field}.everyMilliseconds", every, f"must be a multiple of {_WINDOW}"))
    return errors


def amount(field: str, text: Any, *, above_zero: bool = False) -> list[FieldError]:
    """A quantity that may be absent, but not below zero."""
    if text is None:
        return []
    figure = quantity.parse(text)[0]
    if figure < 0 or (above_zero and not figure):
        detail = _POSITIVE if above_zero else "must be greater than or equal to 0"
        return [invalid_value(field, text, detail)]
    return []


def metric(field: str, held: Body) -> list[FieldError]:
    """A figure with a name, labels and curves."""
    name = held.get("name") or ""
    errors = formed(f"{field}.name", name, names.path_segment) if name else [required(f"{field}.name")]
    errors += labels(f"{field}.labels", held.get("labels"))
    errors += amount(f"{field}.value", held.get("value"))
    return errors + curves(f"{field}.curves", held.get("curves") or [])


def positive(field: str, figure: int | None) -> list[FieldError]:
    """A figure that may be absent, but not zero."""
    return [invalid_value(field, figure, _POSITIVE)] if figure is not None and figure <= 0 else []


def percent(field: str, figure: int | None) -> list[FieldError]:
    if figure is None or 0 <= figure <= 100:
        return []
    return [invalid_value(field, figure, "must be between 0 and 100, inclusive")]


def union(field: str, body: Body, members: Mapping[str, str]) -> list[FieldError]:
    """A type and the field that goes with it: `members` has the field by the type; other types have none."""
    kind, errors = body.get("type"), []
    for of_kind, key in members.items():
        if kind != of_kind and body.get(key) is not None:
            errors.append(forbidden_value(f"{field}.{key}", f"may only be set when `type` is '{of_kind}'"))
    return errors


def curves(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, curve in enumerate(held):
        errors += _curve(f"{field}[{position}]", curve)
    return errors


def _curve(field: str, curve: Body) -> list[FieldError]:
    kind = curve.get("type") or ""
    if not kind:
        return [required(f"{field}.type")]
    if kind not in CURVES:
        return [not_supported(f"{field}.type", kind, CURVES)]
    errors = not_negative(f"{field}.fromSeconds", curve.get("fromSeconds"))
    key = kind.lower()
    errors += union(field, curve, {one: one.lower() for one in CURVES})
    if curve.get(key) is None:
        return [*errors, required(f"{field}.{key}", f"must be set when `type` is '{kind}'")]
    for name in _AMOUNTS[key]:
        if curve[key].get(name) is None:
            errors.append(required(f"{field}.{key}.{name}"))
        errors += amount(f"{field}.{key}.{name}", curve[key].get(name), above_zero=True)
    for name in _LENGTHS.get(key, ()):
        if curve[key].get(name) is None and f"{key}.{name}" not in _OPTIONAL:
            errors.append(required(f"{field}.{key}.{name}"))
        errors += positive(f"{field}.{key}.{name}", curve[key].get(name))
    return errors
