"""Marks on a cluster's line of time: moments of a lesson, bookmarks, and the failures that its log tells of."""

from __future__ import annotations

from typing import Any

import orjson
from django.db.models import Q
from django.utils.translation import gettext as _

from simulator import reading
from simulator.clusters import NotUnderstood
from simulator.engine.objects import get_in
from simulator.live import frames
from simulator.models import Change, Cluster, Mark

_MOST = 200
"""Bookmarks of a cluster."""
_MOST_FAILURES = 2000
_WARNINGS = ("Evicted", "NodeNotReady", "SystemOOM", "OOMKilling", "BackOff", "Preempted", "FailedCreate")


def add(cluster: Cluster, at: int, kind: str, text: str) -> Mark:
    """A mark at an instant that the cluster has got to. Raises NotUnderstood."""
    if not cluster.born <= at <= cluster.now:
        raise NotUnderstood(_("There is no such instant in the life of this cluster."))
    if len(text) > 100 or "\0" in text:
        raise NotUnderstood(_("A name has at most 100 letters."))
    if Mark.objects.filter(cluster=cluster).count() >= _MOST:
        raise NotUnderstood(_("There are too many marks: delete one first."))
    return Mark.objects.create(cluster=cluster, at=at, kind=kind, text=text)


def of(cluster: Cluster) -> list[dict[str, Any]]:
    """The marks that people and lessons made, by instant."""
    rows = Mark.objects.filter(cluster=cluster, at__lte=cluster.now).order_by("at", "pk")
    return [{"id": row.pk, "at": row.at, "kind": row.kind, "text": row.text} for row in rows]


def failures(cluster: Cluster, since: int) -> list[dict[str, Any]]:
    """What went wrong above a revision, oldest first: containers that ended with an error, warnings about objects."""
    said = Q()
    for reason in _WARNINGS:
        said |= Q(text__contains=f'"reason":"{reason}"')
    warnings = Q(resource="events", operation="ADDED", text__contains='"type":"Warning"') & said
    ended = Q(resource="pods", component__startswith="kubelet/", inputs__contains='"code":')
    ended &= ~Q(inputs__contains='"code":0')
    rows = Change.objects.filter(warnings | ended, cluster=cluster, revision__gt=max(since, cluster.compacted))
    newest = list(rows.order_by("-revision")[:_MOST_FAILURES])
    return [_failure(row) for row in reversed(newest)]


def _failure(row: Change) -> dict[str, Any]:
    if row.resource != "events":
        told = frames.entry(reading.change(row))
        return {"at": row.at, "id": told["id"], "text": f"{row.name}: {told['sentence']}"}
    body = orjson.loads(row.text)
    about = get_in(body, "involvedObject") or {}
    resource = {"Pod": "pods", "Node": "nodes"}.get(about.get("kind", ""))
    place = f"{resource}/{about.get('namespace', '') if resource == 'pods' else ''}/{about.get('name', '')}"
    text = f"{about.get('name', '')}: {body.get('reason', '')}"
    return {"at": row.at, "id": place if resource else None, "text": text}
