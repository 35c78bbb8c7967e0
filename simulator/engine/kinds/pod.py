"""Pod: containers that run together on one node.

Follows pkg/registry/core/pod/strategy.go, pkg/apis/core/v1/{defaults,conversion}.go,
pkg/apis/core/validation/validation.go and printPod in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import pods
from ..defaults import pod_template
from ..errors import FieldError, forbidden_value, invalid_value
from ..objects import annotations_of, condition, drawn_controller, get_in, instant_of, labels_of, spec_of, status_of
from ..printing import AGE, NAME, NONE, field, since
from ..registry import Body, Column, Instant, Kind, Part
from ..validation import pod_parts
from ..validation.pod_spec import pod_spec, pod_spec_update

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_GATED = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
    "lastProbeTime": None,
}


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = pod_template.pod(held)
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    status = body.get("status") or {}
    if status.get("phase"):
        return body
    status = {"phase": "Pending", "qosClass": pods.qos(body["spec"])}
    if body["spec"].get("schedulingGates"):
        gated = {**_GATED, "lastTransitionTime": body["metadata"]["creationTimestamp"]}
        status = {"phase": "Pending", "conditions": [gated], "qosClass": status["qosClass"]}
    return {**body, "status": status}


def _validate(body: Body) -> list[FieldError]:
    held = annotations_of(body)
    errors = pod_spec("spec", spec_of(body), in_pod=True)
    if pod_parts.MIRROR in held and not spec_of(body).get("nodeName"):
        detail = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(invalid_value(f"metadata.annotations[{pod_parts.MIRROR}]", held[pod_parts.MIRROR], detail))
    cost = held.get(DELETION_COST)
    if cost is not None and not _is_int32(cost):
        errors.append(invalid_value(f"metadata.annotations[{DELETION_COST}]", cost, "must be a 32bit integer"))
    return errors


def _is_int32(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isdecimal() and (digits == "0" or not digits.startswith("0")) and abs(int(text)) < 2**31


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = pod_spec_update("spec", spec_of(new), spec_of(old))
    was, now = annotations_of(old).get(pod_parts.MIRROR), annotations_of(new).get(pod_parts.MIRROR)
    if was != now:
        verb = "add" if was is None else "remove or update"
        errors.append(
            forbidden_value(f"metadata.annotations[{pod_parts.MIRROR}]", f"may not {verb} mirror pod annotation")
        )
    return errors


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
    Column("IP", field("status", "podIP", default=NONE), priority=1, description="The IP address of the pod."),
    Column("Node", field("spec", "nodeName", default=NONE), priority=1, description="The node that runs the pod."),
    Column(
        "Nominated Node",
        field("status", "nominatedNodeName", default=NONE),
        priority=1,
        description="The node that is kept for the pod until the pods that it preempts are gone.",
    ),
    Column("Readiness Gates", _gates, priority=1, description="Conditions that a ready pod needs."),
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
        "requests": {"cpu": asked["cpu"], "memory": asked["memory"]},
        "limits": {"cpu": most["cpu"], "memory": most["memory"]},
        "containers": _containers(spec, status),
        "restarts": row.restarts,
        "ready": f"{row.ready}/{row.total}",
        "ip": status.get("podIP") or "",
        "owner": drawn_controller(body),
        "labels": labels_of(body),
        "created": instant_of(body["metadata"]["creationTimestamp"]),
        "message": scheduled.get("message", "") if scheduled.get("status") == "False" else "",
    }


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
    subresources=frozenset({"status", "binding", "ephemeralcontainers", "eviction", "log", "resize"}),
    parts={
        "ephemeralcontainers": Part(pod_parts.with_ephemeral_containers, _validate_ephemeral),
        "resize": Part(pod_parts.with_resources, _validate_resize),
    },
    columns=_COLUMNS,
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_update=_validate_update,
    fields=_fields,
    draw=_draw,
    grace=_grace,
)
