"""What a file system consists of: files, directories, links and devices, by absolute path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from ..registry import Instant

Type = Literal["file", "dir", "link", "device"]
PROGRAM = b"\x7fELF\x02\x01\x01\x00program:"
"""How the content of a program begins; its name follows."""


class Node(NamedTuple):
    """One entry. content: of a file its bytes, of a link its target, of a device its name. mode: permission bits."""

    type: Type
    mode: int
    content: bytes = b""
    modified: Instant = 0
    uid: int = 0
    gid: int = 0

    @property
    def is_dir(self) -> bool:
        return self.type == "dir"


class FileError(Exception):
    """A file operation that failed: str() is the system's message, such as `No such file or directory`."""


NOT_FOUND = "No such file or directory"
IS_DIRECTORY = "Is a directory"
NOT_DIRECTORY = "Not a directory"
NOT_EMPTY = "Directory not empty"
EXISTS = "File exists"
DENIED = "Permission denied"
READ_ONLY = "Read-only file system"
NO_SPACE = "No space left on device"
LOOPS = "Too many levels of symbolic links"
BUSY = "Device or resource busy"
TOO_LONG = "File name too long"

Tree = Mapping[str, Node]


def directory(mode: int = 0o755, *, uid: int = 0, gid: int = 0) -> Node:
    return Node("dir", mode, uid=uid, gid=gid)


def text(content: str, mode: int = 0o644) -> Node:
    return Node("file", mode, content.encode())


def link(target: str) -> Node:
    return Node("link", 0o777, target.encode())


def device(name: str) -> Node:
    return Node("device", 0o666, name.encode())


def program(name: str) -> Node:
    return Node("file", 0o755, PROGRAM + name.encode())


def program_of(node: Node) -> str:
    """Which program a file is; empty if it is none."""
    return node.content[len(PROGRAM) :].decode() if node.content.startswith(PROGRAM) else ""


def normal(path: str, directory: str = "/") -> str:
    """An absolute path without `.`, `..` and double slashes, as if there were no links."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{directory}/{path}").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def parent(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def base(path: str) -> str:
    return path.rpartition("/")[2]


def within(root: str, path: str) -> str:
    """A path below another one, both absolute."""
    return normal(root.rstrip("/") + "/" + path.lstrip("/"))


def is_below(path: str, root: str) -> bool:
    return path == root or root == "/" or path.startswith(root + "/")


def with_parents(tree: Tree) -> dict[str, Node]:
    """The tree with a directory wherever something lies below one that was not named."""
    whole = {"/": directory(), **tree}
    for path in tree:
        while (path := parent(path)) not in whole:
            whole[path] = directory()
    return whole


def names_by_directory(paths: Iterable[str]) -> dict[str, set[str]]:
    """The names in each directory of a set of paths."""
    found: dict[str, set[str]] = {}
    for path in paths:
        if path != "/":
            found.setdefault(parent(path), set()).add(base(path))
    return found
