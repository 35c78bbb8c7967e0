"""What a plugin is, and how plugins together judge the nodes for a pod.

A plugin's rule is written once, over any set of rows of the node table: the cycle asks it about every node the first
time that a shape of pod comes along, and later only about the nodes that changed; a trace or a test may ask about one.
Follows pkg/scheduler/framework/{interface,types}.go and pkg/scheduler/framework/runtime/framework.go, v1.34.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.shape import Shape

MAX_SCORE = 100
# NumPy takes a number that is an array already four times as fast as a plain one, and most calls are about one row.
ZERO, ONE, TOP = np.array(0), np.array(1), np.array(MAX_SCORE)
_SHAPES_KEPT = 64


class Refusal(NamedTuple):
    """Why a node is refused. `resolvable`: taking pods off the node might change it (upstream's Unschedulable)."""

    reasons: tuple[str, ...]
    resolvable: bool = False


class Narrowing(NamedTuple):
    """What a plugin says before it sees a node: only `names` are worth a look (None: all), or `conflict`: none is."""

    names: frozenset[str] | None = None
    conflict: str = ""


class Plugin:
    """Base of all plugins. `reads_pods`: the answer about a node changes with the pods on it."""

    name: ClassVar[str]
    reads_pods: ClassVar[bool] = False


class PreEnqueuePlugin(Plugin):
    def admits(self, pod: Body) -> bool:
        """True if the pod may be queued."""
        raise NotImplementedError


class FilterPlugin(Plugin):
    """Says which nodes cannot take the pod, and which changes might make it think again."""

    def narrow(self, shape: Shape) -> Narrowing:
        return Narrowing()

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """A code for each row: 0 if the node can take the pod, else what `refusal` explains."""
        raise NotImplementedError

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        raise NotImplementedError

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body) -> bool:
        """Queueing hint: might a node that came or changed take a pod that this plugin refused?"""
        return False

    def helped_by_pod(self, shape: Shape, before: Shape, after: Shape | None) -> bool:
        """Queueing hint: might it help that a pod on a node is gone (None) or asks for something else?"""
        return False

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        """Queueing hint: might it help that the refused pod itself changed?"""
        return False


class ScorePlugin(Plugin):
    """Ranks the nodes that passed. A plugin that does not normalise gives scores from 0 to 100 at once."""

    normalizes: ClassVar[bool] = False

    def scores(self, shape: Shape) -> bool:
        """False if the plugin has nothing to say about such a pod."""
        return True

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        raise NotImplementedError

    def normalize(self, raw: Integers) -> Integers:
        """Raw scores of all nodes that are ranked, as 0 to 100."""
        return raw


def default_normalize(raw: Integers, *, reverse: bool) -> Integers:
    """The best gets 100, the rest in proportion; reversed, the least gets 100.

    Follows pkg/scheduler/framework/plugins/helper/normalize_score.go, v1.34.
    """
    top = int(np.maximum.reduce(raw, initial=0))
    if top == 0:
        return np.full(len(raw), MAX_SCORE, dtype=np.int64) if reverse else raw
    scaled = raw * MAX_SCORE // top
    return MAX_SCORE - scaled if reverse else scaled


class Weighted(NamedTuple):
    plugin: ScorePlugin
    weight: int


class Failure(NamedTuple):
    """Why no node takes a pod.

    refusals: how many nodes each filter (by index) refused with each code. absent: how many were not looked at.
    rows, refusers, codes: for each node looked at, its row, the first filter that refused it, and its code.
    """

    total: int
    conflict: str
    refusals: dict[tuple[int, int], int]
    absent: int
    plugins: tuple[str, ...]
    rows: Rows
    refusers: Integers
    codes: Integers


class Evaluation:
    """What every plugin says about every node, for one shape of pod; renewed where nodes changed."""

    def __init__(self, framework: Framework, shape: Shape) -> None:
        self._framework, self._shape = framework, shape
        self._numbering = -1
        self._node_position = self._pod_position = 0
        self._scorers = [index for index, one in enumerate(framework.scorers) if one.plugin.scores(shape)]
        self._fixed = [index for index in self._scorers if not framework.scorers[index].plugin.normalizes]
        self.relative = [index for index in self._scorers if framework.scorers[index].plugin.normalizes]

    def renew(self, nodes: NodeTable) -> None:
        """Brings codes [filter, row], raw [scorer, row], `feasible` and `flat` up to date."""
        filters, scorers = self._framework.filters, self._framework.scorers
        every = range(len(filters))
        node_log, pod_log = nodes.node_log, nodes.pod_log
        by_node = node_log.since(self._node_position) if self._numbering == nodes.numbering else None
        by_pod = pod_log.since(self._pod_position) if by_node is not None else None
        if by_node is None or by_pod is None:
            size = len(nodes)
            self.codes: Integers = np.zeros((len(filters), size), dtype=np.int64)
            self.raw: Integers = np.zeros((len(scorers), size), dtype=np.int64)
            self.flat: Integers = np.zeros(size, dtype=np.int64)
            self.feasible: Flags = np.zeros(size, dtype=np.bool_)
            self._write(nodes, np.arange(size, dtype=np.intp), every, self._scorers)
            self._numbering = nodes.numbering
        else:
            if by_node:
                self._write(nodes, np.array(by_node, dtype=np.intp), every, self._scorers)
            if by_pod:
                self._write(
                    nodes,
                    np.array(by_pod, dtype=np.intp),
                    self._framework.filters_of_pods,
                    [index for index in self._scorers if scorers[index].plugin.reads_pods],
                )
        self._node_position, self._pod_position = node_log.end, pod_log.end

    def totals(self, rows: Rows) -> Integers:
        """The sum of weighted scores of the rows that are ranked."""
        total = self.flat.take(rows)
        for index in self.relative:
            plugin, weight = self._framework.scorers[index]
            total += weight * plugin.normalize(self.raw[index].take(rows))
        return total

    def grid(self, rows: Rows) -> dict[str, tuple[Integers, Integers, Integers]]:
        """Raw, normalised and weighted scores of the rows that are ranked, by plugin."""
        table = {}
        for index in self._scorers:
            plugin, weight = self._framework.scorers[index]
            raw = self.raw[index, rows]
            normalized = plugin.normalize(raw) if plugin.normalizes else raw
            table[plugin.name] = raw, normalized, weight * normalized
        return table

    def _write(self, nodes: NodeTable, rows: Rows, filters: Iterable[int], scorers: Sequence[int]) -> None:
        shape, framework = self._shape, self._framework
        for index in filters:
            self.codes[index][rows] = framework.filters[index].filter(shape, nodes, rows)
        self.feasible[rows] = ~np.logical_or.reduce(self.codes.take(rows, axis=1), axis=0)
        for index in scorers:
            self.raw[index][rows] = framework.scorers[index].plugin.score(shape, nodes, rows)
        if self._fixed:
            flat = np.zeros(len(rows), dtype=np.int64)
            for index in self._fixed:
                flat += framework.scorers[index].weight * self.raw[index].take(rows)
            self.flat[rows] = flat


class Framework:
    """One profile: the plugins that run, in order, and what they make of a pod.

    percentage: how many nodes in a hundred to find before ranking them; 0 lets the cluster's size decide.
    """

    def __init__(self, plugins: Iterable[Plugin], weights: dict[str, int], *, percentage: int = 0) -> None:
        self.plugins = list(plugins)
        self.gates = [one for one in self.plugins if isinstance(one, PreEnqueuePlugin)]
        self.filters = [one for one in self.plugins if isinstance(one, FilterPlugin)]
        self.filters_of_pods = [index for index, one in enumerate(self.filters) if one.reads_pods]
        self.scorers = [Weighted(one, weights.get(one.name, 1)) for one in self.plugins if isinstance(one, ScorePlugin)]
        self._by_name = {one.name: one for one in self.filters}
        self._percentage = percentage
        self._evaluations: OrderedDict[Shape, Evaluation] = OrderedDict()

    def filter_named(self, name: str) -> FilterPlugin | None:
        return self._by_name.get(name)

    def admits(self, pod: Body) -> bool:
        return all(gate.admits(pod) for gate in self.gates)

    def narrow(self, shape: Shape) -> tuple[Narrowing, tuple[str, ...]]:
        """All plugins' narrowings together, and the plugins that narrowed."""
        return shape.once("narrow", self._narrow)

    def evaluate(self, shape: Shape, nodes: NodeTable) -> Evaluation:
        """What all plugins say about all nodes now."""
        evaluation = self._evaluations.get(shape)
        if evaluation is None:
            evaluation = self._evaluations[shape] = Evaluation(self, shape)
            if len(self._evaluations) > _SHAPES_KEPT:
                self._evaluations.popitem(last=False)
        else:
            self._evaluations.move_to_end(shape)
        evaluation.renew(nodes)
        return evaluation

    def codes(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """[filter, row]: every filter's code for these rows, worked out afresh."""
        found = np.zeros((len(self.filters), len(rows)), dtype=np.int64)
        for index, plugin in enumerate(self.filters):
            found[index] = plugin.filter(shape, nodes, rows)
        return found

    def nodes_to_find(self, size: int) -> int:
        """How many feasible nodes are enough. Follows numFeasibleNodesToFind of pkg/scheduler/schedule_one.go."""
        if size < 100:
            return size
        percentage = self._percentage or max(50 - size // 125, 5)
        return max(size * percentage // 100, 100)

    def failure(self, shape: Shape, nodes: NodeTable, rows: Rows, codes: Integers) -> Failure:
        """Sums up why all these rows were refused; the first plugin in order that refuses a node is the reason."""
        narrowing, narrowed = self.narrow(shape)
        refusers = (codes != 0).argmax(axis=0)
        held = codes[refusers, np.arange(len(rows))]
        refusals: dict[tuple[int, int], int] = {}
        for index in np.unique(refusers).tolist():
            values, counts = np.unique(held[refusers == index], return_counts=True)
            refusals |= {(index, code): n for code, n in zip(values.tolist(), counts.tolist(), strict=True)}
        named = {self.filters[index].name for index, _ in refusals} | set(narrowed)
        absent = len(nodes) - len(rows)
        return Failure(len(nodes), narrowing.conflict, refusals, absent, tuple(sorted(named)), rows, refusers, held)

    def message(self, shape: Shape, nodes: NodeTable, failure: Failure) -> str:
        """The FitError's text without what preemption adds."""
        if failure.conflict:
            return f"0/{failure.total} nodes are available: {failure.conflict}."
        reasons: Counter[str] = Counter()
        for (index, code), number in failure.refusals.items():
            for reason in self.filters[index].refusal(shape, nodes, code).reasons:
                reasons[reason] += number
        if failure.absent:
            reasons[absent_reason(self.narrow(shape)[1])] += failure.absent
        return histogram(failure.total, reasons)

    def _narrow(self, shape: Shape) -> tuple[Narrowing, tuple[str, ...]]:
        names: frozenset[str] | None = None
        narrowed: list[str] = []
        for plugin in self.filters:
            answer = plugin.narrow(shape)
            if answer.conflict:
                return Narrowing(frozenset(), answer.conflict), (plugin.name,)
            if answer.names is not None:
                names = answer.names if names is None else names & answer.names
                narrowed.append(plugin.name)
        return Narrowing(names), tuple(sorted(narrowed))


def absent_reason(plugins: Iterable[str]) -> str:
    """Why a node was not even looked at."""
    return f"node(s) didn't satisfy plugin(s) [{' '.join(plugins)}]"


def histogram(total: int, reasons: Counter[str]) -> str:
    """`0/6 nodes are available: 1 this, 5 that.` Follows FitError.Error of pkg/scheduler/framework/types.go."""
    told = ", ".join(sorted(f"{number} {reason}" for reason, number in reasons.items()))
    return f"0/{total} nodes are available: {told}." if told else f"0/{total} nodes are available:"
