"""References to an object of any kind in the same namespace.

Follows validateIngressTypedLocalObjectReference in pkg/apis/networking/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError
from ..registry import Body
from . import names
from .fields import formed, named


def local_reference(field: str, held: Body) -> list[FieldError]:
    group = held.get("apiGroup")
    errors = [] if group is None else formed(f"{field}.apiGroup", group, names.dns_subdomain)
    for key in ("kind", "name"):
        errors += named(f"{field}.{key}", held.get(key), names.path_segment)
    return errors
