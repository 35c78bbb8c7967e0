"""How a PersistentVolumeClaim may change: bound, then perhaps grown, and hardly otherwise.

Follows ValidatePersistentVolumeClaimUpdate and ValidatePersistentVolumeClaimStatusUpdate in
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from .. import quantity
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import annotations_of, get_in, set_in, spec_of, status_of
from ..registry import Body
from . import names
from .differences import difference
from .fields import figure_of, formed
from .metadata import IMMUTABLE, immutable
from .resources import amount

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_SIZE = ("resources", "requests", "storage")
_RESIZING = (
    "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible",
    "NodeResizePending",
)  # fmt: skip
_ONLY = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"


def claim(new: Body, old: Body) -> list[FieldError]:
    spec, held = spec_of(new), spec_of(old)
    errors: list[FieldError] = []
    fixed, kept = _fixed(spec), _fixed(held)
    if not held.get("volumeName"):
        kept["volumeName"] = fixed["volumeName"]
    upgraded = _upgrades(new, old)
    if not upgraded and annotations_of(new).get(CLASS_ANNOTATION) != annotations_of(old).get(CLASS_ANNOTATION):
        value = annotations_of(new).get(CLASS_ANNOTATION) or ""
        errors.append(invalid_value(f"metadata.annotations.{CLASS_ANNOTATION}", value, IMMUTABLE))
    if upgraded or _names_class(new, old):
        fixed["storageClassName"] = kept["storageClassName"]
    if status_of(new).get("phase") == "Bound":
        if get_in(spec, "resources", "requests") is not None:
            fixed = set_in(fixed, _SIZE, get_in(kept, *_SIZE))
        if spec.get("volumeAttributesClassName") is not None:
            fixed["volumeAttributesClassName"] = kept["volumeAttributesClassName"]
    if fixed != kept:
        errors.append(forbidden_value("spec", f"{_ONLY}\n{difference(kept, fixed, 'spec')}"))
    errors += _smaller(spec, held, status_of(old))
    errors += immutable("volumeMode", spec.get("volumeMode"), held.get("volumeMode"))
    return errors + _attributes(spec, held)


def _fixed(spec: Body) -> Body:
    """The spec with empty and absent made equal, and the fields that may change always there."""
    fixed = {key: value for key, value in spec.items() if value not in (None, [], {})}
    empty: dict[str, Any] = {"volumeName": "", "storageClassName": None, "volumeAttributesClassName": None}
    return {**empty, **fixed}


def _upgrades(new: Body, old: Body) -> bool:
    """True if the class moves from its old annotation into the spec."""
    before, after = annotations_of(old).get(CLASS_ANNOTATION), annotations_of(new).get(CLASS_ANNOTATION)
    named = spec_of(new).get("storageClassName")
    return (
        before is not None
        and spec_of(old).get("storageClassName") is None
        and named == before
        and after in (None, before)
    )


def _names_class(new: Body, old: Body) -> bool:
    """True if a claim without a class gets one."""
    named, before = spec_of(new).get("storageClassName"), annotations_of(old).get(CLASS_ANNOTATION)
    return named is not None and spec_of(old).get("storageClassName") is None and before in (None, named)


def _smaller(spec: Body, held: Body, status: Body) -> list[FieldError]:
    """A claim shrinks only while its volume has not grown yet."""
    size, before = (figure_of(get_in(one, *_SIZE, default="0")) for one in (spec, held))
    actual = figure_of(get_in(status, "capacity", "storage", default="0"))
    if size is None or before is None or actual is None or size >= before or size > actual:
        return []
    return [forbidden_value("spec.resources.requests.storage", "field can not be less than status.capacity")]


def _attributes(spec: Body, held: Body) -> list[FieldError]:
    given, before = spec.get("volumeAttributesClassName"), held.get("volumeAttributesClassName")
    if before is None or given == before:
        return []
    at = "spec.volumeAttributesClassName"
    if given is None:
        return [forbidden_value(at, "update from non-nil value to nil is forbidden")]
    return [] if given else [forbidden_value(at, "update from non-nil value to an empty string is forbidden")]


def status(new: Body, old: Body) -> list[FieldError]:
    held = status_of(new)
    errors = [] if spec_of(old).get("accessModes") else [required("Spec.accessModes")]
    for name, text in sorted((held.get("capacity") or {}).items()):
        errors += _basic(f"status.capacity[{name}]", text)
    at = "status.allocatedResourceStatus"
    for name, state in sorted((held.get("allocatedResourceStatuses") or {}).items()):
        errors += _resource(at, name)
        if state not in _RESIZING:
            errors.append(not_supported(at, name, _RESIZING))
    at = "status.allocatedResources"
    for name, text in sorted((held.get("allocatedResources") or {}).items()):
        broken = _resource(at, name)
        errors += broken or _basic(f"{at}[{name}]", text) or amount(f"{at}[{name}]", "storage", text)
    return errors


def _basic(field: str, text: Any) -> list[FieldError]:
    figure = figure_of(text)
    if figure is not None and figure >= 0:
        return []
    value = text if figure is None else quantity.value(text)
    return [invalid_value(field, value, "must be a valid resource quantity")]


def _resource(field: str, name: str) -> list[FieldError]:
    errors = formed(field, name, names.qualified_name)
    if not errors and ("/" not in name or "kubernetes.io/" in name) and name != "storage":
        errors.append(not_supported(field, name, ("storage",)))
    return errors
