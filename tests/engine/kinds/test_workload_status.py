"""The status of Deployments, ReplicaSets and DaemonSets: figures that fit each other."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import made, texts, workload

OVER = "status.readyReplicas: Invalid value: 3: cannot be greater than status.replicas"


@pytest.mark.parametrize(
    ("resource", "status", "said"),
    [
        ("deployments.apps", {"replicas": 2, "readyReplicas": 2, "availableReplicas": 2, "collisionCount": 1}, []),
        (
            "deployments.apps",
            {"unavailableReplicas": -1},
            ["status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0",
             "status.collisionCount: Invalid value: 0: cannot be decremented"],
        ),
        (
            "deployments.apps",
            {"replicas": 2, "readyReplicas": 3, "collisionCount": 2},
            [OVER],
        ),
        (
            "replicasets.apps",
            {"replicas": 2, "readyReplicas": 1, "availableReplicas": 2},
            ["status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas"],
        ),
        (
            "daemonsets.apps",
            {"numberReady": -1},
            ["status.numberReady: Invalid value: -1: must be greater than or equal to 0",
             "status.collisionCount: Invalid value: 0: cannot be decremented"],
        ),
    ],
)  # fmt: skip
def test_status(resource: str, status: Body, said: list[str]) -> None:
    old = {**made(resource, workload()), "status": {"collisionCount": 1}}
    assert texts(KINDS[resource].parts["status"].validate({**old, "status": status}, old)) == said


@pytest.mark.parametrize("resource", ["deployments.apps", "replicasets.apps"])
def test_terminating_replicas_are_behind_a_gate(resource: str) -> None:
    """DeploymentReplicaSetTerminatingReplicas is off in 1.34."""
    old = made(resource, workload())
    new = {**old, "status": {"replicas": 1, "terminatingReplicas": 1}}
    take = KINDS[resource].parts["status"].take
    assert take(new, old)["status"] == {"replicas": 1}
    assert take(new, {**old, "status": {"terminatingReplicas": 2}}) == new
