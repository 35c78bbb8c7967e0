"""kubectl's watch at the level of HTTP: where it begins, what selectors make of a change, bookmarks, the end."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async

from simulator import clusters, store
from simulator.api import watching as server
from simulator.live import feed
from simulator.models import Change, Cluster
from tests.live.conftest import Hand, talk, watching

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

PODS = "api/v1/namespaces/default/pods"


def test_what_exists_comes_first_then_each_change(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        await hand.create("one")
        async with watching(cluster, PODS) as watch:
            assert watch.status == 200
            assert await watch.told(1) == [("ADDED", "one")]
            await hand.create("two")
            await hand.label("one", {"a": "b"})
            await hand.delete("two")
            assert await watch.told(3) == [("ADDED", "two"), ("MODIFIED", "one"), ("DELETED", "two")]
            assert await watch.is_quiet()

    talk(conversation)


def test_a_watch_goes_on_from_a_revision(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        first = await hand.create("one")
        await hand.create("two")
        await hand.label("one", {"a": "b"})
        version = first["metadata"]["resourceVersion"]
        async with watching(cluster, PODS, f"resourceVersion={version}") as watch:
            assert await watch.told(2) == [("ADDED", "two"), ("MODIFIED", "one")]
            await hand.delete("one")
            assert await watch.told(1) == [("DELETED", "one")]

    talk(conversation)


def test_nothing_is_lost_between_a_list_and_its_watch(cluster: Cluster, hand: Hand) -> None:
    """Watches that begin while somebody writes: each sees every change after its revision, once and in order."""

    async def conversation() -> None:
        start = (await hand.fresh()).revision

        async def writes() -> None:
            for number in range(10):
                await hand.create(f"pod-{number}")

        async def follows() -> list[tuple[str, str]]:
            async with watching(cluster, PODS, f"resourceVersion={start}") as watch:
                return await watch.told(10)

        *seen, _ = await asyncio.gather(*(follows() for _ in range(3)), writes())
        assert seen == [[("ADDED", f"pod-{number}") for number in range(10)]] * 3

    talk(conversation)


def test_other_namespaces_and_kinds_are_not_told(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        version = (await hand.fresh()).revision
        async with (
            watching(cluster, "api/v1/namespaces/kube-system/pods", f"resourceVersion={version}") as elsewhere,
            watching(cluster, "api/v1/services", f"resourceVersion={version}") as services,
            watching(cluster, "api/v1/pods", f"resourceVersion={version}") as everywhere,
        ):
            await hand.create("one")
            assert await everywhere.told(1) == [("ADDED", "one")]
            assert await elsewhere.is_quiet()
            assert await services.is_quiet()

    talk(conversation)


# --- selectors ---------------------------------------------------------------------------------------------------


def test_what_comes_under_a_selector_is_added_and_what_leaves_it_is_deleted(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        await hand.create("old", {"app": "web"})
        await hand.create("other", {"app": "db"})
        async with watching(cluster, PODS, "labelSelector=app%3Dweb") as watch:
            assert await watch.told(1) == [("ADDED", "old")]
            await hand.label("other", {"app": "web"})
            assert await watch.told(1) == [("ADDED", "other")]
            await hand.label("other", {"app": "web", "more": "yes"})
            assert await watch.told(1) == [("MODIFIED", "other")]
            left = await hand.label("other", {"app": "db"})
            event = await watch.next()
            assert (event["type"], event["object"]["metadata"]["name"]) == ("DELETED", "other")
            # The object as it was when it was last chosen, at the revision at which it ceased to be.
            assert event["object"]["metadata"]["labels"] == {"app": "web", "more": "yes"}
            assert event["object"]["metadata"]["resourceVersion"] == left["metadata"]["resourceVersion"]
            await hand.delete("other")
            await hand.create("third", {"app": "db"})
            assert await watch.is_quiet()
            await hand.delete("old")
            assert await watch.told(1) == [("DELETED", "old")]

    talk(conversation)


def test_a_watch_that_goes_on_knows_what_was_chosen_before(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        await hand.create("one", {"app": "web"})
        version = (await hand.create("two", {"app": "db"}))["metadata"]["resourceVersion"]
        await hand.label("one", {"app": "db"})
        await hand.label("two", {"app": "web"})
        async with watching(cluster, PODS, f"labelSelector=app%3Dweb&resourceVersion={version}") as watch:
            assert await watch.told(2) == [("DELETED", "one"), ("ADDED", "two")]

    talk(conversation)


def test_a_pod_that_is_bound_leaves_the_unbound_ones(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with watching(cluster, PODS, "fieldSelector=spec.nodeName%3D") as watch:
            await hand.create("one")
            assert await watch.told(1) == [("ADDED", "one")]
            await hand.run(5)
            assert await watch.told(1) == [("DELETED", "one")]
            assert await watch.is_quiet()

    talk(conversation)


def test_one_object_by_its_name(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with watching(cluster, PODS, "fieldSelector=metadata.name%3Dtwo") as watch:
            await hand.create("one")
            await hand.create("two")
            assert await watch.told(1) == [("ADDED", "two")]
            assert await watch.is_quiet()

    talk(conversation)


# --- bookmarks and the initial list ------------------------------------------------------------------------------


def test_the_initial_list_ends_with_a_bookmark(cluster: Cluster, hand: Hand) -> None:
    query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"

    async def conversation() -> None:
        await hand.create("one")
        newest = (await hand.create("two"))["metadata"]["resourceVersion"]
        async with watching(cluster, PODS, query) as watch:
            assert await watch.told(2) == [("ADDED", "one"), ("ADDED", "two")]
            event = await watch.next()
            assert event["type"] == "BOOKMARK"
            meta = event["object"]["metadata"]
            assert meta["annotations"] == {"k8s.io/initial-events-end": "true"}
            assert meta["resourceVersion"] == newest
            assert event["object"]["kind"] == "Pod"
            await hand.delete("one")
            assert await watch.told(1) == [("DELETED", "one")]

    talk(conversation)


def test_bookmarks_come_to_who_asks_for_them(cluster: Cluster, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BOOKMARK_EVERY", 0.2)
    monkeypatch.setattr(server, "_STEP", 0.1)

    async def conversation() -> None:
        version = (await hand.create("one"))["metadata"]["resourceVersion"]
        query = f"resourceVersion={version}"
        async with (
            watching(cluster, "api/v1/services", f"{query}&allowWatchBookmarks=true") as told,
            watching(cluster, "api/v1/services", query) as untold,
        ):
            newest = (await hand.create("two"))["metadata"]["resourceVersion"]
            for _ in range(20):
                event = await told.next()
                assert event["type"] == "BOOKMARK"
                if event["object"]["metadata"]["resourceVersion"] == newest:
                    break
            assert int(newest) == int(event["object"]["metadata"]["resourceVersion"])
            assert await untold.is_quiet(0.5)

    talk(conversation)


# --- the end -----------------------------------------------------------------------------------------------------


def forget_the_oldest(cluster: Cluster) -> int:
    """What the compaction does, sooner; the first revision that can be followed."""
    with store.locked(cluster.pk) as held:
        held.compacted = held.revision
        Change.objects.filter(cluster=held, revision__lte=held.compacted).delete()
        held.save(update_fields=["compacted"])
    return held.compacted


def test_a_revision_that_is_forgotten_is_gone(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        version = (await hand.create("one"))["metadata"]["resourceVersion"]
        await hand.create("two")
        oldest = await sync_to_async(forget_the_oldest)(cluster)
        async with watching(cluster, PODS, f"resourceVersion={version}") as watch:
            event = await watch.next()
            assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
            assert event["object"]["reason"] == "Expired"
            assert event["object"]["message"] == f"too old resource version: {version} ({oldest})"
            assert await watch.next() == {} and watch.ended
        async with watching(cluster, PODS, f"resourceVersion={oldest}") as watch:
            await hand.create("three")
            assert await watch.told(1) == [("ADDED", "three")]

    talk(conversation)


def test_a_reset_ends_the_watches(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        await hand.create("one")
        async with watching(cluster, PODS) as watch:
            assert await watch.told(1) == [("ADDED", "one")]
            await sync_to_async(clusters.reset)(cluster)
            event = await watch.next()
            assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
        async with watching(cluster, PODS) as watch:
            await hand.create("two")
            assert await watch.told(1) == [("ADDED", "two")]

    talk(conversation)


def test_a_cluster_that_is_deleted_ends_the_watches(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_LOOK", 0.2)

    async def conversation() -> None:
        async with watching(cluster, PODS) as watch:
            await sync_to_async(Cluster.objects.filter(pk=cluster.pk).delete)()
            event = await watch.next()
            assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
            assert event["object"]["message"] == "the cluster is gone"

    talk(conversation)


def test_a_watch_ends_when_its_time_is_over(cluster: Cluster) -> None:
    async def conversation() -> None:
        async with watching(cluster, PODS, "timeoutSeconds=1") as watch:
            assert await watch.next() == {}
            assert watch.ended

    talk(conversation)


def test_a_client_that_goes_away_leaves_no_tail_behind(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with watching(cluster, PODS) as one, watching(cluster, "api/v1/services") as other:
            await hand.create("web")
            assert await one.told(1) == [("ADDED", "web")]
            assert (await other.told(1))[0][0] == "ADDED"
            assert [tail.followers for tail in feed._tails.values()] == [2]
        assert feed._tails == {}

    talk(conversation)


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("resourceVersion=abc", 422, "resourceVersion"),
        ("resourceVersion=-1", 422, "resourceVersion"),
        ("labelSelector=%3D%3D", 400, "found '==', expected"),
        ("fieldSelector=spec.colour%3Dred", 400, "field label not supported"),
        ("sendInitialEvents=true", 422, "resourceVersionMatch"),
        ("resourceVersionMatch=Exact", 422, "sendInitialEvents"),
        ("timeoutSeconds=soon", 400, "soon"),
    ],
)
def test_bad_options_are_refused_in_words(cluster: Cluster, query: str, code: int, words: str) -> None:
    async def conversation() -> None:
        async with watching(cluster, PODS, query) as watch:
            assert watch.status == code
            assert words in (await watch.next())["message"]

    talk(conversation)
