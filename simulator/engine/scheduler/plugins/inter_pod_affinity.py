"""InterPodAffinity: near or far from other pods, per domain of nodes: their host, their zone, any label.

A pod's required terms filter, and so does the required anti-affinity of the pods that run already; the preferred terms
of both score, and the required affinity of the running pods with `hardPodAffinityWeight`.
Follows pkg/scheduler/framework/plugins/interpodaffinity/{plugin,filtering,scoring}.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import numpy as np

from simulator.engine.objects import labels_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import MAX_SCORE, FilterPlugin, Narrowing, Refusal, ScorePlugin
from simulator.engine.scheduler.plugins.inter_pod_affinity_counts import Counts, Part, Plan
from simulator.engine.scheduler.plugins.inter_pod_affinity_terms import Weighted, terms_of
from simulator.engine.scheduler.shape import Shape

_AFFINITY, _ANTI_AFFINITY, _OTHERS_ANTI_AFFINITY = 1, 2, 3
_REFUSALS = {
    _AFFINITY: Refusal(("node(s) didn't match pod affinity rules",)),
    _ANTI_AFFINITY: Refusal(("node(s) didn't match pod anti-affinity rules",), resolvable=True),
    _OTHERS_ANTI_AFFINITY: Refusal(("node(s) didn't satisfy existing pods anti-affinity rules",), resolvable=True),
}


class InterPodAffinity(FilterPlugin, ScorePlugin):
    name = "InterPodAffinity"
    reads_pods = True
    looks_across = True
    normalizes = True
    reads = ("namespaces",)

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._hard_weight: int = arguments.get("hardPodAffinityWeight", 1)
        self._ignores_others = bool(arguments.get("ignorePreferredTermsOfExistingPods"))
        self._counts: WeakKeyDictionary[NodeTable, Counts] = WeakKeyDictionary()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        terms = terms_of(shape)
        if terms.error or terms.required_affinity or terms.required_anti_affinity:
            return True
        counts, plan = self._plan(shape, nodes)
        return counts.any_in_domain(plan.others_anti_affinity, nodes)

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        """A pod whose selectors cannot be parsed goes nowhere."""
        error = terms_of(shape).error
        return Narrowing(conflict=f"parsing pod: {error}") if error else Narrowing()

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        counts, plan = self._plan(shape, nodes)
        codes = np.zeros(len(nodes), dtype=np.int64)
        codes[_holding_any(counts, plan.others_anti_affinity, nodes)] = _OTHERS_ANTI_AFFINITY
        codes[_holding_any(counts, plan.anti_affinity, nodes)] = _ANTI_AFFINITY
        codes[~_near(counts, plan, nodes)] = _AFFINITY
        return codes.take(rows)

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return _REFUSALS[code]

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        if self._ignores_others and not terms_of(shape).preferred():
            return False
        counts, plan = self._plan(shape, nodes)
        return counts.any_in_domain(plan.preferences + plan.others_preferences, nodes)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The sum over the topology keys of what the pods in the node's domain are worth; it may be negative."""
        counts, plan = self._plan(shape, nodes)
        total = np.zeros(len(rows), dtype=np.int64)
        for domains, by_row in counts.by_key(plan.preferences + plan.others_preferences, nodes):
            total += domains.sums(by_row).take(rows)
        return total

    def normalize(self, shape: Shape, nodes: NodeTable, rows: Rows, raw: Integers) -> Integers:
        """The least of the ranked gets 0, the most 100; all the same, 0."""
        least, most = int(np.minimum.reduce(raw)), int(np.maximum.reduce(raw))
        if most == least:
            return np.zeros(len(raw), dtype=np.int64)
        return (MAX_SCORE * ((raw - least) / (most - least))).astype(np.int64)

    # Upstream matches terms here without looking up which namespaces their selectors choose.

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        terms = terms_of(shape)
        near = _change(terms.required_affinity, before, after)
        far = _change(terms.required_anti_affinity, before, after)
        return near == (False, True) or far == (True, False)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        if after is None:
            return False
        terms, old, new = terms_of(shape), labels_of(before) if before else {}, labels_of(after)
        near = {one.term.topology_key for one in terms.required_affinity}
        far = {one.term.topology_key for one in terms.required_anti_affinity}
        if before is None and far:
            return True
        return any(key in new and new[key] != old.get(key) for key in near) or any(
            key in old and new.get(key) != old[key] for key in far
        )

    def _plan(self, shape: Shape, nodes: NodeTable) -> tuple[Counts, Plan]:
        counts = self._counts.get(nodes)
        if counts is None or counts.is_full():
            counts = self._counts[nodes] = Counts(self.reader, nodes, self._hard_weight)
        return counts, counts.plan(shape, nodes)


def _holding_any(counts: Counts, parts: Iterable[Part], nodes: NodeTable) -> Flags:
    """The rows in whose domain a pod counts."""
    held = np.zeros(len(nodes), dtype=np.bool_)
    for domains, by_row in counts.by_key(parts, nodes):
        held |= domains.sums(by_row) > 0
    return held


def _near(counts: Counts, plan: Plan, nodes: NodeTable) -> Flags:
    """The rows in all of whose domains is a pod that meets all required affinity terms.

    The first pod of a group that wants to be with itself finds none anywhere: any node with the labels will do.
    """
    near = np.ones(len(nodes), dtype=np.bool_)
    if plan.together is None:
        return near
    labelled, by_row = near.copy(), plan.together.by_row
    nowhere = True
    for key in plan.affinity_keys:
        domains = counts.domains(key, nodes)
        labelled &= domains.present
        sums = domains.sums(by_row)
        near &= sums > 0
        nowhere = nowhere and not sums.any()
    return labelled if nowhere and plan.accepts_itself else near & labelled


def _change(terms: tuple[Weighted, ...], before: Placed | None, after: Placed | None) -> tuple[bool, bool]:
    """Whether a pod met all terms, and whether it does now."""

    def meets(pod: Placed | None) -> bool:
        return pod is not None and bool(terms) and all(one.term.matches(pod.shape, {}) for one in terms)

    return meets(before), meets(after)
