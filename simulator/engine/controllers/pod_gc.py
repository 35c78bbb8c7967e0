"""The pod garbage collector: pods bound to a node that no longer exists fail and go.

Follows gcOrphaned in pkg/controller/podgc/gc_controller.go, v1.34: every 20 s it looks, and believes that a node is
gone after 40 s. Here the instant at which that look would act is booked when the node goes.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import conditions_of, name_of, namespace_of, set_in, status_of, timestamp, with_condition
from simulator.engine.pods import is_terminal
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_PERIOD = 20 * SECOND
_QUARANTINE = 40 * SECOND


def node_name(pod: Body) -> tuple[str, ...]:
    """Index function "node": the node that a pod is bound to."""
    node = pod["spec"].get("nodeName")
    return (node,) if node else ()


class PodGC(Reconciler):
    """Its keys are names of nodes."""

    name = "pod-garbage-collector-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "node", node_name)
        world.watch("nodes", self._node_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        if self.world.get("nodes", "", key.name) is None:
            for pod in self.world.indexed("pods", "node", key.name):
                self._collect(pod)

    def _collect(self, pod: Body) -> None:
        node, name = pod["spec"]["nodeName"], name_of(pod)
        cause = self.cause("gcOrphaned", _("Node {node} of {pod} no longer exists."), node=node, pod=name)
        if not is_terminal(pod):
            target = {
                "type": "DisruptionTarget",
                "status": "True",
                "lastTransitionTime": timestamp(self.world.now),
                "reason": "DeletionByPodGC",
                "message": "PodGC: node no longer exists",
            }
            conditions = with_condition(conditions_of(pod), target)
            failed = set_in(pod, ("status",), {**status_of(pod), "phase": "Failed", "conditions": conditions})
            self.world.update_status("pods", failed, cause)
        self.world.delete("pods", namespace_of(pod), name, cause, grace=0)

    def _node_changed(self, change: Change) -> None:
        if change.operation == "DELETED" and self.world.indexed("pods", "node", change.key.name):
            self._book(change.key.name, change.revision)

    def _pod_changed(self, change: Change) -> None:
        node = change.body["spec"].get("nodeName")
        if not node or change.operation == "DELETED" or (change.before and change.before["spec"].get("nodeName")):
            return
        if self.world.get("nodes", "", node) is None:
            self._book(node, change.revision)

    def _book(self, node: str, led_by: int) -> None:
        look = -(-self.world.now // _PERIOD) * _PERIOD
        self.enqueue(Key("", node), after=look + _QUARANTINE - self.world.now, led_by=led_by)
