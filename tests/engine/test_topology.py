"""Topologies: the demo's, of a size, from a file."""

import pytest

from simulator.engine import topology
from simulator.engine.topology import GI


def test_demo() -> None:
    nodes = topology.demo().nodes
    assert [node.name for node in nodes] == ["control-plane", *(f"worker-{number}" for number in range(1, 6))]
    assert {node.zone for node in nodes[1:]} == {"zone-a", "zone-b"}
    assert len({(node.cpu, node.memory) for node in nodes[1:]}) > 2
    assert [node.name for node in nodes if node.taints] == ["control-plane", "worker-5"]


def test_of_size() -> None:
    assert len(topology.of_size(1000).nodes) == 1001
    with pytest.raises(ValueError, match="nodes: must be between 1 and"):
        topology.of_size(0)


def test_parse() -> None:
    entry = {"name": "big", "count": 2, "cpu": "1500m", "memory": "8Gi", "zone": "z1", "taints": ["gpu=yes:NoSchedule"]}
    control, first, second = topology.parse({"nodes": [entry]}).nodes
    assert (control.control_plane, first.name, second.name) == (True, "big-1", "big-2")
    assert (first.cpu, first.memory, first.pods, first.zone) == (1500, 8 * GI, 110, "z1")
    assert first.taints == ({"effect": "NoSchedule", "key": "gpu", "value": "yes"},)


def test_devices_and_huge_pages() -> None:
    entry = {"name": "a", "resources": {"example.com/gpu": 2, "hugepages-2Mi": "64Mi"}}
    assert topology.parse({"nodes": [entry]}).nodes[1].resources == {
        "example.com/gpu": "2",
        "hugepages-2Mi": "67108864",
    }


BAD = {
    "nothing": ({}, "nodes: must be a list"),
    "no object": ({"nodes": ["a"]}, r"nodes\[0\]: must be an object"),
    "no name": ({"nodes": [{}]}, r"nodes\[0\]\.name: must be a DNS name"),
    "unknown field": ({"nodes": [{"name": "a", "ram": 1}]}, r"nodes\[0\]\.ram: unknown field"),
    "unknown field above": ({"nodes": [{"name": "a"}], "zones": 2}, "zones: unknown field"),
    "cpu": ({"nodes": [{"name": "a", "cpu": "many"}]}, r"nodes\[0\]\.cpu: quantities must match"),
    "memory": ({"nodes": [{"name": "a", "memory": -1}]}, r"nodes\[0\]\.memory: must be more than 0"),
    "pods": ({"nodes": [{"name": "a", "pods": 1000}]}, r"nodes\[0\]\.pods: must be a whole number from 1 to 250"),
    "count": ({"nodes": [{"name": "a", "count": True}]}, r"nodes\[0\]\.count: must be a whole number"),
    "taint": ({"nodes": [{"name": "a", "taints": ["gpu"]}]}, r"nodes\[0\]\.taints\[0\]: must be key=value:Effect"),
    "effect": ({"nodes": [{"name": "a", "taints": ["gpu:Never"]}]}, r"nodes\[0\]\.taints\[0\]\.effect: must be one of"),
    "labels": ({"nodes": [{"name": "a", "labels": {"a": 1}}]}, r"nodes\[0\]\.labels: must be a map"),
    "resources": ({"nodes": [{"name": "a", "resources": ["gpu"]}]}, r"nodes\[0\]\.resources: must be a map"),
    "a resource": (
        {"nodes": [{"name": "a", "resources": {"cpu": 1}}]},
        r"nodes\[0\]\.resources: must name devices such as example.com/dongle, or huge pages, not 'cpu'",
    ),
    "how many": (
        {"nodes": [{"name": "a", "resources": {"example.com/gpu": "x"}}]},
        r"nodes\[0\]\.resources\[example.com/gpu\]: quantities must match",
    ),
    "twice": ({"nodes": [{"name": "a"}, {"name": "a"}]}, 'nodes: the name "a" is given twice'),
}


@pytest.mark.parametrize(("document", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_with_its_field(document: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        topology.parse(document)
