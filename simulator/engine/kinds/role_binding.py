"""RoleBinding: grants a Role, or a ClusterRole, to users, groups and service accounts within its namespace.

Follows pkg/registry/rbac/rolebinding/strategy.go, pkg/apis/rbac/v1/defaults.go and printRoleBinding in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..defaults import rbac as defaults
from ..errors import FieldError
from ..printing import BINDING
from ..registry import Body, Kind
from ..validation import rbac


def _validate(body: Body) -> list[FieldError]:
    return rbac.binding(body, namespaced=True)


KIND = Kind(
    group="rbac.authorization.k8s.io",
    version="v1",
    kind="RoleBinding",
    plural="rolebindings",
    subresources=frozenset(),
    has_generation=False,
    name_rule="free",
    columns=BINDING,
    default=defaults.binding,
    validate=_validate,
    validate_update=rbac.same_reference,
)
