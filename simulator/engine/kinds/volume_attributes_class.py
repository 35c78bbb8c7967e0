"""VolumeAttributesClass: attributes of volumes that may change while they are in use.

Follows pkg/registry/storage/volumeattributesclass/strategy.go, ValidateVolumeAttributesClass in
pkg/apis/storage/validation/validation.go and printVolumeAttributesClass in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Kind
from ..validation.parameters import parameters, provisioner


def _validate(body: Body) -> list[FieldError]:
    errors = provisioner("driverName", body.get("driverName") or "")
    return errors + parameters("parameters", body.get("parameters") or {}, may_be_empty=False)


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    return [
        forbidden_value(key, f"updates to {key} are forbidden.")
        for key in ("driverName", "parameters")
        if (new.get(key) or None) != (old.get(key) or None)
    ]


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttributesClass",
    plural="volumeattributesclasses",
    namespaced=False,
    short_names=("vac",),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column("DriverName", field("driverName"), documented="storage.v1.VolumeAttributesClass.driverName"),
        AGE,
    ),
    validate=_validate,
    validate_update=_validate_update,
)
