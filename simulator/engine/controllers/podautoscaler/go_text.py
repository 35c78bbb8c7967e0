"""A label selector as upstream's messages show it: Go's own text of the structure.

Follows String of LabelSelector in staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/generated.pb.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.registry import Body


def selector_text(selector: Body | None) -> str:
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    terms = "".join(f"{_term(one)}," for one in selector.get("matchExpressions") or ())
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"
    )


def _term(term: Body) -> str:
    values = " ".join(term.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{term['key']},Operator:{term['operator']},Values:[{values}],}}"
