"""Containers and init containers: names, images, ports, environment, mounts, probes, hooks.

Follows validateContainers and validateInitContainers in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_found_value, required
from ..registry import Body
from . import names
from .environment import env, env_from
from .fields import formed, named, number, one_of, port, repeated
from .probes import lifecycle, probe
from .resources import requirements
from .volumes import local_path

PROTOCOLS = ("TCP", "UDP", "SCTP")
_ONLY_SIDECARS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_IDS = 0xFFFFFFFF


def containers(field: str, spec: Body) -> list[FieldError]:
    held = spec.get("containers") or []
    if not held:
        return [required(field)]
    errors: list[FieldError] = []
    again = repeated(one.get("name") for one in held)
    for position, one in enumerate(held):
        at = f"{field}[{position}]"
        errors += _any(at, one, spec)
        if position in again:
            errors.append(duplicate(f"{at}.name", one["name"]))
        errors += _hooks(at, one, spec)
        if one.get("restartPolicy") is not None:
            errors.append(forbidden_value(f"{at}.restartPolicy", "may not be set for non-init containers"))
    return errors + _host_ports(field, held)


def init_containers(field: str, spec: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    taken = {one.get("name") for one in spec.get("containers") or ()}
    for position, one in enumerate(spec.get("initContainers") or ()):
        at, policy = f"{field}[{position}]", one.get("restartPolicy")
        errors += _any(at, one, spec)
        if policy is not None:
            errors += one_of(f"{at}.restartPolicy", policy, ("Always",))
        if one.get("name") and one["name"] in taken:
            errors.append(duplicate(f"{at}.name", one["name"]))
        taken.add(one.get("name"))
        errors += _host_ports(field, [one])
        if policy == "Always":
            errors += _hooks(at, one, spec)
            continue
        for key in _ONLY_SIDECARS:
            if one.get(key) is not None:
                detail = "may not be set for init containers without restartPolicy=Always"
                errors.append(forbidden_value(f"{at}.{key}", detail))
    return errors


def _any(field: str, one: Body, spec: Body) -> list[FieldError]:
    """What holds for containers of every sort."""
    errors = named(f"{field}.name", one.get("name"))
    if not one.get("image"):
        errors.append(required(f"{field}.image"))
    policy = one.get("terminationMessagePolicy")
    errors += one_of(f"{field}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError"))
    errors += _ports(f"{field}.ports", one.get("ports") or [])
    errors += env(f"{field}.env", one.get("env") or [])
    errors += env_from(f"{field}.envFrom", one.get("envFrom") or [])
    errors += _mounts(f"{field}.volumeMounts", one.get("volumeMounts") or [], spec)
    errors += _devices(f"{field}.volumeDevices", one.get("volumeDevices") or [], spec)
    errors += one_of(f"{field}.imagePullPolicy", one.get("imagePullPolicy"), ("Always", "IfNotPresent", "Never"))
    errors += requirements(f"{field}.resources", one.get("resources"))
    return errors + _security(f"{field}.securityContext", one.get("securityContext") or {})


def _hooks(field: str, one: Body, spec: Body) -> list[FieldError]:
    grace = spec.get("terminationGracePeriodSeconds")
    errors = lifecycle(f"{field}.lifecycle", one.get("lifecycle"), grace)
    for key in _PROBES:
        errors += probe(f"{field}.{key}", key, one.get(key), grace)
    return errors


def only_in_pods(field: str, held: list[Body]) -> list[FieldError]:
    """What is checked in pods and let pass in templates."""
    return [
        invalid_value(f"{field}[{position}].image", one["image"], "must not have leading or trailing whitespace")
        for position, one in enumerate(held)
        if one.get("image") and one["image"] != one["image"].strip()
    ]


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


def _mounts(field: str, held: list[Body], spec: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    volumes = {volume.get("name") for volume in spec.get("volumes") or ()}
    paths: set[str] = set()
    for position, mount in enumerate(held):
        at, name, path = f"{field}[{position}]", mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            errors.append(required(f"{at}.name"))
        if name not in volumes:
            errors.append(not_found_value(f"{at}.name", name))
        if not path:
            errors.append(required(f"{at}.mountPath"))
        if path in paths:
            errors.append(invalid_value(f"{at}.mountPath", path, "must be unique"))
        paths.add(path)
        if mount.get("subPath"):
            errors += local_path(f"{field}.subPath", mount["subPath"])
        if mount.get("subPathExpr"):
            if mount.get("subPath"):
                detail = "subPathExpr and subPath are mutually exclusive"
                errors.append(invalid_value(f"{at}.subPathExpr", mount["subPathExpr"], detail))
            errors += local_path(f"{field}.subPathExpr", mount["subPathExpr"])
    return errors


def _devices(field: str, held: list[Body], spec: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    volumes = {volume.get("name"): volume for volume in spec.get("volumes") or ()}
    for position, device in enumerate(held):
        at, name = f"{field}[{position}]", device.get("name") or ""
        volume = volumes.get(name)
        if not name:
            errors.append(required(f"{at}.name"))
        if volume is None:
            errors.append(not_found_value(f"{at}.name", name))
        elif not volume.get("persistentVolumeClaim") and not volume.get("ephemeral"):
            detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            errors.append(invalid_value(f"{at}.name", name, detail))
        if not device.get("devicePath"):
            errors.append(required(f"{at}.devicePath"))
    return errors


def _security(field: str, context: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("runAsUser", "runAsGroup"):
        if context.get(key) is not None:
            errors += number(f"{field}.{key}", context[key], 0, _IDS)
    if context.get("allowPrivilegeEscalation") is False:
        if context.get("privileged"):
            detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            errors.append(invalid_value(field, context, detail))
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            errors.append(invalid_value(field, context, detail))
    return errors
