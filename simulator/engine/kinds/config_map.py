"""ConfigMap: settings as keys and texts, 1 MiB at most.

Follows ValidateConfigMap in pkg/apis/core/validation/validation.go and printConfigMap in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError
from ..printing import AGE, NAME
from ..registry import Body, Column, Kind
from ..validation import data


def _validate(body: Body) -> list[FieldError]:
    return data.config_map(body)


KIND = Kind(
    group="",
    version="v1",
    kind="ConfigMap",
    plural="configmaps",
    short_names=("cm",),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Data",
            lambda body, now: str(len(body.get("data") or ()) + len(body.get("binaryData") or ())),
            documented="core.v1.ConfigMap.data",
        ),
        AGE,
    ),
    validate=_validate,
    validate_update=data.update,
)
