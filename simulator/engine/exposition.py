"""Series as programs expose them: Prometheus' text format, version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .clock import MILLISECOND
from .registry import Instant

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], int | float | Fraction]


class Series(NamedTuple):
    """The samples of one name. type: counter, gauge, histogram or untyped. at: their timestamp, None without one."""

    name: str
    type: str
    samples: Sequence[Sample]
    help: str = ""
    at: Instant | None = None


def text(series: Iterable[Series]) -> str:
    """The series as Prometheus reads them, sorted by name; those without a sample are not there."""
    lines = []
    for one in sorted(series, key=lambda one: one.name):
        if one.samples:
            lines += [f"# HELP {one.name} {one.help}"] if one.help else []
            lines.append(f"# TYPE {one.name} {one.type}")
        when = "" if one.at is None else f" {one.at // MILLISECOND}"
        lines += [f"{_named(one, labels)} {figure(value)}{when}" for labels, value in one.samples]
    return "\n".join([*lines, ""])


def _named(one: Series, labels: Mapping[str, str]) -> str:
    """The name of a sample with its labels; of a histogram the label `__name__` says which part it is of."""
    name = labels.get("__name__", one.name)
    inner = ",".join(f'{key}="{_quoted(labels[key])}"' for key in sorted(labels) if key != "__name__")
    return f"{name}{{{inner}}}" if inner else name


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def figure(value: int | float | Fraction) -> str:
    """A figure to the millionth; a float as it is."""
    if isinstance(value, Fraction):
        return f"{float(value):.6f}".rstrip("0").rstrip(".")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace("inf", "Inf")
    return str(value)
