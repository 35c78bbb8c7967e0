"""The images that lie on a node: the note `images:NODE`, name -> bytes."""

from __future__ import annotations

from ..objects import status_of
from ..world import World
from .turn import COMPONENT


def cached(world: World, node: str) -> dict[str, int]:
    """The images that lie on a node, with their sizes in bytes. At first those that its status lists."""
    held: dict[str, int] | None = world.note(COMPONENT, f"images:{node}")
    if held is not None:
        return held
    body = world.get("nodes", "", node)
    listed = (status_of(body).get("images") or ()) if body else ()
    return {name: one.get("sizeBytes") or 0 for one in listed for name in one.get("names") or () if "@" not in name}
