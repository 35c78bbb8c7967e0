"""Pods that count on nodes, and how they are taken off and put on for a moment, to see what plugins would say then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from simulator.engine.registry import Key
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.tallies import Tallies


class Placed(NamedTuple):
    """A pod that counts on a node."""

    node: str
    shape: Shape


class Movable:
    """A table whose pods may be moved about for as long as a context lasts. Nothing of it is logged."""

    names: list[str]
    _pods: dict[str, dict[Key, Placed]]
    _tallies: Tallies

    def pods_on(self, row: int) -> dict[Key, Placed]:
        return self._pods.get(self.names[row], {})

    @contextmanager
    def trying(self) -> Iterator[Trial]:
        """The table, to be changed at will; everything is put back in the end."""
        trial = Trial(self)
        try:
            yield trial
        finally:
            trial.undo()

    @contextmanager
    def without(self, row: int, keys: Iterable[Key]) -> Iterator[None]:
        """The table as if these pods, which are on the row's node, were gone."""
        with self.trying() as trial:
            for key in keys:
                trial.remove(row, key)
            yield

    @contextmanager
    def with_pods(self, row: int, shapes: Mapping[Key, Shape]) -> Iterator[None]:
        """The table as if these pods were on the row's node too."""
        with self.trying() as trial:
            for key, shape in shapes.items():
                trial.add(row, key, shape)
            yield

    def exchange(self, row: int, pods: dict[Key, Placed]) -> dict[Key, Placed]:
        """Puts other pods down as those on a row's node, without counting them; those that were."""
        before = self.pods_on(row)
        self._pods[self.names[row]] = pods
        return before

    def count_quietly(self, row: int, shape: Shape, sign: int) -> Placed:
        """Counts a pod on a row, or no more."""
        node = self.names[row]
        if sign > 0:
            self._tallies.enter(shape, node)
        self._add(row, shape, sign)
        if sign < 0:
            self._tallies.leave(shape, node)
        return Placed(node, shape)

    def _add(self, row: int, shape: Shape, sign: int) -> None:
        raise NotImplementedError


class Trial:
    """What a table looks like for a moment."""

    def __init__(self, table: Movable) -> None:
        self._table = table
        self._before: dict[int, dict[Key, Placed]] = {}

    def add(self, row: int, key: Key, shape: Shape) -> None:
        """The pod is on the row's node too, if it is not there already."""
        pods = self._open(row)
        if key not in pods:
            pods[key] = self._table.count_quietly(row, shape, 1)

    def remove(self, row: int, key: Key) -> None:
        """The pod is on the row's node no more."""
        placed = self._open(row).pop(key)
        self._table.count_quietly(row, placed.shape, -1)

    def undo(self) -> None:
        for row, before in self._before.items():
            pods = self._table.exchange(row, before)
            for key in pods.keys() - before.keys():
                self._table.count_quietly(row, pods[key].shape, -1)
            for key in before.keys() - pods.keys():
                self._table.count_quietly(row, before[key].shape, 1)

    def _open(self, row: int) -> dict[Key, Placed]:
        """The pods on the row's node, to be changed."""
        pods = self._table.pods_on(row)
        if row not in self._before:
            self._before[row], pods = pods, dict(pods)
            self._table.exchange(row, pods)
        return pods
