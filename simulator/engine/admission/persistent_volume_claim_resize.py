"""PersistentVolumeClaimResize: a bound claim may grow if its class allows it.

Follows plugin/pkg/admission/storage/persistentvolume/resize/admission.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from .. import errors
from ..objects import annotations_of, get_in, name_of, status_of
from ..quota.amounts import figure
from ..registry import Body, Reader
from .attributes import ON_UPDATE, Attributes, FollowUp, Plugin

_CLAIMS = "persistentvolumeclaims"
_BETA = "volume.beta.kubernetes.io/storage-class"


def validate(attributes: Attributes, reader: Reader) -> Iterable[FollowUp]:
    body, old = attributes.body, attributes.old
    if old is None or _size(body) <= _size(old):
        return ()
    if status_of(old).get("phase") != "Bound":
        raise errors.forbidden(_CLAIMS, name_of(body), "Only bound persistent volume claims can be expanded")
    if not _may_grow(body, old, reader):
        detail = (
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support "
            "resize"
        )
        raise errors.forbidden(_CLAIMS, name_of(body), detail)
    return ()


def _size(claim: Body) -> Fraction:
    return figure(get_in(claim, "spec", "resources", "requests", "storage", default="0"))


def _may_grow(body: Body, old: Body, reader: Reader) -> bool:
    name = _class_of(body)
    if not name or name != _class_of(old):
        return False
    found = reader.get("storageclasses.storage.k8s.io", "", name)
    return bool(found and found.get("allowVolumeExpansion"))


def _class_of(claim: Body) -> str:
    name: str = annotations_of(claim).get(_BETA) or get_in(claim, "spec", "storageClassName", default="")
    return name


PLUGIN = Plugin("PersistentVolumeClaimResize", operations=ON_UPDATE, resources=frozenset({_CLAIMS}), validate=validate)
