"""The pod garbage collector: pods of a node that no longer exists, or is out of service, fail and go.

Follows gcOrphaned, gcTerminating and gcUnscheduledTerminating in pkg/controller/podgc/gc_controller.go, v1.34: every
20 s it looks, and believes that a node is gone after 40 s. Here the instant at which that look would act is booked when
the node goes, or when a pod that is deleted stays on a node that is not ready and has the taint
node.kubernetes.io/out-of-service, or stays without ever having had a node.
"""

from __future__ import annotations

from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import (
    conditions_of,
    is_condition_true,
    is_deleting,
    name_of,
    namespace_of,
    set_in,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.pods import is_terminal
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_PERIOD = 20 * SECOND
_QUARANTINE = 40 * SECOND
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_ORPHANED = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByPodGC",
    "message": "PodGC: node no longer exists",
}


def node_name(pod: Body) -> tuple[str, ...]:
    """Index function "node": the node that a pod is bound to."""
    node = pod["spec"].get("nodeName")
    return (node,) if node else ()


def unscheduled(pod: Body) -> tuple[str, ...]:
    """Index function "unscheduled": "deleting" for a pod that is deleted and has no node."""
    return ("deleting",) if is_deleting(pod) and not pod["spec"].get("nodeName") else ()


class PodGC(Reconciler):
    """Its keys are names of nodes, and the empty one for pods that have none."""

    name = "pod-garbage-collector-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "node", node_name)
        world.add_index("pods", "unscheduled", unscheduled)
        world.watch("nodes", self._node_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        if not key.name:
            self._collect_unscheduled()
            return
        node = self.world.get("nodes", "", key.name)
        for pod in self.world.indexed("pods", "node", key.name):
            about = {"node": key.name, "pod": name_of(pod)}
            if node is None:
                target = {**_ORPHANED, "lastTransitionTime": timestamp(self.world.now)}
                conditions = with_condition(conditions_of(pod), target)
                sentence = _("Node {node} of {pod} no longer exists.")
                self._collect(pod, conditions, self.cause("gcOrphaned", sentence, **about))
            elif is_deleting(pod) and _is_out_of_service(node):
                sentence = _("Node {node} of {pod} is out of service.")
                self._collect(pod, conditions_of(pod), self.cause("gcTerminating", sentence, **about))

    def _collect_unscheduled(self) -> None:
        for pod in self.world.indexed("pods", "unscheduled", "deleting"):
            if not is_terminal(pod):
                sentence = _("{pod} is deleted and never had a node.")
                self._collect(
                    pod, conditions_of(pod), self.cause("gcUnscheduledTerminating", sentence, pod=name_of(pod))
                )

    def _collect(self, pod: Body, conditions: list[Body], cause: Cause) -> None:
        if not is_terminal(pod):
            status = {**status_of(pod), "phase": "Failed"}
            failed = set_in(pod, ("status",), {**status, "conditions": conditions} if conditions else status)
            self.world.update_status("pods", failed, cause)
        self.world.delete("pods", namespace_of(pod), name_of(pod), cause, grace=0)

    def _node_changed(self, change: Change) -> None:
        gone = change.operation == "DELETED"
        if (gone or _is_out_of_service(change.body)) and self.world.indexed("pods", "node", change.key.name):
            self._book(change.key.name, change.revision, wait=_QUARANTINE if gone else 0)

    def _pod_changed(self, change: Change) -> None:
        name, before = change.body["spec"].get("nodeName"), change.before
        if change.operation == "DELETED":
            return
        if not name:
            if is_deleting(change.body) and (before is None or not is_deleting(before)):
                self._book("", change.revision, wait=0)
            return
        bound = before is None or not before["spec"].get("nodeName")
        left = is_deleting(change.body) and (before is None or not is_deleting(before))
        node = self.world.get("nodes", "", name) if bound or left else None
        if bound and node is None:
            self._book(name, change.revision, wait=_QUARANTINE)
        elif left and node is not None and _is_out_of_service(node):
            self._book(name, change.revision, wait=0)

    def _book(self, node: str, led_by: int, *, wait: int) -> None:
        heard = self.world.now if wait else self.world.now + self.world.latency.watch
        look = -(-heard // _PERIOD) * _PERIOD
        self.enqueue(Key("", node), after=look + wait - self.world.now, led_by=led_by)


def _is_out_of_service(node: Body) -> bool:
    """Not ready, and by its taint it is not to come back as it was."""
    taints = node.get("spec", {}).get("taints") or ()
    return any(one.get("key") == _OUT_OF_SERVICE for one in taints) and not is_condition_true(node, "Ready")
