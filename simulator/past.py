"""A cluster's objects as they were at a revision, put together from what is there now and from the log."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from simulator import reading
from simulator.clusters import NotUnderstood
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster, KubeObject

_CHANGES = ChangeRow._meta.db_table
# For each object that changed since the revision, its last change up to it: the index finds each with one look.
_BEFORE = f"""
SELECT past.namespace, past.name, past.text FROM (
    SELECT (
        SELECT MAX(older.revision) FROM {_CHANGES} older
        WHERE older.cluster_id = %s AND older.resource = %s AND older.namespace = newer.namespace
            AND older.name = newer.name AND older.revision <= %s
    ) AS revision
    FROM (
        SELECT DISTINCT namespace, name FROM {_CHANGES} WHERE cluster_id = %s AND resource = %s AND revision > %s
    ) newer
) last JOIN {_CHANGES} past ON past.cluster_id = %s AND past.revision = last.revision
WHERE past.operation <> 'DELETED'
"""


def revision_at(cluster: Cluster, at: Instant) -> int:
    """The revision of the log at an instant. Raises NotUnderstood where the log does not reach there."""
    if at > cluster.now:
        raise NotUnderstood(_("The cluster has not got there yet."))
    if at < cluster.born:
        raise NotUnderstood(_("The cluster begins later."))
    rows = ChangeRow.objects.filter(cluster=cluster, at__lte=at, revision__gte=cluster.compacted).order_by("-revision")
    found = rows.values_list("revision", flat=True).first()
    if found is None:
        raise reading.Compacted(cluster.compacted)
    return found


class PastReader:
    """The engine's `Reader` over the objects as they were at a revision; a resource is read when it is asked for.

    Raises reading.Compacted, also while reading, where the log does not reach back so far.
    """

    def __init__(self, cluster: Cluster, revision: int) -> None:
        self.cluster, self.revision = cluster, revision
        self._held: dict[str, dict[Key, Body]] = {}
        reading.check_reach(cluster, revision)

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        return self._table(resource).get(Key(namespace, name))

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        table = self._table(resource)
        return [body for key, body in table.items() if namespace in (None, key.namespace)]

    def resources(self) -> Sequence[str]:
        """The resources of which there may have been objects."""
        present = KubeObject.objects.filter(cluster=self.cluster).order_by()
        newer = ChangeRow.objects.filter(cluster=self.cluster, revision__gt=self.revision).order_by()
        return sorted(
            {name for rows in (present, newer) for name in rows.values_list("resource", flat=True).distinct()}
        )

    def _table(self, resource: str) -> dict[Key, Body]:
        if resource not in self._held:
            self._held[resource] = self._read(resource)
        return self._held[resource]

    def _read(self, resource: str) -> dict[Key, Body]:
        """The present comes first: what is written between the two looks is in the log by the second."""
        present = reading.list_texts(self.cluster, resource)
        found = {row.key: row.text for row in present if row.revision <= self.revision}
        pk = self.cluster.pk
        with connection.cursor() as cursor:
            cursor.execute(_BEFORE, (pk, resource, self.revision, pk, resource, self.revision, pk))
            found |= {Key(namespace, name): text.encode() for namespace, name, text in cursor}
        reading.check_reach(self.cluster, self.revision)
        return {key: orjson.loads(found[key]) for key in sorted(found)}
