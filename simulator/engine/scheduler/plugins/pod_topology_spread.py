"""PodTopologySpread: pods that belong together are spread evenly over zones, nodes or any other label of nodes.

Follows pkg/scheduler/framework/plugins/podtopologyspread/{plugin,filtering,scoring}.go, v1.34.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from simulator.engine.objects import labels_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import MAX_SCORE, FilterPlugin, Refusal, ScorePlugin
from simulator.engine.scheduler.plugins.pod_topology_spread_constraints import (
    HARD,
    SOFT,
    Action,
    Constraints,
    Defaults,
    own,
    stated,
)
from simulator.engine.scheduler.plugins.pod_topology_spread_domains import MISSING, Spread, Spreads
from simulator.engine.scheduler.shape import Shape

_SKEWED = "node(s) didn't match pod topology spread constraints"
_MISSING = f"{_SKEWED} (missing required label)"


class PodTopologySpread(FilterPlugin, ScorePlugin):
    name = "PodTopologySpread"
    reads_pods = True
    looks_across = True
    normalizes = True
    reads: tuple[str, ...] = ("services", "replicationcontrollers", "replicasets.apps", "statefulsets.apps")
    """What a filter by default depends on; scores are asked for in every cycle anyway."""

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._defaults = Defaults(reader, arguments)
        if not self._defaults.any(HARD):
            self.reads = ()
        self._spreads: WeakKeyDictionary[NodeTable, Spreads] = WeakKeyDictionary()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(self._constraints(shape, HARD))

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The first constraint that refuses a node says why."""
        codes: Integers = np.zeros(len(rows), dtype=np.int64)
        for domains in reversed(self._spread(shape, nodes, HARD).domains):
            said = domains.verdicts().take(domains.codes.take(rows))
            codes = np.where(said, said, codes)
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_MISSING,)) if code == MISSING else Refusal((_SKEWED,), resolvable=True)

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(len(nodes) and self._constraints(shape, SOFT))

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The more pods are in a node's domains, the higher; 0 for nodes that are ignored."""
        spread = self._spread(shape, nodes, SOFT)
        ignored = spread.ignored.take(rows)
        total = np.zeros(len(rows), dtype=np.float64)
        for domains in spread.domains:
            total += domains.marks(rows, ~ignored)
        total[ignored] = 0.0
        return _rounded(total)

    def normalize(self, shape: Shape, nodes: NodeTable, rows: Rows, raw: Integers) -> Integers:
        """The fewer the better; nodes that are ignored get nothing."""
        kept = ~self._spread(shape, nodes, SOFT).ignored.take(rows)
        scores = np.zeros(len(rows), dtype=np.int64)
        if kept.any():
            least, top = int(raw[kept].min()), int(raw[kept].max())
            scores[kept] = MAX_SCORE * (top + least - raw[kept]) // top if top else MAX_SCORE
        return scores

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        """A node that has all the labels comes or goes, or one gets or loses them, moves, or is tainted otherwise."""
        keys = [one.key for one in self._constraints(shape, HARD)]
        was, now = (node is not None and all(key in labels_of(node) for key in keys) for node in (before, after))
        if before is None or after is None or was != now:
            return was or now
        moved = any(labels_of(before)[key] != labels_of(after)[key] for key in keys if now)
        return now and (moved or _taints(before) != _taints(after))

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        """A pod that counts comes or goes, or a change of labels makes it count or count no more."""
        involved = [one.shape for one in (before, after) if one is not None]
        if any(one.namespace != shape.namespace for one in involved):
            return False
        hard = self._constraints(shape, HARD)
        if before is not None and after is not None:
            return _counts_anew(hard, before.shape, after.shape)
        return any(constraint.selector.matches(one.labels) for one in involved for constraint in hard)

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        hard = self._constraints(after, HARD)
        if before.tolerations != after.tolerations and any(one.honors_taints for one in hard):
            return True
        return _counts_anew(hard, before, after)

    def _constraints(self, shape: Shape, action: Action) -> Constraints:
        return own(shape, action) if stated(shape) else self._defaults.of(shape, action)

    def _spread(self, shape: Shape, nodes: NodeTable, action: Action) -> Spread:
        spreads = self._spreads.get(nodes)
        if spreads is None:
            spreads = self._spreads[nodes] = Spreads()
        # Only the system's own defaults let nodes without a zone take part.
        strict = action == HARD or stated(shape) or not self._defaults.of_system
        return spreads.of(self._constraints(shape, action), shape, nodes, hard=action == HARD, strict=strict)


def _counts_anew(constraints: Constraints, before: Shape, after: Shape) -> bool:
    return before.labels != after.labels and any(
        one.selector.matches(before.labels) != one.selector.matches(after.labels) for one in constraints
    )


def _taints(node: Body) -> list[Body]:
    return (node.get("spec") or {}).get("taints") or []


def _rounded(figures: NDArray[np.float64]) -> Integers:
    """To the nearest whole number, halves up, as Go's math.Round does for what is not negative."""
    whole = np.trunc(figures)
    rounded: Integers = (whole + (figures - whole >= 0.5)).astype(np.int64)
    return rounded
