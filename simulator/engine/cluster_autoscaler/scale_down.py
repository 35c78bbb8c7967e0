"""Which nodes are not needed: asked for less than a threshold, and with room for their pods elsewhere.

Follows cluster-autoscaler/core/scaledown/{planner/planner.go,eligibility/eligibility.go,unneeded/nodes.go} and
simulator/cluster.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine import node_groups
from simulator.engine.cluster_autoscaler import limits
from simulator.engine.cluster_autoscaler.cluster_state import ClusterState
from simulator.engine.cluster_autoscaler.drainability import Budgets, drain, gone_by, is_daemon, is_mirror
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.snapshot import Snapshot
from simulator.engine.cluster_autoscaler.utilization import utilization
from simulator.engine.objects import annotations_of, is_condition_true, name_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.world import World

DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled"


class Removable(NamedTuple):
    """A node that is not needed, and the pods that would move."""

    node: Body
    pods: Bodies


class Planner:
    """deleting: the nodes that are being taken away, and whether their pods are being moved."""

    def __init__(
        self, world: World, settings: Settings, state: ClusterState, snapshot: Snapshot, deleting: dict[str, bool]
    ) -> None:
        self._world, self._settings, self._state, self._snapshot = world, settings, state, snapshot
        self._deleting = deleting
        self._budgets = Budgets(world)
        self.found: list[Removable] = []
        self.rechecks: list[Instant] = []

    def candidates(self) -> Bodies:
        """The nodes of groups that may shrink, those that were not needed before first."""
        since = self._state.memory["unneeded"]
        nodes = [
            node
            for name, held in self._state.readiness.items()
            if node_groups.target(self._state.groups[name]) > node_groups.minimum(self._state.groups[name])
            for node in (*held.ready, *held.unready)
            if name_of(node) not in self._deleting
        ]
        return sorted(nodes, key=lambda node: (since.get(name_of(node), self._world.now), name_of(node)))

    def update(self, candidates: Bodies) -> None:
        """Looks at all candidates, and remembers since when each is not needed. Follows UpdateClusterState."""
        memory, now = self._state.memory, self._world.now
        known = {name: until for name, held in memory["unremovable"].items() if (until := self._again(held)) > now}
        self.found = []
        places = self._destinations()
        self._inject()
        for node in candidates:
            if name_of(node) in known:
                self.rechecks.append(known[name_of(node)])
                continue
            if not self._is_eligible(node):
                continue
            pods = self._removal(node, places)
            if pods is None:
                known[name_of(node)] = now + self._settings.time("unremovable-node-recheck-timeout")
                continue
            places.remove(name_of(node))
            self.found.append(Removable(node, pods))
        there = {name_of(node) for node in candidates}
        memory["unremovable"] = {name: until for name, until in known.items() if name in there}
        memory["unneeded"] = {name_of(one.node): memory["unneeded"].get(name_of(one.node), now) for one in self.found}

    def _again(self, until: Instant) -> Instant:
        """Until when a node is not looked at that would have been looked at again and again, had there been a change.

        A look without one finds what the look before it has found, and is left out here.
        """
        every = self._settings.time("scan-interval")
        lasts = self._settings.time("unremovable-node-recheck-timeout")
        first, step = -(-until // every) * every, -(-lasts // every) * every
        passed = self._world.now - first
        if passed <= 0 or not step or passed % step == 0:
            return until
        return first + passed // step * step + lasts

    def due(self) -> list[Removable]:
        """The nodes that have not been needed for long enough. Follows RemovableAt."""
        sizes = {
            name: node_groups.target(one) - sum(self._is_of(name, node) for node in self._deleting)
            for name, one in self._state.groups.items()
        }
        found, left = [], limits.left_to_shrink(self._settings, self._snapshot.nodes())
        for one in sorted(self.found, key=lambda one: bool(one.pods)):
            group = node_groups.group_of(one.node)
            enough = sizes[group] > node_groups.minimum(self._state.groups[group])
            ripe = self.removable_from(one.node) < self._world.now
            if ripe and enough and limits.take(left, limits.size(one.node)):
                sizes[group] -= 1
                found.append(one)
        return found

    def removable_from(self, node: Body) -> Instant:
        """After which instant a node that is not needed may go."""
        kind = "unneeded" if is_condition_true(node, "Ready") else "unready"
        since: Instant = self._state.memory["unneeded"][name_of(node)]
        return since + self._settings.time(f"scale-down-{kind}-time")

    def ends(self) -> list[Instant]:
        """When pods that should be gone by then count no more."""
        held = (pod for node in self._state.readiness.values() for one in node.registered for pod in self._on(one))
        return [end + 1 for pod in held if (end := gone_by(pod)) is not None]

    def _on(self, node: Body) -> Bodies:
        return self._snapshot.pods_on(name_of(node))

    def _is_of(self, group: str, node: str) -> bool:
        held = self._state.readiness[group]
        return any(name_of(one) == node for one in held.registered)

    def _destinations(self) -> list[str]:
        upcoming = {name_of(node) for held in self._state.readiness.values() for node in held.not_started}
        there = {name_of(node) for node in self._world.list("nodes")} - upcoming - set(self._deleting)
        return [name for name in self._snapshot.names() if name in there]

    def _inject(self) -> None:
        """Moves the pods of nodes that are being drained to where they will go."""
        names = self._snapshot.names()
        for node, drained in self._deleting.items():
            for pod in self._snapshot.pods_on(node) if drained else ():
                if is_daemon(pod) or is_mirror(pod):
                    continue
                self._snapshot.remove(pod)
                place = self._snapshot.fitting(pod, (name for name in names if name not in self._deleting))
                if place:
                    self._snapshot.place(pod, place)

    def _is_eligible(self, node: Body) -> bool:
        if annotations_of(node).get(DISABLED) == "true":
            return False
        if not is_condition_true(node, "Ready") and not self._settings.is_on("scale-down-unready-enabled"):
            return False
        held = self._snapshot.pods_on(name_of(node))
        used = utilization(node, held, self._settings, self._world.now)
        return used.most < self._settings.share("scale-down-utilization-threshold")

    def _removal(self, node: Body, places: Iterable[str]) -> Bodies | None:
        """The pods that would move, which then count where they would go; None if the node has to stay.

        Follows SimulateNodeRemoval.
        """
        held = drain(self._world, self._settings, self._snapshot.pods_on(name_of(node)), self._budgets)
        if held.blocked is not None:
            return None
        others = [name for name in places if name != name_of(node)]
        mark = self._snapshot.mark()
        for pod in held.pods:
            self._snapshot.remove(pod)
            place = self._snapshot.fitting(pod, others)
            if not place:
                self._snapshot.revert(mark)
                return None
            self._snapshot.place(pod, place)
        self._budgets.spend(held.pods)
        return held.pods
