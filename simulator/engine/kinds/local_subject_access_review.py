"""LocalSubjectAccessReview: whether somebody may do something in one namespace.

Follows pkg/registry/authorization/localsubjectaccessreview/rest.go, v1.34.
"""

from __future__ import annotations

from ..registry import Kind
from ..validation import reviews

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="LocalSubjectAccessReview",
    plural="localsubjectaccessreviews",
    namespaced=True,
    subresources=frozenset(),
    has_generation=False,
    verbs=("create",),
    stored=False,
    validate=reviews.local_subject_access,
)
