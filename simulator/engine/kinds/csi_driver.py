"""CSIDriver: what Kubernetes has to know of a volume driver.

Follows pkg/registry/storage/csidriver/strategy.go, pkg/apis/storage/v1/defaults.go, ValidateCSIDriver in
pkg/apis/storage/validation/validation.go and printCSIDriver in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, invalid_value, not_supported
from ..objects import drop_in, fill_in, get_in, set_in, spec_of
from ..printing import AGE, NAME, NONE, UNSET, field
from ..registry import Body, Column, Instant, Kind
from ..validation.metadata import immutable

_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Persistent", "Ephemeral")
_GATED = "nodeAllocatableUpdatePeriodSeconds"  # MutableCSINodeAllocatableCount is off in 1.34.
_SHORTEST, _LONGEST = 600, 1 << 32


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(
        held,
        attachRequired=True,
        podInfoOnMount=False,
        storageCapacity=False,
        fsGroupPolicy="ReadWriteOnceWithFSType",
        requiresRepublish=False,
        seLinuxMount=False,
    )
    spec = spec if spec.get("volumeLifecycleModes") else {**spec, "volumeLifecycleModes": ["Persistent"]}
    spec = drop_in(spec, (_GATED,))
    return body if spec == held else {**body, "spec": spec}


def _prepare_update(new: Body, old: Body) -> Body:
    """A driver has no generation until it changes."""
    if new.get("spec") == old.get("spec"):
        return new
    return set_in(new, ("metadata", "generation"), old["metadata"].get("generation", 0) + 1)


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    policy = spec.get("fsGroupPolicy")
    errors = [] if policy in _GROUP_POLICIES else [not_supported("spec.fsGroupPolicy", policy, _GROUP_POLICIES)]
    errors += _tokens("spec.tokenRequests", spec.get("tokenRequests") or [])
    modes = spec.get("volumeLifecycleModes") or []
    return errors + [not_supported("spec.volumeLifecycleModes", one, _MODES) for one in modes if one not in _MODES]


def _tokens(at: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, one in enumerate(held):
        audience, seconds = one.get("audience") or "", one.get("expirationSeconds")
        if audience in known:
            errors.append(duplicate(f"{at}[{position}].audience", audience))
            continue
        known.add(audience)
        where = f"{at}[{position}].expirationSeconds"
        if seconds is not None and seconds < _SHORTEST:
            errors.append(invalid_value(where, seconds, "may not specify a duration less than 10 minutes"))
        if seconds is not None and seconds > _LONGEST:
            errors.append(invalid_value(where, seconds, "may not specify a duration larger than 2^32 seconds"))
    return errors


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    spec, held = spec_of(new), spec_of(old)
    errors = immutable("spec.attachedRequired", spec.get("attachRequired"), held.get("attachRequired"))
    modes = spec.get("volumeLifecycleModes"), held.get("volumeLifecycleModes")
    return errors + immutable("spec.volumeLifecycleModes", *modes)


def _audiences(body: Body, now: Instant) -> str:
    held = get_in(body, "spec", "tokenRequests")
    return UNSET if held is None else ",".join(one.get("audience") or "" for one in held)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIDriver",
    plural="csidrivers",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "AttachRequired",
            field("spec", "attachRequired", default=True),
            "boolean",
            documented="storage.v1.CSIDriverSpec.attachRequired",
        ),
        Column(
            "PodInfoOnMount",
            field("spec", "podInfoOnMount", default=False),
            "boolean",
            documented="storage.v1.CSIDriverSpec.podInfoOnMount",
        ),
        Column(
            "StorageCapacity",
            field("spec", "storageCapacity", default=False),
            "boolean",
            documented="storage.v1.CSIDriverSpec.storageCapacity",
        ),
        Column(
            "TokenRequests",
            _audiences,
            documented="storage.v1.CSIDriverSpec.tokenRequests",
        ),
        Column(
            "RequiresRepublish",
            field("spec", "requiresRepublish", default=False),
            "boolean",
            documented="storage.v1.CSIDriverSpec.requiresRepublish",
        ),
        Column(
            "Modes",
            lambda body, now: ",".join(get_in(body, "spec", "volumeLifecycleModes", default=[])) or NONE,
            documented="storage.v1.CSIDriverSpec.volumeLifecycleModes",
        ),
        AGE,
    ),
    default=_default,
    prepare_update=_prepare_update,
    validate=_validate,
    validate_update=_validate_update,
)
