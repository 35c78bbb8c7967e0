"""Secret: what should not be in a ConfigMap, as keys and base64, 1 MiB at most.

Follows pkg/registry/core/secret/strategy.go, ValidateSecret in pkg/apis/core/validation/validation.go and printSecret
in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from ..errors import FieldError
from ..objects import drop_in
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Kind
from ..validation import data


def _default(body: Body) -> Body:
    """The type, and `stringData` turned into `data`, which it overrides."""
    if not body.get("type"):
        body = {**body, "type": "Opaque"}
    plain = body.get("stringData")
    if plain is None:
        return body
    encoded = {key: b64encode((text or "").encode()).decode() for key, text in plain.items()}
    body = drop_in(body, ("stringData",))
    return {**body, "data": {**(body.get("data") or {}), **encoded}} if encoded else body


def _validate(body: Body) -> list[FieldError]:
    return data.secret(body)


def _fields(body: Body) -> Mapping[str, str]:
    return {"type": body.get("type") or ""}


KIND = Kind(
    group="",
    version="v1",
    kind="Secret",
    plural="secrets",
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column("Type", field("type"), documented="core.v1.Secret.type"),
        Column("Data", lambda body, now: str(len(body.get("data") or ())), documented="core.v1.Secret.data"),
        AGE,
    ),
    default=_default,
    validate=_validate,
    validate_update=data.secret_update,
    fields=_fields,
)
