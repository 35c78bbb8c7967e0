"""VolumeAttachment: a volume that should be attached to a node, and whether it is.

Follows pkg/registry/storage/volumeattachment/strategy.go, ValidateVolumeAttachment in
pkg/apis/storage/validation/validation.go and printVolumeAttachment in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value, invalid_value, required, too_long
from ..objects import drop_in, get_in, spec_of, status_of
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Kind, Part
from ..validation import names
from ..validation.fields import formed
from ..validation.go_values import VOLUME_ATTACHMENT, shown
from ..validation.metadata import IMMUTABLE
from ..validation.persistent_volumes import volume_spec
from ..validation.volume_sources import driver_name

_LARGEST = 256 * 1024
_LONGEST_ERROR = 1024
_ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def _default(body: Body) -> Body:
    """Without the codes of errors: their gate, MutableCSINodeAllocatableCount, is off in 1.34."""
    for key in ("attachError", "detachError"):
        if get_in(body, "status", key, "errorCode") is not None:
            body = drop_in(body, ("status", key, "errorCode"))
    return body


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {"attached": False}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = [] if spec.get("attacher") else [required("spec.attacher")]
    errors += _source("spec.source", spec.get("source") or {})
    errors += formed("spec.nodeName", spec.get("nodeName") or "", names.dns_subdomain)
    return errors + _validate_status(body, body)


def _source(at: str, source: Body) -> list[FieldError]:
    name, inline = source.get("persistentVolumeName"), source.get("inlineVolumeSpec")
    if name is None and inline is None:
        return [required(at, _ONE)]
    if name is not None and inline is not None:
        return [forbidden_value(at, _ONE)]
    if inline is not None:
        return volume_spec(f"{at}.inlineVolumeSpec", inline, inline=True)
    return [] if name else [required(f"{at}.persistentVolumeName", "must specify non empty persistentVolumeName")]


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    held = status.get("attachmentMetadata") or {}
    size = sum(len(key.encode()) + len((value or "").encode()) for key, value in held.items())
    errors = [too_long("status.attachmentMetadata", _LARGEST)] if size > _LARGEST else []
    for key in ("attachError", "detachError"):
        message = (status.get(key) or {}).get("message") or ""
        if len(message.encode()) > _LONGEST_ERROR:
            errors.append(too_long(f"status.{key}.message", _LARGEST))  # Upstream names the other limit, too.
    return errors


def _validate_create(body: Body) -> list[FieldError]:
    errors = driver_name("spec.attacher", spec_of(body).get("attacher") or "")
    name = get_in(body, "spec", "source", "persistentVolumeName")
    return errors if name is None else errors + formed("spec.source.persistentVolumeName", name, names.dns_subdomain)


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    if new.get("spec") == old.get("spec"):
        return []
    return [invalid_value("spec", shown(spec_of(new), VOLUME_ATTACHMENT), IMMUTABLE)]


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttachment",
    plural="volumeattachments",
    namespaced=False,
    has_generation=False,
    parts={"status": Part(lambda new, old: new, _validate_status)},
    columns=(
        NAME,
        Column(
            "Attacher",
            field("spec", "attacher"),
            documented="storage.v1.VolumeAttachmentSpec.attacher",
        ),
        Column(
            "PV",
            field("spec", "source", "persistentVolumeName"),
            documented="storage.v1.VolumeAttachmentSource.persistentVolumeName",
        ),
        Column(
            "Node",
            field("spec", "nodeName"),
            documented="storage.v1.VolumeAttachmentSpec.nodeName",
        ),
        Column(
            "Attached",
            field("status", "attached", default=False),
            "boolean",
            documented="storage.v1.VolumeAttachmentStatus.attached",
        ),
        AGE,
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_create=_validate_create,
    validate_update=_validate_update,
)
