"""PersistentVolume: a piece of storage in the cluster.

Follows pkg/registry/core/persistentvolume/strategy.go, pkg/apis/core/v1/defaults.go, ValidatePersistentVolume and
ValidatePersistentVolumeUpdate in pkg/apis/core/validation/validation.go and printPersistentVolume in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from .. import quantity
from ..defaults import volume_sources
from ..errors import FieldError
from ..objects import fill_in, get_in, is_deleting, name_of, spec_of, status_of
from ..printing import AGE, NAME, UNSET, access_modes, class_of, field
from ..registry import Body, Column, Instant, Kind
from ..validation import volume_changes
from ..validation.persistent_volumes import volume_spec


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = held if held.get("persistentVolumeReclaimPolicy") else {**held, "persistentVolumeReclaimPolicy": "Retain"}
    spec = volume_sources.sources(fill_in(spec, volumeMode="Filesystem"))
    capacity = quantity.canonical_map(spec.get("capacity") or {})
    if capacity and capacity is not spec["capacity"]:
        spec = {**spec, "capacity": capacity}
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    if get_in(body, "status", "phase"):
        return body
    since = body["metadata"]["creationTimestamp"]
    return {**body, "status": {"phase": "Pending", "lastPhaseTransitionTime": since}}


def _validate(body: Body) -> list[FieldError]:
    return volume_spec("spec", spec_of(body), name=name_of(body))


def _fields(body: Body) -> Mapping[str, str]:
    return {"name": name_of(body)}


def _phase(body: Body, now: Instant) -> str:
    return "Terminating" if is_deleting(body) else status_of(body).get("phase") or ""


def _claim(body: Body, now: Instant) -> str:
    claim = spec_of(body).get("claimRef")
    return f"{claim.get('namespace') or ''}/{claim.get('name') or ''}" if claim else ""


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolume",
    plural="persistentvolumes",
    namespaced=False,
    short_names=("pv",),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Capacity",
            field("spec", "capacity", "storage", default="0"),
            documented="core.v1.PersistentVolumeSpec.capacity",
        ),
        Column(
            "Access Modes",
            lambda body, now: access_modes(spec_of(body).get("accessModes")),
            documented="core.v1.PersistentVolumeSpec.accessModes",
        ),
        Column(
            "Reclaim Policy",
            field("spec", "persistentVolumeReclaimPolicy"),
            documented="core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy",
        ),
        Column(
            "Status",
            _phase,
            documented="core.v1.PersistentVolumeStatus.phase",
        ),
        Column(
            "Claim",
            _claim,
            documented="core.v1.PersistentVolumeSpec.claimRef",
        ),
        Column("StorageClass", class_of, description="StorageClass of the pv"),
        Column(
            "VolumeAttributesClass",
            field("spec", "volumeAttributesClassName", default=UNSET),
            description="VolumeAttributesClass of the pv",
        ),
        Column(
            "Reason",
            field("status", "reason"),
            documented="core.v1.PersistentVolumeStatus.reason",
        ),
        AGE,
        Column(
            "VolumeMode",
            field("spec", "volumeMode", default=UNSET),
            priority=1,
            documented="core.v1.PersistentVolumeSpec.volumeMode",
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_update=volume_changes.volume,
    fields=_fields,
)
