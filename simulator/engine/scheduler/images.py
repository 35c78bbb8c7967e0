"""Which images each node holds, and how large they are.

Follows pkg/scheduler/backend/cache/cache.go (addNodeImageStates), v1.34.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.engine.registry import Body


class NodeImages:
    """Sizes in bytes by image name and node. changes: rises when any of them changes."""

    def __init__(self) -> None:
        self.changes = 0
        self._sizes: dict[str, dict[str, int]] = {}
        self._of_node: dict[str, dict[str, int]] = {}
        self._by_row: dict[str, NDArray[np.int64]] = {}

    def write(self, node: str, body: Body | None) -> None:
        """Takes over a node's list of images; None: the node is gone."""
        new = _images(body) if body is not None else {}
        old = self._of_node.get(node, {})
        if new == old:
            return
        for name in old.keys() - new.keys():
            del self._sizes[name][node]
            self._by_row.pop(name, None)
        for name, size in new.items():
            if old.get(name) != size:
                self._sizes.setdefault(name, {})[node] = size
                self._by_row.pop(name, None)
        self._of_node[node] = new
        self.changes += 1

    def renumber(self) -> None:
        self._by_row.clear()

    def by_row(self, name: str, row_of: dict[str, int]) -> NDArray[np.int64]:
        """The image's size on each row, 0 where it is not."""
        sizes = self._by_row.get(name)
        if sizes is None:
            sizes = self._by_row[name] = np.zeros(len(row_of), dtype=np.int64)
            for node, size in self._sizes.get(name, {}).items():
                if node in row_of:
                    sizes[row_of[node]] = size
        return sizes


def _images(node: Body) -> dict[str, int]:
    return {
        name: image.get("sizeBytes", 0)
        for image in (node.get("status") or {}).get("images") or ()
        for name in image.get("names") or ()
    }
