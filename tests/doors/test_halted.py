"""A component that raises what it should not have: the cluster stops, everybody is told why, and may have it go on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator import runner, tasks
from simulator.engine.controllers.replicaset import ReplicaSetController
from simulator.engine.registry import Key
from simulator.live import frames
from simulator.models import Cluster, KubeObject
from tests.doors.conftest import post

pytestmark = pytest.mark.django_db

CONTROL = "/c/demo/control"
TOLD = {
    "component": "replicaset-controller",
    "doing": "default/web",
    "error": "KeyError",
    "text": "'a field that is not there'",
}
RECONCILE = ReplicaSetController.reconcile


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of its own, which nobody wakes and which takes its time."""
    monkeypatch.setattr("simulator.runner._SLICE", 60_000_000)
    monkeypatch.setattr("simulator.tasks._runner", runner.Runner("test"))
    monkeypatch.setattr("simulator.news.wake_up", lambda *args, **kwargs: None)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def fail(self: ReplicaSetController, key: Key) -> None:
        if key == ("default", "web"):
            raise KeyError("a field that is not there")
        RECONCILE(self, key)

    monkeypatch.setattr(ReplicaSetController, "reconcile", fail)
    return monkeypatch


def fresh(cluster: Cluster) -> Cluster:
    return Cluster.objects.get(pk=cluster.pk)


def apply(kubectl: Client) -> None:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    body = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": labels}, "template": template}}
    assert post(kubectl, "/k8s/demo/apis/apps/v1/namespaces/default/replicasets", body).status_code == 201


def step(guest: Client, demo: Cluster) -> dict[str, Any]:
    """Has the cluster go on for a second, and its worker do so once; the clock that the page is shown then."""
    clock: dict[str, Any] = post(guest, CONTROL, {"do": "step", "by": 1}).json()
    assert clock["halted"] is None
    tasks.advance(demo.pk)
    return frames.clock(fresh(demo))


def test_it_stops_and_says_why(
    guest: Client, demo: Cluster, kubectl: Client, broken: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    apply(kubectl)
    before = fresh(demo)
    clock = step(guest, demo)
    assert clock["halted"] == TOLD
    assert clock["paused"] is True
    after = fresh(demo)
    assert (after.revision, after.now, after.until) == (before.revision, before.now, None)
    assert "Traceback" in caplog.text, "the log has it all"
    assert frames.snapshot(demo, "en")[1]["clock"]["halted"] == TOLD


def test_it_does_not_try_again_by_itself(
    guest: Client, demo: Cluster, kubectl: Client, broken: pytest.MonkeyPatch
) -> None:
    apply(kubectl)
    step(guest, demo)
    woken: list[int] = []
    broken.setattr("simulator.news.wake_up", lambda pk, shard, **kwargs: woken.append(pk))
    tasks.sweep()
    assert woken == []
    Cluster.objects.update(halted=None)
    tasks.sweep()
    assert woken == [demo.pk], "the worker has yet to hear of the ReplicaSet"
    Cluster.objects.update(halted=TOLD)
    tasks.advance(demo.pk)
    assert fresh(demo).halted == TOLD


@pytest.mark.parametrize("order", [{"do": "play"}, {"do": "step"}, {"do": "step", "by": 5}, {"do": "reset"}])
def test_whoever_has_it_go_on_takes_the_error_away(
    guest: Client, demo: Cluster, kubectl: Client, broken: pytest.MonkeyPatch, order: dict[str, Any]
) -> None:
    apply(kubectl)
    step(guest, demo)
    assert post(guest, CONTROL, order).json()["halted"] is None
    assert fresh(demo).halted is None


@pytest.mark.parametrize("order", [{"do": "pause"}, {"do": "speed", "speed": 2}])
def test_other_orders_leave_it(
    guest: Client, demo: Cluster, kubectl: Client, broken: pytest.MonkeyPatch, order: dict[str, Any]
) -> None:
    apply(kubectl)
    step(guest, demo)
    assert post(guest, CONTROL, order).json()["halted"] == TOLD


def test_it_goes_on_once_the_error_is_gone(
    guest: Client, demo: Cluster, kubectl: Client, broken: pytest.MonkeyPatch
) -> None:
    apply(kubectl)
    assert step(guest, demo)["halted"] == TOLD
    assert step(guest, demo)["halted"] == TOLD, "it fails in the same way"
    broken.setattr(ReplicaSetController, "reconcile", RECONCILE)
    assert step(guest, demo)["halted"] is None
    assert KubeObject.objects.filter(cluster=demo, resource="pods", namespace="default").count() == 1


def test_who_cannot_be_told_of_a_write(
    guest: Client, demo: Cluster, kubectl: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    step(guest, demo)

    def fail(self: Any, change: Any) -> None:
        raise TypeError("no such change")

    monkeypatch.setattr("simulator.engine.world.World.apply", fail)
    apply(kubectl)
    told = {"component": "", "doing": "replicasets.apps default/web", "error": "TypeError", "text": "no such change"}
    assert step(guest, demo)["halted"] == told


def test_a_long_text_is_cut() -> None:
    halted = runner.Halted("scheduler", "default/web", ValueError("x" * 10_000))
    assert len(halted.told["text"]) == 500
