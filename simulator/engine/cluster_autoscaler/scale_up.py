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
from simulator.engine.cluster_autoscaler import estimator, expander
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
    is_deleting,
    labels_of,
    name_of,
    status_of,
)
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.world import World

_DELAY = "cluster-autoscaler.kubernetes.io/pod-scale-up-delay"


class Resize(NamedTuple):
    """A group, its size before and after."""

    group: Body
    before: int
    after: int

    def text(self) -> str:
        return f"{{{name_of(self.group)} {self.before}->{self.after} (max: {node_groups.maximum(self.group)})}}"


class Plan(NamedTuple):
    """What grows, for which pods; and of the pods that no group can take, what each group said."""

    resizes: list[Resize]
    pods: Bodies
    refused: list[tuple[Body, str]]


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


def plan(
    world: World,
    settings: Settings,
    state: ClusterState,
    snapshot: Snapshot,
    templates: Mapping[str, Template],
    pods: Bodies,
) -> Plan:
    """What to do for these pods. Follows ScaleUp."""
    said: dict[str, list[list[str]]] = {}
    options = []
    alike = _alike(pods)
    taken: set[int] = set()
    for name, group in state.groups.items():
        skipped = _skipped(state, name)
        if skipped:
            said[name] = [[skipped]] * len(alike)
            continue
        reasons = _reasons(snapshot, templates[name], alike)
        said[name] = reasons
        fitting = [index for index, one in enumerate(reasons) if not one]
        taken.update(fitting)
        room = node_groups.maximum(group) - node_groups.target(group)
        most = min(room, settings.number("max-nodes-per-scaleup"))
        found = estimator.estimate(snapshot, [alike[index] for index in fitting], templates[name], most=most)
        if found.nodes and found.pods:
            options.append(Option(group, found.nodes, found.pods, templates[name]))
    refused = [
        (pod, _joined(said[name][index] for name in said))
        for index, group_ in enumerate(alike)
        if index not in taken
        for pod in group_
    ]
    chosen = expander.best(options, settings, world, world, now=world.now) if options else None
    if chosen is None:
        return Plan([], [], refused)
    before = node_groups.target(chosen.group)
    after = before + _capped(chosen.nodes, settings, len(world.list("nodes")))
    if after <= before:
        return Plan([], [], [])
    return Plan([Resize(chosen.group, before, after)], chosen.pods, refused)


def to_minimum(state: ClusterState) -> list[Resize]:
    """The groups that are smaller than they may be. Follows ScaleUpToNodeGroupMinSize."""
    return [
        Resize(group, node_groups.target(group), node_groups.minimum(group))
        for name, group in state.groups.items()
        if node_groups.target(group) < node_groups.minimum(group) and not _unsafe(state, name)
    ]


def _capped(wanted: int, settings: Settings, nodes: int) -> int:
    most = settings.number("max-nodes-total")
    return wanted if most <= 0 else min(wanted, most - nodes)


def _unsafe(state: ClusterState, name: str) -> str:
    if not state.is_healthy(name):
        return "not ready for scale-up"
    return "in backoff after failed scale-up" if state.is_backed_off(name) else ""


def _skipped(state: ClusterState, name: str) -> str:
    """Why a group is not even looked at."""
    group = state.groups[name]
    full = node_groups.target(group) >= node_groups.maximum(group)
    return _unsafe(state, name) or ("max node group size reached" if full else "")


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
