"""The picture of a cluster as it was at an instant, in the shape of the browser's snapshot."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from simulator import reading
from simulator.engine.registry import Instant
from simulator.live import frames
from simulator.models import Change, Cluster
from simulator.past import PastReader, revision_at


def at(cluster: Cluster, instant: Instant, language: str) -> dict[str, Any]:
    """The whole picture at an instant, with the lines of the log up to it. Raises NotUnderstood, reading.Compacted."""
    revision = revision_at(cluster, instant)
    reader = PastReader(cluster, revision)
    sketches = [frames.sketch(resource, body) for resource in reader.resources() for body in reader.list(resource)]
    rows = Change.objects.filter(cluster=cluster, revision__lte=revision, revision__gt=cluster.compacted)
    with translation.override(language):
        lines = [frames.entry(reading.change(row)) for row in rows.order_by("-revision")[: frames.LOG_SHOWN]]
    return {
        "revision": revision,
        "at": instant,
        "objects": [one for one in sketches if one is not None],
        "log": lines[::-1],
    }
