"""A new pod's own labels in the selectors of its affinity and topology spread, where it asks for them by key.

Follows applyMatchLabelKeysAndMismatchLabelKeys in pkg/registry/core/pod/strategy.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..objects import get_in, set_in
from ..registry import Body

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_KEYS = (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))


def with_label_keys(spec: Body, labels: Mapping[str, str]) -> Body:
    """The spec with an expression for each key that the pod has; the same object if there is none."""
    for kind in ("podAffinity", "podAntiAffinity"):
        for key in (_REQUIRED, _PREFERRED):
            path = ("affinity", kind, key)
            held = get_in(spec, *path, default=[])
            new = [_term(one, labels) if key == _REQUIRED else _weighted(one, labels) for one in held]
            spec = spec if new == held else set_in(spec, path, new)
    held = spec.get("topologySpreadConstraints") or []
    new = [_term(one, labels) for one in held]
    return spec if new == held else {**spec, "topologySpreadConstraints": new}


def _weighted(term: Body, labels: Mapping[str, str]) -> Body:
    return {**term, "podAffinityTerm": _term(term.get("podAffinityTerm") or {}, labels)}


def _term(term: Body, labels: Mapping[str, str]) -> Body:
    selector = term.get("labelSelector")
    if selector is None:
        return term
    added = [
        {"key": name, "operator": operator, "values": [labels[name]]}
        for key, operator in _KEYS
        for name in term.get(key) or ()
        if name in labels
    ]
    if not added:
        return term
    expressions = [*(selector.get("matchExpressions") or ()), *added]
    return {**term, "labelSelector": {**selector, "matchExpressions": expressions}}
