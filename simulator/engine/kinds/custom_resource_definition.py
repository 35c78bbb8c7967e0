"""CustomResourceDefinition: a kind that the cluster's own users bring along.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/{strategy,etcd}.go,
pkg/apis/apiextensions/v1/defaults.go and pkg/apis/apiextensions/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError
from ..objects import conditions_of, fill_in, get_in, set_in, spec_of, status_of, with_condition
from ..printing import NAME
from ..registry import Body, Column, Kind, Part
from ..validation import custom_resource_definitions

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
_NO_NAMES = {"kind": "", "plural": ""}


def _default(body: Body) -> Body:
    held = spec_of(body)
    names = held.get("names") or {}
    kind = names.get("kind") or ""
    called = fill_in(names, singular=kind.lower(), listKind=f"{kind}List") if kind else names
    if kind and not (names.get("singular") and names.get("listKind")):
        called = {
            **called,
            "singular": called["singular"] or kind.lower(),
            "listKind": called["listKind"] or f"{kind}List",
        }
    spec = fill_in({**held, "names": called}, conversion={"strategy": "None"})
    service = get_in(spec, "conversion", "webhook", "clientConfig", "service")
    if service is not None and service.get("port") is None:
        spec = set_in(spec, ("conversion", "webhook", "clientConfig", "service", "port"), 443)
    return body if spec == held else {**body, "spec": spec}


def _stored(body: Body, held: list[str]) -> list[str]:
    """The versions in which objects have been stored, with that of now."""
    now = next((one.get("name", "") for one in spec_of(body).get("versions") or () if one.get("storage")), None)
    return held if now is None or now in held else [*held, now]


def _prepare_create(body: Body) -> Body:
    status = status_of(body) or {"acceptedNames": _NO_NAMES, "conditions": []}
    return {**body, "status": {**status, "storedVersions": _stored(body, status.get("storedVersions") or [])}}


def _prepare_update(new: Body, old: Body) -> Body:
    stored = _stored(new, status_of(old).get("storedVersions") or [])
    return set_in(new, ("status", "storedVersions"), stored)


def _prepare_delete(body: Body) -> Body:
    """The objects go first, at the hands of a controller."""
    pending = {
        "type": "Terminating",
        "status": "True",
        "lastTransitionTime": body["metadata"]["deletionTimestamp"],
        "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }
    return set_in(body, ("status", "conditions"), with_condition(conditions_of(body), pending))


def _take_status(new: Body, old: Body) -> Body:
    """The status with all that its readers rely on."""
    held = fill_in(status_of(new), acceptedNames=_NO_NAMES, conditions=[], storedVersions=[])
    return {**new, "status": {**held, "acceptedNames": {**_NO_NAMES, **held["acceptedNames"]}}}


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    return list(custom_resource_definitions.names_errors("status.acceptedNames", status_of(new)["acceptedNames"]))


KIND = Kind(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    namespaced=False,
    deletion_finalizer=FINALIZER,
    unconditional=False,
    warnings=custom_resource_definitions.warnings,
    parts={"status": Part(_take_status, _validate_status)},
    columns=(
        NAME,
        Column(
            "Created At",
            lambda body, now: body["metadata"].get("creationTimestamp"),
            type="date",
            description="The time at which the object was created.",
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    prepare_delete=_prepare_delete,
    validate=custom_resource_definitions.validate,
    validate_update=custom_resource_definitions.validate_update,
)
