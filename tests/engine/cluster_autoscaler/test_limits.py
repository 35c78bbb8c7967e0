"""Limits of the whole cluster: the cases of core/scaleup/resource/manager_test.go and core/scaledown/resource/
limits_test.go of cluster-autoscaler, and what comes of them."""

from __future__ import annotations

import pytest

from simulator.engine.cluster_autoscaler import limits
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.taints import TO_BE_DELETED
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import name_of
from simulator.engine.registry import Body

from .rig import Cloud
from .test_balancing import settings

GB = 1 << 30
MIB = 1 << 20


def node(name: str, cpu: str, memory: int, *, group: str = "", doomed: bool = False) -> Body:
    spec: Body = {"providerID": f"sim://{group}/{name}"} if group else {}
    if doomed:
        spec["taints"] = [{"key": TO_BE_DELETED, "value": "0", "effect": "NoSchedule"}]
    return {"metadata": {"name": name}, "spec": spec, "status": {"capacity": {"cpu": cpu, "memory": str(memory)}}}


@pytest.mark.parametrize(("cpu", "memory"), [(8, 16), (4, 32)])
def test_delta_for_node(cpu: int, memory: int) -> None:
    assert limits.size(node("n", str(cpu), memory)) == {"cpu": cpu, "memory": memory}


def test_a_part_of_a_core_counts_as_one() -> None:
    assert limits.size(node("n", "1500m", 1)) == {"cpu": 2, "memory": 1}


@pytest.mark.parametrize(
    ("count", "cpu", "memory", "others", "expected"),
    [
        (5, 8, 16, 0, {"cpu": 960, "memory": 920}),
        (100, 4, 8, 0, {"cpu": 600, "memory": 200}),
        (100, 4, 8, 1, {"cpu": 596, "memory": 192}),
        (200, 8, 8, 0, {"cpu": 0, "memory": 0}),
    ],
)
def test_resources_left(count: int, cpu: int, memory: int, others: int, expected: dict[str, int]) -> None:
    """As in upstream's table, in GB; the Nodes of a group do not count beside its size."""
    held = settings(cores_total="0:1000", memory_total="0:1000")
    groups = {"ng": {"metadata": {"name": "ng"}, "spec": {"size": count}}}
    templates = {"ng": Template(node("t", str(cpu), memory * GB), [])}
    nodes = [node(f"n{number}", str(cpu), memory * GB, group="ng") for number in range(count // 2)]
    nodes += [node(f"o{number}", str(cpu), memory * GB) for number in range(others)]
    left = limits.left_to_grow(held, groups, templates, nodes)
    assert left == {"cpu": expected["cpu"], "memory": expected["memory"] * GB}


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ({"cpu": 80, "memory": 160}, 10),
        ({"cpu": 80, "memory": 100}, 6),
        ({"cpu": 39, "memory": 160}, 4),
        ({"cpu": 40, "memory": 80}, 5),
        ({}, 10),
    ],
)
def test_apply_limits(left: dict[str, int], expected: int) -> None:
    assert limits.capped(10, left, {"cpu": 8, "memory": 16}) == expected


@pytest.mark.parametrize(
    ("left", "delta", "expected"),
    [
        ({"cpu": 10, "memory": 20}, {"cpu": 8, "memory": 16}, []),
        ({"cpu": 10, "memory": 20}, {"cpu": 12, "memory": 16}, ["cpu"]),
        ({"cpu": 10, "memory": 20}, {"cpu": 8, "memory": 32}, ["memory"]),
        ({"cpu": 10, "memory": 20}, {"cpu": 16, "memory": 96}, ["cpu", "memory"]),
        ({"a": 10}, {"a": 10}, []),
        ({"a": 10}, {"a": 11}, ["a"]),
        ({"a": 10}, {"b": 10}, []),
        ({"a": 0}, {"a": 0}, []),
        ({"a": 0}, {"a": 1}, ["a"]),
        ({"a": 10, "b": 20, "c": 30}, {"a": 11, "b": 20, "c": 31}, ["a", "c"]),
    ],
)
def test_check_delta_within_limits(left: dict[str, int], delta: dict[str, int], expected: list[str]) -> None:
    assert limits.exceeded(left, delta) == expected
    before = dict(left)
    assert limits.take(left, delta) is not bool(expected)
    assert left == (before if expected else {name: before[name] - delta.get(name, 0) for name in before})


def test_cores_and_memory_total_without_the_nodes_that_go() -> None:
    sizes = [(2, 7500), (2, 7500), (2, 7500), (12, 8000), (16, 7500), (8, 6000), (6, 16000)]
    nodes = [
        node(f"n{number}", str(cpu), memory * MIB, doomed=number == 6) for number, (cpu, memory) in enumerate(sizes)
    ]
    left = limits.left_to_shrink(settings(cores_total="1:100", memory_total="1:100"), nodes)
    assert left == {"cpu": 42 - 1, "memory": 44000 * MIB - GB}
    assert limits.left_to_shrink(settings(), nodes) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:10", (1, 10)),
        ("0:0", (0, 0)),
        ("5:5", (5, 5)),
        ("10:1", (0, 320_000)),
        ("10", (0, 320_000)),
        ("-1:10", (0, 320_000)),
        ("a:b", (0, 320_000)),
        ("", (0, 320_000)),
    ],
)
def test_the_form_of_a_limit(text: str, expected: tuple[int, int]) -> None:
    found: Settings = settings(cores_total=text)
    assert found.bounds("cores-total") == expected


def own(cloud: Cloud) -> dict[str, int]:
    """What there is before any group has a machine."""
    nodes = cloud.world.list("nodes")
    return {name: sum(limits.size(one)[name] for one in nodes) for name in ("cpu", "memory")}


@pytest.mark.parametrize(
    ("cores", "memory", "size", "said"),
    [
        (8, 64, 3, "max node group size reached"),
        (4, 64, 2, "max cluster cpu limit reached"),
        (5, 64, 2, "max cluster cpu limit reached"),
        (8, 8, 2, "max cluster memory limit reached"),
        (1, 3, 0, "max cluster cpu, memory limit reached"),
    ],
)
def test_a_cluster_grows_no_larger_than_it_may(cores: int, memory: int, size: int, said: str) -> None:
    """The machines have 2 CPUs and 4 GiB each; so much of each may come."""
    there = own(Cloud())
    most = {"cpu": there["cpu"] + cores, "memory": -(-there["memory"] // GB) + memory}
    cloud = Cloud(cores_total=f"0:{most['cpu']}", memory_total=f"0:{most['memory']}")
    cloud.group(most=3)
    cloud.deployment(8, "1500m")
    cloud.run(80)
    assert cloud.size() == size
    assert f"pod didn't trigger scale-up: 1 {said}" in cloud.messages("NotTriggerScaleUp")


@pytest.mark.parametrize(("cores", "left"), [(0, 0), (2, 1), (3, 2), (4, 2)])
def test_a_cluster_shrinks_no_further_than_it_may(cores: int, left: int) -> None:
    """Three machines of 2 CPUs that nothing runs on; so many of their cores have to stay."""
    there = own(Cloud())["cpu"]
    soon = {"scale_down_unneeded_time": "1m", "scale_down_delay_after_add": "10s"}
    cloud = Cloud(cores_total=f"{there + cores}:1000", **soon)
    cloud.group(size=3)
    cloud.run(300)
    assert (cloud.size(), len(cloud.nodes())) == (left, left)
    cloud.run(3600)
    assert cloud.world.clock.settled()


@pytest.mark.parametrize(("room", "size"), [(0, 0), (1, 1), (2, 2), (5, 3)])
def test_max_nodes_total(room: int, size: int) -> None:
    there = len(Cloud().world.list("nodes"))
    cloud = Cloud(max_nodes_total=str(there + room))
    cloud.group(most=3)
    cloud.deployment(8, "1500m")
    cloud.run(80)
    assert cloud.size() == size
    full = room == size
    assert cloud.messages("MaxNodesTotalReached") == (
        [f"Max total nodes in cluster reached: {there + room}"] if full else []
    )
    refused = "max total nodes in cluster reached" if full else "1 max node group size reached"
    assert f"pod didn't trigger scale-up: {refused}" in cloud.messages("NotTriggerScaleUp")


def test_nodes_that_are_yet_to_come_count_for_max_nodes_total() -> None:
    there = len(Cloud().world.list("nodes"))
    cloud = Cloud(max_nodes_total=str(there + 1))
    cloud.group("one", most=1, bootSeconds=600)
    cloud.group("two", most=3)
    cloud.deployment(2, "1500m")
    cloud.run(30)
    cloud.scale(4)
    cloud.run(60)
    assert cloud.size("one") + cloud.size("two") == 1


def test_limits_hold_for_the_least_of_a_group_too() -> None:
    there = own(Cloud())["cpu"]
    cloud = Cloud(enforce_node_group_min_size="true", cores_total=f"0:{there + 4}")
    cloud.group(least=3, size=0)
    cloud.run(60)
    assert cloud.size() == 2
    assert len([name_of(one) for one in cloud.nodes()]) == 2
