"""The columns that a CustomResourceDefinition gives its objects in `kubectl get`.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..objects import instant_of
from ..printing import NAME, UNKNOWN, human_duration
from ..registry import Body, Column, Instant
from . import json_path

_AGE: Body = {
    "name": "Age",
    "type": "date",
    "description": (
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is not "
        "guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It "
        "is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More "
        "info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
    ),
    "jsonPath": ".metadata.creationTimestamp",
}
_NAME = NAME._replace(
    description=(
        "Name must be unique within a namespace. Is required when creating resources, although some resources may "
        "allow a client to request the generation of an appropriate name automatically. Name is primarily intended "
        "for creation idempotence and configuration definition. Cannot be updated. More info: "
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
    )
)


def columns_of(version: Body) -> tuple[Column, ...]:
    """The name, then the printer columns of the version, or the age where it has none."""
    columns = [_NAME]
    for one in version.get("additionalPrinterColumns") or (_AGE,):
        path = one["jsonPath"]
        try:
            json_path.parse(path)
        except json_path.BadPath:
            break
        columns.append(
            Column(
                one["name"],
                _cell(path, one["type"]),
                type=one["type"],
                priority=one.get("priority") or 0,
                description=one.get("description") or f"Custom resource definition column (in JSONPath format): {path}",
                format=one.get("format") or "",
            )
        )
    return tuple(columns)


def _cell(path: str, kind: str) -> Callable[[Body, Instant], Any]:
    def cell(body: Body, now: Instant) -> Any:
        found = json_path.find(body, path)
        if not found:
            return None
        return json_path.text_of(found[0]) if kind == "string" else _typed(found[0], kind, now)

    return cell


def _typed(value: Any, kind: str, now: Instant) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "integer" if is_number:
            return int(value)
        case "number" if is_number:
            return float(value)
        case "boolean" if isinstance(value, bool):
            return value
        case "date" if isinstance(value, str):
            return _since(value, now)
    return None


def _since(text: str, now: Instant) -> str:
    if not text:
        return UNKNOWN
    try:
        return human_duration(now - instant_of(text))
    except (ValueError, TypeError):
        return "<invalid>"
