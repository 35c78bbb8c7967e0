"""NodeResourcesFit: which nodes have room, what is said of those that have none, and what wakes a pod."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import container, node, pod
from tests.engine.scheduler.harness import judge, set_up

GPU = {"nvidia.com__gpu": "1"}
FOUR = node("n", "4", "8Gi")
SMALL = node("n", "1", "1Gi")


def sidecar(name: str, **requests: str) -> Body:
    return {**container(name, **requests), "restartPolicy": "Always"}


def many(number: int) -> Body:
    return pod("p", container(**{f"example.com__r{index}": "1" for index in range(number)}))


class Case(NamedTuple):
    """refused: the reasons. hopeless: not even an empty node would do."""

    node: Body
    pod: Body
    running: tuple[Body, ...] = ()
    refused: tuple[str, ...] = ()
    hopeless: bool = False
    arguments: Body = {}


def running(name: str = "r", **requests: str) -> Body:
    return pod(name, container(**requests), on="n")


CASES: dict[str, Case] = {
    "nothing asked for, nothing offered": Case(node("n", "0", "0"), pod()),
    "nothing asked for on a full node": Case(SMALL, pod(), (running(cpu="1", memory="1Gi"),)),
    "nothing asked for on a node that is over its limit": Case(SMALL, pod(), (running(cpu="9"),)),
    "no room for another pod": Case(node("n", pods="1"), pod(), (running(),), ("Too many pods",)),
    "room for one more pod": Case(node("n", pods="2"), pod(), (running(),)),
    "a node that offers no pods": Case(node("n", pods="0"), pod(), refused=("Too many pods",)),
    "no room for another pod, but for what it asks": Case(
        node("n", pods="1"), pod("p", container(cpu="1")), (running(),), ("Too many pods",)),
    "no room for another pod and no cpu": Case(
        node("n", "1", pods="1"), pod("p", container(cpu="1")), (running(cpu="1"),),
        ("Too many pods", "Insufficient cpu")),
    "just enough": Case(SMALL, pod("p", container(cpu="1", memory="1Gi"))),
    "just enough beside another": Case(SMALL, pod("p", container(cpu="400m")), (running(cpu="600m"),)),
    "too little left": Case(SMALL, pod("p", container(cpu="401m")), (running(cpu="600m"),), ("Insufficient cpu",)),
    "more than the node has": Case(SMALL, pod("p", container(cpu="1001m")), (), ("Insufficient cpu",), True),
    "more memory than the node has": Case(
        SMALL, pod("p", container(memory="1025Mi")), (), ("Insufficient memory",), True),
    "too little of both": Case(
        SMALL, pod("p", container(cpu="1", memory="1Gi")), (running(cpu="500m", memory="500Mi"),),
        ("Insufficient cpu", "Insufficient memory")),
    "one of both is more than the node has": Case(
        SMALL, pod("p", container(cpu="1", memory="2Gi")), (running(cpu="500m"),),
        ("Insufficient cpu", "Insufficient memory"), True),
    "over its limit in cpu, asked for memory": Case(SMALL, pod("p", container(memory="1Gi")), (running(cpu="9"),)),
    "assumed requests do not count": Case(
        FOUR, pod("p", container(cpu="4")), tuple(running(f"r{n}") for n in range(50))),
    "containers add up": Case(
        SMALL, pod("p", container("x", cpu="600m"), container("y", cpu="600m")), (), ("Insufficient cpu",), True),
    "init containers do not add up": Case(
        SMALL, pod("p", container(cpu="600m"), initContainers=[container("i", cpu="600m"), container("j", cpu="1")])),
    "the largest init container counts": Case(
        SMALL, pod("p", container(cpu="100m"), initContainers=[container("i", cpu="900m"), container("j", cpu="800m")]),
        (running(cpu="200m"),), ("Insufficient cpu",)),
    "the largest init container counts for memory": Case(
        SMALL, pod("p", container(memory="1Mi"), initContainers=[container("i", memory="900Mi")]),
        (running(memory="200Mi"),), ("Insufficient memory",)),
    "sidecars add up": Case(
        SMALL, pod("p", container(cpu="600m"), initContainers=[sidecar("s", cpu="600m")]), (),
        ("Insufficient cpu",), True),
    "an init container runs beside the sidecars before it": Case(
        SMALL, pod("p", container(), initContainers=[sidecar("s", cpu="600m"), container("i", cpu="600m")]), (),
        ("Insufficient cpu",), True),
    "an init container does not run beside the sidecars after it": Case(
        SMALL, pod("p", container(), initContainers=[container("i", cpu="600m"), sidecar("s", cpu="600m")])),
    "overhead adds up": Case(SMALL, pod("p", container(cpu="900m"), overhead={"cpu": "100m"})),
    "overhead is too much": Case(
        SMALL, pod("p", container(memory="1Gi"), overhead={"memory": "1"}), (), ("Insufficient memory",), True),
    "overhead of a running pod counts": Case(
        SMALL, pod("p", container(cpu="500m")), (pod("r", container(cpu="400m"), overhead={"cpu": "200m"}, on="n"),),
        ("Insufficient cpu",)),
    "the pod's own figure instead of its containers'": Case(
        SMALL, pod("p", container(cpu="2"), resources={"requests": {"cpu": "1"}})),
    "the pod's own figure is too much": Case(
        SMALL, pod("p", container(cpu="1m"), resources={"requests": {"cpu": "2"}}), (), ("Insufficient cpu",), True),
    "what the pod does not say its containers do": Case(
        SMALL, pod("p", container(memory="2Gi"), resources={"requests": {"cpu": "1"}}), (),
        ("Insufficient memory",), True),
    "the pod's own huge pages": Case(
        node("n", **{"hugepages-2Mi": "4Mi"}),
        pod("p", container(**{"hugepages-2Mi": "2Mi"}), resources={"requests": {"hugepages-2Mi": "8Mi"}}), (),
        ("Insufficient hugepages-2Mi",), True),
    "ephemeral storage": Case(
        node("n", **{"ephemeral-storage": "2Gi"}), pod("p", container(**{"ephemeral-storage": "2Gi"}))),
    "too little ephemeral storage left": Case(
        node("n", **{"ephemeral-storage": "2Gi"}), pod("p", container(**{"ephemeral-storage": "2Gi"})),
        (running(**{"ephemeral-storage": "1"}),), ("Insufficient ephemeral-storage",)),
    "more ephemeral storage than there is": Case(
        FOUR, pod("p", container(**{"ephemeral-storage": "1"})), (), ("Insufficient ephemeral-storage",), True),
    "an extended resource": Case(node("n", **GPU), pod("p", container(**GPU))),
    "an extended resource for an init container": Case(
        node("n", **GPU), pod("p", container(), initContainers=[container("i", **GPU)])),
    "an extended resource that is taken": Case(
        node("n", **GPU), pod("p", container(**GPU)), (running(**GPU),), ("Insufficient nvidia.com/gpu",)),
    "an extended resource that is taken, for an init container": Case(
        node("n", **GPU), pod("p", container(), initContainers=[container("i", **GPU)]), (running(**GPU),),
        ("Insufficient nvidia.com/gpu",)),
    "two containers with one each": Case(
        node("n", **GPU), pod("p", container("x", **GPU), container("y", **GPU)), (),
        ("Insufficient nvidia.com/gpu",), True),
    "two init containers with one each": Case(
        node("n", **GPU), pod("p", container(), initContainers=[container("x", **GPU), container("y", **GPU)])),
    "an extended resource that no node offers": Case(
        FOUR, pod("p", container(example__com="1", **GPU)), (),
        ("Insufficient example/com", "Insufficient nvidia.com/gpu"), True),
    "none of an extended resource that no node offers": Case(FOUR, pod("p", container(**{"example.com__foo": "0"}))),
    "none of one that others have taken too much of": Case(
        node("n", **GPU), pod("p", container(cpu="1", **{"nvidia.com__gpu": "0"})),
        (running(**{"nvidia.com__gpu": "2"}),)),
    "a resource of Kubernetes' own domain": Case(
        FOUR, pod("p", container(**{"subdomain.kubernetes.io__something": "1"})), (),
        ("Insufficient subdomain.kubernetes.io/something",), True),
    "huge pages": Case(node("n", **{"hugepages-2Mi": "4Mi"}), pod("p", container(**{"hugepages-2Mi": "4Mi"}))),
    "too few huge pages": Case(
        node("n", **{"hugepages-2Mi": "4Mi"}), pod("p", container(**{"hugepages-2Mi": "4Mi"})),
        (running(**{"hugepages-2Mi": "2Mi"}),), ("Insufficient hugepages-2Mi",)),
    "huge pages of another size": Case(
        node("n", **{"hugepages-2Mi": "4Mi"}), pod("p", container(**{"hugepages-1Gi": "1Gi"})), (),
        ("Insufficient hugepages-1Gi",), True),
    "volumes that can be attached": Case(
        node("n", **{"attachable-volumes-aws-ebs": "1"}),
        pod("p", container(**{"attachable-volumes-aws-ebs": "2"})), (),
        ("Insufficient attachable-volumes-aws-ebs",), True),
    "native resources are told first, others by name": Case(
        node("n", "0", "0"), pod("p", container(b__z="1", a__z="1", **{"ephemeral-storage": "1"}, memory="1", cpu="1")),
        (), ("Insufficient cpu", "Insufficient memory", "Insufficient ephemeral-storage", "Insufficient a/z",
             "Insufficient b/z"), True),
    "an ignored resource": Case(
        FOUR, pod("p", container(**GPU)), arguments={"ignoredResources": ["nvidia.com/gpu"]}),
    "an ignored resource among others": Case(
        FOUR, pod("p", container(cpu="5", **GPU)), (), ("Insufficient cpu",), True,
        arguments={"ignoredResources": ["nvidia.com/gpu"]}),
    "an ignored group": Case(
        FOUR, pod("p", container(example__com="1", **GPU)), (), ("Insufficient example/com",), True,
        arguments={"ignoredResourceGroups": ["nvidia.com"]}),
    "another group": Case(
        FOUR, pod("p", container(**GPU)), (), ("Insufficient nvidia.com/gpu",), True,
        arguments={"ignoredResourceGroups": ["com"], "ignoredResources": ["gpu"]}),
    "only extended resources can be ignored": Case(
        FOUR, pod("p", container(cpu="5", **{"kubernetes.io__x": "1"})), (),
        ("Insufficient cpu", "Insufficient kubernetes.io/x"), True,
        arguments={"ignoredResources": ["cpu", "kubernetes.io/x"], "ignoredResourceGroups": ["cpu", "kubernetes.io"]}),
    "more than 64 bits hold": Case(node("n", "9E", "9E"), pod("p", container(cpu="8E", memory="8E"))),
    "more than 64 bits hold, of a node of this world": Case(
        FOUR, pod("p", container(cpu="9E", example__com="9E")), (),
        ("Insufficient cpu", "Insufficient example/com"), True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_room(case: Case) -> None:
    told = judge(NodeResourcesFit, case.pod, nodes=[case.node], pods=case.running, arguments=case.arguments)
    assert told.refused == ({"n": case.refused} if case.refused else {})
    assert told.resolvable == (frozenset("n") if case.refused and not case.hopeless else frozenset())


def test_more_resources_than_a_number_has_bits() -> None:
    nodes = [node("n"), node("full", **{f"example.com__r{index}": "1" for index in range(80)})]
    told = judge(NodeResourcesFit, many(80), nodes=nodes, pods=[])
    assert list(told.refused) == ["n"]
    assert len(told.refused["n"]) > 60 and told.resolvable == frozenset()


def test_each_node_has_its_own_reasons() -> None:
    nodes = [node("a", "1", "9Gi"), node("b", "9", "1Gi"), node("c", "9", "9Gi"), node("d", "9", "9Gi", "0")]
    told = judge(NodeResourcesFit, pod("p", container(cpu="2", memory="2Gi")), nodes=nodes)
    assert told.refused == {"a": ("Insufficient cpu",), "b": ("Insufficient memory",), "d": ("Too many pods",)}
    assert told.resolvable == {"d"}


NODE_HINTS: dict[str, tuple[Body, Body | None, Body | None, bool]] = {
    "a node without enough comes": (pod("p", container(cpu="2")), None, node("n", "1"), False),
    "a node without the resource comes": (pod("p", container(**GPU)), None, node("n", example__com="1"), False),
    "a node with enough comes": (pod("p", container(memory="2", **GPU)), None, node("n", **GPU), True),
    "a node without pods comes": (pod(), None, node("n", pods="0"), False),
    "a node goes": (pod(), node("n"), None, False),
    "nothing of it changes": (
        pod("p", container(cpu="1")), node("n"), node("n", labels={"disk": "ssd"}), False),
    "it gets too small": (pod("p", container(cpu="2")), node("n", "4"), node("n", "1"), False),
    "it gets larger, and not large enough": (pod("p", container(cpu="4")), node("n", "1"), node("n", "2"), False),
    "it gets large enough": (pod("p", container(cpu="2")), node("n", "1"), node("n", "4"), True),
    "it gets larger still": (pod("p", container(cpu="2")), node("n", "4"), node("n", "5"), True),
    "it gets more of what the pod does not want": (
        pod("p", container(cpu="2")), node("n", "4", "1Gi"), node("n", "4", "2Gi"), False),
    "it gets more of what a pod that wants nothing does not want": (pod(), node("n", "4"), node("n", "8"), False),
    "it takes more pods": (pod(), node("n", pods="1"), node("n", pods="2"), True),
    "it gets the device": (pod("p", container(**GPU)), node("n"), node("n", **GPU), True),
    "it gets less of one and more of the other": (
        pod("p", container(cpu="1", memory="1Gi")), node("n", "4", "1Gi"), node("n", "2", "2Gi"), True),
}  # fmt: skip


@pytest.mark.parametrize("case", NODE_HINTS.values(), ids=NODE_HINTS.keys())
def test_which_nodes_wake_a_pod(case: tuple[Body, Body | None, Body | None, bool]) -> None:
    incoming, before, after, helped = case
    bench = set_up(NodeResourcesFit, incoming, nodes=[node("x")])
    assert bench.plugin.helped_by_node(bench.shape, before, after) is helped


def test_an_ignored_resource_is_not_ignored_by_the_hint() -> None:
    bench = set_up(
        NodeResourcesFit, pod("p", container(**GPU)), nodes=[FOUR], arguments={"ignoredResources": ["nvidia.com/gpu"]}
    )
    assert not bench.plugin.helped_by_node(bench.shape, None, node("n"))


def at(spec: dict[str, str] | None) -> Placed | None:
    return None if spec is None else Placed("n", Shapes().of(running(**spec), placed=True))


POD_HINTS: dict[str, tuple[Any, Any, Any, bool]] = {
    "a pod goes": ({"cpu": "1"}, {}, None, True),
    "a pod comes": ({"cpu": "1"}, None, {}, False),
    "nothing of it changes": ({"cpu": "1"}, {"cpu": "2"}, {"cpu": "2"}, False),
    "it is scaled down": ({"cpu": "1"}, {"cpu": "2"}, {"cpu": "1"}, True),
    "it is scaled down in one and up in the other": (
        {"cpu": "1", "memory": "1"}, {"cpu": "2", "memory": "1"}, {"cpu": "1", "memory": "2"}, True),
    "it is scaled up": ({"cpu": "1"}, {"cpu": "1"}, {"cpu": "2"}, False),
    "it is scaled down in what the pod does not want": ({"cpu": "1"}, {"memory": "2"}, {"memory": "1"}, False),
    "it is scaled down in ephemeral storage": (
        {"ephemeral-storage": "1"}, {"ephemeral-storage": "2"}, {"ephemeral-storage": "1"}, True),
    "it no longer has a device": (GPU, GPU, {}, True),
    "a pod that wants nothing": ({}, {"cpu": "2"}, {"cpu": "1"}, False),
}  # fmt: skip


@pytest.mark.parametrize("case", POD_HINTS.values(), ids=POD_HINTS.keys())
def test_which_pods_wake_a_pod(case: tuple[Any, Any, Any, bool]) -> None:
    wanted, before, after, helped = case
    bench = set_up(NodeResourcesFit, pod("p", container(**wanted)), nodes=[FOUR])
    assert bench.plugin.helped_by_pod(bench.shape, at(before), at(after)) is helped


OWN_HINTS: dict[str, tuple[dict[str, str], dict[str, str], bool]] = {
    "less": ({"cpu": "2"}, {"cpu": "1"}, True),
    "more": ({"cpu": "1"}, {"cpu": "2"}, False),
    "the same": ({"cpu": "1"}, {"cpu": "1"}, False),
    "nothing any more": ({"cpu": "1"}, {}, True),
    "less of one": ({"cpu": "1", "memory": "2"}, {"cpu": "2", "memory": "1"}, True),
}


@pytest.mark.parametrize("case", OWN_HINTS.values(), ids=OWN_HINTS.keys())
def test_asking_for_less_wakes_the_pod(case: tuple[dict[str, str], dict[str, str], bool]) -> None:
    before, after, helped = case
    bench = set_up(NodeResourcesFit, pod("p", container(**before)), nodes=[FOUR])
    changed = bench.shapes.of(pod("p", container(**after)))
    assert bench.plugin.helped_by_own(bench.shape, changed) is helped
