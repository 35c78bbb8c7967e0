"""The components survive whatever is accepted: they run on among objects of every kind that are almost right."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from simulator import schema
from simulator.decoding import WrongType, decode
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import BOOT, boot
from simulator.engine.errors import StatusError
from simulator.engine.objects import key_of
from simulator.engine.registry import Body, Key, Kind
from simulator.engine.topology import parse
from simulator.engine.world import World
from simulator.live import frames
from tests import random_objects

CAUSE = Cause("test", "write", "")
MACHINES = {"nodes": [{"name": "worker", "count": 2, "cpu": "4", "memory": "8Gi"}]}
NOW = 1_700_000_000_000_000
STEPS = 10


def written(world: World, kind: Kind, body: Body) -> Body | None:
    """The object as it is stored when somebody sends this body; None where it is refused."""
    try:
        decoded, complaints = decode(body, schema.of_kind(kind))
        if complaints:
            return None
        stored = kind.to_stored({**decoded, "metadata": decoded.get("metadata") or {}})
        write = world.create if world.get(kind.storage, *key_of(stored)) is None else world.update
        return write(kind.storage, stored, CAUSE, checked=True, view=kind)
    except (WrongType, StatusError):
        return None


def tried_out(kind: Kind, body: Body) -> Body | None:
    """What a cluster in which nothing happens makes of the object."""
    world = World(seed=1, now=NOW)
    for resource, meta in (
        ("namespaces", {"name": "default"}),
        ("serviceaccounts", {"name": "default", "namespace": "default"}),
    ):
        world.create(resource, {"metadata": meta}, CAUSE)
    return written(world, kind, body)


def grown(chance: Random, kind: Kind) -> Body:
    """An object that is accepted after many random changes; those that are refused are left out."""
    body = random_objects.started(kind)
    for _ in range(STEPS):
        tried = random_objects.changed(chance, kind, body)
        accepted = tried_out(kind, tried) is not None
        event("accepted" if accepted else "refused")
        body = tried if accepted else body
    return body


def shown(world: World, kind: Kind, body: Body) -> None:
    """The object can be drawn, and its row be printed."""
    frames.sketch(kind.storage, body)
    for column in kind.columns:
        cell = column.cell(kind.from_stored(body), world.now)
        assert cell is None or isinstance(cell, str | int | float), (column.name, cell)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.integers(0, 1 << 32).map(Random))
def test_the_components_run_on_whatever_is_accepted(chance: Random) -> None:
    world = World(seed=1, now=NOW)
    world.types = schema.of_kind
    boot(world, parse(MACHINES), until=NOW + BOOT)
    kept: list[tuple[Kind, Key]] = []
    for kind in random_objects.KEPT:
        made = written(world, kind, grown(chance, kind))
        if made is not None:
            shown(world, kind, made)
            kept.append((kind, key_of(made)))
    assert len(kept) > len(random_objects.KEPT) * 0.8
    for _ in range(3):
        world.clock.run_until(world.now + 60 * SECOND)
        for kind, key in kept:
            held = world.get(kind.storage, *key)
            if held is not None:
                shown(world, kind, held)
                if chance.random() < 0.4:
                    written(world, kind, random_objects.changed(chance, kind, kind.from_stored(held)))
    for kind, key in kept:
        try:
            world.delete(kind.storage, *key, CAUSE)
        except StatusError as refusal:
            assert refusal.code == 403
    world.clock.run_until(world.now + 60 * SECOND)
