"""NodeAffinity: nodeSelector and required node affinity filter, preferred node affinity scores.

Follows pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go and
staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go, v1.34.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import (
    FilterPlugin,
    Narrowing,
    Refusal,
    ScorePlugin,
    default_normalize,
)
from simulator.engine.scheduler.shape import Shape

_REASON = "node(s) didn't match Pod's node affinity/selector"
_CONFLICT = "pod affinity terms conflict"
_INTEGER = re.compile(r"[+-]?\d+")


class Requirement(NamedTuple):
    """One expression about one label (or, of a field, about the node's name), as node selectors write it."""

    key: str
    operator: str
    values: tuple[str, ...]

    def allows(self, value: str | None) -> bool:
        """The rule for one value; None: the node has no such label."""
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
        if value is None or not _INTEGER.fullmatch(value):
            return False
        bound = int(self.values[0])
        return int(value) > bound if self.operator == "Gt" else int(value) < bound

    def is_sound(self) -> bool:
        """False for what upstream cannot parse; a term that holds such a requirement matches nothing."""
        match self.operator:
            case "In" | "NotIn":
                return bool(self.values)
            case "Exists" | "DoesNotExist":
                return not self.values
            case "Gt" | "Lt":
                return len(self.values) == 1 and bool(_INTEGER.fullmatch(self.values[0]))
        return False


class Term(NamedTuple):
    """Expressions about labels and about the node's name, all of which must hold."""

    labels: tuple[Requirement, ...]
    fields: tuple[Requirement, ...]

    def is_empty(self) -> bool:
        return not self.labels and not self.fields

    def is_sound(self) -> bool:
        return all(one.is_sound() for one in self.labels) and all(
            one.key == "metadata.name" and one.operator in ("In", "NotIn") and len(one.values) == 1
            for one in self.fields
        )

    def rows(self, nodes: NodeTable, rows: Rows) -> Flags:
        if self.is_empty() or not self.is_sound():
            return np.zeros(len(rows), dtype=np.bool_)
        held = np.ones(len(rows), dtype=np.bool_)
        for one in self.labels:
            held &= nodes.by_label(one.key, rows, one.allows)
        for one in self.fields:
            named = rows == nodes.row_of.get(one.values[0], -1)
            held &= named if one.operator == "In" else ~named
        return held


class Wanted(NamedTuple):
    """A pod's node affinity. `required` None: it has none; an empty one matches no node."""

    selector: Term
    required: tuple[Term, ...] | None
    preferred: tuple[tuple[int, Term], ...]

    def rows(self, nodes: NodeTable, rows: Rows) -> Flags:
        held = np.ones(len(rows), dtype=np.bool_)
        if not self.selector.is_empty():
            held = self.selector.rows(nodes, rows)
        if self.required is not None:
            either = np.zeros(len(rows), dtype=np.bool_)
            for term in self.required:
                either |= term.rows(nodes, rows)
            held = held & either
        return held


class NodeAffinity(FilterPlugin, ScorePlugin):
    name = "NodeAffinity"
    normalizes = True

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        wanted = shape.once(self.name, _wanted)
        return wanted.required is not None or not wanted.selector.is_empty()

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        """If every term names nodes, only those are worth a look: so it is with the pods of a DaemonSet."""
        required = shape.once(self.name, _wanted).required
        if not required:
            return Narrowing()
        names: frozenset[str] = frozenset()
        for term in required:
            fields = [one for one in term.fields if one.key == "metadata.name" and one.operator == "In"]
            if not fields:
                return Narrowing()
            names |= frozenset.intersection(*(frozenset(one.values) for one in fields))
        return Narrowing(names) if names else Narrowing(conflict=_CONFLICT)

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        return (~shape.once(self.name, _wanted).rows(nodes, rows)).astype(np.int64)

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_REASON,))

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(shape.once(self.name, _wanted).preferred)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The sum of the weights of the preferred terms that match."""
        total = np.zeros(len(rows), dtype=np.int64)
        for weight, term in shape.once(self.name, _wanted).preferred:
            total += weight * term.rows(nodes, rows)
        return total

    def normalize(self, shape: Shape, nodes: NodeTable, rows: Rows, raw: Integers) -> Integers:
        return default_normalize(raw, reverse=False)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        wanted = shape.once(self.name, _wanted)
        return after is not None and _matches(wanted, after) and (before is None or not _matches(wanted, before))


def affinity_of(shape: Shape) -> Wanted:
    """The pod's own nodeSelector and node affinity, for plugins that honour them."""
    return shape.once(NodeAffinity.name, _wanted)


def _matches(wanted: Wanted, node: Body) -> bool:
    """The rule for one node: the same rule, over a table of that node alone."""
    return bool(wanted.rows(NodeTable([node]), np.zeros(1, dtype=np.intp))[0])


def _wanted(shape: Shape) -> Wanted:
    selector = Term(tuple(Requirement(key, "In", (value,)) for key, value in sorted(shape.node_selector.items())), ())
    required = (shape.affinity.get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    preferred = (shape.affinity.get("nodeAffinity") or {}).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    return Wanted(
        selector,
        None if required is None else tuple(_term(one) for one in required.get("nodeSelectorTerms") or ()),
        tuple((one.get("weight", 0), _term(one.get("preference") or {})) for one in preferred),
    )


def _term(term: Body) -> Term:
    return Term(_requirements(term.get("matchExpressions")), _requirements(term.get("matchFields")))


def _requirements(expressions: Any) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(one["key"], one.get("operator", ""), tuple(one.get("values") or ())) for one in expressions or ()
    )
