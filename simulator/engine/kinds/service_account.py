"""ServiceAccount: who a pod is to the API server.

Follows pkg/registry/core/serviceaccount/strategy.go and printServiceAccount in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Column, Kind

KIND = Kind(
    group="",
    version="v1",
    kind="ServiceAccount",
    plural="serviceaccounts",
    short_names=("sa",),
    subresources=frozenset({"token"}),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Secrets",
            lambda body, now: len(body.get("secrets") or ()),
            type="string",
            documented="core.v1.ServiceAccount.secrets",
        ),
        AGE,
    ),
)
