"""What a kubelet enforces of what it can give, as its own configuration says: bounds of cgroups, thresholds, errors.

Follows pkg/kubelet/cm/node_container_manager_linux.go and pkg/kubelet/apis/config/validation/validation_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.kubelet import cgroups, configuration
from simulator.engine.kubelet.configuration_fields import InvalidConfiguration, decoded
from simulator.engine.registry import Body
from tests.engine.kubelet.eviction.rig import Pressed

MI = 1 << 20
BOUNDS = {
    # name: (configuration, memory.max of all pods, memory.max of the system)
    "by default all of it": ({}, str(4096 * MI), "max"),
    "the threshold of eviction counts for nothing": (
        {"evictionHard": {"memory.available": "1Gi"}},
        str(4096 * MI),
        "max",
    ),
    "what is reserved does not": (
        {"evictionHard": {"memory.available": "25%"}, "systemReserved": {"memory": "512Mi"}},
        str(3584 * MI),
        "max",
    ),
    "no threshold at all": ({"evictionHard": {}, "kubeReserved": {"memory": "1Gi"}}, str(3072 * MI), "max"),
    "nothing is enforced": ({"enforceNodeAllocatable": ["none"], "systemReserved": {"memory": "1Gi"}}, "max", "max"),
    "an empty list": ({"enforceNodeAllocatable": []}, "max", "max"),
    "the system too": (
        {
            "enforceNodeAllocatable": ["pods", "system-reserved"],
            "systemReservedCgroup": "/system.slice",
            "systemReserved": {"memory": "512Mi"},
        },
        str(3584 * MI),
        str(512 * MI),
    ),
}


@pytest.mark.parametrize(("fields", "pods", "system"), BOUNDS.values(), ids=BOUNDS.keys())
def test_what_bounds_pods_and_system(fields: Body, pods: str, system: str) -> None:
    lab = Pressed()
    lab.configure(**fields)
    lab.run(30)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    groups = {one.kind: one.settings for _, one in cgroups.tree(lab.world, node, lab.world.now).walk()}
    assert (groups["kubepods"]["memory.max"], groups["system"]["memory.max"]) == (pods, system)


class Objects:
    """A reader that knows objects alone, as the API server's does."""

    def __init__(self, lab: Pressed) -> None:
        self.get, self.list = lab.world.get, lab.world.list


def test_who_sees_only_objects_sees_the_same() -> None:
    lab = Pressed()
    lab.configure(evictionHard={"memory.available": "1Gi"}, kubeReserved={"memory": "256Mi"}, podPidsLimit=64)
    lab.use("web")
    lab.run(30)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    assert cgroups.tree(Objects(lab), node, lab.world.now) == cgroups.tree(lab.world, node, lab.world.now)
    lab.configure(evictionHard={"nonsense": "1Gi"})
    assert configuration.seen(Objects(lab), "n1") == configuration.DEFAULT


def test_without_enforcement_there_is_no_threshold_of_all_pods() -> None:
    for enforced, evicted in ((["pods"], ["greedy"]), (["none"], [])):
        lab = Pressed()
        lab.configure(systemReserved={"memory": "2Gi"}, enforceNodeAllocatable=enforced)
        lab.use("greedy", memory={"idle": "2000Mi"})
        lab.run(30)
        assert lab.evicted() == evicted


_FLAG = "enforceNodeAllocatable (--enforce-node-allocatable)"
WRONG = {
    # name: (fields, what is said)
    "an unknown one": (
        {"enforceNodeAllocatable": ["invalid-enforce-node-allocatable"]},
        f'option "invalid-enforce-node-allocatable" specified for {_FLAG}. Valid options are "pods", '
        '"system-reserved", "kube-reserved", or "none"',
    ),
    "none and more": (
        {"enforceNodeAllocatable": ["pods", "none"]},
        f'{_FLAG} may not contain additional enforcements when "none" is specified',
    ),
    "the system without its cgroup": (
        {"enforceNodeAllocatable": ["pods", "system-reserved"]},
        'systemReservedCgroup (--system-reserved-cgroup) must be specified when "system-reserved" contained in '
        f"{_FLAG}",
    ),
    "the kubelets without theirs": (
        {"enforceNodeAllocatable": ["kube-reserved"]},
        f'kubeReservedCgroup (--kube-reserved-cgroup) must be specified when "kube-reserved" contained in {_FLAG}',
    ),
}


@pytest.mark.parametrize(("fields", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_enforced(fields: Body, said: str) -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        configuration.parsed(decoded(fields))
    assert str(raised.value) == f"invalid configuration: {said}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"enforceNodeAllocatable": "pods"}, "string into Go struct field KubeletConfiguration.enforceNodeAllocatable"),
        ({"enforceNodeAllocatable": [1]}, "number into Go struct field KubeletConfiguration.enforceNodeAllocatable"),
        ({"podPidsLimit": "many"}, "string into Go struct field KubeletConfiguration.podPidsLimit of type int64"),
        (
            {"podPidsLimit": 1 << 63},
            "number 9223372036854775808 into Go struct field KubeletConfiguration.podPidsLimit",
        ),
    ],
)
def test_what_is_of_another_type(fields: Body, said: str) -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        decoded(fields)
    assert said in str(raised.value)
