"""One step of a StatefulSet: pods that are missing, broken, too many or outdated, each in its turn.

Follows updateStatefulSet, processReplica, processCondemned and updateStatefulSetAfterInvariantEstablished in
pkg/controller/statefulset/stateful_set_control.go, v1.34, with the feature gate MaxUnavailableStatefulSet on.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from simulator.engine.causes import _
from simulator.engine.controllers import slow_start
from simulator.engine.controllers.statefulset import identity, stateful_pods
from simulator.engine.controllers.statefulset.plan import Plan, is_created
from simulator.engine.errors import StatusError
from simulator.engine.objects import is_deleting, key_of, name_of
from simulator.engine.pods import is_terminal, phase
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

_LARGEST_BATCH = 500
_WHOLE = 2**31 - 1
"""How many pods one run of batches may create: as many as it likes."""

_ENDED = _("{pod} has ended: {statefulset} makes it again.")
_TOO_MANY = _("{statefulset} has fewer replicas now: {pod} goes.")
_OUTDATED = _("{pod} is not of the newest template of {statefulset}, which replaces it.")


class Outcome(NamedTuple):
    """going_on: more batches of pods follow. outdated: how many pods were deleted because they are outdated."""

    going_on: bool = False
    outdated: int = 0


def step(controller: Reconciler, plan: Plan) -> Outcome:
    """Does what can be done now. Raises StatusError."""
    if plan.in_order:
        if any(_replica(controller, plan, pod) for pod in plan.replicas):
            return Outcome()
    elif _all_replicas(controller, plan):
        return Outcome(going_on=True)
    for pod in plan.condemned:
        if not stateful_pods.claims_match(controller, plan.sts, pod):
            stateful_pods.own_claims(controller, plan.sts, pod)
    spared = plan.first_unavailable()
    for pod in plan.condemned:
        if _condemned(controller, plan, pod, spared) and plan.in_order:
            return Outcome()
    if (plan.sts["spec"].get("updateStrategy") or {}).get("type") == "OnDelete":
        return Outcome()
    return Outcome(outdated=_roll(controller, plan))


def _replica(controller: Reconciler, plan: Plan, pod: Body) -> bool:
    """Looks after one pod; True if those after it have to wait."""
    sts = plan.sts
    if is_created(pod) and is_terminal(pod):
        if not is_deleting(pod):
            stateful_pods.delete(controller, sts, pod, _ENDED)
        return True
    if not is_created(pod):
        if not stateful_pods.has_stale_claim(controller, sts, pod):
            stateful_pods.create(controller, sts, pod)
        return True
    if phase(pod) == "Pending":
        stateful_pods.create_claims(controller, sts, pod)
        stateful_pods.own_claims(controller, sts, pod)
    if plan.in_order and (is_deleting(pod) or not plan.is_settled(pod)):
        return True
    if not (
        identity.identity_matches(sts, pod)
        and identity.storage_matches(sts, pod)
        and stateful_pods.claims_match(controller, sts, pod)
    ):
        stateful_pods.mend(controller, sts, pod)
    return False


def _all_replicas(controller: Reconciler, plan: Plan) -> bool:
    """Looks after all pods at once and creates the missing in growing batches; True if more batches follow."""
    missing, refusals = [], []
    for pod in plan.replicas:
        if not is_created(pod):
            if not stateful_pods.has_stale_claim(controller, plan.sts, pod):
                missing.append(pod)
            continue
        try:
            _replica(controller, plan, pod)
        except StatusError as refusal:
            refusals.append(refusal)
    key = key_of(plan.sts)
    count = min(slow_start.next_batch(controller, key, len(missing), _WHOLE), _LARGEST_BATCH) if missing else 0
    for pod in missing[:count]:
        try:
            stateful_pods.create(controller, plan.sts, pod)
        except StatusError as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return slow_start.advance(controller, key, count, len(missing), _WHOLE)


def _condemned(controller: Reconciler, plan: Plan, pod: Body, spared: Body | None) -> bool:
    """Lets go of a pod that is too many; True if those before it have to wait."""
    if is_deleting(pod):
        return True
    if plan.in_order and not plan.is_settled(pod) and pod is not spared:
        return True
    stateful_pods.delete(controller, plan.sts, pod, _TOO_MANY)
    return True


def _roll(controller: Reconciler, plan: Plan) -> int:
    """Deletes the last pods that are outdated, as many as may be unavailable besides those that are; how many."""
    newest = name_of(plan.revisions.update)
    spare = max(plan.most_unavailable - sum(map(plan.is_unavailable, plan.replicas)), 0)
    outdated = (
        pod
        for pod in reversed(plan.replicas[plan.partition :])
        if identity.revision_name(pod) != newest and not is_deleting(pod)
    )
    doomed = list(islice(outdated, spare))
    for pod in doomed:
        stateful_pods.delete(controller, plan.sts, pod, _OUTDATED)
    return len(doomed)
