"""The simulated cloud: it boots the machines of NodeGroups, registers their Nodes and takes machines away.

A machine is ordered when its group is smaller than its size, and given back by the name that the group's annotation
says, or else the youngest first, those that still boot before all others. What a cloud's own controllers do with Nodes
follows staging/src/k8s.io/cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go, v1.34, what a kubelet
does pkg/kubelet/kubelet_node_status.go. The note of a group: machine -> when it is booted, 0 once its Node is there.
Keys of the agenda: groups, `ready:NODE` for a kubelet that reports that it is well, `gone:NODE` for a machine that is
no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import events, node_addresses, node_groups
from .causes import Cause, _
from .clock import SECOND
from .controllers import node_ipam
from .journal import Change
from .kubelet import node as registration
from .kubelet.node_status import tell
from .node_groups import RESOURCE
from .objects import (
    conditions_of,
    drop_in,
    is_condition_true,
    name_of,
    set_in,
    status_of,
    timestamp,
    with_condition,
)
from .reconciler import Reconciler
from .registry import Body, Key
from .world import World

Machines = dict[str, int]

_LOOK = 5 * SECOND
_LIFECYCLE = "cloud-node-lifecycle-controller"
_NO_NETWORK = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin "
    "returns error: cni plugin not initialized"
)
_NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class CloudProvider(Reconciler):
    name = "cloud-provider"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        node_ipam.watch(world)
        world.watch(RESOURCE, self._group_changed)
        world.watch("nodes", self._node_changed)

    def reconcile(self, key: Key) -> None:
        what, colon, name = key.name.partition(":")
        if colon:
            (self._is_well if what == "ready" else self._is_gone)(name)
            return
        held: Machines = self.world.note(self.name, key.name) or {}
        group = self.world.get(RESOURCE, "", key.name)
        if group is None:
            self.world.set_note(self.name, key.name, None)
            self._take_away(held)
            return
        asked = set(node_groups.given_back(group))
        kept = {name: due for name, due in held.items() if name not in asked}
        kept = self._shrunk(kept, node_groups.target(group))
        kept = self._grown(group, kept)
        booted = [name for name, due in kept.items() if due and due <= self.world.now]
        after = {name: 0 if name in booted else due for name, due in kept.items()}
        self.world.set_note(self.name, key.name, after or None)
        group = self._report(group, after)
        for name in booted:
            self._register(group, name)
        self._take_away(name for name in held if name not in after)
        waiting = [due for due in after.values() if due]
        if waiting:
            self.world.clock.move(self.name, key.name, min(waiting), led_by=self.led_by)

    def _shrunk(self, held: Machines, size: int) -> Machines:
        """Without the machines that are too many."""
        ages = {name: place for place, name in enumerate(held)}
        order = sorted(held, key=lambda name: (held[name] != 0, not self._is_ready(name), ages[name]))
        kept = set(order[:size])
        return {name: due for name, due in held.items() if name in kept}

    def _grown(self, group: Body, held: Machines) -> Machines:
        """With the machines that are ordered now."""
        due = self.world.now + group["spec"]["bootSeconds"] * SECOND
        found, tries = dict(held), 0
        while len(found) < node_groups.target(group):
            drawn = self.world.suffix("instance", name_of(group), group["metadata"].get("generation"), tries)
            name = f"{name_of(group)}-{drawn}"
            if name not in found and self.world.get("nodes", "", name) is None:
                found[name] = due
            tries += 1
        return found

    def _is_ready(self, name: str) -> bool:
        node = self.world.get("nodes", "", name)
        return node is not None and is_condition_true(node, "Ready")

    def _report(self, group: Body, machines: Machines) -> Body:
        """Writes the status, and takes away the annotation that has been heeded."""
        sentence = _("{group} has {size} machines, of which {ready} are ready.")
        ready = sum(self._is_ready(name) for name, due in machines.items() if not due)
        inputs = {"group": name_of(group), "size": len(machines), "ready": ready}
        cause = self.cause("NodeGroup", sentence, **inputs)
        if node_groups.given_back(group):
            group = drop_in(group, ("metadata", "annotations", node_groups.TERMINATE))
            group = self.world.update(RESOURCE, group, cause)
        settled = ready == len(machines) == node_groups.target(group)
        value, reason = ("True", "AllReady") if settled else ("False", "Resizing")
        known = next((one for one in conditions_of(group) if one["type"] == "Settled"), None)
        same = known is not None and known["status"] == value
        condition: Body = {
            "type": "Settled",
            "status": value,
            "observedGeneration": group["metadata"].get("generation", 0),
            "lastTransitionTime": known["lastTransitionTime"] if known and same else timestamp(self.world.now),
            "reason": reason,
            "message": f"{ready} of {node_groups.target(group)} machines are ready",
        }
        status = {
            "observedGeneration": group["metadata"].get("generation", 0),
            "size": len(machines),
            "ready": ready,
            "instances": [{"name": name, "state": "Creating" if due else "Running"} for name, due in machines.items()],
            "conditions": with_condition(conditions_of(group), condition),
        }
        return self.world.update_status(RESOURCE, {**group, "status": status}, cause)

    # --- Nodes ---------------------------------------------------------------------------------------------------

    def _register(self, group: Body, name: str) -> None:
        """The machine's kubelet registers its Node, which is not ready before the network of its pods is."""
        size, pod_cidr = node_groups.size_of(group, name), node_ipam.allocate(self.world)
        body = registration.register(self.world, size, ip=self._free_address(), pod_cidr=pod_cidr)
        waiting = registration.condition(self.world, "Ready", "False", "KubeletNotReady", _NO_NETWORK)
        conditions = with_condition(body["status"]["conditions"], waiting)
        taints = [*(body["spec"].get("taints") or ()), _NOT_READY]
        spec = {**body["spec"], "taints": taints, "providerID": node_groups.provider_id(name_of(group), name)}
        body = {**body, "spec": spec, "status": {**body["status"], "conditions": conditions}}
        sentence = _("The machine has booted, and its node has joined the cluster.")
        cause = Cause(f"kubelet/{name}", "tryRegisterWithAPIServer", sentence, {}, self.led_by)
        node = self.world.create("nodes", body, cause)
        tell(self.world, node, "Starting", "Starting kubelet.", self.led_by)
        sentence = _("The kubelet renews this every {seconds} seconds to say that its node lives.")
        cause = Cause(f"kubelet/{name}", "NodeLease", sentence, {"seconds": "10"}, self.world.revision)
        self.world.create("leases.coordination.k8s.io", registration.lease(self.world, node), cause)
        self.enqueue(Key("", f"ready:{name}"), after=self.world.latency.kubelet, led_by=self.world.revision)

    def _free_address(self) -> str:
        """An address that no Node has."""
        nodes = self.world.list("nodes")
        hosts = {one.get("address") for node in nodes for one in status_of(node).get("addresses") or ()}
        return next(ip for place in range(len(nodes) + 1) if (ip := node_addresses.host(place)) not in hosts)

    def _is_well(self, name: str) -> None:
        node = self.world.get("nodes", "", name)
        held = next((one for one in conditions_of(node) if one["type"] == "Ready"), None) if node else None
        if node is None or held is None or held.get("message") != _NO_NETWORK:
            return
        ready = next(registration.condition(self.world, *one) for one in registration.CONDITIONS if one[0] == "Ready")
        new = set_in(node, ("status", "conditions"), with_condition(conditions_of(node), ready))
        sentence = _("The network of the pods on {node} is ready: its kubelet reports that it is well.")
        cause = Cause(f"kubelet/{name}", "syncNodeStatus", sentence, {"node": name}, self.led_by)
        stored = self.world.update_status("nodes", new, cause)
        tell(self.world, stored, "NodeReady", f"Node {name} status is now: NodeReady", self.led_by)

    def _take_away(self, names: Iterable[str]) -> None:
        """The cloud's controller finds at its next look that these machines are no more."""
        for name in names:
            due = -(-(self.world.now + 1) // _LOOK) * _LOOK
            self.enqueue(Key("", f"gone:{name}"), after=due - self.world.now, led_by=self.led_by)

    def _is_gone(self, name: str) -> None:
        node = self.world.get("nodes", "", name)
        if node is None or not node_groups.is_gone(self.world, node):
            return
        message = f"Deleting node {name} because it does not exist in the cloud provider"
        events.record(self.world, node, "Normal", "DeletingNode", message, component=_LIFECYCLE, led_by=self.led_by)
        sentence = _("The machine of {node} is no more.")
        cause = Cause(_LIFECYCLE, "MonitorNodes", sentence, {"node": name}, self.led_by)
        self.world.delete("nodes", "", name, cause)

    # --- watching ------------------------------------------------------------------------------------------------

    def _group_changed(self, change: Change) -> None:
        if change.cause.component != self.name:
            self.enqueue(Key("", change.key.name), led_by=change.revision)

    def _node_changed(self, change: Change) -> None:
        group = node_groups.group_of(change.body)
        was = change.before is not None and is_condition_true(change.before, "Ready")
        now = change.operation != "DELETED" and is_condition_true(change.body, "Ready")
        if group and was != now:
            self.enqueue(Key("", group), led_by=change.revision)
