"""Amounts by resource name, as quantities in the wire's own text, and how they are added, compared and shown.

Follows staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go and resource.Quantity's Add and Sub, v1.34: a sum keeps
the format of its first figure that is not zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from .. import pods, quantity
from ..objects import containers_of
from ..registry import Body

Amounts = dict[str, str]
Held = Mapping[str, str]

_ZERO = Fraction(0)


def figure(text: str | int | float) -> Fraction:
    return quantity.parse(text)[0]


def add(one: Held, other: Held) -> Amounts:
    """The sum, name by name; a name that only one has keeps its amount."""
    total = dict(one)
    for name, text in other.items():
        total[name] = _sum(total[name], text) if name in total else text
    return total


def _sum(one: str, other: str) -> str:
    (first, form), (second, other_form) = quantity.parse(one), quantity.parse(other)
    return quantity.render(first + second, form if first else other_form)


def growth(new: Held, old: Held) -> Amounts:
    """By how much `new` is more than `old`, name by name, never less than zero."""
    more: Amounts = {}
    for name, text in new.items():
        amount, form = quantity.parse(text)
        more[name] = quantity.render(max(amount - figure(old.get(name, "0")), _ZERO), form)
    return {**more, **{name: "0" for name in old if name not in new}}


def only(held: Held, names: Collection[str]) -> Amounts:
    """The amounts of these names."""
    return {name: text for name, text in held.items() if name in names}


def without_zeros(held: Held) -> Amounts:
    return {name: text for name, text in held.items() if figure(text)}


def beyond(held: Held, hard: Held) -> list[str]:
    """The names whose amount is more than `hard` says; a name that `hard` does not have is never beyond."""
    return [name for name, text in held.items() if name in hard and figure(text) > figure(hard[name])]


def same(one: Held, other: Held) -> bool:
    """True if both have the same names with equal figures, however they are written."""
    return one.keys() == other.keys() and all(figure(text) == figure(other[name]) for name, text in one.items())


def shown(held: Held) -> str:
    """`cpu=500m,pods=2`, sorted by name."""
    return ",".join(f"{name}={quantity.canonical(held[name])}" for name in sorted(held))


def names_shown(names: Iterable[str]) -> str:
    return ",".join(sorted(names))


# --- pods --------------------------------------------------------------------------------------------------------


def of_pod(spec: Body, which: str, *, overhead: bool = True) -> Amounts:
    """The `requests` or `limits` of a pod's containers together, for the names that some container or the pod says."""
    counted = spec if overhead or not spec.get("overhead") else {**spec, "overhead": None}
    totals = pods.exact(counted, which)
    forms: dict[str, str] = {}
    for held in _holders(counted, which):
        for name, text in held.items():
            forms.setdefault(name, quantity.parse(text)[1])
    return {name: quantity.render(totals[name], form) for name, form in forms.items() if name in totals}


def _holders(spec: Body, which: str) -> Iterable[Held]:
    for container in containers_of(spec):
        yield (container.get("resources") or {}).get(which) or {}
    yield (spec.get("resources") or {}).get(which) or {}
    if which == "requests":
        yield spec.get("overhead") or {}
