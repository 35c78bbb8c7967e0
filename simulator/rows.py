"""The rows that the store writes, the log, the latest bodies, the memories. Only `store` uses these."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection

from simulator.engine.journal import Batch, Change
from simulator.engine.rbac import policy
from simulator.engine.registry import Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster, KubeObject
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
_FORGET = "DELETE FROM {memories} WHERE cluster_id = %s AND component = %s AND key = %s"


def _run(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """One statement for many rows: executemany is two orders of magnitude faster than saving models one by one."""
    rows = list(rows)
    if not rows:
        return
    named = statement.format(
        objects=KubeObject._meta.db_table, changes=ChangeRow._meta.db_table, memories=MemoryRow._meta.db_table
    )
    with connection.cursor() as cursor:
        cursor.executemany(named, rows)


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


def remember(cluster: Cluster, batch: Batch) -> None:
    """Keeps what components remember, and forgets what they have forgotten."""
    pk = cluster.pk
    kept, forgotten = [], []
    for component, key, note, entry in batch.memories:
        if note is None and entry is None:
            forgotten.append((pk, component, key))
            continue
        text = None if note is None else orjson.dumps(note).decode()
        due = (entry.due, entry.order, entry.led_by) if entry else (None, None, None)
        kept.append((pk, component, key, text, *due))
    _run(_NOTE, kept)
    _run(_FORGET, forgotten)
