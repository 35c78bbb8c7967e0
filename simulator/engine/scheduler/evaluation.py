"""What the plugins of a profile say about all nodes, for one shape of pod; renewed where something changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import ScorePlugin
from simulator.engine.scheduler.shape import Shape

if TYPE_CHECKING:
    from simulator.engine.scheduler.framework import Framework


class Marks(NamedTuple):
    """What a plugin said about the rows that are ranked."""

    raw: Integers
    normalized: Integers
    weighted: Integers


class Evaluation:
    """codes: [filter, row], what each filter says. feasible: by row, whether none refuses.

    A filter that looks at one node at a time is asked again about the nodes that changed; one that looks across nodes
    is asked about all of them whenever anything changed. A node that is promised to pods of no lower priority must take
    the pod with them and without them.
    """

    def __init__(self, framework: Framework, shape: Shape) -> None:
        self._framework, self._shape = framework, shape
        self._numbering, self._reads = -1, -1
        self._node_position = self._pod_position = 0
        self.feasible: Flags

    def renew(self, nodes: NodeTable) -> None:
        """Brings everything up to date."""
        node_log, pod_log, reads = nodes.node_log, nodes.pod_log, self._framework.reads(self._shape)
        same = self._numbering == nodes.numbering and self._reads == reads
        by_node = node_log.since(self._node_position) if same else None
        by_pod = pod_log.since(self._pod_position) if by_node is not None else None
        if by_node is None or by_pod is None:
            self._begin(nodes)
            self._numbering, self._reads = nodes.numbering, reads
        elif by_node or by_pod:
            if by_node:
                self._write(nodes, np.array(by_node, dtype=np.intp), self._local, self._kept)
            if by_pod:
                self._write(nodes, np.array(by_pod, dtype=np.intp), self._local_pods, self._kept_pods)
            self._look_across(nodes)
            self._make_room(nodes, [*by_node, *by_pod])
        self._node_position, self._pod_position = node_log.end, pod_log.end

    def refusals(self) -> Integers:
        """[filter, row]: the codes that count."""
        codes = self.codes.copy()
        if self._promised:
            codes[:, list(self._promised)] = np.array(list(self._promised.values())).T
        return codes

    def totals(self, nodes: NodeTable, rows: Rows) -> Integers:
        """The sum of weighted scores of the rows that are ranked."""
        total = self.flat.take(rows)
        scorers = self._framework.scorers
        for index in self._relative:
            plugin, weight = scorers[index]
            total += weight * plugin.normalize(self._shape, nodes, rows, self.raw[index].take(rows))
        for index in self._across_scorers(nodes):
            plugin, weight = scorers[index]
            raw = plugin.score(self._shape, nodes, rows)
            total += weight * plugin.normalize(self._shape, nodes, rows, raw)
        return total

    def grid(self, nodes: NodeTable, rows: Rows) -> dict[str, Marks]:
        """What each plugin says about the rows that are ranked, by plugin."""
        if not len(rows):
            return {}
        table = {}
        across = self._across_scorers(nodes)
        for index, (plugin, weight) in enumerate(self._framework.scorers):
            if index in across:
                raw = plugin.score(self._shape, nodes, rows)
            elif index in self._kept:
                raw = self.raw[index, rows]
            else:
                continue
            normalized = plugin.normalize(self._shape, nodes, rows, raw) if plugin.normalizes else raw
            table[plugin.name] = Marks(raw, normalized, weight * normalized)
        return table

    def _begin(self, nodes: NodeTable) -> None:
        framework, shape, size = self._framework, self._shape, len(nodes)
        asked = [index for index, one in enumerate(framework.filters) if one.filters(shape, nodes)]
        self._local = [index for index in asked if not framework.filters[index].looks_across]
        self._local_column = np.array(self._local, dtype=np.intp).reshape(-1, 1)
        self._local_pods = [index for index in self._local if framework.filters[index].reads_pods]
        self._kept = [index for index in framework.scorers_of_one_node if _scores(framework, index, shape, nodes)]
        self._kept_pods = [index for index in self._kept if framework.scorers[index].plugin.reads_pods]
        self._fixed = [index for index in self._kept if not framework.scorers[index].plugin.normalizes]
        self._relative = [index for index in self._kept if framework.scorers[index].plugin.normalizes]
        self.codes: Integers = np.zeros((len(framework.filters), size), dtype=np.int64)
        self.raw: Integers = np.zeros((len(framework.scorers), size), dtype=np.int64)
        self.flat: Integers = np.zeros(size, dtype=np.int64)
        self._free: Flags = np.ones(size, dtype=np.bool_)
        self._across: list[int] = []
        self._promised: dict[int, Integers] = {}
        self._write(nodes, np.arange(size, dtype=np.intp), self._local, self._kept)
        self._look_across(nodes)
        self._make_room(nodes, nodes.promised_rows())

    def _write(self, nodes: NodeTable, rows: Rows, filters: Iterable[int], scorers: Sequence[int]) -> None:
        shape, framework = self._shape, self._framework
        for index in filters:
            self.codes[index][rows] = framework.filters[index].filter(shape, nodes, rows)
        if self._local:
            self._free[rows] = ~np.logical_or.reduce(self.codes[self._local_column, rows], axis=0)
        for index in scorers:
            self.raw[index][rows] = framework.scorers[index].plugin.score(shape, nodes, rows)
        if self._fixed:
            flat = np.zeros(len(rows), dtype=np.int64)
            for index in self._fixed:
                flat += framework.scorers[index].weight * self.raw[index].take(rows)
            self.flat[rows] = flat

    def _look_across(self, nodes: NodeTable) -> None:
        """Asks the filters that look across, and sums up."""
        filters, shape = self._framework.filters, self._shape
        feasible = self._free
        before, self._across = self._across, []
        for index in self._framework.filters_across:
            if filters[index].filters(shape, nodes):
                self._across.append(index)
                self.codes[index] = filters[index].filter(shape, nodes, nodes.every)
                feasible = feasible & (self.codes[index] == 0)
            elif index in before:
                self.codes[index] = 0
        self.feasible = feasible

    def _make_room(self, nodes: NodeTable, changed: Iterable[int]) -> None:
        """Asks again about nodes that are promised to other pods, as if those were there."""
        if not nodes.nominations and not self._promised:
            return
        for row in dict.fromkeys([*changed, *self._promised]) if self._across else changed:
            codes = self._framework.beside_promised(self._shape, nodes, row)
            if codes is None:
                self._promised.pop(row, None)
            else:
                self._promised[row] = codes
        if self._promised:
            self.feasible = self.feasible.copy()
            self.feasible[list(self._promised)] = False

    def _across_scorers(self, nodes: NodeTable) -> list[int]:
        framework = self._framework
        return [index for index in framework.scorers_across if _scores(framework, index, self._shape, nodes)]


def _scores(framework: Framework, index: int, shape: Shape, nodes: NodeTable) -> bool:
    plugin: ScorePlugin = framework.scorers[index].plugin
    return plugin.scores(shape, nodes)
