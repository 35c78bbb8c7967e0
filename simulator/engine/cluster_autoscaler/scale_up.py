"""More nodes for pods that fit nowhere: which NodeGroup grows by how much, and why the others do not.

Follows cluster-autoscaler/core/scaleup/orchestrator/orchestrator.go, core/podlistprocessor and
processors/status/eventing_scale_up_processor.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from simulator.engine import cron, node_groups
from simulator.engine.cluster_autoscaler import estimator, expander, limits
from simulator.engine.cluster_autoscaler.balancing import Resize, are_similar, balanced
from simulator.engine.cluster_autoscaler.cluster_state import ClusterState, created
from simulator.engine.cluster_autoscaler.drainability import is_daemon
from simulator.engine.cluster_autoscaler.expander import Option
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.snapshot import Snapshot, priority
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import (
    annotations_of,
    condition,
    controller_of,
    is_condition_true,
    is_deleting,
    labels_of,
    name_of,
    status_of,
)
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.world import World

_DELAY = "cluster-autoscaler.kubernetes.io/pod-scale-up-delay"


class Plan(NamedTuple):
    """What grows, for which pods; and of the pods that no group can take, what each group said.

    is_capped: fewer nodes come than are wanted, for the sake of `max-nodes-total`.
    """

    resizes: list[Resize]
    pods: Bodies
    refused: list[tuple[Body, str]]
    is_capped: bool = False


def pending(world: World, settings: Settings) -> Bodies:
    """The pods that the scheduler has found no node for, those of the highest priority first."""
    cutoff = settings.number("expendable-pods-priority-cutoff")
    found = [pod for pod in world.list("pods") if is_pending(pod) and priority(pod) >= cutoff and not is_daemon(pod)]
    return sorted(found, key=lambda pod: -priority(pod))


def is_pending(pod: Body) -> bool:
    """Whether the scheduler says that no node takes the pod."""
    held = condition(pod, "PodScheduled")
    if node_of(pod) or is_deleting(pod) or is_terminal(pod) or held is None:
        return False
    return held.get("status") == "False" and held.get("reason") == "Unschedulable"


def unschedulable(snapshot: Snapshot, pods: Bodies) -> Bodies:
    """The pods for which there is no room yet either; the others count where they will go."""
    left, names = [], list(snapshot.names())
    for pod in pods:
        promised = status_of(pod).get("nominatedNodeName")
        node = promised if promised in names else snapshot.fitting(pod, names)
        if node:
            snapshot.place(pod, node)
        else:
            left.append(pod)
    return left


def old_enough(pods: Bodies, settings: Settings, now: Instant) -> Bodies:
    """Without those that are yet to wait for a while. Follows filterOutYoungPods."""
    return [pod for pod in pods if ripe(pod, settings) <= now]


def ripe(pod: Body, settings: Settings) -> Instant:
    """From when on something is done for a pod."""
    delay = settings.time("new-pod-scale-up-delay")
    with suppress(KeyError, ValueError):
        delay = max(delay, cron.duration(annotations_of(pod)[_DELAY]) // 1000)
    return created(pod) + delay


def ready(world: World) -> Bodies:
    return [node for node in world.list("nodes") if is_condition_true(node, "Ready")]


class Planning:
    """What a scan would do about the pods that wait."""

    def __init__(
        self,
        world: World,
        settings: Settings,
        state: ClusterState,
        snapshot: Snapshot,
        templates: Mapping[str, Template],
    ) -> None:
        self._world, self._settings, self._state, self._snapshot = world, settings, state, snapshot
        self._templates = templates
        nodes = ready(world)
        self._count = len(nodes) + sum(map(state.upcoming, state.groups))
        self._left = limits.left_to_grow(settings, state.groups, templates, nodes)

    def plan(self, pods: Bodies) -> Plan:
        """What to do for these pods. Follows ScaleUp."""
        said: dict[str, list[list[str]]] = {}
        fitting: dict[str, list[int]] = {}
        alike = _alike(pods)
        for name in self._state.groups:
            skipped = self._skipped(name)
            if skipped:
                said[name] = [[skipped]] * len(alike)
                continue
            said[name] = _reasons(self._snapshot, self._templates[name], alike)
            fitting[name] = [index for index, one in enumerate(said[name]) if not one]
        options = [
            option
            for name, indices in fitting.items()
            if (option := self._option(name, [alike[index] for index in indices], self._similar(name, fitting)))
        ]
        taken = {index for indices in fitting.values() for index in indices}
        refused = [
            (pod, _joined(said[name][index] for name in said))
            for index, group in enumerate(alike)
            if index not in taken
            for pod in group
        ]
        chosen = expander.best(options, self._settings, self._world, self._world, now=self._world.now)
        if chosen is None:
            return Plan([], [], refused)
        nodes, is_capped = self._capped(chosen.nodes, self._count)
        if nodes < 1:
            return Plan([], [], [], is_capped)
        name = name_of(chosen.group)
        nodes = limits.capped(nodes, self._left, limits.size(self._templates[name].node))
        groups = [self._state.groups[one] for one in (name, *self._similar(name, fitting))]
        return Plan(balanced(groups, nodes), chosen.pods, refused, is_capped)

    def to_minimum(self) -> Plan:
        """The groups that are smaller than they may be. Follows ScaleUpToNodeGroupMinSize."""
        found, is_capped = [], False
        for name, group in self._state.groups.items():
            size, missing = node_groups.target(group), node_groups.minimum(group) - node_groups.target(group)
            if missing <= 0 or _unsafe(self._state, name) or self._exceeded(name):
                continue
            missing = limits.capped(missing, self._left, limits.size(self._templates[name].node))
            missing, was_capped = self._capped(missing, size)
            is_capped = is_capped or was_capped
            if missing > 0:
                found.append(Resize(group, size, size + missing))
        return Plan(found, [], [], is_capped)

    def _capped(self, wanted: int, there: int) -> tuple[int, bool]:
        """How many nodes may come of those that are wanted, and whether these are fewer."""
        most = self._settings.number("max-nodes-total")
        is_capped = 0 < most < wanted + there
        return (most - there, True) if is_capped else (wanted, False)

    def _option(self, name: str, groups: list[Bodies], similar: list[str]) -> Option | None:
        """Follows ComputeExpansionOption and the thresholds of the estimator."""
        allowed = [sum(max(self._room(one), 0) for one in (name, *similar))]
        if self._settings.number("max-nodes-per-scaleup") > 0:
            allowed.append(self._settings.number("max-nodes-per-scaleup"))
        if self._settings.number("max-nodes-total"):
            allowed.append(max(self._settings.number("max-nodes-total") - self._count, 0))
        found = estimator.estimate(self._snapshot, groups, self._templates[name], most=min(allowed))
        if not found.nodes or not found.pods:
            return None
        return Option(self._state.groups[name], found.nodes, found.pods, self._templates[name])

    def _room(self, name: str) -> int:
        group = self._state.groups[name]
        return node_groups.maximum(group) - node_groups.target(group)

    def _similar(self, name: str, fitting: Mapping[str, list[int]]) -> list[str]:
        """The other groups that take the same pods on machines alike. Follows ComputeSimilarNodeGroups."""
        if not self._settings.is_on("balance-similar-node-groups") or not fitting[name]:
            return []
        return [
            other
            for other, indices in fitting.items()
            if other != name
            and set(fitting[name]) <= set(indices)
            and are_similar(self._templates[name], self._templates[other], self._settings)
        ]

    def _skipped(self, name: str) -> str:
        """Why a group is not even looked at. Follows filterValidScaleUpNodeGroups."""
        full = "max node group size reached" if self._room(name) <= 0 else ""
        return _unsafe(self._state, name) or full or self._exceeded(name)

    def _exceeded(self, name: str) -> str:
        """Follows IsNodeGroupResourceExceeded."""
        found = limits.exceeded(self._left, limits.size(self._templates[name].node))
        return f"max cluster {', '.join(found)} limit reached" if found else ""


def _unsafe(state: ClusterState, name: str) -> str:
    if not state.is_healthy(name):
        return "not ready for scale-up"
    return "in backoff after failed scale-up" if state.is_backed_off(name) else ""


def _reasons(snapshot: Snapshot, template: Template, alike: list[Bodies]) -> list[list[str]]:
    """Why a new node of a group would not take the pods of each sort. Follows SchedulablePodGroups."""
    with snapshot.forked():
        snapshot.add_node(template.node, template.pods)
        return [snapshot.check(group[0], name_of(template.node)) for group in alike]


def _alike(pods: Bodies) -> list[Bodies]:
    """Pods of one controller that ask for the same, together. Follows equivalence.BuildPodGroups."""
    found: list[tuple[object, Bodies]] = []
    for pod in pods:
        owner = controller_of(pod)
        sort = (owner["uid"], pod["spec"], labels_of(pod)) if owner else None
        known = next((group for key, group in found if sort is not None and key == sort), None)
        if known is None:
            found.append((sort, [pod]))
        else:
            known.append(pod)
    return [group for _sort, group in found]


def _joined(reasons: Iterable[list[str]]) -> str:
    counts = Counter(reason for group in reasons for reason in group)
    return ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items()))
