"""TokenReview: whose a token is.

Follows pkg/registry/authentication/tokenreview/storage.go, v1.34.
"""

from __future__ import annotations

from ..registry import Kind

KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="TokenReview",
    plural="tokenreviews",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    verbs=("create",),
    stored=False,
)
