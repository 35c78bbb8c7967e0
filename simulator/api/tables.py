"""Tables and bare metadata: the forms in which kubectl asks for objects that it only prints.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go and pkg/printers/tableconvertor.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from simulator import reading, schema
from simulator.api import refusals
from simulator.api.calls import Call
from simulator.engine.registry import Body, Column, Instant, Kind

INCLUDES = ("None", "Metadata", "Object")


def _name(body: Body, now: Instant) -> Any:
    return body["metadata"].get("name", "")


def _created(body: Body, now: Instant) -> Any:
    return body["metadata"].get("creationTimestamp")


_PLAIN = (
    Column("Name", _name, description="Name must be unique within a namespace.", format="name"),
    Column("Created At", _created, type="date", description="The time at which the object was created."),
)


def included(call: Call) -> str:
    """What of its object each row carries. Raises StatusError 400."""
    asked = call.query.get("includeObject") or "Metadata"
    if asked not in INCLUDES:
        raise refusals.bad_option("TableOptions", "includeObject", asked, INCLUDES)
    return asked


def table(call: Call, bodies: list[Body], meta: Body, *, definitions: bool = True) -> Body:
    """The objects as a table; without `definitions` its head is left out, as in later events of a watch."""
    body: Body = {"kind": "Table", "apiVersion": f"meta.k8s.io/{call.accept.version or 'v1'}", "metadata": meta}
    columns = call.route.kind.columns or _PLAIN
    body["columnDefinitions"] = [_definition(column) for column in columns] if definitions else []
    return {**body, "rows": rows(call, bodies)}


def rows(call: Call, bodies: list[Body]) -> list[Body]:
    """The rows of a table. Raises StatusError 400."""
    columns, include = call.route.kind.columns or _PLAIN, included(call)
    return [_row(columns, one, call.now, include, call.accept.version or "v1") for one in bodies]


def _definition(column: Column) -> Body:
    return {
        "name": column.name,
        "type": column.type,
        "format": column.format or ("name" if column.name == "Name" else ""),
        "description": column.description or schema.documentation(column.documented),
        "priority": column.priority,
    }


def _row(columns: tuple[Column, ...], body: Body, now: Instant, include: str, version: str) -> Body:
    row: Body = {"cells": [column.cell(body, now) for column in columns]}
    if include == "Metadata":
        row["object"] = partial(body, version)
    elif include == "Object":
        row["object"] = body
    return row


def partial(body: Body, version: str = "v1") -> Body:
    """The metadata of an object alone."""
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": f"meta.k8s.io/{version}",
        "metadata": body["metadata"],
    }


def shown(call: Call, stored: Body) -> Body:
    """A stored object as the route's kind shows it now, in the shape that the client accepts."""
    return shaped(call, seen(call, stored, call.now))


def seen(call: Call, stored: Body, now: Instant) -> Body:
    """A stored object as the route's kind shows it at an instant."""
    kind = call.route.kind
    if kind.stored_as and kind.structural is None:
        return kind.from_stored(reading.at_instant(call.kinds, kind.storage, stored, now))
    if kind.stored_as:
        return kind.from_stored(stored)
    return kind.at_read(stored, now) if kind.at_read else stored


def shaped(call: Call, body: Body) -> Body:
    """One object in the shape that the client accepts."""
    match call.accept.shape:
        case "Table":
            return table(call, [body], {"resourceVersion": body["metadata"].get("resourceVersion", "")})
        case "PartialObjectMetadata":
            return partial(body, call.accept.version)
        case "PartialObjectMetadataList":
            raise refusals.not_acceptable(("application/json", "application/yaml"))
    return body


def shaped_list(call: Call, bodies: list[Body], meta: Body) -> Body:
    """A list in the shape that the client accepts."""
    if call.accept.shape == "Table":
        return table(call, bodies, meta)
    kind: Kind = call.route.kind
    head = {"kind": kind.listed, "apiVersion": kind.api_version, "metadata": meta}
    if call.accept.shape:
        head |= {"kind": "PartialObjectMetadataList", "apiVersion": f"meta.k8s.io/{call.accept.version}"}
    return {**head, "items": listed(call, bodies)}


def listed(call: Call, bodies: list[Body]) -> list[Body]:
    """What stands in a list for each object: rows, metadata or the objects themselves."""
    if call.accept.shape == "Table":
        return rows(call, bodies)
    return [partial(body, call.accept.version) for body in bodies] if call.accept.shape else bodies
