"""The data of ConfigMaps and Secrets: keys, sizes, what an immutable one keeps, what a Secret's type needs.

Follows ValidateConfigMap and ValidateSecret in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64
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
_NEEDS = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
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
    errors += [required(f"data[{key}]") for key in _NEEDS.get(kind, ()) if key not in held]
    if kind == "kubernetes.io/service-account-token" and not annotations_of(body).get(_ACCOUNT):
        errors.append(required(f"metadata.annotations[{_ACCOUNT}]"))
    if kind == "kubernetes.io/basic-auth" and not {"username", "password"} & set(held):
        errors += [required("data[username]"), required("data[password]")]
    if kind == "kubernetes.io/dockerconfigjson":
        errors += _docker_config(held)
    return errors


def _docker_config(held: Body) -> list[FieldError]:
    field = "data[.dockerconfigjson]"
    if ".dockerconfigjson" not in held:
        return [required(field)]
    try:
        json.loads(b64decode(held[".dockerconfigjson"] or ""))
    except (NotBase64, ValueError):
        return [invalid_value(field, "<secret contents redacted>", "must be valid json")]
    return []


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
