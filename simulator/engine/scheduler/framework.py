"""One profile at work: its plugins in order, and what they make of a pod together.

Follows pkg/scheduler/framework/runtime/framework.go and pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.evaluation import Evaluation
from simulator.engine.scheduler.fit_error import Failure, absent_reason, histogram
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import (
    BindPlugin,
    Draw,
    FilterPlugin,
    Narrowing,
    PermitPlugin,
    Plugin,
    PostBindPlugin,
    PostFiltered,
    PostFilterPlugin,
    PreBindPlugin,
    PreEnqueuePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
)
from simulator.engine.scheduler.profile import Profile
from simulator.engine.scheduler.shape import Shape

_SHAPES_KEPT = 64
_P = TypeVar("_P", bound=Plugin)


class Weighted(NamedTuple):
    plugin: ScorePlugin
    weight: int


class Framework:
    """The plugins of one profile, over one reader of the cluster's objects."""

    def __init__(self, profile: Profile, reader: Reader, classes: Mapping[str, type[Plugin]]) -> None:
        self.profile = profile
        self._made: dict[str, Plugin] = {}
        for enabled in profile.points.values():
            for name in (one.name for one in enabled if one.name in classes):
                if name not in self._made:
                    self._made[name] = classes[name](reader, profile.arguments.get(name) or {})
        self.gates = self._at("preEnqueue", PreEnqueuePlugin)
        self.sorts = self._at("queueSort", QueueSortPlugin)
        self.filters = self._at("filter", FilterPlugin)
        self.filters_across = [index for index, one in enumerate(self.filters) if one.looks_across]
        self.scorers = self._scorers()
        self.scorers_across = [index for index, one in enumerate(self.scorers) if one.plugin.looks_across]
        self.scorers_of_one_node = [index for index, one in enumerate(self.scorers) if not one.plugin.looks_across]
        self.post_filters = self._at("postFilter", PostFilterPlugin)
        self.reserves = self._at("reserve", ReservePlugin)
        self.permits = self._at("permit", PermitPlugin)
        self.pre_binds = self._at("preBind", PreBindPlugin)
        self.binds = self._at("bind", BindPlugin)
        self.post_binds = self._at("postBind", PostBindPlugin)
        self.resources = frozenset(resource for one in self._made.values() for resource in one.reads)
        self._changes = dict.fromkeys(self.resources, 0)
        self._read_for: WeakKeyDictionary[Shape, frozenset[str]] = WeakKeyDictionary()
        self._narrowers = [
            one for one in self._at("preFilter", FilterPlugin) if type(one).narrow is not FilterPlugin.narrow
        ]
        self._narrowed: WeakKeyDictionary[Shape, tuple[int, Narrowing, tuple[str, ...]]] = WeakKeyDictionary()
        self._evaluations: OrderedDict[Shape, Evaluation] = OrderedDict()

    def plugin(self, name: str) -> Plugin | None:
        return self._made.get(name)

    def admits(self, pod: Body) -> bool:
        return all(gate.admits(pod) for gate in self.gates)

    def note_change(self, resource: str) -> None:
        """An object has changed that plugins may read."""
        if resource in self.resources:
            self._changes[resource] += 1

    def reads(self, shape: Shape) -> int:
        """Another number whenever an object has changed that a plugin reads for such a pod."""
        read = self._read_for.get(shape)
        if read is None:
            named = (resource for one in self._made.values() for resource in one.reads_for(shape))
            read = self._read_for[shape] = frozenset(named)
        return sum(map(self._changes.__getitem__, read))

    def narrow(self, shape: Shape, nodes: NodeTable) -> tuple[Narrowing, tuple[str, ...]]:
        """All plugins' narrowings together, and the plugins that narrowed."""
        known = self._narrowed.get(shape)
        reads = self.reads(shape)
        if known is None or known[0] != reads:
            known = self._narrowed[shape] = (reads, *self._narrow(shape, nodes))
        return known[1:]

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
            if plugin.filters(shape, nodes):
                found[index] = plugin.filter(shape, nodes, rows)
        return found

    def refusals(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """[filter, row]: the codes that count for these rows, with the room that is promised to others."""
        found = self.codes(shape, nodes, rows)
        if nodes.nominations:
            for position, row in enumerate(rows.tolist()):
                promised = self.beside_promised(shape, nodes, row)
                if promised is not None:
                    found[:, position] = promised
        return found

    def beside_promised(self, shape: Shape, nodes: NodeTable, row: int) -> Integers | None:
        """The codes for a node as if the pods it is promised to were there; None if it would take the pod.

        Only pods of no lower priority count. Follows RunFilterPluginsWithNominatedPods.
        """
        others = nodes.nominations.from_priority(nodes.names[row], shape.priority)
        if not others:
            return None
        with nodes.with_pods(row, others):
            codes: Integers = self.codes(shape, nodes, np.array([row], dtype=np.intp))[:, 0]
        return codes if codes.any() else None

    def nodes_to_find(self, size: int) -> int:
        """How many feasible nodes are enough: the first, where nothing ranks them.

        Follows numFeasibleNodesToFind and findNodesThatPassFilters of pkg/scheduler/schedule_one.go.
        """
        if not self.scorers:
            return min(size, 1)
        if size < 100:
            return size
        percentage = self.profile.percentage or max(50 - size // 125, 5)
        return max(size * percentage // 100, 100)

    def failure(self, shape: Shape, nodes: NodeTable, rows: Rows, codes: Integers) -> Failure:
        """Sums up why all these rows were refused; the first plugin in order that refuses a node is the reason."""
        narrowing, narrowed = self.narrow(shape, nodes)
        refusers = (codes != 0).argmax(axis=0)
        held = codes[refusers, np.arange(len(rows))]
        refusals: dict[tuple[int, int], int] = {}
        left = np.ones(len(rows), dtype=np.bool_)
        while left.any():
            index, code = int(refusers[left.argmax()]), int(held[left.argmax()])
            alike = (refusers == index) & (held == code)
            refusals[index, code] = int(np.count_nonzero(alike))
            left &= ~alike
        named = {self.filters[index].name for index, _ in refusals} | set(narrowed)
        absent = len(nodes) - len(rows)
        return Failure(len(nodes), narrowing, refusals, absent, tuple(sorted(named)), rows, refusers, held)

    def resolvable_rows(self, shape: Shape, nodes: NodeTable, failure: Failure) -> Rows:
        """The rows that would perhaps take the pod if other pods left them, in order."""
        if failure.narrowing.conflict:
            return nodes.every if failure.narrowing.resolvable else nodes.every[:0]
        flags = np.zeros(len(failure.rows), dtype=np.bool_)
        for index, code in failure.refusals:
            if self.filters[index].refusal(shape, nodes, code).resolvable:
                flags |= (failure.refusers == index) & (failure.codes == code)
        return failure.rows[flags]

    def message(self, shape: Shape, nodes: NodeTable, failure: Failure) -> str:
        """The FitError's text without what preemption adds."""
        if failure.narrowing.conflict:
            return f"0/{failure.total} nodes are available: {failure.narrowing.conflict}."
        reasons: Counter[str] = Counter()
        for (index, code), number in failure.refusals.items():
            for reason in self.filters[index].refusal(shape, nodes, code).reasons:
                reasons[reason] += number
        if failure.absent:
            reasons[absent_reason(self.narrow(shape, nodes)[1])] += failure.absent
        return histogram(failure.total, reasons)

    def post_filter(self, pod: Body, shape: Shape, nodes: NodeTable, failure: Failure, draw: Draw) -> PostFiltered:
        """What the plugins can do for a pod that fits nowhere: the first that helps, else what all say.

        Follows RunPostFilterPlugins.
        """
        said: list[str] = []
        kept = PostFiltered(None, "")
        for plugin in self.post_filters:
            answer = plugin.post_filter(pod, shape, nodes, self, failure, draw)
            if answer.nominated:
                return answer
            if answer.nominated is not None:
                kept = answer
            said.append(answer.message)
        return kept._replace(message=", ".join(said))

    def _at(self, point: str, base: type[_P]) -> list[_P]:
        made = (self._made.get(one.name) for one in self.profile.points.get(point, ()))
        return [one for one in made if isinstance(one, base)]

    def _scorers(self) -> list[Weighted]:
        made = ((self._made.get(one.name), one.weight) for one in self.profile.points.get("score", ()))
        return [Weighted(plugin, weight) for plugin, weight in made if isinstance(plugin, ScorePlugin)]

    def _narrow(self, shape: Shape, nodes: NodeTable) -> tuple[Narrowing, tuple[str, ...]]:
        names: frozenset[str] | None = None
        narrowed: list[str] = []
        for plugin in self._narrowers:
            if not plugin.filters(shape, nodes):
                continue
            answer = plugin.narrow(shape, nodes)
            if answer.conflict:
                return Narrowing(frozenset(), answer.conflict, answer.resolvable), (plugin.name,)
            if answer.names is not None:
                names = answer.names if names is None else names & answer.names
                narrowed.append(plugin.name)
                if not names:
                    return Narrowing(frozenset(), _nowhere(narrowed)), tuple(sorted(narrowed))
        return Narrowing(names), tuple(sorted(narrowed))


def _nowhere(plugins: list[str]) -> str:
    """Follows RunPreFilterPlugins of pkg/scheduler/framework/runtime/framework.go."""
    if len(plugins) == 1:
        return f"node(s) didn't satisfy plugin {plugins[0]}"
    return f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(plugins))}] simultaneously"
