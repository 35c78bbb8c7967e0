"""The pod garbage collector: pods of a node that no longer exists, or is out of service, fail and go.

Follows pkg/controller/podgc/gc_controller.go, v1.34: every 20 s it looks, and believes that a node is gone after 40 s.
Here the instant at which that look would act is booked when the node goes, or when a pod that is deleted stays on a
node that is not ready and has the taint node.kubernetes.io/out-of-service, or stays without ever having had a node, or
when more pods have ended than a cluster keeps.
"""

from __future__ import annotations

from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import (
    conditions_of,
    is_condition_true,
    is_deleting,
    key_of,
    name_of,
    namespace_of,
    set_in,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.pods import is_terminal, phase
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_PERIOD = 20 * SECOND
_QUARANTINE = 40 * SECOND
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_UNSCHEDULED = Key("", "")
_ENDED = Key("phase", "ended")
_ALIVE = ("Pending", "Running", "Unknown")
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
    """Its keys are names of nodes, one for pods that have none, and one for pods that have ended.

    threshold: how many pods that have ended are kept, as by --terminated-pod-gc-threshold; all of them if it is 0.
    """

    name = "pod-garbage-collector-controller"
    threshold = 12_500

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._ended = 0
        world.add_index("pods", "node", node_name)
        world.add_index("pods", "unscheduled", unscheduled)
        world.watch("nodes", self._node_changed)
        world.watch("pods", self._pod_changed)

    def start(self) -> None:
        self._ended = sum(map(_has_ended, self.world.list("pods")))

    def reconcile(self, key: Key) -> None:
        if key == _UNSCHEDULED:
            self._collect_unscheduled()
            return
        if key == _ENDED:
            self._collect_ended()
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
            sentence = _("{pod} is deleted and never had a node.")
            self._collect(pod, conditions_of(pod), self.cause("gcUnscheduledTerminating", sentence, pod=name_of(pod)))

    def _collect_ended(self) -> None:
        """Deletes as many as are too many: those that were evicted first, then the oldest."""
        most = self.threshold
        ended = sorted(filter(_has_ended, self.world.list("pods")), key=_rank) if self._ended > most > 0 else []
        for pod in ended[: len(ended) - most]:
            sentence = _("{count} pods have ended, and {most} are kept: {pod} goes.")
            cause = self.cause("gcTerminated", sentence, count=len(ended), most=most, pod=name_of(pod))
            self._collect(pod, conditions_of(pod), cause)

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
        self._count(change)
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

    def _count(self, change: Change) -> None:
        was = change.before is not None and _has_ended(change.before)
        has = change.operation != "DELETED" and _has_ended(change.body)
        self._ended += has - was
        if has and not was and self._ended > self.threshold > 0:
            self._look(_ENDED, change.revision)

    def _book(self, node: str, led_by: int, *, wait: int) -> None:
        self._look(Key("", node), led_by, wait=wait)

    def _look(self, key: Key, led_by: int, *, wait: int = 0) -> None:
        """Books the next of the looks every 20 s, or what is due `wait` after it."""
        heard = self.world.now if wait else self.world.now + self.world.latency.watch
        look = -(-heard // _PERIOD) * _PERIOD
        self.enqueue(key, after=look + wait - self.world.now, led_by=led_by)


def _has_ended(pod: Body) -> bool:
    return phase(pod) not in _ALIVE


def _rank(pod: Body) -> tuple[bool, str, str, Key]:
    """Those that are collected first come first."""
    is_evicted = phase(pod) == "Failed" and status_of(pod).get("reason") == "Evicted"
    return not is_evicted, pod["metadata"]["creationTimestamp"], name_of(pod), key_of(pod)


def _is_out_of_service(node: Body) -> bool:
    """Not ready, and by its taint it is not to come back as it was."""
    taints = node.get("spec", {}).get("taints") or ()
    return any(one.get("key") == _OUT_OF_SERVICE for one in taints) and not is_condition_true(node, "Ready")
