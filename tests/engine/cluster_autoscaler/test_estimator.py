"""Bin packing: the cases of TestBinpackingEstimate in cluster-autoscaler/estimator/binpacking_estimator_test.go."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.cluster_autoscaler.estimator import estimate
from simulator.engine.cluster_autoscaler.snapshot import Snapshot
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import name_of
from simulator.engine.registry import Bodies, Body
from simulator.engine.world import World


def node(cpu: int, memory: int, pods: int, name: str, zone: str) -> Body:
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}
    offered = {"cpu": f"{cpu}m", "memory": str(memory), "pods": str(pods)}
    ready = [{"type": "Ready", "status": "True"}]
    status = {"allocatable": offered, "capacity": offered, "conditions": ready}
    return {"metadata": {"name": name, "labels": labels}, "spec": {}, "status": status}


def alike(count: int, cpu: int, memory: int, name: str = "estimatee", **spec: Any) -> Bodies:
    container: Body = {"name": "c", "resources": {"requests": {"cpu": f"{cpu}m", "memory": str(memory)}}}
    if "port" in spec:
        port = spec.pop("port")
        container["ports"] = [{"hostPort": port, "containerPort": port, "protocol": "TCP"}]
    if "spread" in spec:
        key, skew = spec.pop("spread")
        spec["topologySpreadConstraints"] = [
            {
                "maxSkew": skew,
                "topologyKey": key,
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": {"app": "estimatee"}},
            }
        ]
    labels = {"app": "estimatee"}
    return [
        {
            "metadata": {"name": f"{name}-{number}", "namespace": "universe", "labels": labels},
            "spec": {"containers": [container], **spec},
        }
        for number in range(count)
    ]


class Case(NamedTuple):
    cpu: int
    memory: int
    groups: list[Bodies]
    nodes: int
    pods: int
    most: int = 1000


HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
LARGE = alike(10, 500, 1000, name="large")
CASES = {
    "simple resource-based binpacking": Case(350 * 3 - 50, 2000, [alike(10, 350, 1000)], 5, 10),
    "pods-per-node bound binpacking": Case(10000, 20000, [alike(20, 10, 100)], 2, 20),
    "hostport conflict forces pod-per-node": Case(1000, 5000, [alike(8, 200, 1000, port=5555)], 8, 8),
    "limiter cuts binpacking": Case(1000, 5000, [alike(20, 500, 1000)], 5, 10, most=5),
    "decreasing ordered pods are processed first": Case(1000, 5000, [alike(10, 50, 1000), LARGE], 5, 10, most=5),
    "hostname spreading with maxSkew=2 forces 2 pods/node": Case(
        1000, 5000, [alike(8, 200, 200, spread=(HOST, 2))], 4, 8
    ),
    "zonal spreading with maxSkew=2 only allows 2 pods": Case(1000, 5000, [alike(8, 20, 100, spread=(ZONE, 2))], 1, 2),
    "a pod that fits no node of the kind": Case(1000, 5000, [alike(1, 2000, 100)], 0, 0),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_how_many_nodes_pods_need(case: Case) -> None:
    snapshot = Snapshot(World(seed=1, now=0), [node(100, 100, 10, "oldnode", "zone-jupiter")], cutoff=-10)
    template = Template(node(case.cpu, case.memory, 10, "template", "zone-mars"), [])
    found = estimate(snapshot, case.groups, template, most=case.most)
    assert (found.nodes, len(found.pods)) == (case.nodes, case.pods)
    if case.groups[-1] is LARGE:
        assert {name_of(pod) for pod in found.pods} == {name_of(pod) for pod in LARGE}
    assert snapshot.names() == ["oldnode"]


def test_daemon_pods_take_room_on_each_node() -> None:
    snapshot = Snapshot(World(seed=1, now=0), [], cutoff=-10)
    daemon = alike(1, 600, 100, name="daemon")
    template = Template(node(1000, 5000, 10, "template", "zone-mars"), daemon)
    assert estimate(snapshot, [alike(4, 400, 100)], template, most=10).nodes == 4
