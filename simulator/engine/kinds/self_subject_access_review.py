"""SelfSubjectAccessReview: whether the asker may do something.

Follows pkg/registry/authorization/selfsubjectaccessreview/rest.go, v1.34.
"""

from __future__ import annotations

from ..registry import Kind
from ..validation import reviews

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="SelfSubjectAccessReview",
    plural="selfsubjectaccessreviews",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    verbs=("create",),
    stored=False,
    validate=reviews.self_subject_access,
)
