"""The spec of a PersistentVolumeClaim, alone or as the template of an ephemeral volume.

Follows ValidatePersistentVolumeClaimSpec and ValidatePersistentVolumeClaimTemplate in
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed, positive_quantity, present
from .metadata import annotation_map, labels
from .selectors import label_selector

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
_OTHER_METADATA = (
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
)  # fmt: skip


def claim_spec(field: str, spec: Body) -> list[FieldError]:
    modes = spec.get("accessModes") or []
    errors = [] if modes else [required(f"{field}.accessModes", "at least 1 access mode is required")]
    errors += label_selector(f"{field}.selector", spec.get("selector"))
    errors += access_modes(f"{field}.accessModes", modes)
    errors += _size(f"{field}.resources[storage]", spec)
    if spec.get("storageClassName"):
        errors += formed(f"{field}.storageClassName", spec["storageClassName"], names.dns_subdomain)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        errors.append(not_supported(f"{field}.volumeMode", mode, VOLUME_MODES))
    errors += _data_sources(field, spec)
    if spec.get("volumeAttributesClassName"):
        at = f"{field}.volumeAttributesClassName"
        errors += formed(at, spec["volumeAttributesClassName"], names.dns_subdomain)
    return errors


def access_modes(field: str, modes: list[str]) -> list[FieldError]:
    """The access modes of a claim or of a volume."""
    errors = [not_supported(field, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    known = {mode for mode in modes if mode in ACCESS_MODES}
    if "ReadWriteOncePod" in known and len(known) > 1:
        errors.append(forbidden_value(field, "may not use ReadWriteOncePod with other access modes"))
    return errors


def _size(field: str, spec: Body) -> list[FieldError]:
    requests = (spec.get("resources") or {}).get("requests") or {}
    return positive_quantity(field, requests["storage"]) if "storage" in requests else [required(field)]


def _data_sources(field: str, spec: Body) -> list[FieldError]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    errors: list[FieldError] = []
    for key, held in (("dataSource", source), ("dataSourceRef", reference)):
        if held is not None:
            errors += _data_source(f"{field}.{key}", held)
    if reference is not None and source is not None:
        # Upstream means to show the path of dataSource here; its JSON is an empty object.
        if reference.get("namespace"):
            errors.append(invalid_value(field, {}, "may not be specified when dataSourceRef.namespace is specified"))
        elif any(source.get(key) != reference.get(key) for key in ("apiGroup", "kind", "name")):
            errors.append(invalid_value(field, {}, "must match dataSourceRef"))
    return errors


def _data_source(field: str, held: Body) -> list[FieldError]:
    errors = present(field, held, "name", "kind")
    group, kind = held.get("apiGroup") or "", held.get("kind") or ""
    if not group and kind != "PersistentVolumeClaim":
        detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        errors.append(invalid_value(field, kind, detail))
    if group:
        errors += formed(f"{field}.apiGroup", group, names.dns_subdomain)
    return errors + (formed(f"{field}.namespace", held["namespace"], names.dns_label) if held.get("namespace") else [])


def claim_template(field: str, template: Body) -> list[FieldError]:
    """The template of the claim that is made for an ephemeral volume."""
    meta, at = template.get("metadata") or {}, f"{field}.metadata"
    errors = annotation_map(f"{at}.annotations", meta.get("annotations"))
    errors += labels(f"{at}.labels", meta.get("labels"))
    for key in _OTHER_METADATA:
        if meta.get(key):
            errors.append(forbidden_value(f"{at}.{'uID' if key == 'uid' else key}", "cannot be set"))
    return errors + claim_spec(f"{field}.spec", template.get("spec") or {})
