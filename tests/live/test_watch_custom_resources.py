"""A watch of custom resources ends with their definition, as upstream closes it with the storage."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simulator import store
from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.objects import set_in
from simulator.engine.registry import KINDS, Body
from simulator.models import Cluster
from tests.live.conftest import CAUSE, Hand, talk, watching

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

CRONTAB: Body = yaml.safe_load((Path(__file__).parents[1] / "crontab.yaml").read_text())
NAME = "crontabs.stable.example.com"
TABS = "apis/stable.example.com/v1/namespaces/default/crontabs"


def define(work: store.Transaction) -> None:
    made = work.create(KINDS[DEFINITIONS], CRONTAB, CAUSE)
    told = {"acceptedNames": made["spec"]["names"], "conditions": [{"type": "Established", "status": "True"}]}
    work.update(KINDS[DEFINITIONS], {**made, "status": {**made["status"], **told}}, CAUSE, subresource="status")


def add(name: str, work: store.Transaction) -> None:
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": {"cronSpec": "* * * * *"}}
    work.create(work.kinds[NAME], body, CAUSE)


def test_a_watch_tells_of_each_object_and_ends_with_the_definition(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        await hand._write(define)
        async with watching(cluster, TABS) as watch:
            await hand._write(lambda work: add("one", work))
            assert await watch.told(1) == [("ADDED", "one")]
            await hand._write(lambda work: work.delete(KINDS[DEFINITIONS], "", NAME, CAUSE))
            await hand.run(10)
            assert await watch.told(1) == [("DELETED", "one")]
            assert await watch.next() == {}
            assert watch.ended
        async with watching(cluster, TABS) as refused:
            assert refused.status == 404
            await refused.next()

    talk(conversation)


def test_a_watch_ends_when_the_schema_changes(cluster: Cluster, hand: Hand) -> None:
    def change(work: store.Transaction) -> None:
        held = work.get(DEFINITIONS, "", NAME)
        assert held is not None
        path = ("schema", "openAPIV3Schema", "properties", "spec", "properties", "more")
        version = set_in(held["spec"]["versions"][0], path, {"type": "string"})
        work.update(KINDS[DEFINITIONS], set_in(held, ("spec", "versions"), [version]), CAUSE)

    async def conversation() -> None:
        await hand._write(define)
        async with watching(cluster, TABS) as watch:
            await hand._write(change)
            assert await watch.next() == {}
            assert watch.ended

    talk(conversation)
