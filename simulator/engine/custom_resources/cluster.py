"""The kinds of one cluster: the built-in ones, and those that its CustomResourceDefinitions define.

A definition is called after the resource that it defines, so that a look-up reads one object; what is built in reads
none.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..registry import KINDS, Body, Kind, Reader
from .kinds import DEFINITIONS, Definition, definition_of


class ClusterKinds:
    """`Kinds` over the objects that a reader holds now or, `fixed`, held when they were first asked for."""

    def __init__(self, reader: Reader, *, fixed: bool = False) -> None:
        self._reader = reader
        self._fixed = fixed
        self._one: dict[str, Definition | None] = {}
        self._all: list[Definition] | None = None

    def _definition(self, resource: str) -> Definition | None:
        plural, _, group = resource.partition(".")
        if not plural or not group or any(mark in resource for mark in "/\0"):
            return None
        if resource in self._one:
            return self._one[resource]
        body = self._reader.get(DEFINITIONS, "", resource)
        found = None if body is None else definition_of(body)
        if self._fixed:
            self._one[resource] = found
        return found

    def _definitions(self) -> list[Definition]:
        if self._all is not None:
            return self._all
        made = [definition_of(body) for body in self._reader.list(DEFINITIONS)]
        found = [one for one in made if one is not None and one.stored.resource not in KINDS]
        if self._fixed:
            self._all = found
        return found

    def __iter__(self) -> Iterator[Kind]:
        yield from KINDS
        for one in self._definitions():
            yield one.stored

    def served(self) -> Iterator[Kind]:
        yield from KINDS.served()
        for one in self._definitions():
            yield from one.served

    def __getitem__(self, resource: str) -> Kind:
        if resource in KINDS:
            return KINDS[resource]
        found = self._definition(resource)
        if found is None:
            raise KeyError(resource)
        return found.stored

    def __contains__(self, resource: object) -> bool:
        if resource in KINDS:
            return True
        return isinstance(resource, str) and self._definition(resource) is not None

    def of(self, body: Body) -> Kind | None:
        return self.find(body.get("apiVersion", ""), body.get("kind", ""))

    def find(self, api_version: str, kind: str) -> Kind | None:
        known = KINDS.find(api_version, kind)
        if known is not None or "." not in api_version:
            return known
        for one in self._definitions():
            for served in one.served:
                if (served.api_version, served.kind) == (api_version, kind):
                    return served
        return None

    def route(self, group: str, version: str, plural: str) -> Kind | None:
        known = KINDS.route(group, version, plural)
        if known is not None or not group:
            return known
        resource = f"{plural}.{group}"
        found = None if resource in KINDS else self._definition(resource)
        return next((one for one in found.served if one.version == version), None) if found else None
