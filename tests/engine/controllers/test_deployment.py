"""The Deployment controller in virtual time: rollouts, pauses, rollbacks, scaling, conditions."""

from __future__ import annotations

import pytest

from simulator.engine.objects import annotations_of, condition, labels_of, name_of
from tests.engine.controllers.rig import Rig, make_ready

RS = "replicasets.apps"
DEPLOYMENTS = "deployments.apps"
REVISION = "deployment.kubernetes.io/revision"
RECREATE = {"type": "Recreate"}


def by_image(rig):
    """The ReplicaSets as {image: (spec.replicas, revision)}."""
    return {
        rs["spec"]["template"]["spec"]["containers"][0]["image"]: (rs["spec"]["replicas"], annotations_of(rs)[REVISION])
        for rs in rig.world.list(RS)
    }


def progress(rig, name="web"):
    found = condition(rig.get(DEPLOYMENTS, name), "Progressing")
    assert found is not None
    return found["status"], found["reason"], found["message"]


def test_it_works():
    rig = Rig()
    deployment = rig.deployment("web", 3)
    rig.settle()
    (rs,) = rig.world.list(RS)
    text = labels_of(rs)["pod-template-hash"]
    assert name_of(rs) == f"web-{text}" and 8 <= len(text) <= 10
    assert rs["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": text}
    assert annotations_of(rs) == {
        REVISION: "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }
    assert all(labels_of(pod)["pod-template-hash"] == text for pod in rig.pods())
    held = rig.get(DEPLOYMENTS, "web")
    assert annotations_of(held)[REVISION] == "1"
    status = held["status"]
    assert {name: figure for name, figure in status.items() if name != "conditions"} == {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
    }
    said = f'ReplicaSet "{name_of(rs)}" has successfully progressed.'
    assert progress(rig) == ("True", "NewReplicaSetAvailable", said)
    available = condition(held, "Available")
    assert available["reason"] == "MinimumReplicasAvailable"
    assert available["message"] == "Deployment has minimum availability."
    assert rig.messages("ScalingReplicaSet") == [f"Scaled up replica set {name_of(rs)} from 0 to 3"]


def test_conditions_on_the_way():
    rig = Rig(delay=5_000_000)
    rig.deployment("web", 2)
    rig.run(0.012)
    (rs,) = rig.world.list(RS)
    assert progress(rig) == ("True", "NewReplicaSetCreated", f'Created new replica set "{name_of(rs)}"')
    found = condition(rig.get(DEPLOYMENTS, "web"), "Available")
    assert (found["status"], found["reason"]) == ("False", "MinimumReplicasUnavailable")
    rig.run(1)
    assert progress(rig) == ("True", "ReplicaSetUpdated", f'ReplicaSet "{name_of(rs)}" is progressing.')
    assert rig.get(DEPLOYMENTS, "web")["status"]["unavailableReplicas"] == 2


def test_a_new_image_rolls_out_and_an_old_one_rolls_back():
    rig = Rig()
    rig.deployment("web", 4)
    rig.settle()
    rig.image("web", "nginx:2")
    rig.settle()
    assert by_image(rig) == {"nginx:1": (0, "1"), "nginx:2": (4, "2")}
    rig.image("web", "nginx:1")
    rig.settle()
    assert by_image(rig) == {"nginx:1": (4, "3"), "nginx:2": (0, "2")}
    old = next(rs for rs in rig.world.list(RS) if rs["spec"]["replicas"])
    assert annotations_of(old)["deployment.kubernetes.io/revision-history"] == "1"
    assert annotations_of(rig.get(DEPLOYMENTS, "web"))[REVISION] == "3"
    assert progress(rig)[1] == "NewReplicaSetAvailable"


def test_a_rolling_update_steps_within_its_limits():
    rig = Rig()
    rig.deployment("web", 10, surge=3, unavailable=2)
    rig.settle()
    before = len(rig.messages("ScalingReplicaSet"))
    rig.image("web", "nginx:2")
    rig.settle()
    assert before == 1
    steps = [event["message"] for event in rig.world.list("events") if event["reason"] == "ScalingReplicaSet"]
    new = name_of(next(rs for rs in rig.world.list(RS) if rs["spec"]["replicas"]))
    assert f"Scaled up replica set {new} from 0 to 3" in steps
    assert f"Scaled down replica set {_old(rig)} from 10 to 8" in steps


def _old(rig):
    return name_of(next(rs for rs in rig.world.list(RS) if not rs["spec"]["replicas"]))


def test_recreate_waits_for_the_last_old_pod():
    rig = Rig()
    rig.deployment("web", 3, strategy=RECREATE)
    rig.settle()
    seen = []

    def look(change):
        seen.append({labels_of(pod)["pod-template-hash"] for pod in rig.world.list("pods")})

    rig.world.watch("pods", look)
    rig.image("web", "nginx:2")
    rig.settle()
    assert all(len(versions) <= 1 for versions in seen)
    assert by_image(rig) == {"nginx:1": (0, "1"), "nginx:2": (3, "2")}


def test_a_paused_deployment_only_scales():
    rig = Rig()
    rig.deployment("web", 2)
    rig.settle()
    rig.edit(DEPLOYMENTS, "web", ("spec", "paused"), True)
    rig.image("web", "nginx:2")
    rig.edit(DEPLOYMENTS, "web", ("spec", "replicas"), 5)
    rig.settle()
    assert by_image(rig) == {"nginx:1": (5, "1")}
    assert progress(rig) == ("Unknown", "DeploymentPaused", "Deployment is paused")
    rig.edit(DEPLOYMENTS, "web", ("spec", "paused"), False)
    rig.settle()
    assert by_image(rig) == {"nginx:1": (0, "1"), "nginx:2": (5, "2")}
    assert progress(rig)[1] == "NewReplicaSetAvailable"


def test_a_rollout_that_does_not_progress_fails_at_its_deadline():
    rig = Rig(is_sick=lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:bad")
    rig.deployment("web", 4, progressDeadlineSeconds=60)
    rig.settle()
    rig.image("web", "nginx:bad")
    rig.run(50)
    assert progress(rig)[1] == "ReplicaSetUpdated"
    rig.settle()
    new = next(rs for rs in rig.world.list(RS) if annotations_of(rs)[REVISION] == "2")
    said = f'ReplicaSet "{name_of(new)}" has timed out progressing.'
    assert progress(rig) == ("False", "ProgressDeadlineExceeded", said)
    assert rig.get(DEPLOYMENTS, "web")["status"]["availableReplicas"] >= 3
    rig.image("web", "nginx:1")
    rig.settle()
    assert progress(rig)[1] == "NewReplicaSetAvailable"


def test_a_finished_rollout_does_not_time_out_when_pods_fail_later():
    rig = Rig(is_sick=lambda pod: True)
    rig.deployment("web", 1)
    rig.run(5)
    make_ready(rig.world, rig.pods()[0])
    rig.settle()
    rig.edit(DEPLOYMENTS, "web", ("spec", "replicas"), 3)
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision and progress(rig)[1] == "NewReplicaSetAvailable"


def test_scaling_during_a_rollout_is_shared_in_proportion():
    rig = Rig(is_sick=lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:bad")
    rig.deployment("web", 10, surge=3, unavailable=2)
    rig.settle()
    rig.image("web", "nginx:bad")
    rig.run(30)
    assert {image: size for image, (size, _revision) in by_image(rig).items()} == {"nginx:1": 8, "nginx:bad": 5}
    rig.edit(DEPLOYMENTS, "web", ("spec", "replicas"), 15)
    rig.run(30)
    assert {image: size for image, (size, _revision) in by_image(rig).items()} == {"nginx:1": 11, "nginx:bad": 7}


@pytest.mark.parametrize(("limit", "left"), [(0, 1), (2, 3), (10, 5), (2**31 - 1, 5)])
def test_revision_history_is_limited(limit, left):
    rig = Rig()
    rig.deployment("web", 1, revisionHistoryLimit=limit)
    rig.settle()
    for version in range(2, 6):
        rig.image("web", f"nginx:{version}")
        rig.settle()
    assert len(rig.world.list(RS)) == left
    assert by_image(rig)["nginx:5"] == (1, "5")


def test_annotations_are_copied_but_not_its_own():
    rig = Rig()
    rig.deployment("web", 1)
    rig.settle()
    notes = annotations_of(rig.get(DEPLOYMENTS, "web"))
    last = "kubectl.kubernetes.io/last-applied-configuration"
    notes = {**notes, "kubernetes.io/change-cause": "why", last: "{}"}
    rig.edit(DEPLOYMENTS, "web", ("metadata", "annotations"), notes)
    rig.settle()
    (rs,) = rig.world.list(RS)
    assert annotations_of(rs)["kubernetes.io/change-cause"] == "why"
    assert last not in annotations_of(rs)


def test_min_ready_seconds_slow_the_rollout():
    rig = Rig()
    rig.deployment("web", 2, surge=1, unavailable=0, minReadySeconds=20)
    rig.settle()
    started = rig.world.now
    rig.image("web", "nginx:2")
    rig.settle()
    assert rig.world.now - started >= 40_000_000
    rig.edit(DEPLOYMENTS, "web", ("spec", "minReadySeconds"), 5)
    rig.settle()
    assert {rs["spec"].get("minReadySeconds") for rs in rig.world.list(RS) if rs["spec"]["replicas"]} == {5}


def test_a_name_that_is_taken_counts_as_a_collision():
    rig = Rig(kubelet=False)
    probe = Rig()
    probe.deployment("web", 1)
    probe.settle()
    (taken,) = probe.world.list(RS)
    rig.create(
        RS,
        {
            "metadata": {"namespace": "default", "name": name_of(taken), "labels": {"app": "x"}},
            "spec": {
                "replicas": 0,
                "selector": {"matchLabels": {"app": "x"}},
                "template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": []}},
            },
        },
    )
    rig.deployment("web", 1)
    rig.run(2)
    assert rig.get(DEPLOYMENTS, "web")["status"]["collisionCount"] == 1
    assert len(rig.world.list(RS)) == 2


def test_replicasets_are_adopted_by_selector():
    rig = Rig()
    rig.deployment("web", 2)
    rig.settle()
    (rs,) = rig.world.list(RS)
    rig.delete(DEPLOYMENTS, "web", propagation="Orphan")
    rig.settle()
    assert len(rig.pods()) == 2
    rig.deployment("web", 3)
    rig.settle()
    assert [name_of(one) for one in rig.world.list(RS)] == [name_of(rs)]
    assert len(rig.pods()) == 3
