"""Who may no longer look at a cluster that they follow."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from simulator.live import permission
from simulator.models import Cluster
from tests.live.conftest import Browser, Hand, talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]


def test_a_cluster_that_is_closed_to_guests_is_gone_for_them(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            await sync_to_async(Cluster.objects.filter(pk=cluster.pk).update)(shared=False)
            await hand.create("web")
            assert await browser.until(lambda message: message["t"] == "gone") == {"t": "gone", "reason": "forbidden"}

    talk(conversation)


@pytest.mark.parametrize(("age", "expected"), [(0.0, ["gone"]), (60.0, ["frame", "gone"])], ids=["stale", "of late"])
def test_who_may_no_longer_look_gets_at_most_what_comes_while_it_is_asked(
    cluster: Cluster, hand: Hand, monkeypatch: pytest.MonkeyPatch, age: float, expected: list[str]
) -> None:
    monkeypatch.setattr(permission, "_GOOD", 0.0)
    monkeypatch.setattr(permission, "_STALE", age)

    async def conversation() -> None:
        async with Browser() as browser:
            await browser.next()
            await hand.create("first")
            await browser.until(lambda message: bool(message.get("set")))
            monkeypatch.setattr(permission.access, "may_see", lambda scope, cluster: False)
            await hand.create("second")
            assert [(await browser.next())["t"] for _ in expected] == expected

    talk(conversation)
