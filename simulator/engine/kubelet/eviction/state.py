"""What the eviction manager of a node remembers: the note `eviction:NODE`, plain JSON.

    tick         an instant of a round; the next ones come every 10 s from there
    first        key of a threshold -> the instant at which it was first seen to be met
    met          keys of thresholds that are met, grace period included, and not yet resolved
    seen         condition -> the instant at which it was last seen
    conditions   those that hold, because they were seen within the transition period
    going        pods that are evicted one after the other, [pod, uid, grace period, message, whether it is a
                 disruption]; empty: none
    gone         pods of this round that were evicted, [pod, uid]
    until        the instant at which the manager gives up waiting for the first of those that go; None: it waits for
                 nothing, or for what is left of those that are gone
    since        the instant from which it waits for what is left, else None
Instants are microseconds. A node of which there is nothing to remember has no note.
"""

from __future__ import annotations

from typing import Any

from ...clock import SECOND
from ...objects import key_of, text_of
from ...registry import Instant
from ...world import World
from ..turn import COMPONENT, Note

INTERVAL = 10 * SECOND
"""How often the manager looks at its node."""
State = dict[str, Any]


def key(node: str) -> str:
    """The key of the node's note, and of its next round on the agenda."""
    return f"eviction:{node}"


def of(world: World, node: str) -> State:
    held: State | None = world.note(COMPONENT, key(node))
    return held or {
        "tick": world.hash("eviction", node) % INTERVAL,
        "first": {},
        "met": [],
        "seen": {},
        "conditions": [],
        "going": [],
        "gone": [],
        "until": None,
        "since": None,
    }


def keep(world: World, node: str, state: State) -> None:
    fresh = state["tick"] == world.hash("eviction", node) % INTERVAL
    is_idle = fresh and not any(state[part] for part in ("first", "met", "seen", "conditions", "going", "gone"))
    world.set_note(COMPONENT, key(node), None if is_idle else state)


def forget(world: World, node: str) -> None:
    """The kubelet stops: it will know nothing of what it saw, nor of whom it was about to end."""
    world.set_note(COMPONENT, key(node), None)
    world.clock.cancel(COMPONENT, key(node))
    for pod in world.indexed("pods", "node", node):
        text = text_of(key_of(pod))
        note: Note | None = world.note(COMPONENT, text)
        if note is not None and note["step"] != "killed" and "verdict" in note:
            kept = {part: one for part, one in note.items() if part != "verdict"}
            world.set_note(COMPONENT, text, kept)


def conditions(world: World, node: str) -> list[str]:
    """The conditions of pressure that the node's kubelet sees."""
    held: State | None = world.note(COMPONENT, key(node))
    return list(held["conditions"]) if held else []


def next_tick(state: State, at: Instant) -> Instant:
    """The first round at an instant or after it."""
    tick: Instant = state["tick"]
    return at + (tick - at) % INTERVAL
