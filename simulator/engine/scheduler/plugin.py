"""What a plugin is: the base classes of the extension points, and what plugins answer.

A plugin is one small class that says which points it has and what its answers depend on, and nothing else. Its rule is
written once, over any set of rows of the node table: the cycle asks it about every node the first time that a shape of
pod comes along, and later only about the nodes that changed; a trace or a test may ask about one.
Follows staging/src/k8s.io/kube-scheduler/framework/interface.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import numpy as np

from simulator.engine.causes import Cause
from simulator.engine.registry import Body, Instant, Reader
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.shape import Shape
from simulator.engine.world import World

if TYPE_CHECKING:
    from simulator.engine.scheduler.fit_error import Failure
    from simulator.engine.scheduler.framework import Framework
    from simulator.engine.scheduler.preemption import Candidate, Choice

MAX_SCORE = 100
# NumPy takes a number that is an array already four times as fast as a plain one, and most calls are about one row.
ZERO, ONE, TOP = np.array(0), np.array(1), np.array(MAX_SCORE)


class Refusal(NamedTuple):
    """Why a node is refused. `resolvable`: taking pods off the node might change it (upstream's Unschedulable)."""

    reasons: tuple[str, ...]
    resolvable: bool = False


class Narrowing(NamedTuple):
    """What a plugin says before it sees a node: only `names` are worth a look (None: all), or `conflict`: none is.

    resolvable: taking pods off nodes might solve the conflict.
    """

    names: frozenset[str] | None = None
    conflict: str = ""
    resolvable: bool = False


class Plugin:
    """Base of all plugins, made with a reader of the cluster's objects and its arguments, defaulted.

    reads_pods: the answer about a node changes with the pods on it. looks_across: and with the pods on other nodes, so
    it is asked afresh in every cycle, a filter about all rows, a scorer about those that are ranked. reads: the other
    resources on which answers depend.
    """

    name: ClassVar[str]
    reads_pods: ClassVar[bool] = False
    looks_across: ClassVar[bool] = False
    reads: tuple[str, ...] = ()

    def __init__(self, reader: Reader, arguments: Body) -> None:
        self.reader, self.arguments = reader, arguments

    def reads_for(self, shape: Shape) -> tuple[str, ...]:
        """Those of the resources that matter to such a pod."""
        return self.reads

    # Queueing hints: which changes might make the plugin think again about a pod that it refused.

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        """Might a node that came, changed or went help?"""
        return False

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        """Might a pod on a node that came, changed or went help?"""
        return False

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        """Might it help that the refused pod itself changed?"""
        return False

    def helped_by(self, shape: Shape, resource: str, before: Body | None, after: Body | None) -> bool:
        """Might an object of one of the resources that the plugin `reads` help?"""
        return False


class PreEnqueuePlugin(Plugin):
    def admits(self, pod: Body) -> bool:
        """True if the pod may be queued."""
        raise NotImplementedError


class QueueSortPlugin(Plugin):
    def rank(self, priority: int, since: Instant) -> tuple[int, ...]:
        """What pods are ordered by, the least first: by priority, and by when they joined the queue."""
        raise NotImplementedError


class FilterPlugin(Plugin):
    """Says which nodes cannot take the pod."""

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        """False if the plugin refuses no node to such a pod (PreFilter's Skip).

        A plugin that does not look across answers by the shape, and by what it `reads`, alone.
        """
        return True

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        return Narrowing()

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """A code for each row: 0 if the node can take the pod, else what `refusal` explains."""
        raise NotImplementedError

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        raise NotImplementedError


class ScorePlugin(Plugin):
    """Ranks the nodes that passed. A plugin that does not normalise gives scores from 0 to 100 at once."""

    normalizes: ClassVar[bool] = False

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        """False if the plugin has nothing to say about such a pod (PreScore's Skip). As for `filters`."""
        return True

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The raw score of each row; `rows` are those that are ranked if the plugin looks across, else any."""
        raise NotImplementedError

    def normalize(self, shape: Shape, nodes: NodeTable, rows: Rows, raw: Integers) -> Integers:
        """Raw scores of all rows that are ranked, as 0 to 100."""
        return raw


Draw = Callable[[int], int]
"""A number below the one given, drawn by hash."""


class PostFiltered(NamedTuple):
    """What could be done for a pod that fits nowhere.

    nominated: the node on which room is to be made by pushing the victims of `choice` off; empty if there is none; None
    leaves a promise that was made before as it is. candidates: among which the choice was made.
    """

    nominated: str | None
    message: str
    candidates: tuple[Candidate, ...] = ()
    choice: Choice | None = None


class PostFilterPlugin(Plugin):
    def post_filter(
        self, pod: Body, shape: Shape, nodes: NodeTable, framework: Framework, failure: Failure, draw: Draw
    ) -> PostFiltered:
        """Changes nothing. The pod's own nomination, if any, must be out of the table."""
        raise NotImplementedError


class ReservePlugin(Plugin):
    def reserve(self, pod: Body, shape: Shape, node: str) -> Refusal | None:
        """Counts what the pod will take on the node, or says why it cannot."""
        raise NotImplementedError

    def unreserve(self, pod: Body, node: str) -> None:
        """Undoes `reserve`, whether or not it happened."""
        raise NotImplementedError


class Permission(NamedTuple):
    """What Permit says: at once, never (`refusal`), or not before somebody allows it within `wait` microseconds."""

    answer: Literal["allow", "wait", "refuse"]
    refusal: Refusal | None = None
    wait: Instant = 0


class PermitPlugin(Plugin):
    def permit(self, world: World, pod: Body, node: str) -> Permission:
        raise NotImplementedError


PENDING = "wait"


class PreBindPlugin(Plugin):
    """timeout: for how long the plugin may say PENDING, in microseconds. overdue: why binding fails after that."""

    timeout: Instant = 0
    overdue: ClassVar[str] = "timed out waiting for the condition"

    def pre_bind(self, world: World, pod: Body, node: str, cause: Cause) -> str:
        """Empty when done; PENDING to be asked again when what it reads changes; else why binding fails."""
        raise NotImplementedError


class BindPlugin(Plugin):
    def bind(self, world: World, pod: Body, node: str, cause: Cause) -> Body | None:
        """The pod as bound, None if the plugin leaves it to the next."""
        raise NotImplementedError


class PostBindPlugin(Plugin):
    def post_bind(self, world: World, pod: Body, node: str) -> None:
        raise NotImplementedError


def default_normalize(raw: Integers, *, reverse: bool) -> Integers:
    """The best gets 100, the rest in proportion; reversed, the least gets 100.

    Follows pkg/scheduler/framework/plugins/helper/normalize_score.go, v1.34.
    """
    top = int(np.maximum.reduce(raw, initial=0))
    if top == 0:
        return np.full(len(raw), MAX_SCORE, dtype=np.int64) if reverse else raw
    scaled = raw * MAX_SCORE // top
    return MAX_SCORE - scaled if reverse else scaled
