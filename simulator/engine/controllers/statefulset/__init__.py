"""The StatefulSet controller: pods with names and claims that stay theirs, one after the other.

Follows pkg/controller/statefulset/stateful_set.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.engine import selectors
from simulator.engine.controllers import controller_history, ownership, slow_start
from simulator.engine.controllers.statefulset import history, identity, plan, stateful_pods, status, update
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    status_of,
    uid_of,
)
from simulator.engine.pods import available_at, phase
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_RESOURCE = "statefulsets.apps"


class StatefulSetController(Reconciler):
    """Creates, updates and deletes pods in their order, and reports how many there are."""

    name = "statefulset-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        ownership.add_indexes(world, "pods")
        ownership.add_indexes(world, controller_history.RESOURCE)
        world.watch(_RESOURCE, self._statefulset_changed)
        world.watch("pods", self._pod_changed)
        world.watch(stateful_pods.CLAIMS, self._claim_changed)

    def reconcile(self, key: Key) -> None:
        sts = self.world.get(_RESOURCE, *key)
        if sts is None:
            slow_start.stop(self, key)
            return
        if is_deleting(sts):
            slow_start.stop(self, key)
            if _is_left_alone(self.world, sts):
                return
        elif slow_start.is_waiting(self, key):
            return
        else:
            history.adopt(self, sts)
        pods = list(self._claim(sts))
        revisions = history.construct(self, sts)
        seen = plan.made(sts, revisions, pods, self.world.now)
        outcome, refusal = update.Outcome(), None
        if not is_deleting(sts):
            try:
                outcome = update.step(self, seen)
            except StatusError as error:
                slow_start.stop(self, key)
                refusal = error
        if outcome.going_on:
            return
        status.report(self, seen, outcome.outdated)
        history.truncate(self, sts, revisions, pods)
        if refusal is not None:
            raise refusal

    def _claim(self, sts: Body) -> Iterator[Body]:
        """The StatefulSet's pods: those that no longer fit are let go, those that do and have no owner adopted."""
        selector = selectors.of(sts["spec"]["selector"])
        for pod in self.world.indexed("pods", "controller", uid_of(sts)):
            if selector.matches(labels_of(pod)) and identity.is_member(sts, pod):
                yield pod
            elif not is_deleting(sts):
                ownership.release(self, "pods", sts, pod)
        if is_deleting(sts):
            return
        for pod in ownership.orphans(self.world, "pods", namespace_of(sts), selector):
            if identity.is_member(sts, pod):
                yield ownership.adopt(self, "pods", sts, pod)

    # --- watching ------------------------------------------------------------------------------------------------

    def _statefulset_changed(self, change: Change) -> None:
        """Of what this controller reports itself only the end of an update matters: revisions may go then."""
        if change.cause.component != self.name or _current(change.before) != _current(change.body):
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        before = _mark_of(change.before) if change.before else None
        after = _mark_of(change.body) if change.operation != "DELETED" else None
        if before == after:
            return
        for name in dict.fromkeys(mark[0] for mark in (before, after) if mark is not None and mark[0]):
            self.enqueue(Key(change.key.namespace, name), led_by=change.revision)
        if after is not None and not after[0]:
            for sts in self.world.list(_RESOURCE, change.key.namespace):
                if selectors.of(sts["spec"]["selector"]).matches(labels_of(change.body)):
                    self.enqueue(key_of(sts), led_by=change.revision)

    def _claim_changed(self, change: Change) -> None:
        """A claim that has gone with its pod no longer keeps the pod that takes its place waiting."""
        owner = controller_of(change.body)
        if change.operation != "DELETED" or owner is None or owner["kind"] != "Pod":
            return
        name = identity.parent_of({"metadata": owner})[0]
        if self.world.get(_RESOURCE, change.key.namespace, name) is not None:
            self.enqueue(Key(change.key.namespace, name), led_by=change.revision)


def _is_left_alone(world: World, sts: Body) -> bool:
    """True if the StatefulSet goes without its dependents, and some of them are no longer its own."""
    selector = selectors.of(sts["spec"]["selector"])
    return bool(ownership.orphans(world, controller_history.RESOURCE, namespace_of(sts), selector))


def _current(sts: Body | None) -> str | None:
    return status_of(sts).get("currentRevision") if sts is not None else None


def _mark_of(pod: Body) -> tuple[Any, ...] | None:
    """What matters about a pod, its StatefulSet's name first; that is empty for one that nobody controls."""
    owner = controller_of(pod)
    if owner is None:
        return None if is_deleting(pod) else ("", name_of(pod), labels_of(pod))
    if owner["kind"] != "StatefulSet":
        return None
    return owner["name"], labels_of(pod), available_at(pod, 1), phase(pod), is_deleting(pod)
