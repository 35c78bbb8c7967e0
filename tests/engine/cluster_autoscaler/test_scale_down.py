"""Nodes that are not needed go: which, when, and what keeps one."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.node_groups import RESOURCE
from simulator.engine.objects import name_of, set_in
from simulator.engine.registry import Body

from .rig import USER, Cloud

SOON = {
    "scale_down_unneeded_time": "1m",
    "scale_down_delay_after_add": "10s",
    "unremovable_node_recheck_timeout": "10s",
}


def settled(**settings: str) -> Cloud:
    """A worker and two machines, which nothing runs on."""
    cloud = Cloud(**{**SOON, **settings})
    cloud.group(size=2)
    cloud.run(30)
    return cloud


def test_empty_nodes_go_after_they_were_not_needed_for_long_enough() -> None:
    cloud = settled()
    names = sorted(name_of(node) for node in cloud.nodes())
    # They are ready at 22 s, first seen so at 30 s, and not needed for longer than a minute at 100 s.
    cloud.run(69)
    assert cloud.size() == 2
    cloud.run(10)
    assert cloud.size() == 0
    cloud.run(10)
    assert cloud.nodes() == []
    said = [f'Scale-down: removing empty node "{name}"' for name in names]
    said += [f"Scale-down: empty node {name} removed" for name in names]
    assert sorted(cloud.messages("ScaleDownEmpty")) == sorted(said)
    told = ["marked the node as toBeDeleted/unschedulable", "nodes removed by cluster autoscaler"]
    assert sorted(cloud.messages("ScaleDown")) == sorted(2 * told)
    cloud.run(100)
    assert cloud.world.clock.settled()


def test_a_group_keeps_its_least() -> None:
    cloud = settled()
    held = cloud.world.get(RESOURCE, "", "small")
    assert held is not None
    cloud.world.update(RESOURCE, set_in(held, ("spec", "minSize"), 1), USER)
    cloud.run(600)
    assert (cloud.size(), len(cloud.nodes())) == (1, 1)


def test_the_defaults_are_ten_minutes() -> None:
    cloud = Cloud()
    cloud.group(size=1)
    cloud.run(629)
    assert cloud.size() == 1
    cloud.run(20)
    assert cloud.size() == 0


@pytest.mark.parametrize(
    ("pod", "goes"),
    [
        ({}, True),
        ({"annotations": {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}}, False),
        ({"volumes": [{"name": "v", "emptyDir": {}}]}, False),
        ({"nodeSelector": {"kind": "machine"}}, False),
    ],
)
def test_what_a_pod_lets_happen(pod: dict[str, Any], goes: bool) -> None:
    cloud = Cloud(**SOON)
    cloud.group(size=1, template={"labels": {"kind": "machine"}})
    cloud.run(30)
    name = name_of(cloud.nodes()[0])
    cordon(cloud, "worker", True)
    cloud.deployment(1, "500m", **pod)
    cloud.run(10)
    cordon(cloud, "worker", False)
    cloud.run(300)
    assert (cloud.world.get("nodes", "", name) is None) is goes
    assert cloud.size() == (0 if goes else 1)
    assert [one["spec"]["nodeName"] for one in web(cloud)] == ["worker" if goes else name]


def web(cloud: Cloud) -> list[Body]:
    return [pod for pod in cloud.world.list("pods", "default") if pod["metadata"]["labels"].get("app") == "web"]


def cordon(cloud: Cloud, name: str, value: bool) -> None:
    held = cloud.world.get("nodes", "", name)
    assert held is not None
    cloud.world.update("nodes", set_in(held, ("spec", "unschedulable"), value), USER)


@pytest.mark.parametrize(
    ("requests", "threshold", "goes"),
    [("900m", "", True), ("1", "", False), ("1", "0.6", True), ("500m", "0.2", False)],
)
def test_a_node_that_is_asked_for_enough_stays(requests: str, threshold: str, goes: bool) -> None:
    cloud = Cloud(**SOON, **({"scale_down_utilization_threshold": threshold} if threshold else {}))
    cloud.group(size=1)
    cloud.run(30)
    cordon(cloud, "worker", True)
    cloud.deployment(1, requests)
    cloud.run(10)
    cordon(cloud, "worker", False)
    cloud.run(300)
    assert cloud.size() == (0 if goes else 1)


def test_a_node_with_the_annotation_stays() -> None:
    cloud = settled()
    node = cloud.nodes()[0]
    key = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
    cloud.world.update("nodes", set_in(node, ("metadata", "annotations", key), "true"), USER)
    cloud.run(300)
    assert [name_of(one) for one in cloud.nodes()] == [name_of(node)]


def test_a_budget_that_allows_nothing_keeps_the_node() -> None:
    cloud = Cloud(**SOON)
    cloud.group(size=1)
    cloud.run(30)
    cordon(cloud, "worker", True)
    cloud.deployment(1, "500m")
    cloud.budget(maxUnavailable=0)
    cloud.run(10)
    cordon(cloud, "worker", False)
    cloud.run(600)
    assert cloud.size() == 1


def draining(**settings: str) -> Cloud:
    """A node whose pod is about to be evicted."""
    cloud = Cloud(**SOON, **settings)
    cloud.group(size=1)
    cloud.run(30)
    cordon(cloud, "worker", True)
    cloud.deployment(1, "500m")
    cloud.run(10)
    cordon(cloud, "worker", False)
    while not cloud.messages("ScaleDown"):
        cloud.run(1)
    return cloud


def test_a_drain_goes_on_in_a_world_that_was_rebuilt() -> None:
    cloud = draining()
    cloud.rebuild()
    cloud.run(5)
    cloud.rebuild()
    cloud.run(30)
    assert "deleting pod for node scale down" in cloud.messages("ScaleDown")
    assert cloud.size() == 0


def test_a_drain_that_does_not_come_to_an_end_fails_and_the_taint_goes() -> None:
    """A budget without an answer yet forbids the eviction when the drain has begun."""
    cloud = draining(max_pod_eviction_time="20s", scale_down_delay_after_failure="1h")
    name = name_of(cloud.nodes()[0])
    cloud.world.watch("events", lambda change: change.body["reason"] == "ScaleDown" and spoil(cloud))
    cloud.run(40)
    said = cloud.messages("ScaleDownFailed")
    assert "failed to delete pod for ScaleDown" in said
    begins = (
        f"failed to drain and delete node: Failed to drain node /{name}, due to following errors: [failed to evict pod"
    )
    assert any(one.startswith(begins) for one in said)
    assert taints(cloud.nodes()[0]) in ([], ["DeletionCandidateOfClusterAutoscaler"])
    cloud.run(600)
    assert cloud.size() == 1


def spoil(cloud: Cloud) -> None:
    """Two budgets for one pod: nobody may evict it any more."""
    for name in ("one", "two"):
        if cloud.world.get("poddisruptionbudgets.policy", "default", name) is None:
            meta, labels = {"name": name, "namespace": "default"}, {"matchLabels": {"app": "web"}}
            body = {"metadata": meta, "spec": {"selector": labels, "maxUnavailable": 1}}
            cloud.create("poddisruptionbudgets.policy", body)


def test_after_growing_nothing_goes_for_a_while() -> None:
    cloud = Cloud(scale_down_unneeded_time="10s", scale_down_delay_after_add="5m")
    cloud.group()
    cloud.deployment(2, "1500m")
    cloud.run(60)
    assert cloud.size() == 1
    cloud.scale(1)
    cloud.run(200)
    assert cloud.size() == 1
    cloud.run(120)
    assert cloud.size() == 0


def test_soft_taints_come_and_go() -> None:
    cloud = settled(scale_down_unneeded_time="10m")
    cloud.run(30)
    assert [taints(node) for node in cloud.nodes()] == [["DeletionCandidateOfClusterAutoscaler"]] * 2
    cloud.deployment(4, "1500m")
    cloud.run(60)
    assert all(taints(node) == [] for node in cloud.nodes())


def taints(node: Body) -> list[str]:
    return [one["key"] for one in node["spec"].get("taints") or ()]
