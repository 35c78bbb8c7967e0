"""SubjectAccessReview: whether somebody may do something.

Follows pkg/registry/authorization/subjectaccessreview/rest.go, v1.34.
"""

from __future__ import annotations

from ..registry import Kind
from ..validation import reviews

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="SubjectAccessReview",
    plural="subjectaccessreviews",
    namespaced=False,
    subresources=frozenset(),
    has_generation=False,
    verbs=("create",),
    stored=False,
    validate=reviews.subject_access,
)
