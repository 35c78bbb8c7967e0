"""Series about pods and their containers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..objects import condition, controller_of, get_in, spec_of, status_of
from ..pods import node_of, qos
from ..registry import Body
from .families import Family, Row, created, deleted, info, label_name, moment, one_of, owners, parsed, seconds, unit

_PHASES = ("Pending", "Succeeded", "Failed", "Unknown", "Running")
_QUALITIES = ("BestEffort", "Burstable", "Guaranteed")
_REASONS = (
    "Evicted", "NodeAffinity", "NodeLost", "PreemptionByScheduler", "SchedulingGated", "Shutdown",
    "TerminationByKubelet", "UnexpectedAdmissionError",
)  # fmt: skip
_STATES = ("waiting", "running", "terminated")


def _info(pod: Body) -> Iterable[Row]:
    spec, status, owner = spec_of(pod), status_of(pod), controller_of(pod) or {}
    yield (
        {
            "host_ip": status.get("hostIP") or "",
            "pod_ip": status.get("podIP") or "",
            "node": node_of(pod),
            "created_by_kind": owner.get("kind") or "",
            "created_by_name": owner.get("name") or "",
            "priority_class": spec.get("priorityClassName") or "",
            "host_network": str(bool(spec.get("hostNetwork"))).lower(),
        },
        1.0,
    )


def _condition(name: str, kind: str) -> Family:
    """The status of one condition, as the label `condition`."""

    def rows(pod: Body) -> Iterable[Row]:
        held = condition(pod, kind)
        for status in ("true", "false", "unknown") if held is not None else ():
            yield {"condition": status}, float((held or {}).get("status", "").lower() == status)

    return Family(name, rows)


def _since(name: str, kind: str, status: str = "True") -> Family:
    """Since when a condition has had a status."""

    def rows(pod: Body) -> Iterable[Row]:
        held = condition(pod, kind)
        if held is not None and held.get("status") == status and held.get("lastTransitionTime"):
            yield {}, seconds(held["lastTransitionTime"])

    return Family(name, rows)


def _reasons(pod: Body) -> Iterable[Row]:
    status = status_of(pod)
    ended = [get_in(one, "state", "terminated", "reason") for one in status.get("containerStatuses") or ()]
    seen = {status.get("reason"), *(one.get("reason") for one in status.get("conditions") or ()), *ended}
    for reason in _REASONS:
        if reason in seen:
            yield {"reason": reason}, 1.0
    if status.get("reason") and status["reason"] not in _REASONS:
        yield {"reason": "Other"}, 1.0


def _completion(pod: Body) -> Iterable[Row]:
    ends = [get_in(one, "state", "terminated", "finishedAt") for one in status_of(pod).get("containerStatuses") or ()]
    times = [seconds(one) for one in ends if one]
    if times:
        yield {}, max(times)


def _unschedulable(pod: Body) -> Iterable[Row]:
    held = condition(pod, "PodScheduled")
    if held is not None and held.get("status") == "False" and held.get("reason") == "Unschedulable":
        yield {}, 1.0


def _tolerations(pod: Body) -> Iterable[Row]:
    for one in spec_of(pod).get("tolerations") or ():
        held = {key: str(one[key]) for key in ("key", "operator", "value", "effect") if one.get(key)}
        if one.get("tolerationSeconds") is not None:
            held["toleration_seconds"] = str(one["tolerationSeconds"])
        yield held, 1.0


def _claims(pod: Body) -> Iterable[Row]:
    for volume in spec_of(pod).get("volumes") or ():
        claim = volume.get("persistentVolumeClaim")
        if claim is not None:
            yield {"volume": volume["name"], "persistentvolumeclaim": claim["claimName"], "ephemeral": ""}, 1.0


def _ips(pod: Body) -> Iterable[Row]:
    for one in status_of(pod).get("podIPs") or ():
        yield {"ip": one["ip"], "ip_family": "6" if ":" in one["ip"] else "4"}, 1.0


def _statuses(pod: Body, key: str) -> list[Body]:
    return status_of(pod).get(f"{key}Statuses") or []


def _spec(pod: Body, key: str, name: str) -> Body:
    return next((one for one in spec_of(pod).get(f"{key}s") or () if one["name"] == name), {})


def _each(key: str, row: Callable[[Body, Body], Iterable[Row]]) -> Callable[[Body], Iterable[Row]]:
    """The rows of each container's status, with its name."""

    def rows(pod: Body) -> Iterable[Row]:
        for status in _statuses(pod, key):
            for labels, value in row(pod, status):
                yield {"container": status["name"], **labels}, value

    return rows


def _state(which: str) -> Callable[[Body, Body], Iterable[Row]]:
    return lambda pod, status: [({}, float(which in (status.get("state") or {})))]


def _reason(state: str, which: str) -> Callable[[Body, Body], Iterable[Row]]:
    def row(pod: Body, status: Body) -> Iterable[Row]:
        held = get_in(status, state, which)
        if held is not None:
            yield {"reason": held.get("reason") or ""}, 1.0

    return row


def _started(pod: Body, status: Body) -> Iterable[Row]:
    state = status.get("state") or {}
    at = get_in(state, "running", "startedAt") or get_in(state, "terminated", "startedAt")
    if at:
        yield {}, seconds(at)


def _last_exit(pod: Body, status: Body) -> Iterable[Row]:
    held = get_in(status, "lastState", "terminated")
    if held is not None:
        yield {}, float(held.get("exitCode") or 0)


def _last_end(pod: Body, status: Body) -> Iterable[Row]:
    at = get_in(status, "lastState", "terminated", "finishedAt")
    if at:
        yield {}, seconds(at)


def _images(key: str) -> Callable[[Body, Body], Iterable[Row]]:
    def row(pod: Body, status: Body) -> Iterable[Row]:
        spec = _spec(pod, key, status["name"])
        labels = {
            "image_spec": spec.get("image") or "",
            "image": status.get("image") or "",
            "image_id": status.get("imageID") or "",
            "container_id": status.get("containerID") or "",
        }
        yield {**labels, **({"restart_policy": spec.get("restartPolicy") or ""} if key != "container" else {})}, 1.0

    return row


def _amounts(key: str, which: str) -> Callable[[Body], Iterable[Row]]:
    def rows(pod: Body) -> Iterable[Row]:
        for one in spec_of(pod).get(f"{key}s") or ():
            for resource, held in sorted((get_in(one, "resources", which) or {}).items()):
                named = {"resource": label_name(resource), "unit": unit(resource)}
                yield {"container": one["name"], "node": node_of(pod), **named}, parsed(held)

    return rows


def _of_containers(prefix: str, key: str) -> list[Family]:
    """The families of containers, or of init containers."""
    return [
        Family(f"{prefix}_info", _each(key, _images(key))),
        *(Family(f"{prefix}_status_{state}", _each(key, _state(state))) for state in _STATES),
        Family(f"{prefix}_status_waiting_reason", _each(key, _reason("state", "waiting"))),
        Family(f"{prefix}_status_terminated_reason", _each(key, _reason("state", "terminated"))),
        Family(f"{prefix}_status_last_terminated_reason", _each(key, _reason("lastState", "terminated"))),
        Family(f"{prefix}_status_last_terminated_exitcode", _each(key, _last_exit)),
        Family(f"{prefix}_status_last_terminated_timestamp", _each(key, _last_end)),
        Family(f"{prefix}_state_started", _each(key, _started)),
        Family(f"{prefix}_status_ready", _each(key, lambda pod, status: [({}, float(bool(status.get("ready"))))])),
        Family(
            f"{prefix}_status_restarts_total",
            _each(key, lambda pod, status: [({}, float(status.get("restartCount") or 0))]),
            "counter",
        ),
        Family(f"{prefix}_resource_requests", _amounts(key, "requests")),
        Family(f"{prefix}_resource_limits", _amounts(key, "limits")),
    ]


FAMILIES = (
    Family("kube_pod_info", _info),
    Family("kube_pod_ips", _ips),
    moment("kube_pod_start_time", "status", "startTime"),
    Family("kube_pod_completion_time", _completion),
    owners("kube_pod"),
    one_of("kube_pod_status_phase", "phase", _PHASES, "status", "phase"),
    Family(
        "kube_pod_status_qos_class",
        lambda pod: [({"qos_class": one}, float(qos(spec_of(pod)) == one)) for one in _QUALITIES],
    ),
    _condition("kube_pod_status_ready", "Ready"),
    _condition("kube_pod_status_scheduled", "PodScheduled"),
    _since("kube_pod_status_initialized_time", "Initialized"),
    _since("kube_pod_status_ready_time", "Ready"),
    _since("kube_pod_status_container_ready_time", "ContainersReady"),
    _since("kube_pod_status_scheduled_time", "PodScheduled"),
    _since("kube_pod_status_unscheduled_time", "PodScheduled", "False"),
    Family("kube_pod_status_unschedulable", _unschedulable),
    Family("kube_pod_status_reason", _reasons),
    *_of_containers("kube_pod_container", "container"),
    *_of_containers("kube_pod_init_container", "initContainer"),
    created("kube_pod"),
    deleted("kube_pod"),
    info("kube_pod_restart_policy", type=("spec", "restartPolicy")),
    info("kube_pod_service_account", service_account=("spec", "serviceAccountName")),
    info("kube_pod_scheduler", name=("spec", "schedulerName")),
    Family("kube_pod_spec_volumes_persistentvolumeclaims_info", _claims),
    Family("kube_pod_tolerations", _tolerations),
)
