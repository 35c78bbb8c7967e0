"""Back to an instant of a cluster that plays: people write between the ticks, and what is due may be looked at late."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import branches, clusters, runner, store
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.registry import KINDS
from simulator.models import Cluster
from tests.store.test_branches import DEPLOYMENTS, FIXED, made, run, same, state, web, write

pytestmark = pytest.mark.django_db

CAUSE = Cause("test", "test", "A test did it.", {"user": "test"})
Script = list[tuple[int, int | None]]
"""By instant, in milliseconds: a number of replicas that somebody asks for, or None for a tick."""
INSTANTS = st.integers(0, 20_000)
SCRIPTS = st.lists(st.tuples(INSTANTS, st.sampled_from([None, None, 1, 3, 5])), min_size=4, max_size=14).map(
    lambda script: sorted(script, key=lambda step: step[0])
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


def autoscaler() -> dict[str, Any]:
    """Its looks are housekeeping while they change nothing: nobody is woken for them."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 6}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def begun() -> Cluster:
    """A cluster with pods some of which fit nowhere, and with an autoscaler."""
    Cluster.objects.all().delete()
    cluster = made()
    body = web(4, "nginx:1.27")
    body["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "1500m"
    store.write(cluster, lambda work: work.create(DEPLOYMENTS, body, CAUSE))
    kind = KINDS["horizontalpodautoscalers.autoscaling"]
    store.write(cluster, lambda work: work.create(kind, autoscaler(), CAUSE))
    return cluster


def play(cluster: Cluster, script: Script, after: int = -1) -> None:
    """Lets a cluster play by a clock of the test's, with a worker that keeps its world all the while."""
    worker = runner.Runner("test")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "wall", lambda: FIXED + max(after, 0) * 1000)
        patched.setattr(runner, "_SLICE", 10 * SECOND)
        clusters.control(cluster, "play")
        for at, replicas in [(max(after, 0), None), *(step for step in script if step[0] > after), (25_000, None)]:
            patched.setattr(store, "wall", lambda at=at: FIXED + at * 1000)
            if replicas is None:
                worker.tick(cluster.pk)
            else:
                write(cluster, replicas, "nginx:1.27")
    cluster.refresh_from_db()


@given(SCRIPTS, INSTANTS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_branch_of_a_playing_cluster_goes_on_as_it_did(script: Script, back: int) -> None:
    cluster = begun()
    play(cluster, script)
    branch = branches.branch(cluster, FIXED + back * 1000)
    run(branch, back / 1000)
    assert branch.now == FIXED + back * 1000
    play(branch, script, back)
    same(state(branch), state(cluster))
