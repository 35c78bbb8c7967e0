"""How NodeResourcesFit scores, by each strategy; the figures are upstream's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugin import ScorePlugin
from simulator.engine.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from simulator.engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from simulator.engine.scheduler.plugins.resource_allocation import shape_score
from tests.engine.scheduler.allocations import (
    BY_DEVICE,
    BY_DEVICES,
    DOWN,
    EQUAL,
    FLAT,
    FOO,
    GPU,
    LEAST,
    MOST,
    ONE_DEVICE,
    RATIO,
    RUNNING,
    TWO_DEVICES,
    TWO_SIZES,
    UP,
    WITH_GPU,
    Case,
    asking,
    resources,
    scored,
    strategy,
)
from tests.engine.scheduler.builders import container, node, pod
from tests.engine.scheduler.harness import set_up

FIT: dict[str, Case] = {
    # LeastAllocated
    "least: without arguments": Case({}, TWO_SIZES, asking("3", "5000"), (), (37, 50)),
    "least: nothing asked for, on an empty node": Case(strategy(LEAST), TWO_SIZES, asking(), (), (100, 100)),
    "least: nothing said, so a little is assumed": Case(
        strategy(LEAST), (node("a", "4", "10Gi"), node("b", "8", "10Gi")), pod(), (), (97, 98)),
    "least: each container that says nothing is assumed to need a little": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"), node("b", "2", "1000Mi")), pod("p", container("x"), container("y")),
        (), (70, 75)),
    "least: so is each that runs": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),), asking(), (pod("r", on="a"), pod("s", on="a")), (70,)),
    "least: saying zero is not saying nothing": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),), asking(), (asking(on="a"),), (100,)),
    "least: half said, half assumed": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),), pod("p", container(cpu="500m")), (), (65,)),
    "least: the pod's own figure leaves nothing to assume": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),),
        pod("p", container("x"), container("y"), resources={"requests": {"cpu": "500m", "memory": "500Mi"}}),
        (), (50,)),
    "least: one figure of the pod's own leaves the other to assume for each container": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),),
        pod("p", container("x"), container("y"), resources={"requests": {"cpu": "500m"}}), (), (55,)),
    "least: of a pod that runs, with a figure of its own, what one container says is all": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),), asking(),
        (pod("r", container("x", memory="100Mi"), container("y"), resources={"requests": {"cpu": "500m"}}, on="a"),),
        (70,)),
    "least: of a pod that runs, with a figure of its own, what nobody says is assumed": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),), asking(),
        (pod("r", container("x"), container("y"), resources={"requests": {"cpu": "500m"}}, on="a"),), (55,)),
    "least: of a pod that is to be placed, each container that says nothing needs a little": Case(
        strategy(LEAST), (node("a", "1", "1000Mi"),),
        pod("p", container("x", memory="100Mi"), container("y"), resources={"requests": {"cpu": "500m"}}), (), (60,)),
    "least: a figure of the pod's own that is neither changes nothing": Case(
        strategy(LEAST), (node("a", "1", "1000Mi", **{"hugepages-2Mi": "4Mi"}),), asking(),
        (pod("r", container("x", cpu="1m", memory="1Mi"), container("y"), on="a",
             resources={"requests": {"hugepages-2Mi": "2Mi"}}),), (99,)),
    "least: nodes of two sizes": Case(strategy(LEAST), TWO_SIZES, asking("3", "5000"), (), (37, 50)),
    "least: what runs counts": Case(
        strategy(LEAST), EQUAL, asking(), (*RUNNING, asking("3", "1", on="a"), asking("3", on="b")), (69, 57)),
    "least: what runs and what is asked for": Case(strategy(LEAST), EQUAL, asking("3", "5000"), RUNNING, (57, 45)),
    "least: the same on nodes of two sizes": Case(
        strategy(LEAST), (EQUAL[0], node("b", "10", "50000")), asking("3", "5000"), RUNNING, (57, 60)),
    "least: more than there is leaves nothing": Case(
        strategy(LEAST), (node("a", "4", "10000"), node("b", "4", "10000")), asking(),
        (asking("6", on="a"), asking("6", "5000", on="b")), (50, 25)),
    "least: a node that offers nothing": Case(
        strategy(LEAST), (node("a", "0", "0"), node("b", "0", "0")), asking(), RUNNING, (0, 0)),
    "least: a resource that a node lacks does not count": Case(
        strategy(LEAST), (node("a", "4", "0"), node("b", "4", "10000")), asking("2"), (), (50, 75)),
    "least: weights": Case(
        strategy(LEAST, weights=resources(memory=2, cpu=1)), TWO_SIZES, asking("3", "5000"), (), (41, 50)),
    "least: a device that the pod does not want does not count": Case(
        strategy(LEAST, weights=WITH_GPU),
        (node("a", "6", "10000"), node("b", "6", "10000", **{"nvidia.com__gpu": "4"})),
        asking("3", "5000"), (), (50, 50)),
    "least: a device that the pod wants counts": Case(
        strategy(LEAST, weights=WITH_GPU),
        (node("a", "6", "10000", **{"nvidia.com__gpu": "4"}), node("b", "6", "10000", **{"nvidia.com__gpu": "10"})),
        asking("3", "5000", **{"nvidia.com__gpu": "2"}), (), (50, 60)),
    "least: ephemeral storage counts as asked for": Case(
        strategy(LEAST, weights=[{"name": "ephemeral-storage", "weight": 1}]),
        (node("a", "1", "1", **{"ephemeral-storage": "1000"}), node("b", "1", "1", **{"ephemeral-storage": "2000"})),
        pod(), (pod("r", container(**{"ephemeral-storage": "500"}), on="a"),), (50, 100)),
    "least: what is no resource of nodes does not count": Case(
        strategy(LEAST, weights=resources(cpu=1, pods=5, storage=9)), TWO_SIZES, asking("2"), (), (50, 66)),
    "least: only devices, and none wanted": Case(
        strategy(LEAST, weights=[{"name": GPU, "weight": 1}]), TWO_SIZES, asking("2"), (), (0, 0)),
    # MostAllocated
    "most: nothing asked for, on an empty node": Case(strategy(MOST), TWO_SIZES, asking(), (), (0, 0)),
    "most: nodes of two sizes": Case(strategy(MOST), TWO_SIZES, asking("3", "5000"), (), (62, 50)),
    "most: what runs counts": Case(
        strategy(MOST), EQUAL, asking(), (*RUNNING, asking("3", "1", on="a"), asking("3", on="b")), (30, 42)),
    "most: what runs and what is asked for": Case(strategy(MOST), EQUAL, asking("3", "5000"), RUNNING, (42, 55)),
    "most: never more than all": Case(
        strategy(MOST), (node("a", "5", "10000"), node("b", "10", "9000")), asking("5", "9000"), (), (95, 75)),
    "most: weights": Case(
        strategy(MOST, weights=resources(memory=2, cpu=1)), TWO_SIZES, asking("3", "5000"), (), (58, 50)),
    "most: assumed requests can be more than all": Case(
        strategy(MOST), (node("a", "250m", "1000Mi"), node("b", "250m", "1000Mi")), pod(),
        (pod("r", on="a"), pod("s", on="a")), (80, 30)),
    "most: a device that the pod does not want does not count": Case(
        strategy(MOST, weights=WITH_GPU),
        (node("a", "6", "10000"), node("b", "6", "10000", **{"nvidia.com__gpu": "4"})),
        asking("3", "5000"), (), (50, 50)),
    "most: a device that the pod wants counts": Case(
        strategy(MOST, weights=WITH_GPU),
        (node("a", "6", "10000", **{"nvidia.com__gpu": "4"}), node("b", "6", "10000", **{"nvidia.com__gpu": "10"})),
        asking("3", "5000", **{"nvidia.com__gpu": "2"}), (), (50, 40)),
    "most: a heavy device that nobody wants": Case(
        strategy(MOST, weights=[{"name": GPU, "weight": 2}, *resources(cpu=1, memory=1)]),
        (node("a", "6", "10000"), node("b", "6", "10000", **{"nvidia.com__gpu": "4"})), asking("3", "4000"), (),
        (45, 45)),
    # RequestedToCapacityRatio
    "ratio: falling, nothing asked for": Case(strategy(RATIO, *DOWN), TWO_SIZES, asking(), (), (100, 100)),
    "ratio: falling, nodes of two sizes": Case(strategy(RATIO, *DOWN), TWO_SIZES, asking("3", "5000"), (), (38, 50)),
    "ratio: falling, what runs counts": Case(
        strategy(RATIO, *DOWN), TWO_SIZES, asking(),
        (asking("3", "5000", on="a"), asking("3", "5000", on="b")), (38, 50)),
    "ratio: falling, what is over its limit does not count": Case(
        strategy(RATIO, *DOWN), TWO_SIZES, asking("3", "5000"),
        (asking("2", "4000", on="a"), asking("1", "2000", on="b")), (10, 32)),
    "ratio: rising": Case(
        strategy(RATIO, *UP), TWO_SIZES, asking("3", "5000"),
        (asking("2", "4000", on="a"), asking("1", "2000", on="b")), (95, 68)),
    "ratio: one device, none wanted": Case(ONE_DEVICE, BY_DEVICE, asking(), (), (0, 0)),
    "ratio: one device, two wanted": Case(ONE_DEVICE, BY_DEVICE, asking(**{"intel.com__foo": "2"}), (), (2, 5)),
    "ratio: one device, two wanted, two taken": Case(
        ONE_DEVICE, BY_DEVICE, asking(**{"intel.com__foo": "2"}), (asking(on="b", **{"intel.com__foo": "2"}),),
        (2, 10)),
    "ratio: one device, four wanted": Case(ONE_DEVICE, BY_DEVICE, asking(**{"intel.com__foo": "4"}), (), (5, 10)),
    "ratio: two devices, none wanted": Case(TWO_DEVICES, BY_DEVICES, asking(), (), (0, 0)),
    "ratio: two devices, two of each wanted": Case(
        TWO_DEVICES, BY_DEVICES, asking(**{"intel.com__foo": "2", "intel.com__bar": "2"}), (), (4, 3)),
    "ratio: two devices, some taken": Case(
        TWO_DEVICES, BY_DEVICES, asking(**{"intel.com__foo": "2", "intel.com__bar": "2"}),
        (asking(on="b", **{"intel.com__foo": "2", "intel.com__bar": "2"}),), (4, 7)),
    "ratio: two devices, more wanted": Case(
        TWO_DEVICES, BY_DEVICES, asking(**{"intel.com__foo": "4", "intel.com__bar": "2"}), (), (5, 5)),
    "ratio: a half is rounded up": Case(
        strategy(RATIO, *UP), (node("a", "100", "100"),), asking("51", "50"), (), (51,)),
    "ratio: a node that offers nothing": Case(strategy(RATIO, *UP), (node("a", "0", "0"),), asking("1"), (), (0,)),
}  # fmt: skip


@pytest.mark.parametrize("case", FIT.values(), ids=FIT.keys())
def test_fit(case: Case) -> None:
    assert scored(NodeResourcesFit, case) == case.scores


CURVES: dict[str, tuple[list[tuple[int, int]], dict[int, int]]] = {
    "level outside of the points": (
        [(10, 1), (90, 9)], {0: 10, 9: 10, 10: 10, 15: 15, 19: 19, 20: 20, 89: 89, 90: 90, 99: 90, 100: 90}),
    "up and down": ([(0, 2), (40, 10), (100, 0)], {0: 20, 20: 60, 30: 80, 40: 100, 70: 50, 100: 0}),
    "level": ([(0, 2), (40, 2), (100, 2)], {0: 20, 40: 20, 70: 20, 100: 20}),
    "one point": ([(50, 7)], {0: 70, 50: 70, 100: 70}),
    "rising in steps, rounded down": ([(0, 0), (100, 1)], {0: 0, 9: 0, 10: 1, 19: 1, 99: 9, 100: 10}),
    "falling in steps, rounded up": ([(0, 1), (100, 0)], {0: 10, 9: 10, 10: 9, 19: 9, 99: 1, 100: 0}),
}  # fmt: skip


@pytest.mark.parametrize("case", CURVES.values(), ids=CURVES.keys())
def test_shapes(case: tuple[list[tuple[int, int]], dict[int, int]]) -> None:
    points, expected = case
    curve = shape_score([{"utilization": utilization, "score": score} for utilization, score in points])
    assert {utilization: int(curve[utilization]) for utilization in expected} == expected


STRATEGIES = st.builds(
    lambda kind, weights: strategy(kind, *((DOWN, UP, FLAT)[len(weights) % 3]), weights=weights),
    st.sampled_from([LEAST, MOST, RATIO]),
    st.lists(
        st.builds(
            lambda name, weight: {"name": name, "weight": weight},
            st.sampled_from(["cpu", "memory", "ephemeral-storage", FOO, "pods"]),
            st.integers(1, 100),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: str(one["name"]),
    ),
)
FIGURES = st.fixed_dictionaries(
    {"cpu": st.sampled_from(["0", "100m", "1", "3"]), "memory": st.sampled_from(["0", "1", "999", "5Gi"])},
    optional={"ephemeral-storage": st.sampled_from(["0", "7", "10Gi"]), "intel.com__foo": st.sampled_from(["1", "2"])},
)


@given(
    STRATEGIES,
    st.lists(FIGURES, min_size=1, max_size=5),
    st.lists(st.tuples(FIGURES, st.integers(0, 4)), max_size=5),
    FIGURES,
)
@settings(max_examples=100, deadline=None)
def test_all_nodes_at_once_is_each_node_alone(
    arguments: Body, offers: list[dict[str, str]], runs: list[tuple[dict[str, str], int]], asked: dict[str, str]
) -> None:
    nodes = [node(f"n{number}", **offered) for number, offered in enumerate(offers)]
    pods = [
        pod(f"r{number}", container(**held), on=f"n{where % len(nodes)}") for number, (held, where) in enumerate(runs)
    ]
    for kind, given_arguments in (
        (NodeResourcesFit, arguments),
        (NodeResourcesBalancedAllocation, {"resources": arguments["scoringStrategy"]["resources"]}),
    ):
        bench = set_up(kind, pod("p", container(**asked)), nodes=nodes, pods=pods, arguments=given_arguments)
        assert isinstance(bench.plugin, ScorePlugin)
        together = bench.plugin.score(bench.shape, bench.nodes, bench.nodes.every)
        alone = [int(bench.plugin.score(bench.shape, bench.nodes, np.array([row]))[0]) for row in bench.nodes.every]
        assert together.tolist() == alone
        assert all(0 <= score <= 100 for score in alone)
