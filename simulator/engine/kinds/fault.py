"""Fault: something that goes wrong with the cluster for a while. One of our own kinds.

What goes wrong is the components'; here are its fields, its rules and how it is shown.
"""

from __future__ import annotations

from typing import Any

from ..clock import SECOND
from ..definitions.fault import FAULT, SCOPES, TYPES
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import condition, fill_in, spec_of, status_of
from ..printing import AGE, NAME, NONE, UNKNOWN, field, human_duration, selector_text
from ..registry import Body, Column, Instant, Kind, status_part
from ..validation import names
from ..validation.conditions import conditions
from ..validation.fields import formed, number, one_of
from ..validation.metadata import immutable
from ..validation.selectors import label_selector
from ..validation.usage import amount, percent, positive, union
from ..validation.workloads import figures

_MEMBERS = {
    "NetworkPartition": "networkPartition",
    "PacketLoss": "packetLoss",
    "DiskFill": "diskFill",
    "SlowRegistry": "slowRegistry",
}
_ON_NODES = ("NodeCrash", "NodeShutdown", "KubeletStop", "NetworkPartition", "PacketLoss", "DiskFill")
_ON_REGISTRIES = ("SlowRegistry", "RegistryOutage")
_FILLED: dict[str, dict[str, Any]] = {
    "NetworkPartition": {"scope": "All"},
    "DiskFill": {"percent": 100, "durationSeconds": 0},
    "SlowRegistry": {"bandwidth": "1Mi", "latencyMilliseconds": 0},
}
_PLACES = ("nodeName", "nodeSelector", "zone", "registry")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, startAfterSeconds=0)
    kind = spec.get("type") or ""
    if kind in _FILLED:
        member = spec.get(_MEMBERS[kind]) or {}
        new = fill_in(member, **_FILLED[kind])
        spec = spec if new is member else {**spec, _MEMBERS[kind]: new}
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    kind = spec.get("type") or ""
    if not kind:
        return [required("spec.type")]
    if kind not in TYPES:
        return [not_supported("spec.type", kind, TYPES)]
    errors = _target("spec.target", spec.get("target") or {}, kind)
    errors += figures("spec", spec, "startAfterSeconds")
    errors += positive("spec.durationSeconds", spec.get("durationSeconds"))
    return errors + union("spec", spec, _MEMBERS) + _member(kind, spec)


def _target(at: str, target: Body, kind: str) -> list[FieldError]:
    """That it says where, in the one way that fits the type."""
    given = [key for key in _PLACES if target.get(key) is not None]
    if kind in _ON_NODES:
        allowed: tuple[str, ...] = ("nodeName", "nodeSelector")
    else:
        allowed = ("zone",) if kind == "ZoneOutage" else ("registry",)
    fitting = [key for key in given if key in allowed]
    errors = [
        forbidden_value(f"{at}.{key}", f"may not be set when `type` is '{kind}'") for key in given if key not in allowed
    ]
    if not fitting and kind not in _ON_REGISTRIES:
        listed = ", ".join(f"`{key}`" for key in allowed)
        errors.append(required(at, f"must specify {'one of: ' if len(allowed) > 1 else ''}{listed}"))
    errors += [forbidden_value(f"{at}.{key}", "may not specify more than 1 target") for key in fitting[1:]]
    if "nodeSelector" in fitting:
        errors += label_selector(f"{at}.nodeSelector", target["nodeSelector"])
    for key, check in (("nodeName", names.dns_subdomain), ("zone", names.label_value)):
        if key in fitting:
            errors += formed(f"{at}.{key}", target[key], check)
    if "registry" in fitting:
        errors += _registry(f"{at}.registry", target["registry"])
    return errors


def _registry(at: str, text: str) -> list[FieldError]:
    """A host, and perhaps a port."""
    host, colon, port = text.partition(":")
    errors = formed(at, host, names.dns_subdomain)
    if colon and not (port.isdecimal() and 0 < int(port[:6]) < 65536):
        errors.append(invalid_value(at, text, "must be a host, or a host and a port"))
    return errors


def _member(kind: str, spec: Body) -> list[FieldError]:
    key = _MEMBERS.get(kind, "")
    held, at = spec.get(key) or {}, f"spec.{key}"
    match kind:
        case "NetworkPartition":
            return one_of(f"{at}.scope", held.get("scope"), SCOPES)
        case "PacketLoss":
            if held.get("percent") is None:
                return [required(f"{at}.percent")]
            return number(f"{at}.percent", held["percent"], 1, 100)
        case "DiskFill":
            return percent(f"{at}.percent", held.get("percent")) + figures(at, held, "durationSeconds")
        case "SlowRegistry":
            errors = amount(f"{at}.bandwidth", held.get("bandwidth"), above_zero=True)
            return errors + figures(at, held, "latencyMilliseconds")
    return []


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = immutable("spec.type", spec_of(new).get("type"), spec_of(old).get("type"))
    return errors + immutable("spec.target", spec_of(new).get("target"), spec_of(old).get("target"))


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = figures("status", status, "observedGeneration")
    return errors + conditions("status.conditions", status.get("conditions") or [])


def _place(body: Body, now: Instant) -> str:
    target = spec_of(body).get("target") or {}
    for key, shown in (("nodeName", "node"), ("zone", "zone"), ("registry", "registry")):
        if target.get(key):
            return f"{shown}/{target[key]}"
    return f"nodes {selector_text(target['nodeSelector'])}" if target.get("nodeSelector") is not None else NONE


def _active(body: Body, now: Instant) -> str:
    return (condition(body, "Active") or {}).get("status") or UNKNOWN


def _duration(body: Body, now: Instant) -> str:
    seconds = spec_of(body).get("durationSeconds")
    return NONE if seconds is None else human_duration(seconds * SECOND)


KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="Fault",
    plural="faults",
    namespaced=False,
    categories=("sim",),
    columns=(
        NAME,
        Column("Type", field("spec", "type"), description="What goes wrong."),
        Column("Target", _place, description="Where it goes wrong."),
        Column("Active", _active, description="Whether it goes wrong now."),
        Column("Duration", _duration, description="How long it lasts; <none>: until it is deleted."),
        AGE,
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_update=_validate_update,
    parts=status_part(_validate_status),
    definition=FAULT,
)
