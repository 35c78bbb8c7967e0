"""A LabelSelector as upstream's components print it, in messages that they did not mean for people.

Follows LabelSelector.String in staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/generated.pb.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.registry import Body


def go_text(selector: Body | None) -> str:
    """`&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}`."""
    if selector is None:
        return "nil"
    labels = selector.get("matchLabels") or {}
    equal = "".join(f"{key}: {labels[key]}," for key in sorted(labels))
    terms = "".join(f"{_term(one)}," for one in selector.get("matchExpressions") or ())
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{equal}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"
    )


def _term(one: Body) -> str:
    values = " ".join(one.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{one['key']},Operator:{one['operator']},Values:[{values}],}}"
