"""What a ReplicaSet says of its pods, and of those that it could not create.

The cases are those of pkg/controller/replicaset/replica_set_utils_test.go (calculateStatus) and of TestSlowStartBatch
and TestGetCondition in replica_set_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, conditions_of, set_in, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START, USER, Rig

RS = "replicasets.apps"
FIGURES = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas")

STATUS: dict[str, tuple[list[tuple[bool, int | None]], int, tuple[int, ...]]] = {
    # pods: (has it the template's labels, for how many seconds it has been ready), minReadySeconds, the figures
    "a pod with the template's labels": ([(True, None)], 0, (1, 1, 0, 0)),
    "a pod without them": ([(False, None)], 0, (1, 0, 0, 0)),
    "two pods, one of them with them": ([(True, None), (False, None)], 0, (2, 1, 0, 0)),
    "two pods without them": ([(False, None), (False, None)], 0, (2, 0, 0, 0)),
    "a ready pod": ([(True, 1)], 0, (1, 1, 1, 1)),
    "a ready pod that is not available yet": ([(True, 1)], 3600, (1, 1, 1, 0)),
    "ready for exactly as long": ([(True, 3600)], 3600, (1, 1, 1, 1)),
    "one of two is ready": ([(True, 1), (True, None)], 0, (2, 2, 1, 1)),
}


@pytest.mark.parametrize("name", STATUS)
def test_the_figures(name: str) -> None:
    pods, patience, expected = STATUS[name]
    rig = Rig(1, kubelet=False)
    for number, (labeled, ready) in enumerate(pods):
        pod = rig.pod(f"pod-{number}", {"app": "web", **({"tier": "front"} if labeled else {})})
        if ready is not None:
            since = timestamp(START - ready * SECOND)
            held = {"type": "Ready", "status": "True", "lastTransitionTime": since}
            rig.world.update_status("pods", {**pod, "status": {"phase": "Running", "conditions": [held]}}, USER)
    body = rig.replicaset("web", len(pods), minReadySeconds=patience)
    labels = ("spec", "template", "metadata", "labels")
    rig.world.update(RS, set_in(body, labels, {"app": "web", "tier": "front"}), USER)
    rig.run(0.5)
    status = rig.get(RS, "web")["status"]
    assert tuple(status.get(figure, 0) for figure in FIGURES) == expected


@pytest.mark.parametrize(
    ("wanted", "allowed", "refused"),
    [(1, 0, 1), (10, 10, 0), (10, 5, 2), (10, 3, 4), (10, 6, 1)],
)
def test_a_batch_is_tried_whole_and_the_last(wanted: int, allowed: int, refused: int) -> None:
    """Batches of 1, 2, 4 and 3: the one of which something is refused is tried to its end, and no other after it."""
    rig = Rig(1, kubelet=False)
    meta = {"namespace": "default", "name": "few"}
    rig.create("resourcequotas", {"metadata": meta, "spec": {"hard": {"pods": str(allowed)}}})
    rig.settle()
    rig.world.drain()
    rig.replicaset("web", wanted)
    rig.run(0.2)
    changes = [change for change in rig.world.drain().changes if change.cause.component == "replicaset-controller"]
    assert sum(change.resource == "pods" and change.operation == "ADDED" for change in changes) == allowed
    failures = [
        change.at for change in changes if change.resource == "events" and change.body["reason"] == "FailedCreate"
    ]
    assert failures.count(min(failures, default=0)) == refused


def failing() -> Rig:
    rig = Rig(1, kubelet=False)
    body = rig.replicaset("web", 2)
    rig.world.update(RS, set_in(body, ("spec", "template", "spec", "serviceAccountName"), "robot"), USER)
    rig.run(0.2)
    return rig


def failure(rig: Rig) -> Body | None:
    return condition(rig.get(RS, "web"), "ReplicaFailure")


def test_a_refusal_is_a_condition_in_upstreams_words() -> None:
    found = failure(failing())
    assert found is not None
    assert set(found) == {"type", "status", "lastTransitionTime", "reason", "message"}
    assert (found["type"], found["status"], found["reason"]) == ("ReplicaFailure", "True", "FailedCreate")
    said = ' is forbidden: error looking up service account default/robot: serviceaccount "robot" not found'
    assert found["message"].startswith('pods "web-') and found["message"].endswith(said)


def test_a_later_refusal_leaves_the_condition_as_it_is() -> None:
    rig = failing()
    before = failure(rig)
    rig.run(30)
    assert failure(rig) == before


def test_the_condition_goes_and_others_stay() -> None:
    rig = failing()
    body = rig.get(RS, "web")
    other = {"type": "Odd", "status": "True", "lastTransitionTime": timestamp(START)}
    status = {**body["status"], "conditions": [other, *conditions_of(body)]}
    rig.world.update_status(RS, {**body, "status": status}, USER)
    rig.create("serviceaccounts", {"metadata": {"namespace": "default", "name": "robot"}})
    rig.settle()
    assert conditions_of(rig.get(RS, "web")) == [other]


def test_a_refusal_is_tried_again_more_and_more_seldom() -> None:
    rig = failing()
    rig.world.drain()
    rig.run(3600)
    tries = {change.at for change in rig.world.drain().changes if change.resource == "events"}
    assert 10 <= len(tries) <= 20
