"""Pods that are promised a node: room is being made for them there.

Follows pkg/scheduler/backend/queue/nominator.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.engine.registry import Key
from simulator.engine.scheduler.shape import Shape


class Nominations:
    def __init__(self) -> None:
        self._node_of: dict[Key, str] = {}
        self._on: dict[str, dict[Key, Shape]] = {}

    def __bool__(self) -> bool:
        return bool(self._on)

    def add(self, key: Key, node: str, shape: Shape) -> None:
        self._node_of[key] = node
        self._on.setdefault(node, {})[key] = shape

    def remove(self, key: Key) -> str:
        """The node it was for, empty if there was none."""
        node = self._node_of.pop(key, "")
        if node:
            del self._on[node][key]
            if not self._on[node]:
                del self._on[node]
        return node

    def node_of(self, key: Key) -> str:
        return self._node_of.get(key, "")

    def nodes(self) -> list[str]:
        return list(self._on)

    def on(self, node: str) -> Mapping[Key, Shape]:
        return self._on.get(node, {})

    def below(self, node: str, priority: int) -> list[Key]:
        """Those on a node that must give way to a pod of this priority."""
        return [key for key, shape in self.on(node).items() if shape.priority < priority]

    def from_priority(self, node: str, priority: int) -> dict[Key, Shape]:
        """Those on a node that a pod of this priority must leave their room."""
        return {key: shape for key, shape in self.on(node).items() if shape.priority >= priority}
