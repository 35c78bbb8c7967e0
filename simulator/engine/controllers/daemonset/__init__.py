"""The DaemonSet controller: one pod on every node that is eligible.

Follows pkg/controller/daemon/daemon_controller.go and update.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from simulator.engine import events, selectors
from simulator.engine.causes import _
from simulator.engine.controllers import controller_history, ownership, pod_control, slow_start
from simulator.engine.controllers.controller_history import REVISION_LABEL
from simulator.engine.controllers.daemonset import failed_pods, history, rolling, status
from simulator.engine.controllers.daemonset.daemon_pods import mark_of, seniority
from simulator.engine.controllers.daemonset.placement import (
    Verdict,
    Verdicts,
    judge,
    pinned,
    target_of,
    with_tolerations,
)
from simulator.engine.controllers.daemonset.plan import Plan
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.kinds.daemon_set import TEMPLATE_GENERATION
from simulator.engine.objects import (
    annotations_of,
    controller_of,
    get_in,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    uid_of,
)
from simulator.engine.pods import is_available, is_ready, is_terminal, phase
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_RESOURCE = "daemonsets.apps"
_BURST = 250
_SYNC_PER_NODE = 25
"""Microseconds that a sync spends on each node. Pods that change meanwhile are seen together by the next one."""

_UNWANTED = _("{daemonset} no longer wants {pod} on {node}.")
_OUTDATED = _("{pod} on {node} is of an older template of {daemonset}, which replaces it.")


class DaemonSetController(Reconciler):
    """Creates and deletes daemon pods as nodes and templates come and go, and reports how many there are."""

    name = "daemonset-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._specs: dict[str, tuple[Body, Body]] = {}
        self._verdicts = Verdicts()
        ownership.add_indexes(world, "pods")
        ownership.add_indexes(world, controller_history.RESOURCE)
        world.watch(_RESOURCE, self._daemonset_changed)
        world.watch("pods", self._pod_changed)
        world.watch("nodes", self._node_changed)
        world.watch(controller_history.RESOURCE, self._revision_changed)

    def reconcile(self, key: Key) -> None:
        ds = self.world.get(_RESOURCE, *key)
        if ds is None or is_deleting(ds):
            slow_start.stop(self, key)
            failed_pods.forget(self, key)
            return
        if slow_start.is_waiting(self, key):
            return
        known = history.construct(self, ds)
        plan = self._plan(ds, known.hash)
        refusal: StatusError | None = None
        try:
            if self._manage(plan):
                return
            history.clean_up(self, ds, known.old)
        except StatusError as error:
            slow_start.stop(self, key)
            refusal = None if pod_control.is_terminating(error) else error
        status.report(self, self._plan(ds, known.hash))
        if refusal is not None:
            raise refusal

    # --- what there is -------------------------------------------------------------------------------------------

    def _plan(self, ds: Body, hash: str) -> Plan:
        spec = self._pod_spec(ds)
        nodes = [(node, self._verdicts.of(spec, node)) for node in self.world.list("nodes")]
        on_nodes: dict[str, list[Body]] = {}
        for pod in self._claim(ds):
            if not (is_terminal(pod) and is_deleting(pod)):
                on_nodes.setdefault(target_of(pod), []).append(pod)
        return Plan(ds, hash, nodes, on_nodes)

    def _pod_spec(self, ds: Body) -> Body:
        """The template's pod spec as daemon pods get it."""
        template = ds["spec"]["template"]
        known = self._specs.get(uid_of(ds))
        if known is None or known[0] is not template:
            known = self._specs[uid_of(ds)] = (template, with_tolerations(template["spec"]))
        return known[1]

    def _claim(self, ds: Body) -> list[Body]:
        selector = selectors.of(ds["spec"]["selector"])
        owned = []
        for pod in self.world.indexed("pods", "controller", uid_of(ds)):
            if selector.matches(labels_of(pod)):
                owned.append(pod)
            else:
                ownership.release(self, "pods", ds, pod)
        found = ownership.orphans(self.world, "pods", namespace_of(ds), selector)
        return [*owned, *(ownership.adopt(self, "pods", ds, pod) for pod in found)]

    # --- pods ----------------------------------------------------------------------------------------------------

    def _manage(self, plan: Plan) -> bool:
        """Puts pods on nodes, takes them away and updates them; True if more batches follow. Raises StatusError."""
        needing: list[str] = []
        surplus: list[Body] = []
        for node, verdict in plan.nodes:
            wants, too_many = self._on_node(plan, node, verdict)
            surplus.extend(too_many)
            if wants:
                needing.append(name_of(node))
        surplus.extend(plan.homeless())
        if needing or surplus:
            return self._sync(plan, surplus, needing)
        slow_start.stop(self, key_of(plan.ds))
        if get_in(plan.ds, "spec", "updateStrategy", "type", default="RollingUpdate") != "RollingUpdate":
            return False
        update = rolling.update_of(plan.ds, plan.hash, plan.wanting, self.world.now)
        step = rolling.step(update, plan.on_nodes)
        return bool(step.delete or step.create) and self._sync(plan, step.delete, step.create)

    def _on_node(self, plan: Plan, node: Body, verdict: Verdict) -> tuple[bool, list[Body]]:
        """Whether the node needs a pod, and which of its daemon pods are too many."""
        pods = plan.on_nodes.get(name_of(node))
        if pods is None:
            return verdict.run, []
        if not verdict.stay:
            return False, [pod for pod in pods if not is_deleting(pod)]
        running: list[Body] = []
        surplus: list[Body] = []
        for pod in pods:
            if not is_deleting(pod):
                if not is_terminal(pod):
                    running.append(pod)
                elif self._replaces(plan.ds, node, pod):
                    surplus.append(pod)
        running.sort(key=seniority)
        if not rolling.allows_surge(plan.ds):
            return False, [*surplus, *running[1:]]
        if len(running) <= 1:
            return verdict.run and not running, surplus
        return False, [*surplus, *self._beside(plan, running)]

    def _beside(self, plan: Plan, running: Sequence[Body]) -> list[Body]:
        """The pods that go from a node on which, during a surge, one old and one new pod may be side by side."""
        new = [pod for pod in running if labels_of(pod).get(REVISION_LABEL) == plan.hash]
        old = [pod for pod in running if labels_of(pod).get(REVISION_LABEL) != plan.hash]
        surplus = [*new[1:], *old[1:]]
        if new and old and (not is_ready(old[0]) or is_available(new[0], plan.patience, self.world.now)):
            surplus.append(old[0])
        return surplus

    def _replaces(self, ds: Body, node: Body, pod: Body) -> bool:
        """True if a pod that has ended goes now, of which an event tells; one that failed waits its back-off."""
        where = f"{namespace_of(pod)}/{name_of(pod)} on node {name_of(node)}"
        if phase(pod) == "Succeeded":
            self._tell(ds, "Normal", "SucceededDaemonPod", f"Found succeeded daemon pod {where}, will try to delete it")
            return True
        until = failed_pods.waits_until(self, ds, node)
        if until is not None:
            self.enqueue(key_of(ds), after=until - self.world.now, led_by=self.led_by)
            return False
        self._tell(ds, "Warning", "FailedDaemonPod", f"Found failed daemon pod {where}, will try to kill it")
        return True

    def _tell(self, ds: Body, severity: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        events.record(self.world, ds, severity, reason, message, component=self.name, led_by=self.led_by)

    def _sync(self, plan: Plan, delete: Sequence[Body], create: Sequence[str]) -> bool:
        """Deletes these pods and creates one on each of these nodes; True if more batches follow."""
        ds = plan.ds
        wanting = frozenset(plan.wanting)
        for pod in delete[:_BURST]:
            outdated = labels_of(pod).get(REVISION_LABEL) != plan.hash and target_of(pod) in wanting
            cause = self.cause(
                "syncNodes",
                _OUTDATED if outdated else _UNWANTED,
                daemonset=name_of(ds),
                pod=name_of(pod),
                node=target_of(pod),
            )
            pod_control.delete_pod(self, ds, pod, cause)
        if not create:
            return False
        count = slow_start.next_batch(self, key_of(ds), len(create), _BURST)
        pod = pod_control.pod_from(self._template(plan), ds)
        batch = []
        for node in create[:count]:
            cause = self.cause(
                "syncNodes",
                _("{daemonset} wants a pod on {node}: creating it."),
                daemonset=name_of(ds),
                node=node,
            )
            batch.append(({**pod, "spec": pinned(pod["spec"], node)}, cause))
        pod_control.create_batch(self, ds, batch)
        return slow_start.advance(self, key_of(ds), count, len(create), _BURST)

    def _template(self, plan: Plan) -> Body:
        template = plan.ds["spec"]["template"]
        labels = {**((template.get("metadata") or {}).get("labels") or {}), REVISION_LABEL: plan.hash}
        if TEMPLATE_GENERATION in annotations_of(plan.ds):
            labels["pod-template-generation"] = annotations_of(plan.ds)[TEMPLATE_GENERATION]
        meta = {**(template.get("metadata") or {}), "labels": labels}
        return {"metadata": meta, "spec": self._pod_spec(plan.ds)}

    # --- watching ------------------------------------------------------------------------------------------------

    def _daemonset_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            self._specs.pop(uid_of(change.body), None)
        if change.cause.component != self.name:
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        before = mark_of(change.before) if change.before else None
        after = mark_of(change.body) if change.operation != "DELETED" else None
        if before == after:
            return
        after_sync = self.world.latency.watch + _SYNC_PER_NODE * self.world.count("nodes")
        for mark in (before, after):
            if mark is not None and mark[0]:
                self.enqueue(Key(change.key.namespace, mark[0]), after=after_sync, led_by=change.revision)
        if after is not None and not controller_of(change.body):
            for ds in self.world.list(_RESOURCE, change.key.namespace):
                if selectors.of(ds["spec"]["selector"]).matches(labels_of(change.body)):
                    self.enqueue(key_of(ds), led_by=change.revision)

    def _revision_changed(self, change: Change) -> None:
        """Somebody else changed or deleted a revision: what is missing is made again."""
        owner = controller_of(change.body)
        if change.cause.component != self.name and owner is not None and owner["kind"] == "DaemonSet":
            self.enqueue(Key(change.key.namespace, owner["name"]), led_by=change.revision)

    def _node_changed(self, change: Change) -> None:
        before, after = change.before, change.body if change.operation != "DELETED" else None
        if before and after and before.get("spec") == after.get("spec") and labels_of(before) == labels_of(after):
            return
        nowhere = Verdict(False, False)
        for ds in self.world.list(_RESOURCE):
            spec = self._pod_spec(ds)
            was, now = judge(spec, before) if before else nowhere, judge(spec, after) if after else nowhere
            if was != now:
                self.enqueue(key_of(ds), led_by=change.revision)
