"""The demos that somebody may present: those that come with k8sviz and their own."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from simulator.demos import loading
from simulator.demos.models import OwnDemo
from simulator.demos.presentations import Owner
from simulator.demos.script import Demo
from simulator.manifests import Trouble


class Entry(NamedTuple):
    """A demo with its files. demo: None while it has troubles. pk: of one's own."""

    name: str
    files: dict[str, str]
    demo: Demo | None
    troubles: list[Trouble]
    pk: int | None = None


def every(owner: Owner) -> list[Entry]:
    """One's own first."""
    return [*(_own(one) for one in own_of(owner)), *map(shipped, loading.names())]


def own_of(owner: Owner) -> list[OwnDemo]:
    if owner.user is None and not owner.session:
        return []
    return list(OwnDemo.objects.filter(**owner.fields))


def find(owner: Owner, name: str, pk: str = "") -> Entry | None:
    """A demo by its name, or one's own by its key."""
    if pk:
        found = next((one for one in own_of(owner) if str(one.pk) == pk), None)
        return None if found is None else _own(found)
    return shipped(name) if name in loading.names() else None


def _own(one: OwnDemo) -> Entry:
    found = loading.load({name: text.encode() for name, text in one.files.items()}, source="")
    return Entry(one.name, one.files, found.demo, found.troubles, one.pk)


@lru_cache(maxsize=64)
def shipped(name: str) -> Entry:
    """One of those that come with k8sviz."""
    files, troubles = loading.folder(loading.SHIPPED / name)
    found = loading.load(files, source=name)
    return Entry(name, {one: text.decode() for one, text in files.items()}, found.demo, [*troubles, *found.troubles])
