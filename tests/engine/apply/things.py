"""A kind with every sort of field, and the life of one object of it: applied, updated, and managed by several."""

from __future__ import annotations

from typing import Any

import yaml

from simulator.decoding import decode
from simulator.engine.apply import fields
from simulator.engine.apply.field_manager import FieldManager
from simulator.engine.apply.managers import differ_by_time_alone
from simulator.engine.registry import Body, Kind
from simulator.schema import Type

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def listed(kind: str, items: Any, *keys: str) -> dict[str, Any]:
    return {
        "type": "array",
        "items": items,
        "x-kubernetes-list-type": kind,
        **({"x-kubernetes-list-map-keys": list(keys)} if keys else {}),
    }


def struct(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


INNER = struct(name=TEXT, value=NUMBER, tags=listed("set", TEXT))
PAIR = struct(a=TEXT, b={**NUMBER, "default": 1}, value=TEXT)
THING = Type(
    {
        "properties": {
            "apiVersion": TEXT,
            "kind": TEXT,
            "metadata": struct(name=TEXT, labels={"type": "object", "additionalProperties": TEXT}),
            "text": TEXT,
            "number": NUMBER,
            "figure": {"type": "number"},
            "truth": {"type": "boolean"},
            "tags": listed("set", TEXT),
            "numbers": listed("set", NUMBER),
            "items": listed("map", struct(name=TEXT, value=NUMBER, tags=listed("set", TEXT), inner=INNER), "name"),
            "pairs": listed("map", PAIR, "a", "b"),
            "strict": listed("map", struct(a=TEXT, b=NUMBER), "a", "b"),
            "whole": listed("atomic", INNER),
            "plain": {"type": "array", "items": TEXT},
            "map": {"type": "object", "additionalProperties": TEXT},
            "maps": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}},
            "block": {**struct(x=TEXT, y=TEXT), "x-kubernetes-map-type": "atomic"},
            "struct": struct(x=TEXT, y=TEXT, list=listed("map", INNER, "name")),
            "free": {"type": "object"},
            "any": {},
        }
    }
)
KIND = Kind(group="", version="v1", kind="Thing", plural="things", subresources=frozenset())
MANAGER = FieldManager(KIND, THING)
NOW = 1_700_000_000_000_000
SECOND = 1_000_000


def parsed(text: str) -> Body:
    """An object of the kind from the YAML of its fields."""
    return {"apiVersion": "v1", "kind": "Thing", **(yaml.safe_load(text) or {})}


def of_texts(*paths: str) -> fields.Fields:
    """The set of paths that are written with a space between their elements."""
    return fields.of(*(tuple(path.split()) for path in paths))


class Thing:
    """One object and what befalls it, a second after the other."""

    def __init__(self) -> None:
        self.live: Body | None = None
        self.now = NOW

    def apply(self, manager: str, text: str, *, force: bool = False) -> None:
        """Raises StatusError on conflicts."""
        self.now += SECOND
        new = MANAGER.apply(self.live, parsed(text), manager=manager, force=force, now=self.now)
        entries = new["metadata"]["managedFields"]
        body, _ = decode({**new, "metadata": {}}, THING)
        new = {**body, "metadata": {"uid": "u", "managedFields": entries}}
        if self.live and differ_by_time_alone(new, self.live):
            return
        self.live = new
        if not entries:
            del self.live["metadata"]["managedFields"]

    def update(self, manager: str, text: str) -> None:
        self.now += SECOND
        meta = self.live["metadata"] if self.live else {}
        body, _ = decode(parsed(text), THING)
        new = {**body, "metadata": meta}
        new = MANAGER.update(self.live, new, manager=manager, now=self.now)
        self.live = {**new, "metadata": {"uid": "u", **new["metadata"]}}

    @property
    def fields(self) -> Body:
        """The object without what every object has."""
        assert self.live is not None
        return {name: value for name, value in self.live.items() if name not in ("apiVersion", "kind", "metadata")}

    def managers(self) -> dict[str, set[str]]:
        """The fields of each manager, as people read them; updaters have a `~` before their name."""
        assert self.live is not None
        found = {}
        for entry in self.live["metadata"].get("managedFields", []):
            name = entry["manager"] if entry["operation"] == "Apply" else f"~{entry['manager']}"
            found[name] = {fields.text(path) for path in fields.paths(entry["fieldsV1"])}
        return found
