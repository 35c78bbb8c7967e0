"""The one writer: compare-and-set, revisions, the log, all or nothing."""

from __future__ import annotations

import pytest

from simulator import clusters, reading, runner, store
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.errors import StatusError
from simulator.engine.registry import KINDS, Body, Key
from simulator.models import Change, Cluster, KubeObject, Memory

pytestmark = pytest.mark.django_db(transaction=True)

CAUSE = Cause("test", "create", "{user} created it.", {"user": "test"})
CONFIG_MAPS = KINDS["configmaps"]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """News is written down, not sent: these tests have no Redis."""
    told: list[tuple[int, bool]] = []
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: told.append((cluster.revision, wake)))
    return told


@pytest.fixture
def cluster() -> Cluster:
    made = clusters.create("lab", nodes=topology.of_size(2))
    return clusters.control(made, "pause")


def config(name: str, **data: str) -> Body:
    return {"metadata": {"name": name, "namespace": "default"}, "data": data}


def create(cluster: Cluster, body: Body) -> Body:
    return store.write(cluster, lambda work: work.create(CONFIG_MAPS, body, CAUSE))


def test_a_write_is_stored_logged_and_told(cluster: Cluster, quiet: list[tuple[int, bool]]) -> None:
    before = Cluster.objects.get(pk=cluster.pk).revision
    quiet.clear()
    made = create(cluster, config("one", key="value"))
    after = Cluster.objects.get(pk=cluster.pk).revision
    assert after == before + 1 == int(made["metadata"]["resourceVersion"])
    assert KubeObject.objects.get(cluster=cluster, resource="configmaps", name="one").body == made
    logged = Change.objects.get(cluster=cluster, revision=after)
    assert (logged.operation, logged.body, logged.component) == ("ADDED", made, "test")
    assert quiet == [(after, False)], "a paused cluster's worker is not woken"


@pytest.mark.parametrize(
    ("name", "expected", "code"),
    [("no expectation", None, None), ("the present version", "present", None), ("a stale version", "1", 409)],
)
def test_compare_and_set(cluster: Cluster, name: str, expected: str | None, code: int | None) -> None:
    made = create(cluster, config("one", key="old"))
    version = made["metadata"]["resourceVersion"] if expected == "present" else expected
    body = {**made, "data": {"key": "new"}}

    def update(work: store.Transaction) -> Body:
        return work.update(CONFIG_MAPS, body, CAUSE, expected=version)

    if code is None:
        assert store.write(cluster, update)["data"] == {"key": "new"}
    else:
        with pytest.raises(StatusError) as refused:
            store.write(cluster, update)
        assert refused.value.code == code
        assert "the object has been modified" in refused.value.message


def test_an_update_that_changes_nothing_is_no_change(cluster: Cluster) -> None:
    made = create(cluster, config("one", key="value"))
    again = store.write(cluster, lambda work: work.update(CONFIG_MAPS, made, CAUSE))
    assert again == made
    assert Cluster.objects.get(pk=cluster.pk).revision == int(made["metadata"]["resourceVersion"])


def test_nothing_is_half_written(cluster: Cluster) -> None:
    before = Cluster.objects.get(pk=cluster.pk).revision

    def two(work: store.Transaction) -> None:
        work.create(CONFIG_MAPS, config("first"), CAUSE)
        work.create(CONFIG_MAPS, config("Not A Name"), CAUSE)

    with pytest.raises(StatusError):
        store.write(cluster, two)
    assert not KubeObject.objects.filter(cluster=cluster, name="first").exists()
    assert Cluster.objects.get(pk=cluster.pk).revision == before


def test_a_dry_run_leaves_no_trace(cluster: Cluster) -> None:
    made = store.write(cluster, lambda work: work.create(CONFIG_MAPS, config("dry"), CAUSE), dry_run=True)
    assert made["metadata"]["uid"]
    assert not KubeObject.objects.filter(cluster=cluster, name="dry").exists()


def test_a_transaction_sees_its_own_writes(cluster: Cluster) -> None:
    def work(work: store.Transaction) -> list[bool]:
        work.create(CONFIG_MAPS, config("mine"), CAUSE)
        seen = [work.get("configmaps", "default", "mine") is not None]
        work.delete(CONFIG_MAPS, "default", "mine", CAUSE)
        listed = [body["metadata"]["name"] for body in work.list("configmaps", "default")]
        return [*seen, work.get("configmaps", "default", "mine") is None, "mine" not in listed]

    assert all(store.write(cluster, work))
    assert not KubeObject.objects.filter(cluster=cluster, name="mine").exists()


def test_the_log_tells_what_an_object_was_before(cluster: Cluster) -> None:
    made = create(cluster, config("one", key="old"))
    store.write(cluster, lambda work: work.update(CONFIG_MAPS, {**made, "data": {"key": "new"}}, CAUSE))
    revision = Cluster.objects.get(pk=cluster.pk).revision
    before = reading.change_before(cluster, "configmaps", Key("default", "one"), revision)
    assert before is not None
    assert before.body["data"] == {"key": "old"}


def test_a_compacted_log_says_so(cluster: Cluster) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(compacted=10)
    with pytest.raises(reading.Compacted) as gone:
        reading.changes(cluster, 9)
    assert gone.value.oldest == 10


def test_a_worker_with_an_old_fence_is_thrown_out(cluster: Cluster) -> None:
    runner.Runner("first").tick(cluster.pk)
    Cluster.objects.filter(pk=cluster.pk).update(held_until=0)
    runner.Runner("second").tick(cluster.pk)
    held = Cluster.objects.get(pk=cluster.pk)
    plane = runner.load(held)
    plane.world.create("configmaps", config("late"), CAUSE)
    with pytest.raises(store.Fenced), store.locked(cluster.pk) as locked:
        store.commit(locked, plane.world.drain(), fence=held.fence - 1)
    assert not KubeObject.objects.filter(cluster=cluster, name="late").exists()


def test_a_held_cluster_is_left_alone(cluster: Cluster) -> None:
    clusters.control(cluster, "step", by=60)
    runner.Runner("first").tick(cluster.pk)
    create(cluster, config("one"))
    outcome = runner.Runner("second").tick(cluster.pk)
    assert not outcome.more
    assert Cluster.objects.get(pk=cluster.pk).holder == "first"


def test_a_still_cluster_is_not_loaded(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Cluster] = []
    real = runner.load
    monkeypatch.setattr(runner, "load", lambda one: loaded.append(one) or real(one))
    runner.Runner("settles").tick(cluster.pk)
    loaded.clear()
    assert runner.Runner("another").tick(cluster.pk) == runner.Outcome(more=False, wait=None)
    assert loaded == []
    create(cluster, config("one"))
    Cluster.objects.filter(pk=cluster.pk).update(held_until=0)
    runner.Runner("another").tick(cluster.pk)
    assert loaded == [cluster], "there is something to hear"


def test_what_is_due_is_worked_out_again_when_a_way_to_an_instant_is_given_up(cluster: Cluster) -> None:
    worker = runner.Runner("only")
    clusters.control(cluster, "step", by=60)
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)
    before = Cluster.objects.get(pk=cluster.pk)
    clusters.play_until(cluster, before.now + 5_000_000)
    assert Cluster.objects.get(pk=cluster.pk).due != before.due, "the goal counts as due"
    clusters.control(cluster, "pause")
    worker.tick(cluster.pk)
    assert Cluster.objects.get(pk=cluster.pk).due == before.due


def test_a_tick_that_fails_has_not_happened(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    create(cluster, config("one"))
    clusters.control(cluster, "step", by=60)
    before = list(Memory.objects.filter(cluster=cluster).order_by("pk").values())
    worker = runner.Runner("only")

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("simulator.rows.remember", full)
        with pytest.raises(OSError, match="No space"):
            worker.tick(cluster.pk)
    assert list(Memory.objects.filter(cluster=cluster).order_by("pk").values()) == before
    worker.tick(cluster.pk)
    assert Cluster.objects.get(pk=cluster.pk).until is None


def test_a_reloaded_world_remembers_everything(cluster: Cluster) -> None:
    clusters.control(cluster, "step", by=1)
    worker = runner.Runner("only")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)
    held = worker._planes[cluster.pk].world
    fresh = runner.load(Cluster.objects.get(pk=cluster.pk)).world
    assert fresh.memories() == held.memories()
    for kind in KINDS:
        assert fresh.list(kind.resource) == held.list(kind.resource)


@pytest.mark.parametrize(
    ("name", "paused", "speed", "due", "at", "reached"),
    [
        ("it runs with the wall clock", False, 1.0, None, 1_500, 1_500),
        ("ten times as fast", False, 10.0, None, 1_100, 2_000),
        ("never past what is due", False, 10.0, 1_300, 1_100, 1_300),
        ("a due instant that has passed", False, 1.0, 900, 1_100, 1_000),
        ("it stands while paused", True, 1.0, None, 5_000, 1_000),
        ("as fast as possible has no line", False, 0.0, None, 5_000, 1_000),
        ("a wall clock that went back", False, 1.0, None, 500, 1_000),
    ],
)
def test_the_instant_of_a_write(name: str, paused: bool, speed: float, due: int | None, at: int, reached: int) -> None:
    cluster = Cluster(name="x", born=0, now=1_000, anchor=1_000, paused=paused, speed=speed, due=due)
    assert store.instant(cluster, at) == reached
