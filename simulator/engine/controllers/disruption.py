"""The disruption controller: how many pods each PodDisruptionBudget allows to be evicted now.

Follows pkg/controller/disruption/disruption.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from simulator.engine import disruption_budgets, events, selectors
from simulator.engine.causes import _
from simulator.engine.controllers.int_or_percent import scaled
from simulator.engine.controllers.selector_text import go_text
from simulator.engine.disruption_budgets import RESOURCE, TIMEOUT
from simulator.engine.journal import Change
from simulator.engine.objects import (
    controller_of,
    get_in,
    instant_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    uid_of,
)
from simulator.engine.pods import is_ready
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.world import World

_REPLICA_SETS = "replicasets.apps"
_DEPLOYMENTS = (("apps", "Deployment"), ("extensions", "Deployment"))
"""How the owners are named whose size counts in place of their ReplicaSets'."""
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be unmanaged. As a result, the "
    "status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these "
    'pods please set ".spec.minAvailable" field of the PDB to an integer value.'
)


class _Unknown(Exception):
    """How many pods there should be cannot be told; the text says why."""


class DisruptionController(Reconciler):
    """Its keys are budgets."""

    name = "disruption-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(RESOURCE, self._budget_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        budget = self.world.get(RESOURCE, *key)
        if budget is None:
            return
        selector = selectors.of(spec_of(budget).get("selector"))
        pods = [pod for pod in self.world.list("pods", key.namespace) if selector.matches(labels_of(pod))]
        if not pods:
            self._tell(budget, "Normal", "NoPods", "No matching pods found")
        self._tell_of_several(budget, pods)
        try:
            expected, desired = self._expected(budget, pods)
        except _Unknown as error:
            self._fail(budget, str(error))
        else:
            self._report(budget, pods, expected, desired)

    # --- how many there should be --------------------------------------------------------------------------------

    def _expected(self, budget: Body, pods: Bodies) -> tuple[int, int]:
        """How many pods there should be, and how many of them healthy. Raises _Unknown."""
        most, least = spec_of(budget).get("maxUnavailable"), spec_of(budget).get("minAvailable")
        if most is not None:
            expected = self._scale(budget, pods)
            return expected, max(expected - scaled(most, expected, round_up=True), 0)
        if isinstance(least, str):
            expected = self._scale(budget, pods)
            return expected, scaled(least, expected, round_up=True)
        return (len(pods), least) if least is not None else (0, 0)

    def _scale(self, budget: Body, pods: Bodies) -> int:
        """The sum of the sizes of all that control the pods. Raises _Unknown."""
        sizes: dict[str, int] = {}
        seen: set[str] = set()
        unmanaged = False
        for pod in pods:
            owner = controller_of(pod)
            if owner is None:
                unmanaged = True
            elif owner["uid"] not in seen:
                seen.add(owner["uid"])
                found = self._size_of(owner, namespace_of(pod))
                if found is None:
                    raise _Unknown(f'found no controllers for pod "{name_of(pod)}"')
                sizes[found[0]] = found[1]
        if unmanaged:
            said = _UNMANAGED.format(selector=go_text(spec_of(budget).get("selector")))
            self._tell(budget, "Warning", "UnmanagedPods", said)
        return sum(sizes.values())

    def _size_of(self, owner: Body, namespace: str) -> tuple[str, int] | None:
        """The uid and the size of a controller: of a Deployment's ReplicaSet, the Deployment's. Raises _Unknown."""
        kind = self.world.kinds.find(owner.get("apiVersion", ""), owner.get("kind", ""))
        if kind is None:
            raise _Unknown(f'no matches for kind "{owner.get("kind")}" in version "{owner.get("apiVersion")}"')
        body = self.world.get(kind.storage, namespace, owner.get("name", ""))
        if body is not None and uid_of(body) != owner["uid"]:
            body = None
        above = controller_of(body) if body is not None and kind.resource == _REPLICA_SETS else None
        if above is not None and (_group(above), above.get("kind")) in _DEPLOYMENTS:
            deployment = self.world.get("deployments.apps", namespace, above["name"])
            if deployment is not None and uid_of(deployment) == above["uid"]:
                return uid_of(deployment), deployment["spec"].get("replicas", 1)
        if kind.scale is None:
            raise _Unknown(f"{kind.resource} does not implement the scale subresource")
        return None if body is None else (uid_of(body), get_in(body, *kind.scale.replicas, default=0))

    # --- status --------------------------------------------------------------------------------------------------

    def _report(self, budget: Body, pods: Bodies, expected: int, desired: int) -> None:
        disrupted, again = self._disrupted(budget, pods)
        healthy = sum(is_ready(pod) and not is_deleting(pod) and name_of(pod) not in disrupted for pod in pods)
        allowed = max(healthy - desired, 0) if expected > 0 else 0
        status: Body = {
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "disruptionsAllowed": allowed,
            "expectedPods": expected,
            "observedGeneration": budget["metadata"].get("generation", 0),
            "conditions": status_of(budget).get("conditions") or [],
        }
        if disrupted:
            status["disruptedPods"] = disrupted
        status = disruption_budgets.with_allowed(status, self.world.now)
        if status != status_of(budget):
            cause = self.cause(
                "updatePdbStatus",
                _("{budget}: {healthy} healthy, {desired} needed, so {allowed} may be evicted."),
                budget=name_of(budget),
                healthy=healthy,
                desired=desired,
                allowed=allowed,
            )
            self.world.update_status(RESOURCE, {**budget, "status": status}, cause)
        if again is not None:
            self.enqueue(key_of(budget), after=again - self.world.now, led_by=self.led_by)

    def _disrupted(self, budget: Body, pods: Bodies) -> tuple[dict[str, str], Instant | None]:
        """The evictions that are still awaited, and when the first of them will have taken too long."""
        held: dict[str, str] = status_of(budget).get("disruptedPods") or {}
        kept: dict[str, str] = {}
        again: Instant | None = None
        for pod in pods if held else ():
            since = held.get(name_of(pod))
            if since is None or is_deleting(pod):
                continue
            end = instant_of(since) + TIMEOUT
            if end < self.world.now:
                namespace = namespace_of(budget)
                said = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
                self._tell(pod, "Warning", "NotDeleted", said)
                continue
            kept[name_of(pod)] = since
            again = end + 1 if again is None else min(again, end + 1)
        return kept, again

    def _fail(self, budget: Body, error: str) -> None:
        """Allows nothing while it cannot be told how many pods there should be."""
        said = f"Failed to calculate the number of expected pods: {error}"
        self._tell(budget, "Warning", "CalculateExpectedPodCountFailed", said)
        status = {**status_of(budget), "disruptionsAllowed": 0}
        status = disruption_budgets.with_reason(status, "False", "SyncFailed", error, self.world.now)
        if status != status_of(budget):
            cause = self.cause(
                "failSafe",
                _("{budget} allows no eviction: {error}."),
                budget=name_of(budget),
                error=error,
            )
            self.world.update_status(RESOURCE, {**budget, "status": status}, cause)

    def _tell(self, about: Body, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        # Upstream's recorder is named controllermanager here.
        events.record(self.world, about, type, reason, message, component="controllermanager", led_by=self.led_by)

    def _tell_of_several(self, budget: Body, pods: Bodies) -> None:
        """Says of each pod that several budgets guard which of them is the first."""
        if len(self.world.list(RESOURCE, namespace_of(budget))) < 2:
            return
        for pod in pods:
            found = disruption_budgets.of_pod(self.world, pod)
            if len(found) > 1 and key_of(found[0]) == key_of(budget):
                said = (
                    f'Pod "{namespace_of(pod)}"/"{name_of(pod)}" matches multiple PodDisruptionBudgets.  Chose '
                    f'"{name_of(budget)}" arbitrarily.'
                )
                self._tell(pod, "Warning", "MultiplePodDisruptionBudgets", said)

    # --- watching ------------------------------------------------------------------------------------------------

    def _budget_changed(self, change: Change) -> None:
        if change.cause.component != self.name and change.operation != "DELETED":
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        for budget in self._budgets_of(change):
            self.enqueue(key_of(budget), led_by=change.revision)

    def _budgets_of(self, change: Change) -> Iterator[Body]:
        budgets = self.world.list(RESOURCE, change.key.namespace)
        if not budgets or (
            change.operation == "MODIFIED" and change.before and not _matters(change.body, change.before)
        ):
            return
        for budget in budgets:
            if disruption_budgets.selects(budget, labels_of(change.body)):
                yield budget


def _group(owner: Body) -> str:
    text: str = owner.get("apiVersion") or ""
    return text.rpartition("/")[0]


def _matters(new: Body, old: Body) -> bool:
    """False for a change of a pod that no budget counts."""
    return any(look(new) != look(old) for look in (labels_of, is_ready, is_deleting, controller_of))
