"""Selectors of nodes, over the rows of the node table: terms, preferences, and what a pod requires of its node.

A term that cannot be parsed matches nothing; so does an empty one.
Follows staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from simulator.engine.errors import FieldError, invalid_value, not_supported
from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.shape import Shape
from simulator.engine.validation import requirements

_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
_OF_FIELDS = ("In", "NotIn")
_NAME = "metadata.name"


class Requirement(NamedTuple):
    """One expression about one label, or about a field, as node selectors write it."""

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
        figure, bound = requirements.int64(value or ""), requirements.int64(self.values[0])
        if figure is None or bound is None:
            return False
        return figure > bound if self.operator == "Gt" else figure < bound

    def rows_of_field(self, nodes: NodeTable, rows: Rows) -> Flags:
        """The rows whose field it allows; the name is the only field that a node has, any other is empty."""
        if self.key != _NAME:
            return np.full(len(rows), (self.values[0] == "") == (self.operator == "In"), dtype=np.bool_)
        named: Flags = rows == nodes.row_of.get(self.values[0], -1)
        return named if self.operator == "In" else ~named


class Term(NamedTuple):
    """Expressions about labels and about fields, all of which must hold. errors: why it cannot be parsed."""

    labels: tuple[Requirement, ...]
    fields: tuple[Requirement, ...]
    errors: tuple[FieldError, ...] = ()

    def is_empty(self) -> bool:
        return not self.labels and not self.fields

    def rows(self, nodes: NodeTable, rows: Rows) -> Flags:
        if self.is_empty() or self.errors:
            return np.zeros(len(rows), dtype=np.bool_)
        held = np.ones(len(rows), dtype=np.bool_)
        for one in self.labels:
            held &= nodes.by_label(one.key, rows, one.allows)
        for one in self.fields:
            held &= one.rows_of_field(nodes, rows)
        return held


class Preference(NamedTuple):
    weight: int
    term: Term


class RequiredNodeAffinity(NamedTuple):
    """What a pod asks of its node. terms None: it has no required node affinity; none at all match no node."""

    selector: Term
    terms: tuple[Term, ...] | None

    def is_anything(self) -> bool:
        return self.terms is None and self.selector.is_empty()

    def rows(self, nodes: NodeTable, rows: Rows) -> Flags:
        held = np.ones(len(rows), dtype=np.bool_) if self.selector.is_empty() else self.selector.rows(nodes, rows)
        return held if self.terms is None else held & any_of(self.terms, nodes, rows)

    def matches(self, node: Body) -> bool:
        """The rule for one node: the same rule, over a table of that node alone."""
        return bool(self.rows(NodeTable([node]), np.zeros(1, dtype=np.intp))[0])


def any_of(terms: Iterable[Term], nodes: NodeTable, rows: Rows) -> Flags:
    """The rows that at least one of the terms selects."""
    either = np.zeros(len(rows), dtype=np.bool_)
    for term in terms:
        either |= term.rows(nodes, rows)
    return either


def preferred(preferences: Iterable[Preference], nodes: NodeTable, rows: Rows) -> Integers:
    """By row, the sum of the weights of the preferences that hold."""
    total = np.zeros(len(rows), dtype=np.int64)
    for weight, term in preferences:
        total += weight * term.rows(nodes, rows)
    return total


def required_node_affinity(shape: Shape) -> RequiredNodeAffinity:
    """A pod's nodeSelector and required node affinity, parsed once per shape."""
    return shape.once("RequiredNodeAffinity", _required)


def _required(shape: Shape) -> RequiredNodeAffinity:
    # A nodeSelector is taken as it is: upstream does not look whether its keys and values are well formed.
    pairs = tuple(Requirement(key, "In", (value,)) for key, value in sorted(shape.node_selector.items()))
    held = (shape.affinity.get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    return RequiredNodeAffinity(Term(pairs, ()), None if held is None else terms_of(held))


def terms_of(selector: Body, *, field: str = "nodeSelectorTerms") -> tuple[Term, ...]:
    """The terms of a NodeSelector object."""
    held = selector.get("nodeSelectorTerms") or ()
    return tuple(term_of(one, field=f"{field}[{position}]") for position, one in enumerate(held))


def preferences_of(terms: Iterable[Body] | None) -> tuple[Preference, ...]:
    """PreferredSchedulingTerm objects; those of no weight and those without expressions are left out."""
    made = (
        Preference(one.get("weight") or 0, term_of(one.get("preference") or {}, field=f"[{position}]"))
        for position, one in enumerate(terms or ())
    )
    return tuple(one for one in made if one.weight and not one.term.is_empty())


def term_of(term: Body, *, field: str = "") -> Term:
    """A NodeSelectorTerm object."""
    labels, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    errors: list[FieldError] = []
    for position, one in enumerate(labels):
        errors += _label_errors(f"{field}.matchExpressions[{position}]", one)
    for position, one in enumerate(fields):
        errors += _field_errors(f"{field}.matchFields[{position}]", one)
    return Term(_requirements(labels), _requirements(fields), tuple(errors))


def _requirements(expressions: Iterable[Body]) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(one.get("key") or "", one.get("operator") or "", tuple(one.get("values") or ()))
        for one in expressions
    )


def _label_errors(field: str, one: Body) -> list[FieldError]:
    operator = one.get("operator") or ""
    if operator not in _OPERATORS:
        return [not_supported(f"{field}.operator", operator, _OPERATORS)]
    return requirements.requirement(one.get("key") or "", operator, one.get("values"), field=field)


def _field_errors(field: str, one: Body) -> list[FieldError]:
    operator = one.get("operator") or ""
    if operator not in _OF_FIELDS:
        return [not_supported(f"{field}.operator", operator, _OF_FIELDS)]
    if len(one.get("values") or ()) != 1:
        return [invalid_value(f"{field}.values", one.get("values"), "must have one element")]
    return []
