"""ClusterRole: rules for the whole cluster or, by a RoleBinding, for one namespace; it may gather those of others.

Follows pkg/registry/rbac/clusterrole/strategy.go and printClusterRole in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..defaults import rbac as defaults
from ..errors import FieldError
from ..printing import CREATED_AT, NAME
from ..registry import Body, Kind
from ..validation import rbac


def _validate(body: Body) -> list[FieldError]:
    return rbac.rules(body.get("rules") or [], namespaced=False) + rbac.aggregation(body.get("aggregationRule"))


KIND = Kind(
    group="rbac.authorization.k8s.io",
    version="v1",
    kind="ClusterRole",
    plural="clusterroles",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    name_rule="free",
    columns=(NAME, CREATED_AT),
    default=defaults.role,
    validate=_validate,
)
