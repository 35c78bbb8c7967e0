"""Whether a claim goes with its pod or with its StatefulSet: the owner references that say so.

Follows isClaimOwnerUpToDate and updateClaimOwnerRefForSetAndPod in
pkg/controller/statefulset/stateful_set_utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine.controllers.statefulset.identity import ordinal_of, ordinals
from simulator.engine.objects import get_in, name_of, owner_reference, uid_of
from simulator.engine.registry import Body


def _policy(sts: Body, when: str) -> bool:
    """True if claims are deleted at this occasion (`whenDeleted`, `whenScaled`)."""
    return bool(get_in(sts, "spec", "persistentVolumeClaimRetentionPolicy", when) == "Delete")


def deletes_when_scaled(sts: Body) -> bool:
    return _policy(sts, "whenScaled")


def is_up_to_date(claim: Body, sts: Body, pod: Body) -> bool:
    """True if the claim's owners are those that the policy asks for, or not ours to change."""
    if is_stale(claim, sts) or is_stale(claim, pod):
        return True
    if is_managed_by_another(claim, sts, pod):
        return not (_owns(sts, claim) or _owns(pod, claim))
    uids = {uid_of(sts), uid_of(pod)}
    if any(one["uid"] in uids and not one.get("controller") for one in _references(claim)):
        return False
    wanted = {uid_of(one) for one in _wanted(sts, pod)}
    return wanted == {one["uid"] for one in _references(claim) if one["uid"] in uids}


def owners(claim: Body, sts: Body, pod: Body) -> list[Body]:
    """The claim's owner references as the policy asks for them."""
    others = [one for one in _references(claim) if not _names(one, sts) and not _names(one, pod)]
    if is_managed_by_another(claim, sts, pod):
        return others
    held = {one["uid"] for one in others}
    return [*others, *(owner_reference(one) for one in _wanted(sts, pod) if uid_of(one) not in held)]


def is_managed_by_another(claim: Body, sts: Body, pod: Body) -> bool:
    """True if the policy deletes claims, and this one has a controller that is neither this StatefulSet nor this pod.

    An owner of the same name with another uid is such a controller too.
    """
    if not _policy(sts, "whenScaled") and not _policy(sts, "whenDeleted"):
        return False
    for reference in _references(claim):
        owner = next((one for one in (sts, pod) if _names(reference, one)), None)
        if owner is None:
            if reference.get("controller"):
                return True
        elif reference["uid"] != uid_of(owner):
            return True
    return False


def is_stale(claim: Body, owner: Body) -> bool:
    """True if the claim belongs to an earlier object of the owner's name."""
    found = next((one for one in _references(claim) if _names(one, owner)), None)
    return found is not None and found["uid"] != uid_of(owner)


def _wanted(sts: Body, pod: Body) -> list[Body]:
    """Who shall own the pod's claims: the pod once it is scaled away, else the StatefulSet, as the policy says."""
    if _policy(sts, "whenScaled") and ordinal_of(pod) not in ordinals(sts):
        return [pod]
    return [sts] if _policy(sts, "whenDeleted") else []


def _references(claim: Body) -> Iterable[Body]:
    return claim["metadata"].get("ownerReferences") or ()


def _owns(owner: Body, claim: Body) -> bool:
    return any(one["uid"] == uid_of(owner) for one in _references(claim))


def _names(reference: Body, owner: Body) -> bool:
    """True if the reference is to an object of the owner's kind and name."""
    named = (reference["apiVersion"], reference["kind"], reference["name"])
    return named == (owner["apiVersion"], owner["kind"], name_of(owner))
