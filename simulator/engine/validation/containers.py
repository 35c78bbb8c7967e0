"""Containers of every sort: names, images, ports, and what belongs to them.

Follows validateContainers, validateInitContainers and validateEphemeralContainers in
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_found_value, required
from ..registry import Body
from . import names
from .environment import env, env_from
from .fields import formed, named, one_of, port, repeated
from .go_values import RESIZE_POLICY, shown
from .mounts import Volumes, devices, mounts
from .probes import lifecycle, probe
from .resources import requirements
from .security_context import of_container, shares_host_users

PROTOCOLS = ("SCTP", "TCP", "UDP")
_ONLY_SIDECARS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe",
    "startupProbe", "lifecycle",
)  # fmt: skip
_FORBIDDEN = "cannot be set for an Ephemeral Container"


class Surroundings(NamedTuple):
    """What a container's fields refer to: the pod's spec, its volumes that may be mounted, its resource claims."""

    spec: Body
    volumes: Volumes
    claims: Collection[str]


def containers(field: str, around: Surroundings) -> list[FieldError]:
    held = around.spec.get("containers") or []
    if not held:
        return [required(field)]
    errors: list[FieldError] = []
    again = repeated(one.get("name") for one in held)
    for position, one in enumerate(held):
        at = f"{field}[{position}]"
        errors += _any(at, one, around)
        if position in again:
            errors.append(duplicate(f"{at}.name", one["name"]))
        errors += _hooks(at, one, around.spec)
    return errors + _host_ports(field, held)


def init_containers(field: str, around: Surroundings) -> list[FieldError]:
    errors: list[FieldError] = []
    taken = {one.get("name") for one in around.spec.get("containers") or ()}
    for position, one in enumerate(around.spec.get("initContainers") or ()):
        at, policy = f"{field}[{position}]", one.get("restartPolicy")
        errors += _any(at, one, around)
        if one.get("name") and one["name"] in taken:
            errors.append(duplicate(f"{at}.name", one["name"]))
        taken.add(one.get("name"))
        errors += _host_ports(field, [one])
        if policy == "Always":
            errors += _hooks(at, one, around.spec)
            continue
        for key in _ONLY_SIDECARS:
            if one.get(key) is not None:
                detail = "may not be set for init containers without restartPolicy=Always"
                errors.append(forbidden_value(f"{at}.{key}", detail))
        if one.get("resizePolicy"):
            value = shown(one["resizePolicy"], RESIZE_POLICY)
            errors.append(invalid_value(f"{at}.resizePolicy", value, "must not be set for init containers"))
    return errors


def ephemeral_containers(field: str, around: Surroundings) -> list[FieldError]:
    errors: list[FieldError] = []
    spec = around.spec
    others = {one.get("name") for key in ("containers", "initContainers") for one in spec.get(key) or ()}
    taken = set(others)
    for position, one in enumerate(spec.get("ephemeralContainers") or ()):
        at, target = f"{field}[{position}]", one.get("targetContainerName") or ""
        errors += _any(at, one, around) + untrimmed(at, one)
        if one.get("name") in taken:
            errors.append(duplicate(f"{at}.name", one.get("name") or ""))
        taken.add(one.get("name"))
        if target and target not in others:
            errors.append(not_found_value(f"{at}.targetContainerName", target))
        errors += [forbidden_value(f"{at}.{key}", _FORBIDDEN) for key in _NOT_EPHEMERAL if one.get(key)]
        for index, mount in enumerate(one.get("volumeMounts") or ()):
            for key in ("subPath", "subPathExpr"):
                if mount.get(key):
                    errors.append(forbidden_value(f"{at}.volumeMounts[{index}].{key}", _FORBIDDEN))
    return errors


def _any(field: str, one: Body, around: Surroundings) -> list[FieldError]:
    """What holds for containers of every sort."""
    errors = named(f"{field}.name", one.get("name"))
    if not one.get("image"):
        errors.append(required(f"{field}.image"))
    policy = one.get("terminationMessagePolicy")
    errors += one_of(f"{field}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError"))
    errors += _ports(f"{field}.ports", one.get("ports") or [])
    errors += env(f"{field}.env", one.get("env") or [])
    errors += env_from(f"{field}.envFrom", one.get("envFrom") or [])
    errors += mounts(f"{field}.volumeMounts", one, around.volumes)
    errors += devices(f"{field}.volumeDevices", one, around.volumes)
    errors += one_of(f"{field}.imagePullPolicy", one.get("imagePullPolicy"), ("Always", "IfNotPresent", "Never"))
    errors += requirements(f"{field}.resources", one.get("resources"), around.claims)
    errors += _resize(f"{field}.resizePolicy", one.get("resizePolicy") or [], around.spec.get("restartPolicy"))
    context = one.get("securityContext")
    return errors + of_container(f"{field}.securityContext", context, host_users=shares_host_users(around.spec))


def _hooks(field: str, one: Body, spec: Body) -> list[FieldError]:
    grace = spec.get("terminationGracePeriodSeconds")
    errors = lifecycle(f"{field}.lifecycle", one.get("lifecycle"), grace)
    for key in _PROBES:
        errors += probe(f"{field}.{key}", key, one.get(key), grace)
    return errors


def untrimmed(field: str, one: Body) -> list[FieldError]:
    """What is checked in pods and let pass in templates."""
    image = one.get("image") or ""
    if image == image.strip():
        return []
    return [invalid_value(f"{field}.image", image, "must not have leading or trailing whitespace")]


def _resize(field: str, held: list[Body], restarts: str | None) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, one in enumerate(held):
        resource, policy = one.get("resourceName") or "", one.get("restartPolicy") or ""
        if resource in known:
            errors.append(duplicate(f"{field}[{position}]", resource))
        known.add(resource)
        errors += one_of(field, resource, ("cpu", "memory"))
        errors += one_of(field, policy, ("NotRequired", "RestartContainer"))
        if restarts == "Never" and policy != "NotRequired":
            errors.append(invalid_value(field, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    return errors


# --- ports -------------------------------------------------------------------------------------------------------


def _ports(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, one in enumerate(held):
        at, name = f"{field}[{position}]", one.get("name") or ""
        broken = formed(f"{at}.name", name, names.port_name) if name else []
        if name and not broken and name in known:
            broken = [duplicate(f"{at}.name", name)]
        known.add(name)
        errors += broken
        if not one.get("containerPort"):
            errors.append(required(f"{at}.containerPort"))
        else:
            errors += port(f"{at}.containerPort", one["containerPort"])
        if one.get("hostPort"):
            errors += port(f"{at}.hostPort", one["hostPort"])
        errors += one_of(f"{at}.protocol", one.get("protocol"), PROTOCOLS)
    return errors


def _host_ports(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    taken: set[str] = set()
    for position, one in enumerate(held):
        for index, held_port in enumerate(one.get("ports") or ()):
            if not held_port.get("hostPort"):
                continue
            text = f"{held_port.get('protocol')}/{held_port.get('hostIP') or ''}/{held_port['hostPort']}"
            if text in taken:
                errors.append(duplicate(f"{field}[{position}].ports[{index}].hostPort", text))
            taken.add(text)
    return errors
