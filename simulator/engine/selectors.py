"""Label selectors and field selectors. Reading them from text is in `validation.selector_text`.

Follows staging/src/k8s.io/apimachinery/pkg/labels/selector.go and pkg/apis/meta/v1/helpers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Requirement(NamedTuple):
    """One term: operator is `=`, `in`, `notin`, `exists`, `!`, `gt` or `lt`."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def matches(self, labels: Mapping[str, str]) -> bool:
        held = labels.get(self.key)
        match self.operator:
            case "=" | "in":
                return held is not None and held in self.values
            case "notin":
                return held is None or held not in self.values
            case "exists":
                return held is not None
            case "!":
                return held is None
        return _compares(held, self.operator, self.values)


def _compares(held: str | None, operator: str, values: Iterable[str]) -> bool:
    try:
        figure, bound = int(held or ""), int(next(iter(values)))
    except (ValueError, StopIteration):
        return False
    return figure > bound if operator == "gt" else figure < bound


class Selector(NamedTuple):
    """All terms must hold. A selector without terms selects everything; `nothing` selects nothing."""

    terms: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        if self.nothing:
            return False
        held = labels or {}
        return all(term.matches(held) for term in self.terms)

    def text(self) -> str:
        """The selector as `kubectl` shows it, terms sorted by key."""
        return ",".join(_term_text(term) for term in sorted(self.terms, key=lambda t: t.key))


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


def _term_text(term: Requirement) -> str:
    values = sorted(term.values)
    match term.operator:
        case "exists":
            return term.key
        case "!":
            return f"!{term.key}"
        case "=":
            return f"{term.key}={values[0]}"
        case "in" | "notin":
            return f"{term.key} {term.operator} ({','.join(values)})"
    return f"{term.key} {'>' if term.operator == 'gt' else '<'} {values[0]}"


_OF_LABELS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
_OF_NODES = {**_OF_LABELS, "Gt": "gt", "Lt": "lt"}


def expressions(terms: Iterable[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    """Node affinity's matchExpressions as requirements; an unknown operator raises ValueError."""
    return _requirements(terms, _OF_NODES)


def _requirements(terms: Iterable[Mapping[str, Any]], operators: Mapping[str, str]) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(term["key"], _operator(term.get("operator", ""), operators), frozenset(term.get("values") or ()))
        for term in terms
    )


def _operator(name: str, operators: Mapping[str, str]) -> str:
    if name not in operators:
        raise ValueError(f'"{name}" is not a valid label selector operator')
    return operators[name]


def of(selector: Mapping[str, Any] | None) -> Selector:
    """A LabelSelector object as a Selector: null selects nothing, an empty one everything."""
    if selector is None:
        return NOTHING
    labels = selector.get("matchLabels") or {}
    equal = tuple(Requirement(key, "=", frozenset((value,))) for key, value in sorted(labels.items()))
    return Selector(equal + _requirements(selector.get("matchExpressions") or (), _OF_LABELS))


def of_labels(labels: Mapping[str, str] | None) -> Selector:
    """A plain map of labels (a Service's or ReplicationController's selector); an empty one selects nothing."""
    if not labels:
        return NOTHING
    return of({"matchLabels": labels})


def written(selector: Selector) -> Mapping[str, Any]:
    """A Selector as a LabelSelector object. Raises ValueError for terms that such an object cannot have.

    Follows ParseToLabelSelector in staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go, v1.34.
    """
    body: dict[str, Any] = {}
    names = {term: operator for operator, term in _OF_LABELS.items()}
    for term in selector.terms:
        if term.operator == "=":
            body.setdefault("matchLabels", {})[term.key] = next(iter(term.values))
            continue
        if term.operator not in names:
            raise ValueError(f'"{term.operator}" isn\'t supported in label selectors')
        one: dict[str, Any] = {"key": term.key, "operator": names[term.operator]}
        body.setdefault("matchExpressions", []).append(one | ({"values": sorted(term.values)} if term.values else {}))
    return body


class FieldTerm(NamedTuple):
    field: str
    equal: bool
    value: str


def fields_match(terms: Iterable[FieldTerm], fields: Mapping[str, str]) -> bool:
    """True if every term holds on the selectable fields of an object."""
    return all((fields.get(term.field, "") == term.value) == term.equal for term in terms)
