"""CSIStorageCapacity: how much a driver can still make of a class in one part of the cluster.

Follows pkg/registry/storage/csistoragecapacity/strategy.go, ValidateCSIStorageCapacity in
pkg/apis/storage/validation/validation.go and printCSIStorageCapacity in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from .. import quantity
from ..errors import FieldError
from ..printing import NAME, UNSET, field
from ..registry import Body, Column, Kind
from ..validation import names
from ..validation.fields import formed, quantity_not_negative
from ..validation.metadata import immutable
from ..validation.selectors import label_selector

_AMOUNTS = ("capacity", "maximumVolumeSize")


def _default(body: Body) -> Body:
    held = {key: body[key] for key in _AMOUNTS if body.get(key) is not None}
    new = quantity.canonical_map(held)
    return body if new == held else {**body, **new}


def _validate(body: Body) -> list[FieldError]:
    errors = label_selector("nodeTopology", body.get("nodeTopology"))
    errors += formed("storageClassName", body.get("storageClassName") or "", names.dns_subdomain)
    return errors + quantity_not_negative("capacity", body.get("capacity"))


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = immutable("nodeTopology", new.get("nodeTopology"), old.get("nodeTopology"))
    return errors + immutable("storageClassName", new.get("storageClassName"), old.get("storageClassName"))


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIStorageCapacity",
    plural="csistoragecapacities",
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "StorageClassName",
            field("storageClassName"),
            documented="storage.v1.CSIStorageCapacity.storageClassName",
        ),
        Column(
            "Capacity",
            field("capacity", default=UNSET),
            documented="storage.v1.CSIStorageCapacity.capacity",
        ),
    ),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
)
