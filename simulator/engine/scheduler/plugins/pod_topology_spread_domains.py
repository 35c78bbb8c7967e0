"""How the pods that PodTopologySpread's constraints count are spread over the domains, the values of a node label.

Follows pkg/scheduler/framework/plugins/podtopologyspread/{filtering,scoring}.go, v1.34.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from simulator.engine.scheduler.node_groups import Labelled
from simulator.engine.scheduler.node_selectors import required_node_affinity
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.plugins.pod_topology_spread_constraints import HOSTNAME, Constraint, Constraints
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.tallies import Tally, Weigh
from simulator.engine.selectors import Selector
from simulator.engine.tolerations import first_untolerated

SKEWED, MISSING = 1, 2
"""What a domain is refused for: too many pods would be in it; its nodes have no such label."""
_HARD_TAINTS = ("NoSchedule", "NoExecute")
_KEPT = 128


class Domains:
    """One constraint's domains, by the number of the label's value, as long as no node changes.

    tally: the pods that the constraint counts. eligible: by row, whether the node's pods count. own: the pod itself
    will count. strict: nodes without the label are in no domain, else in that of the empty value.
    """

    def __init__(
        self, constraint: Constraint, labelled: Labelled, tally: Tally, eligible: Flags, *, own: bool, strict: bool
    ) -> None:
        self._constraint, self._tally, self._own = constraint, tally, own
        self.codes, self._size = labelled.codes, len(labelled.values)
        self.missing = missing(labelled)
        self._lacking = None if self.missing is None else self.codes == self.missing
        if not strict and self._lacking is not None and "" in labelled.values:
            self.codes = np.where(self._lacking, labelled.values.index(""), self.codes)
        self._eligible = None if eligible.all() else np.flatnonzero(eligible)
        self._counted = self.codes if self._eligible is None else self.codes[self._eligible]
        self._present = np.bincount(self._counted, minlength=self._size) > 0
        self._number = int(np.count_nonzero(self._present))
        self._changes = -1
        self._counts: Integers
        self._verdicts: Integers

    def verdicts(self) -> Integers:
        """By domain: SKEWED or MISSING if a pod more is too many there, else 0."""
        self._renew()
        return self._verdicts

    def marks(self, rows: Rows, kept: Flags) -> NDArray[np.float64]:
        """By row, what the constraint adds to the score. kept: the rows that are not ignored."""
        codes = self.codes.take(rows)
        if self._constraint.key == HOSTNAME:
            size, counts = int(np.count_nonzero(kept)), self._tally.by_row.take(rows)
        else:
            self._renew()
            size, counts = int(np.count_nonzero(np.bincount(codes[kept]))), self._counts.take(codes)
        # Counts in few domains weigh less than in many; the allowed skew waters small differences down.
        marks = counts.astype(np.float64) * math.log(size + 2) + (self._constraint.max_skew - 1)
        if self._lacking is not None:
            marks[self._lacking.take(rows)] = 0.0
        return marks

    def _renew(self) -> None:
        if self._changes == self._tally.changes:
            return
        by_row = self._tally.by_row if self._eligible is None else self._tally.by_row.take(self._eligible)
        counts = np.bincount(self._counted, by_row, self._size).astype(np.int64)
        # With fewer domains than there should be, one that does not exist yet is the emptiest.
        enough = self._number and self._number >= self._constraint.min_domains
        least = int(counts[self._present].min()) if enough else 0
        skewed = counts + int(self._own) > self._constraint.max_skew + least
        self._counts, self._verdicts = counts, np.where(skewed, SKEWED, 0)
        if self.missing is not None:
            self._verdicts[self.missing] = MISSING
        self._changes = self._tally.changes


class Spread:
    """The domains of a pod's constraints of one kind, at one position of the table.

    ignored: by row, nodes that lack one of the labels; nobody's, unless `strict`.
    """

    def __init__(
        self, constraints: Constraints, shape: Shape, nodes: NodeTable, tallies: list[Tally], *, strict: bool
    ) -> None:
        self.position, self.constraints = nodes.position, constraints
        labelled = [nodes.label(one.key) for one in constraints]
        self.ignored: Flags = np.zeros(len(nodes), dtype=np.bool_)
        for one in labelled if strict else ():
            absent = missing(one)
            if absent is not None:
                self.ignored |= one.codes == absent
        eligible = [_eligible(one, shape, nodes, self.ignored) for one in constraints]
        self.domains = [
            Domains(one, values, tally, flags, own=one.selector.matches(shape.labels), strict=strict)
            for one, values, tally, flags in zip(constraints, labelled, tallies, eligible, strict=True)
        ]


class Spreads:
    """The spreads over one table that were asked for last, and the tallies under them, which they share."""

    def __init__(self) -> None:
        self._tallies: WeakValueDictionary[tuple[str, Selector], Tally] = WeakValueDictionary()
        self._held: OrderedDict[tuple[Shape, bool], Spread] = OrderedDict()

    def of(self, constraints: Constraints, shape: Shape, nodes: NodeTable, *, hard: bool, strict: bool) -> Spread:
        key = (shape, hard)
        held = self._held.get(key)
        if held is None or held.position != nodes.position or held.constraints != constraints:
            tallies = [self._tally(one.selector, shape.namespace, nodes) for one in constraints]
            held = self._held[key] = Spread(constraints, shape, nodes, tallies, strict=strict)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return held

    def _tally(self, selector: Selector, namespace: str, nodes: NodeTable) -> Tally:
        tally = self._tallies.get((namespace, selector))
        if tally is None:
            tally = self._tallies[namespace, selector] = nodes.tally(_counting(selector, namespace))
        return tally


def missing(labelled: Labelled) -> int | None:
    """The number that stands for having no such label, if a node has none."""
    return labelled.values.index(None) if None in labelled.values else None


def _counting(selector: Selector, namespace: str) -> Weigh:
    """Pods of the namespace that are not on their way out. An empty selector counts nobody, though it matches all."""

    def weigh(shape: Shape) -> int:
        return int(
            bool(selector.terms)
            and shape.namespace == namespace
            and not shape.deleting
            and selector.matches(shape.labels)
        )

    return weigh


def _eligible(constraint: Constraint, shape: Shape, nodes: NodeTable, ignored: Flags) -> Flags:
    """By row, whether the node's pods count. Follows matchNodeInclusionPolicies."""
    eligible = ~ignored
    if constraint.honors_affinity:
        eligible &= required_node_affinity(shape).rows(nodes, nodes.every)
    if constraint.honors_taints:

        def tolerated(taints: list[dict[str, object]]) -> int:
            return int(first_untolerated(shape.tolerations, taints, _HARD_TAINTS) is None)

        eligible &= nodes.by_taints(nodes.every, tolerated) == 1
    return eligible
