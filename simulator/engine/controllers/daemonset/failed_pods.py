"""How long a DaemonSet waits before it replaces a pod that fails again and again on one node.

Follows failedPodsBackoff in pkg/controller/daemon/daemon_controller.go and client-go's util/flowcontrol/backoff.go,
v1.34. Each DaemonSet has one note: by node, the delay and the instant of the last replacement.
"""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.objects import key_of, name_of, text_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key

_FIRST = SECOND
_LAST = 15 * 60 * SECOND


def _note(key: Key) -> str:
    return f"failedPods/{text_of(key)}"


def waits_until(controller: Reconciler, ds: Body, node: Body) -> Instant | None:
    """Until when a failed pod stays where it is; None if it may be replaced now, which is taken note of."""
    world, now = controller.world, controller.world.now
    held = world.note(controller.name, _note(key_of(ds))) or {}
    generation = ds["metadata"].get("generation", 0)
    entry = held.get(name_of(node))
    if entry is None or entry["generation"] != generation or now - entry["at"] > 2 * _LAST:
        delay = _FIRST
    elif now < entry["at"] + entry["delay"]:
        return int(entry["at"] + entry["delay"])
    else:
        delay = min(entry["delay"] * 2, _LAST)
    new = {"generation": generation, "delay": delay, "at": now}
    world.set_note(controller.name, _note(key_of(ds)), {**held, name_of(node): new})
    return None


def forget(controller: Reconciler, key: Key) -> None:
    controller.world.set_note(controller.name, _note(key), None)
