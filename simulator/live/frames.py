"""What the browser is told: a snapshot of the diagram, then frames. Snapshot + frames = a fresh snapshot, always.

A sketch is what the diagram needs of an object; it comes from the object's kind (`Kind.draw`).
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
from simulator.engine.objects import revision_of
from simulator.engine.registry import KINDS, Body, Key
from simulator.models import Cluster, KubeObject

Frame = dict[str, Any]
_LOG_SHOWN = 50


def object_id(resource: str, key: Key) -> str:
    return f"{resource}/{key.namespace}/{key.name}"


def kind_of(change: Change) -> str:
    """What the changed object is, for people; a custom resource says it itself."""
    said: str = change.body.get("kind") or change.resource
    return KINDS[change.resource].kind if change.resource in KINDS else said


def sketch(resource: str, body: Body) -> Frame | None:
    """The diagram's view of one object, or None for a kind that is not drawn."""
    if resource not in KINDS or (draw := KINDS[resource].draw) is None:
        return None
    meta = body["metadata"]
    namespace = meta.get("namespace", "")
    return {
        "id": object_id(resource, Key(namespace, meta["name"])),
        "resource": resource,
        "kind": KINDS[resource].kind,
        "namespace": namespace,
        "name": meta["name"],
        "uid": meta["uid"],
        "revision": revision_of(body),
        **draw(body),
    }


def clock(cluster: Cluster) -> Frame:
    """The cluster's time as the page shows it.

    halted: None, or what stopped the cluster: the component that met an error, what it was doing, and the error's type
    and text. It is paused then, and tries again when it is to play or step.
    """
    return {
        "now": store.instant(cluster, store.wall()),
        "start": cluster.born,
        "speed": cluster.speed,
        "achieved": round(cluster.achieved, 3),
        "paused": cluster.paused and cluster.until is None,
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
    after = max(fresh.revision - _LOG_SHOWN, fresh.compacted)
    with translation.override(language):
        lines = [entry(change) for change in reading.changes(fresh, after, _LOG_SHOWN)]
    body = {
        "t": "snapshot",
        "seq": 0,
        "revision": fresh.revision,
        "clock": clock(fresh),
        "objects": [one for one in sketches if one is not None],
        "log": lines,
    }
    return fresh.revision, body


def difference(changes: Iterable[Change], language: str) -> Frame:
    """What a run of changes does to the diagram: the last sketch of each object, and those that are gone."""
    latest: dict[str, Change] = {}
    with translation.override(language):
        lines = []
        for change in changes:
            latest[object_id(change.resource, change.key)] = change
            lines.append(entry(change))
    drawn, gone = [], []
    for identity, change in latest.items():
        if change.operation == "DELETED":
            gone.append(identity)
        elif (one := sketch(change.resource, change.body)) is not None:
            drawn.append(one)
    return {"set": drawn, "gone": gone, "log": lines[-200:]}
