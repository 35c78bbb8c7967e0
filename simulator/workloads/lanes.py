"""Each pod of a small workload over time: not available yet, available, terminating, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from simulator.engine.controllers.controller_history import REVISION_LABEL
from simulator.engine.objects import controller_of, is_deleting, labels_of, status_of
from simulator.engine.pods import available_at
from simulator.engine.registry import Body, Instant
from simulator.models import Change as ChangeRow
from simulator.models import Cluster

MOST = 24
"""With more pods than these there are no lanes: nobody could tell them apart."""
_ENDED = {"Succeeded": "succeeded", "Failed": "failed"}

Lane = dict[str, Any]


def of(
    cluster: Cluster, namespace: str, owners: Mapping[str, tuple[str, int]], since: Instant, until: Instant
) -> list[Lane]:
    """The pods of these owners, by when they were created. owners: by uid, (name, minReadySeconds)."""
    rows = ChangeRow.objects.none()
    for name, _patience in owners.values():
        rows |= ChangeRow.objects.filter(name__startswith=f"{name}-")
    rows = rows.filter(cluster=cluster, resource="pods", namespace=namespace, at__lte=until).order_by("revision")
    gone = set(rows.filter(operation="DELETED", at__lt=since).values_list("name", flat=True))
    names = list(rows.values_list("name", flat=True).order_by("name").distinct()[: MOST + len(gone) + 1])
    if len(set(names) - gone) > MOST:
        return []
    lanes: dict[str, Lane] = {}
    for row in rows.exclude(name__in=gone) if len(gone) < MOST else rows.filter(name__in=set(names) - gone):
        body = orjson.loads(row.text)
        owner = owners.get((controller_of(body) or {}).get("uid", ""))
        lane = lanes.get(row.name)
        if row.operation == "DELETED":
            if lane is not None:
                _enter(lane, row.at, "")
        elif owner is not None:
            if lane is None:
                lane = lanes[row.name] = {"name": row.name, "set": owner[0], "spans": []}
            _follow(lane, row.at, body, owner[1], labels_of(body).get(REVISION_LABEL, ""))
    return [_closed(lane, since, until) for lane in lanes.values()]


def _follow(lane: Lane, at: Instant, body: Body, patience: int, revision: str) -> None:
    """What the pod is from an instant on; a ready pod becomes available by itself."""
    spans = lane["spans"]
    while spans and spans[-1]["at"] > at:
        spans.pop()
    ended = _ENDED.get(status_of(body).get("phase", ""), "")
    ripe = available_at(body, patience)
    if is_deleting(body) or ended:
        _enter(lane, at, "terminating" if is_deleting(body) else ended, revision)
    elif ripe is None:
        _enter(lane, at, "waiting", revision)
    elif ripe <= at:
        _enter(lane, at, "available", revision)
    else:
        _enter(lane, at, "waiting", revision)
        _enter(lane, ripe, "available", revision)


def _enter(lane: Lane, at: Instant, state: str, revision: str = "") -> None:
    spans = lane["spans"]
    if not spans or spans[-1]["state"] != state:
        spans.append({"at": at, "state": state, "revision": revision})


def _closed(lane: Lane, since: Instant, until: Instant) -> Lane:
    """The spans with their ends, within the window, as microseconds after it begins."""
    spans = lane["spans"]
    ends = [span["at"] for span in spans[1:]] + [until]
    shown = [
        {
            "state": span["state"],
            "revision": span["revision"],
            "after": max(0, span["at"] - since),
            "until": min(end, until) - since,
        }
        for span, end in zip(spans, ends, strict=True)
        if span["state"] and end > since and span["at"] < until
    ]
    return {**lane, "spans": shown}
