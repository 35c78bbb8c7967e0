"""Namespace: Active until it is deleted, then Terminating until the namespace controller has emptied it.

Follows pkg/registry/core/namespace/strategy.go and storage/storage.go, and ValidateNamespace in
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import FieldError, invalid_value
from ..objects import drop_in, get_in, is_deleting, labels_of, name_of, set_in
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Kind, Part
from ..validation.metadata import finalizer

FINALIZER = "kubernetes"
_NAME_LABEL = "kubernetes.io/metadata.name"


def _default(body: Body) -> Body:
    name = name_of(body)
    if not name or labels_of(body).get(_NAME_LABEL) == name:
        return body
    return set_in(body, ("metadata", "labels"), {**labels_of(body), _NAME_LABEL: name})


def _prepare_create(body: Body) -> Body:
    held = get_in(body, "spec", "finalizers", default=[])
    if FINALIZER not in held:
        body = set_in(body, ("spec", "finalizers"), [*held, FINALIZER])
    return body if get_in(body, "status", "phase") else {**body, "status": {"phase": "Active"}}


def _prepare_update(new: Body, old: Body) -> Body:
    """Only the `finalize` subresource takes finalizers out of a namespace's spec."""
    return {**new, "spec": old["spec"]} if "spec" in old else drop_in(new, ("spec",))


def _finalized(new: Body, old: Body) -> Body:
    """The old namespace with the finalizers of the new one's spec."""
    held = get_in(new, "spec", "finalizers", default=[])
    return set_in(old, ("spec", "finalizers"), held) if held else drop_in(old, ("spec", "finalizers"))


def _validate(body: Body) -> list[FieldError]:
    return [
        error for one in get_in(body, "spec", "finalizers", default=[]) for error in finalizer("spec.finalizers", one)
    ]


def _validate_finalize(new: Body, old: Body) -> list[FieldError]:
    held = get_in(new, "spec", "finalizers", default=[])
    return [error for position, one in enumerate(held) for error in finalizer(f"spec.finalizers[{position}]", one)]


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    phase = get_in(new, "status", "phase", default="")
    wanted, state = ("Terminating", "not empty") if is_deleting(old) else ("Active", "empty")
    if phase == wanted:
        return []
    return [invalid_value("status.Phase", phase, f"may only be '{wanted}' if `deletionTimestamp` is {state}")]


def _prepare_delete(body: Body) -> Body:
    return set_in(body, ("status", "phase"), "Terminating")


def _fields(body: Body) -> Mapping[str, str]:
    return {"name": name_of(body), "status.phase": get_in(body, "status", "phase", default="")}


KIND = Kind(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    namespaced=False,
    short_names=("ns",),
    subresources=frozenset({"status", "finalize"}),
    parts={
        "finalize": Part(_finalized, _validate_finalize),
        "status": Part(lambda new, old: new, _validate_status),
    },
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    has_generation=False,
    name_rule="label",
    columns=(NAME, Column("Status", field("status", "phase"), description="The status of the namespace"), AGE),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    prepare_delete=_prepare_delete,
    validate=_validate,
    fields=_fields,
)
