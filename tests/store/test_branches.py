"""Back to an instant: a branch and a rewound cluster go on exactly as the cluster did."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import branches, clusters, past_rows, reading, runner, store, tasks
from simulator.clusters import NotUnderstood
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.registry import KINDS
from simulator.models import Change, Cluster, KubeObject, Memory, PastMemory, Tick
from tests.effort import examples

pytestmark = pytest.mark.django_db

CAUSE = Cause("test", "test", "A test did it.", {"user": "test"})
DEPLOYMENTS = KINDS["deployments.apps"]
FIXED = 1_767_225_600_000_000


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


def web(replicas: int, image: str) -> dict[str, Any]:
    labels = {"app": "web"}
    containers = [{"name": "web", "image": image, "resources": {"requests": {"cpu": "50m"}}}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


@pytest.fixture
def cluster() -> Cluster:
    return made()


def made() -> Cluster:
    """A paused cluster whose clock shows FIXED."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "wall", lambda: FIXED)
        cluster = clusters.create("lab", nodes=topology.of_size(3))
    clusters.control(cluster, "pause")
    Cluster.objects.filter(pk=cluster.pk).update(now=FIXED, anchor=FIXED)
    cluster.refresh_from_db()
    return cluster


def run(cluster: Cluster, until: float) -> None:
    """Lets a paused cluster go on to so many seconds after FIXED, in ticks of a worker of its own."""
    cluster.refresh_from_db()
    worker = runner.Runner("test")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)
    cluster.refresh_from_db()
    ahead = FIXED + round(until * SECOND) - cluster.now
    if ahead > 0:
        clusters.control(cluster, "step", by=ahead / SECOND)
        while Cluster.objects.get(pk=cluster.pk).until is not None:
            worker.tick(cluster.pk)
    cluster.refresh_from_db()


def write(cluster: Cluster, replicas: int, image: str) -> None:
    def work(work: store.Transaction) -> None:
        held = work.get("deployments.apps", "default", "web")
        body = web(replicas, image)
        if held is None:
            work.create(DEPLOYMENTS, body, CAUSE)
        else:
            work.update(DEPLOYMENTS, {**held, "spec": {**held["spec"], **body["spec"]}}, CAUSE)

    store.write(cluster, work)


INPUTS = ((1.0, 3, "nginx:1.27"), (9.5, 6, "nginx:1.27"), (9.5, 6, "nginx:1.28"), (21.25, 2, "nginx:1.28"))
END = 40.0


def live(cluster: Cluster, after: float = -1.0) -> None:
    """What people do at their instants, from an instant on, and time up to the end."""
    for at, replicas, image in INPUTS:
        if at > after:
            run(cluster, at)
            write(cluster, replicas, image)
    run(cluster, END)


def state(cluster: Cluster) -> dict[str, Any]:
    """All that a cluster is, without the numbers of its revisions."""
    held = KubeObject.objects.filter(cluster=cluster).values_list("resource", "namespace", "name", "text")
    objects = {tuple(place): re.sub(r'"resourceVersion":"[0-9]+"', "", text) for *place, text in held}
    memories = Memory.objects.filter(cluster=cluster).order_by("component", "key")
    rows = memories.values_list("component", "key", "note", "due")
    told = [(*place, re.sub(r'"led_by":[0-9]+', "", note or ""), due) for *place, note, due in rows]
    return {"objects": objects, "memories": told, "now": cluster.now}


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one["now"] == other["now"]
    assert one["objects"].keys() == other["objects"].keys()
    assert {key for key in one["objects"] if one["objects"][key] != other["objects"][key]} == set()
    assert [memory for memory in one["memories"] if memory not in other["memories"]] == []
    assert len(one["memories"]) == len(other["memories"])


@pytest.mark.longer
@given(at=st.floats(0.0, END).map(lambda seconds: round(seconds, 3)))
@settings(max_examples=examples(3), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_branch_from_any_instant_goes_on_as_the_cluster_did(cluster: Cluster, at: float) -> None:
    if not reading.DatabaseReader(cluster).list("deployments.apps", "default"):
        live(cluster)
    cluster.refresh_from_db()
    branch = branches.branch(cluster, FIXED + round(at * SECOND))
    run(branch, at)
    assert (branch.parent, branch.paused, branch.now) == (cluster, True, FIXED + round(at * SECOND))
    live(branch, at)
    same(state(branch), state(cluster))
    last = list(Change.objects.filter(cluster=cluster).order_by("revision").values_list("revision", "text", "sentence"))
    assert (
        list(Change.objects.filter(cluster=branch).order_by("revision").values_list("revision", "text", "sentence"))
        == last
    )


@pytest.mark.longer
@given(instants=st.lists(st.floats(0.0, END).map(lambda seconds: round(seconds, 3)), min_size=1, max_size=3))
@settings(max_examples=examples(2))
def test_a_rewound_cluster_comes_to_the_same_end(instants: list[float]) -> None:
    Cluster.objects.all().delete()
    cluster = made()
    live(cluster)
    before, revision = state(cluster), cluster.revision
    for at in instants:
        run(cluster, 0)
        branches.rewind(cluster, min(FIXED + round(at * SECOND), cluster.now))
        cluster.refresh_from_db()
        assert cluster.revision > revision
        revision = cluster.revision
    run(cluster, 0)
    live(cluster, (cluster.now - FIXED) / SECOND)
    same(state(cluster), before)


def test_the_revision_at_which_it_was_rewound_is_where_followers_begin(cluster: Cluster) -> None:
    run(cluster, 1)
    write(cluster, 2, "nginx:1.27")
    run(cluster, 20)
    seen = cluster.revision
    branches.rewind(cluster, FIXED + 2 * SECOND)
    for gone in (seen, seen - 3):
        with pytest.raises(reading.Compacted) as raised:
            reading.changes(cluster, gone)
        assert raised.value.oldest == seen + 1
    cluster.refresh_from_db()
    assert reading.changes(cluster, cluster.revision) == []
    run(cluster, 10)
    assert [one.revision for one in reading.changes(cluster, seen + 1)][:2] == [seen + 2, seen + 3]


def test_what_makes_no_sense(cluster: Cluster) -> None:
    run(cluster, 5)
    with pytest.raises(NotUnderstood, match="not got there yet"):
        branches.branch(cluster, FIXED + 6 * SECOND)
    with pytest.raises(NotUnderstood, match="too long ago"):
        branches.rewind(cluster, cluster.born - SECOND)
    assert Cluster.objects.count() == 1


def test_the_family_and_its_names(cluster: Cluster) -> None:
    run(cluster, 2)
    one = branches.branch(cluster, cluster.now)
    two = branches.branch(one, one.now)
    three = branches.branch(cluster, cluster.now, name="what-if")
    assert [one.name, two.name] == ["lab-2", "lab-3"]
    assert [member.name for member in branches.family(two)] == ["lab", "lab-2", "what-if", "lab-3"]
    assert three.shard == 0 and three.token != cluster.token
    clusters.delete(cluster)
    one.refresh_from_db()
    assert one.parent is None and branches.family(two)[0] == one


def test_after_compaction_one_can_still_go_back_as_far_as_the_log_reaches(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(cluster)
    expected = state(cluster)
    monkeypatch.setattr(tasks, "_KEEP", 60)
    tasks.compact()
    cluster.refresh_from_db()
    first = Tick.objects.filter(cluster=cluster).order_by("number").first()
    assert first is not None and first.revision >= cluster.compacted > 0
    assert PastMemory.objects.filter(cluster=cluster, tick__lt=first.number).count() == 0
    branches.rewind(cluster, first.now)
    with pytest.raises(NotUnderstood):
        branches.rewind(cluster, first.now - 1)
    run(cluster, 0)
    live(cluster, (cluster.now - FIXED) / SECOND)
    same(state(cluster), expected)


def test_a_branch_takes_only_so_much_of_the_log_along(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    live(cluster)
    monkeypatch.setattr(past_rows, "LONGEST_LOG", 50)
    made = branches.branch(cluster, FIXED + 30 * SECOND)
    assert made.compacted == made.revision - 50
    assert Change.objects.filter(cluster=made, revision__gt=made.compacted).count() == 50
    run(made, 30)
    again = branches.branch(made, FIXED + 30 * SECOND)
    run(again, 30)
    run(made, END)
    run(again, END)
    same(state(again), state(made))
    same(state(made), state(cluster))


def test_a_reset_cluster_begins_as_it_did_the_first_time(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "wall", lambda: FIXED)
    clusters.reset(cluster)
    first = {row.uid for row in KubeObject.objects.filter(cluster=cluster)}
    cluster.refresh_from_db()
    clusters.reset(cluster)
    assert {row.uid for row in KubeObject.objects.filter(cluster=cluster)} == first
