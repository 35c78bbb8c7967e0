"""Pods with terms of affinity to other pods, namespaces and labelled nodes, for the tables of InterPodAffinity."""

from __future__ import annotations

from typing import Any

from simulator.engine.registry import Body
from tests.engine.scheduler.builders import node, pod

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
AFFINITY = ("node(s) didn't match pod affinity rules",)
ANTI_AFFINITY = ("node(s) didn't match pod anti-affinity rules",)
EXISTING = ("node(s) didn't satisfy existing pods anti-affinity rules",)


def of(**labels: str) -> Body:
    return {"matchLabels": labels}


def where(key: str, operator: str, *values: str) -> Body:
    """A LabelSelector of one expression."""
    return {"matchExpressions": [{"key": key, "operator": operator, **({"values": list(values)} if values else {})}]}


def term(selector: Body | None, key: str = "zone", **fields: Any) -> Body:
    return {"topologyKey": key, "labelSelector": selector, **fields}


def near(*terms: Body) -> Body:
    return {"podAffinity": {REQUIRED: list(terms)}}


def far(*terms: Body) -> Body:
    return {"podAntiAffinity": {REQUIRED: list(terms)}}


def rather_near(*weighted: tuple[int, Body]) -> Body:
    return {"podAffinity": {PREFERRED: [{"weight": weight, "podAffinityTerm": one} for weight, one in weighted]}}


def rather_far(*weighted: tuple[int, Body]) -> Body:
    return {"podAntiAffinity": {PREFERRED: [{"weight": weight, "podAffinityTerm": one} for weight, one in weighted]}}


def both(*affinities: Body) -> Body:
    """Several affinities as one; what is of one kind is joined."""
    made: Body = {}
    for one in affinities:
        for kind, held in one.items():
            made[kind] = {**made.get(kind, {}), **held}
    return made


def who(
    name: str = "p",
    labels: Body | None = None,
    *,
    on: str = "",
    namespace: str = "default",
    affinity: Body | None = None,
) -> Body:
    made = pod(name, on=on, **({"affinity": affinity} if affinity else {}))
    return {**made, "metadata": {"name": name, "namespace": namespace, "labels": labels or {}}}


def on(name: str, **labels: str) -> Body:
    """A node with these labels and its host name."""
    return node(name, labels={"host": name, **labels})


def namespace(name: str, **labels: str) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
