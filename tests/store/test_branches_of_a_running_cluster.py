"""Back to an instant of a cluster that plays: people write between the ticks, and what is due may be looked at late."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from simulator import branches, clusters, reading, runner, store
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.registry import KINDS
from simulator.models import Change, Cluster
from tests.effort import examples
from tests.store.test_branches import DEPLOYMENTS, FIXED, made, run, same, state, web, write

pytestmark = pytest.mark.django_db

CAUSE = Cause("test", "test", "A test did it.", {"user": "test"})
Script = list[tuple[int, int | None]]
"""By instant, in milliseconds: a number of replicas that somebody asks for, or None for a tick."""
END = 25_000
INSTANTS = st.integers(0, 20_000)
SCRIPTS = st.lists(st.tuples(INSTANTS, st.sampled_from([None, None, 1, 3, 5])), min_size=4, max_size=14).map(
    lambda script: sorted(script, key=lambda step: step[0])
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


@pytest.fixture
def cluster() -> Cluster:
    return made()


def autoscaler() -> dict[str, Any]:
    """Its looks are housekeeping while they change nothing: nobody is woken for them."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 6}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def deploy(cluster: Cluster, cpu: str) -> None:
    """Four pods that ask for so much that some fit nowhere."""
    body = web(4, "nginx:1.27")
    body["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"] = cpu
    store.write(cluster, lambda work: work.create(DEPLOYMENTS, body, CAUSE))


def play(cluster: Cluster, script: Script, end: int = END) -> Script:
    """Lets a cluster play by a clock of the test's, with a worker that keeps its world all the while.

    Returns the instants of the cluster's own clock, in microseconds, at which what was asked for was written: the
    engine comes first, so that is earlier where something is due.
    """
    worker = runner.Runner("test")
    done: Script = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "wall", lambda: cluster.now)
        patched.setattr(runner, "_SLICE", 100 * SECOND)
        clusters.control(cluster, "play")
        for at, replicas in [*script, (end, None)]:
            patched.setattr(store, "wall", lambda at=at: FIXED + at * 1000)
            if replicas is None:
                worker.tick(cluster.pk)
                done.append((FIXED + at * 1000, None))
            else:
                write(cluster, replicas, "nginx:1.27")
                done.append((Cluster.objects.get(pk=cluster.pk).now, replicas))
    cluster.refresh_from_db()
    return done


def goes_on(cluster: Cluster, script: Script, back: int, end: int = END) -> None:
    done = play(cluster, script, end)
    then = FIXED + back * 1000
    branch = branches.branch(cluster, then)
    run(branch, back / 1000)
    runner.Runner("test").tick(branch.pk)
    branch.refresh_from_db()
    assert branch.now == then
    play(branch, [step for step, (at, _) in zip(script, done, strict=False) if at > then], end)
    same(state(branch), state(cluster))


@pytest.mark.longer
@given(SCRIPTS, INSTANTS)
@settings(max_examples=examples(3), phases=(Phase.explicit, Phase.generate))
@example([(0, None), (49, 1), (305, 5)], 16)
@example([(0, None), (4_000, 5), (9_000, None), (17_000, 2)], 8_000)
def test_a_branch_of_a_playing_cluster_goes_on_as_it_did(script: Script, back: int) -> None:
    Cluster.objects.all().delete()
    cluster = made()
    deploy(cluster, cpu="1500m")
    kind = KINDS["horizontalpodautoscalers.autoscaling"]
    store.write(cluster, lambda work: work.create(kind, autoscaler(), CAUSE))
    goes_on(cluster, script, back)


@pytest.mark.parametrize("back", [299_000, 350_000, 380_000, 500_000])
def test_what_was_due_but_looked_at_late_is_looked_at_late_again(cluster: Cluster, back: int) -> None:
    """The scheduler flushes its queue after 300 s; nobody was woken for that before somebody wrote."""
    deploy(cluster, cpu="64")
    goes_on(cluster, [(0, None), (60_000, None), (380_000, 3)], back, end=700_000)


def test_back_to_before_one_of_several_writes_at_an_instant(cluster: Cluster) -> None:
    """As a presenter goes back over steps that were taken while the cluster was paused."""
    run(cluster, 3)
    for replicas in (2, 4, 6):
        write(cluster, replicas, "nginx:1.27")
    written = list(Change.objects.filter(cluster=cluster, component="test").order_by("revision"))
    assert {change.at for change in written} == {cluster.now}
    run(cluster, 20)

    def asked(held: Cluster) -> int:
        found = reading.DatabaseReader(held).get("deployments.apps", "default", "web")
        return found["spec"]["replicas"] if found else 0

    at = written[0].at
    for revision, expected in ((written[0].revision - 1, 0), (written[1].revision, 4), (None, 6)):
        assert asked(branches.branch(cluster, at, revision=revision)) == expected
    back = branches.rewind(cluster, at, revision=written[1].revision)
    assert (asked(back), back.now, back.until) == (4, at, None)
    run(back, 20)
    assert len(reading.DatabaseReader(back).list("pods", "default")) == 4
