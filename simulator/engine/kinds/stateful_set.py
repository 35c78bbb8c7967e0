"""StatefulSet: pods with names and claims that stay theirs.

Follows pkg/registry/apps/statefulset/strategy.go, pkg/apis/apps/v1/{defaults,conversion}.go, ValidateStatefulSet in
pkg/apis/apps/validation/validation.go and printStatefulSet in pkg/printers/internalversion/printers.go, v1.34,
with the feature gate MaxUnavailableStatefulSet on.
"""

from __future__ import annotations

from typing import Any

from ..defaults.claim_template import claim_templates
from ..defaults.pod_template import template
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import fill_in, get_in, spec_of, status_of
from ..printing import AGE, CONTAINERS, IMAGES, NAME, drawn_replicas, ready_replicas
from ..registry import Body, Column, Kind, Scale, status_part
from ..validation import names, workloads
from ..validation.fields import formed, not_negative
from ..validation.pod_template import pod_template
from ..validation.selectors import label_selector, of_template, of_workload

_RETENTION = ("Retain", "Delete")
_MUTABLE = frozenset(
    {
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
    }
)  # fmt: skip
_IMMUTABLE = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_PARTS = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = template(fill_in(held, replicas=1, revisionHistoryLimit=10, podManagementPolicy="OrderedReady"))
    kept = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    retention = fill_in(kept, whenDeleted="Retain", whenScaled="Retain")
    if retention is not kept:
        spec = {**spec, "persistentVolumeClaimRetentionPolicy": retention}
    spec = claim_templates(_strategy_filled(spec))
    return body if spec is held else {**body, "spec": spec}


def _strategy_filled(spec: Body) -> Body:
    """A strategy that has no type gets one with its figures; one that says RollingUpdate may go without them."""
    held = spec.get("updateStrategy") or {}
    strategy = held if held.get("type") else {"rollingUpdate": {}, **held, "type": "RollingUpdate"}
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "RollingUpdate" and rolling is not None:
        filled = fill_in(rolling, partition=0, maxUnavailable=1)
        strategy = strategy if filled is rolling else {**strategy, "rollingUpdate": filled}
    return spec if strategy is held else {**spec, "updateStrategy": strategy}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {"replicas": 0, "availableReplicas": 0}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = _management(spec.get("podManagementPolicy"))
    errors += _strategy("spec.updateStrategy", spec.get("updateStrategy") or {})
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for key in ("whenDeleted", "whenScaled"):
        if retention.get(key) not in _RETENTION:
            at = f"spec.persistentVolumeClaimRetentionPolicy.{key}"
            errors.append(not_supported(at, retention.get(key) or "", _RETENTION))
    errors += workloads.figures("spec", spec, "replicas", "minReadySeconds")
    errors += not_negative("spec.ordinals.start", get_in(spec, "ordinals", "start"))
    errors += of_workload("spec", spec, "statefulset")
    selector = spec.get("selector")
    if label_selector("spec.selector", selector):
        errors.append(invalid_value("spec.selector", selector, ""))
    else:
        errors += of_template("spec.template", spec)
        errors += pod_template("spec.template", _with_claims(spec))
    return errors + workloads.runs_for_ever("spec.template.spec", spec, "StatefulSet")


def _validate_create(body: Body) -> list[FieldError]:
    service = spec_of(body).get("serviceName") or ""
    return formed("spec.serviceName", service, names.dns_label) if service else []


def _management(policy: Any) -> list[FieldError]:
    if not policy:
        return [required("spec.podManagementPolicy")]
    if policy in ("OrderedReady", "Parallel"):
        return []
    return [invalid_value("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")]


def _strategy(at: str, strategy: Body) -> list[FieldError]:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if not kind:
        return [required(at)]
    if kind == "RollingUpdate":
        return _rolling(f"{at}.rollingUpdate", rolling or {})
    shown = workloads.go_strategy(strategy, "partition", "maxUnavailable")
    if kind != "OnDelete":
        return [invalid_value(at, shown, "must be 'RollingUpdate' or 'OnDelete'")]
    if rolling is None:
        return []
    detail = "only allowed for updateStrategy 'RollingUpdate'"
    return [invalid_value(f"{at}.rollingUpdate", shown["RollingUpdate"], detail)]


def _rolling(at: str, rolling: Body) -> list[FieldError]:
    unavailable, errors = rolling.get("maxUnavailable"), not_negative(f"{at}.partition", rolling.get("partition"))
    if unavailable is None:
        return errors
    errors += workloads.count_or_percent(f"{at}.maxUnavailable", unavailable)
    if workloads.is_zero(unavailable):
        errors.append(invalid_value(f"{at}.maxUnavailable", unavailable, "cannot be 0"))
    return errors + workloads.at_most_all(f"{at}.maxUnavailable", unavailable)


def _with_claims(spec: Body) -> Body:
    """The template with a volume for each claim: what the containers may mount."""
    template = spec.get("template") or {}
    inner = template.get("spec") or {}
    volumes = inner.get("volumes") or []
    known = {volume.get("name") for volume in volumes}
    claims = [claim["metadata"].get("name") or "" for claim in spec.get("volumeClaimTemplates") or ()]
    added = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims if name not in known]
    return {**template, "spec": {**inner, "volumes": [*volumes, *added]}} if added else template


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    if _fixed(new) == _fixed(old):
        return []
    return [forbidden_value("spec", _IMMUTABLE)]


def _fixed(body: Body) -> Body:
    """What of a spec is for ever, with empty and absent made equal."""
    spec = spec_of(body)
    return {key: value for key, value in spec.items() if key not in _MUTABLE and value not in (None, "", [], {})}


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = workloads.figures("status", status, "replicas", *_PARTS, "observedGeneration", "collisionCount")
    errors += workloads.within("status", status, _PARTS, "replicas", "status.replicas")
    errors += workloads.within("status", status, ("availableReplicas",), "readyReplicas", "status.readyReplicas")
    counted = status_of(old).get("collisionCount")
    return errors + workloads.not_decremented("status.collisionCount", status.get("collisionCount"), counted)


KIND = Kind(
    group="apps",
    version="v1",
    kind="StatefulSet",
    plural="statefulsets",
    short_names=("sts",),
    categories=("all",),
    subresources=frozenset({"status", "scale"}),
    name_rule="label",
    scale=Scale(),
    columns=(
        NAME,
        Column("Ready", ready_replicas, description="Number of the pod with ready state"),
        AGE,
        CONTAINERS,
        IMAGES,
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_create=_validate_create,
    validate_update=_validate_update,
    parts=status_part(_validate_status),
    draw=drawn_replicas,
)
