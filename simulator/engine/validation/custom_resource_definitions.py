"""What is wrong with a CustomResourceDefinition, but for its schemas.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go and
pkg/apihelpers/helpers.go, v1.34.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from ..custom_resources import formats
from ..custom_resources.structural import nodes
from ..errors import FieldError, invalid_value, not_supported, required
from ..objects import annotations_of, get_in, is_condition_true, name_of, spec_of, status_of
from ..registry import Body
from . import conversion, names, openapi_schemas, selectable_fields
from .metadata import IMMUTABLE

_APPROVED = "api-approved.kubernetes.io"
_SEE = "see https://github.com/kubernetes/enhancements/pull/1111"
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")


def validate(body: Body) -> list[FieldError]:
    """What is wrong with a definition, new or changed."""
    spec = spec_of(body)
    errors = list(_name(body, spec))
    errors += _spec(spec)
    errors += names_errors("status.acceptedNames", status_of(body).get("acceptedNames") or {})
    errors += _stored_versions(status_of(body).get("storedVersions") or [], spec.get("versions") or [])
    errors += _approval(body)
    if spec.get("preserveUnknownFields"):
        detail = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        )
        errors.append(invalid_value("spec.preserveUnknownFields", True, detail))
    return errors


def validate_update(new: Body, old: Body) -> list[FieldError]:
    """What may not change: how the objects are called and, once it is established, their scope and kind."""
    fixed: list[tuple[str, ...]] = [("group",), ("names", "plural")]
    if is_condition_true(old, "Established"):
        fixed = [("scope",), ("names", "kind"), *fixed]
    return [
        invalid_value(".".join(("spec", *path)), get_in(new, "spec", *path, default=""), IMMUTABLE)
        for path in fixed
        if get_in(new, "spec", *path) != get_in(old, "spec", *path)
    ]


def warnings(new: Body, old: Body | None) -> list[str]:
    """The formats that are new and that nobody looks at. Those of numbers are among them in 1.34."""
    known = set(_formats(old)) if old else set()
    return [f"unrecognized format {json.dumps(form)}" for form in dict.fromkeys(_formats(new)) if form not in known]


def _formats(body: Body) -> Iterator[str]:
    for version in spec_of(body).get("versions") or ():
        for schema in nodes(get_in(version, "schema", "openAPIV3Schema")):
            if (form := schema.get("format")) and not formats.supported(form):
                yield form


def _name(body: Body, spec: Body) -> Iterator[FieldError]:
    """The name says group and plural, which never change; it is looked at until they are accepted."""
    wanted = f"{get_in(spec, 'names', 'plural', default='')}.{spec.get('group') or ''}"
    if name_of(body) != wanted and not status_of(body).get("conditions"):
        yield invalid_value("metadata.name", name_of(body), 'must be spec.names.plural+"."+spec.group')


def _spec(spec: Body) -> Iterator[FieldError]:
    group, versions = spec.get("group") or "", spec.get("versions") or []
    if not group:
        yield required("spec.group")
    elif wrong := names.dns_subdomain(group):
        yield invalid_value("spec.group", group, ",".join(wrong))
    elif "." not in group:
        yield invalid_value("spec.group", group, "should be a domain with at least one dot")
    scope = spec.get("scope") or ""
    if not scope:
        yield required("spec.scope")
    elif scope not in ("Cluster", "Namespaced"):
        yield not_supported("spec.scope", scope, ("Cluster", "Namespaced"))
    for at, version in enumerate(versions):
        if get_in(version, "schema", "openAPIV3Schema") is None:
            yield required(f"spec.versions[{at}].schema.openAPIV3Schema")
    for at, version in enumerate(versions):
        yield from _version(f"spec.versions[{at}]", version)
    held = [version.get("name", "") for version in versions]
    if len(set(held)) != len(held):
        yield invalid_value("spec.versions", versions, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        detail = "must have exactly one version marked as storage version"
        yield invalid_value("spec.versions", versions, detail)
    called = spec.get("names") or {}
    for name in ("plural", "singular", "kind", "listKind"):
        if not called.get(name):
            yield required(f"spec.names.{name}")
    yield from names_errors("spec.names", called)
    yield from conversion.validate("spec.conversion", spec.get("conversion") or {})


# --- names -------------------------------------------------------------------------------------------------------


def names_errors(path: str, called: Body) -> Iterator[FieldError]:
    for name in ("plural", "singular"):
        if (held := called.get(name)) and (wrong := names.dns_1035_label(held)):
            yield invalid_value(f"{path}.{name}", held, ",".join(wrong))
    for name in ("kind", "listKind"):
        if (held := called.get(name)) and (wrong := names.dns_1035_label(held.lower())):
            detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            yield invalid_value(f"{path}.{name}", held, detail)
    yield from _labels(f"{path}.shortNames", called.get("shortNames") or [])
    if called.get("kind") and called["kind"] == called.get("listKind"):
        yield invalid_value(f"{path}.listKind", called["listKind"], "kind and listKind may not be the same")
    yield from _labels(f"{path}.categories", called.get("categories") or [])


def _labels(path: str, held: list[str]) -> Iterator[FieldError]:
    for at, one in enumerate(held):
        if wrong := names.dns_1035_label(one):
            yield invalid_value(f"{path}[{at}]", one, ",".join(wrong))


def _stored_versions(stored: list[str], versions: list[Body]) -> Iterator[FieldError]:
    path = "status.storedVersions"
    if not stored:
        yield invalid_value(path, stored, "must have at least one stored version")
        return
    listed = [version.get("name", "") for version in versions]
    for version, name in zip(versions, listed, strict=True):
        if version.get("storage") and name not in stored:
            yield invalid_value(path, stored, f"must have the storage version {name}")
    for at, one in enumerate(stored):
        if one not in listed:
            detail = (
                f"missing from spec.versions; {one} was previously a storage version, and must remain in spec.versions "
                f"until a storage migration ensures no data remains persisted in {one} and removes {one} from "
                "status.storedVersions"
            )
            yield invalid_value(f"{path}[{at}]", one, detail)


class Approval(NamedTuple):
    """Whether a group of the Kubernetes community's own was approved, as upstream's condition says it."""

    reason: str
    message: str


def approval(body: Body) -> Approval | None:
    """The approval that the annotation of a definition tells of; None for groups that need none."""
    group = spec_of(body).get("group") or ""
    if not (group in ("k8s.io", "kubernetes.io") or group.endswith((".k8s.io", ".kubernetes.io"))):
        return None
    held = annotations_of(body).get(_APPROVED, "")
    needed = f'protected groups must have approval annotation "{_APPROVED}"'
    if not held:
        return Approval("MissingAnnotation", f"{needed}, {_SEE}")
    if held.startswith("unapproved"):
        return Approval("UnapprovedAnnotation", f"not approved: {json.dumps(held)}")
    parts = urlsplit(held)
    if parts.netloc and parts.scheme:
        return Approval("ApprovedAnnotation", f"approved in {held}")
    detail = f'{needed} with either a URL or a reason starting with "unapproved", {_SEE}'
    return Approval("InvalidAnnotation", detail)


def _approval(body: Body) -> Iterator[FieldError]:
    found = approval(body)
    where = f"metadata.annotations[{_APPROVED}]"
    if found is None or status_of(body).get("conditions"):
        return
    if found.reason == "MissingAnnotation":
        yield required(where, found.message)
    elif found.reason == "InvalidAnnotation":
        yield invalid_value(where, annotations_of(body)[_APPROVED], found.message)


# --- versions ----------------------------------------------------------------------------------------------------


def _version(path: str, version: Body) -> Iterator[FieldError]:
    name = version.get("name") or ""
    if wrong := names.dns_1035_label(name):
        yield invalid_value(f"{path}.name", name, ",".join(wrong))
    warning = version.get("deprecationWarning")
    for wrong_warning in _warning(bool(version.get("deprecated")), warning):
        yield invalid_value(f"{path}.deprecationWarning", warning, wrong_warning)
    schema = get_in(version, "schema", "openAPIV3Schema")
    has_status = get_in(version, "subresources", "status") is not None
    if schema is not None:
        yield from openapi_schemas.validate(f"{path}.schema.openAPIV3Schema", schema, status=has_status)
    if scale := get_in(version, "subresources", "scale"):
        yield from _scale(f"{path}.subresources.scale", scale)
    for at, column in enumerate(version.get("additionalPrinterColumns") or ()):
        yield from _column(f"{path}.additionalPrinterColumns[{at}]", column)
    if schema is not None:
        yield from selectable_fields.validate(f"{path}.selectableFields", version.get("selectableFields") or [], schema)


def _warning(deprecated: bool, text: str | None) -> Iterator[str]:
    if text is None:
        return
    if not deprecated:
        yield "can only be set for deprecated versions"
        return
    if len(text.encode()) > 256:
        yield "must be <= 256 characters long"
    if not text:
        yield "must not be an empty string"
    for at, letter in enumerate(text):
        if unicodedata.category(letter)[0] in "CZ" and letter != " ":
            place = len(text[:at].encode())
            yield f"must only contain printable UTF-8 characters; non-printable character found at index {place}"
            break


def _scale(path: str, scale: Body) -> Iterator[FieldError]:
    for name, under, needed in (
        ("specReplicasPath", (".spec.",), True),
        ("statusReplicasPath", (".status.",), True),
        ("labelSelectorPath", (".spec.", ".status."), False),
    ):
        held, where = scale.get(name) or "", f"{path}.{name}"
        if not held:
            if needed:
                yield required(where)
        elif held[0] != ".":
            yield invalid_value(where, held, "must be a simple json path starting with .")
        elif not held.startswith(under):
            places = " or ".join(one[:-1] for one in under)
            yield invalid_value(
                where, held, f"should be a json path under {'either ' if len(under) > 1 else ''}{places}"
            )


def _column(path: str, column: Body) -> Iterator[FieldError]:
    if not column.get("name"):
        yield required(f"{path}.name")
    kind, form, place = column.get("type") or "", column.get("format") or "", column.get("jsonPath") or ""
    if not kind:
        yield required(f"{path}.type", f"must be one of {','.join(_COLUMN_TYPES)}")
    elif kind not in _COLUMN_TYPES:
        yield invalid_value(f"{path}.type", kind, f"must be one of {','.join(_COLUMN_TYPES)}")
    if form and form not in _COLUMN_FORMATS:
        yield invalid_value(f"{path}.format", form, f"must be one of {','.join(_COLUMN_FORMATS)}")
    if not place:
        yield required(f"{path}.JSONPath")
    elif place[0] != ".":
        yield invalid_value(f"{path}.JSONPath", place, "must be a simple json path starting with .")
