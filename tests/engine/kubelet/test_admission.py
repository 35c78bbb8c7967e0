"""Pods that come bound without a scheduler: the kubelet checks them itself."""

from typing import Any

import pytest

from tests.engine.kubelet.lab import USER, Lab

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (fields of the pod, reason, message)
    "cpu": (
        {"resources": {"requests": {"cpu": "3"}}},
        "OutOfcpu",
        "Node didn't have enough resource: cpu, requested: 3000, used: 500, capacity: 2000",
    ),
    "memory": (
        {"resources": {"requests": {"memory": "4Gi"}}},
        "OutOfmemory",
        "Node didn't have enough resource: memory, requested: 4294967296, used: 0, capacity: 4190109696",
    ),
    "node selector": (
        {"nodeSelector": {"disk": "ssd"}},
        "NodeAffinity",
        "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ),
    "host port": (
        {"ports": [{"containerPort": 80, "hostPort": 8080}]},
        "NodePorts",
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ),
}


@pytest.mark.parametrize(("fields", "reason", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal(fields: dict[str, Any], reason: str, message: str) -> None:
    lab = Lab()
    lab.pod("first", resources={"requests": {"cpu": "500m"}}, ports=[{"containerPort": 80, "hostPort": 8080}])
    lab.run(5)
    lab.pod(**fields)
    lab.run(5)
    status = lab.get()["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", reason, f"Pod was rejected: {message}")
    assert lab.said(reason) == [message]
    assert "containerStatuses" not in status


def test_the_number_of_pods() -> None:
    lab = Lab()
    for number in range(6):
        lab.pod(f"p{number}")
    lab.run(5)
    phases = [lab.get(f"p{number}")["status"]["phase"] for number in range(6)]
    assert phases == ["Running"] * 5 + ["Failed"]
    assert lab.get("p5")["status"]["reason"] == "OutOfpods"


@pytest.mark.parametrize(
    ("effect", "tolerations", "phase"),
    [
        ("NoExecute", [], "Failed"),
        ("NoSchedule", [], "Running"),
        ("NoExecute", [{"key": "gpu", "operator": "Exists"}], "Running"),
        ("NoExecute", [{"key": "gpu", "value": "no"}], "Failed"),
        ("NoExecute", [{"operator": "Exists"}], "Running"),
    ],
)
def test_taints(effect: str, tolerations: list[dict[str, str]], phase: str) -> None:
    lab = Lab()
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    taint = {"key": "gpu", "value": "yes", "effect": effect}
    lab.world.update("nodes", {**node, "spec": {**node["spec"], "taints": [taint]}}, USER)
    lab.pod(tolerations=tolerations)
    lab.run(5)
    assert lab.get()["status"]["phase"] == phase


def test_a_refused_pod_takes_no_room() -> None:
    lab = Lab()
    lab.pod("big", resources={"requests": {"cpu": "3"}})
    lab.pod("small", resources={"requests": {"cpu": "2"}})
    lab.run(5)
    assert lab.get("small")["status"]["phase"] == "Running"


def test_a_device_that_somebody_writes_down_is_offered() -> None:
    """As the page "Advertise Extended Resources for a Node" does it."""
    lab = Lab()
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    for count in ("4", None):
        capacity = {key: one for key, one in node["status"]["capacity"].items() if key != "example.com/dongle"}
        capacity |= {"example.com/dongle": count} if count else {}
        lab.world.update_status("nodes", {**node, "status": {**node["status"], "capacity": capacity}}, USER)
        lab.run(11)
        node = lab.world.get("nodes", "", "n1")
        assert node is not None
        assert node["status"]["allocatable"].get("example.com/dongle") == count
    assert lab.world.clock.next_due() is None
