"""The picture of a cluster as it was at an instant, in the shape of the browser's snapshot."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from simulator import reading
from simulator.clusters import NotUnderstood
from simulator.engine.registry import Instant
from simulator.live import frames
from simulator.models import Change, Cluster
from simulator.past import PastReader


def revision_at(cluster: Cluster, at: Instant) -> int:
    """The revision of the log at an instant. Raises NotUnderstood where the log does not reach there."""
    if at > cluster.now:
        raise NotUnderstood(_("The cluster has not got there yet."))
    if at < cluster.born:
        raise NotUnderstood(_("The cluster begins later."))
    rows = Change.objects.filter(cluster=cluster, at__lte=at, revision__gte=cluster.compacted).order_by("-revision")
    found = rows.values_list("revision", flat=True).first()
    if found is None:
        raise reading.Compacted(cluster.compacted)
    return found


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
