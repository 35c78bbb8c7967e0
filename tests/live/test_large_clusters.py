"""A large cluster's WebSocket: pods as arrays, and sketches of those on the nodes that are looked at from near."""

from __future__ import annotations

import pytest

from simulator.live import picture, stream
from simulator.models import Cluster
from tests.live.conftest import Browser, Hand, talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]


@pytest.fixture
def large(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster that counts as large, whatever is in it, and whose picture nobody keeps."""
    monkeypatch.setattr(picture, "LARGE", 0)
    monkeypatch.setattr(picture, "SMALL", 0)
    monkeypatch.setattr(stream, "_LINGERS", 0.0)
    return cluster


def test_of_a_large_cluster_pods_come_as_arrays(large: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            first = await browser.until(lambda message: message["t"] == "snapshot")
            assert (first["t"], first["large"]) == ("snapshot", True)
            counts = {name: number for name, _, number in first["arrays"]}
            assert counts["look"] == counts["node"] == counts["group"] > 0
            held = [one["id"] for one in first["objects"] if one["resource"] == "pods"]
            assert len(held) < counts["look"]
            assert "nodes//worker-1" in browser.picture
            await hand.create("web")
            frame = await browser.until(lambda message: message["t"] == "frame" and bool(message["arrays"][0][2]))
            assert ("slot", 1) in {(name, number) for name, _, number in frame["arrays"]}
            assert [group[:3] for group in frame["groups"]] == [["default", "", "web"]]

    talk(conversation)


def test_who_looks_from_near_gets_the_sketches_of_a_nodes_pods(large: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.until(lambda message: message["t"] == "snapshot")
            await browser.says('{"t":"near","nodes":["worker-1"]}')
            near = await browser.until(lambda message: message["t"] == "near")
            assert near["set"]
            assert {one["node"] for one in near["set"]} == {"worker-1"}

    talk(conversation)


def test_a_pod_that_is_looked_at_itself_comes_as_a_sketch_and_so_do_its_changes(large: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.until(lambda message: message["t"] == "snapshot")
            await hand.create("web")
            await browser.until(lambda message: message["t"] == "frame" and bool(message["groups"]))
            await browser.says('{"t":"near","nodes":[],"pods":["default/web"]}')
            near = await browser.until(lambda message: message["t"] == "near")
            assert [one["id"] for one in near["set"]] == ["pods/default/web"]
            await hand.label("web", {"seen": "yes"})
            frame = await browser.until(lambda message: bool(message.get("near")))
            assert [one["labels"] for one in frame["near"]] == [{"seen": "yes"}]

    talk(conversation)
