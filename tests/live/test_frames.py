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
from simulator.live import frames
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
