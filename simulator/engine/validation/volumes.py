"""A pod's volumes.

Follows ValidateVolumes in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from .fields import mode, named

_ONE_TYPE = "may not specify more than 1 volume type"
_HOST_PATHS = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip


def volumes(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, volume in enumerate(held):
        at, name = f"{field}[{position}]", volume.get("name") or ""
        broken = named(f"{at}.name", name)
        if name in known:
            broken = [duplicate(f"{at}.name", name)]
        errors += _source(at, volume) + broken
        known.add(name)
    return errors


def _source(field: str, volume: Body) -> list[FieldError]:
    kinds = [key for key in volume if key != "name" and volume[key] is not None]
    if not kinds:
        return [required(field, "must specify a volume type")]
    errors = []
    first = kinds[0]
    if first in _CHECKS:
        errors = _CHECKS[first](f"{field}.{first}", volume[first])
    return errors + [forbidden_value(f"{field}.{kind}", _ONE_TYPE) for kind in kinds[1:]]


def _config_map(field: str, source: Body) -> list[FieldError]:
    errors = _present(field, source, "name")
    return errors + mode(f"{field}.defaultMode", source.get("defaultMode")) + _items(field, source)


def _secret(field: str, source: Body) -> list[FieldError]:
    errors = _present(field, source, "secretName")
    return errors + mode(f"{field}.defaultMode", source.get("defaultMode")) + _items(field, source)


def _claim(field: str, source: Body) -> list[FieldError]:
    return _present(field, source, "claimName")


def _nfs(field: str, source: Body) -> list[FieldError]:
    errors = _present(field, source, "server", "path")
    if not (source.get("path") or "").startswith("/"):
        errors.append(invalid_value(f"{field}.path", source.get("path") or "", "must be an absolute path"))
    return errors


def _host_path(field: str, source: Body) -> list[FieldError]:
    path, kind = source.get("path") or "", source.get("type") or ""
    if not path:
        return [required(f"{field}.path")]
    errors = no_backsteps(f"{field}.path", path)
    return errors if kind in _HOST_PATHS else [*errors, not_supported(f"{field}.type", kind, _HOST_PATHS)]


def _downward(field: str, source: Body) -> list[FieldError]:
    errors = mode(f"{field}.defaultMode", source.get("defaultMode"))
    for position, item in enumerate(source.get("items") or ()):
        at = f"{field}.items[{position}]"
        errors += _present(at, item, "path") + _local_path(f"{at}.path", item.get("path") or "")
        if not item.get("fieldRef") and not item.get("resourceFieldRef"):
            errors.append(required(at, "one of fieldRef and resourceFieldRef is required"))
        errors += mode(f"{at}.mode", item.get("mode"))
    return errors


def _projected(field: str, source: Body) -> list[FieldError]:
    errors = mode(f"{field}.defaultMode", source.get("defaultMode"))
    for position, projection in enumerate(source.get("sources") or ()):
        at = f"{field}.sources[{position}]"
        kinds = [kind for kind in projection if projection[kind] is not None]
        errors += [forbidden_value(f"{at}.{kind}", _ONE_TYPE) for kind in kinds[1:]]
        for kind in kinds[:1]:
            if kind in ("configMap", "secret"):
                errors += _present(f"{at}.{kind}", projection[kind], "name") + _items(f"{at}.{kind}", projection[kind])
            elif kind == "serviceAccountToken":
                errors += _token(f"{at}.{kind}", projection[kind])
    return errors


def _token(field: str, token: Body) -> list[FieldError]:
    errors = []
    at, seconds = f"{field}.expirationSeconds", token.get("expirationSeconds", 3600)
    if seconds < 600:
        errors.append(invalid_value(at, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > 1 << 32:
        errors.append(invalid_value(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    return errors + _present(field, token, "path")


def _items(field: str, source: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, item in enumerate(source.get("items") or ()):
        at = f"{field}.items[{position}]"
        errors += _present(at, item, "key", "path")
        errors += _local_path(f"{at}.path", item.get("path") or "") + mode(f"{at}.mode", item.get("mode"))
    return errors


def _present(field: str, body: Body, *keys: str) -> list[FieldError]:
    return [required(f"{field}.{key}") for key in keys if not body.get(key)]


def local_path(field: str, path: str) -> list[FieldError]:
    """A path below a directory that it cannot leave."""
    errors = [invalid_value(field, path, "must be a relative path")] if path.startswith("/") else []
    return errors + no_backsteps(field, path)


def _local_path(field: str, path: str) -> list[FieldError]:
    errors = local_path(field, path)
    return errors if errors or not path.startswith("..") else [invalid_value(field, path, "must not start with '..'")]


def no_backsteps(field: str, path: str) -> list[FieldError]:
    return [invalid_value(field, path, "must not contain '..'")] if ".." in path.split("/") else []


_CHECKS: dict[str, Callable[[str, Body], list[FieldError]]] = {
    "configMap": _config_map,
    "secret": _secret,
    "persistentVolumeClaim": _claim,
    "nfs": _nfs,
    "hostPath": _host_path,
    "downwardAPI": _downward,
    "projected": _projected,
}
