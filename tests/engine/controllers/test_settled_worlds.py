"""A world that has come to rest makes no more writes, whatever is in it: one property for all that keeps pods."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.journal import Change
from simulator.engine.pods import is_active
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig, make_ready, workload

REPLICAS = st.integers(0, 4)
PATIENCE = st.sampled_from([0, 0, 5])
LIMIT = st.one_of(st.integers(0, 3), st.sampled_from(["0%", "30%", "100%"]))


def _rolling(surge: Any, unavailable: Any) -> Body:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


def _labelled(kind: str, resource: str, spec: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(kind), st.just(resource), st.fixed_dictionaries(spec))


DEPLOYMENT = {
    "replicas": REPLICAS,
    "minReadySeconds": PATIENCE,
    "paused": st.sampled_from([False, False, True]),
    "strategy": st.one_of(st.just({"type": "Recreate"}), st.builds(_rolling, LIMIT, LIMIT)),
    "revisionHistoryLimit": st.integers(0, 2),
    "progressDeadlineSeconds": st.sampled_from([10, 600]),
}
STATEFUL_SET = {
    "replicas": REPLICAS,
    "minReadySeconds": PATIENCE,
    "serviceName": st.just("web"),
    "podManagementPolicy": st.sampled_from(["OrderedReady", "Parallel"]),
    "updateStrategy": st.sampled_from(
        [
            {"type": "OnDelete"},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
        ]
    ),
    "revisionHistoryLimit": st.integers(0, 2),
}
DAEMON_SET = {
    "minReadySeconds": PATIENCE,
    "updateStrategy": st.sampled_from([{"type": "OnDelete"}, _rolling(0, 1), _rolling(2, 0), _rolling(0, "50%")]),
    "revisionHistoryLimit": st.integers(0, 2),
}
JOB = {
    "parallelism": REPLICAS,
    "completions": st.sampled_from([1, 3]),
    "completionMode": st.sampled_from(["NonIndexed", "Indexed"]),
    "backoffLimit": st.integers(0, 2),
    "suspend": st.sampled_from([False, False, True]),
    "activeDeadlineSeconds": st.sampled_from([5, 3600]),
}
MANIFESTS = st.lists(
    st.one_of(
        _labelled("Deployment", "deployments.apps", DEPLOYMENT),
        _labelled("ReplicaSet", "replicasets.apps", {"replicas": REPLICAS, "minReadySeconds": PATIENCE}),
        _labelled("ReplicationController", "replicationcontrollers", {"replicas": REPLICAS}),
        _labelled("StatefulSet", "statefulsets.apps", STATEFUL_SET),
        _labelled("DaemonSet", "daemonsets.apps", DAEMON_SET),
        _labelled("Job", "jobs.batch", JOB),
    ),
    min_size=1,
    max_size=4,
)
FATES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["Failed", "Succeeded", "unready", "gone"])), max_size=4)


def _manifest(kind: str, name: str, spec: Body, *, app: str) -> Body:
    body = workload(app, **spec)
    body = {**body, "metadata": {**body["metadata"], "name": name}}
    if kind == "ReplicationController":
        return {**body, "spec": {**body["spec"], "selector": {"app": app}}}
    if kind == "Job":
        template = body["spec"]["template"]
        template = {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}
        held = {key: value for key, value in body["spec"].items() if key != "selector"}
        return {**body, "spec": {**held, "template": template}}
    return body


def _suffer(rig: Rig, which: int, fate: str) -> None:
    pods = [pod for pod in rig.pods() if is_active(pod)]
    if not pods:
        return
    pod = pods[which % len(pods)]
    if fate == "gone":
        rig.delete("pods", pod["metadata"]["name"])
    else:
        make_ready(rig.world, pod, ready=False, phase="Running" if fate == "unready" else fate)


def _expires(change: Change) -> bool:
    """True of an Event that goes because it has grown old."""
    return change.resource == "events" and change.operation == "DELETED"


@settings(max_examples=60, deadline=None)
@given(
    manifests=MANIFESTS,
    fates=FATES,
    sick=st.sampled_from(["", "0123", "0123456789abcdef"]),
    again=st.booleans(),
    rivals=st.booleans(),
)
def test_it_makes_no_more_writes(
    manifests: list[Any], fates: list[tuple[int, str]], sick: str, again: bool, rivals: bool
) -> None:
    """rivals: all of them have the same labels, and want each other's pods."""
    rig = Rig(3, is_sick=lambda pod: pod["metadata"]["uid"][0] in sick)
    names = []
    for number, (kind, resource, spec) in enumerate(manifests):
        names.append((resource, f"{kind.lower()}-{number}"))
        rig.create(resource, _manifest(kind, names[-1][1], spec, app="web" if rivals else names[-1][1]))
    rig.run(3)
    for which, fate in fates:
        _suffer(rig, which, fate)
        rig.run(0.5)
    for resource, name in names:
        if again and resource in ("deployments.apps", "statefulsets.apps", "daemonsets.apps"):
            rig.image(name, "nginx:2", resource)
    rig.settle(7200)
    rig.world.drain()
    for _round in range(2):
        rig.run(3000)
        assert [change for change in rig.world.drain().changes if not _expires(change)] == []
        rig.rebuild()
