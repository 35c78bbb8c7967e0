"""What was scraped, as PromQL reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..promql.values import NAME, Element, Vector
from ..registry import Instant, Reader
from .targets import Exporter, Scrape, applications, kube_state

EXPORTERS: tuple[Exporter, ...] = (applications, kube_state)
"""Those that need nothing but the objects; a component may bring more."""


class Scraped:
    """The source of series over a cluster's objects. Figures of the past are functions of what is there now."""

    def __init__(self, reader: Reader, exporters: Sequence[Exporter] = EXPORTERS) -> None:
        self._reader = reader
        self._exporters = exporters

    def scraped(self, at: Instant, wanted: Callable[[str], bool], namespace: str) -> Vector:
        return [
            Element({NAME: series.name, **labels}, float(value))
            for exporter in self._exporters
            for series in exporter(self._reader, Scrape(at, wanted, namespace))
            for labels, value in series.samples
        ]
