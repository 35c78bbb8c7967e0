"""Node: a machine that runs pods. Its kubelet's heartbeats are a function of time, not writes.

Follows pkg/registry/core/node/strategy.go, ValidateNode and ValidateNodeUpdate in
pkg/apis/core/validation/validation.go and printNode in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import quantity
from ..errors import FieldError, duplicate, forbidden_value, invalid_value, required
from ..objects import (
    annotations_of,
    conditions_of,
    is_condition_true,
    labels_of,
    set_in,
    spec_of,
    status_of,
    timestamp,
)
from ..printing import AGE, NAME, NONE, UNKNOWN, field
from ..registry import Body, Column, Instant, Kind, Part
from ..renewal import HEARTBEAT, latest
from ..validation import names
from ..validation.addresses import cidr, one_of_each_family
from ..validation.fields import formed, repeated
from ..validation.go_values import NODE_ADDRESS, shown
from ..validation.resources import amount
from ..validation.scheduling import taints

_ROLE_PREFIX = "node-role.kubernetes.io/"
_ROLE = "kubernetes.io/role"
_ZONE = "topology.kubernetes.io/zone"


def _default(body: Body) -> Body:
    status = body.get("status") or {}
    if status.get("capacity") and not status.get("allocatable"):
        body = set_in(body, ("status", "allocatable"), status["capacity"])
    return body if body.get("spec") is not None else {**body, "spec": {}}


def _prepare_create(body: Body) -> Body:
    return _without(_without(body, "spec", "configSource"), "status", "config")


def _prepare_update(new: Body, old: Body) -> Body:
    return new if spec_of(old).get("configSource") is not None else _without(new, "spec", "configSource")


def _without(body: Body, part: str, key: str) -> Body:
    """The body without what only kubelets of old knew."""
    held = body.get(part) or {}
    return {**body, part: {name: value for name, value in held.items() if name != key}} if key in held else body


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = taints("metadata.taints", spec.get("taints") or []) + _resources(body)
    ranges, at = spec.get("podCIDRs") or [], "spec.podCIDRs"
    for position, one in enumerate(ranges):
        errors += cidr(f"{at}[{position}]", one)
    if len(ranges) > 1:
        if len(ranges) > 2 or not one_of_each_family(ranges):
            errors.append(invalid_value(at, ranges, "may specify no more than one CIDR for each IP family"))
        errors += [duplicate(f"{at}[{position}]", ranges[position]) for position in sorted(repeated(ranges))]
    return errors


def _resources(body: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("capacity", "allocatable"):
        for name, text in sorted((status_of(body).get(key) or {}).items()):
            errors += amount(f"status.{key}.{name}", name, text)
    return errors


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = _addresses(new)
    held, asked = spec_of(old), spec_of(new)
    if held.get("podCIDRs") and held["podCIDRs"] != asked.get("podCIDRs"):
        errors.append(forbidden_value("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'))
    if held.get("providerID") and held["providerID"] != asked.get("providerID"):
        detail = 'node updates may not change providerID except from "" to valid'
        errors.append(forbidden_value("spec.providerID", detail))
    if asked.get("configSource") is not None:
        errors += _config_source("spec.configSource", asked["configSource"])
    if asked.get("externalID") != held.get("externalID"):
        errors.append(forbidden_value("spec.externalID", "may not be updated"))
    return errors


def _addresses(body: Body) -> list[FieldError]:
    errors, known = [], set()
    for position, one in enumerate(status_of(body).get("addresses") or ()):
        pair = one.get("type") or "", one.get("address") or ""
        if pair in known:
            errors.append(duplicate(f"status.addresses[{position}]", shown(one, NODE_ADDRESS)))
        known.add(pair)
    return errors


def _config_source(at: str, source: Body) -> list[FieldError]:
    """Where a kubelet of old looked for its configuration; upstream still checks what is written there."""
    held = source.get("configMap")
    if held is None:
        detail = "exactly one reference subfield must be non-nil"
        return [invalid_value(at, {"ConfigMap": None}, detail)]
    at = f"{at}.configMap"
    errors = [
        forbidden_value(f"{at}.{key}", f"{key} must not be set in spec")
        for key in ("uid", "resourceVersion")
        if held.get(key)
    ]
    for key, check in (
        ("namespace", names.dns_label),
        ("name", names.dns_subdomain),
        ("kubeletConfigKey", names.config_key),
    ):
        value = held.get(key) or ""
        errors += formed(f"{at}.{key}", value, check) if value else [required(f"{at}.{key}", f"{key} must be set")]
    return errors


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    return _resources(new) + _addresses(new)


def roles(body: Body) -> list[str]:
    """A node's roles, from its labels, sorted."""
    found = {key[len(_ROLE_PREFIX) :] for key in labels_of(body) if key.startswith(_ROLE_PREFIX)}
    found.add(labels_of(body).get(_ROLE, ""))
    return sorted(found - {""})


def _status(body: Body, now: Instant) -> str:
    known = any(one.get("type") == "Ready" for one in conditions_of(body))
    text = ("Ready" if is_condition_true(body, "Ready") else "NotReady") if known else "Unknown"
    return f"{text},SchedulingDisabled" if spec_of(body).get("unschedulable") else text


def _address(kind: str) -> Any:
    def cell(body: Body, now: Instant) -> str:
        for one in status_of(body).get("addresses") or ():
            if one.get("type") == kind:
                return str(one.get("address"))
        return NONE

    return cell


def _info(key: str) -> Any:
    return field("status", "nodeInfo", key, default=UNKNOWN)


def _at_read(body: Body, now: Instant) -> Body:
    beat = latest(annotations_of(body).get(HEARTBEAT), now)
    if beat is None or not conditions_of(body):
        return body
    text = timestamp(beat)
    conditions = [
        {**one, "lastHeartbeatTime": text} if one.get("lastHeartbeatTime", "") < text else one
        for one in conditions_of(body)
    ]
    return {**body, "status": {**body["status"], "conditions": conditions}}


def _fields(body: Body) -> Mapping[str, str]:
    return {"spec.unschedulable": "true" if spec_of(body).get("unschedulable") else "false"}


def _figures(held: Mapping[str, Any] | None) -> dict[str, int]:
    held = held or {}
    return {
        "cpu": quantity.milli(held.get("cpu", 0)),
        "memory": quantity.value(held.get("memory", 0)),
        "pods": quantity.value(held.get("pods", 0)),
        "disk": quantity.value(held.get("ephemeral-storage", 0)),
    }


def _draw(body: Body) -> Mapping[str, Any]:
    spec, status = spec_of(body), status_of(body)
    return {
        "zone": labels_of(body).get(_ZONE, ""),
        "roles": roles(body),
        "ready": is_condition_true(body, "Ready"),
        "unschedulable": bool(spec.get("unschedulable")),
        "taints": [
            {"key": one.get("key", ""), "value": one.get("value", ""), "effect": one.get("effect", "")}
            for one in spec.get("taints") or ()
        ],
        "capacity": _figures(status.get("capacity")),
        "allocatable": _figures(status.get("allocatable")),
        "labels": labels_of(body),
        "conditions": [
            {"type": one.get("type", ""), "status": one.get("status", ""), "reason": one.get("reason", "")}
            for one in conditions_of(body)
        ],
    }


KIND = Kind(
    group="",
    version="v1",
    kind="Node",
    plural="nodes",
    namespaced=False,
    short_names=("no",),
    subresources=frozenset({"status", "proxy"}),
    has_generation=False,
    keeps_status=True,
    parts={"status": Part(lambda new, old: new, _validate_status)},
    columns=(
        NAME,
        Column("Status", _status, description="The status of the node"),
        Column("Roles", lambda body, now: ",".join(roles(body)) or NONE, description="The roles of the node"),
        AGE,
        Column(
            "Version",
            field("status", "nodeInfo", "kubeletVersion"),
            documented="core.v1.NodeSystemInfo.kubeletVersion",
        ),
        Column("Internal-IP", _address("InternalIP"), priority=1, documented="core.v1.NodeStatus.addresses"),
        Column("External-IP", _address("ExternalIP"), priority=1, documented="core.v1.NodeStatus.addresses"),
        Column("OS-Image", _info("osImage"), priority=1, documented="core.v1.NodeSystemInfo.osImage"),
        Column("Kernel-Version", _info("kernelVersion"), priority=1, documented="core.v1.NodeSystemInfo.kernelVersion"),
        Column(
            "Container-Runtime",
            _info("containerRuntimeVersion"),
            priority=1,
            documented="core.v1.NodeSystemInfo.containerRuntimeVersion",
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    validate=_validate,
    validate_update=_validate_update,
    fields=_fields,
    at_read=_at_read,
    draw=_draw,
)
