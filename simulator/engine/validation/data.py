"""The data of ConfigMaps and Secrets: keys, sizes, what an immutable one keeps, what a Secret's type needs.

Follows ValidateConfigMap and ValidateSecret in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

from ..errors import FieldError, forbidden_value, invalid_value, required, too_long
from ..objects import annotations_of
from ..registry import Body
from . import names
from .fields import formed
from .metadata import immutable

LIMIT = 1024 * 1024
_IMMUTABLE = "field is immutable when `immutable` is set"
_ACCOUNT = "kubernetes.io/service-account.name"
_DOCKER = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}


def config_map(body: Body) -> list[FieldError]:
    texts, binary = body.get("data") or {}, body.get("binaryData") or {}
    errors: list[FieldError] = []
    size = 0
    for key in sorted(texts):
        errors += formed(f"data[{key}]", key, names.config_key)
        if key in binary:
            errors.append(invalid_value(f"data[{key}]", key, "duplicate of key present in binaryData"))
        size += len((texts[key] or "").encode())
    for key in sorted(binary):
        errors += formed(f"binaryData[{key}]", key, names.config_key)
        size += _decoded_size(binary[key])
    return [*errors, too_long("[]", LIMIT)] if size > LIMIT else errors


def secret(body: Body) -> list[FieldError]:
    held = body.get("data") or {}
    errors: list[FieldError] = []
    for key in sorted(held):
        errors += formed(f"data[{key}]", key, names.config_key)
    if sum(map(_decoded_size, held.values())) > LIMIT:
        errors.append(too_long("data", LIMIT))
    kind = body.get("type") or ""
    match kind:
        case "kubernetes.io/service-account-token" if not annotations_of(body).get(_ACCOUNT):
            errors.append(required(f"metadata.annotations[{_ACCOUNT}]"))
        case "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson":
            errors += _docker_config(held, _DOCKER[kind])
        case "kubernetes.io/basic-auth" if not {"username", "password"} & set(held):
            errors += [required("data[username]"), required("data[password]")]
        case "kubernetes.io/ssh-auth" if not held.get("ssh-privatekey"):
            errors.append(required("data[ssh-privatekey]"))
        case "kubernetes.io/tls":
            errors += [required(f"data[{key}]") for key in ("tls.crt", "tls.key") if key not in held]
    return errors


def _docker_config(held: Body, key: str) -> list[FieldError]:
    field = f"data[{key}]"
    if key not in held:
        return [required(field)]
    trouble = _json_trouble(held[key] or "")
    return [invalid_value(field, "<secret contents redacted>", trouble)] if trouble else []


def _json_trouble(text: str) -> str:
    """Why a text in base64 is no JSON object, as encoding/json words it; empty if it is one."""
    data = b64decode(text).decode("utf-8", "replace")
    try:
        value = json.loads(data)
    except RecursionError:
        return "exceeded max depth"
    except json.JSONDecodeError as trouble:
        rest = data[trouble.pos : trouble.pos + 1]
        where = _PLACES.get(trouble.msg, "looking for beginning of value")
        return f"invalid character {_quoted(rest)} {where}" if rest else "unexpected end of JSON input"
    except ValueError:
        value = 0
    if value is None or isinstance(value, dict):
        return ""
    return f"json: cannot unmarshal {_KINDS[type(value)]} into Go value of type map[string]interface {{}}"


def _quoted(character: str) -> str:
    return "'\\''" if character == "'" else f"'{character}'"


_PLACES = {
    "Extra data": "after top-level value",
    "Expecting property name enclosed in double quotes": "looking for beginning of object key string",
    "Expecting ':' delimiter": "after object key",
    "Expecting ',' delimiter": "after object key:value pair",
}
_KINDS = {str: "string", list: "array", bool: "bool", int: "number", float: "number"}


def update(new: Body, old: Body) -> list[FieldError]:
    """What an object that says `immutable: true` refuses."""
    if not old.get("immutable"):
        return []
    errors = [] if new.get("immutable") else [forbidden_value("immutable", _IMMUTABLE)]
    for key in ("data", "binaryData"):
        if (new.get(key) or {}) != (old.get(key) or {}):
            errors.append(forbidden_value(key, _IMMUTABLE))
    return errors


def secret_update(new: Body, old: Body) -> list[FieldError]:
    return immutable("type", new.get("type"), old.get("type")) + update(new, old)


def _decoded_size(text: Any) -> int:
    held = str(text or "")
    return len(held) * 3 // 4 - held[-2:].count("=")
