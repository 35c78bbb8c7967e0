"""The contract of the browser's frames: a snapshot and the frames after it make a fresh snapshot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import clusters, reading, runner, store
from simulator.engine.causes import Cause
from simulator.engine.errors import StatusError
from simulator.engine.registry import KINDS, Body
from simulator.live import frames, picture
from simulator.live.crowd import NOWHERE
from simulator.models import Cluster

pytestmark = pytest.mark.django_db

CAUSE = Cause("test", "write", "{user} wrote it.", {"user": "test"})


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


def pod(name: str) -> Body:
    spec = {"containers": [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}]}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


def deployment(name: str, replicas: int) -> Body:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod(name)["spec"]}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


def do(cluster: Cluster, action: tuple[Any, ...]) -> None:
    match action:
        case ("pod", name):
            store.write(cluster, lambda work: work.create(KINDS["pods"], pod(name), CAUSE))
        case ("deployment", name, replicas):
            store.write(cluster, lambda work: work.create(KINDS["deployments.apps"], deployment(name, replicas), CAUSE))
        case ("delete", resource, name):
            store.write(cluster, lambda work: work.delete(KINDS[resource], "default", name, CAUSE))
        case ("run", seconds):
            clusters.control(cluster, "step", by=seconds)
            worker = runner.Runner("test")
            while Cluster.objects.get(pk=cluster.pk).until is not None:
                worker.tick(cluster.pk)


NAMES = st.sampled_from(["a", "b", "c"])
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("pod"), NAMES),
        st.tuples(st.just("deployment"), NAMES, st.integers(0, 4)),
        st.tuples(st.just("delete"), st.sampled_from(["pods", "deployments.apps"]), NAMES),
        st.tuples(st.just("run"), st.floats(0.05, 20)),
    ),
    min_size=1,
    max_size=12,
)


def drawn(message: dict[str, Any]) -> dict[str, Any]:
    return {one["id"]: one for one in message["objects"]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_snapshot_and_frames_make_a_fresh_snapshot(actions: list[tuple[Any, ...]]) -> None:
    Cluster.objects.all().delete()
    cluster = clusters.control(clusters.create("lab", latency="classroom"), "pause")
    revision, first = frames.snapshot(cluster, "en")
    picture = drawn(first)
    for action in actions:
        try:
            do(cluster, action)
        except StatusError as refused:
            assert refused.code in (404, 409), refused.message
        changes = reading.changes(cluster, revision)
        part = frames.difference(changes, "en")
        picture |= {one["id"]: one for one in part["set"]}
        for gone in part["gone"]:
            picture.pop(gone, None)
        revision = changes[-1].revision if changes else revision
    assert picture == drawn(frames.snapshot(cluster, "en")[1])


def test_the_log_is_told_in_the_readers_language() -> None:
    cluster = clusters.create("lab")
    _, english = frames.snapshot(cluster, "en")
    assert english["log"]
    assert all("{" not in line["sentence"] for line in english["log"])


def held(large: picture.Picture) -> dict[str, Any]:
    """The crowd by names, whatever slots and numbers it has."""
    crowd = large.crowd
    arrays = crowd.whole()
    pods = {
        key: (
            crowd.groups[arrays["group"][slot]],
            "" if arrays["node"][slot] == NOWHERE else crowd.nodes[arrays["node"][slot]],
            int(arrays["look"][slot]),
            int(arrays["restarts"][slot]),
        )
        for key, slot in crowd.slots.items()
    }
    sums = {name: list(row) for name, row in zip(crowd.nodes, arrays["sums"], strict=True) if any(row)}
    return {"pods": pods, "sums": sums}


def told(arrays: dict[str, Any], kept: dict[str, Any]) -> None:
    """What the browser does with a frame."""
    for at, slot in enumerate(arrays["slot"]):
        for name in ("group", "node", "look", "restarts"):
            kept[name][int(slot)] = int(arrays[name][at])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_a_large_clusters_picture_and_its_frames_make_a_fresh_picture(actions: list[tuple[Any, ...]]) -> None:
    Cluster.objects.all().delete()
    cluster = clusters.control(clusters.create("lab", latency="classroom"), "pause")
    followed = picture.Picture(cluster)
    followed.read(lambda done, of: None)
    kept = {name: dict(enumerate(array.tolist())) for name, array in followed.crowd.whole().items() if name != "sums"}
    for action in actions:
        try:
            do(cluster, action)
        except StatusError as refused:
            assert refused.code in (404, 409), refused.message
        told(followed.apply(reading.changes(cluster, followed.revision)).crowd.arrays, kept)
    fresh = picture.Picture(cluster)
    fresh.read(lambda done, of: None)
    assert held(followed) == held(fresh)
    assert kept == {n: dict(enumerate(a.tolist())) for n, a in followed.crowd.whole().items() if n != "sums"}
    assert {one["id"]: one for one in followed.snapshot_objects()} == {
        one["id"]: one for one in fresh.snapshot_objects()
    }


@pytest.mark.parametrize(
    ("resource", "body", "kind"),
    [
        ("configmaps", {"metadata": {"name": "a", "namespace": "b", "uid": "1", "resourceVersion": "7"}}, "ConfigMap"),
        (
            "widgets.example.com",
            {"kind": "Widget", "metadata": {"name": "a", "uid": "1", "resourceVersion": "7"}},
            "Widget",
        ),
    ],
    ids=["a kind that says nothing of itself", "a custom resource"],
)
def test_every_kind_has_a_sketch(resource: str, body: Body, kind: str) -> None:
    sketch = frames.sketch(resource, body)
    assert sketch is not None
    assert (sketch["kind"], sketch["name"], sketch["labels"], sketch["owner"]) == (kind, "a", {}, None)


def test_a_long_message_comes_in_parts_that_make_it_again() -> None:
    message = bytes(range(256)) * 11
    parts = list(picture.parted(message, 1000))
    assert [part[0] for part in parts] == [1, 1, 0]
    assert b"".join(part[1:] for part in parts) == message
