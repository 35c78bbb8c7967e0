"""The terms of a quota's scopes, and whether an object meets them all.

Follows staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go, v1.34.
"""

from __future__ import annotations

from ..objects import get_in, spec_of
from ..registry import Bodies, Body
from .evaluators import Evaluator


def terms(quota: Body) -> Bodies:
    """Each scope and each expression of the selector as {scopeName, operator, values}."""
    plain = [{"scopeName": scope, "operator": "Exists"} for scope in spec_of(quota).get("scopes") or ()]
    return plain + list(get_in(quota, "spec", "scopeSelector", "matchExpressions", default=[]))


def covers(quota: Body, evaluator: Evaluator, body: Body) -> bool:
    """True if the object meets every scope of the quota; one without scopes covers everything."""
    return all(evaluator.in_scope(body, term) for term in terms(quota))
