"""Deployment: ReplicaSets that replace each other when the template changes.

Follows pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/v1/defaults.go, ValidateDeployment in
pkg/apis/apps/validation/validation.go and printDeployment in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..defaults import rolling_update
from ..defaults.pod_template import template
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import annotations_of, fill_in, set_in, spec_of, status_of
from ..printing import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, drawn_replicas, field, ready_replicas
from ..registry import Body, Column, Kind, Scale, status_part
from ..validation import workloads

_QUARTER = "25%"
_PARTS = ("updatedReplicas", "readyReplicas", "availableReplicas")
_FIGURES = ("observedGeneration", "replicas", *_PARTS, "unavailableReplicas", "collisionCount")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = template(fill_in(held, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600))
    spec = rolling_update.strategy(spec, "strategy", maxUnavailable=_QUARTER, maxSurge=_QUARTER)
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _prepare_update(new: Body, old: Body) -> Body:
    """A change of the annotations is a new generation too: rollbacks of old clients are annotations."""
    if annotations_of(new) == annotations_of(old):
        return new
    return set_in(new, ("metadata", "generation"), old["metadata"].get("generation", 0) + 1)


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = workloads.figures("spec", spec, "replicas")
    errors += workloads.selector_and_template("spec", spec, "ReplicaSet", "deployment")
    errors += _strategy("spec.strategy", spec.get("strategy") or {})
    errors += workloads.figures("spec", spec, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= (spec.get("minReadySeconds") or 0):
        errors.append(invalid_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return errors


def _strategy(at: str, strategy: Body) -> list[FieldError]:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind == "Recreate":
        if rolling is None:
            return []
        return [forbidden_value(f"{at}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")]
    if kind != "RollingUpdate":
        shown = workloads.go_strategy(strategy, "maxUnavailable", "maxSurge")
        return [not_supported(at, shown, ("Recreate", "RollingUpdate"))]
    if rolling is None:
        return [required(f"{at}.rollingUpdate", "this should be defaulted and never be nil")]
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    errors = workloads.count_or_percent(f"{at}.rollingUpdate.maxUnavailable", unavailable)
    errors += workloads.count_or_percent(f"{at}.rollingUpdate.maxSurge", surge)
    if workloads.is_zero(unavailable) and workloads.is_zero(surge):
        detail = "may not be 0 when `maxSurge` is 0"
        errors.append(invalid_value(f"{at}.rollingUpdate.maxUnavailable", unavailable, detail))
    return errors + workloads.at_most_all(f"{at}.rollingUpdate.maxUnavailable", unavailable)


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = workloads.figures("status", status, *_FIGURES)
    errors += workloads.within("status", status, _PARTS, "replicas", "status.replicas")
    errors += workloads.within("status", status, ("availableReplicas",), "readyReplicas", "readyReplicas")
    counted = status_of(old).get("collisionCount")
    return errors + workloads.not_decremented("status.collisionCount", status.get("collisionCount"), counted)


KIND = Kind(
    group="apps",
    version="v1",
    kind="Deployment",
    plural="deployments",
    short_names=("deploy",),
    categories=("all",),
    subresources=frozenset({"status", "scale"}),
    scale=Scale(),
    columns=(
        NAME,
        Column("Ready", ready_replicas, description="Number of the pod with ready state"),
        Column(
            "Up-to-date",
            field("status", "updatedReplicas", default=0),
            description=(
                "Total number of non-terminating pods targeted by this deployment that have the desired template spec."
            ),
        ),
        Column(
            "Available",
            field("status", "availableReplicas", default=0),
            description=(
                "Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this "
                "deployment."
            ),
        ),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR._replace(
            description=(
                "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones "
                "affected by this deployment. It must match the pod template's labels."
            )
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    validate=_validate,
    validate_update=workloads.selector_stays,
    parts=status_part(_validate_status, gated="terminatingReplicas"),
    draw=drawn_replicas,
)
