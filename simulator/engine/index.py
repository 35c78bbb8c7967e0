"""Indexes over a world's objects: by any value that an object yields, and by owner."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from sortedcontainers import SortedDict

from .registry import Body, Key

IndexFunction = Callable[[Body], Iterable[Hashable]]
Place = tuple[str, Key]


class Index:
    """The keys under each value that `function(body)` yields, sorted."""

    def __init__(self, function: IndexFunction) -> None:
        self._function = function
        self._buckets: dict[Hashable, SortedDict[Key, None]] = {}

    def keys(self, value: Hashable) -> Iterable[Key]:
        return self._buckets.get(value, ())

    def move(self, key: Key, before: Body | None, after: Body | None) -> None:
        """Takes note that an object changed from `before` (None: it is new) to `after` (None: it is gone)."""
        old = tuple(self._function(before)) if before else ()
        new = tuple(self._function(after)) if after else ()
        if old == new:
            return
        for value in old:
            bucket = self._buckets[value]
            bucket.pop(key, None)
            if not bucket:
                del self._buckets[value]
        for value in new:
            self._buckets.setdefault(value, SortedDict())[key] = None


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
