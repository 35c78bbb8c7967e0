"""Metric: a figure about an object, or about something outside of the cluster. One of our own kinds.

Who reads it is served by `workloads.metrics`; here are its fields, its rules and how it is shown.
"""

from __future__ import annotations

from ..definitions.metric import METRIC
from ..errors import FieldError, required
from ..objects import spec_of
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind
from ..validation import names
from ..validation.fields import formed
from ..validation.usage import metric
from ..workloads import metrics


def _default(body: Body) -> Body:
    return body if body.get("spec") is not None else {**body, "spec": {}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    described = spec.get("describedObject")
    errors: list[FieldError] = []
    if described is not None:
        for key in ("apiVersion", "kind", "name"):
            errors += [] if described.get(key) else [required(f"spec.describedObject.{key}")]
        for key in ("kind", "name"):
            errors += formed(f"spec.describedObject.{key}", described.get(key) or "", names.path_segment)
    return errors + metric("spec", spec)


def _described(body: Body, now: Instant) -> str:
    held = spec_of(body).get("describedObject")
    return f"{held.get('kind')}/{held.get('name')}" if held else "<external>"


def _value(body: Body, now: Instant) -> str:
    return metrics.written(metrics.value(body, now))


KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="Metric",
    plural="metrics",
    subresources=frozenset(),
    categories=("sim",),
    columns=(
        NAME,
        Column("Metric", field("spec", "name"), description="The name of the metric."),
        Column("Object", _described, description="What the metric is about; <external>: nothing in the cluster."),
        Column("Value", _value, description="What it is now."),
        AGE,
    ),
    default=_default,
    validate=_validate,
    definition=METRIC,
)
