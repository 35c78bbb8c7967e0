"""One part of a container's file system: what lies there to begin with, and what was written over it."""

from __future__ import annotations

from collections.abc import Iterator

from .nodes import READ_ONLY, FileError, Node, Tree, names_by_directory, normal, parent
from .stored_files import Written

_ENTRY = 128
"""What an entry counts besides its content, in bytes."""
_LINKS = 40


class Layer:
    """base: what is computed and never stored. stored: what was written before; own: what this process wrote.

    A None in what was written says that the entry was removed.
    """

    def __init__(self, base: Tree, stored: Written, read_only: bool = False) -> None:
        self.stored = stored
        self.own: Written = {}
        self._read_only = read_only
        self.base = base
        self._written: dict[str, set[str]] | None = None

    def renew(self, base: Tree, stored: Written) -> None:
        """Takes over what others have written since; what this process wrote stays on top."""
        if base is not self.base:
            self.base = base
        self.stored, self._written = stored, None

    def get(self, path: str) -> Node | None:
        for part in (self.own, self.stored):
            if path in part:
                return part[path]
        return self.base.get(path)

    def real(self, path: str) -> str:
        """The path without links, within this layer; it may be a part of a volume that is mounted alone."""
        for _ in range(_LINKS):
            for above in _prefixes(path):
                node = self.get(above)
                if node is not None and node.type == "link":
                    target = normal(node.content.decode(errors="replace"), parent(above))
                    path = normal(target + path[len(above) :])
                    break
            else:
                return path
        return path

    def names(self, path: str) -> set[str]:
        """The names in a directory."""
        if self._written is None:
            self._written = names_by_directory((*self.stored, *self.own))
        prefix = path.rstrip("/") + "/"
        below = (one[len(prefix) :] for one in self.base if one.startswith(prefix))
        names = {name for name in below if name and "/" not in name} | self._written.get(path, set())
        return {name for name in names if self.get(f"{prefix}{name}") is not None}

    def put(self, path: str, node: Node | None) -> None:
        """Writes an entry, or removes it. Raises FileError."""
        if self._read_only:
            raise FileError(READ_ONLY)
        self.own[path] = node
        self._written = None

    def settle(self) -> None:
        """What was written here is computed, and belongs to the base."""
        if self.own:
            whole = {**self.base, **self.own}
            self.base = {path: node for path, node in whole.items() if node is not None}
            self.own, self._written = {}, None

    def merged(self, stored: Written) -> Written:
        """What is to be stored: what this process wrote over what is stored by now."""
        whole = {**stored, **self.own}
        return {path: node for path, node in whole.items() if node is not None or path in self.base}


def cost(path: str, node: Node | None) -> int:
    """What an entry takes of the room that a pod has."""
    return _ENTRY + len(path) + (len(node.content) if node is not None else 0)


def _prefixes(path: str) -> Iterator[str]:
    """The path's directories from the top, and the path."""
    at = path.find("/", 1)
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path
