"""Updates of StatefulSets: rolling, partitioned, on deletion, and broken ones.

The cases are those of pkg/controller/statefulset/{stateful_set_control_test.go,stateful_set_test.go}, v1.34.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig
from tests.engine.controllers.stateful_sets import (
    BOTH,
    STS,
    figures,
    history,
    images,
    names,
    status,
)

SIZES = pytest.mark.parametrize(
    ("before", "after"), [(3, 3), (3, 5), (5, 3)], ids=["image", "image and scale up", "image and scale down"]
)


def updated(policy: str, before: int, after: int, strategy: Body) -> Rig:
    rig = Rig()
    rig.statefulset("web", before, podManagementPolicy=policy, updateStrategy=strategy)
    rig.settle()
    sts = rig.get(STS, "web")
    containers = [{**sts["spec"]["template"]["spec"]["containers"][0], "image": "nginx:2"}]
    template = {**sts["spec"]["template"], "spec": {**sts["spec"]["template"]["spec"], "containers": containers}}
    rig.edit(STS, "web", ("spec",), {**sts["spec"], "replicas": after, "template": template})
    rig.settle()
    return rig


@BOTH
@SIZES
@pytest.mark.parametrize("rolling", [{"partition": 0}, None], ids=["with figures", "without"])
def test_a_rolling_update(policy: str, before: int, after: int, rolling: Body | None) -> None:
    strategy = {"type": "RollingUpdate", **({"rollingUpdate": rolling} if rolling else {})}
    rig = updated(policy, before, after, strategy)
    assert images(rig) == ["nginx:2"] * after
    assert figures(rig) == (after,) * 5
    assert status(rig)["currentRevision"] == status(rig)["updateRevision"]


@BOTH
@SIZES
def test_on_delete(policy: str, before: int, after: int) -> None:
    rig = updated(policy, before, after, {"type": "OnDelete"})
    assert images(rig) == ["nginx:1"] * min(before, after) + ["nginx:2"] * max(after - before, 0)
    assert status(rig)["currentRevision"] != status(rig)["updateRevision"]
    rig.edit(STS, "web", ("spec", "replicas"), 0)
    rig.settle()
    rig.edit(STS, "web", ("spec", "replicas"), after)
    rig.settle()
    assert images(rig) == ["nginx:2"] * after


@BOTH
@SIZES
def test_a_partition(policy: str, before: int, after: int) -> None:
    rig = updated(policy, before, after, {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    assert images(rig) == ["nginx:1"] * 2 + ["nginx:2"] * (after - 2)
    assert figures(rig) == (after, after, after, 2, after - 2)
    rig.delete("pods", "web-0")
    rig.settle()
    assert images(rig)[0] == "nginx:1"
    rig.edit(STS, "web", ("spec", "updateStrategy", "rollingUpdate", "partition"), 0)
    rig.settle()
    assert images(rig) == ["nginx:2"] * after
    assert figures(rig) == (after,) * 5


def test_a_partition_counts_from_the_first_ordinal() -> None:
    rig = Rig()
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    rig.statefulset("web", 3, ordinals={"start": 5}, updateStrategy=strategy)
    rig.settle()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    assert list(zip(names(rig), images(rig), strict=True)) == [
        ("web-5", "nginx:1"), ("web-6", "nginx:2"), ("web-7", "nginx:2"),
    ]  # fmt: skip


@BOTH
def test_an_update_takes_one_pod_at_a_time_from_the_last(policy: str) -> None:
    rig = Rig()
    rig.statefulset("web", 3, podManagementPolicy=policy)
    rig.settle()
    rig.world.drain()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    turns = [("-", "web-2"), ("+", "web-2"), ("-", "web-1"), ("+", "web-1"), ("-", "web-0"), ("+", "web-0")]
    assert list(history(rig)) == turns


@BOTH
def test_an_update_waits_until_pods_are_available(policy: str) -> None:
    rig = Rig()
    rig.statefulset("web", 3, minReadySeconds=10, podManagementPolicy=policy)
    rig.settle()
    rig.world.drain()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    made = [one.at for one in rig.world.drain().changes if one.resource == "pods" and one.operation == "ADDED"]
    assert all(later - earlier >= 10 * SECOND for earlier, later in pairwise(made))


def test_a_broken_update_stops_and_needs_a_hand() -> None:
    """A pod of the broken revision is not ready, and is not replaced until somebody deletes it."""
    rig = Rig(is_sick=lambda pod: pod["spec"]["containers"][0]["image"] == "broken")
    rig.statefulset("web", 3)
    rig.settle()
    rig.image("web", "broken", STS)
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:1", "broken"]
    assert figures(rig) == (3, 2, 2, 2, 1)
    rig.image("web", "nginx:1", STS)
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:1", "broken"]
    rig.delete("pods", "web-2")
    rig.settle()
    assert images(rig) == ["nginx:1"] * 3
    assert figures(rig) == (3, 3, 3, 3, 3)
