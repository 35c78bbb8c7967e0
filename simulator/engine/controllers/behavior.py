"""What came of Behaviors: how many containers behave as each says, and which others are in its way.

One of our own kinds, without a twin upstream. What a Behavior does to containers is for the kubelet.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import (
    condition,
    conditions_of,
    containers_of,
    labels_of,
    name_of,
    spec_of,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.pods import is_terminal
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.workloads.behaviors import RESOURCE, Behaviors
from simulator.engine.world import World

_SETTLING = SECOND
"""How long it waits for further changes, so that a rollout is counted once and not pod by pod."""


class BehaviorController(Reconciler):
    """Its keys are namespaces. A namespace without Behaviors costs nothing."""

    name = "behavior-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(RESOURCE, self._changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        behaviors = Behaviors(self.world, key.name)
        selected, rivals = Counter[str](), defaultdict[str, set[str]](set)
        for pod in self.world.list("pods", key.name):
            if is_terminal(pod):
                continue
            chosen = behaviors.of_pod(pod)
            for container in chosen.images:
                fitting = chosen.all_of(container)
                if not fitting:
                    continue
                selected[name_of(fitting[0])] += 1
                priority = spec_of(fitting[0]).get("priority") or 0
                equals = [name_of(one) for one in fitting if (spec_of(one).get("priority") or 0) == priority]
                for one in equals[1:]:
                    rivals[one].add(equals[0])
        for body in self.world.list(RESOURCE, key.name):
            self._say(body, selected[name_of(body)], sorted(rivals[name_of(body)]))

    def _say(self, body: Body, count: int, rivals: list[str]) -> None:
        """Writes the status, unless it says this already."""
        status = {
            **status_of(body),
            "conditions": self._conditions(body, count, rivals),
            "observedGeneration": body["metadata"].get("generation"),
            "selectedContainers": count,
        }
        if status != status_of(body):
            cause = self.cause(
                "selected", _("{count} container(s) behave as {behavior} says."), behavior=name_of(body), count=count
            )
            self.world.update_status(RESOURCE, {**body, "status": status}, cause)

    def _conditions(self, body: Body, count: int, rivals: list[str]) -> list[Body]:
        if count:
            selected = ("True", "ContainersSelected", "")
        elif rivals:
            selected = ("False", "Overruled", "Another Behavior counts for each container that it fits.")
        else:
            selected = ("False", "NoContainers", "It counts for no container of a pod that is not over.")
        held = with_condition(conditions_of(body), self._condition(body, "Selected", *selected))
        told = f"Of the same priority and older: {', '.join(rivals)}. The oldest counts."
        conflict = ("True", "SamePriority", told) if rivals else ("False", "NoConflict", "")
        return with_condition(held, self._condition(body, "Conflicting", *conflict))

    def _condition(self, body: Body, kind: str, status: str, reason: str, message: str) -> Body:
        known = condition(body, kind)
        same = known is not None and known["status"] == status
        return {
            "type": kind,
            "status": status,
            "lastTransitionTime": known["lastTransitionTime"] if known and same else timestamp(self.world.now),
            "reason": reason,
            "message": message,
            "observedGeneration": body["metadata"].get("generation"),
        }

    def _changed(self, change: Change) -> None:
        before = change.before
        if change.operation == "DELETED" or before is None or spec_of(before) != spec_of(change.body):
            self.enqueue(Key("", change.key.namespace), after=0, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        before, body = change.before, change.body
        is_same = (
            change.operation != "DELETED"
            and before is not None
            and labels_of(before) == labels_of(body)
            and is_terminal(before) == is_terminal(body)
            and (before["spec"] is body["spec"] or _images(before) == _images(body))
        )
        if not is_same and self.world.list(RESOURCE, change.key.namespace):
            self.enqueue(Key("", change.key.namespace), after=_SETTLING, led_by=change.revision)


def _images(pod: Body) -> list[str]:
    return [one.get("image") or "" for one in containers_of(spec_of(pod))]
