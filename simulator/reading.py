"""Reading clusters from the database: their objects as the wire's own text, and the log of changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import Max

from simulator.engine.causes import Cause
from simulator.engine.custom_resources.cluster import ClusterKinds
from simulator.engine.journal import Change, Operation
from simulator.engine.registry import Bodies, Body, Instant, Key, Kinds
from simulator.models import Change as ChangeRow
from simulator.models import Cluster, Gap, KubeObject


class Compacted(Exception):
    """The log no longer reaches back to the revision asked for; `oldest` is the first that it can follow."""

    def __init__(self, oldest: int) -> None:
        super().__init__(f"the log begins after revision {oldest}")
        self.oldest = oldest


class Text(NamedTuple):
    """One object as it is stored: its key, its JSON and its revision."""

    key: Key
    text: bytes
    revision: int


class Page(NamedTuple):
    """Some objects of a list, in order. `upto` is the key up to which it reaches, None at the end of the list."""

    texts: list[Text]
    upto: Key | None


def find_cluster(name: str) -> Cluster | None:
    return Cluster.objects.filter(name=name).first()


class DatabaseReader:
    """The engine's `Reader` over the objects that the database holds."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        text = body_text(self.cluster, resource, namespace, name)
        return None if text is None else orjson.loads(text)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        return [orjson.loads(row.text) for row in list_texts(self.cluster, resource, namespace)]


def kinds_of(cluster: Cluster) -> Kinds:
    """The kinds that the cluster serves now."""
    return ClusterKinds(DatabaseReader(cluster), fixed=True)


class SteadyReader(DatabaseReader):
    """The same while nobody writes, as under the cluster's row lock: each thing is read once."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster)
        self._held: dict[tuple[str, str, str], Body | None] = {}
        self._listed: dict[tuple[str, str | None], Bodies] = {}

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        place = resource, namespace, name
        if place not in self._held:
            self._held[place] = super().get(*place)
        return self._held[place]

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        if (resource, namespace) not in self._listed:
            self._listed[resource, namespace] = super().list(resource, namespace)
        return self._listed[resource, namespace]


# The most frequent questions of all: Django's own way takes longer to write them down than the database to answer.
_OBJECTS = KubeObject._meta.db_table
_ONE = f"SELECT text FROM {_OBJECTS} WHERE cluster_id = %s AND resource = %s AND namespace = %s AND name = %s"
_MANY = f"SELECT namespace, name, text, revision FROM {_OBJECTS} WHERE cluster_id = %s AND resource = %s"
_WITHIN = " AND namespace = %s"
_AFTER = " AND (namespace{0}, name{0}) > (%s, %s)"
_AFTER_WITHIN = " AND name{0} > %s"
_ORDER = " ORDER BY namespace{0}, name{0}"
_BYTES = {"postgresql": ' COLLATE "C"'}
"""How a database compares by bytes, as etcd and we do; SQLite does anyway."""


def body_text(cluster: Cluster, resource: str, namespace: str, name: str) -> bytes | None:
    """The stored JSON of one object, or None."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, (cluster.pk, resource, namespace, name))
        row = cursor.fetchone()
    return None if row is None else row[0].encode()


def list_texts(
    cluster: Cluster,
    resource: str,
    namespace: str | None = None,
    *,
    after: Key | None = None,
    limit: int | None = None,
) -> Iterator[Text]:
    """The stored JSON of a resource's objects in etcd's order (namespace, name); `after` is where a page goes on."""
    conditions = ""
    values: list[Any] = [cluster.pk, resource]
    if namespace is not None:
        conditions, values = conditions + _WITHIN, [*values, namespace]
    if after is not None and namespace is not None:
        conditions, values = conditions + _AFTER_WITHIN, [*values, after.name]
    elif after is not None:
        conditions, values = conditions + _AFTER, [*values, *after]
    with connection.cursor() as cursor:
        statement = (_MANY + conditions + _ORDER).format(_BYTES.get(connection.vendor, ""))
        cursor.execute(statement if limit is None else f"{statement} LIMIT {limit:d}", values)
        for space, name, text, revision in cursor:
            yield Text(Key(space, name), text.encode(), revision)


def page_at(
    cluster: Cluster, resource: str, namespace: str | None, *, revision: int, after: Key | None, size: int
) -> Page:
    """The objects after a key as they were at a revision. Raises Compacted where the log does not reach back.

    What lies between the present and the revision is undone from the log: newer objects are put back, deleted ones
    added. The deletions are asked for after the objects, so that none is missed.
    """
    check_reach(cluster, revision)
    present = {row.key: row for row in list_texts(cluster, resource, namespace, after=after, limit=size)}
    upto = max(present) if len(present) == size else None
    gone = ChangeRow.objects.filter(cluster=cluster, resource=resource, revision__gt=revision, operation="DELETED")
    if namespace is not None:
        gone = gone.filter(namespace=namespace)
    keys = {Key(*found) for found in gone.values_list("namespace", "name")}
    keys = {key for key in keys if (after is None or key > after) and (upto is None or key <= upto)}
    texts = []
    for key in sorted({*present, *keys}):
        row: Text | None = present.get(key)
        if row is None or row.revision > revision:
            row = _text_at(cluster, resource, key, revision)
        if row is not None:
            texts.append(row)
    return Page(texts, upto)


def _text_at(cluster: Cluster, resource: str, key: Key, revision: int) -> Text | None:
    row = _last_change(cluster, resource, key, revision + 1)
    if row is None or row.operation == "DELETED":
        return None
    return Text(key, row.text.encode(), row.revision)


def at_instant(kinds: Kinds, resource: str, body: Body, now: Instant) -> Body:
    """The body as somebody reads it now: a heartbeat is a function of time."""
    filled = kinds[resource].at_read if resource in kinds else None
    return body if filled is None else filled(body, now)


def revision_of(cluster: Cluster) -> int:
    """The newest revision of the cluster's log at this moment."""
    found: int | None = Cluster.objects.filter(pk=cluster.pk).aggregate(newest=Max("revision"))["newest"]
    return found or 0


def changes(cluster: Cluster, after: int, limit: int | None = None, *, upto: int | None = None) -> list[Change]:
    """The changes with a revision above `after`, oldest first. Raises Compacted where the log has been cut."""
    check_reach(cluster, after)
    rows = ChangeRow.objects.filter(cluster=cluster, revision__gt=after)
    rows = rows if upto is None else rows.filter(revision__lte=upto)
    return [change(row) for row in rows.order_by("revision")[:limit]]


def check_reach(cluster: Cluster, revision: int) -> None:
    """Raises Compacted where the log is cut above a revision or was rewound to before it, and Cluster.DoesNotExist."""
    compacted = Cluster.objects.values_list("compacted", flat=True).get(pk=cluster.pk)
    if revision < compacted:
        raise Compacted(compacted)
    gap = Gap.objects.filter(cluster=cluster, after__lt=revision, upto__gt=revision).first()
    if gap is not None:
        raise Compacted(gap.upto)


def change_at(cluster: Cluster, revision: int) -> Change | None:
    row = ChangeRow.objects.filter(cluster=cluster, revision=revision).first()
    return None if row is None else change(row)


def change_before(cluster: Cluster, resource: str, key: Key, revision: int) -> Change | None:
    """The last change of an object below a revision: what it was before."""
    row = _last_change(cluster, resource, key, revision)
    return None if row is None else change(row)


def _last_change(cluster: Cluster, resource: str, key: Key, revision: int) -> ChangeRow | None:
    rows = ChangeRow.objects.filter(
        cluster=cluster, resource=resource, namespace=key.namespace, name=key.name, revision__lt=revision
    )
    return rows.order_by("-revision").first()


def change(row: ChangeRow) -> Change:
    """A line of the log as the engine knows it."""
    operation: Operation = row.operation  # type: ignore[assignment]
    cause = Cause(row.component, row.rule, row.sentence, orjson.loads(row.inputs), row.led_by)
    key = Key(row.namespace, row.name)
    return Change(row.revision, row.at, operation, row.resource, key, row.body, None, cause)
