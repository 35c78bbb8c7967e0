"""Creating, mending and deleting a StatefulSet's pods and their claims, with the events that tell of it.

Follows pkg/controller/statefulset/stateful_pod_control.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers.pod_control import is_terminating
from simulator.engine.controllers.statefulset import identity, retention
from simulator.engine.errors import StatusError
from simulator.engine.objects import is_deleting, name_of, namespace_of, set_in
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

CLAIMS = "persistentvolumeclaims"
_LONGEST_LABEL = 63


def create(controller: Reconciler, sts: Body, pod: Body) -> None:
    """Creates a pod after its claims. Raises StatusError, of which an event on the StatefulSet tells."""
    try:
        create_claims(controller, sts, pod)
    except StatusError as refusal:
        _tell(controller, sts, "create", pod, refusal)
        raise
    cause = controller.cause(
        "CreateStatefulPod", _("{statefulset} wants a pod {pod}."), statefulset=name_of(sts), pod=name_of(pod)
    )
    long = max(len(name_of(pod)), len(identity.revision_name(pod))) > _LONGEST_LABEL
    try:
        controller.world.create("pods", pod, cause, checked=long)
    except StatusError as refusal:
        if refusal.reason != "AlreadyExists":
            _tell(controller, sts, "create", pod, refusal)
        raise
    own_claims(controller, sts, pod)
    _tell(controller, sts, "create", pod)


def mend(controller: Reconciler, sts: Body, pod: Body) -> None:
    """Gives a pod its identity, its volumes and its claims back. Raises StatusError, of which an event tells."""
    new = pod if identity.identity_matches(sts, pod) else identity.with_identity(sts, pod)
    try:
        if not identity.storage_matches(sts, pod):
            new = identity.with_storage(sts, new)
            create_claims(controller, sts, pod)
        own_claims(controller, sts, pod)
        cause = controller.cause(
            "UpdateStatefulPod",
            _("{pod} is to have what makes it a pod of {statefulset}."),
            statefulset=name_of(sts),
            pod=name_of(pod),
        )
        controller.world.update("pods", new, cause, checked=True)
    except StatusError as refusal:
        _tell(controller, sts, "update", pod, refusal)
        raise
    _tell(controller, sts, "update", pod)


def delete(controller: Reconciler, sts: Body, pod: Body, why: str) -> None:
    """Starts a pod's graceful deletion. `why` is a sentence about {statefulset} and {pod}."""
    cause = controller.cause("DeleteStatefulPod", why, statefulset=name_of(sts), pod=name_of(pod))
    try:
        controller.world.delete("pods", namespace_of(pod), name_of(pod), cause)
    except StatusError as refusal:
        _tell(controller, sts, "delete", pod, refusal)
        raise
    _tell(controller, sts, "delete", pod)


# --- claims ------------------------------------------------------------------------------------------------------


def create_claims(controller: Reconciler, sts: Body, pod: Body) -> None:
    """Creates those of the pod's claims that are missing. Raises StatusError where one cannot be had."""
    world, refusals = controller.world, []
    for claim in identity.claims_of(sts, identity.ordinal_of(pod)):
        held = world.get(CLAIMS, namespace_of(claim), name_of(claim))
        if held is not None:
            if is_deleting(held):
                refusals.append(f"pvc {name_of(claim)} is being deleted")
            continue
        cause = controller.cause(
            "createPersistentVolumeClaims",
            _("{pod} of {statefulset} needs the claim {claim}."),
            pod=name_of(pod),
            statefulset=name_of(sts),
            claim=name_of(claim),
        )
        try:
            world.create(CLAIMS, claim, cause)
        except StatusError as refusal:
            refusals.append(f"failed to create PVC {name_of(claim)}: {refusal.message}")
            _tell_of_claim(controller, sts, pod, claim, refusal)
        else:
            _tell_of_claim(controller, sts, pod, claim)
    if refusals:
        raise StatusError(500, "", refusals[0] if len(refusals) == 1 else f"[{', '.join(refusals)}]")


def own_claims(controller: Reconciler, sts: Body, pod: Body) -> None:
    """Sets the owners of the pod's claims as the retention policy asks for them."""
    for claim in _held_claims(controller, sts, pod):
        if retention.is_managed_by_another(claim, sts, pod):
            message = (
                f"PersistentVolumeClaim {name_of(claim)} has a conflicting OwnerReference that acts as a manging "
                "controller, the retention policy is ignored for this claim"
            )
            events.record(
                controller.world,
                sts,
                "Warning",
                "ConflictingController",
                message,
                component=controller.name,
                led_by=controller.led_by,
            )
        if retention.is_up_to_date(claim, sts, pod):
            continue
        cause = controller.cause(
            "UpdatePodClaimForRetentionPolicy",
            _("The retention policy of {statefulset} says who owns {claim}."),
            statefulset=name_of(sts),
            claim=name_of(claim),
        )
        owners = retention.owners(claim, sts, pod)
        controller.world.update(CLAIMS, set_in(claim, ("metadata", "ownerReferences"), owners), cause)


def claims_match(controller: Reconciler, sts: Body, pod: Body) -> bool:
    """True if the pod's claims have the owners that the retention policy asks for."""
    return all(retention.is_up_to_date(claim, sts, pod) for claim in _held_claims(controller, sts, pod))


def has_stale_claim(controller: Reconciler, sts: Body, pod: Body) -> bool:
    """True if a claim of the pod still belongs to the pod before it, with which it is about to go."""
    return retention.deletes_when_scaled(sts) and any(
        retention.is_stale(claim, pod) for claim in _held_claims(controller, sts, pod)
    )


def _held_claims(controller: Reconciler, sts: Body, pod: Body) -> list[Body]:
    ordinal = identity.ordinal_of(pod)
    names = [identity.claim_name(sts, template, ordinal) for template in sts["spec"].get("volumeClaimTemplates") or ()]
    held = (controller.world.get(CLAIMS, namespace_of(sts), name) for name in names)
    return [claim for claim in held if claim is not None]


# --- events ------------------------------------------------------------------------------------------------------


def _tell(controller: Reconciler, sts: Body, verb: str, pod: Body, refusal: StatusError | None = None) -> None:
    _record(controller, sts, verb, f"{verb} Pod {name_of(pod)} in StatefulSet {name_of(sts)}", "successful", refusal)


def _tell_of_claim(
    controller: Reconciler, sts: Body, pod: Body, claim: Body, refusal: StatusError | None = None
) -> None:
    about = "Pod" if refusal is None else "for Pod"
    what = f"create Claim {name_of(claim)} {about} {name_of(pod)} in StatefulSet {name_of(sts)}"
    _record(controller, sts, "create", what, "success", refusal)


def _record(controller: Reconciler, sts: Body, verb: str, what: str, success: str, refusal: StatusError | None) -> None:
    if refusal is not None and is_terminating(refusal):
        return
    world = controller.world
    events.record(
        world,
        sts,
        "Normal" if refusal is None else "Warning",
        f"{'Successful' if refusal is None else 'Failed'}{verb.title()}",
        f"{what} {success}" if refusal is None else f"{what} failed error: {refusal.message}",
        component=controller.name,
        led_by=controller.led_by if refusal is not None else world.revision,
    )
