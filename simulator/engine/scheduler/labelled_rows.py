"""Which nodes' labels meet requirements, found once for a table and a set of requirements.

A PersistentVolume on one machine's disk asks for one hostname: its node is looked up by the label's value, so that a
thousand such volumes cost a thousand look-ups and not a thousand passes over all nodes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simulator.engine.objects import labels_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.node_selectors import Requirement, Term, terms_of
from simulator.engine.scheduler.nodes import Flags, NodeTable, Rows

_KEPT = 65536
_NONE = np.zeros(0, dtype=np.intp)


class LabelledRows:
    """Answers for one table at a time, kept until a node of it changes."""

    def __init__(self) -> None:
        self._nodes: NodeTable | None = None
        self._position: tuple[int, int] = (-1, -1)
        self._found: dict[tuple[Requirement, ...], Rows] = {}
        self._by_value: dict[str, dict[str | None, Rows]] = {}
        self._terms: dict[int, tuple[Body, tuple[Term, ...]]] = {}

    def terms_of(self, selector: Body) -> tuple[Term, ...]:
        """The terms of a NodeSelector object, parsed once: bodies are replaced and never changed."""
        known = self._terms.get(id(selector))
        if known is None or known[0] is not selector:
            if len(self._terms) > _KEPT:
                self._terms.clear()
            known = self._terms[id(selector)] = selector, terms_of(selector)
        return known[1]

    def any_of(self, nodes: NodeTable, terms: Iterable[Term]) -> Flags:
        """By row, whether the node meets one of the terms."""
        held = np.zeros(len(nodes), dtype=np.bool_)
        for term in terms:
            held[self.rows(nodes, term)] = True
        return held

    def rows(self, nodes: NodeTable, term: Term) -> Rows:
        """The rows that meet a term. Nodes have no fields here: their names are empty."""
        if term.is_empty() or term.errors or not all(_allows_nothing(one) for one in term.fields):
            return _NONE
        if self._nodes is not nodes or self._position != nodes.position or len(self._found) > _KEPT:
            self._nodes, self._position = nodes, nodes.position
            self._found, self._by_value = {}, {}
        found = self._found.get(term.labels)
        if found is None:
            found = self._found[term.labels] = self._find(nodes, term.labels)
        return found

    def _find(self, nodes: NodeTable, needed: tuple[Requirement, ...]) -> Rows:
        first = next((one for one in needed if one.operator == "In"), None)
        if first is None:
            return _kept(nodes, nodes.every, needed)
        by_value = self._rows_by_value(nodes, first.key)
        held = [by_value[value] for value in dict.fromkeys(first.values) if value in by_value]
        rows = np.concatenate(held) if held else _NONE
        return _kept(nodes, rows, [one for one in needed if one is not first])

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


def _allows_nothing(one: Requirement) -> bool:
    """True for a requirement about a field that holds of an empty one."""
    return (one.values[0] == "") == (one.operator == "In")


def _kept(nodes: NodeTable, rows: Rows, needed: Iterable[Requirement]) -> Rows:
    """Those of the rows that meet the requirements: a few nodes are asked one by one, many by the label's values."""
    for one in needed:
        if len(rows) < len(nodes.label(one.key).values):
            held = [one.allows(labels_of(nodes.bodies[row]).get(one.key)) for row in rows.tolist()]
            rows = rows[np.array(held, dtype=np.bool_)]
        else:
            rows = rows[nodes.by_label(one.key, rows, one.allows)]
    return rows
