"""PersistentVolumeClaim: a wish for storage, and the volume that grants it.

Follows pkg/registry/core/persistentvolumeclaim/strategy.go, pkg/apis/core/v1/defaults.go,
ValidatePersistentVolumeClaim and ValidatePersistentVolumeClaimUpdate in pkg/apis/core/validation/validation.go and
printPersistentVolumeClaim in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from .. import quantity
from ..errors import FieldError
from ..objects import drop_in, fill_in, get_in, is_deleting, name_of, spec_of, status_of
from ..printing import AGE, NAME, UNSET, access_modes, class_of, field
from ..registry import Body, Column, Instant, Kind, Part
from ..validation import claim_changes
from ..validation.claims import claim_spec

_SNAPSHOT = ("snapshot.storage.k8s.io", "VolumeSnapshot")
_CLAIM = ("", "PersistentVolumeClaim")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, volumeMode="Filesystem")
    resources = spec.get("resources") or {}
    new = {
        key: quantity.canonical_map(resources[key])
        if key in ("limits", "requests") and resources[key]
        else resources[key]
        for key in resources
    }
    if new != resources or "resources" not in spec:
        spec = {**spec, "resources": new}
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    spec = _with_both_sources(body["spec"])
    body = body if spec is body["spec"] else {**body, "spec": spec}
    return body if get_in(body, "status", "phase") else {**body, "status": {"phase": "Pending"}}


def _with_both_sources(spec: Body) -> Body:
    """Where the data come from, said in the old field and in the new one. Follows NormalizeDataSources."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if reference is not None and reference.get("namespace"):
        reference = drop_in(reference, ("namespace",))
        spec = {**spec, "dataSourceRef": reference}
    if source is not None and reference is None:
        if (source.get("apiGroup") or "", source.get("kind")) not in (_CLAIM, _SNAPSHOT):
            return drop_in(spec, ("dataSource",))
        return {**spec, "dataSourceRef": source}
    return {**spec, "dataSource": reference} if reference is not None and source is None else spec


def _validate(body: Body) -> list[FieldError]:
    return claim_spec("spec", spec_of(body))


def _fields(body: Body) -> Mapping[str, str]:
    return {"name": name_of(body)}


# --- kubectl get -------------------------------------------------------------------------------------------------


def _phase(body: Body, now: Instant) -> str:
    return "Terminating" if is_deleting(body) else status_of(body).get("phase") or ""


def _capacity(body: Body, now: Instant) -> str:
    if not spec_of(body).get("volumeName"):
        return ""
    return str(get_in(body, "status", "capacity", "storage", default="0"))


def _modes(body: Body, now: Instant) -> str:
    return access_modes(status_of(body).get("accessModes")) if spec_of(body).get("volumeName") else ""


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolumeClaim",
    plural="persistentvolumeclaims",
    short_names=("pvc",),
    has_generation=False,
    parts={"status": Part(lambda new, old: new, claim_changes.status)},
    columns=(
        NAME,
        Column("Status", _phase, documented="core.v1.PersistentVolumeClaimStatus.phase"),
        Column(
            "Volume",
            field("spec", "volumeName"),
            documented="core.v1.PersistentVolumeClaimSpec.volumeName",
        ),
        Column("Capacity", _capacity, documented="core.v1.PersistentVolumeClaimStatus.capacity"),
        Column(
            "Access Modes",
            _modes,
            documented="core.v1.PersistentVolumeClaimStatus.accessModes",
        ),
        Column("StorageClass", class_of, description="StorageClass of the pvc"),
        Column(
            "VolumeAttributesClass",
            field("spec", "volumeAttributesClassName", default=UNSET),
            description="VolumeAttributesClass of the pvc",
        ),
        AGE,
        Column(
            "VolumeMode",
            field("spec", "volumeMode", default=UNSET),
            priority=1,
            documented="core.v1.PersistentVolumeClaimSpec.volumeMode",
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_update=claim_changes.claim,
    fields=_fields,
)
