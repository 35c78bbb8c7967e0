"""The disruption controller's second queue: a pod that was to be disrupted and was not says so no more.

Follows syncStalePodDisruption in pkg/controller/disruption/disruption.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.disruption_budgets import TIMEOUT
from simulator.engine.journal import Change
from simulator.engine.objects import (
    condition,
    conditions_of,
    instant_of,
    is_deleting,
    name_of,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.pods import is_terminal
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World

_TARGET = "DisruptionTarget"
_BY_KUBELET = "TerminationByKubelet"


class StalePodDisruption(Reconciler):
    """Its keys are pods."""

    name = "disruption-controller/stale"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        pod = self.world.get("pods", *key)
        due = _stale_at(pod) if pod is not None else None
        if pod is None or due is None:
            return
        if due > self.world.now:
            self.enqueue(key, after=due - self.world.now, led_by=self.led_by)
            return
        known = condition(pod, _TARGET) or {}
        reset = {"type": _TARGET, "status": "False", "lastTransitionTime": timestamp(self.world.now)}
        if "lastProbeTime" in known:
            reset["lastProbeTime"] = known["lastProbeTime"]
        status = {**status_of(pod), "conditions": with_condition(conditions_of(pod), reset)}
        cause = self.cause("syncStalePodDisruption", _("{pod} was to be disrupted and was not."), pod=name_of(pod))
        self.world.update_status("pods", {**pod, "status": status}, cause)

    def _pod_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            return
        due = _stale_at(change.body)
        if due is not None:
            self.enqueue(change.key, after=max(due - self.world.now, 0), led_by=change.revision)


def _stale_at(pod: Body) -> Instant | None:
    """When what a pod says of its disruption is no longer true; None if it says nothing that could become so."""
    found = condition(pod, _TARGET)
    if found is None or found.get("status") != "True" or found.get("reason") == _BY_KUBELET:
        return None
    if is_deleting(pod) or is_terminal(pod):
        return None
    return instant_of(found["lastTransitionTime"]) + TIMEOUT
