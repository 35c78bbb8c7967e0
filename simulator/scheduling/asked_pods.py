"""The pod that a question is about: one of the cluster's, or one that is only thought of."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from simulator import schema, store, why
from simulator.clusters import NotUnderstood
from simulator.decoding import WrongType, decode
from simulator.engine.objects import drop_in
from simulator.engine.registry import KINDS, Body, Reader
from simulator.models import Cluster

_PODS = KINDS["pods"]


def asked_pod(cluster: Cluster, asked: dict[str, Any], reader: Reader) -> Body:
    """The pod of a request {"pod": body} or {"namespace", "name"}, on no node yet.

    Raises NotUnderstood, Http404, and StatusError where the cluster would not take the pod.
    """
    if isinstance(asked.get("pod"), dict):
        return _without_node(admitted(cluster, asked["pod"]))
    namespace, name = asked.get("namespace"), asked.get("name")
    if not isinstance(namespace, str) or not isinstance(name, str):
        raise NotUnderstood(_("The request needs a pod."))
    return held_pod(reader, namespace, name)


def held_pod(reader: Reader, namespace: str, name: str) -> Body:
    """A pod of the cluster as if it were on no node yet. Raises Http404."""
    body = reader.get("pods", namespace, name)
    if body is None:
        raise Http404(f'pods "{name}" not found')
    return _without_node(body)


def admitted(cluster: Cluster, body: Body) -> Body:
    """The pod as the cluster would store it: defaulted, admitted, validated. Raises NotUnderstood and StatusError."""
    try:
        body, complaints = decode(body, schema.of_kind(_PODS))
    except WrongType as error:
        raise NotUnderstood(str(error)) from error
    if complaints:
        raise NotUnderstood(", ".join(one.message for one in complaints))
    given = {key: value for key, value in (body.get("metadata") or {}).items() if value}
    body = {**body, "metadata": {"name": "carried", "namespace": "default", **given}}
    made: list[Body] = []

    def try_out(work: store.Transaction) -> None:
        made.append(work.create(_PODS, body, why.asked("feasible")))

    store.write(cluster, try_out, dry_run=True)
    return made[0]


def _without_node(pod: Body) -> Body:
    return drop_in(pod, ("spec", "nodeName"))
