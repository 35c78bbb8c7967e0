"""What an admission plugin is asked about."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..registry import Body, Kind


class Attributes(NamedTuple):
    """One write: the object as it is to be stored, the one that it replaces, and the subresource it goes through."""

    operation: Literal["CREATE", "UPDATE", "DELETE"]
    kind: Kind
    body: Body
    old: Body | None
    subresource: str = ""
