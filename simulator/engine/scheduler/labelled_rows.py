"""Which nodes' labels meet requirements, found once for a table and a set of requirements.

A PersistentVolume on one machine's disk asks for one hostname: its node is looked up by the label's value, so that a
thousand such volumes cost a thousand look-ups and not a thousand passes over all nodes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simulator.engine.objects import labels_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Flags, NodeTable, Rows
from simulator.engine.scheduler.plugins.node_affinity import Requirement

Term = tuple[Requirement, ...]
"""Requirements that must all hold. An empty term, or one with a requirement that makes no sense, selects nothing."""
_KEPT = 65536
_NONE = np.zeros(0, dtype=np.intp)


def term_of(expressions: Iterable[Body]) -> Term:
    """The expressions of a node selector or a label selector."""
    return tuple(
        Requirement(one.get("key") or "", one.get("operator") or "", tuple(one.get("values") or ()))
        for one in expressions
    )


class LabelledRows:
    """Answers for one table at a time, kept until a node of it changes."""

    def __init__(self) -> None:
        self._nodes: NodeTable | None = None
        self._position: tuple[int, int] = (-1, -1)
        self._found: dict[Term, Rows] = {}
        self._by_value: dict[str, dict[str | None, Rows]] = {}

    def any_of(self, nodes: NodeTable, terms: Iterable[Term]) -> Flags:
        """By row, whether the node meets one of the terms."""
        held = np.zeros(len(nodes), dtype=np.bool_)
        for term in terms:
            held[self.rows(nodes, term)] = True
        return held

    def rows(self, nodes: NodeTable, term: Term) -> Rows:
        """The rows that meet a term."""
        if self._nodes is not nodes or self._position != nodes.position or len(self._found) > _KEPT:
            self._nodes, self._position = nodes, nodes.position
            self._found, self._by_value = {}, {}
        found = self._found.get(term)
        if found is None:
            found = self._found[term] = self._find(nodes, term)
        return found

    def _find(self, nodes: NodeTable, term: Term) -> Rows:
        if not term or not all(one.is_sound() for one in term):
            return _NONE
        first = next((one for one in term if one.operator == "In"), None)
        if first is None:
            return _kept(nodes, nodes.every, term)
        by_value = self._rows_by_value(nodes, first.key)
        held = [by_value[value] for value in dict.fromkeys(first.values) if value in by_value]
        rows = np.concatenate(held) if held else _NONE
        return _kept(nodes, rows, [one for one in term if one is not first])

    def _rows_by_value(self, nodes: NodeTable, key: str) -> dict[str | None, Rows]:
        known = self._by_value.get(key)
        if known is None:
            codes, values = nodes.label(key)
            order = np.argsort(codes, kind="stable").astype(np.intp)
            ends = np.cumsum(np.bincount(codes, minlength=len(values))).tolist()
            starts = [0, *ends[:-1]]
            spans = zip(values, starts, ends, strict=True)
            known = self._by_value[key] = {value: order[start:end] for value, start, end in spans}
        return known


def _kept(nodes: NodeTable, rows: Rows, term: Iterable[Requirement]) -> Rows:
    """Those of the rows that meet the requirements: a few nodes are asked one by one, many by the label's values."""
    for one in term:
        if len(rows) < len(nodes.label(one.key).values):
            held = [one.allows(labels_of(nodes.bodies[row]).get(one.key)) for row in rows.tolist()]
            rows = rows[np.array(held, dtype=np.bool_)]
        else:
            rows = rows[nodes.by_label(one.key, rows, one.allows)]
    return rows
