"""How a world holds its objects: tables in etcd's order, and indexes by what an object yields and by owner."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from .registry import Bodies, Body, Key

IndexFunction = Callable[[Body], Iterable[Hashable]]
Place = tuple[str, Key]
Dependents = list[tuple[str, Body]]


Held = TypeVar("Held")


class Table(Generic[Held]):
    """Values by key, listed in the order of the keys.

    Writes cost what a dict costs; the order is made up for when somebody lists. New keys are put at the end of the old
    order and sorted in, which is nearly free for a list that is nearly sorted.
    """

    def __init__(self) -> None:
        self.values: dict[Key, Held] = {}
        self._order: list[Key] = []
        self._added: list[Key] = []
        self._removed = False

    def put(self, key: Key, value: Held) -> None:
        if key not in self.values:
            self._added.append(key)
        self.values[key] = value

    def take(self, key: Key) -> None:
        if self.values.pop(key, None) is not None:
            self._removed = True

    def keys(self) -> list[Key]:
        """The keys in order; not to be changed."""
        if self._removed:
            # A key that went and came again stands in both lists.
            self._order = sorted(self.values)
        elif self._added:
            self._order = sorted(self._order + self._added)
        self._added, self._removed = [], False
        return self._order

    def within(self, namespace: str) -> list[Key]:
        """The keys of one namespace, in order."""
        if not self.values:
            return []
        keys = self.keys()
        return keys[bisect_left(keys, Key(namespace, "")) : bisect_left(keys, Key(namespace + "\0", ""))]


class Index:
    """The keys under each value that `function(body)` yields, sorted."""

    def __init__(self, function: IndexFunction) -> None:
        self._function = function
        self._buckets: dict[Hashable, Table[bool]] = {}
        self._values: dict[Key, tuple[Hashable, ...]] = {}

    def keys(self, value: Hashable) -> Iterable[Key]:
        bucket = self._buckets.get(value)
        return bucket.keys() if bucket is not None else ()

    def move(self, key: Key, after: Body | None) -> None:
        """Takes note that an object is new or changed to `after`; None: it is gone."""
        old = self._values.get(key, ())
        new = tuple(self._function(after)) if after else ()
        if old == new:
            return
        if new:
            self._values[key] = new
        else:
            del self._values[key]
        for value in old:
            bucket = self._buckets[value]
            bucket.take(key)
            if not bucket.values:
                del self._buckets[value]
        for value in new:
            held = self._buckets.get(value)
            if held is None:
                held = self._buckets[value] = Table()
            held.put(key, True)


class OwnerIndex:
    """The objects that name a uid as one of their owners, across all resources."""

    def __init__(self) -> None:
        self._places: dict[str, dict[Place, None]] = {}

    def of(self, uid: str) -> list[Place]:
        return sorted(self._places.get(uid, ()))

    def move(self, place: Place, before: Body | None, after: Body | None) -> None:
        old = before["metadata"].get("ownerReferences") or () if before else ()
        new = after["metadata"].get("ownerReferences") or () if after else ()
        if old is new:
            return
        for owner in old:
            held = self._places.get(owner["uid"])
            if held is not None:
                held.pop(place, None)
                if not held:
                    del self._places[owner["uid"]]
        for owner in new:
            self._places.setdefault(owner["uid"], {})[place] = None


class Objects:
    """The objects of a world by resource, and what is looked up in them."""

    def __init__(self) -> None:
        self._objects: defaultdict[str, Table[Body]] = defaultdict(Table)
        self._owned = OwnerIndex()
        self._indexes: dict[str, dict[str, Index]] = {}

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        # A plain tuple finds a Key and costs a third of one; this is the most frequent call of all.
        return self._objects[resource].values.get((namespace, name))  # type: ignore[call-overload,no-any-return]

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        """All objects of a resource, or those of one namespace, sorted by namespace and name."""
        table = self._objects[resource]
        keys = table.keys() if namespace is None else table.within(namespace)
        return [table.values[key] for key in keys]

    def count(self, resource: str) -> int:
        return len(self._objects[resource].values)

    def add_index(self, resource: str, name: str, function: IndexFunction) -> None:
        """Keeps `indexed(resource, name, value)` up to date; `function(body)` yields the values an object is under."""
        indexes = self._indexes.setdefault(resource, {})
        if name not in indexes:
            indexes[name] = index = Index(function)
            for key, body in self._objects[resource].values.items():
                index.move(key, body)

    def indexed(self, resource: str, name: str, value: Hashable) -> Bodies:
        """The objects under a value of an index, sorted by namespace and name."""
        values = self._objects[resource].values
        return [values[key] for key in self._indexes[resource][name].keys(value)]

    def dependents(self, uid: str) -> Dependents:
        """(resource, object) for each object that names this uid as an owner."""
        return [(resource, self._objects[resource].values[key]) for resource, key in self._owned.of(uid)]

    def place(self, resource: str, key: Key, before: Body | None, after: Body | None) -> None:
        """Puts an object in its tables and indexes; `after` None: takes it out."""
        if after is None:
            self._objects[resource].take(key)
        else:
            self._objects[resource].put(key, after)
        for index in self._indexes.get(resource, {}).values():
            index.move(key, after)
        self._owned.move((resource, key), before, after)
