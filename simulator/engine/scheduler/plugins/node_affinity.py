"""NodeAffinity: nodeSelector and required node affinity filter, preferred node affinity scores.

A profile may add an affinity that all its pods have (the argument `addedAffinity`).
Follows pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.node_selectors import (
    Preference,
    RequiredNodeAffinity,
    Term,
    any_of,
    preferences_of,
    preferred,
    required_node_affinity,
    terms_of,
)
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Narrowing, Refusal, ScorePlugin, default_normalize
from simulator.engine.scheduler.shape import Shape

_REASONS = (
    "node(s) didn't match Pod's node affinity/selector",
    "node(s) didn't match scheduler-enforced node affinity",
)
_POD, _ENFORCED = 1, 2
_CONFLICT = "pod affinity terms conflict"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


class NodeAffinity(FilterPlugin, ScorePlugin):
    name = "NodeAffinity"
    normalizes = True

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        added = arguments.get("addedAffinity") or {}
        self._added = None if added.get(_REQUIRED) is None else terms_of(added[_REQUIRED])
        self._added_preferences = preferences_of(added.get(_PREFERRED))
        self._always_scores = bool(added.get(_PREFERRED))

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return self._added is not None or not required_node_affinity(shape).is_anything()

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        """If every term names nodes, only those are worth a look: so it is with the pods of a DaemonSet."""
        terms = required_node_affinity(shape).terms
        if not terms:
            return Narrowing()
        names: frozenset[str] = frozenset()
        for term in terms:
            named = _names(term)
            if named is None:
                return Narrowing()
            names |= named
        return Narrowing(names) if names else Narrowing(conflict=_CONFLICT)

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        codes = np.zeros(len(rows), dtype=np.int64)
        required = required_node_affinity(shape)
        if not required.is_anything():
            codes[~required.rows(nodes, rows)] = _POD
        if self._added is not None:
            codes[~any_of(self._added, nodes, rows)] = _ENFORCED
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_REASONS[code - 1],))

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        return self._always_scores or bool(_stated(shape).get(_PREFERRED))

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The sum of the weights of the preferred terms that match."""
        own = preferred(shape.once(self.name, _preferences), nodes, rows)
        return own + preferred(self._added_preferences, nodes, rows) if self._added_preferences else own

    def normalize(self, shape: Shape, nodes: NodeTable, rows: Rows, raw: Integers) -> Integers:
        return default_normalize(raw, reverse=False)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        if after is None:
            return False
        if self._added is not None and not RequiredNodeAffinity(Term((), ()), self._added).matches(after):
            return False
        required = required_node_affinity(shape)
        return required.matches(after) and (before is None or not required.matches(before))


def _names(term: Term) -> frozenset[str] | None:
    """The nodes that a term names, None if it names none."""
    named = [frozenset(one.values) for one in term.fields if one.key == "metadata.name" and one.operator == "In"]
    return frozenset.intersection(*named) if named else None


def _stated(shape: Shape) -> Body:
    held: Body = shape.affinity.get("nodeAffinity") or {}
    return held


def _preferences(shape: Shape) -> tuple[Preference, ...]:
    return preferences_of(_stated(shape).get(_PREFERRED))
