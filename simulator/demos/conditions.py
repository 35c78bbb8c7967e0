"""Conditions on a cluster's state: a small language that is plain data. `docs/demos.md` describes it for authors.

`{all: [...]}`, `{any: [...]}` and `{not: ...}` hold others. `{kind, namespace, name, prefix, labels, where, count}`
counts objects, `{event: {reason, type, about, contains}, count}` counts how often something was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from simulator.demos import paths, selecting
from simulator.demos.comparisons import Comparison, at_least, comparison
from simulator.demos.fields import Given, Wrong, string
from simulator.demos.selecting import Selector
from simulator.engine.objects import name_of, namespace_of
from simulator.engine.registry import Body, Reader

_NESTED = ("all", "any", "not")
_EVENT = ("reason", "type", "about", "contains")


class Found(NamedTuple):
    """How a count stands: so many are there, and what they are compared with."""

    there: int
    wanted: Comparison


class Condition(Protocol):
    """Something that holds on a cluster or does not."""

    def holds(self, reader: Reader) -> bool: ...

    def counts(self, reader: Reader) -> list[tuple[str, Found]]:
        """Each count in it: what is counted, in a few words, and how it stands."""
        ...


@dataclass(frozen=True)
class Objects:
    """So many objects of a kind are there; `where` says what their fields must be."""

    which: Selector
    where: Mapping[str, tuple[paths.Path, Comparison]]
    count: Comparison

    def holds(self, reader: Reader) -> bool:
        return self.count.holds(self._counted(reader))

    def counts(self, reader: Reader) -> list[tuple[str, Found]]:
        said = [f"{path} {one.text()}" for path, (_path, one) in self.where.items()]
        return [(" ".join([self.which.text(), *said]), Found(self._counted(reader), self.count))]

    def _counted(self, reader: Reader) -> int:
        return sum(1 for body in self.which.find(reader) if self._fits(body))

    def _fits(self, body: Body) -> bool:
        return all(one.holds_of(paths.values(body, path)) for path, one in self.where.values())


@dataclass(frozen=True)
class Told:
    """An Event was told so often. What is no longer there is still told about, by its name."""

    reason: str
    type: str
    contains: str
    about: Selector | None
    count: Comparison

    def holds(self, reader: Reader) -> bool:
        return self.count.holds(self._counted(reader))

    def counts(self, reader: Reader) -> list[tuple[str, Found]]:
        about = f" about {self.about.text()}" if self.about else ""
        return [(f"Event {self.reason or self.type or self.contains}{about}", Found(self._counted(reader), self.count))]

    def _counted(self, reader: Reader) -> int:
        labelled = None
        if self.about is not None and self.about.labels:
            labelled = {(namespace_of(one), name_of(one)) for one in self.about.find(reader)}
        return sum(event.get("count") or 1 for event in reader.list("events") if self._fits(event, labelled))

    def _fits(self, event: Body, labelled: set[tuple[str, str]] | None) -> bool:
        if self.reason not in ("", event.get("reason")) or self.type not in ("", event.get("type")):
            return False
        if self.contains not in (event.get("message") or ""):
            return False
        if self.about is None:
            return True
        about = event.get("involvedObject") or {}
        if about.get("kind") != self.about.kind.kind:
            return False
        place = about.get("namespace") or "", about.get("name") or ""
        if labelled is not None:
            return place in labelled
        return self.about.means({"metadata": {"namespace": place[0], "name": place[1]}})


@dataclass(frozen=True)
class Each:
    parts: tuple[Condition, ...]

    def holds(self, reader: Reader) -> bool:
        return all(part.holds(reader) for part in self.parts)

    def counts(self, reader: Reader) -> list[tuple[str, Found]]:
        return [one for part in self.parts for one in part.counts(reader)]


@dataclass(frozen=True)
class Either:
    parts: tuple[Condition, ...]

    def holds(self, reader: Reader) -> bool:
        return any(part.holds(reader) for part in self.parts)

    def counts(self, reader: Reader) -> list[tuple[str, Found]]:
        return [one for part in self.parts for one in part.counts(reader)]


@dataclass(frozen=True)
class Not:
    part: Condition

    def holds(self, reader: Reader) -> bool:
        return not self.part.holds(reader)

    def counts(self, reader: Reader) -> list[tuple[str, Found]]:
        return self.part.counts(reader)


def condition(given: Given) -> Condition:
    """Reads a condition. Raises Wrong."""
    held = given.value
    if not isinstance(held, dict):
        raise Wrong("must be a condition: a map with kind, event, all, any or not")
    nested = next((name for name in _NESTED if name in held), None)
    if nested is None:
        return _told(given) if "event" in held else _objects(given)
    given.fields(nested)
    inner = given.at(nested)
    if nested == "not":
        return Not(_inner(inner))
    parts = tuple(_inner(one) for one in _list(inner))
    return Each(parts) if nested == "all" else Either(parts)


def _inner(given: Given) -> Condition:
    made = given.read(condition)
    if made is None:
        raise Wrong("holds a condition that cannot be read")
    return made  # type: ignore[no-any-return]


def _list(given: Given) -> list[Given]:
    try:
        items = given.items()
    except Wrong:
        items = []
    if not items:
        raise Wrong("must be a list of conditions")
    return items


def _objects(given: Given) -> Objects:
    which = selecting.selector(given, "where", "count")
    return Objects(which, given.take("where", _where, {}), given.take("count", comparison, at_least(1)))


def _told(given: Given) -> Told:
    given.fields("event", "count")
    event = given.at("event").fields(*_EVENT)
    said: dict[str, Any] = {name: event.take(name, string, "") for name in ("reason", "type", "contains")}
    about = event.take("about", selecting.selector, None)
    if not any(said.values()) and about is None:
        raise Wrong("must say a reason, a type, what it contains or what it is about", "event")
    return Told(**said, about=about, count=given.take("count", comparison, at_least(1)))


def _where(given: Given) -> Mapping[str, tuple[paths.Path, Comparison]]:
    if not isinstance(given.value, dict) or not given.value:
        raise Wrong("must be a map of fields such as status.phase to what they must be")
    made = {}
    for text in given.value:
        path = given.at(text).read(lambda one, text=text: paths.path(text))  # type: ignore[misc]
        one = given.at(text).read(comparison)
        if path is not None and one is not None:
            made[text] = (path, one)
    return made
