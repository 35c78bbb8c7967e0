"""The ReplicaSet controller in virtual time."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, controller_of, name_of, set_in, timestamp, uid_of
from tests.engine.controllers.rig import START, USER, Rig, make_ready

RS = "replicasets.apps"


def test_it_works():
    rig = Rig()
    rs = rig.replicaset("web", 3)
    rig.settle()
    pods = rig.pods()
    assert len(pods) == 3
    owner = controller_of(pods[0])
    assert owner == {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": "web",
        "uid": uid_of(rs),
        "controller": True,
        "blockOwnerDeletion": True,
    }
    assert all(name_of(pod).startswith("web-") and pod["metadata"]["generateName"] == "web-" for pod in pods)
    assert rig.get(RS, "web")["status"] == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "observedGeneration": 1,
    }
    assert sorted(rig.messages("SuccessfulCreate")) == sorted(f"Created pod: {name_of(pod)}" for pod in pods)


@pytest.mark.parametrize(
    ("wanted", "batches"),
    [(1, [1]), (3, [1, 2]), (6, [1, 2, 3]), (600, [1, 2, 4, 8, 16, 32, 64, 128, 245, 1, 2, 4, 8, 16, 32, 37])],
)
def test_creation_starts_slowly(wanted, batches):
    rig = Rig(kubelet=False)
    rig.settle()
    rig.world.drain()
    rig.replicaset("web", wanted)
    rig.settle()
    made: dict[int, int] = {}
    for change in rig.world.drain().changes:
        if change.resource == "pods" and change.operation == "ADDED":
            made[change.at] = made.get(change.at, 0) + 1
    assert [made[at] for at in sorted(made)] == batches


def test_scale_down_deletes_the_surplus():
    rig = Rig()
    rig.replicaset("web", 5)
    rig.settle()
    rig.edit(RS, "web", ("spec", "replicas"), 2)
    rig.settle()
    assert len(rig.pods()) == 2
    assert len(rig.messages("SuccessfulDelete")) == 3
    assert rig.get(RS, "web")["status"]["replicas"] == 2


def test_a_pod_that_fails_or_goes_is_replaced():
    rig = Rig()
    rig.replicaset("web", 3)
    rig.settle()
    first, second, _third = rig.pods()
    make_ready(rig.world, first, ready=False, phase="Failed")
    rig.delete("pods", name_of(second))
    rig.settle()
    running = [pod for pod in rig.pods() if pod["status"]["phase"] == "Running"]
    assert len(running) == 3
    assert name_of(first) not in [name_of(pod) for pod in running]


def test_orphans_are_adopted_and_surplus_ones_deleted():
    rig = Rig()
    for number in range(3):
        rig.pod(f"lone-{number}", {"app": "web"})
    rig.pod("other", {"app": "other"})
    rig.settle()
    rs = rig.replicaset("web", 2)
    rig.settle()
    owned = [pod for pod in rig.pods() if (controller_of(pod) or {}).get("uid") == uid_of(rs)]
    assert len(owned) == 2 and all(name_of(pod).startswith("lone-") for pod in owned)
    assert controller_of(rig.get("pods", "other")) is None


def test_a_pod_that_matches_no_more_is_released():
    rig = Rig()
    rig.replicaset("web", 2)
    rig.settle()
    victim = name_of(rig.pods()[0])
    rig.edit("pods", victim, ("metadata", "labels"), {"app": "debug"})
    rig.settle()
    assert controller_of(rig.get("pods", victim)) is None
    assert len([pod for pod in rig.pods() if controller_of(pod)]) == 2
    rig.edit("pods", victim, ("metadata", "labels"), {"app": "web"})
    rig.settle()
    assert len([pod for pod in rig.pods() if controller_of(pod)]) == 2 == len(rig.pods())


def test_min_ready_seconds_is_booked_not_polled():
    rig = Rig()
    rig.replicaset("web", 2, minReadySeconds=30)
    rig.run(10)
    assert rig.get(RS, "web")["status"]["readyReplicas"] == 2
    assert "availableReplicas" not in rig.get(RS, "web")["status"]
    rig.settle()
    assert rig.get(RS, "web")["status"]["availableReplicas"] == 2
    assert START + 30 * SECOND <= rig.world.now <= START + 33 * SECOND


def test_a_refused_creation_is_a_condition_and_an_event_and_tried_again():
    rig = Rig()
    rig.settle()
    body = rig.replicaset("web", 3)
    path = ("spec", "template", "spec", "serviceAccountName")
    rig.world.update(RS, set_in(body, path, "robot"), USER)
    rig.run(2)
    found = condition(rig.get(RS, "web"), "ReplicaFailure")
    assert found is not None and (found["status"], found["reason"]) == ("True", "FailedCreate")
    assert 'serviceaccount "robot" not found' in found["message"]
    assert rig.messages("FailedCreate")[0].startswith("Error creating: pods ")
    rig.create("serviceaccounts", {"metadata": {"namespace": "default", "name": "robot"}})
    rig.settle()
    assert len(rig.pods()) == 3
    assert condition(rig.get(RS, "web"), "ReplicaFailure") is None


def test_fully_labeled_counts_the_templates_labels():
    rig = Rig()
    rig.pod("lone", {"app": "web"})
    rs = rig.replicaset("web", 2)
    rig.world.update(RS, set_in(rs, ("spec", "template", "metadata", "labels"), {"app": "web", "tier": "x"}), USER)
    rig.settle()
    status = rig.get(RS, "web")["status"]
    assert (status["replicas"], status["fullyLabeledReplicas"]) == (2, 1)


def test_a_settled_world_makes_no_writes():
    rig = Rig()
    rig.replicaset("web", 5)
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision


def test_a_change_that_does_not_matter_wakes_nobody():
    rig = Rig()
    rig.replicaset("web", 2)
    rig.settle()
    rig.edit("pods", name_of(rig.pods()[0]), ("metadata", "annotations"), {"note": timestamp(START)})
    assert rig.world.clock.settled()


@pytest.mark.parametrize("at", [0.009, 0.017, 0.05, 0.9, 1.1, 2.0])
def test_a_rebuilt_world_ends_the_same(at):
    worlds = []
    for rebuild in (False, True):
        rig = Rig(8)
        rig.replicaset("web", 40, minReadySeconds=5)
        rig.run(at)
        if rebuild:
            rig.rebuild()
        rig.settle()
        rig.edit(RS, "web", ("spec", "replicas"), 11)
        rig.settle()
        worlds.append(rig.world)
    assert worlds[0].list("pods") == worlds[1].list("pods")
    assert worlds[0].list(RS) == worlds[1].list(RS)
