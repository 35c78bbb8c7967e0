"""The rows that the store writes: the log, the latest bodies, the memories. Only `store` and `past_rows` use these."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection

from simulator.engine.journal import Batch, Change
from simulator.engine.rbac import policy
from simulator.engine.registry import Instant, Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster, KubeObject, PastMemory, Tick
from simulator.models import Memory as MemoryRow


class Fenced(Exception):
    """Somebody else runs this cluster now: what was done in its name is thrown away."""


_PUT = """
INSERT INTO {objects} (cluster_id, resource, namespace, name, uid, revision, text) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (cluster_id, resource, namespace, name)
DO UPDATE SET uid = excluded.uid, revision = excluded.revision, text = excluded.text
"""
_TAKE = "DELETE FROM {objects} WHERE cluster_id = %s AND resource = %s AND namespace = %s AND name = %s"
_LOG = """
INSERT INTO {changes} (cluster_id, revision, at, operation, resource, namespace, name, text,
                       component, rule, sentence, inputs, led_by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_NOTE = """
INSERT INTO {memories} (cluster_id, component, key, note, due, "order", led_by) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (cluster_id, component, key)
DO UPDATE SET note = excluded.note, due = excluded.due, "order" = excluded."order", led_by = excluded.led_by
"""
_PAST_NOTE = """
INSERT INTO {past} (cluster_id, tick, component, key, note, due, "order", led_by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_TICK = "INSERT INTO {ticks} (cluster_id, number, began, revision, start, now) VALUES (%s, %s, %s, %s, %s, %s)"
_FORGET = "DELETE FROM {memories} WHERE cluster_id = %s AND component = %s AND key = %s"


def named(statement: str) -> str:
    """A statement with the names of the tables in it."""
    return statement.format(
        objects=KubeObject._meta.db_table,
        changes=ChangeRow._meta.db_table,
        memories=MemoryRow._meta.db_table,
        past=PastMemory._meta.db_table,
        ticks=Tick._meta.db_table,
    )


def _run(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """One statement for many rows: executemany is two orders of magnitude faster than saving models one by one."""
    rows = list(rows)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(named(statement), rows)


def append(cluster: Cluster, changes: list[Change]) -> None:
    """Adds changes to the log and brings the objects up to date; the log must go on where it ends. Raises Fenced."""
    if not changes:
        return
    if changes[0].revision != cluster.revision + 1:
        raise Fenced(f"{cluster.name}: the log is at {cluster.revision}, not at {changes[0].revision - 1}")
    pk = cluster.pk
    log: list[tuple[Any, ...]] = []
    latest: dict[tuple[str, Key], tuple[Change, str]] = {}
    for change in changes:
        text = orjson.dumps(change.body).decode()
        cause = change.cause
        latest[change.resource, change.key] = change, text
        log.append(
            (
                pk, change.revision, change.at, change.operation, change.resource, *change.key, text,
                cause.component, cause.rule, cause.sentence, orjson.dumps(cause.inputs).decode(), cause.led_by,
            )
        )  # fmt: skip
    _run(_LOG, log)
    kept = [(change, text) for change, text in latest.values() if change.operation != "DELETED"]
    _run(
        _PUT,
        [(pk, one.resource, *one.key, one.body["metadata"]["uid"], one.revision, text) for one, text in kept],
    )
    gone = [change for change, _ in latest.values() if change.operation == "DELETED"]
    _run(_TAKE, [(pk, change.resource, *change.key) for change in gone])
    cluster.revision = changes[-1].revision
    if any(change.resource in policy.RESOURCES for change in changes):
        cluster.access = secrets.token_hex(8)


def remember(cluster: Cluster, batch: Batch, *, began: int, start: Instant) -> None:
    """Keeps what components remember, forgets what they have forgotten, and writes down that a tick has ended."""
    if not batch.changes and not batch.memories:
        return
    pk = cluster.pk
    kept, forgotten, past = [], [], []
    cluster.ticks += 1
    for component, key, note, entry in batch.memories:
        text = None if note is None else orjson.dumps(note).decode()
        due = (entry.due, entry.order, entry.led_by) if entry else (None, None, None)
        past.append((pk, cluster.ticks, component, key, text, *due))
        if note is None and entry is None:
            forgotten.append((pk, component, key))
        else:
            kept.append((pk, component, key, text, *due))
    _run(_NOTE, kept)
    _run(_FORGET, forgotten)
    _run(_PAST_NOTE, past)
    _run(_TICK, [(pk, cluster.ticks, began, cluster.revision, start, cluster.now)])


def put(pk: int, objects: Iterable[tuple[str, str, str, int, str]]) -> None:
    """Puts objects in as they are written down, by resource, namespace, name, revision and text."""
    _run(
        _PUT,
        (
            (pk, resource, namespace, name, orjson.loads(text)["metadata"]["uid"], revision, text)
            for resource, namespace, name, revision, text in objects
        ),
    )


def take(pk: int, places: Iterable[tuple[str, str, str]]) -> None:
    """Takes objects away."""
    _run(_TAKE, ((pk, *place) for place in places))


def keep(pk: int, memories: Iterable[tuple[Any, ...]]) -> None:
    """Puts memories in as they are written down."""
    _run(_NOTE, ((pk, *memory) for memory in memories))


def keep_past(pk: int, tick: int, memories: Iterable[tuple[Any, ...]]) -> None:
    """Writes down what was remembered at a tick."""
    _run(_PAST_NOTE, ((pk, tick, *memory) for memory in memories))
