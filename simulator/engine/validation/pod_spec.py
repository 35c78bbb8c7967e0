"""A pod's spec, in a pod or in a template, and what may change in it.

Follows ValidatePodSpec and ValidatePodUpdate in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, required
from ..registry import Body
from . import names
from .containers import containers, init_containers, only_in_pods
from .fields import formed, ip, not_negative, number, one_of, repeated
from .metadata import labels
from .resources import requirements
from .scheduling import affinity, tolerations, topology_spread
from .volumes import volumes

_MAX = 2**31 - 1
_IDS = 0xFFFFFFFF
_UPDATABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)


def pod_spec(field: str, spec: Body, *, in_pod: bool = False) -> list[FieldError]:
    """What is wrong with a spec. in_pod: it is a pod's own, which is checked more strictly than a template's."""
    errors = (
        []
        if spec.get("terminationGracePeriodSeconds") is not None
        else [required(f"{field}.terminationGracePeriodSeconds")]
    )
    errors += volumes(f"{field}.volumes", spec.get("volumes") or [])
    errors += containers(f"{field}.containers", spec)
    errors += init_containers(f"{field}.initContainers", spec)
    errors += requirements(f"{field}.resources", spec.get("resources"))
    errors += _host_network(field, spec, in_pod)
    errors += one_of(f"{field}.restartPolicy", spec.get("restartPolicy"), ("Always", "OnFailure", "Never"))
    policies = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
    errors += one_of(f"{field}.dnsPolicy", spec.get("dnsPolicy"), policies)
    errors += labels(f"{field}.nodeSelector", spec.get("nodeSelector"))
    errors += _security(f"{field}.securityContext", spec.get("securityContext") or {})
    errors += affinity(f"{field}.affinity", spec.get("affinity"))
    errors += _dns(f"{field}.dnsConfig", spec)
    errors += _gates(f"{field}.schedulingGates", spec.get("schedulingGates") or [])
    for position, gate in enumerate(spec.get("readinessGates") or ()):
        at = f"{field}.readinessGates[{position}].conditionType"
        errors += formed(at, gate.get("conditionType") or "", names.qualified_name)
    errors += topology_spread(f"{field}.topologySpreadConstraints", spec.get("topologySpreadConstraints") or [])
    errors += _names(field, spec)
    errors += tolerations(f"{field}.tolerations", spec.get("tolerations") or [])
    for position, alias in enumerate(spec.get("hostAliases") or ()):
        errors += ip(f"{field}.hostAliases[{position}].ip", alias.get("ip") or "")
    if spec.get("preemptionPolicy") is not None:
        errors += one_of(f"{field}.preemptionPolicy", spec["preemptionPolicy"], ("PreemptLowerPriority", "Never"))
    if spec.get("overhead"):
        errors += requirements(f"{field}.overhead", {"limits": spec["overhead"]})
    if in_pod:
        errors += only_in_pods(f"{field}.containers", spec.get("containers") or [])
        errors += only_in_pods(f"{field}.initContainers", spec.get("initContainers") or [])
    return errors


def _names(field: str, spec: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for key, check in (
        ("serviceAccountName", names.dns_subdomain),
        ("nodeName", names.dns_subdomain),
        ("hostname", names.dns_label),
        ("subdomain", names.dns_label),
        ("priorityClassName", names.dns_subdomain),
        ("runtimeClassName", names.dns_subdomain),
    ):
        if spec.get(key):
            errors += formed(f"{field}.{key}", spec[key], check)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None:
        errors += number(f"{field}.activeDeadlineSeconds", deadline, 1, _MAX)
    return errors


def _host_network(field: str, spec: Body, in_pod: bool) -> list[FieldError]:
    if not spec.get("hostNetwork"):
        return []
    errors = []
    for position, one in enumerate(spec.get("containers") or ()):
        for index, held in enumerate(one.get("ports") or ()):
            host, own = held.get("hostPort") or 0, held.get("containerPort") or 0
            if (in_pod or host) and host != own:
                at = f"{field}.containers[{position}].ports[{index}].hostPort"
                errors.append(invalid_value(at, host, "must match `containerPort` when `hostNetwork` is true"))
    return errors


def _security(field: str, context: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("runAsUser", "runAsGroup", "fsGroup"):
        if context.get(key) is not None:
            errors += number(f"{field}.{key}", context[key], 0, _IDS)
    for position, group in enumerate(context.get("supplementalGroups") or ()):
        errors += number(f"{field}.supplementalGroups[{position}]", group, 0, _IDS)
    return errors


def _dns(field: str, spec: Body) -> list[FieldError]:
    config = spec.get("dnsConfig")
    servers = (config or {}).get("nameservers") or []
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not servers:
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(f"{field}.nameservers", detail)]
    errors = []
    if len(servers) > 3:
        errors.append(invalid_value(f"{field}.nameservers", servers, "must not have more than 3 nameservers"))
    for position, server in enumerate(servers):
        errors += ip(f"{field}.nameservers[{position}]", server)
    for position, option in enumerate((config or {}).get("options") or ()):
        errors += [] if option.get("name") else [required(f"{field}.options[{position}]", "must not be empty")]
    return errors


def _gates(field: str, gates: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    again = repeated(gate.get("name") for gate in gates)
    for position, gate in enumerate(gates):
        errors += formed(f"{field}[{position}]", gate.get("name") or "", names.qualified_name)
        errors += [duplicate(f"{field}[{position}]", gate["name"])] if position in again else []
    return errors


# --- changes -----------------------------------------------------------------------------------------------------


def pod_spec_update(field: str, new: Body, old: Body) -> list[FieldError]:
    """What is wrong with replacing a pod's spec."""
    errors: list[FieldError] = []
    for key in ("containers", "initContainers"):
        if len(new.get(key) or ()) != len(old.get(key) or ()):
            return [forbidden_value(f"{field}.{key}", "pod updates may not add or remove containers")]
        for position, one in enumerate(new.get(key) or ()):
            image = one.get("image") or ""
            if not image.strip():
                errors.append(required(f"{field}.{key}[{position}].image"))
    errors += _deadline(f"{field}.activeDeadlineSeconds", new, old)
    held = new.get("tolerations") or []
    if not all(any(_same_toleration(kept, one) for one in held) for kept in old.get("tolerations") or ()):
        detail = "existing toleration can not be modified except its tolerationSeconds"
        errors.append(forbidden_value(f"{field}.tolerations", detail))
    known = {gate.get("name") for gate in old.get("schedulingGates") or ()}
    for position, gate in enumerate(new.get("schedulingGates") or ()):
        if gate.get("name") not in known:
            detail = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
            errors.append(forbidden_value(f"{field}.schedulingGates[{position}].name", detail))
    fixed, held_fixed = _fixed(new, old), _fixed(old, old)
    if fixed == held_fixed:
        return errors
    detail = f"pod updates may not change fields other than {_UPDATABLE}\n{_difference(held_fixed, fixed)}"
    return [*errors, forbidden_value(field, detail)]


def _deadline(field: str, new: Body, old: Body) -> list[FieldError]:
    seconds, held = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    if seconds is None:
        if held is None:
            return []
        return [invalid_value(field, None, "must not update from a positive integer to nil value")]
    if held is not None and held < seconds:
        return [invalid_value(field, seconds, "must be less than or equal to previous value")]
    return not_negative(field, seconds)


def _same_toleration(one: Body, other: Body) -> bool:
    return {**one, "tolerationSeconds": None} == {**other, "tolerationSeconds": None}


def _fixed(spec: Body, old: Body) -> Body:
    """The parts of a spec that nobody may change, with empty and absent made equal."""
    fixed = {key: value for key, value in spec.items() if value not in (None, "", [], {}, False)}
    for key in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        fixed.pop(key, None)
    if (old.get("terminationGracePeriodSeconds") or 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        fixed["terminationGracePeriodSeconds"] = old["terminationGracePeriodSeconds"]
    if old.get("schedulingGates") and spec.get("nodeSelector"):
        kept = old.get("nodeSelector") or {}
        if all(spec["nodeSelector"].get(key) == value for key, value in kept.items()):
            fixed["nodeSelector"] = kept
            if not kept:
                del fixed["nodeSelector"]
    for key in ("containers", "initContainers"):
        if spec.get(key):
            fixed[key] = [
                {name: value for name, value in one.items() if name != "image" and value not in (None, [], {}, "")}
                for one in spec[key]
            ]
    return fixed


def _difference(old: Any, new: Any, path: str = "spec") -> str:
    """Each place that differs, as two lines with - and +, in the order of the fields' names."""
    if old == new:
        return ""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return "".join(_difference(old.get(key), new.get(key), f"{path}.{key}") for key in keys)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return "".join(_difference(one, other, f"{path}[{position}]") for position, (one, other) in pairs)
    lines = [f"{sign} {path}: {json.dumps(value)}\n" for sign, value in (("-", old), ("+", new)) if value is not None]
    return "".join(lines)
