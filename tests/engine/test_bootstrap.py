"""A new cluster: what kubeadm leaves, and that the components take it from there."""

from ipaddress import IPv4Address, IPv4Network

import pytest

from simulator.engine import node_addresses, topology
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.objects import instant_of, labels_of, name_of
from simulator.engine.registry import KINDS
from simulator.engine.world import World

T0 = instant_of("2026-01-01T00:00:00Z")


@pytest.fixture(scope="module")
def world() -> World:
    made = World(seed=1, now=T0)
    boot(made, topology.demo(), until=T0 + 60 * SECOND)
    return made


def test_everything_runs_after_a_minute(world: World) -> None:
    found = world.list("pods", "kube-system")
    assert {pod["status"]["phase"] for pod in found} == {"Running"}
    starts = ("coredns-", "etcd-", "kube-apiserver-", "kube-controller-manager-", "kube-proxy-", "kube-scheduler-")
    counts = {start: sum(name_of(pod).startswith(start) for pod in found) for start in starts}
    assert list(counts.values()) == [2, 1, 1, 1, 6, 1]
    assert world.clock.settled()


def test_what_is_written_is_valid(world: World) -> None:
    errors = [
        (kind.resource, name_of(body), error)
        for kind in KINDS
        for body in world.list(kind.resource)
        for error in kind.validate(body)
    ]
    assert errors == []


def test_a_node(world: World) -> None:
    node = world.get("nodes", "", "worker-2")
    assert node is not None
    assert node["status"]["capacity"] == {
        "cpu": "2",
        "ephemeral-storage": "100Gi",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": "4Gi",
        "pods": "110",
    }
    allocatable = node["status"]["allocatable"]
    assert (allocatable["cpu"], allocatable["memory"], allocatable["ephemeral-storage"]) == (
        "2",
        "3996Mi",
        "96636764000",
    )
    assert labels_of(node)["topology.kubernetes.io/zone"] == "zone-a"
    assert {one["type"]: one["status"] for one in node["status"]["conditions"]} == {
        "MemoryPressure": "False",
        "DiskPressure": "False",
        "PIDPressure": "False",
        "Ready": "True",
    }
    assert node["spec"]["podCIDRs"] == ["10.244.2.0/24"]
    assert len(node["status"]["nodeInfo"]["machineID"]) == 32


def test_the_control_plane_is_tainted_and_named(world: World) -> None:
    node = world.get("nodes", "", "control-plane")
    assert node is not None
    assert node["spec"]["taints"] == [{"effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"}]
    assert labels_of(node)["node-role.kubernetes.io/control-plane"] == ""


@pytest.mark.parametrize("later", [0, 7, 3600])
def test_leases_are_renewed_without_a_write(world: World, later: int) -> None:
    lease = world.get("leases.coordination.k8s.io", "kube-node-lease", "worker-1")
    read = KINDS["leases.coordination.k8s.io"].at_read
    assert lease is not None
    assert read is not None
    now = world.now + later * SECOND
    assert 0 <= now - instant_of(read(lease, now)["spec"]["renewTime"]) < 10 * SECOND


def test_the_api_server_is_a_service(world: World) -> None:
    service = world.get("services", "default", "kubernetes")
    endpoints = world.get("endpoints", "default", "kubernetes")
    assert service is not None
    assert endpoints is not None
    assert service["spec"]["clusterIP"] == "10.96.0.1"
    assert endpoints["subsets"][0]["addresses"] == [{"ip": "192.168.0.10"}]
    assert world.get("services", "kube-system", "kube-dns") is not None


@pytest.mark.parametrize("count", [6, 256, 5001])
def test_addresses_do_not_overlap(count: int) -> None:
    hosts = [node_addresses.host(position) for position in range(count)]
    assert len(set(hosts)) == count
    assert all(IPv4Address(host) in IPv4Network("192.168.0.0/16") for host in hosts)
    ranges = node_addresses.pod_ranges(count)
    assert len(set(ranges)) == count
    assert all(not IPv4Network(one).overlaps(IPv4Network("10.96.0.0/12")) for one in ranges)
