"""PriorityClass: a name for a number; pods of a higher number come first and may push others out.

Follows pkg/apis/scheduling/validation/validation.go, pkg/apis/scheduling/v1/{defaults,helpers}.go and
printPriorityClass in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value
from ..objects import fill_in, name_of
from ..printing import AGE, NAME
from ..registry import Body, Column, Kind
from ..validation.fields import one_of
from ..validation.metadata import immutable

LOWER = "PreemptLowerPriority"
HIGHEST = 1_000_000_000
_PREFIX = "system-"


def _system(name: str, value: int, description: str) -> Body:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "preemptionPolicy": LOWER,
        "description": description,
    }


SYSTEM = {
    "system-cluster-critical": _system(
        "system-cluster-critical",
        2 * HIGHEST,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    "system-node-critical": _system(
        "system-node-critical",
        2 * HIGHEST + 1000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
}
"""The classes that every cluster has, by name."""


def _default(body: Body) -> Body:
    return fill_in(body, preemptionPolicy=LOWER, value=0)


def _validate(body: Body) -> list[FieldError]:
    errors = []
    if name_of(body).startswith(_PREFIX):
        wrong = _unlike_system(body)
        if wrong:
            reserved = f"priority class names with '{_PREFIX}' prefix are reserved for system use only. error: {wrong}"
            errors.append(forbidden_value("metadata.name", reserved))
    elif body["value"] > HIGHEST:
        errors.append(forbidden_value("value", f"maximum allowed value of a user defined priority is {HIGHEST}"))
    return errors + one_of("preemptionPolicy", body["preemptionPolicy"], (LOWER, "Never"))


def _unlike_system(body: Body) -> str:
    """How a class with a reserved name differs from the system's own; empty if it does not."""
    name = name_of(body)
    known = SYSTEM.get(name)
    if known is None:
        return f"{name} is not a known system priority class"
    if body["value"] != known["value"]:
        return f"value of {name} PriorityClass must be {known['value']}"
    return f"globalDefault of {name} PriorityClass must be false" if body.get("globalDefault") else ""


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    errors = []
    if new["value"] != old["value"]:
        errors.append(forbidden_value("value", "may not be changed in an update."))
    return errors + immutable("preemptionPolicy", new.get("preemptionPolicy"), old.get("preemptionPolicy"))


KIND = Kind(
    group="scheduling.k8s.io",
    version="v1",
    kind="PriorityClass",
    plural="priorityclasses",
    namespaced=False,
    short_names=("pc",),
    subresources=frozenset(),
    columns=(
        NAME,
        Column(
            "Value",
            lambda body, now: body.get("value") or 0,
            "integer",
            description=(
                "value represents the integer value of this priority class. This is the actual priority that pods "
                "receive when they have the name of this class in their pod spec."
            ),
        ),
        Column(
            "Global-Default",
            lambda body, now: bool(body.get("globalDefault")),
            "boolean",
            description=(
                "globalDefault specifies whether this PriorityClass should be considered as the default priority for "
                "pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. "
                "However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the "
                "smallest value of such global default PriorityClasses will be used as the default priority."
            ),
        ),
        AGE,
        Column(
            "PreemptionPolicy",
            lambda body, now: body.get("preemptionPolicy") or "",
            description=(
                "preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, "
                "PreemptLowerPriority. Defaults to PreemptLowerPriority if unset."
            ),
        ),
    ),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
)
