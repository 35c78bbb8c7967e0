"""CSINode: which volume drivers a node has.

Follows pkg/registry/storage/csinode/strategy.go, ValidateCSINode in pkg/apis/storage/validation/validation.go and
printCSINode in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, invalid_value, required
from ..objects import get_in
from ..printing import AGE, NAME
from ..registry import Body, Column, Kind
from ..validation import names
from ..validation.fields import not_negative
from ..validation.go_values import CSI_NODE_DRIVER, shown
from ..validation.metadata import IMMUTABLE
from ..validation.volume_sources import driver_name

_LONGEST_ID = 256


def _drivers(body: Body) -> list[Body]:
    held: list[Body] = get_in(body, "spec", "drivers", default=[])
    return held


def _validate(body: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, one in enumerate(_drivers(body)):
        at, name = f"spec.drivers[{position}]", one.get("name") or ""
        errors += _driver(at, one)
        if name in known:
            errors.append(duplicate(f"{at}.name", name))
        known.add(name)
        errors += _topology(at, one.get("topologyKeys") or [])
    return errors


def _driver(at: str, one: Body) -> list[FieldError]:
    node = one.get("nodeID") or ""
    errors = driver_name(f"{at}.name", one.get("name") or "")
    if not node:
        errors.append(required(f"{at}.nodeID"))
    if len(node.encode()) > _LONGEST_ID:
        errors.append(invalid_value(f"{at}.nodeID", node, f"must be {_LONGEST_ID} characters or less"))
    return errors + not_negative(f"{at}.allocatable.count", get_in(one, "allocatable", "count"))


def _topology(at: str, keys: list[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, key in enumerate(keys):
        if not key:
            errors.append(required(at))
        if key in keys[:position]:
            errors.append(duplicate(at, key))
        errors += [invalid_value(at, key, message) for message in names.qualified_name(key)]
    return errors


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    given = {one.get("name"): one for one in _drivers(new)}
    return [
        invalid_value("spec.drivers", shown(given[one.get("name")], CSI_NODE_DRIVER), IMMUTABLE)
        for one in _drivers(old)
        if one.get("name") in given and given[one.get("name")] != one
    ]


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSINode",
    plural="csinodes",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Drivers",
            lambda body, now: len(_drivers(body)),
            "integer",
            description="Drivers indicates the number of CSI drivers registered on the node",
        ),
        AGE,
    ),
    validate=_validate,
    validate_update=_validate_update,
)
