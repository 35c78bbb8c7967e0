"""Taking nodes away: taint, drain through the budgets, and give the machine back.

Follows cluster-autoscaler/core/scaledown/actuation/{actuator,drain,delete_in_batch,softtaint}.go, v1.34. The note
`deleting`: node -> drain; step (`taint`, `evict`, `wait`); began, when the step did; left, the pods that are yet to be
evicted; pods, those that are waited for; grace, the longest of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from simulator.engine import events, node_groups
from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.cluster_autoscaler.cluster_state import COMPONENT
from simulator.engine.cluster_autoscaler.drainability import Budgets, drain, is_daemon, is_mirror
from simulator.engine.cluster_autoscaler.scale_down import Removable
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.taints import CANDIDATE, TO_BE_DELETED, has_taint
from simulator.engine.cluster_autoscaler.utilization import utilization
from simulator.engine.controllers.eviction import evict
from simulator.engine.controllers.pod_gc import node_name
from simulator.engine.errors import StatusError
from simulator.engine.objects import key_from, key_of, name_of, set_in, text_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Key
from simulator.engine.world import World

STATUS = Key("kube-system", "cluster-autoscaler-status")
_RETRY = 10 * SECOND
_LOOK = 5 * SECOND
_HEADROOM = 30 * SECOND
_ENABLE = "cluster-autoscaler.kubernetes.io/enable-ds-eviction"

Step = dict[str, Any]


def deleting(world: World) -> dict[str, Step]:
    """The nodes that are being taken away, and how far that is."""
    return world.note(COMPONENT, "deleting") or {}


class Actuator:
    """owner: the component that acts, by whose agenda the steps come."""

    def __init__(self, owner: Reconciler) -> None:
        self._owner, self._world = owner, owner.world
        owner.world.add_index("pods", "node", node_name)

    # --- what is told --------------------------------------------------------------------------------------------

    def tell(self, about: Body, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        world, led_by = self._world, self._owner.led_by
        events.record(world, about, type, reason, message, component=COMPONENT, led_by=led_by)

    def log(self, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        """Tells it of the ConfigMap with the status, as upstream's LogRecorder does."""
        held = self._world.get("configmaps", *STATUS)
        meta = {"namespace": STATUS.namespace, "name": STATUS.name}
        about: Body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": held["metadata"] if held else meta}
        self.tell(about, type, reason, message)

    # --- beginning -----------------------------------------------------------------------------------------------

    def start(self, nodes: list[Removable], settings: Settings) -> bool:
        """Begins to take nodes away, as many as may go at once; False if none. Follows StartDeletion."""
        running = deleting(self._world)
        drains = sum(step["drain"] for step in running.values())
        room = settings.number("max-scale-down-parallelism") - len(running)
        empty = [one for one in nodes if not one.pods][: max(room, 0)]
        left = min(room - len(empty), settings.number("max-drain-parallelism") - drains)
        drained = [one for one in nodes if one.pods][: max(left, 0)]
        for one in (*empty, *drained):
            self._begin(one, settings)
        return bool(empty or drained)

    def _begin(self, one: Removable, settings: Settings) -> None:
        name = name_of(one.node)
        sentence = _("{node} is not needed: nothing new may start on it, and it will go.")
        self._taint(one.node, TO_BE_DELETED, "NoSchedule", sentence)
        self.tell(one.node, "Normal", "ScaleDown", "marked the node as toBeDeleted/unschedulable")
        if one.pods:
            held = [pod for pod in self._on(name) if not is_terminal(pod)]
            used = utilization(one.node, held, settings, self._world.now).text()
            moving = ",".join(name_of(pod) for pod in self._on(name) if not is_mirror(pod) and not is_daemon(pod))
            said = f"Scale-down: removing node {name}, utilization: {used}, pods to reschedule: {moving}"
            self.log("Normal", "ScaleDown", said)
        else:
            self.log("Normal", "ScaleDownEmpty", f'Scale-down: removing empty node "{name}"')
        self._put(name, {"drain": bool(one.pods), "step": "taint", "began": self._world.now})
        self._book(name, settings.time("node-delete-delay-after-taint"))

    # --- steps ---------------------------------------------------------------------------------------------------

    def step(self, name: str, settings: Settings) -> str:
        """The next step of a node; why it failed, if it did now."""
        step = deleting(self._world).get(name)
        if step is None:
            return ""
        node = self._world.get("nodes", "", name)
        if node is None:
            self._put(name, None)
            return ""
        try:
            failed = self._advance(node, step, settings)
        except StatusError as error:
            failed = error.message
        if failed:
            self._put(name, None)
            self._untaint(node, TO_BE_DELETED)
            kind = "drain and delete" if step["drain"] else "delete empty"
            self.tell(node, "Warning", "ScaleDownFailed", f"failed to {kind} node: {failed}")
        return failed

    def _advance(self, node: Body, step: Step, settings: Settings) -> str:
        name = name_of(node)
        if step["step"] == "taint":
            held = drain(self._world, settings, self._on(name), Budgets(self._world))
            if held.blocked is not None:
                return held.blocked.message
            if held.pods and not step["drain"]:
                return f'failed to delete empty node "{name}", new pods scheduled'
            self._evict_daemons(held.daemons, settings, occupied=step["drain"])
            if not step["drain"]:
                return self._finish(node, drained=False)
            for pod in held.pods:
                self.tell(pod, "Normal", "ScaleDown", "deleting pod for node scale down")
            keys = [text_of(key_of(pod)) for pod in held.pods]
            grace = max((_grace(pod, settings) for pod in held.pods), default=0)
            step = {
                "drain": True,
                "step": "evict",
                "began": self._world.now,
                "left": keys,
                "pods": keys,
                "grace": grace,
            }
        if step["step"] == "evict":
            return self._evict_left(node, step, settings)
        return self._wait(node, step, settings)

    def _evict_left(self, node: Body, step: Step, settings: Settings) -> str:
        """Evicts what is left to be, again and again for a while. Follows evictPod."""
        left, errors = [], []
        for text in step["left"]:
            pod = self._world.get("pods", *key_from(text))
            error = self._evict(pod, settings) if pod is not None else ""
            if error:
                left.append(text)
                errors.append(f"failed to evict pod {text} within allowed timeout (last error: {error})")
        if not left:
            return self._wait(node, {**step, "step": "wait", "began": self._world.now}, settings)
        if self._world.now + _RETRY >= step["began"] + settings.time("max-pod-eviction-time"):
            for text in left:
                pod = self._world.get("pods", *key_from(text))
                if pod is not None:
                    self.tell(pod, "Warning", "ScaleDownFailed", "failed to delete pod for ScaleDown")
            return f"Failed to drain node /{name_of(node)}, due to following errors: [{' '.join(errors)}]"
        self._put(name_of(node), {**step, "left": left})
        self._book(name_of(node), _RETRY)
        return ""

    def _wait(self, node: Body, step: Step, settings: Settings) -> str:
        """Gives the machine back once the pods are gone. Follows waitPodsToDisappear."""
        name, now = name_of(node), self._world.now
        held = (self._world.get("pods", *key_from(text)) for text in step["pods"])
        if not any(pod is not None and node_of(pod) == name for pod in held):
            return self._finish(node, drained=True)
        end = step["began"] + settings.number("max-graceful-termination-sec") * SECOND + _HEADROOM
        if now >= end:
            return f"Failed to drain node /{name}: pods remaining after timeout"
        self._put(name, step)
        self._world.clock.move(COMPONENT, f"delete:{name}", end, led_by=self._owner.led_by)
        return ""

    def left(self, node: str, revision: int) -> None:
        """A pod of a node that is drained is gone: the next look at it may be the last."""
        step = deleting(self._world).get(node)
        if step is not None and step["step"] == "wait":
            passed = self._world.now - step["began"]
            due = step["began"] + -(-(passed + 1) // _LOOK) * _LOOK
            self._world.clock.at(COMPONENT, f"delete:{node}", due, led_by=revision)

    def _finish(self, node: Body, *, drained: bool) -> str:
        """Gives the machine back to its group. Follows RegisterAndRecordSuccessfulScaleDownEvent."""
        name = name_of(node)
        group = self._world.get(node_groups.RESOURCE, "", node_groups.group_of(node))
        self._put(name, None)
        if group is None:
            return ""
        if node_groups.target(group) <= node_groups.minimum(group):
            return f"min size reached, node {name} will not be deleted"
        sentence = _("{node} is empty: {group} gives its machine back.")
        cause = self._owner.cause("DeleteNodes", sentence, node=name, group=name_of(group))
        self._world.update(node_groups.RESOURCE, node_groups.without(group, [name]), cause)
        self.tell(node, "Normal", "ScaleDown", "nodes removed by cluster autoscaler")
        if drained:
            self.log("Normal", "ScaleDown", f"Scale-down: node {name} removed with drain")
        else:
            self.log("Normal", "ScaleDownEmpty", f"Scale-down: empty node {name} removed")
        return ""

    # --- pods ----------------------------------------------------------------------------------------------------

    def _on(self, node: str) -> Bodies:
        return self._world.indexed("pods", "node", node)

    def _evict(self, pod: Body, settings: Settings) -> str:
        """Evicts a pod as the API would; why that is not possible now."""
        sentence = _("{pod} has to leave its node, which is not needed.")
        cause = self._owner.cause("EvictPod", sentence, pod=name_of(pod))
        try:
            evict(self._world, pod, cause, grace=_grace(pod, settings))
        except StatusError as error:
            return error.message
        return ""

    def _evict_daemons(self, pods: Bodies, settings: Settings, *, occupied: bool) -> None:
        """Those of DaemonSets go as far as they can; nobody waits for them. Follows daemonset.PodsToEvict."""
        default = settings.is_on(f"daemonset-eviction-for-{'occupied' if occupied else 'empty'}-nodes")
        for pod in pods:
            said = (pod["metadata"].get("annotations") or {}).get(_ENABLE)
            if said == "true" or (default and said != "false"):
                self.tell(pod, "Normal", "ScaleDown", "deleting pod for node scale down")
                self._evict(pod, settings)

    # --- taints --------------------------------------------------------------------------------------------------

    def mark(self, unneeded: Iterable[Body], needed: Iterable[Body], settings: Settings) -> bool:
        """Soft taints where a node is not needed, none where it is; True if some have to wait.

        Follows UpdateSoftDeletionTaints.
        """
        budget = settings.number("max-bulk-soft-taint-count")
        if budget <= 0:
            return False
        wrong = [(node, False) for node in needed if has_taint(node, CANDIDATE)]
        wrong += [(node, True) for node in unneeded if not has_taint(node, CANDIDATE)]
        wrong = [(node, wanted) for node, wanted in wrong if not has_taint(node, TO_BE_DELETED)]
        for node, wanted in wrong[:budget]:
            if wanted:
                sentence = _("{node} is not needed: the scheduler should rather take others.")
                self._taint(node, CANDIDATE, "PreferNoSchedule", sentence)
            else:
                self._untaint(node, CANDIDATE)
        return len(wrong) > budget

    def _taint(self, node: Body, key: str, effect: str, sentence: str) -> None:
        held = self._world.get("nodes", "", name_of(node))
        if held is None or has_taint(held, key):
            return
        taint = {"key": key, "value": str(self._world.now // SECOND), "effect": effect}
        new = set_in(held, ("spec", "taints"), [*(held["spec"].get("taints") or ()), taint])
        self._world.update("nodes", new, self._owner.cause("AddTaints", sentence, node=name_of(node)))

    def _untaint(self, node: Body, key: str) -> None:
        held = self._world.get("nodes", "", name_of(node))
        if held is None or not has_taint(held, key):
            return
        left = [one for one in held["spec"]["taints"] if one["key"] != key]
        sentence = _("{node} is needed.")
        new = set_in(held, ("spec", "taints"), left)
        self._world.update("nodes", new, self._owner.cause("CleanTaints", sentence, node=name_of(node)))

    def _put(self, name: str, step: Step | None) -> None:
        held = {key: one for key, one in deleting(self._world).items() if key != name}
        if step is not None:
            held[name] = step
        self._world.set_note(COMPONENT, "deleting", held or None)

    def _book(self, name: str, after: int) -> None:
        self._owner.enqueue(Key("", f"delete:{name}"), after=after, led_by=self._owner.led_by)


def _grace(pod: Body, settings: Settings) -> int:
    held = pod["spec"].get("terminationGracePeriodSeconds")
    return min(30 if held is None else int(held), settings.number("max-graceful-termination-sec"))
