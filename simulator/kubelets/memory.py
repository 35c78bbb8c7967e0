"""What the kubelets of a cluster remember, read from their notes, and the cgroups of a node."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import Http404

from simulator.engine.kubelet import cgroups
from simulator.engine.kubelet.turn import COMPONENT, Note, identity
from simulator.engine.objects import key_of, micro_timestamp, text_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.models import Cluster, KubeObject, Memory
from simulator.reading import DatabaseReader


def note_of(cluster: Cluster, pod: Body) -> Note:
    """What the kubelet remembers of this very pod; empty if nothing."""
    row = Memory.objects.filter(cluster=cluster, component=COMPONENT, key=text_of(key_of(pod))).first()
    note: Note = orjson.loads(row.note) if row and row.note else {}
    return note if note.get("uid") == identity(pod) else {}


def told_of_node(node: str) -> str:
    """What the stored text of a pod says that is bound to a node."""
    return f'"nodeName":{orjson.dumps(node).decode()}'


class NodeReader(DatabaseReader):
    """The engine's `Reader` with the pods of one node alone: of a large cluster the others take long to read."""

    def __init__(self, cluster: Cluster, node: str) -> None:
        super().__init__(cluster)
        self._told = told_of_node(node)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        if resource != "pods":
            return super().list(resource, namespace)
        rows = KubeObject.objects.filter(cluster=self.cluster, resource=resource, text__contains=self._told)
        if namespace is not None:
            rows = rows.filter(namespace=namespace)
        return [row.body for row in rows]


def cgroups_of(cluster: Cluster, name: str, now: Instant) -> dict[str, Any]:
    """A node's tree of cgroups. Raises Http404."""
    reader = NodeReader(cluster, name)
    node = reader.get("nodes", "", name)
    if node is None:
        raise Http404(f'nodes "{name}" not found')
    return {"node": name, "at": micro_timestamp(now), "tree": cgroups.told(cgroups.tree(reader, node, now))}
