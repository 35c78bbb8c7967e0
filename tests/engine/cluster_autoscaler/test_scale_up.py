"""More nodes for pods that fit nowhere: who grows, by how much, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.node_groups import RESOURCE

from .rig import Cloud

BIG: dict[str, Any] = {"cpu": "8", "template": {"memory": "16Gi"}}


def test_it_grows_by_as_many_as_the_pods_need() -> None:
    cloud = Cloud()
    cloud.group(most=5)
    cloud.deployment(5, "1500m")
    cloud.run(60)
    assert cloud.size() == 4
    assert cloud.pending() == 0
    assert set(cloud.messages("TriggeredScaleUp")) == {"pod triggered scale-up: [{small 0->4 (max: 5)}]"}
    assert sorted(cloud.messages("ScaledUpGroup")) == [
        "Scale-up: group small size set to 4 instead of 0 (max: 5)",
        "Scale-up: setting group small size to 4 instead of 0 (max: 5)",
    ]


@pytest.mark.parametrize(
    ("groups", "cpu", "said"),
    [
        ({"small": {"most": 0}}, "1500m", "1 max node group size reached"),
        ({"small": {}}, "3", "1 Insufficient cpu"),
        ({"small": {}, "tiny": {"cpu": "1"}}, "3", "2 Insufficient cpu"),
        ({"small": {"most": 0}, "tiny": {"cpu": "1"}}, "3", "1 Insufficient cpu, 1 max node group size reached"),
        (
            {"gpu": {"cpu": "8", "template": {"taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]}}},
            "3",
            "1 node(s) had untolerated taint {gpu: yes}",
        ),
    ],
)
def test_a_pod_is_told_why_no_group_grows_for_it(groups: dict[str, dict[str, Any]], cpu: str, said: str) -> None:
    cloud = Cloud()
    for name, spec in groups.items():
        cloud.group(name, **spec)
    cloud.deployment(2 if cpu == "1500m" else 1, cpu)
    cloud.run(40)
    assert cloud.messages("NotTriggerScaleUp") == [f"pod didn't trigger scale-up: {said}"]
    assert all(cloud.size(name) == 0 for name in groups)


@pytest.mark.parametrize(
    ("expander", "chosen"),
    [
        ("", "small"),
        ("least-waste", "small"),
        ("most-pods", "big"),
        ("price", "big"),
        ("priority", "big"),
        ("nonsense", "small"),
        ("most-pods,price", "big"),
    ],
)
def test_expanders_choose_among_groups(expander: str, chosen: str) -> None:
    cloud = Cloud(expander=expander) if expander else Cloud()
    cloud.group("small", most=2, pricePerHour="3")
    cloud.group("big", most=5, pricePerHour="2", **BIG)
    where = {"name": "cluster-autoscaler-priority-expander", "namespace": "kube-system"}
    cloud.create("configmaps", {"metadata": where, "data": {"priorities": "10: [small]\n50: [b.g]\n"}})
    cloud.deployment(4, "1800m")
    cloud.run(12)
    other = "big" if chosen == "small" else "small"
    assert cloud.size(chosen) > 0
    assert cloud.size(other) == 0


def test_expendable_pods_get_no_node() -> None:
    cloud = Cloud()
    cloud.group()
    meta = {"name": "low"}
    cloud.create("priorityclasses.scheduling.k8s.io", {"metadata": meta, "value": -11, "description": "batch"})
    cloud.deployment(2, "1500m", priorityClassName="low")
    cloud.run(60)
    assert cloud.size() == 0
    assert cloud.pending() == 1


def test_a_machine_that_does_not_come_is_given_back_and_its_group_left_alone() -> None:
    cloud = Cloud(max_node_provision_time="1m")
    cloud.group(bootSeconds=3600)
    cloud.deployment(2, "1500m")
    cloud.run(100)
    assert cloud.messages("ScaleUpTimedOut") == ["Nodes added to group small failed to register within 1m10s"]
    assert [one.startswith("Removed unregistered node small-") for one in cloud.messages("DeleteUnregistered")] == [
        True
    ]
    cloud.run(60)
    assert cloud.size() == 0
    assert "pod didn't trigger scale-up: 1 in backoff after failed scale-up" in cloud.messages("NotTriggerScaleUp")
    cloud.run(240)
    assert cloud.size() == 1


def test_a_group_below_its_least_grows_where_that_is_asked_for() -> None:
    cloud = Cloud(enforce_node_group_min_size="true")
    cloud.group(least=2, size=0)
    cloud.run(20)
    assert cloud.size() == 2


def test_the_status_says_how_it_stands() -> None:
    cloud = Cloud()
    cloud.group(least=1, size=1)
    cloud.deployment(3, "1500m")
    cloud.run(60)
    held = cloud.world.get("configmaps", "kube-system", "cluster-autoscaler-status")
    assert held is not None
    text = held["data"]["status"]
    assert "autoscalerStatus: Running" in text
    assert "cloudProviderTarget: 2" in text
    assert "maxSize: 3" in text
    group = cloud.world.get(RESOURCE, "", "small")
    assert group is not None
    assert (group["status"]["size"], group["status"]["ready"]) == (2, 2)
