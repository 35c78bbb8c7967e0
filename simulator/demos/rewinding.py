"""Marks of a presented cluster at the beginnings of steps, and going back to one: objects, clock and memories.

The log is cut behind the mark; what differs is then written as it was, so that whoever watches sees it change back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from django.utils.translation import gettext

from simulator import past, reading, store
from simulator.clusters import NotUnderstood
from simulator.demos.models import Mark
from simulator.engine.causes import Cause, _
from simulator.engine.clock import Entry
from simulator.engine.journal import Batch, Change, Memory, Operation
from simulator.engine.registry import Body, Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster, KubeObject
from simulator.models import Memory as MemoryRow

_FIELDS = ("component", "key", "note", "due", "order", "led_by")


def mark(presentation: int, step: int, cluster: Cluster) -> None:
    """Remembers the cluster as it is now. The components must have heard all that was written."""
    rows = MemoryRow.objects.filter(cluster=cluster).order_by("component", "key").values_list(*_FIELDS)
    held = {"revision": cluster.revision, "now": cluster.now, "due": cluster.due}
    text = orjson.dumps([list(row) for row in rows]).decode()
    Mark.objects.update_or_create(presentation_id=presentation, step=step, defaults={**held, "memories": text})


def go_back(cluster: Cluster, to: Mark, user: str) -> None:
    """Puts a cluster back to a mark, where it stands still. The caller holds its lock. Raises NotUnderstood."""
    try:
        changes = list(_differences(cluster, to, user))
    except reading.Compacted:
        raise NotUnderstood(gettext("The log of the cluster no longer reaches back so far.")) from None
    ChangeRow.objects.filter(cluster=cluster, revision__gt=to.revision).delete()
    cluster.now, cluster.due, cluster.anchor = to.now, to.due, store.wall()
    cluster.until, cluster.paused = None, True
    cluster.holder = ""
    cluster.fence += 1
    store.commit(cluster, Batch(changes, list(_memories(cluster, to))), fence=cluster.fence)


def _differences(cluster: Cluster, to: Mark, user: str) -> Iterator[Change]:
    """What has to be written so that all objects are as they were. Raises reading.Compacted."""
    earlier = past.PastReader(cluster, to.revision)
    cause = Cause(user, "rewind", _("{user} went back to an earlier moment."), {"user": user})
    moved = ChangeRow.objects.filter(cluster=cluster, revision__gt=to.revision)
    keys = sorted(set(moved.values_list("resource", "namespace", "name")))
    revision = cluster.revision
    for resource, namespace, name in keys:
        then = earlier.get(resource, namespace, name)
        now = KubeObject.objects.filter(cluster=cluster, resource=resource, namespace=namespace, name=name).first()
        if then is None and now is None:
            continue
        revision += 1
        operation: Operation = "DELETED" if then is None else "ADDED" if now is None else "MODIFIED"
        body: Body = then if then is not None else now.body  # type: ignore[union-attr]
        body = {**body, "metadata": {**body["metadata"], "resourceVersion": str(revision)}}
        yield Change(revision, to.now, operation, resource, Key(namespace, name), body, None, cause)


def _memories(cluster: Cluster, to: Mark) -> Iterator[Memory]:
    """What the components remembered, and, empty, what they have come to remember since."""
    kept: set[tuple[str, str]] = set()
    for component, key, note, due, order, led_by in orjson.loads(to.memories):
        kept.add((component, key))
        entry = None if due is None else Entry(component, key, due, order or 0, led_by)
        yield Memory(component, key, None if note is None else _note(note), entry)
    for component, key in MemoryRow.objects.filter(cluster=cluster).values_list("component", "key"):
        if (component, key) not in kept:
            yield Memory(component, key, None, None)


def _note(text: str) -> Any:
    return orjson.loads(text)
