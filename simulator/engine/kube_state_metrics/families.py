"""What a family of series is, and the shapes that most of them have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from .. import quantity
from ..clock import SECOND
from ..objects import conditions_of, get_in, instant_of
from ..registry import Body

Row = tuple[Mapping[str, str], float]
Rows = Callable[[Body], Iterable[Row]]


class Family(NamedTuple):
    """The series of one name about one kind of objects. rows: their labels beyond the object's own, and figures."""

    name: str
    rows: Rows
    type: str = "gauge"


def figure(name: str, *path: str, otherwise: float | None = None) -> Family:
    """A number or truth value in the object; where there is none: `otherwise`, or no series."""

    def rows(body: Body) -> Iterable[Row]:
        held = get_in(body, *path)
        if held is not None:
            yield {}, float(held)
        elif otherwise is not None:
            yield {}, otherwise

    return Family(name, rows)


def amount(name: str, *path: str) -> Family:
    """A quantity in the object."""

    def rows(body: Body) -> Iterable[Row]:
        held = get_in(body, *path)
        if held is not None:
            yield {}, parsed(held)

    return Family(name, rows)


def moment(name: str, *path: str) -> Family:
    """A time in the object, in seconds since 1970."""

    def rows(body: Body) -> Iterable[Row]:
        held = get_in(body, *path)
        if held:
            yield {}, seconds(held)

    return Family(name, rows)


def created(prefix: str) -> Family:
    return moment(f"{prefix}_created", "metadata", "creationTimestamp")


def deleted(prefix: str) -> Family:
    return moment(f"{prefix}_deletion_timestamp", "metadata", "deletionTimestamp")


def generation(prefix: str) -> Family:
    return figure(f"{prefix}_metadata_generation", "metadata", "generation", otherwise=0.0)


def version(prefix: str) -> Family:
    return figure(f"{prefix}_metadata_resource_version", "metadata", "resourceVersion")


def info(name: str, /, **labels: tuple[str, ...]) -> Family:
    """One series, always 1, with texts of the object as labels: by label the path."""
    return Family(name, lambda body: [({label: text(get_in(body, *path)) for label, path in labels.items()}, 1.0)])


def one_of(name: str, label: str, values: Iterable[str], *path: str) -> Family:
    """A series for each value that a text may have, 1 for the one it has."""
    known = tuple(values)
    return Family(name, lambda body: [({label: one}, float(get_in(body, *path) == one)) for one in known])


def conditions(name: str, label: str = "condition", *, reason: bool = False) -> Family:
    """A series for each condition and each status that it may have, 1 for the one it has."""

    def rows(body: Body) -> Iterable[Row]:
        for one in conditions_of(body):
            labels = {label: one["type"], **({"reason": one.get("reason") or ""} if reason else {})}
            for status in ("true", "false", "unknown"):
                yield {**labels, "status": status}, float(one.get("status", "").lower() == status)

    return Family(name, rows)


def owners(prefix: str, *, controller: bool = True) -> Family:
    """Whom the object belongs to; one series with empty labels where that is nobody."""

    def rows(body: Body) -> Iterable[Row]:
        held = body["metadata"].get("ownerReferences") or ()
        for one in held or [{}]:
            labels = {"owner_kind": one.get("kind", ""), "owner_name": one.get("name", "")}
            said = "" if not one else str(bool(one.get("controller"))).lower()
            yield {**labels, **({"owner_is_controller": said} if controller else {})}, 1.0

    return Family(f"{prefix}_owner", rows)


def text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def parsed(held: Any) -> float:
    return float(quantity.parse(held)[0])


def seconds(time: str) -> float:
    return instant_of(time) / SECOND


def unit(resource: str) -> str:
    if resource == "cpu":
        return "core"
    sized = ("memory", "storage", "ephemeral-storage")
    return "byte" if resource in sized or resource.startswith("hugepages-") else "integer"


def label_name(resource: str) -> str:
    """A resource as the value of a label: `ephemeral-storage` is `ephemeral_storage`."""
    return "".join(letter if letter.isalnum() else "_" for letter in resource)


def resources(name: str, *path: str) -> Family:
    """A series for each resource of a list in the object."""

    def rows(body: Body) -> Iterable[Row]:
        for resource, held in sorted((get_in(body, *path) or {}).items()):
            yield {"resource": label_name(resource), "unit": unit(resource)}, parsed(held)

    return Family(name, rows)
