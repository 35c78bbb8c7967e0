"""ReplicationController: so many pods of one template, chosen by plain labels; what came before ReplicaSets.

Follows pkg/registry/core/replicationcontroller/strategy.go, pkg/apis/core/v1/defaults.go,
ValidateReplicationController in pkg/apis/core/validation/validation.go and printReplicationController in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..defaults.pod_template import template
from ..errors import FieldError, invalid_value, required
from ..objects import fill_in, get_in, labels_of, set_in, spec_of, status_of
from ..printing import AGE, CONTAINERS, IMAGES, NAME, field, labels_text
from ..registry import Body, Column, Kind, Part, Scale
from ..validation import workloads
from ..validation.pod_template import pod_template
from ..validation.selectors import MISMATCH

_FIGURES = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    labels = get_in(held, "template", "metadata", "labels", default={})
    spec = fill_in(held, replicas=1)
    if labels and not spec.get("selector"):
        spec = {**spec, "selector": labels}
    if held.get("template") is not None:
        spec = template(spec)
    if spec is not held:
        body = {**body, "spec": spec}
    return set_in(body, ("metadata", "labels"), labels) if labels and not labels_of(body) else body


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {"replicas": 0}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    selector, held = spec.get("selector") or {}, spec.get("template")
    errors = workloads.figures("spec", spec, "minReadySeconds")
    errors += [] if selector else [required("spec.selector")]
    errors += workloads.figures("spec", spec, "replicas")
    if held is None:
        return [*errors, required("spec.template")]
    labels = get_in(held, "metadata", "labels", default={})
    if any(labels.get(key) != value for key, value in selector.items()):
        errors.append(invalid_value("spec.template.metadata.labels", dict(sorted(labels.items())) or None, MISMATCH))
    errors += pod_template("spec.template", held)
    return errors + workloads.runs_for_ever("spec.template.spec", spec, "ReplicationController")


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = workloads.figures("status", status, *_FIGURES)
    replicas, ready, available = (status.get(key) or 0 for key in ("replicas", "readyReplicas", "availableReplicas"))
    for key in ("fullyLabeledReplicas", "readyReplicas", "availableReplicas"):
        if (figure := status.get(key) or 0) > replicas:
            errors.append(invalid_value(f"status.{key}", figure, "cannot be greater than status.replicas"))
    if available > ready:
        errors.append(invalid_value("status.availableReplicas", available, "cannot be greater than readyReplicas"))
    return errors


def _fields(body: Body) -> Mapping[str, str]:
    return {"status.replicas": str(get_in(body, "status", "replicas", default=0))}


KIND = Kind(
    group="",
    version="v1",
    kind="ReplicationController",
    plural="replicationcontrollers",
    short_names=("rc",),
    categories=("all",),
    subresources=frozenset({"status", "scale"}),
    scale=Scale(),
    parts={"status": Part(lambda new, old: new, _validate_status)},
    columns=(
        NAME,
        Column(
            "Desired",
            field("spec", "replicas", default=0),
            "integer",
            documented="core.v1.ReplicationControllerSpec.replicas",
        ),
        Column(
            "Current",
            field("status", "replicas", default=0),
            "integer",
            documented="core.v1.ReplicationControllerStatus.replicas",
        ),
        Column(
            "Ready",
            field("status", "readyReplicas", default=0),
            "integer",
            documented="core.v1.ReplicationControllerStatus.readyReplicas",
        ),
        AGE,
        CONTAINERS,
        IMAGES,
        Column(
            "Selector",
            lambda body, now: labels_text(spec_of(body).get("selector")),
            priority=1,
            documented="core.v1.ReplicationControllerSpec.selector",
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    fields=_fields,
)
