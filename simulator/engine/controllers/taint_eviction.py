"""The taint eviction controller: pods leave a node with NoExecute taints, as soon as their tolerations say.

Follows pkg/controller/tainteviction/{taint_eviction.go,timed_workers.go}, v1.34. Keys of the agenda: `node:NAME` and
`pod:namespace/name` for what has changed, `namespace/name` for the end of a pod's time. The note of a pod is when its
time began, and which pod it is.
"""

from __future__ import annotations

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.controllers.pod_gc import node_name
from simulator.engine.journal import Change
from simulator.engine.objects import (
    condition,
    conditions_of,
    key_of,
    name_of,
    spec_of,
    status_of,
    text_of,
    timestamp,
    uid_of,
    with_condition,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.tolerations import covers
from simulator.engine.world import World

_POD = "pod:"
_TARGET = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByTaintManager",
    "message": "Taint manager: deleting due to NoExecute taint",
}


class TaintEvictionController(Reconciler):
    name = "taint-eviction-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "node", node_name)
        world.watch("nodes", self._node_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        if not key.namespace:
            self._node(key.name.removeprefix("node:"))
        elif key.namespace.startswith(_POD):
            self._pod(Key(key.namespace.removeprefix(_POD), key.name))
        else:
            self._evict(key)

    def _node_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            return
        before = _no_execute(change.before) if change.before else []
        if before != _no_execute(change.body):
            self.enqueue(Key("", f"node:{change.key.name}"), led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.body, change.before
        waits = self.world.note(self.name, text_of(change.key)) is not None
        if change.operation == "DELETED":
            concerns = waits
        else:
            was = before["spec"] if before is not None else {}
            moved = was is not pod["spec"] and _is_moved(was, pod["spec"])
            node = self.world.get("nodes", "", pod["spec"].get("nodeName") or "") if moved else None
            concerns = moved and (waits or (node is not None and bool(_no_execute(node))))
        if concerns:
            self.enqueue(Key(f"{_POD}{change.key.namespace}", change.key.name), led_by=change.revision)

    def _node(self, name: str) -> None:
        node = self.world.get("nodes", "", name)
        if node is None:
            return
        taints = _no_execute(node)
        for pod in self.world.indexed("pods", "node", name):
            if taints:
                self._judge(pod, taints)
            else:
                self._cancel(key_of(pod))

    def _pod(self, key: Key) -> None:
        pod, known = self.world.get("pods", *key), self.world.note(self.name, text_of(key))
        if known is not None and (pod is None or known["uid"] != uid_of(pod)):
            self._cancel(key)
        node = self.world.get("nodes", "", pod["spec"].get("nodeName") or "") if pod is not None else None
        if pod is not None and node is not None and (taints := _no_execute(node)):
            self._judge(pod, taints)

    def _judge(self, pod: Body, taints: list[Body]) -> None:
        """When a pod has to leave a node with these taints. Follows processPodOnNode."""
        key, now = key_of(pod), self.world.now
        seconds = _tolerated(pod, taints)
        known = self.world.note(self.name, text_of(key))
        if seconds is None or seconds == 0:
            if seconds is None or known is not None:
                self._cancel(key)
            if seconds == 0:
                self.enqueue(key, after=0, led_by=self.led_by)
        elif known is None or known["since"] >= now:
            self._cancel(key)
            self.world.set_note(self.name, text_of(key), {"since": now, "uid": uid_of(pod)})
            self.enqueue(key, after=seconds * SECOND, led_by=self.led_by)

    def _cancel(self, key: Key) -> None:
        """The pod may stay, if it had to leave later."""
        if self.world.note(self.name, text_of(key)) is None:
            return
        self.world.set_note(self.name, text_of(key), None)
        self.world.clock.cancel(self.name, text_of(key))
        self._tell(key, f"Cancelling deletion of Pod {text_of(key)}")

    def _evict(self, key: Key) -> None:
        self.world.set_note(self.name, text_of(key), None)
        self._tell(key, f"Marking for deletion Pod {text_of(key)}")
        pod = self.world.get("pods", *key)
        if pod is None:
            return
        sentence = _("{pod} does not tolerate the taints of {node}, or not for longer.")
        inputs = {"pod": name_of(pod), "node": pod["spec"].get("nodeName", "")}
        cause = self.cause("addConditionAndDeletePod", sentence, **inputs)
        known = condition(pod, "DisruptionTarget") or {}
        if any(known.get(part) != said for part, said in _TARGET.items()):
            changed = known.get("status") != "True"
            since = timestamp(self.world.now) if changed else known.get("lastTransitionTime")
            new = {**_TARGET, "lastProbeTime": None, "lastTransitionTime": since}
            status = {**status_of(pod), "conditions": with_condition(conditions_of(pod), new)}
            self.world.update_status("pods", {**pod, "status": status}, cause)
        self.world.delete("pods", *key, cause)

    def _tell(self, key: Key, message: str) -> None:
        about: Body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": key.name, "namespace": key.namespace}}
        events.record(
            self.world,
            about,
            "Normal",
            "TaintManagerEviction",
            message,
            component=self.name,
            led_by=self.led_by,
        )


def _is_moved(was: Body, spec: Body) -> bool:
    """Whether a pod's node or its tolerations are others than before."""
    return was.get("nodeName") != spec.get("nodeName") or was.get("tolerations") != spec.get("tolerations")


def _no_execute(node: Body) -> list[Body]:
    return [one for one in spec_of(node).get("taints") or () if one.get("effect") == "NoExecute"]


def _tolerated(pod: Body, taints: list[Body]) -> int | None:
    """For how many seconds a pod tolerates the taints, None: for ever. Follows getMinTolerationTime."""
    used = []
    for taint in taints:
        covering = [one for one in pod["spec"].get("tolerations") or () if covers(one, taint)]
        if not covering:
            return 0
        used += covering
    seconds = [one["tolerationSeconds"] for one in used if one.get("tolerationSeconds") is not None]
    return max(min(seconds), 0) if seconds else None
