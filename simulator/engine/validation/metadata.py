"""What must hold of every object's metadata, whatever its kind.

Follows staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go and pkg/apis/meta/v1/validation/validation.go,
v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import FieldError, forbidden_value, invalid_value, required, too_long
from ..objects import is_deleting
from ..registry import Body, Kind
from . import names

IMMUTABLE = "field is immutable"
_STANDARD_FINALIZERS = ("foregroundDeletion", "kubernetes", "orphan")
_ANNOTATIONS_LIMIT = 256 * 1024
_RULES: Mapping[str, names.Check] = {
    "subdomain": names.dns_subdomain,
    "label": names.dns_label,
    "service": names.dns_1035_label,
    "free": names.path_segment,
}


def validate(kind: Kind, body: Body) -> list[FieldError]:
    """What is wrong with the metadata of a new object, whose name must be made by now."""
    meta = body["metadata"]
    rule = _RULES[kind.name_rule]
    errors: list[FieldError] = []
    prefix, name = meta.get("generateName") or "", meta.get("name") or ""
    if prefix:
        masked = f"{prefix[:-1]}a" if len(prefix) > 1 and prefix.endswith("-") else prefix
        errors += [invalid_value("metadata.generateName", prefix, message) for message in rule(masked)]
    if not name:
        errors.append(required("metadata.name", "name or generateName is required"))
    else:
        errors += [invalid_value("metadata.name", name, message) for message in rule(name)]
    return errors + _namespace(kind, meta) + _common(kind, meta)


def validate_update(kind: Kind, new: Body, old: Body) -> list[FieldError]:
    """What is wrong with the metadata of an object that replaces another."""
    meta, held = new["metadata"], old["metadata"]
    errors = []
    if is_deleting(old):
        extra = sorted(set(meta.get("finalizers") or ()) - set(held.get("finalizers") or ()))
        if extra:
            listed = ", ".join(json.dumps(one) for one in extra)
            detail = (
                "no new finalizers can be added if the object is being deleted, found new finalizers "
                f"[]string{{{listed}}}"
            )
            errors.append(forbidden_value("metadata.finalizers", detail))
    for key in ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        if meta.get(key) != held.get(key):
            errors.append(invalid_value(f"metadata.{key}", meta.get(key), IMMUTABLE))
    return errors + _common(kind, meta)


def immutable(field: str, new: Any, old: Any) -> list[FieldError]:
    """An error if the field differs; absent, null and empty are the same to upstream's semantic comparison."""
    if new == old or (not new and not old and not isinstance(new, bool | int) and not isinstance(old, bool | int)):
        return []
    return [invalid_value(field, new, IMMUTABLE)]


def _namespace(kind: Kind, meta: Body) -> list[FieldError]:
    namespace = meta.get("namespace") or ""
    if not kind.namespaced:
        return [forbidden_value("metadata.namespace", "not allowed on this type")] if namespace else []
    if not namespace:
        return [required("metadata.namespace")]
    return [invalid_value("metadata.namespace", namespace, message) for message in names.dns_label(namespace)]


def _common(kind: Kind, meta: Body) -> list[FieldError]:
    errors = labels("metadata.labels", meta.get("labels")) if meta.get("labels") else []
    if meta.get("annotations"):
        errors += annotation_map("metadata.annotations", meta["annotations"])
    if meta.get("ownerReferences"):
        errors += _owners("metadata.ownerReferences", meta["ownerReferences"])
    if meta.get("finalizers"):
        errors += _finalizers("metadata.finalizers", meta["finalizers"])
        if kind.structural is None:
            for position, one in enumerate(meta["finalizers"]):
                errors += standard(f"metadata.finalizers[{position}]", one)
    return errors


def labels(field: str, held: Mapping[str, str] | None) -> list[FieldError]:
    errors = []
    for key in sorted(held or {}):
        value = (held or {})[key] or ""
        errors += [invalid_value(field, key, message) for message in names.qualified_name(key)]
        errors += [invalid_value(field, value, message) for message in names.label_value(value)]
    return errors


def annotation_map(field: str, held: Mapping[str, str] | None) -> list[FieldError]:
    errors, size = [], 0
    for key in sorted(held or {}):
        size += len(key.encode()) + len(((held or {})[key] or "").encode())
        errors += [invalid_value(field, key, message) for message in names.qualified_name(key.lower())]
    return [*errors, too_long(field, _ANNOTATIONS_LIMIT)] if size > _ANNOTATIONS_LIMIT else errors


def _owners(field: str, owners: list[Body]) -> list[FieldError]:
    errors, first = [], ""
    for owner in owners:
        if not owner.get("apiVersion"):
            errors.append(invalid_value(f"{field}.apiVersion", "", "version must not be empty"))
        for key in ("kind", "name", "uid"):
            if not owner.get(key):
                errors.append(invalid_value(f"{field}.{key}", "", "must not be empty"))
        if owner.get("kind") == "Event" and owner.get("apiVersion") == "v1":
            errors.append(invalid_value(field, owner, "/v1, Kind=Event is disallowed from being an owner"))
        if owner.get("controller"):
            this = f"{owner.get('kind')}/{owner.get('name')}"
            if first:
                detail = (
                    'Only one reference can have Controller set to true. Found "true" in references for '
                    f"{first} and {this}"
                )
                errors.append(invalid_value(field, owners, detail))
            first = first or this
    return errors


def _finalizers(field: str, held: list[str]) -> list[FieldError]:
    errors = [invalid_value(field, one, message) for one in held for message in names.qualified_name(one)]
    if "orphan" in held and "foregroundDeletion" in held:
        errors.append(invalid_value(field, held, "finalizer orphan and foregroundDeletion cannot be both set"))
    return errors


def finalizer(field: str, name: str) -> list[FieldError]:
    """A finalizer's name. Follows validateFinalizerName in pkg/apis/core/validation/validation.go."""
    return [invalid_value(field, name, message) for message in names.qualified_name(name)] + standard(field, name)


def standard(field: str, name: str) -> list[FieldError]:
    """A finalizer without a domain is one of Kubernetes' own."""
    if "/" in name or name in _STANDARD_FINALIZERS:
        return []
    return [invalid_value(field, name, "name is neither a standard finalizer name nor is it fully qualified")]
