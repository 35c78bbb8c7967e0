"""The rows of a cluster's past: read as they were, copied into a branch, taken back.

Only `branches` and `replay` use these.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Max

from simulator import rows
from simulator.models import Change, Cluster, Gap, Memory, PastMemory, Tick

LONGEST_LOG = 20_000
"""Lines of the log that a branch takes along, besides what each object was before them."""
_MEMORIES = """
SELECT old.component, old.key, old.note, old.due, old."order", old.led_by FROM (
    SELECT component, key, MAX(tick) AS tick FROM {past} WHERE cluster_id = %s AND tick <= %s GROUP BY component, key
) last JOIN {past} old ON old.cluster_id = %s AND old.component = last.component AND old.key = last.key
    AND old.tick = last.tick
WHERE old.note IS NOT NULL OR old.due IS NOT NULL
"""
_OBJECTS = """
SELECT old.resource, old.namespace, old.name, old.revision, old.text FROM (
    SELECT MAX(revision) AS revision FROM {changes} WHERE cluster_id = %s AND revision <= %s
    GROUP BY resource, namespace, name
) last JOIN {changes} old ON old.cluster_id = %s AND old.revision = last.revision
WHERE old.operation <> 'DELETED'
"""
_COPY = "INSERT INTO {table} (cluster_id, {fields}) SELECT %s, {fields} FROM {table} WHERE cluster_id = %s AND {which}"

Row = tuple[Any, ...]


def copy_log(old: Cluster, new: Cluster, revision: int, tick: int) -> int:
    """Copies the log and the ticks up to a moment; the revision from which on the new log is whole."""
    first = max(old.compacted, revision - LONGEST_LOG)
    _copy_before(old, new, first)
    _copy(Change, old, new, "revision > %s AND revision <= %s", (first, revision))
    _copy(Gap, old, new, "upto <= %s", (revision,))
    held = Tick.objects.filter(cluster=old, revision__gte=first, number__lte=tick)
    lowest = held.order_by("number").values_list("number", flat=True).first() or tick
    _copy(Tick, old, new, "number >= %s AND number <= %s", (lowest, tick))
    _copy(PastMemory, old, new, "tick > %s AND tick <= %s", (lowest, tick))
    rows.keep_past(new.pk, lowest, memories_at(old.pk, lowest))
    return first


def _copy_before(old: Cluster, new: Cluster, first: int) -> None:
    """What each object was at the first revision of the new log, as compaction leaves it."""
    held = Change.objects.filter(cluster=old, revision__lte=first).order_by()
    latest = held.values("resource", "namespace", "name").annotate(latest=Max("revision")).values("latest")
    made = []
    for row in held.filter(revision__in=latest).exclude(operation="DELETED"):
        row.pk, row.cluster = None, new
        made.append(row)
    Change.objects.bulk_create(made, batch_size=500)


def _copy(model: Any, old: Cluster, new: Cluster, which: str, values: tuple[Any, ...]) -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.name not in ("id", "cluster")]
    fields = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        statement = _COPY.format(table=model._meta.db_table, fields=fields, which=which)
        cursor.execute(statement, (new.pk, old.pk, *values))


def copy_state(old: Cluster, new: Cluster, revision: int, tick: int) -> None:
    """Copies the objects and the memories of a moment."""
    rows.put(new.pk, objects_at(old.pk, revision))
    rows.keep(new.pk, memories_at(old.pk, tick))


def take_back(cluster: Cluster, revision: int, tick: int) -> None:
    """Brings objects and memories back to a moment, and forgets what was written after it."""
    newer = Change.objects.filter(cluster=cluster, revision__gt=revision)
    changed = set(newer.order_by().values_list("resource", "namespace", "name").distinct())
    held = [row for row in objects_at(cluster.pk, revision) if row[:3] in changed]
    rows.take(cluster.pk, changed)
    rows.put(cluster.pk, held)
    newer.delete()
    Memory.objects.filter(cluster=cluster).delete()
    rows.keep(cluster.pk, memories_at(cluster.pk, tick))
    PastMemory.objects.filter(cluster=cluster, tick__gt=tick).delete()
    Tick.objects.filter(cluster=cluster, number__gt=tick).delete()
    Gap.objects.filter(cluster=cluster, after__gte=revision).delete()


def skipped_after(cluster: Cluster, revision: int) -> int:
    """How many revisions were left out by rewinding to this revision or to later ones."""
    gaps = Gap.objects.filter(cluster=cluster, after__gte=revision)
    return sum(upto - after for after, upto in gaps.values_list("after", "upto"))


def forget(cluster: Cluster, kept: int) -> None:
    """Forgets the ticks from which the log, or `kept` ticks, no longer reach; the first that is left stays whole."""
    held = Tick.objects.filter(cluster=cluster)
    held.filter(revision__lt=cluster.compacted).delete()
    held.filter(number__lte=cluster.ticks - kept).delete()
    lowest = held.order_by("number").values_list("number", flat=True).first()
    if lowest is None:
        return
    base = memories_at(cluster.pk, lowest)
    PastMemory.objects.filter(cluster=cluster, tick__lte=lowest).delete()
    rows.keep_past(cluster.pk, lowest, base)


def memories_at(pk: int, tick: int) -> list[Row]:
    """What the components remembered at the end of a tick: component, key, note, due, order, led_by."""
    return _rows(_MEMORIES, (pk, tick, pk))


def objects_at(pk: int, revision: int) -> list[Row]:
    """The objects as they were at a revision: resource, namespace, name, revision, text."""
    return _rows(_OBJECTS, (pk, revision, pk))


def _rows(statement: str, values: Iterable[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(rows.named(statement), tuple(values))
        return list(cursor.fetchall())
