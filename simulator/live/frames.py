"""What the browser is told: a snapshot of the diagram, then frames. Snapshot + frames = a fresh snapshot, always.

A sketch is what the diagram needs of an object; what is special about a kind comes from the kind (`Kind.draw`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.utils import translation
from django.utils.translation import gettext

from simulator import reading, store
from simulator.engine.causes import fill
from simulator.engine.journal import Change
from simulator.engine.objects import drawn_controller, labels_of, revision_of
from simulator.engine.registry import KINDS, Body, Key
from simulator.models import Cluster, KubeObject

Frame = dict[str, Any]
LINES = 200
"""The most lines of the log in one frame."""
LOG_SHOWN = 50
_UNSEEN = frozenset({"leases.coordination.k8s.io"})
"""What is written all the time and says nothing to anybody."""


def object_id(resource: str, key: Key) -> str:
    return f"{resource}/{key.namespace}/{key.name}"


def kind_of(change: Change) -> str:
    """What the changed object is, for people; a custom resource says it itself."""
    said: str = change.body.get("kind") or change.resource
    return KINDS[change.resource].kind if change.resource in KINDS else said


def sketch(resource: str, body: Body) -> Frame | None:
    """The diagram's view of one object, or None for what is not shown. A custom resource says its kind itself."""
    if resource in _UNSEEN:
        return None
    kind = KINDS[resource] if resource in KINDS else None  # noqa: SIM401 - a register, which has no `get`
    meta = body["metadata"]
    namespace = meta.get("namespace", "")
    told = kind.draw(body) if kind is not None and kind.draw is not None else {}
    return {
        "id": object_id(resource, Key(namespace, meta["name"])),
        "resource": resource,
        "kind": body.get("kind") or resource if kind is None else kind.kind,
        "namespace": namespace,
        "name": meta["name"],
        "uid": meta["uid"],
        "revision": revision_of(body),
        "owner": drawn_controller(body),
        "labels": labels_of(body),
        **told,
    }


def clock(cluster: Cluster) -> Frame:
    """The cluster's time as the page shows it.

    stepping: it runs to an instant and stops there by itself.
    halted: None, or what stopped the cluster: the component that met an error, what it was doing, and the error's type
    and text. It is paused then, and tries again when it is to play or step.
    """
    return {
        "now": store.instant(cluster, store.wall()),
        "start": cluster.born,
        "speed": cluster.speed,
        "achieved": round(cluster.achieved, 3),
        "paused": cluster.paused and cluster.until is None,
        "stepping": cluster.until is not None,
        "due": cluster.due,
        "halted": cluster.halted,
    }


def entry(change: Change) -> Frame:
    """One line of the log, its sentence in the language that is active."""
    cause = change.cause
    kind = kind_of(change)
    return {
        "revision": change.revision,
        "at": change.at,
        "op": change.operation,
        "id": object_id(change.resource, change.key),
        "kind": kind,
        "name": change.key.name,
        "component": cause.component,
        "rule": cause.rule,
        "sentence": fill(gettext(cause.sentence) if cause.sentence else "", cause.inputs),
        "ledBy": cause.led_by,
    }


def snapshot(cluster: Cluster, language: str) -> tuple[int, Frame]:
    """(revision, the whole diagram). Objects may be newer than the revision; the frames after it then say so again.

    Raises Cluster.DoesNotExist.
    """
    fresh = Cluster.objects.get(pk=cluster.pk)
    rows = KubeObject.objects.filter(cluster=fresh).order_by("resource", "namespace", "name")
    held = rows.values_list("resource", "text").iterator(chunk_size=2000)
    sketches = [sketch(resource, orjson.loads(text)) for resource, text in held]
    body = {
        "t": "snapshot",
        "seq": 0,
        "revision": fresh.revision,
        "clock": clock(fresh),
        "objects": [one for one in sketches if one is not None],
        "log": latest(fresh, fresh.revision, language),
    }
    return fresh.revision, body


def latest(cluster: Cluster, revision: int, language: str) -> list[Frame]:
    """The last lines of the log up to a revision, as far as it reaches back. Raises Cluster.DoesNotExist."""
    after = max(revision - LOG_SHOWN, 0)
    try:
        changes = reading.changes(cluster, after, LOG_SHOWN)
    except reading.Compacted as cut:
        changes = reading.changes(cluster, cut.oldest, LOG_SHOWN)
    with translation.override(language):
        return [entry(change) for change in changes if change.revision <= revision]


def difference(changes: Iterable[Change], language: str) -> Frame:
    """What a run of changes does to the diagram: the last sketch of each object, and those that are gone."""
    last: dict[str, Change] = {}
    with translation.override(language):
        lines = []
        for change in changes:
            last[object_id(change.resource, change.key)] = change
            lines.append(entry(change))
    drawn, gone = [], []
    for identity, change in last.items():
        if change.operation == "DELETED":
            gone.append(identity)
        elif (one := sketch(change.resource, change.body)) is not None:
            drawn.append(one)
    return {"set": drawn, "gone": gone, "log": lines[-LINES:]}
