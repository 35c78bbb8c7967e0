"""What a source of metrics answers: figures in thousandths, and how long and how far they can be relied on.

Besides the figure of now, a reading says between which bounds its swing keeps it as long as its course stays level, and
a sample until when all its courses do. By that a controller knows when it need not look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from simulator.engine.registry import Body, Instant
from simulator.engine.selectors import Selector

FOREVER: Instant = 1 << 62


class MetricsError(Exception):
    """Why there is no figure, in upstream's words."""


class Reading(NamedTuple):
    """One figure: sampled at `at` over `window` microseconds; its swing keeps it from `least` to `most`."""

    value: int
    at: Instant
    window: int
    least: int
    most: int


class Sample(NamedTuple):
    """Figures by the name of the pod (or of whatever they are about). Level: they but swing before `until`."""

    figures: Mapping[str, Reading]
    until: Instant


class MetricsClient(Protocol):
    """Where the controller's metrics come from. Every method raises MetricsError.

    Follows MetricsClient in pkg/controller/podautoscaler/metrics/interfaces.go, v1.34.
    """

    def resource(self, resource: str, namespace: str, selector: Selector, container: str) -> Sample: ...

    def of_pods(self, metric: str, namespace: str, selector: Selector, wanted: Selector) -> Sample: ...

    def of_object(self, metric: str, namespace: str, reference: Body, wanted: Selector) -> Sample: ...

    def external(self, metric: str, namespace: str, wanted: Selector) -> Sample: ...
