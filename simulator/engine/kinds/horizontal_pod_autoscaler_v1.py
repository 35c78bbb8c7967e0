"""HorizontalPodAutoscaler of autoscaling/v1: another version of what is stored as autoscaling/v2."""

from __future__ import annotations

from typing import Any

from ..conversion.autoscaling import from_v1, to_v1
from ..registry import Body, Column, Instant, Kind
from . import horizontal_pod_autoscaler as v2


def _of_v2(column: Column) -> Column:
    def cell(body: Body, now: Instant) -> Any:
        return column.cell(from_v1(body), now)

    return column._replace(cell=cell)


KIND = Kind(
    group="autoscaling",
    version="v1",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    short_names=("hpa",),
    categories=("all",),
    has_generation=False,
    columns=tuple(_of_v2(column) for column in v2.KIND.columns),
    stored_as="horizontalpodautoscalers.autoscaling",
    to_stored=from_v1,
    from_stored=to_v1,
)
