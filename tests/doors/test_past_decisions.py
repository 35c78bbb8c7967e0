"""Every decision in the log is what working it out again from its revision gives: node, score, ties, message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator import clusters, states, store
from simulator.engine.causes import Cause
from simulator.engine.registry import KINDS, Body, Key
from simulator.engine.topology import parse
from simulator.models import Change, Cluster
from simulator.scheduling.decisions import trace_of
from tests.doors.conftest import run
from tests.effort import examples

pytestmark = pytest.mark.django_db

CAUSE = Cause("test", "test", "A test did it.")
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
APPS = st.sampled_from(["web", "store"])


def term(app: str, key: str) -> Body:
    return {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key}


@st.composite
def pods(draw: Any, classes: tuple[str, ...] = ("", "", "", "urgent")) -> Body:
    asked = {"cpu": draw(st.sampled_from(["100m", "400m", "900m"])), "memory": draw(st.sampled_from(["64Mi", "1Gi"]))}
    spec: Body = {"containers": [{"name": "main", "image": "nginx", "resources": {"requests": asked}}]}
    spec["terminationGracePeriodSeconds"] = draw(st.sampled_from([0, 2]))
    important = draw(st.sampled_from(classes))
    if important:
        spec["priorityClassName"] = important
    match draw(st.sampled_from(["", "", "apart", "near", "spread", "elsewhere"])):
        case "apart":
            rule = {"requiredDuringSchedulingIgnoredDuringExecution": [term(draw(APPS), HOST)]}
            spec["affinity"] = {"podAntiAffinity": rule}
        case "near":
            wish = {"weight": 50, "podAffinityTerm": term(draw(APPS), ZONE)}
            spec["affinity"] = {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [wish]}}
        case "spread":
            selector = {"matchLabels": {"app": draw(APPS)}}
            spec["topologySpreadConstraints"] = [
                {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
            ]
        case "elsewhere":
            spec["schedulerName"] = "second"
    return {"metadata": {"generateName": "p-", "namespace": "default", "labels": {"app": draw(APPS)}}, "spec": spec}


WAITS = st.sampled_from([0, 1, 3, 5, 9, 20, 700, 4000])
"""Milliseconds between what people do: shorter and longer than a cycle and a binding."""


def steps(made: Any, *others: str) -> Any:
    what = st.one_of(st.lists(made, min_size=1, max_size=8), st.sampled_from(["cordon", "uncordon", *others]))
    return st.lists(st.tuples(WAITS, what), min_size=2, max_size=12)


CONFIGURATION = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: default-scheduler
  plugins: {score: {disabled: [{name: TaintToleration}], enabled: [{name: NodeResourcesFit, weight: NUMBER}]}}
- schedulerName: second
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}
"""


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


def small(name: str, seed: int) -> Cluster:
    sizes = [{"name": f"worker-{zone}", "count": 2, "cpu": "2", "memory": "4Gi", "zone": zone} for zone in "ab"]
    return clusters.control(clusters.create(name, nodes=parse({"nodes": sizes}), seed=seed), "pause")


def act(cluster: Cluster, number: int, what: Any) -> None:
    """Creates pods, or does one other thing to the cluster."""

    def work(work: store.Transaction) -> None:
        workers = [one for one in work.list("nodes") if one["metadata"]["name"].startswith("worker")]
        held = [one for one in work.list("pods", "default") if "deletionTimestamp" not in one["metadata"]]
        if isinstance(what, list):
            for body in what:
                work.create(KINDS["pods"], body, CAUSE)
        elif what == "delete" and held:
            work.delete(KINDS["pods"], "default", held[number % len(held)]["metadata"]["name"], CAUSE)
        elif what in ("cordon", "uncordon"):
            node = workers[number % len(workers)]
            spec = {**node["spec"], "unschedulable": what == "cordon"}
            work.update(KINDS["nodes"], {**node, "spec": spec}, CAUSE)
        elif what == "configure":
            configure(work, CONFIGURATION.replace("NUMBER", str(number + 1)))

    store.write(cluster, work)


def configure(work: store.Transaction, text: str) -> None:
    name = {"name": "kube-scheduler-config", "namespace": "kube-system"}
    held = work.get("configmaps", name["namespace"], name["name"])
    if held is None:
        work.create(KINDS["configmaps"], {"metadata": name, "data": {"config.yaml": text}}, CAUSE)
    else:
        work.update(KINDS["configmaps"], {**held, "data": {"config.yaml": text}}, CAUSE)


def decisions(cluster: Cluster) -> Iterator[tuple[Change, dict[str, Any]]]:
    """What the scheduler wrote down of each decision."""
    for row in Change.objects.filter(cluster=cluster, resource="pods").order_by("revision"):
        inputs = orjson.loads(row.inputs)
        if "seen" in inputs:
            yield row, inputs


def check(cluster: Cluster) -> int:
    number = 0
    for row, inputs in decisions(cluster):
        number += 1
        told = trace_of(states.of(cluster, None), Key(row.namespace, row.name), row.revision)
        assert (told["when"], told["revision"]) == ("past", row.revision)
        if row.rule == "FitError":
            assert (told["node"], told["message"]) == (None, inputs["message"])
            assert told["nominatedNode"] == (row.body["status"].get("nominatedNodeName") or None)
            continue
        assert told["node"] == inputs["node"]
        ranked = [one for one in told["nodes"] if one["total"] is not None]
        assert (len(ranked), len(told["nodes"])) == (inputs["feasible"], inputs["total"])
        if "score" in inputs:
            best = max(one["total"] for one in ranked)
            assert best == inputs["score"]
            assert sorted(told["ties"]) == sorted(one["name"] for one in ranked if one["total"] == best)
            assert told["node"] in told["ties"]
    return number


def live(steps: list[tuple[int, Any]], seed: int) -> Cluster:
    cluster = small(f"c{Cluster.objects.count()}", seed)
    urgent = {"metadata": {"name": "urgent"}, "value": 1000}
    store.write(cluster, lambda work: work.create(KINDS["priorityclasses.scheduling.k8s.io"], urgent, CAUSE))
    for number, (wait, what) in enumerate(steps):
        act(cluster, number, what)
        if wait:
            run(cluster, wait / 1000)
    run(cluster, 30)
    return cluster


@pytest.mark.longer
@given(steps(pods(), "delete", "configure"), st.integers(0, 99))
@settings(max_examples=examples(4), suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
def test_worked_out_again(steps: list[tuple[int, Any]], seed: int) -> None:
    assert check(live(steps, seed)) or not any(isinstance(what, list) for _, what in steps)


@pytest.mark.longer
@given(steps(pods(classes=("",))), st.integers(0, 99))
@settings(max_examples=examples(2), suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
def test_those_ahead_are_found_by_their_bindings_where_they_are_too_many(
    steps: list[tuple[int, Any]], seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("simulator.engine.scheduler.cycle._MOST_AHEAD", 0)
        assert check(live(steps, seed)) or not any(isinstance(what, list) for _, what in steps)


def test_where_only_a_sample_of_the_nodes_is_ranked() -> None:
    sizes = [{"name": f"worker-{zone}", "count": 65, "cpu": "2", "memory": "4Gi", "zone": zone} for zone in "ab"]
    cluster = clusters.control(clusters.create("large", nodes=parse({"nodes": sizes})), "pause")
    asked = {"containers": [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "300m"}}}]}
    body = {"metadata": {"generateName": "p-", "namespace": "default"}, "spec": asked}
    for wait in (0.02, 0.5, 5):
        act(cluster, 0, [body] * 8)
        run(cluster, wait)
    assert {inputs["feasible"] for _, inputs in decisions(cluster) if inputs["total"] == 131} >= {100}
    assert len({inputs["start"] for _, inputs in decisions(cluster)}) > 10
    assert check(cluster) >= 24
