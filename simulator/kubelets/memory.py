"""What the kubelets of a cluster remember, read from their notes, and the cgroups of a node."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import Http404

from simulator.engine.kubelet import cgroups
from simulator.engine.kubelet.turn import COMPONENT, Note, identity
from simulator.engine.objects import key_of, micro_timestamp, text_of
from simulator.engine.registry import Bodies, Body, Reader
from simulator.models import Cluster, KubeObject
from simulator.reading import DatabaseReader
from simulator.states import State


def note_of(state: State, pod: Body) -> Note:
    """What the kubelet remembers of this very pod; empty if nothing."""
    text = text_of(key_of(pod))
    note: Note = state.notes(COMPONENT, [text]).get(text, {})
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


def reader_of(state: State, node: str) -> Reader:
    """The state's objects; of the present's pods those on the node alone."""
    return state.reader if state.is_past else NodeReader(state.cluster, node)


def cgroups_of(state: State, name: str) -> dict[str, Any]:
    """A node's tree of cgroups. Raises Http404."""
    reader = reader_of(state, name)
    node = reader.get("nodes", "", name)
    if node is None:
        raise Http404(f'nodes "{name}" not found')
    return {"node": name, "at": micro_timestamp(state.now), "tree": cgroups.told(cgroups.tree(reader, node, state.now))}
