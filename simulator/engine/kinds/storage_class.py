"""StorageClass: how volumes are made for claims that ask for none in particular.

Follows pkg/registry/storage/storageclass/strategy.go, pkg/apis/storage/v1/defaults.go, ValidateStorageClass in
pkg/apis/storage/validation/validation.go and printStorageClass in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, not_supported, required
from ..objects import annotations_of, fill_in, name_of
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind
from ..validation import names
from ..validation.fields import formed
from ..validation.metadata import immutable
from ..validation.parameters import parameters, provisioner

_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_POLICIES = ("Delete", "Retain")
_MODES = ("Immediate", "WaitForFirstConsumer")


def is_default(body: Body) -> bool:
    """True for a class that claims get that name none."""
    return any(annotations_of(body).get(key) == "true" for key in _DEFAULT)


def _default(body: Body) -> Body:
    return fill_in(body, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _validate(body: Body) -> list[FieldError]:
    policy = body.get("reclaimPolicy") or ""
    errors = provisioner("provisioner", body.get("provisioner") or "")
    errors += parameters("parameters", body.get("parameters") or {})
    if policy and policy not in _POLICIES:
        errors.append(not_supported("reclaimPolicy", policy, _POLICIES))
    mode = body.get("volumeBindingMode")
    if mode not in _MODES:
        errors.append(not_supported("volumeBindingMode", mode, _MODES))
    return errors + _topologies("allowedTopologies", body.get("allowedTopologies") or [])


def _topologies(at: str, terms: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: list[dict[str, frozenset[str]]] = []
    for position, term in enumerate(terms):
        where, chosen = f"{at}[{position}].matchLabelExpressions", dict[str, frozenset[str]]()
        for index, one in enumerate(term.get("matchLabelExpressions") or ()):
            key, values = one.get("key") or "", one.get("values") or []
            errors += _expression(f"{where}[{index}]", key, values)
            if key in chosen:
                errors.append(duplicate(f"{where}[{index}].key", key))
            chosen[key] = frozenset(values)
        errors += [duplicate(where, "") for other in known if other == chosen]
        known.append(chosen)
    return errors


def _expression(at: str, key: str, values: list[str]) -> list[FieldError]:
    errors = [] if values else [required(f"{at}.values")]
    errors += [
        duplicate(f"{at}.values[{position}]", value)
        for position, value in enumerate(values)
        if value in values[:position]
    ]
    return errors + formed(f"{at}.key", key, names.qualified_name)


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = [
        forbidden_value(key, f"updates to {key} are forbidden.")
        for key in ("parameters", "provisioner", "reclaimPolicy")
        if (new.get(key) or None) != (old.get(key) or None)
    ]
    return errors + immutable("volumeBindingMode", new.get("volumeBindingMode"), old.get("volumeBindingMode"))


def _name(body: Body, now: Instant) -> str:
    return f"{name_of(body)} (default)" if is_default(body) else name_of(body)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="StorageClass",
    plural="storageclasses",
    namespaced=False,
    short_names=("sc",),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME._replace(cell=_name),
        Column(
            "Provisioner",
            field("provisioner"),
            documented="storage.v1.StorageClass.provisioner",
        ),
        Column(
            "ReclaimPolicy",
            field("reclaimPolicy", default="Delete"),
            documented="storage.v1.StorageClass.reclaimPolicy",
        ),
        Column(
            "VolumeBindingMode",
            field("volumeBindingMode", default="Immediate"),
            documented="storage.v1.StorageClass.volumeBindingMode",
        ),
        Column(
            "AllowVolumeExpansion",
            field("allowVolumeExpansion", default=False),
            documented="storage.v1.StorageClass.allowVolumeExpansion",
        ),
        AGE,
    ),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
)
