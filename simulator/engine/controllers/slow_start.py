"""Creation in growing batches: 1, 2, 4, ... so that a template that cannot work fails once and not a thousand times.

Follows slowStartBatch in pkg/controller/replicaset/replica_set.go, v1.34. The creates of a batch run at the same time
and cost one round trip to the API server, so that each batch is a reconcile of its own. How far a run of batches has
come is a note.
"""

from __future__ import annotations

from simulator.engine.objects import text_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Key


def _note(key: Key) -> str:
    return f"slowStart/{text_of(key)}"


def is_waiting(controller: Reconciler, key: Key) -> bool:
    """True while a batch is under way; the key is queued for its end."""
    note = controller.world.note(controller.name, _note(key))
    if note is None or note["until"] <= controller.world.now:
        return False
    controller.enqueue(key, after=note["until"] - controller.world.now, led_by=controller.led_by)
    return True


def next_batch(controller: Reconciler, key: Key, wanted: int, burst: int) -> int:
    """How many of the `wanted` objects to create now. `burst` is the most that one run of batches creates."""
    note = controller.world.note(controller.name, _note(key)) or {"size": 1, "left": burst}
    return int(min(note["size"], note["left"], wanted))


def advance(controller: Reconciler, key: Key, made: int, wanted: int, burst: int) -> bool:
    """Takes note of a batch that succeeded and queues the next; True if this run of batches goes on."""
    world = controller.world
    note = world.note(controller.name, _note(key)) or {"size": 1, "left": burst}
    if made >= wanted:
        stop(controller, key)
        return False
    controller.enqueue(key, led_by=controller.led_by)
    if made >= note["left"]:
        stop(controller, key)
        return False
    world.set_note(
        controller.name,
        _note(key),
        {"size": note["size"] * 2, "left": note["left"] - made, "until": world.now + world.latency.watch},
    )
    return True


def stop(controller: Reconciler, key: Key) -> None:
    """Ends a run of batches: the next creation starts with one again."""
    controller.world.set_note(controller.name, _note(key), None)
