"""The objects at any revision that the log reaches back to, before and after it is cut."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import clusters, reading, store, tasks
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.registry import KINDS, Body
from simulator.models import Change, Cluster
from simulator.past import PastReader

pytestmark = pytest.mark.django_db

CAUSE = Cause("test", "test", "A test did it.")
CONFIG_MAPS = KINDS["configmaps"]
STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=14)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


@pytest.fixture
def cluster() -> Cluster:
    return clusters.control(clusters.create("lab", nodes=topology.of_size(1)), "pause")


def step(cluster: Cluster, name: str, keeps: bool) -> tuple[int, list[Body]]:
    """Makes, changes or deletes an object; the revision and what there is then."""

    def work(work: store.Transaction) -> None:
        held = work.get("configmaps", "lab", name)
        if held is None:
            work.create(CONFIG_MAPS, {"metadata": {"name": name, "namespace": "lab"}, "data": {"n": "0"}}, CAUSE)
        elif keeps:
            work.update(CONFIG_MAPS, {**held, "data": {"n": str(int(held["data"]["n"]) + 1)}}, CAUSE)
        else:
            work.delete(CONFIG_MAPS, "lab", name, CAUSE)

    store.write(cluster, work)
    return reading.revision_of(cluster), reading.DatabaseReader(cluster).list("configmaps")


def cut(cluster: Cluster, kept: int) -> int:
    """What the compaction does, with a log of another length; the first revision that can be asked about."""
    Cluster.objects.filter(pk=cluster.pk).update(heard=reading.revision_of(cluster))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tasks, "_KEEP", kept)
        tasks.compact()
    return Cluster.objects.get(pk=cluster.pk).compacted


def make_namespace(cluster: Cluster) -> None:
    if reading.DatabaseReader(cluster).get("namespaces", "", "lab") is None:
        store.write(cluster, lambda work: work.create(KINDS["namespaces"], {"metadata": {"name": "lab"}}, CAUSE))


@given(STEPS, st.integers(0, 14))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_revision_is_as_it_was_seen(cluster: Cluster, steps: list[tuple[str, bool]], kept: int) -> None:
    make_namespace(cluster)
    seen = [step(cluster, *one) for one in steps]
    for revision, bodies in seen:
        assert PastReader(cluster, revision).list("configmaps") == bodies
    oldest = cut(cluster, kept)
    assert oldest >= seen[-1][0] - kept - kept // 10
    for revision, bodies in seen:
        if revision >= oldest:
            reader = PastReader(cluster, revision)
            assert reader.list("configmaps") == bodies
            page = reading.page_at(cluster, "configmaps", None, revision=revision, after=None, size=100)
            assert [orjson.loads(row.text) for row in page.texts] == bodies
        else:
            with pytest.raises(reading.Compacted):
                PastReader(cluster, revision)


def test_one_namespace_and_one_object(cluster: Cluster) -> None:
    make_namespace(cluster)
    revision, _ = step(cluster, "a", True)
    step(cluster, "a", True)
    reader = PastReader(cluster, revision)
    held = reader.get("configmaps", "lab", "a")
    assert held and held["data"] == {"n": "0"}
    assert reader.get("configmaps", "lab", "b") is None
    assert reader.list("configmaps", "lab") == [held]
    assert reader.list("configmaps", "la") == []


def test_the_cut_log_keeps_what_each_object_last_was_and_no_more(cluster: Cluster) -> None:
    make_namespace(cluster)
    for name, keeps in (("a", True), ("a", True), ("a", True), ("b", True), ("b", False), ("c", True)):
        step(cluster, name, keeps)
    oldest = cut(cluster, 1)
    left = Change.objects.filter(cluster=cluster, resource="configmaps", namespace="lab", revision__lte=oldest)
    assert [(one.name, one.body["data"]) for one in left] == [("a", {"n": "2"})]
