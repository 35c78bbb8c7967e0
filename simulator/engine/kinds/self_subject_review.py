"""SelfSubjectReview: who the asker is.

Follows pkg/registry/authentication/selfsubjectreview/rest.go, v1.34.
"""

from __future__ import annotations

from ..registry import Kind

KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="SelfSubjectReview",
    plural="selfsubjectreviews",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    verbs=("create",),
    stored=False,
)
