"""The claims that a pod's volumes name, and what the scheduler reads in claims and PersistentVolumes.

Follows staging/src/k8s.io/component-helpers/storage/{ephemeral/ephemeral,volume/helpers,volume/pv_helpers}.go, v1.34.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from simulator.engine import quantity
from simulator.engine.objects import annotations_of, controller_of, get_in, name_of, namespace_of, spec_of, uid_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.shape import Shape

CLAIMS = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
_BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


class Claimed(NamedTuple):
    """A claim that a volume of a pod names. pod, uid: of the pod that an ephemeral one is made for."""

    name: str
    pod: str = ""
    uid: str = ""

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.pod)

    def trouble(self, namespace: str, claim: Body) -> str:
        """What is wrong if an ephemeral volume's claim belongs to somebody else."""
        owner = controller_of(claim) if self.is_ephemeral else None
        if not self.is_ephemeral or (owner is not None and owner.get("uid") == self.uid):
            return ""
        return f"PVC {namespace}/{self.name} was not created for pod {namespace}/{self.pod} (pod is not owner)"


def claims_of(shape: Shape) -> tuple[Claimed, ...]:
    """The claims of a pod's volumes, ephemeral ones among them, in their order."""
    return shape.once("claims", _claims)


def named_claims(shape: Shape) -> frozenset[str]:
    """The names of the claims that are not made for the pod."""
    return shape.once("claims.named", lambda one: frozenset(c.name for c in claims_of(one) if not c.is_ephemeral))


def _claims(shape: Shape) -> tuple[Claimed, ...]:
    found = []
    for volume in shape.spec.get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            found.append(Claimed(volume["persistentVolumeClaim"]["claimName"]))
        elif "ephemeral" in volume:
            one = volume["ephemeral"]
            found.append(Claimed(one["claimName"], one["pod"], one["uid"]))
    return tuple(found)


def claim_not_found(name: str) -> str:
    return f'persistentvolumeclaim "{name}" not found'


def names_claim(shape: Shape, claim: Body) -> bool:
    """True if a volume of the pod, ephemeral or not, names the claim."""
    name = name_of(claim)
    return namespace_of(claim) == shape.namespace and any(one.name == name for one in claims_of(shape))


def class_of(body: Body) -> str:
    """The storage class of a claim or a volume: the annotation of old, even an empty one, before the field."""
    annotation = annotations_of(body).get(_OLD_CLASS)
    return annotation if annotation is not None else spec_of(body).get("storageClassName") or ""


def waits_for_consumer(reader: Reader, claim: Body) -> bool:
    """True if a claim is to be bound or provisioned only when a pod that uses it has been given a node."""
    name = class_of(claim)
    found = reader.get(CLASSES, "", name) if name else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def is_fully_bound(claim: Body) -> bool:
    return bool(spec_of(claim).get("volumeName")) and _BIND_COMPLETED in annotations_of(claim)


def is_bound_to(volume: Body, claim: Body) -> bool:
    """True if a volume is bound, or reserved by whoever made it, for the claim."""
    reference = spec_of(volume).get("claimRef")
    return (
        reference is not None
        and (reference.get("namespace"), reference.get("name")) == (namespace_of(claim), name_of(claim))
        and reference.get("uid") in (None, "", uid_of(claim))
    )


def requested(claim: Body) -> int:
    """How much storage a claim asks for, in billionths of a byte: whatever is written is a whole number of these."""
    return _amount(get_in(claim, "spec", "resources", "requests", "storage", default="0"))


def capacity(volume: Body) -> int:
    """The same, of what a volume has."""
    return _amount(get_in(volume, "spec", "capacity", "storage", default="0"))


@lru_cache(maxsize=1024)
def _amount(text: str | int | float) -> int:
    return int(quantity.parse(text)[0] * 10**9)
