"""How many pods that matter to a pod's affinity are in each domain of the nodes.

For each distinct term there is a tally of the pods: of those that it means, where it is a term of the pods to be
scheduled; of those that have it, where it is a term of the pods on nodes. So a cycle adds up a few arrays, and what it
takes does not grow with the number of pods.
Follows pkg/scheduler/framework/plugins/interpodaffinity/{filtering,scoring}.go, v1.34.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple
from weakref import WeakValueDictionary

import numpy as np

from simulator.engine.registry import Bodies, Reader
from simulator.engine.scheduler.node_groups import Labelled
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable
from simulator.engine.scheduler.plugins.inter_pod_affinity_terms import Term, Weighted, terms_of
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.tallies import Tally, Weigh
from simulator.engine.selectors import EVERYTHING, NOTHING, Selector

_PLANS_KEPT = 256
_TERMS_KEPT = 4096


class Had(NamedTuple):
    """A term that pods on nodes have. kind: which of the lists of `Terms` it is in."""

    kind: int
    term: Term


_AFFINITY, _ANTI_AFFINITY, _PREFERRED, _PREFERRED_ANTI = range(4)


class Part(NamedTuple):
    """A tally that counts per domain of a topology key, so many times."""

    topology_key: str
    factor: int
    tally: Tally


class Plan:
    """What has to be added up for pods of one shape.

    together: the pods that meet all required affinity terms. anti_affinity, others_anti_affinity: the pods that the
    shape's required anti-affinity means, and those whose own means the shape. preferences: what its preferred terms
    are worth; others_preferences: what the terms of pods on nodes are. accepts_itself: it meets its own affinity.
    """

    def __init__(self) -> None:
        self.together: Tally | None = None
        self.affinity_keys: tuple[str, ...] = ()
        self.accepts_itself = False
        self.anti_affinity: list[Part] = []
        self.others_anti_affinity: list[Part] = []
        self.preferences: list[Part] = []
        self.others_preferences: list[Part] = []
        self.seen = 0
        self.namespaces: Bodies | None = None
        self.namespace_labels: Mapping[str, str] = {}


class Domains:
    """The values of a label, and sums over the nodes of one value."""

    def __init__(self, labelled: Labelled) -> None:
        self.labelled = labelled
        codes, values = labelled
        self._without = values.index(None) if None in values else -1
        self.present: Flags = codes != self._without
        self._is_alone = len(values) - (self._without >= 0) == int(np.count_nonzero(self.present))

    def sums(self, by_row: Integers) -> Integers:
        """By row, the sum over the rows of the same value; 0 where the label is missing."""
        codes, values = self.labelled
        if self._is_alone:
            return by_row * self.present
        totals = np.bincount(codes, weights=by_row, minlength=len(values))
        if self._without >= 0:
            totals[self._without] = 0
        return totals.astype(np.int64)[codes]


class Counts:
    """Everything that is counted over one table of nodes, for the shapes of pod that came lately."""

    def __init__(self, reader: Reader, nodes: NodeTable, hard_weight: int) -> None:
        self._reader, self._hard_weight = reader, hard_weight
        self._plans: OrderedDict[Shape, Plan] = OrderedDict()
        self._tallies: WeakValueDictionary[Hashable, Tally] = WeakValueDictionary()
        self._domains: dict[str, Domains] = {}
        self._chosen: dict[Selector, frozenset[str]] = {}
        self._namespaces: Bodies = []
        self._had: list[Had] = []
        self._noting = nodes.tally(_note_in(self._had))
        self._most = 2 * len(self._had) + _TERMS_KEPT

    def is_full(self) -> bool:
        """True if so many terms have come, and maybe gone, that it is better to begin anew."""
        return len(self._had) > self._most

    def plan(self, shape: Shape, nodes: NodeTable) -> Plan:
        """What to add up for a shape; renewed if pods have new terms or namespaces have changed."""
        plan = self._plans.get(shape)
        if plan is None or not self._still_holds(plan, shape):
            plan = self._plans[shape] = self._made(shape, nodes)
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        if plan.seen < len(self._had):
            self._look_at_new_terms(plan, shape, nodes)
        return plan

    def domains(self, key: str, nodes: NodeTable) -> Domains:
        labelled, known = nodes.label(key), self._domains.get(key)
        if known is None or known.labelled is not labelled:
            known = self._domains[key] = Domains(labelled)
        return known

    def by_key(self, parts: Iterable[Part], nodes: NodeTable) -> list[tuple[Domains, Integers]]:
        """For each topology key, what its parts make by row, without the parts that count no pod."""
        made: dict[str, Integers] = {}
        for key, factor, tally in parts:
            if tally.total:
                figures = tally.by_row if factor == 1 else factor * tally.by_row
                made[key] = made[key] + figures if key in made else figures
        return [(self.domains(key, nodes), by_row) for key, by_row in made.items()]

    def any_in_domain(self, parts: Sequence[Part], nodes: NodeTable) -> bool:
        """True if a pod counts that is on a node with the label in question."""
        return any(
            tally.total and bool(tally.by_row[self.domains(key, nodes).present].any()) for key, _, tally in parts
        )

    # --- making a plan -------------------------------------------------------------------------------------------

    def _still_holds(self, plan: Plan, shape: Shape) -> bool:
        if self._labels_of(shape.namespace) != plan.namespace_labels:
            return False
        return plan.namespaces is None or plan.namespaces == self._reader.list("namespaces")

    def _made(self, shape: Shape, nodes: NodeTable) -> Plan:
        plan, terms = Plan(), terms_of(shape)
        plan.namespace_labels = self._labels_of(shape.namespace)
        if any(_selects_namespaces(one.term) for held in terms.lists() for one in held):
            plan.namespaces = list(self._reader.list("namespaces"))
        together = self._resolved(terms.required_affinity)
        if together:
            plan.together = self._tally(("together", together), nodes, lambda: _meeting_all(together))
            plan.affinity_keys = tuple(dict.fromkeys(one.term.topology_key for one in together))
            plan.accepts_itself = bool(_meeting_all(together)(shape))
        plan.anti_affinity = self._meant(terms.required_anti_affinity, 1, nodes)
        plan.preferences = self._meant(terms.preferred_affinity, 1, nodes)
        plan.preferences += self._meant(terms.preferred_anti_affinity, -1, nodes)
        return plan

    def _meant(self, terms: Sequence[Weighted], factor: int, nodes: NodeTable) -> list[Part]:
        by_key: dict[str, list[Weighted]] = {}
        for one in self._resolved(terms):
            by_key.setdefault(one.term.topology_key, []).append(one)
        return [Part(key, factor, self._tally_of_meant(tuple(held), nodes)) for key, held in by_key.items()]

    def _tally_of_meant(self, terms: tuple[Weighted, ...], nodes: NodeTable) -> Tally:
        return self._tally(("meant", terms), nodes, lambda: _meant_by(terms))

    def _look_at_new_terms(self, plan: Plan, shape: Shape, nodes: NodeTable) -> None:
        for had in self._had[plan.seen :]:
            if not had.term.matches(shape, plan.namespace_labels):
                continue
            parts = plan.others_anti_affinity if had.kind == _ANTI_AFFINITY else plan.others_preferences
            factor = {_AFFINITY: self._hard_weight, _PREFERRED_ANTI: -1}.get(had.kind, 1)
            if factor:
                tally = self._tally(("had", had), nodes, lambda had=had: _having(had))  # type: ignore[misc]
                parts.append(Part(had.term.topology_key, factor, tally))
        plan.seen = len(self._had)

    def _tally(self, key: Hashable, nodes: NodeTable, weigh: Callable[[], Weigh]) -> Tally:
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = nodes.tally(weigh())
        return tally

    # --- namespaces ----------------------------------------------------------------------------------------------

    def _labels_of(self, namespace: str) -> Mapping[str, str]:
        body = self._reader.get("namespaces", "", namespace)
        labels: Mapping[str, str] = ((body or {}).get("metadata") or {}).get("labels") or {}
        return labels

    def _resolved(self, terms: Iterable[Weighted]) -> tuple[Weighted, ...]:
        """The terms with the namespaces by name that their selectors choose now; an empty one chooses all."""
        return tuple(
            Weighted(weight, self._with_names(term)) if _selects_namespaces(term) else Weighted(weight, term)
            for weight, term in terms
        )

    def _with_names(self, term: Term) -> Term:
        namespaces = self._reader.list("namespaces")
        if namespaces != self._namespaces:
            self._namespaces, self._chosen = list(namespaces), {}
        selector = term.namespace_selector
        if selector not in self._chosen:
            chosen = (one["metadata"] for one in self._namespaces)
            self._chosen[selector] = frozenset(one["name"] for one in chosen if selector.matches(one.get("labels")))
        return term._replace(namespaces=term.namespaces | self._chosen[selector], namespace_selector=NOTHING)


def _selects_namespaces(term: Term) -> bool:
    return term.namespace_selector not in (EVERYTHING, NOTHING)


def _meeting_all(terms: tuple[Weighted, ...]) -> Weigh:
    return lambda shape: int(all(one.term.matches(shape, {}) for one in terms))


def _meant_by(terms: tuple[Weighted, ...]) -> Weigh:
    return lambda shape: sum(one.weight for one in terms if one.term.matches(shape, {}))


def _having(had: Had) -> Weigh:
    return lambda shape: shape.once("InterPodAffinity/had", _had).get(had, 0)


def _had(shape: Shape) -> dict[Had, int]:
    """The terms of a shape, each with the sum of its weights."""
    held: dict[Had, int] = {}
    for kind, terms in enumerate(terms_of(shape).lists()):
        for weight, term in terms:
            held[Had(kind, term)] = held.get(Had(kind, term), 0) + weight
    return held


def _note_in(known: list[Had]) -> Weigh:
    """Counts nothing: it is asked about each shape of pod that comes onto a node, and notes the terms that are new."""
    met: set[Had] = set()

    def weigh(shape: Shape) -> int:
        for had in shape.once("InterPodAffinity/had", _had):
            if had not in met:
                met.add(had)
                known.append(had)
        return 0

    return weigh
