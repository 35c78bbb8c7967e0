"""How the checks walk over a pod's containers and how they word what they find.

Follows staging/src/k8s.io/pod-security-admission/policy/{visitor,helpers}.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ...objects import get_in
from ...registry import Body


class Violation(NamedTuple):
    """What a check forbids: the reason in a few words, and which part of the pod it is about."""

    reason: str
    detail: str

    def text(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


Check = Callable[[Body, Body], Violation | None]
"""A check of a pod's metadata and spec; None if they pass."""


def containers(spec: Body) -> Iterator[Body]:
    for key in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(key) or ()


def context(holder: Body) -> Body:
    """The security context of a container or of a pod's spec."""
    return holder.get("securityContext") or {}


def names(spec: Body, is_bad: Callable[[Body], bool]) -> list[str]:
    """The names of the containers that are bad."""
    return [str(one.get("name", "")) for one in containers(spec) if is_bad(one)]


def quoted(items: Iterable[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


def plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def these(bad: Sequence[str], word: str = "container") -> str:
    """`container "a"`, `containers "a", "b"`."""
    return f"{plural(word, f'{word}s', len(bad))} {quoted(bad)}"


def setters(spec: Body, is_bad: Callable[[Body], bool]) -> list[str]:
    """Who sets something bad in a security context: the pod, some containers, or both."""
    bad = names(spec, lambda one: is_bad(context(one)))
    return [*(["pod"] if is_bad(context(spec)) else []), *([these(bad)] if bad else [])]


def values(spec: Body, *path: str) -> list[str]:
    """What the pod and its containers have at a path of their security contexts, as texts."""
    found = (get_in(context(holder), *path) for holder in (spec, *containers(spec)))
    return [str(value) for value in found if value is not None]


def is_windows(spec: Body) -> bool:
    return bool(get_in(spec, "os", "name") == "windows")
