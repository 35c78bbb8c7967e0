"""The HorizontalPodAutoscaler controller's look at one autoscaler: metrics, recommendation, limits, rescale, status.

Follows reconcileAutoscaler in pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simulator.engine import quantity, scale
from simulator.engine.causes import _
from simulator.engine.controllers.podautoscaler import event_budget, limits, recommendations, sources
from simulator.engine.controllers.podautoscaler.decisions import Computed, Decision, FailedError
from simulator.engine.controllers.podautoscaler.limits import Limited
from simulator.engine.controllers.podautoscaler.readings import FOREVER, MetricsClient
from simulator.engine.controllers.podautoscaler.recommendations import STABILIZED, Memory
from simulator.engine.controllers.podautoscaler.replica_calculator import CPU_INITIALIZATION, Tolerances
from simulator.engine.controllers.podautoscaler.resting import Outlook
from simulator.engine.controllers.podautoscaler.selecting import Selecting
from simulator.engine.controllers.podautoscaler.sources import Found, Refusal, Target
from simulator.engine.controllers.podautoscaler.status import ABLE, ACTIVE, LIMITED, Conditions, reported, status
from simulator.engine.controllers.podautoscaler.targets import NoScaleError, Scaled, scaled_by
from simulator.engine.errors import StatusError
from simulator.engine.events import record
from simulator.engine.objects import instant_of, key_of, name_of, namespace_of, spec_of, status_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.selectors import Selector
from simulator.engine.validation import selector_text

RESOURCE = "horizontalpodautoscalers.autoscaling"


@dataclass
class Look:
    """One look at an autoscaler. `others`: autoscalers that have to be looked at since they share its pods."""

    controller: Reconciler
    autoscaler: Body
    memory: Memory
    budget: Instant | None
    client: MetricsClient
    selecting: Selecting
    others: list[Key] = field(default_factory=list)
    pods: Bodies = field(default_factory=list)
    found: list[Found | None] = field(default_factory=list)
    metrics: Bodies | None = None
    recommends: int | None = None

    def __post_init__(self) -> None:
        self.world = self.controller.world
        self.now = self.world.now
        self.spec = spec_of(self.autoscaler)
        self.behavior: Body | None = self.spec.get("behavior")
        self.conditions = Conditions(self.autoscaler, self.now)

    def run(self) -> Outlook:
        try:
            target = scaled_by(self.world, self.autoscaler)
        except NoScaleError as error:
            self._event("Warning", "FailedGetScale", str(error))
            why = f"the HPA controller was unable to get the target's current scale: {error}"
            self.conditions.set(ABLE, False, "FailedGetScale", why)
            self._write(status(self.autoscaler, self.conditions, current=None, desired=None, metrics=None))
            return Outlook(False, self.now)
        why = "the HPA controller was able to get the target's current scale"
        self.conditions.set(ABLE, True, "SucceededGetScale", why)
        if not self.memory.recommended:
            self.memory = self.memory._replace(recommended={target.wanted: self.now})
        try:
            decision = self._decide(target)
        except FailedError as error:
            new = status(self.autoscaler, self.conditions, current=target.wanted, desired=None, metrics=self.metrics)
            self._write(new)
            self._event("Warning", "FailedComputeMetricsReplicas", str(error))
            return Outlook(self._has_young_pods(), self.now)
        rescales = decision.replicas != target.wanted
        if rescales and not self._rescale(target, decision):
            return Outlook(False, self.now)
        new = status(
            self.autoscaler,
            self.conditions,
            current=target.wanted,
            desired=decision.replicas,
            metrics=self.metrics,
            scaled=self.now if rescales else None,
        )
        self._write(new, decision)
        return self._outlook(decision, rescales)

    def _outlook(self, decision: Decision, rescales: bool) -> Outlook:
        recommended = decision.recommended
        if recommended is None:
            return Outlook(rescales, FOREVER if not rescales else self.now)
        is_held = decision.stabilized != recommended or (
            decision.limited is not None and decision.limited.reason in ("ScaleUpLimit", "ScaleDownLimit")
        )
        remembers = set(self.memory.recommended) != {recommended} or recommendations.has_lately_scaled(
            self.memory, self.behavior, self.now
        )
        is_still = not rescales and not is_held and not remembers
        is_busy = rescales or is_held or self._has_young_pods()
        return Outlook(is_busy, decision.until if is_still else self.now)

    def _has_young_pods(self) -> bool:
        started = (status_of(pod).get("startTime") for pod in self.pods)
        return any(one is not None and instant_of(one) + CPU_INITIALIZATION > self.now for one in started)

    # --- deciding ------------------------------------------------------------------------------------------------

    def _decide(self, target: Scaled) -> Decision:
        """What is to be done. Raises FailedError."""
        current, most = target.wanted, self.spec["maxReplicas"]
        least = self.spec.get("minReplicas")
        least = 1 if least is None else least
        if current == 0 and least != 0:
            why = "scaling is disabled since the replica count of the target is zero"
            self.conditions.set(ACTIVE, False, "ScalingDisabled", why)
            return Decision(0)
        if current > most:
            return Decision(most, "Current number of replicas above Spec.MaxReplicas")
        if current < least:
            return Decision(least, "Current number of replicas below Spec.MinReplicas")
        computed = self._compute(target)
        desired, reason = max(computed.replicas, 0), ""
        if desired > current:
            reason = f"{computed.name} above target"
        elif desired < current:
            reason = "All metrics below target"
        stabilized, limited = self._normalize(current, desired, least, most)
        self.recommends = desired
        return Decision(limited.replicas, reason, desired, stabilized, limited, computed.until)

    def _compute(self, target: Scaled) -> Computed:
        """The highest of what the metrics ask for. Raises FailedError."""
        selector = self._selector(target.selector)
        metrics: Bodies = self.spec.get("metrics") or []
        asked = Target(
            namespace_of(self.autoscaler),
            target.wanted,
            target.have,
            self.pods,
            selector,
            self._tolerances(),
            self.now,
        )
        refused: list[Refusal] = []
        replicas, name = 0, ""
        for metric in metrics:
            try:
                one = sources.compute(metric, asked, self.client)
            except Refusal as refusal:
                self._event("Warning", refusal.reason, refusal.why)
                refused.append(refusal)
                self.found.append(None)
                continue
            self.found.append(one)
            if replicas == 0 or one.replicas > replicas:
                replicas, name = one.replicas, one.name
        self.metrics = reported(self.autoscaler, self.found)
        if refused and (len(refused) >= len(metrics) or replicas < target.wanted):
            first = refused[0]
            why = f"the HPA was unable to compute the replica count: {first.why}"
            self.conditions.set(ACTIVE, False, first.reason, why)
            count = f"{len(refused)} invalid out of {len(metrics)}"
            raise FailedError(f"invalid metrics ({count}), first error is: {first}")
        why = f"the HPA was able to successfully calculate a replica count from {name}"
        self.conditions.set(ACTIVE, True, "ValidMetricFound", why)
        until = self.now if refused else min((one.until for one in self.found if one is not None), default=self.now)
        return Computed(replicas, name, until)

    def _selector(self, text: str) -> Selector:
        """The selector of the target's pods, which no other autoscaler may select. Raises FailedError."""
        if not text:
            why = "the HPA target's scale is missing a selector"
            raise self._unusable("SelectorRequired", "selector is required", "InvalidSelector", why)
        try:
            selector = selector_text.parse(text)
        except ValueError as error:
            why = f"couldn't convert selector into a corresponding internal selector object: {error}"
            raise self._unusable("InvalidSelector", why, "InvalidSelector", why) from None
        key = key_of(self.autoscaler)
        self.selecting.put(key, selector)
        self.pods = self.selecting.pods(key.namespace, selector)
        holders = self.selecting.selecting_any(self.pods)
        if len(holders) > 1:
            self.others = [one for one in holders if one != key]
            names = " ".join(f"{one.namespace}/{one.name}" for one in holders)
            why = f"pods by selector {text} are controlled by multiple HPAs: [{names}]"
            raise self._unusable("AmbiguousSelector", why, "AmbiguousSelector", why)
        return selector

    def _unusable(self, event: str, said: str, reason: str, why: str) -> FailedError:
        self._event("Warning", event, said)
        self.conditions.set(ACTIVE, False, reason, why)
        return FailedError(said)

    def _tolerances(self) -> Tolerances:
        """A tenth, unless the object says it (HPAConfigurableTolerance)."""
        found = Tolerances()
        for way, key in (("scaleDown", "down"), ("scaleUp", "up")):
            held = recommendations.rules_of(self.behavior or {}, way).get("tolerance")
            if held is not None:
                found = found._replace(**{key: quantity.milli(held) / 1000})
        return found

    def _normalize(self, current: int, desired: int, least: int, most: int) -> tuple[int, Limited]:
        """The recommendation as it is stabilised, and as it is limited."""
        if self.behavior is None:
            stabilized, reason = recommendations.highest(self.memory, desired, self.now), "ScaleDownStabilized"
            limited = limits.by_rules(current, stabilized, least, most)
        else:
            stabilized = recommendations.stabilized(self.memory, self.behavior, current, desired, self.now)
            reason = "ScaleUpStabilized" if desired >= current else "ScaleDownStabilized"
            limited = limits.by_behavior(self.memory, self.behavior, current, stabilized, least, most, self.now)
        self.memory = recommendations.recommend(self.memory, self.behavior, desired, self.now)
        if stabilized != desired:
            self.conditions.set(ABLE, True, reason, STABILIZED[reason])
        else:
            self.conditions.set(ABLE, True, "ReadyForNewScale", "recommended size matches current size")
        self.conditions.set(LIMITED, limited.replicas != stabilized, limited.reason, limited.message)
        return stabilized, limited

    # --- writing -------------------------------------------------------------------------------------------------

    def _rescale(self, target: Scaled, decision: Decision) -> bool:
        """Changes the scale of the target; False if that was refused."""
        cause = self.controller.cause(
            "SuccessfulRescale",
            _("{autoscaler} scales {kind} {name} from {current} to {replicas}: {reason}.")
            if decision.reason
            else _("{autoscaler} scales {kind} {name} from {current} to {replicas}, which it recommended before."),
            kind=target.body["kind"],
            name=name_of(target.body),
            reason=decision.reason,
            **self._account(decision, target.wanted),
        )
        said = f"New size: {decision.replicas}; reason: {decision.reason}"
        try:
            self.world.update(target.resource, scale.scaled(target.paths, target.body, decision.replicas), cause)
        except StatusError as error:
            self._event("Warning", "FailedRescale", f"{said}; error: {error.message}")
            why = f"the HPA controller was unable to update the target scale: {error.message}"
            self.conditions.set(ABLE, False, "FailedUpdateScale", why)
            new = status(self.autoscaler, self.conditions, current=target.wanted, desired=None, metrics=self.metrics)
            self._write(new)
            return False
        why = f"the HPA controller was able to update the target scale to {decision.replicas}"
        self.conditions.set(ABLE, True, "SucceededRescale", why)
        self._event("Normal", "SuccessfulRescale", said)
        self.memory = recommendations.scaled(self.memory, self.behavior, target.wanted, decision.replicas, self.now)
        return True

    def _account(self, decision: Decision, current: int) -> Body:
        """What led to a decision, for whoever draws it."""
        limited = decision.limited
        return {
            "autoscaler": name_of(self.autoscaler),
            "current": current,
            "replicas": decision.replicas,
            "recommended": decision.recommended,
            "stabilized": decision.stabilized,
            "limit": limited.reason if limited is not None else None,
            "policy": limited.policy if limited is not None else None,
            "metrics": [
                None if one is None else {"name": one.name, "replicas": one.replicas, "status": one.status}
                for one in self.found
            ],
        }

    def _write(self, new: Body, decision: Decision | None = None) -> None:
        if new == status_of(self.autoscaler):
            return
        if decision is None:
            sentence = _("{autoscaler} cannot scale its target now.")
            cause = self.controller.cause("updateStatus", sentence, autoscaler=name_of(self.autoscaler))
        else:
            cause = self.controller.cause(
                "updateStatus",
                _("{autoscaler} has {current} replica(s) and wants {replicas}."),
                **self._account(decision, new.get("currentReplicas") or 0),
            )
        self.world.update_status(RESOURCE, {**self.autoscaler, "status": new}, cause)

    def _event(self, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        full = event_budget.spend(self.budget, self.now)
        if full is None:
            return
        self.budget = full
        controller = self.controller
        record(
            self.world,
            self.autoscaler,
            type,
            reason,
            message,
            component=controller.name,
            led_by=controller.led_by,
        )
