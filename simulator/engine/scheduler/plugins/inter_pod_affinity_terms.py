"""The terms of a pod's affinity to other pods, parsed.

Follows NewPodInfo, newAffinityTerm and AffinityTerm.Matches in pkg/scheduler/framework/types.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator.engine.registry import Body
from simulator.engine.scheduler.shape import Shape
from simulator.engine.selectors import Selector
from simulator.engine.validation import requirements

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


class Term(NamedTuple):
    """Which pods are meant, and the label of nodes whose values are the domains."""

    topology_key: str
    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector

    def matches(self, shape: Shape, namespace_labels: Mapping[str, str]) -> bool:
        """True if a pod is meant; namespace_labels are those of its namespace."""
        if shape.namespace not in self.namespaces and not self.namespace_selector.matches(namespace_labels):
            return False
        return self.selector.matches(shape.labels)


class Weighted(NamedTuple):
    """A term and its weight; that of a required one is 1."""

    weight: int
    term: Term


class Terms(NamedTuple):
    """All terms of a pod. error: why some cannot be parsed; a list in which one cannot is empty."""

    required_affinity: tuple[Weighted, ...]
    required_anti_affinity: tuple[Weighted, ...]
    preferred_affinity: tuple[Weighted, ...]
    preferred_anti_affinity: tuple[Weighted, ...]
    error: str

    def lists(self) -> tuple[tuple[Weighted, ...], ...]:
        """The four lists, in order."""
        return (
            self.required_affinity,
            self.required_anti_affinity,
            self.preferred_affinity,
            self.preferred_anti_affinity,
        )

    def preferred(self) -> tuple[Weighted, ...]:
        return self.preferred_affinity + self.preferred_anti_affinity


_LISTS = (
    ("requiredAffinityTerms", "podAffinity", _REQUIRED),
    ("requiredAntiAffinityTerms", "podAntiAffinity", _REQUIRED),
    ("preferredAffinityTerms", "podAffinity", _PREFERRED),
    ("preferredAntiAffinityTerms", "podAntiAffinity", _PREFERRED),
)


def terms_of(shape: Shape) -> Terms:
    """Parsed once per shape."""
    return shape.once("InterPodAffinity", _parsed)


def _parsed(shape: Shape) -> Terms:
    made: list[tuple[Weighted, ...]] = []
    errors: list[str] = []
    for name, kind, key in _LISTS:
        held = (shape.affinity.get(kind) or {}).get(key) or ()
        try:
            made.append(tuple(_weighted(shape, held, is_required=key == _REQUIRED)))
        except ValueError as error:
            made.append(())
            errors.append(f"{name}: {error}")
    return Terms(made[0], made[1], made[2], made[3], requirements.aggregate(errors) if errors else "")


def _weighted(shape: Shape, terms: Iterable[Body], *, is_required: bool) -> Iterable[Weighted]:
    for one in terms:
        if is_required:
            yield Weighted(1, _term(shape, one))
        else:
            yield Weighted(one.get("weight") or 0, _term(shape, one.get("podAffinityTerm") or {}))


def _term(shape: Shape, term: Body) -> Term:
    """Without a word about namespaces, the pod's own is meant."""
    selector = requirements.label_selector(term.get("labelSelector"))
    named, chosen = term.get("namespaces") or (), term.get("namespaceSelector")
    namespaces = frozenset((shape.namespace,)) if not named and chosen is None else frozenset(named)
    return Term(term.get("topologyKey") or "", selector, namespaces, requirements.label_selector(chosen))
