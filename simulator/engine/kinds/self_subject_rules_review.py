"""SelfSubjectRulesReview: all that the asker may do in a namespace.

Follows pkg/registry/authorization/selfsubjectrulesreview/rest.go, v1.34.
"""

from __future__ import annotations

from ..registry import Kind

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="SelfSubjectRulesReview",
    plural="selfsubjectrulesreviews",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    verbs=("create",),
    stored=False,
)
