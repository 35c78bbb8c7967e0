"""The entries of metadata.managedFields: who manages which fields, since when, and how many of them are kept.

Follows staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{managedfields,capmanagers,stripmeta}.go and
pkg/apis/meta/v1/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..objects import instant_of
from ..registry import Body
from . import fields, values
from .fields import Fields

Entries = list[Body]
APPLY, UPDATE = "Apply", "Update"
MOST_UPDATERS = 10
OLDEST = "ancient-changes"

_UNMANAGED = fields.of(
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion",
        )
    ),
)
"""What is never part of anybody's fields."""


class Manager(NamedTuple):
    """Who wrote: two entries of the same manager are one. An applier has no version here."""

    name: str
    operation: str
    api_version: str
    subresource: str

    def text(self) -> str:
        """The manager as messages of conflicts name it."""
        shown = values.text(self.name)
        if self.subresource:
            shown = f"{shown} with subresource {values.text(self.subresource)}"
        return f"{shown} using {self.api_version}" if self.operation == UPDATE else shown

    def order(self) -> str:
        """Managers are sorted by this text, which is upstream's identifier of them."""
        named = {
            "manager": self.name,
            "operation": self.operation,
            "apiVersion": self.api_version,
            "subresource": self.subresource,
        }
        return values.json_of({key: held for key, held in named.items() if held})


class Managed(NamedTuple):
    """What a manager manages: the fields as of a version, and when it last changed them (RFC 3339, empty if never).

    entry: how that is written down, where nothing changed since it was read.
    """

    fields: Fields
    api_version: str
    time: str = ""
    entry: Body | None = None

    def with_fields(self, held: Fields) -> Managed:
        return Managed(held, self.api_version, self.time)


Managers = dict[Manager, Managed]


def manager(name: str, operation: str, api_version: str, subresource: str) -> Manager:
    return Manager(name or "unknown", operation, "" if operation == APPLY else api_version, subresource)


class BadEntry(ValueError):
    """Managed fields that cannot be used; the message is upstream's."""


def decode(entries: Entries) -> Managers:
    """Raises BadEntry."""
    found: Managers = {}
    for place, entry in enumerate(entries):
        operation = entry.get("operation")
        if operation not in (APPLY, UPDATE):
            raise BadEntry("operation must be `Apply` or `Update`")
        if not entry.get("apiVersion"):
            raise BadEntry("apiVersion must not be empty")
        kind = entry.get("fieldsType")
        if not kind:
            raise BadEntry(f"missing fieldsType in managed fields entry {place}")
        if kind != "FieldsV1":
            raise BadEntry(f"invalid fieldsType {values.text(kind)} in managed fields entry {place}")
        who = Manager(
            entry.get("manager", ""),
            operation,
            "" if operation == APPLY else entry["apiVersion"],
            entry.get("subresource", ""),
        )
        held: Fields = entry.get("fieldsV1") or {}
        found[who] = Managed(held, entry["apiVersion"], entry.get("time") or "", entry)
    return found


def decode_foreign(entries: Entries) -> Managers:
    """As `decode`, of entries that a client wrote: their fields are brought into their proper form. Raises BadEntry."""
    found = decode(entries)
    try:
        return {who: held.with_fields(fields.decode(held.fields)) for who, held in found.items()}
    except fields.Malformed as error:
        raise BadEntry(f"error decoding set: {error}") from None


def readable(entries: Any) -> Entries:
    """The entries in their proper form; none if they cannot be used."""
    try:
        return encode(decode_foreign(entries))
    except (BadEntry, AttributeError, TypeError):
        return []


def encode(managers: Managers) -> Entries:
    """The entries in upstream's order: appliers first, then by time and name."""
    return [_entry(who, managers[who]) for who in sorted(managers, key=lambda who: _order(who, managers[who]))]


def _order(who: Manager, held: Managed) -> tuple[str, int, str, str, str]:
    return who.operation, _seconds(held.time), who.name, held.api_version, who.subresource


def _seconds(time: str) -> int:
    try:
        return instant_of(time) // 1_000_000 if time else 0
    except ValueError:
        return 0


def _entry(who: Manager, held: Managed) -> Body:
    if held.entry is not None:
        return held.entry
    entry: Body = {"manager": who.name} if who.name else {}
    entry |= {"operation": who.operation, "apiVersion": held.api_version}
    if held.time:
        entry["time"] = held.time
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": fields.encode(held.fields)}
    if who.subresource:
        entry["subresource"] = who.subresource
    return entry


def is_reset(entries: Any) -> bool:
    """True for the one empty entry by which a client takes all managers away."""
    return bool(entries == [{}])


def stripped(held: Fields) -> Fields:
    """The fields without what the server itself sets."""
    return fields.difference(held, _UNMANAGED)


def strip(managers: Managers, who: Manager) -> None:
    """Takes from a manager what the server itself sets; forgets one that has nothing left."""
    held = managers.get(who)
    if held is None:
        return
    kept = stripped(held.fields)
    if kept:
        managers[who] = held if kept is held.fields else held.with_fields(kept)
    else:
        del managers[who]


def cap(managers: Managers) -> Managers:
    """At most ten updaters: the oldest of a version become one, `ancient-changes`."""
    updaters = [who for who in managers if who.operation == UPDATE]
    count = len(updaters)
    if count <= MOST_UPDATERS:
        return managers
    updaters.sort(key=lambda who: (_seconds(managers[who].time), who.order()))
    result, first = dict(managers), dict[str, Manager]()
    for who in updaters:
        if count <= MOST_UPDATERS:
            break
        held = result[who]
        bucket = manager(OLDEST, UPDATE, held.api_version, "")
        if held.api_version not in first:
            first[held.api_version] = who
            continue
        if bucket not in result:
            result[bucket] = result.pop(first[held.api_version])
        result[bucket] = held.with_fields(fields.union(held.fields, result[bucket].fields))
        if bucket != who:
            del result[who]
        count -= 1
    return result


def differ_by_time_alone(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """True for two bodies that are the same but for the times of their managers.

    Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/equality.go, v1.34.
    """
    given, held = new["metadata"].get("managedFields"), old["metadata"].get("managedFields")
    if not given or not held or len(given) != len(held):
        return False
    if any({**one, "time": ""} != {**other, "time": ""} for one, other in zip(given, held, strict=True)):
        return False
    return {**new, "metadata": {**new["metadata"], "managedFields": held}} == old
