"""A pod's status, as the status subresource takes it.

Follows ValidatePodStatusUpdate in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, invalid_value
from ..objects import spec_of, status_of
from ..registry import Body
from . import names
from .addresses import ip, one_of_each_family
from .fields import formed
from .metadata import immutable
from .pod_changes import fixed_annotations
from .pod_template import pod_annotations

_OWN_CONDITIONS = ("PodScheduled", "Ready", "Initialized")


def pod_status(new: Body, old: Body) -> list[FieldError]:
    status, held, spec = status_of(new), status_of(old), spec_of(old)
    errors = fixed_annotations("metadata.annotations", new, old)
    errors += pod_annotations("metadata.annotations", new["metadata"].get("annotations") or {}, spec)
    for position, one in enumerate(status.get("conditions") or ()):
        if one.get("type") not in _OWN_CONDITIONS:
            at = f"metadata.conditions[{position}].Type"
            errors += formed(at, one.get("type") or "", names.qualified_name)
    nominated = status.get("nominatedNodeName") or ""
    if nominated and nominated != (held.get("nominatedNodeName") or ""):
        errors += formed("status.nominatedNodeName", nominated, names.dns_subdomain)
    errors += immutable("status.qosClass", status.get("qosClass"), held.get("qosClass"))
    restarts = {one.get("name") for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always"}
    policy = spec.get("restartPolicy") or ""
    for key, own, spared in (
        ("containerStatuses", policy, frozenset()),
        ("initContainerStatuses", policy, frozenset(restarts)),
        ("ephemeralContainerStatuses", "Never", frozenset()),
    ):
        errors += _transitions(f"status.{key}", status.get(key) or [], held.get(key) or [], own, spared)
    return errors + _addresses(status)


def _transitions(
    field: str, new: list[Body], old: list[Body], policy: str, spared: frozenset[str | None]
) -> list[FieldError]:
    """A container that has ended for good does not run again."""
    if policy == "Always":
        return []
    errors = []
    for position, one in enumerate(old):
        ended = (one.get("state") or {}).get("terminated")
        if ended is None or one.get("name") in spared or (ended.get("exitCode") and policy == "OnFailure"):
            continue
        for other in new:
            if other.get("name") == one.get("name") and (other.get("state") or {}).get("terminated") is None:
                detail = "may not be transitioned to non-terminated state"
                errors.append(forbidden_value(f"{field}[{position}].state", detail))
    return errors


def _addresses(status: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    hosts = [one.get("ip") or "" for one in status.get("hostIPs") or ()]
    errors += _family(status, "podIPs")
    if hosts and hosts[0] != (status.get("hostIP") or ""):
        errors.append(invalid_value("status.hostIPs[0].ip", hosts[0], "must be equal to `hostIP`"))
    return errors + _family(status, "hostIPs")


def _family(status: Body, key: str) -> list[FieldError]:
    """A list of addresses: one of each family at most, none twice."""
    held = [one.get("ip") or "" for one in status.get(key) or ()]
    field = f"status.{key}"
    errors = [error for position, one in enumerate(held) for error in ip(f"{field}[{position}]", one)]
    if len(held) > 1:
        if not one_of_each_family(held) or len(held) > 2:
            detail = "may specify no more than one IP for each IP family"
            errors.append(invalid_value(field, [{"IP": one} for one in held], detail))
        for position, one in enumerate(held):
            if one in held[:position]:
                errors.append(duplicate(f"{field}[{position}]", {"IP": one}))
    return errors
