"""Names that are made from generateName: drawn by hash, and drawn again where the name is taken."""

from __future__ import annotations

from simulator.engine.registry import KINDS
from simulator.engine.world import World

MAPS = KINDS["configmaps"]
ASKED = {"metadata": {"generateName": "some-", "namespace": "default"}}


def test_a_name_that_is_taken_is_drawn_again() -> None:
    world = World(seed=1, now=0)
    first = world.named(MAPS, ASKED)["metadata"]["name"]
    assert world.named(MAPS, ASKED)["metadata"]["name"] == first
    world.load("configmaps", {"metadata": {"name": first, "namespace": "default", "resourceVersion": "0"}})
    second = world.named(MAPS, ASKED)["metadata"]["name"]
    assert second != first
    assert second.startswith("some-") and len(second) == len("some-") + 5


def test_a_name_that_is_given_stays() -> None:
    body = {"metadata": {"name": "mine", "generateName": "some-", "namespace": "default"}}
    assert World(seed=1, now=0).named(MAPS, body) is body
