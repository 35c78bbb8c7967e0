"""Replication controllers in virtual time: a ReplicaSet's manners with a plain selector.

The cases are those of pkg/controller/replication/replication_controller_test.go, v1.34, and of its adapter.
"""

from __future__ import annotations

from simulator.engine.objects import condition, controller_of, name_of
from tests.engine.controllers.rig import Rig, make_ready, workload

RC = "replicationcontrollers"


def controller(rig: Rig, name: str, replicas: int, **spec: object) -> None:
    body = workload(name, replicas=replicas, **spec)
    rig.create(RC, {**body, "spec": {**body["spec"], "selector": {"app": name}}})


def test_it_works() -> None:
    rig = Rig()
    controller(rig, "web", 3)
    rig.settle()
    pods = rig.pods()
    assert len(pods) == 3
    owner = controller_of(pods[0])
    assert owner is not None
    assert (owner["apiVersion"], owner["kind"], owner["name"]) == ("v1", "ReplicationController", "web")
    assert rig.get(RC, "web")["status"] == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "observedGeneration": 1,
    }
    assert sorted(rig.messages("SuccessfulCreate")) == sorted(f"Created pod: {name_of(pod)}" for pod in pods)
    sources = {event["source"]["component"] for event in rig.world.list("events")}
    assert "replication-controller" in sources


def test_it_scales_down() -> None:
    rig = Rig()
    controller(rig, "web", 4)
    rig.settle()
    rig.edit(RC, "web", ("spec", "replicas"), 1)
    rig.settle()
    assert len(rig.pods()) == 1
    assert rig.get(RC, "web")["status"]["replicas"] == 1


def test_a_failed_pod_is_replaced() -> None:
    rig = Rig()
    controller(rig, "web", 2)
    rig.settle()
    make_ready(rig.world, rig.pods()[0], ready=False, phase="Failed")
    rig.settle()
    assert sum(pod["status"]["phase"] == "Running" for pod in rig.pods()) == 2


def test_it_adopts_and_releases() -> None:
    rig = Rig()
    orphan = rig.pod("stray", {"app": "web"})
    controller(rig, "web", 2)
    rig.settle()
    assert len(rig.pods()) == 2
    assert (controller_of(rig.get("pods", name_of(orphan))) or {})["name"] == "web"
    rig.edit("pods", "stray", ("metadata", "labels"), {"app": "debug"})
    rig.settle()
    assert controller_of(rig.get("pods", "stray")) is None
    assert len(rig.pods()) == 3


def test_the_two_kinds_leave_each_other_alone() -> None:
    rig = Rig()
    rig.replicaset("web", 2)
    rig.settle()
    controller(rig, "web", 3)
    rig.settle()
    kinds = [(controller_of(pod) or {})["kind"] for pod in rig.pods()]
    assert sorted(kinds) == ["ReplicaSet"] * 2 + ["ReplicationController"] * 3


def test_what_it_may_not_create_is_a_condition() -> None:
    rig = Rig()
    rig.create("resourcequotas", {"metadata": {"name": "few", "namespace": "default"}, "spec": {"hard": {"pods": "1"}}})
    rig.run(1)
    controller(rig, "web", 2)
    rig.run(5)
    failure = condition(rig.get(RC, "web"), "ReplicaFailure")
    assert failure is not None and failure["reason"] == "FailedCreate"
    assert "exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1" in failure["message"]
    rig.delete("resourcequotas", "few")
    rig.settle()
    assert condition(rig.get(RC, "web"), "ReplicaFailure") is None
    assert rig.get(RC, "web")["status"]["readyReplicas"] == 2


def test_its_pods_go_with_it() -> None:
    rig = Rig()
    controller(rig, "web", 2)
    rig.settle()
    rig.delete(RC, "web")
    rig.settle()
    assert rig.pods() == []


def test_a_settled_one_makes_no_writes() -> None:
    rig = Rig()
    controller(rig, "web", 3, minReadySeconds=5)
    rig.settle()
    revision = rig.world.revision
    rig.rebuild()
    rig.run(1000)
    assert rig.world.revision == revision
