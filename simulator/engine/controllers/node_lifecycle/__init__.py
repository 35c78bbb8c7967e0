"""The node lifecycle controller: what becomes of a node that is not heard of, and of the pods on it.

Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go, v1.34. Its loops look every 5 s and every 100 ms;
here each look that finds something is booked for its instant. Keys of the agenda: `health:NODE` for a look at a node,
`zones` for the end of such a look, `zone:ZONE` for a node's turn to be tainted, `taints:NODE` for the taints of its
conditions, `namespace/name` of a pod that came to a node that is not ready. Notes: `zone:ZONE`, see `zones.py`; `anew`,
when the controller last began to count anew; `node:NAME`, when it first saw a node (`since`), and the last renewal of
a lease that is another now (`heard`, 0: none).
"""

from __future__ import annotations

from typing import Any

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers.node_lifecycle import health, labels, taints, zones
from simulator.engine.controllers.node_lifecycle.pods import mark_not_ready
from simulator.engine.controllers.node_lifecycle.taints import NOT_READY, UNREACHABLE, Taint
from simulator.engine.controllers.pod_gc import node_name
from simulator.engine.journal import Change
from simulator.engine.kinds.lease import renewed
from simulator.engine.objects import annotations_of, condition, is_condition_true, name_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.renewal import HEARTBEAT, LEASES, NAMESPACE, RENEWS
from simulator.engine.world import World

SOURCE = "node-controller"
_DRIVING = {"False": (NOT_READY, UNREACHABLE), "Unknown": (UNREACHABLE, NOT_READY)}
"""By the status of Ready: the taint that drives pods off, and the one that it takes the place of."""


class NodeLifecycleController(Reconciler):
    name = "node-lifecycle-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "node", node_name)
        world.watch("nodes", self._node_changed)
        world.watch(LEASES, self._lease_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        if key.namespace:
            self._pod(key)
            return
        what, _colon, name = key.name.partition(":")
        match what:
            case "health":
                self._health(name)
            case "zones":
                self._zones()
            case "zone":
                self._drive(name)
            case "taints":
                self._conditions(name)

    # --- what was heard ------------------------------------------------------------------------------------------

    def _node_changed(self, change: Change) -> None:
        node, before = change.body, change.before
        if change.operation == "DELETED" or before is None or _concerns(before, node):
            self._look(change.key.name, change.revision)
        if change.operation != "DELETED" and (any(taints.difference(node)) or labels.missing(node)):
            self.enqueue(Key("", f"taints:{change.key.name}"), led_by=change.revision)

    def _lease_changed(self, change: Change) -> None:
        before = annotations_of(change.before).get(RENEWS) if change.before else None
        after = annotations_of(change.body).get(RENEWS) if change.operation != "DELETED" else None
        if change.key.namespace != NAMESPACE or before == after:
            return
        self._look(change.key.name, change.revision)
        known = self.world.note(self.name, f"node:{change.key.name}")
        if known is not None and change.before is not None:
            heard = renewed(change.before, self.world.now - self.world.latency.watch)
            self.world.set_note(self.name, f"node:{change.key.name}", {**known, "heard": heard or known["heard"]})

    def _pod_changed(self, change: Change) -> None:
        name = change.body["spec"].get("nodeName")
        if not name or change.operation == "DELETED" or (change.before and change.before["spec"].get("nodeName")):
            return
        node = self.world.get("nodes", "", name)
        if node is not None and not is_condition_true(node, "Ready"):
            self.enqueue(change.key, led_by=change.revision)

    def _look(self, node: str, led_by: int | None) -> None:
        """Books the next look at a node."""
        heard = self.world.now + self.world.latency.watch
        self.world.clock.at(self.name, f"health:{node}", health.look(self.world, heard), led_by=led_by)

    # --- monitorNodeHealth -----------------------------------------------------------------------------------------

    def _health(self, name: str) -> None:
        node, now = self.world.get("nodes", "", name), self.world.now
        self.world.clock.move(self.name, "zones", now, led_by=self.led_by)
        known = self.world.note(self.name, f"node:{name}")
        if node is None:
            if known is not None:
                self._forget(name, known["uid"])
            return
        if known is None:
            known = {"since": now, "heard": 0, "uid": node["metadata"].get("uid", "")}
            self._tell(node, "RegisteredNode", f"Node {name} event: Registered Node {name} in Controller")
            self.world.set_note(self.name, f"node:{name}", known)
            node = self._reach(node)
        if self.world.note(self.name, f"zone:{zones.of(node)}") is None:
            self.world.set_note(self.name, f"zone:{zones.of(node)}", zones.new())
        observed, node = (condition(node, "Ready") or {}).get("status"), self._judge(node, known)
        current = (condition(node, "Ready") or {}).get("status")
        if current is None:
            return
        node = self._mark(node, observed or "Unknown")
        if current != "True" and observed == "True":
            self._tell(node, "NodeNotReady", f"Node {name} status is now: NodeNotReady")
            mark_not_ready(self.world, self.world.indexed("pods", "node", name), name, self.led_by)

    def _judge(self, node: Body, known: dict[str, Any]) -> Body:
        """The node, whose conditions are unknown if it has not been heard of for too long."""
        if (condition(node, "Ready") or {}).get("status") == "Unknown":
            return node
        since = max(known["since"], self.world.note(self.name, "anew") or 0)
        due = health.deadline(self.world, node, since=since, heard=known["heard"])
        if due is None:
            return node
        if due > self.world.now:
            self.world.clock.move(self.name, f"health:{name_of(node)}", due, led_by=self.led_by)
            return node
        sentence = _("Nothing has been heard of {node} for too long: its state is unknown.")
        cause = self.cause("monitorNodeHealth", sentence, node=name_of(node))
        return self.world.update_status("nodes", health.unknown(node, self.world.now), cause)

    def _mark(self, node: Body, observed: str) -> Body:
        """Queues a node to be tainted, or takes such taints away. Follows processTaintBaseEviction."""
        if observed not in _DRIVING:
            return self._reach(node)
        wanted, opposite = _DRIVING[observed]
        held = taints.held(node)
        if opposite in held:
            return self._swap(node, wanted, opposite)
        zone = zones.of(node)
        known = self._zone(zone)
        if wanted not in held and name_of(node) not in known["waiting"]:
            self._put(zone, {**known, "waiting": sorted([*known["waiting"], name_of(node)])})
        return node

    def _reach(self, node: Body) -> Body:
        """The node is ready: nobody is driven off it. Follows markNodeAsReachable."""
        zone = zones.of(node)
        known = self._zone(zone)
        if name_of(node) in known["waiting"]:
            self._put(zone, {**known, "waiting": [one for one in known["waiting"] if one != name_of(node)]})
        cause = self.cause("markNodeAsReachable", _("{node} is ready again."), node=name_of(node))
        for taint in (UNREACHABLE, NOT_READY):
            node = taints.swap(self.world, node, cause, remove=[taint])
        return node

    def _forget(self, name: str, uid: str) -> None:
        self.world.set_note(self.name, f"node:{name}", None)
        about = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "uid": uid}}
        self._tell(about, "RemovingNode", f"Node {name} event: Removing Node {name} from Controller")

    # --- handleDisruption ------------------------------------------------------------------------------------------

    def _zones(self) -> None:
        found: dict[str, list[bool]] = {}
        nodes = self.world.list("nodes")
        for node in nodes:
            if not zones.is_excluded(node):
                found.setdefault(zones.of(node), []).append(is_condition_true(node, "Ready"))
        states = {zone: zones.state(ready) for zone, ready in found.items()}
        was_full = all(self._zone(zone)["state"] == zones.FULL for zone in states)
        is_full = all(state == zones.FULL for state in states.values())
        if is_full and was_full:
            return
        if is_full:
            for node in nodes:
                self._reach(node)
        elif was_full:
            self.world.set_note(self.name, "anew", self.world.now)
        for zone, state in states.items():
            known = self._zone(zone)
            if is_full or was_full or known["state"] != state:
                rate = 0 if is_full else zones.rate(state, len(found[zone]))
                self._put(zone, {**zones.limited(known, rate, self.world.now), "state": state})

    # --- doNoExecuteTaintingPass -----------------------------------------------------------------------------------

    def _drive(self, zone: str) -> None:
        """Taints the next node of a zone, so that its pods leave."""
        known = self._zone(zone)
        if not known["waiting"] or not known["rate"] or self.world.now < known["free"]:
            self._put(zone, known)
            return
        name, *rest = known["waiting"]
        free = self.world.now + zones.interval(known["rate"])
        self._put(zone, {**known, "free": free, "waiting": rest})
        node = self.world.get("nodes", "", name)
        status = (condition(node, "Ready") or {}).get("status") if node is not None else None
        if node is not None and status in _DRIVING:
            self._swap(node, *_DRIVING[status])

    def _swap(self, node: Body, wanted: Taint, opposite: Taint) -> Body:
        sentence = _("{node} is not ready: pods that do not tolerate the taint {taint} leave it.")
        cause = self.cause("doNoExecuteTaintingPass", sentence, node=name_of(node), taint=wanted.key)
        return taints.swap(self.world, node, cause, add=[wanted], remove=[opposite])

    def _zone(self, zone: str) -> zones.Zone:
        known: zones.Zone | None = self.world.note(self.name, f"zone:{zone}")
        return known if known is not None else zones.new()

    def _put(self, zone: str, new: zones.Zone) -> None:
        """Remembers a zone and books its next node."""
        self.world.set_note(self.name, f"zone:{zone}", new)
        due = zones.next_pass(self.world, new)
        if due is None:
            self.world.clock.cancel(self.name, f"zone:{zone}")
        else:
            self.world.clock.move(self.name, f"zone:{zone}", due, led_by=self.led_by)

    # --- doNoScheduleTaintingPass, reconcileNodeLabels, processPod -------------------------------------------------

    def _conditions(self, name: str) -> None:
        node = self.world.get("nodes", "", name)
        if node is None:
            return
        add, remove = taints.difference(node)
        if add or remove:
            sentence = _("The taints of {node} follow its conditions.")
            cause = self.cause("doNoScheduleTaintingPass", sentence, node=name)
            node = taints.swap(self.world, node, cause, add=add, remove=remove)
        labels.reconcile(self.world, node, self.cause("reconcileNodeLabels", labels.SENTENCE, node=name))

    def _pod(self, key: Key) -> None:
        pod = self.world.get("pods", *key)
        name = pod["spec"].get("nodeName", "") if pod is not None else ""
        node = self.world.get("nodes", "", name)
        known = condition(node, "Ready") if node is not None else None
        seen = self.world.note(self.name, f"node:{name}") is not None
        if pod is not None and seen and known is not None and known["status"] != "True":
            mark_not_ready(self.world, [pod], name, self.led_by)

    def _tell(self, node: Body, reason: str, message: str) -> None:
        events.record(self.world, node, "Normal", reason, message, component=SOURCE, led_by=self.led_by)


def _concerns(before: Body, node: Body) -> bool:
    """Whether a change is one that the next look at a node would find."""
    if (condition(before, "Ready") or {}).get("status") != (condition(node, "Ready") or {}).get("status"):
        return True
    if taints.held(before) != taints.held(node) or _beats(before) != _beats(node):
        return True
    return zones.of(before) != zones.of(node) or zones.is_excluded(before) != zones.is_excluded(node)


def _beats(node: Body) -> str | None:
    return annotations_of(node).get(HEARTBEAT)
