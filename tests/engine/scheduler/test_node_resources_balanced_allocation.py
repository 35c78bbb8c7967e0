"""NodeResourcesBalancedAllocation: how evenly a node would fill up; the figures are upstream's."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from tests.engine.scheduler.allocations import EQUAL, GPU, RUNNING, TWO_SIZES, Case, asking, scored
from tests.engine.scheduler.builders import container, node, pod


def over(*names: str) -> Body:
    return {"resources": [{"name": name, "weight": 1} for name in names]}


BALANCED: dict[str, Case] = {
    "a pod that says nothing is not scored": Case({}, EQUAL, pod(), (), ()),
    "a pod that says zero is not scored": Case({}, EQUAL, asking(), (), ()),
    "a pod that asks for something else is not scored": Case(
        {}, EQUAL, pod("p", container(**{"ephemeral-storage": "1", "nvidia.com__gpu": "1"})), (), ()),
    "without arguments": Case({}, TWO_SIZES, asking("3", "5000"), (), (87, 100)),
    "even and uneven": Case(over("cpu", "memory"), TWO_SIZES, asking("3", "5000"), (), (87, 100)),
    "in the other order": Case(over("memory", "cpu"), TWO_SIZES, asking("3", "5000"), (), (87, 100)),
    "what runs counts": Case({}, EQUAL, asking("3", "5000"), RUNNING, (82, 95)),
    "nodes of two sizes": Case({}, (EQUAL[0], node("b", "10", "50000")), asking("3", "5000"), RUNNING, (82, 80)),
    "as much as there is": Case({}, (node("a", "6", "10000"), node("b", "6", "10000")), asking("3"), RUNNING, (50, 75)),
    "never more than all": Case(
        {}, (node("a", "6", "10000"), node("b", "6", "50000")), asking("0", "5000"),
        (asking("9", on="a"), asking("6", "9000", on="b")), (75, 64)),
    "what pods do not say is not assumed": Case(
        {}, (node("a", "1", "1000Mi"),), asking("500m", "500Mi"), (pod("r", on="a"),), (100,)),
    "half said, half not": Case({}, (node("a", "1", "1000Mi"),), pod("p", container(cpu="500m")), (), (75,)),
    "a resource that a node lacks does not count": Case(
        {}, (node("a", "4", "0"), node("b", "4", "10000"), node("c", "0", "0")), asking("2"), (), (100, 75, 100)),
    "one resource alone is balanced": Case(over("cpu"), TWO_SIZES, asking("3"), (), (100, 100)),
    "three resources": Case(
        over("cpu", "memory", GPU),
        (node("a", "3500m", "40000", **{"nvidia.com__gpu": "8"}),
         node("b", "3500m", "40000", **{"nvidia.com__gpu": "8"})),
        asking("0", "0", **{"nvidia.com__gpu": "1"}),
        (asking("3", "5000", on="a", **{"nvidia.com__gpu": "3"}), asking("3", "5000", on="b")), (70, 65)),
    "a device that the pod does not want does not count": Case(
        over("cpu", "memory", GPU),
        (node("a", "3500m", "40000", **{"nvidia.com__gpu": "8"}), node("b", "3500m", "40000")),
        asking("3", "5000"), (), (63, 63)),
    "a device that the pod wants and one node lacks": Case(
        over("cpu", "memory", GPU),
        (node("a", "3500m", "40000", **{"nvidia.com__gpu": "8"}), node("b", "3500m", "40000")),
        asking("0", "0", **{"nvidia.com__gpu": "1"}), (asking("3", on="a"), asking("3", "5000", on="b")), (62, 63)),
    "two of three are left": Case(
        over("cpu", "ephemeral-storage", "memory"), (node("a", "4", "10000"),), asking("3", "5000"), (), (87,)),
    "one of three is left": Case(
        over("cpu", "ephemeral-storage", "memory"), (node("a", "4", "0"),), asking("3"), (), (100,)),
    "only a device, which one node lacks": Case(
        over(GPU), (node("a", "1", "1", **{"nvidia.com__gpu": "8"}), node("b", "1", "1")),
        asking(**{"nvidia.com__gpu": "1"}), (), (100, 100)),
    "four resources": Case(
        over("cpu", "memory", "ephemeral-storage", GPU),
        (node("a", "10", "10", **{"ephemeral-storage": "10", "nvidia.com__gpu": "10"}),),
        asking("1", "2", **{"ephemeral-storage": "4", "nvidia.com__gpu": "5"}), (), (84,)),
}  # fmt: skip


@pytest.mark.parametrize("case", BALANCED.values(), ids=BALANCED.keys())
def test_balanced_allocation(case: Case) -> None:
    assert scored(NodeResourcesBalancedAllocation, case) == case.scores
