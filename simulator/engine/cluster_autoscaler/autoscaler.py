"""The cluster autoscaler as a component: one scan after the other, where there is something to find.

Follows cluster-autoscaler/core/static_autoscaler.go, v1.34. Upstream scans every ten seconds; here a scan is booked for
the next of those instants when something changed that it looks at, and for those at which time alone changes what it
would do. The keys of its agenda: `scan`, and `delete:NODE` for the next step of a node that is taken away.
"""

from __future__ import annotations

from simulator.engine import node_groups
from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.cluster_autoscaler import scale_up, status
from simulator.engine.cluster_autoscaler.actuation import Actuator, deleting
from simulator.engine.cluster_autoscaler.balancing import Resize
from simulator.engine.cluster_autoscaler.cluster_state import COMPONENT, STARTUP, ClusterState, created
from simulator.engine.cluster_autoscaler.hearing import concerns
from simulator.engine.cluster_autoscaler.scale_down import Planner
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.snapshot import Snapshot
from simulator.engine.cluster_autoscaler.taints import CANDIDATE, has_taint
from simulator.engine.cluster_autoscaler.templates import Template, template_of
from simulator.engine.disruption_budgets import RESOURCE as BUDGETS
from simulator.engine.journal import Change
from simulator.engine.kubelet.images import duration
from simulator.engine.objects import key_of, name_of, text_of
from simulator.engine.pods import node_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.world import World

_SCAN = Key("", "scan")
_NEW = 2 * SECOND
"""For so long after a pod was made more like it may come."""


class ClusterAutoscaler(Reconciler):
    name = COMPONENT

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.actuator = Actuator(self)
        for resource in ("pods", "nodes", "daemonsets.apps", "configmaps", BUDGETS, node_groups.RESOURCE):
            world.watch(resource, self._changed)

    def reconcile(self, key: Key) -> None:
        what, _colon, name = key.name.partition(":")
        if what == "delete":
            if self.actuator.step(name, Settings(self.world)):
                held = self.world.note(COMPONENT, "state") or {}
                self.world.set_note(COMPONENT, "state", {**held, "failed": self.world.now})
            self._book()
            return
        if not self.world.list(node_groups.RESOURCE):
            self.world.set_note(COMPONENT, "state", None)
            return
        scan = Scan(self)
        scan.run()
        scan.remember()

    def _changed(self, change: Change) -> None:
        if change.operation == "DELETED" and change.resource == "pods":
            self.actuator.left(node_of(change.body), change.revision)
        is_at_work = change.resource == node_groups.RESOURCE or bool(self.world.list(node_groups.RESOURCE))
        if is_at_work and concerns(change):
            self._book(change.revision)

    def _book(self, led_by: int | None = None) -> None:
        every = Settings(self.world).time("scan-interval")
        due = (self.world.now // every + 1) * every
        self.enqueue(_SCAN, after=due - self.world.now, led_by=led_by)


class Scan:
    """One look at everything. Follows RunOnce."""

    def __init__(self, owner: ClusterAutoscaler) -> None:
        self.owner, self.world, self.actuator = owner, owner.world, owner.actuator
        self.now = self.world.now
        self.settings = Settings(self.world)
        self.state = ClusterState(self.world, self.settings)
        self.templates: dict[str, Template] = {}
        self.planner: Planner | None = None
        self.dues: list[Instant] = []
        # Nothing is taken away at this scan: more pods may come.
        self.waits = False

    def run(self) -> None:
        nodes = self.world.list("nodes")
        for name, passed in self.state.settle_requests().items():
            said = f"Nodes added to group {name} failed to register within {duration(passed)}"
            self.actuator.log("Warning", "ScaleUpTimedOut", said)
        self._remove_unregistered()
        if not self.state.is_cluster_healthy(nodes):
            self.state.memory["unneeded"] = {}
            self.actuator.log("Warning", "ClusterUnhealthy", "Cluster is unhealthy")
            return
        snapshot = self._snapshot(nodes)
        waiting = scale_up.unschedulable(snapshot, scale_up.pending(self.world, self.settings))
        pods = scale_up.old_enough(waiting, self.settings, self.now)
        self.dues += [scale_up.ripe(pod, self.settings) for pod in waiting]
        self._forget_told(waiting)
        if pods and self._scale_up(snapshot, pods):
            return
        if self.settings.is_on("scale-down-enabled"):
            self._scale_down(snapshot)
        if self.settings.is_on("enforce-node-group-min-size"):
            self._to_minimum(snapshot)

    # --- up ------------------------------------------------------------------------------------------------------

    def _snapshot(self, nodes: Bodies) -> Snapshot:
        """The cluster as it will be once the machines are there that are ordered."""
        late = {name_of(node) for held in self.state.readiness.values() for node in held.not_started}
        there = [node for node in nodes if name_of(node) not in late]
        cutoff = self.settings.number("expendable-pods-priority-cutoff")
        snapshot = Snapshot(self.world, there, cutoff=cutoff)
        for name, group in self.state.groups.items():
            self.templates[name] = template_of(self.world, group)
            for number in range(self.state.upcoming(name)):
                new = self.templates[name].named(f"template-node-for-{name}-upcoming-{number}")
                snapshot.add_node(new.node, new.pods)
        return snapshot

    def _scale_up(self, snapshot: Snapshot, pods: Bodies) -> bool:
        """True if this ends the scan."""
        most, ready = self.settings.number("max-nodes-total"), len(scale_up.ready(self.world))
        if 0 < most <= ready:
            self._tell_full()
            self._tell_refused([(pod, "max total nodes in cluster reached") for pod in pods])
            return False
        if min(map(created, pods)) + _NEW > self.now:
            self.waits = True
            self.dues.append(self.now + 1)
            return False
        plan = scale_up.Planning(self.world, self.settings, self.state, snapshot, self.templates).plan(pods)
        if plan.is_capped:
            self._tell_full()
        if not plan.resizes:
            self._tell_refused(plan.refused)
            return False
        self._resize(plan.resizes, plan.pods)
        return True

    def _resize(self, resizes: list[Resize], pods: Bodies) -> None:
        """Orders machines. Follows executeScaleUp."""
        for one in resizes:
            name, most = name_of(one.group), node_groups.maximum(one.group)
            tail = f"to {one.after} instead of {one.before} (max: {most})"
            self.actuator.log("Normal", "ScaledUpGroup", f"Scale-up: setting group {name} size {tail}")
            sentence = _("{group} grows from {before} to {after} machines for {pods} pods that fit nowhere.")
            inputs = {"group": name, "before": one.before, "after": one.after, "pods": len(pods)}
            cause = self.owner.cause("ScaleUp", sentence, **inputs)
            self.world.update(node_groups.RESOURCE, node_groups.resized(one.group, one.after), cause)
            self.state.request(name, one.after - one.before)
            self.actuator.log("Normal", "ScaledUpGroup", f"Scale-up: group {name} size set {tail}")
        if not resizes:
            return
        self.state.memory["up"] = self.now
        listed = " ".join(one.text() for one in resizes)
        for pod in pods:
            self.actuator.tell(pod, "Normal", "TriggeredScaleUp", f"pod triggered scale-up: [{listed}]")
        self.dues.append(self.now + 1)

    def _tell_full(self) -> None:
        """Follows GetCappedNewNodeCount and shouldScaleUp."""
        most = self.settings.number("max-nodes-total")
        self.actuator.log("Warning", "MaxNodesTotalReached", f"Max total nodes in cluster reached: {most}")

    def _tell_refused(self, refused: list[tuple[Body, str]]) -> None:
        """Says of each pod why no group grows for it, once for as long as that is the same."""
        told = dict(self.state.memory["told"])
        for pod, why in refused:
            key = text_of(key_of(pod))
            if told.get(key) != why:
                told[key] = why
                self.actuator.tell(pod, "Normal", "NotTriggerScaleUp", f"pod didn't trigger scale-up: {why}")
        self.state.memory["told"] = told

    def _to_minimum(self, snapshot: Snapshot) -> None:
        """Follows ScaleUpToNodeGroupMinSize."""
        planning = scale_up.Planning(self.world, self.settings, self.state, snapshot, self.templates)
        plan = planning.to_minimum()
        if plan.is_capped:
            self._tell_full()
        self._resize(plan.resizes, [])

    def _forget_told(self, waiting: Bodies) -> None:
        there = {text_of(key_of(pod)) for pod in waiting}
        self.state.memory["told"] = {key: why for key, why in self.state.memory["told"].items() if key in there}

    def _remove_unregistered(self) -> None:
        """Gives back machines whose Node did not come. Follows removeOldUnregisteredNodes."""
        for name, held in self.state.readiness.items():
            group = self.state.groups[name]
            lost = held.lost[: max(node_groups.target(group) - node_groups.minimum(group), 0)]
            if not lost:
                continue
            sentence = _("The nodes of {count} machines of {group} did not come: they are given back.")
            cause = self.owner.cause("removeOldUnregisteredNodes", sentence, count=len(lost), group=name)
            self.world.update(node_groups.RESOURCE, node_groups.without(group, lost), cause)
            for one in lost:
                self.actuator.log("Normal", "DeleteUnregistered", f"Removed unregistered node {one}")
            self.state = ClusterState(self.world, self.settings, self.state.memory)

    # --- down ----------------------------------------------------------------------------------------------------

    def _scale_down(self, snapshot: Snapshot) -> None:
        running = {name: step["drain"] for name, step in deleting(self.world).items()}
        self.planner = planner = Planner(self.world, self.settings, self.state, snapshot, running)
        candidates = planner.candidates()
        planner.update(candidates)
        if not candidates or self.waits or self.cool() > self.now:
            return
        if self.actuator.start(planner.due(), self.settings):
            self.state.memory["down"] = self.now
            self.dues.append(self.now + 1)
            return
        unneeded = {name_of(one.node) for one in planner.found}
        nodes = [node for held in self.state.readiness.values() for node in (*held.ready, *held.unready)]
        fresh = [one for node in nodes if (one := self.world.get("nodes", "", name_of(node))) is not None]
        wanted = [node for node in fresh if name_of(node) in unneeded]
        others = [node for node in fresh if name_of(node) not in unneeded]
        if self.actuator.mark(wanted, others, self.settings):
            self.dues.append(self.now + 1)

    def cool(self) -> Instant:
        """Until when nothing is taken away. Follows isScaleDownInCooldown."""
        memory, time = self.state.memory, self.settings.time
        return max(
            memory["up"] + time("scale-down-delay-after-add") if memory["up"] else 0,
            memory["down"] + time("scale-down-delay-after-delete") if memory["down"] else 0,
            memory["failed"] + time("scale-down-delay-after-failure") if memory["failed"] else 0,
        )

    # --- the next scan -------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Writes down what there is to remember and shown, and books the next scan that time alone brings."""
        status.show(self)
        self.world.set_note(COMPONENT, "state", self.state.memory)
        every = self.settings.time("scan-interval")
        due = min((one for one in self._dues() if one > self.now), default=None)
        if due is not None:
            self.owner.enqueue(_SCAN, after=-(-due // every) * every - self.now, led_by=self.owner.led_by)

    def _dues(self) -> list[Instant]:
        memory, provision = self.state.memory, self.settings.time("max-node-provision-time")
        found = list(self.dues)
        found += [one["due"] + 1 for one in memory["requests"].values()]
        found += [since + provision + 1 for since in memory["unregistered"].values()]
        found += [created(node) + STARTUP for held in self.state.readiness.values() for node in held.not_started]
        if memory["told"]:
            found += [one["until"] for one in memory["backoff"].values()]
        if self.planner is not None:
            found += [self.planner.removable_from(one.node) + 1 for one in self.planner.found]
            found += [*self.planner.ends(), *self.planner.rechecks]
            if self.planner.found or any(has_taint(node, CANDIDATE) for node in self.world.list("nodes")):
                found.append(self.cool())
        return found
