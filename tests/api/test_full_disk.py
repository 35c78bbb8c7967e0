"""A disk that fills up: said in plain words, nothing half-written, and all goes on when there is room again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from simulator import tasks
from simulator.models import Change, Cluster, KubeObject
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)

MAPS = "api/v1/namespaces/default/configmaps"


def config(name: str) -> dict[str, object]:
    return {"metadata": {"name": name}, "data": {"key": "x" * 500_000}}


@contextmanager
def full() -> Iterator[None]:
    """SQLite may not take one page more than it has."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # room that deleted rows have left would be found
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        before = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {before}")


def test_a_write_to_a_full_disk_is_refused_whole(api: Api, cluster: Cluster) -> None:
    revision = Cluster.objects.get(pk=cluster.pk).revision
    with full():
        refused = api.post(MAPS, config("large"))
        assert refused.code == 503
        assert "is full" in refused.message
        assert "free some space" in refused.message
        assert "Traceback" not in refused.text
        assert api.get("api/v1/namespaces/default").code == 200, "reading goes on"
    assert not KubeObject.objects.filter(name="large").exists()
    assert not Change.objects.filter(name="large").exists()
    assert Cluster.objects.get(pk=cluster.pk).revision == revision
    assert api.post(MAPS, config("large")).code == 201


def test_a_tick_on_a_full_disk_has_not_happened(
    api: Api, cluster: Cluster, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pods = {"containers": [{"name": "main", "image": "nginx"}]}
    template = {"metadata": {"labels": {"app": "many"}}, "spec": pods}
    spec = {"replicas": 400, "selector": {"matchLabels": {"app": "many"}}, "template": template}
    body = {"metadata": {"name": "many"}, "spec": spec}
    assert api.post("apis/apps/v1/namespaces/default/deployments", body).code == 201
    Cluster.objects.filter(pk=cluster.pk).update(until=cluster.now + 60_000_000)
    monkeypatch.setattr("simulator.news.wake_up", lambda *args, **kwargs: None)
    monkeypatch.setattr("simulator.runner._SLICE", 60_000_000)
    before = Cluster.objects.get(pk=cluster.pk)
    with full():
        tasks.advance(cluster.pk)
    assert "is full" in caplog.text
    assert "Traceback" not in caplog.text
    after = Cluster.objects.get(pk=cluster.pk)
    assert (after.revision, after.now, after.until) == (before.revision, before.now, before.until)
    tasks.advance(cluster.pk)
    assert KubeObject.objects.filter(cluster=cluster, resource="pods").count() == 400
