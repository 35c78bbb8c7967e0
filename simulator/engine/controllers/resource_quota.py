"""The resource quota controller: takes up what a quota says, and counts anew what is used when something is given back.

What is created is charged by admission. Upstream also counts everything anew every five minutes; here that look is
booked only for a pod that should be gone by then and still is there.
Follows pkg/controller/resourcequota/resource_quota_controller.go and resource_quota_monitor.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import key_of, spec_of, status_of
from simulator.engine.quota import amounts, evaluators, pods, scopes
from simulator.engine.quota.amounts import Amounts
from simulator.engine.quota.evaluators import Evaluator
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World

RESOURCE = "resourcequotas"
_RESYNC = 300 * SECOND


class ResourceQuotaController(Reconciler):
    """Its keys are quotas."""

    name = "resourcequota-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("*", self._changed)

    def reconcile(self, key: Key) -> None:
        quota = self.world.get(RESOURCE, *key)
        if quota is None:
            return
        hard = spec_of(quota).get("hard") or {}
        status = status_of(quota)
        used, again = self._used(quota, hard)
        held = status.get("hard")
        if held is None or not amounts.same(held, hard) or not amounts.same(status.get("used") or {}, used):
            cause = self.cause(
                "syncResourceQuota",
                _("Quota {quota} of {namespace} counts what there is: {used}."),
                quota=key.name,
                namespace=key.namespace,
                used=amounts.shown(used),
            )
            counted = {name: figures for name, figures in (("hard", hard), ("used", used)) if figures}
            self.world.update_status(RESOURCE, {**quota, "status": counted}, cause)
        if again is not None:
            look = -(-(again + 1) // _RESYNC) * _RESYNC
            self.enqueue(key, after=look - self.world.now, led_by=self.led_by)

    def _used(self, quota: Body, hard: Amounts) -> tuple[Amounts, Instant | None]:
        """What is used of each amount that somebody can count, and when a pod stops to cost anything by itself."""
        used: Amounts = {}
        again: Instant | None = None
        for evaluator in evaluators.for_names(sorted(hard)):
            kind = evaluator.resource
            if kind not in self.world.kinds or not self.world.kinds[kind].namespaced:
                continue
            used = {**dict.fromkeys(evaluator.tracked(hard), "0"), **used}
            for body in self.world.list(kind, quota["metadata"]["namespace"]):
                if scopes.covers(quota, evaluator, body):
                    used = amounts.add(used, amounts.only(evaluator.usage(body, self.world.now), hard))
                free = pods.free_at(body) if kind == "pods" else None
                if free is not None and free >= self.world.now:
                    again = free if again is None else min(again, free)
        return used, again

    # --- watching ------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if not change.key.namespace or change.cause.component == self.name:
            return
        if change.resource == RESOURCE and change.operation != "DELETED":
            before = change.before
            if before is None or spec_of(before) != spec_of(change.body):
                self.enqueue(change.key, led_by=change.revision)
                return
        if change.operation != "ADDED":
            self._replenish(change)

    def _replenish(self, change: Change) -> None:
        """Queues the quotas that count what was given back."""
        quotas = self.world.list(RESOURCE, change.key.namespace) if self.world.count(RESOURCE) else []
        evaluator = evaluators.of(change.resource) if quotas else None
        if evaluator is None:
            return
        if change.operation == "MODIFIED" and not self._gave(evaluator, change):
            return
        for quota in quotas:
            if evaluator.tracked(spec_of(quota).get("hard") or {}):
                self.enqueue(key_of(quota), led_by=change.revision)

    def _gave(self, evaluator: Evaluator, change: Change) -> bool:
        """True if a change gave something back, or if a pod is on its way out and must be looked at if it stays."""
        new, old = change.body, change.before
        if old is None or evaluator.frees is None:
            return False
        is_leaving = evaluator is evaluators.PODS and pods.free_at(old) is None and pods.free_at(new) is not None
        return is_leaving or evaluator.frees(new, old, self.world.now)
