"""Pod: containers that run together on one node.

Follows pkg/registry/core/pod/strategy.go, pkg/apis/core/v1/{defaults,conversion}.go,
pkg/apis/core/validation/validation.go and printPod in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import pods
from ..defaults import pod_template as filled
from ..defaults.label_keys import with_label_keys
from ..errors import FieldError, forbidden_value
from ..objects import (
    annotations_of,
    condition,
    drawn_controller,
    get_in,
    instant_of,
    labels_of,
    name_of,
    spec_of,
    status_of,
)
from ..printing import AGE, NAME, NONE, field, since
from ..registry import Body, Column, Instant, Kind, Part
from ..validation import pod_changes, pod_parts, pod_status, pod_template, profiles
from ..validation.containers import untrimmed
from ..validation.pod_spec import pod_spec

_GATED = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
    "lastProbeTime": None,
}


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = filled.pod(held)
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    status = body.get("status") or {}
    if status.get("phase"):
        return body
    spec = with_label_keys(body["spec"], labels_of(body))
    body = body if spec is body["spec"] else {**body, "spec": spec}
    status = {"phase": "Pending", "qosClass": pods.qos(body["spec"])}
    if body["spec"].get("schedulingGates"):
        gated = {**_GATED, "lastTransitionTime": body["metadata"]["creationTimestamp"]}
        status = {"phase": "Pending", "conditions": [gated], "qosClass": status["qosClass"]}
    return {**body, "status": status}


def _validate(body: Body) -> list[FieldError]:
    held, spec = annotations_of(body), spec_of(body)
    errors = pod_template.pod_annotations("metadata.annotations", held, spec)
    errors += pod_spec("spec", spec, in_pod=True, name=name_of(body))
    if not spec.get("serviceAccountName"):
        errors += _tokens("spec.volumes", spec.get("volumes") or [])
    for key in ("containers", "initContainers"):
        for position, one in enumerate(spec.get(key) or ()):
            errors += untrimmed(f"spec.{key}[{position}]", one)
    return errors


def _tokens(at: str, volumes: list[Body]) -> list[FieldError]:
    """A pod without a service account has no token to mount."""
    return [
        forbidden_value(
            f"{at}[{position}].projected.sources[{index}].serviceAccountToken",
            "must not be specified when serviceAccountName is not set",
        )
        for position, volume in enumerate(volumes)
        for index, source in enumerate((volume.get("projected") or {}).get("sources") or ())
        if source.get("serviceAccountToken") is not None
    ]


def _validate_create(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = []
    if spec.get("ephemeralContainers"):
        errors.append(forbidden_value("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        detail = "cannot be set until all schedulingGates have been cleared"
        errors.append(forbidden_value("spec.nodeName", detail))
    return errors + profiles.agree("spec", annotations_of(body), spec)


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = pod_changes.fixed_annotations("metadata.annotations", new, old)
    return errors + pod_changes.spec("spec", spec_of(new), spec_of(old))


def _validate_ephemeral(new: Body, old: Body) -> list[FieldError]:
    return _validate(new) + pod_parts.ephemeral_containers(new, old)


def _validate_resize(new: Body, old: Body) -> list[FieldError]:
    return _validate(new) + pod_parts.resize(new, old)


def _grace(body: Body) -> int:
    if not spec_of(body).get("nodeName") or pods.is_terminal(body):
        return 0
    seconds = spec_of(body).get("terminationGracePeriodSeconds", 0)
    return 1 if seconds < 0 else int(seconds)


def _fields(body: Body) -> Mapping[str, str]:
    spec, status = spec_of(body), status_of(body)
    return {
        "spec.nodeName": spec.get("nodeName") or "",
        "spec.restartPolicy": spec.get("restartPolicy") or "",
        "spec.schedulerName": spec.get("schedulerName") or "",
        "spec.serviceAccountName": spec.get("serviceAccountName") or "",
        "spec.hostNetwork": "true" if spec.get("hostNetwork") else "false",
        "status.phase": status.get("phase") or "",
        "status.podIP": status.get("podIP") or "",
        "status.nominatedNodeName": status.get("nominatedNodeName") or "",
    }


# --- kubectl get -------------------------------------------------------------------------------------------------


def _ready(body: Body, now: Instant) -> str:
    row = pods.summary(body)
    return f"{row.ready}/{row.total}"


def _restarts(body: Body, now: Instant) -> str:
    row = pods.summary(body)
    return f"{row.restarts} ({since(row.restarted, now)} ago)" if row.restarts and row.restarted else str(row.restarts)


def _gates(body: Body, now: Instant) -> str:
    gates = spec_of(body).get("readinessGates") or ()
    if not gates:
        return NONE
    passed = sum((condition(body, gate.get("conditionType", "")) or {}).get("status") == "True" for gate in gates)
    return f"{passed}/{len(gates)}"


_COLUMNS = (
    NAME,
    Column("Ready", _ready, description="The aggregate readiness state of this pod for accepting traffic."),
    Column(
        "Status",
        lambda body, now: pods.status_text(body),
        description="The aggregate status of the containers in this pod.",
    ),
    Column(
        "Restarts",
        _restarts,
        description=(
            "The number of times the containers in this pod have been restarted and when the last container in this "
            "pod has restarted."
        ),
    ),
    AGE,
    Column("IP", field("status", "podIP", default=NONE), priority=1, documented="core.v1.PodStatus.podIP"),
    Column("Node", field("spec", "nodeName", default=NONE), priority=1, documented="core.v1.PodSpec.nodeName"),
    Column(
        "Nominated Node",
        field("status", "nominatedNodeName", default=NONE),
        priority=1,
        documented="core.v1.PodStatus.nominatedNodeName",
    ),
    Column("Readiness Gates", _gates, priority=1, documented="core.v1.PodSpec.readinessGates"),
)


# --- the diagram -------------------------------------------------------------------------------------------------


def _draw(body: Body) -> Mapping[str, Any]:
    spec, status, row = spec_of(body), status_of(body), pods.summary(body)
    asked, most = pods.requests(spec), pods.limits(spec)
    scheduled = condition(body, "PodScheduled") or {}
    deleting = "deletionTimestamp" in body["metadata"]
    return {
        "phase": "Terminating" if deleting and not pods.is_terminal(body) else pods.phase(body),
        "status": row.status,
        "node": spec.get("nodeName") or "",
        "qos": status.get("qosClass") or pods.qos(spec),
        "requests": _figures(asked),
        "limits": _figures(most),
        "containers": _containers(spec, status),
        "restarts": row.restarts,
        "ready": f"{row.ready}/{row.total}",
        "ip": status.get("podIP") or "",
        "owner": drawn_controller(body),
        "labels": labels_of(body),
        "created": instant_of(body["metadata"]["creationTimestamp"]),
        "message": scheduled.get("message", "") if scheduled.get("status") == "False" else "",
    }


def _figures(amounts: Mapping[str, int]) -> dict[str, int]:
    return {"cpu": amounts["cpu"], "memory": amounts["memory"], "disk": amounts.get("ephemeral-storage", 0)}


def _containers(spec: Body, status: Body) -> list[dict[str, Any]]:
    drawn = []
    for init, listed, told in (
        (True, spec.get("initContainers"), status.get("initContainerStatuses")),
        (False, spec.get("containers"), status.get("containerStatuses")),
    ):
        statuses = {one.get("name"): one for one in told or ()}
        for container in listed or ():
            known = statuses.get(container.get("name")) or {}
            state = next(iter(known.get("state") or {}), "waiting")
            drawn.append(
                {
                    "name": container.get("name", ""),
                    "image": container.get("image", ""),
                    "state": state,
                    "ready": bool(known.get("ready")),
                    "reason": get_in(known, "state", state, "reason", default=""),
                    "init": init,
                }
            )
    return drawn


KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    short_names=("po",),
    categories=("all",),
    subresources=frozenset(
        {
            "status",
            "attach",
            "binding",
            "ephemeralcontainers",
            "eviction",
            "exec",
            "log",
            "portforward",
            "proxy",
            "resize",
        }
    ),
    parts={
        "status": Part(lambda new, old: new, pod_status.pod_status),
        "ephemeralcontainers": Part(pod_parts.with_ephemeral_containers, _validate_ephemeral),
        "resize": Part(pod_parts.with_resources, _validate_resize),
    },
    columns=_COLUMNS,
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_create=_validate_create,
    validate_update=_validate_update,
    fields=_fields,
    draw=_draw,
    grace=_grace,
)
