"""A browser's WebSocket: a snapshot, numbered frames, resync, and the end when the cluster is not there for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from k8sviz.asgi import application
from simulator import clusters
from simulator.live import feed, frames, stream
from simulator.models import Cluster
from tests.live.conftest import Browser, Hand, talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

WEB = "pods/default/web"


def has_objects(message: dict[str, Any]) -> bool:
    return bool(message.get("set") or message.get("gone"))


def test_a_snapshot_then_frames(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            first = await browser.next()
            assert (first["t"], first["seq"], first["revision"]) == ("snapshot", 0, cluster.revision)
            assert first["clock"]["paused"] is True
            assert "nodes//worker-1" in browser.picture
            assert 0 < len(first["log"]) <= 50
            assert [line["revision"] for line in first["log"]] == sorted(line["revision"] for line in first["log"])
            made = await hand.create("web")
            frame = await browser.until(has_objects)
            assert frame["revision"] == int(made["metadata"]["resourceVersion"])
            assert [one["id"] for one in frame["set"]] == [WEB]
            assert [line["sentence"] for line in frame["log"]] == ["test wrote it."]
            await hand.delete("web")
            frame = await browser.until(has_objects)
            assert (frame["set"], frame["gone"]) == ([], [WEB])

    talk(conversation)


def test_many_changes_come_in_few_frames_and_make_the_same_picture(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            for number in range(12):
                await hand.create(f"web-{number}")
            await hand.run(20)
            newest = (await hand.fresh()).revision
            count = 1
            while (await browser.next())["revision"] < newest:
                count += 1
            assert count < newest - cluster.revision
            _, fresh = await sync_to_async(frames.snapshot)(cluster, "en")
            assert browser.picture == {one["id"]: one for one in fresh["objects"]}

    talk(conversation)


@pytest.mark.parametrize(
    ("do", "more", "expected"),
    [("play", {}, ("paused", False)), ("speed", {"speed": 5}, ("speed", 5.0)), ("pause", {}, ("paused", True))],
)
def test_a_move_of_the_clock_is_a_frame_without_objects(
    cluster: Cluster, hand: Hand, do: str, more: dict[str, Any], expected: tuple[str, Any]
) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            await hand.control(do, **more)
            frame = await browser.until(lambda frame: frame["clock"][expected[0]] == expected[1])
            assert (frame["set"], frame["gone"], frame["log"]) == ([], [], [])

    talk(conversation)


def test_a_cluster_that_an_error_stopped_says_so_in_a_frame(cluster: Cluster, hand: Hand) -> None:
    why = {"component": "scheduler", "doing": "default/web", "error": "KeyError", "text": "'spec'"}

    async def conversation() -> None:
        async with Browser() as browser:
            assert (await browser.next())["clock"]["halted"] is None
            await hand.control("play")
            await sync_to_async(clusters.halt)(cluster.pk, why)
            frame = await browser.until(lambda frame: frame["clock"]["halted"] is not None)
            assert (frame["clock"]["halted"], frame["clock"]["paused"]) == (why, True)
            await hand.control("play")
            frame = await browser.until(lambda frame: frame["clock"]["halted"] is None)
            assert frame["clock"]["paused"] is False

    talk(conversation)


def test_resync_brings_a_snapshot_at_once_even_where_nothing_happens(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            before = await browser.next()
            await browser.says('{"t":"resync"}')
            again = await browser.until(lambda message: message["t"] == "snapshot")
            assert again["seq"] == 0
            assert again["objects"] == before["objects"]
            await hand.create("web")
            assert (await browser.until(has_objects))["seq"] == browser.seq

    talk(conversation)


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "[]",
        "5",
        "null",
        '{"t":"near","nodes":7}',
        '{"t":"near","nodes":[7,null]}',
        '{"t":"explode"}',
        '{"t":["resync"]}',
        "{" * 3000,
    ],
)
def test_nonsense_is_ignored(cluster: Cluster, hand: Hand, said: str) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            await browser.says(said)
            await hand.create("web")
            assert [one["id"] for one in (await browser.until(has_objects))["set"]] == [WEB]

    talk(conversation)


def test_two_browsers_see_the_same_over_one_tail(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as one, Browser() as other:
            await one.next(), await other.next()
            assert [tail.followers for tail in feed._tails.values()] == [1]
            assert [len(one.followers) for one in stream._streams.values()] == [2]
            await hand.create("web")
            await one.until(has_objects), await other.until(has_objects)
            assert one.picture == other.picture
            assert WEB in one.picture

    talk(conversation)


def test_after_a_reset_nothing_of_the_old_cluster_is_left(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            await hand.create("web")
            await browser.until(lambda message: WEB in browser.picture)
            await sync_to_async(clusters.reset)(cluster)
            await browser.until(lambda message: message["t"] == "snapshot")
            assert WEB not in browser.picture
            assert "nodes//worker-1" in browser.picture
            await hand.create("other")
            frame = await browser.until(lambda message: message["t"] == "frame" and message["set"])
            assert [one["id"] for one in frame["set"]] == ["pods/default/other"]

    talk(conversation)


# --- who may -----------------------------------------------------------------------------------------------------


async def refused(browser: Browser) -> None:
    async with browser:
        assert await browser.next() == {"t": "gone", "reason": "forbidden"}
        assert (await browser.socket.receive_output(2))["type"] == "websocket.close"


@pytest.mark.parametrize("name", ["private", "nothing"])
def test_a_cluster_that_is_not_yours_or_not_there(cluster: Cluster, owner: User, name: str) -> None:
    Cluster.objects.create(name="private", owner=owner, born=1, now=1, anchor=1)

    async def conversation() -> None:
        await refused(Browser(name))

    talk(conversation)


def test_its_owner_sees_it(cluster: Cluster, owner: User) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(shared=False, owner=owner)
    client = Client()
    client.force_login(owner)

    async def conversation() -> None:
        async with Browser(cookie=f"sessionid={client.cookies['sessionid'].value}") as browser:
            assert (await browser.next())["t"] == "snapshot"
        await refused(Browser())

    talk(conversation)


def test_a_guest_from_beyond_loopback_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = application.application_mapping["websocket"].routes[-1].callback  # it has read ALLOWED_HOSTS already
    monkeypatch.setattr(hosts, "allowed_origins", ["k8sviz.example.org"])

    async def conversation() -> None:
        await refused(Browser(host="k8sviz.example.org"))

    talk(conversation)


def test_another_sites_page_gets_no_connection(cluster: Cluster) -> None:
    async def conversation() -> None:
        connected, _ = await Browser(origin="https://evil.example.com").socket.connect()
        assert not connected

    talk(conversation)


def test_a_cluster_that_is_deleted_is_gone(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_LOOK", 0.2)  # nobody tells of it: the tail looks by itself

    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            await sync_to_async(Cluster.objects.filter(pk=cluster.pk).delete)()
            gone = await browser.until(lambda message: message["t"] == "gone")
            assert gone == {"t": "gone", "reason": "deleted"}

    talk(conversation)


def test_frames_that_break_end_with_a_code_that_a_server_may_send(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_cluster: Cluster, _language: str) -> None:
        raise RuntimeError("no picture")

    monkeypatch.setattr(frames, "snapshot", broken)

    async def conversation() -> None:
        async with Browser() as browser:
            end = await browser.socket.receive_output(2)
            assert end["type"] == "websocket.close"
            assert 3000 <= end["code"] <= 4999

    talk(conversation)


# --- language ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"cookie": "django_language=zh-hans"}, {"accept_language": "zh-CN,zh;q=0.9,en;q=0.5"}],
    ids=["cookie", "browser"],
)
def test_the_log_is_told_in_the_language_of_the_page(cluster: Cluster, hand: Hand, headers: dict[str, str]) -> None:
    async def conversation() -> None:
        async with Browser() as english, Browser(**headers) as chinese:
            here, there = await english.next(), await chinese.next()
            assert [line["revision"] for line in here["log"]] == [line["revision"] for line in there["log"]]
            assert [line["sentence"] for line in here["log"]] != [line["sentence"] for line in there["log"]]

    talk(conversation)


@pytest.mark.parametrize("cookie", ["django_language=klingon", "django_language=../../etc", "django_language="])
def test_an_unknown_language_is_english(cluster: Cluster, cookie: str) -> None:
    async def conversation() -> None:
        async with Browser(cookie=cookie) as browser:
            assert (await browser.next())["t"] == "snapshot"

    talk(conversation)


def test_a_page_that_is_closed_leaves_nothing_behind(cluster: Cluster) -> None:
    async def conversation() -> None:
        counts = []
        for _ in range(3):
            async with Browser() as browser:
                await browser.next()
            await asyncio.sleep(0.1)
            counts.append(len(asyncio.all_tasks()))
        assert counts[0] == counts[-1]

    talk(conversation)
