"""What an admission plugin is: what it is asked about, what it concerns, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from ..causes import Cause
from ..registry import Body, Kind, Reader

Operation = Literal["CREATE", "UPDATE", "DELETE"]


def unheard(warning: str) -> None:
    """Components do not read warnings."""


class Attributes(NamedTuple):
    """One write: the object as it is to be stored, the one that it replaces, and the subresource it goes through.

    warn: takes a sentence for the client's Warning header; the write goes on.
    """

    operation: Operation
    kind: Kind
    body: Body
    old: Body | None
    subresource: str = ""
    warn: Callable[[str], None] = unheard


class FollowUp(NamedTuple):
    """A change of another object's status that belongs to an admitted write: both are written, or neither is."""

    resource: str
    body: Body
    cause: Cause


FollowUps = list[FollowUp]


class Plugin(NamedTuple):
    """One admission plugin. `resources` and `subresources` None mean all; the subresource "" is the object itself.

    admit: returns the body, changed or not. validate: looks at the object as it will be stored, and may return changes
    that follow from it. Both raise StatusError to refuse.
    """

    name: str
    operations: frozenset[Operation]
    resources: frozenset[str] | None = None
    subresources: frozenset[str] | None = frozenset({""})
    admit: Callable[[Attributes, Reader], Body] | None = None
    validate: Callable[[Attributes, Reader], Iterable[FollowUp]] | None = None

    def concerns(self, resource: str, operation: Operation, subresource: str) -> bool:
        return (
            (self.resources is None or resource in self.resources)
            and operation in self.operations
            and (self.subresources is None or subresource in self.subresources)
        )


ON_CREATE: frozenset[Operation] = frozenset({"CREATE"})
ON_UPDATE: frozenset[Operation] = frozenset({"UPDATE"})
ON_WRITE: frozenset[Operation] = frozenset({"CREATE", "UPDATE"})
ON_ALL: frozenset[Operation] = frozenset({"CREATE", "UPDATE", "DELETE"})
