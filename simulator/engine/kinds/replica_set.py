"""ReplicaSet: so many pods of one template.

Follows pkg/apis/apps/v1/defaults.go, ValidateReplicaSet in pkg/apis/apps/validation/validation.go and printReplicaSet
in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..defaults.pod_template import template
from ..errors import FieldError
from ..objects import drawn_controller, fill_in, get_in, labels_of, spec_of, status_of
from ..printing import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, field
from ..registry import Body, Column, Kind, Scale, status_part
from ..validation import workloads

_MORE = "More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset"
_PARTS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = template(fill_in(held, replicas=1))
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {"replicas": 0}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = workloads.figures("spec", spec, "replicas", "minReadySeconds")
    return errors + workloads.selector_and_template("spec", spec, "ReplicaSet", "deployment")


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = workloads.figures("status", status, "replicas", *_PARTS, "observedGeneration")
    errors += workloads.within("status", status, _PARTS, "replicas", "status.replicas")
    return errors + workloads.within("status", status, ("availableReplicas",), "readyReplicas", "readyReplicas")


def _fields(body: Body) -> Mapping[str, str]:
    return {"status.replicas": str(get_in(body, "status", "replicas", default=0))}


def _draw(body: Body) -> Mapping[str, Any]:
    status = status_of(body)
    return {
        "desired": get_in(body, "spec", "replicas", default=0),
        "ready": status.get("readyReplicas", 0),
        "updated": status.get("replicas", 0),
        "available": status.get("availableReplicas", 0),
        "owner": drawn_controller(body),
        "labels": labels_of(body),
    }


KIND = Kind(
    group="apps",
    version="v1",
    kind="ReplicaSet",
    plural="replicasets",
    short_names=("rs",),
    categories=("all",),
    subresources=frozenset({"status", "scale"}),
    scale=Scale(),
    columns=(
        NAME,
        Column(
            "Desired",
            field("spec", "replicas", default=0),
            "integer",
            description=(
                "Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and "
                f"unspecified. Defaults to 1. {_MORE}"
            ),
        ),
        Column(
            "Current",
            field("status", "replicas", default=0),
            "integer",
            description=f"Replicas is the most recently observed number of non-terminating pods. {_MORE}",
        ),
        Column(
            "Ready",
            field("status", "readyReplicas", default=0),
            "integer",
            description="The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.",
        ),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR._replace(
            description=(
                "Selector is a label query over pods that should match the replica count. Label keys and values that "
                "must match in order to be controlled by this replica set. It must match the pod template's labels. "
                "More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"
            )
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_update=workloads.selector_stays,
    parts=status_part(_validate_status, gated="terminatingReplicas"),
    fields=_fields,
    draw=_draw,
)
