"""Where a container mounts volumes, and which block devices it uses.

Follows ValidateVolumeMounts and ValidateVolumeDevices in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import FieldError, forbidden_value, invalid_value, not_found_value, not_supported, required
from ..registry import Body
from .paths import inside, no_backsteps

Volumes = Mapping[str, Body]

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")
_BLOCK = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"


def mounts(field: str, container: Body, volumes: Volumes) -> list[FieldError]:
    errors: list[FieldError] = []
    devices = {one.get("name") or "": one.get("devicePath") or "" for one in container.get("volumeDevices") or ()}
    paths: set[str] = set()
    for position, mount in enumerate(container.get("volumeMounts") or ()):
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
        if name in devices:
            errors.append(invalid_value(f"{at}.name", name, "must not already exist in volumeDevices"))
        if path in devices.values():
            detail = "must not already exist as a path in volumeDevices"
            errors.append(invalid_value(f"{at}.mountPath", path, detail))
        errors += _sub_paths(field, at, mount)
        errors += _propagation(f"{field}.mountPropagation", mount, container)
        errors += _recursive(f"{field}.recursiveReadOnly", mount)
    return errors


def _sub_paths(field: str, at: str, mount: Body) -> list[FieldError]:
    """Upstream's errors name the list for the path itself, and the mount for the rest."""
    path, expression = mount.get("subPath") or "", mount.get("subPathExpr") or ""
    errors: list[FieldError] = []
    if path:
        errors += inside(f"{field}.subPath", path)
    if expression:
        if path:
            detail = "subPathExpr and subPath are mutually exclusive"
            errors.append(invalid_value(f"{at}.subPathExpr", expression, detail))
        errors += inside(f"{field}.subPathExpr", expression)
    return errors


def _propagation(field: str, mount: Body, container: Body) -> list[FieldError]:
    value = mount.get("mountPropagation")
    if value is None:
        return []
    if value not in _PROPAGATIONS:
        return [not_supported(field, value, _PROPAGATIONS)]
    if value == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        return [forbidden_value(field, "Bidirectional mount propagation is available only to privileged containers")]
    return []


def _recursive(field: str, mount: Body) -> list[FieldError]:
    value = mount.get("recursiveReadOnly")
    if value is None or value == "Disabled":
        return []
    if value not in _RECURSIVE:
        return [not_supported(field, value, _RECURSIVE)]
    errors = []
    if not mount.get("readOnly"):
        errors.append(forbidden_value(field, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation") not in (None, "None"):
        detail = "may only be specified when mountPropagation is None or not specified"
        errors.append(forbidden_value(field, detail))
    return errors


def devices(field: str, container: Body, volumes: Volumes) -> list[FieldError]:
    errors: list[FieldError] = []
    mounted = {one.get("name") or "": one.get("mountPath") or "" for one in container.get("volumeMounts") or ()}
    names: set[str] = set()
    paths: set[str] = set()
    for position, device in enumerate(container.get("volumeDevices") or ()):
        at, name, path = f"{field}[{position}]", device.get("name") or "", device.get("devicePath") or ""
        volume = volumes.get(name)
        if not name:
            errors.append(required(f"{at}.name"))
        if name in names:
            errors.append(invalid_value(f"{at}.name", name, "must be unique"))
        if volume is None:
            errors.append(not_found_value(f"{at}.name", name))
        elif volume.get("persistentVolumeClaim") is None and volume.get("ephemeral") is None:
            errors.append(invalid_value(f"{at}.name", name, _BLOCK))
        if not path:
            errors.append(required(f"{at}.devicePath"))
        if path in paths:
            errors.append(invalid_value(f"{at}.devicePath", path, "must be unique"))
        if path and no_backsteps(at, path):
            errors.append(invalid_value(f"{at}.devicePath", path, "can not contain backsteps ('..')"))
        else:
            paths.add(path)
        if name in mounted:
            errors.append(invalid_value(f"{at}.name", name, "must not already exist in volumeMounts"))
        if path in mounted.values():
            detail = "must not already exist as a path in volumeMounts"
            errors.append(invalid_value(f"{at}.devicePath", path, detail))
        names |= {name} - {""}
    return errors
