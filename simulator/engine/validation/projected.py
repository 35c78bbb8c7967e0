"""Volumes that are made from the API's objects: ConfigMaps, Secrets, the downward API, tokens, and all together.

Follows validateConfigMapVolumeSource, validateDownwardAPIVolumeFile and validateProjectionSources in
pkg/apis/core/validation/validation.go, v1.34. Sources whose feature is off in 1.34 never come
here: see defaults/features.py.
"""

from __future__ import annotations

from typing import Any

from ..errors import FieldError, forbidden_value, invalid_value, required
from ..registry import Body
from .environment import FILE_FIELDS, field_ref, resource_ref
from .fields import mode, present
from .paths import inside_not_reserved

_REPEATED = "conflicting duplicate paths"
_SHORTEST, _LONGEST = 600, 1 << 32


def config_map(field: str, source: Body) -> list[FieldError]:
    return present(field, source, "name") + _mode_and_items(field, source)


def secret(field: str, source: Body) -> list[FieldError]:
    return present(field, source, "secretName") + _mode_and_items(field, source)


def _mode_and_items(field: str, source: Body) -> list[FieldError]:
    errors = mode(f"{field}.defaultMode", source.get("defaultMode"))
    for position, item in enumerate(source.get("items") or ()):
        errors += _item(f"{field}.items[{position}]", item)
    return errors


def _item(field: str, item: Body) -> list[FieldError]:
    errors = present(field, item, "key", "path")
    errors += inside_not_reserved(f"{field}.path", item.get("path") or "")
    return errors + mode(f"{field}.mode", item.get("mode"))


def downward(field: str, source: Body) -> list[FieldError]:
    errors = mode(f"{field}.defaultMode", source.get("defaultMode"))
    for item in source.get("items") or ():
        errors += _file(field, item)
    return errors


def _file(field: str, item: Body) -> list[FieldError]:
    """One file of the downward API; upstream's errors name the volume, not the item."""
    errors = present(field, item, "path") + inside_not_reserved(f"{field}.path", item.get("path") or "")
    of_field, of_resource = item.get("fieldRef"), item.get("resourceFieldRef")
    if of_field is not None:
        errors += field_ref(f"{field}.fieldRef", of_field, FILE_FIELDS)
        if of_resource is not None:
            detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(invalid_value(field, "resource", detail))
    elif of_resource is not None:
        errors += resource_ref(f"{field}.resourceFieldRef", of_resource, in_volume=True)
    else:
        errors.append(required(field, "one of fieldRef and resourceFieldRef is required"))
    return errors + mode(f"{field}.mode", item.get("mode"))


# --- projected ---------------------------------------------------------------------------------------------------


def projected(field: str, source: Body) -> list[FieldError]:
    errors = mode(f"{field}.defaultMode", source.get("defaultMode"))
    taken: set[str] = set()
    for position, one in enumerate(source.get("sources") or ()):
        at = f"{field}.sources[{position}]"
        held = [
            key for key in ("secret", "configMap", "downwardAPI", "serviceAccountToken") if one.get(key) is not None
        ]
        for key in held:
            if key in ("secret", "configMap"):
                errors += _keys(field, f"{at}.{key}", one[key], taken)
            elif key == "downwardAPI":
                errors += _files(field, f"{at}.{key}", one[key], taken)
            else:
                errors += _token(field, f"{at}.{key}", one[key])
        if len(held) > 1:
            errors.append(forbidden_value(at, "may not specify more than 1 volume type per source"))
    return errors


def _keys(volume: str, field: str, source: Body, taken: set[str]) -> list[FieldError]:
    errors = present(field, source, "name")
    for position, item in enumerate(source.get("items") or ()):
        errors += _item(f"{field}.items[{position}]", item)
        errors += _conflict(volume, item.get("path"), source.get("name") or "", taken)
    return errors


def _files(volume: str, field: str, source: Body, taken: set[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for item in source.get("items") or ():
        errors += _file(field, item)
        errors += _conflict(volume, item.get("path"), item.get("path"), taken)
    return errors


def _conflict(field: str, path: str | None, value: Any, taken: set[str]) -> list[FieldError]:
    if not path:
        return []
    if path in taken:
        return [invalid_value(field, value, _REPEATED)]
    taken.add(path)
    return []


def _token(volume: str, field: str, token: Body) -> list[FieldError]:
    errors = []
    at, seconds = f"{field}.expirationSeconds", token.get("expirationSeconds") or 0
    if seconds < _SHORTEST:
        errors.append(invalid_value(at, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > _LONGEST:
        errors.append(invalid_value(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    if not token.get("path"):
        return [*errors, required(f"{volume}.path")]
    return errors + inside_not_reserved(f"{volume}.path", token["path"])
