"""Groups that are alike share what comes: the cases of processors/nodegroupset/{compare,label}_nodegroups_test.go
and balancing_processor_test.go of cluster-autoscaler."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.cluster_autoscaler.balancing import are_similar, balanced
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import name_of
from simulator.engine.registry import Body
from simulator.engine.world import World

from .rig import Cloud


def settings(**flags: str) -> Settings:
    world = World(seed=1, now=0)
    data = {flag.replace("_", "-"): text for flag, text in flags.items()}
    world.load("configmaps", {"metadata": {"name": "cluster-autoscaler", "namespace": "kube-system"}, "data": data})
    return Settings(world)


def machine(
    cpu: int = 1000, memory: int = 2000, *, asked: tuple[int, int] = (0, 0), gpu: int = 0, **fields: Any
) -> Template:
    """A node; `capacity` and `allocatable` replace parts of what it has, `labels` are its labels."""
    held = {"cpu": f"{cpu}m", "memory": str(memory), "pods": "100", **({"nvidia.com/gpu": str(gpu)} if gpu else {})}
    status = {part: {**held, **fields.get(part, {})} for part in ("capacity", "allocatable")}
    node = {"metadata": {"name": "n", "labels": fields.get("labels", {})}, "spec": {}, "status": status}
    requests = {"cpu": f"{asked[0]}m", "memory": str(asked[1])}
    pod: Body = {
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "resources": {"requests": requests}}]},
    }
    return Template(node, [pod] if any(asked) else [])


LABELS = {"test-label": "test-value", "character": "winnie the pooh"}
HOST, ZONE = "kubernetes.io/hostname", "failure-domain.beta.kubernetes.io/zone"
FLUENTD = "beta.kubernetes.io/fluentd-ds-ready"
SIMILAR: dict[str, tuple[Template, Template, bool]] = {
    "identical": (machine(), machine(), True),
    "different CPU capacity": (machine(), machine(capacity={"cpu": "1001m"}), False),
    "slightly different allocatable": (machine(), machine(allocatable={"cpu": "999m"}), True),
    "significantly different allocatable": (machine(), machine(allocatable={"cpu": "500m"}), False),
    "one with GPU, one without": (machine(), machine(gpu=1), False),
    "different allocatable, but same free": (
        machine(asked=(500, 1000)),
        machine(allocatable={"cpu": "500m", "memory": "1000"}),
        False,
    ),
    "same requests of pods": (machine(asked=(500, 1000)), machine(asked=(500, 1000)), True),
    "similar allocatable, similar pods": (
        machine(asked=(500, 1000)),
        machine(allocatable={"cpu": "999m"}, asked=(501, 1001)),
        True,
    ),
    "different requests of pods": (machine(asked=(500, 1000)), machine(asked=(700, 1000)), False),
    "memory capacity within tolerance": (machine(memory=100_000), machine(memory=98_500), True),
    "memory capacity outside of tolerance": (machine(memory=100_000), machine(memory=98_499), False),
    "missing character label": (machine(labels=LABELS), machine(labels={"test-label": "test-value"}), False),
    "the same labels": (machine(labels=LABELS), machine(labels=LABELS), True),
    "another value": (machine(labels=LABELS), machine(labels={**LABELS, "character": "pluto"}), False),
    "different hostname labels": (machine(labels={HOST: "node1"}), machine(labels={HOST: "node2"}), True),
    "different zones": (machine(labels={ZONE: "mars"}), machine(labels={ZONE: "us"}), True),
    "different fluentd-ds-ready": (machine(labels={FLUENTD: "true"}), machine(labels={FLUENTD: "false"}), True),
    "missing fluentd-ds-ready": (machine(labels={FLUENTD: "true"}), machine(), True),
}


@pytest.mark.parametrize(("one", "other", "expected"), SIMILAR.values(), ids=SIMILAR)
def test_which_machines_are_alike(one: Template, other: Template, expected: bool) -> None:
    assert are_similar(one, other, settings()) is expected
    assert are_similar(other, one, settings()) is expected


READY, NOT_READY = {"example.com/ready": "true"}, {"example.com/ready": "false"}


@pytest.mark.parametrize(
    ("flags", "one", "other", "expected"),
    [
        ({}, READY, NOT_READY, False),
        ({"balancing_ignore_label": "example.com/ready"}, READY, NOT_READY, True),
        ({"balancing_ignore_label": "a, example.com/ready"}, READY, {}, True),
        ({"balancing_label": "pool"}, {"pool": "a"}, {"pool": "a", "x": "y"}, True),
        ({"balancing_label": "pool"}, {"pool": "a"}, {"pool": "b"}, False),
        ({"balancing_label": "pool"}, {"pool": "a"}, {}, False),
        ({"balancing_label": "pool"}, {}, {}, False),
        ({"balancing_label": "pool,sort"}, {"pool": "a", "sort": "s"}, {"pool": "a", "sort": "s"}, True),
        ({"balancing_label": "pool,sort"}, {"pool": "a", "sort": "s"}, {"pool": "a"}, False),
    ],
)
def test_labels_that_do_not_count_or_count_alone(
    flags: dict[str, str], one: dict[str, str], other: dict[str, str], expected: bool
) -> None:
    assert are_similar(machine(labels=one), machine(labels=other), settings(**flags)) is expected


def test_ratios_are_flags() -> None:
    assert are_similar(machine(memory=1000), machine(memory=800), settings()) is False
    wide = {"memory_difference_ratio": "0.2", "max_free_difference_ratio": "0.2"}
    assert are_similar(machine(memory=1000), machine(memory=800), settings(**wide)) is False
    wide["max_allocatable_difference_ratio"] = "0.2"
    assert are_similar(machine(memory=1000), machine(memory=800), settings(**wide)) is True


UNDER = {"ng1": (10, 1), "ng2": (10, 3), "ng3": (10, 5), "ng4": (10, 5)}
HITTING = {"ng1": (1, 1), "ng2": (3, 1), "ng3": (10, 3), "ng4": (7, 5), "ng5": (3, 6)}


def of(groups: dict[str, tuple[int, int]], *names: str) -> dict[str, tuple[int, int]]:
    return {name: groups[name] for name in names}


SHARED: dict[str, tuple[dict[str, tuple[int, int]], int, dict[str, int]]] = {
    "single group, just one node": ({"ng1": (10, 1)}, 1, {"ng1": 2}),
    "single group, multiple nodes": ({"ng1": (10, 1)}, 4, {"ng1": 5}),
    "a single node": (UNDER, 1, {"ng1": 2}),
    "multiple nodes to single group": (UNDER, 2, {"ng1": 3}),
    "groups of different sizes, divisible": (UNDER, 4, {"ng1": 4, "ng2": 4}),
    "groups of different sizes, non-divisible": (UNDER, 5, {"ng1": 5, "ng2": 4}),
    "all groups, divisible": (UNDER, 10, {"ng1": 6, "ng2": 6, "ng3": 6, "ng4": 6}),
    "just one maxed out group": (of(HITTING, "ng1"), 1, {}),
    "smallest group already maxed out, add one node": (of(HITTING, "ng1", "ng2"), 1, {"ng2": 2}),
    "smallest group already maxed out, too many nodes": (of(HITTING, "ng1", "ng2"), 5, {"ng2": 3}),
    "first group maxes out before proceeding to next one": (of(HITTING, "ng2", "ng3"), 4, {"ng2": 3, "ng3": 5}),
    "last group maxes out before previous one": (
        of(HITTING, "ng2", "ng3", "ng4"),
        9,
        {"ng2": 3, "ng3": 8, "ng4": 7},
    ),
    "use all capacity, cap to max": (of(HITTING, "ng2", "ng3", "ng4"), 900, {"ng2": 3, "ng3": 10, "ng4": 7}),
    "one node group exceeds max": (of(HITTING, "ng2", "ng5"), 1, {"ng2": 2}),
}


@pytest.mark.parametrize(("groups", "nodes", "expected"), SHARED.values(), ids=SHARED)
def test_how_new_nodes_are_shared(groups: dict[str, tuple[int, int]], nodes: int, expected: dict[str, int]) -> None:
    bodies = [
        {"metadata": {"name": name}, "spec": {"minSize": 1, "maxSize": most, "size": size}}
        for name, (most, size) in groups.items()
    ]
    assert {name_of(one.group): one.after for one in balanced(bodies, nodes)} == expected


def three_zones(**flags: str) -> Cloud:
    """Two groups of equal machines in two zones, and one of larger ones."""
    cloud = Cloud(expander="price", **flags)
    for zone in ("a", "b"):
        cloud.group(f"zone-{zone}", most=5, template={"zone": f"zone-{zone}"})
    cloud.group("large", most=5, cpu="8", pricePerHour="9")
    return cloud


@pytest.mark.parametrize(("flag", "sizes"), [("true", [2, 2, 0]), ("false", [0, 4, 0])])
def test_groups_in_several_zones_grow_together_if_that_is_asked_for(flag: str, sizes: list[int]) -> None:
    cloud = three_zones(balance_similar_node_groups=flag)
    cloud.deployment(5, "1500m")
    cloud.run(40)
    grown = [cloud.size(name) for name in ("zone-a", "zone-b", "large")]
    assert grown == sizes or grown == [sizes[1], sizes[0], sizes[2]]
    cloud.run(40)
    assert cloud.pending() == 0


def test_a_set_of_groups_grows_beyond_the_most_of_one() -> None:
    cloud = Cloud(balance_similar_node_groups="true")
    cloud.group("one", most=1)
    cloud.group("two", most=3)
    cloud.deployment(5, "1500m")
    cloud.run(40)
    assert (cloud.size("one"), cloud.size("two")) == (1, 3)
    said = set(cloud.messages("TriggeredScaleUp"))
    assert said <= {
        "pod triggered scale-up: [{one 0->1 (max: 1)} {two 0->3 (max: 3)}]",
        "pod triggered scale-up: [{two 0->3 (max: 3)} {one 0->1 (max: 1)}]",
    }
    assert len(said) == 1


def test_a_group_that_is_left_alone_after_a_failure_gets_no_share() -> None:
    cloud = Cloud(balance_similar_node_groups="true", max_node_provision_time="1m")
    cloud.group("slow", most=1, bootSeconds=3600)
    cloud.group("quick", most=5)
    cloud.deployment(3, "1500m")
    cloud.run(130)
    assert cloud.size("slow") == 0
    assert cloud.pending() == 0
