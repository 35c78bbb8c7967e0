"""The VPA recommender: upstream's tables of its histograms and estimators, and whole clusters.

Cases of vertical-pod-autoscaler/pkg/recommender/{util,logic,model}/*_test.go of kubernetes/autoscaler.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.vertical_pod_autoscaler import recommender
from simulator.engine.controllers.vertical_pod_autoscaler.aggregate import INTERVAL, Aggregate, Window
from simulator.engine.controllers.vertical_pod_autoscaler.estimator import confidence, recommendations
from simulator.engine.controllers.vertical_pod_autoscaler.histogram import CPU, HALF_LIFE, MEMORY, Histogram, Options
from simulator.engine.objects import instant_of, set_in
from simulator.engine.registry import Body

from ..cluster_autoscaler.rig import USER, Cloud

START = instant_of("2009-02-13T23:31:30Z")
MB = 1 << 20
VPA = "verticalpodautoscalers.autoscaling.k8s.io"
WHOLE = Options(1000.0, 1.0, 1.0000001)
"""Buckets that are all but one wide, for upstream's linear histograms."""


def filled(*samples: tuple[float, float, int]) -> Histogram:
    """(value, weight, half-lives after the start)"""
    histogram = Histogram(WHOLE)
    for value, weight, after in samples:
        histogram.add(value + 0.5, weight, START + after * HALF_LIFE)
    return histogram


STILL = filled(*((value, value, 0) for value in (1, 2, 3, 4)))
DECAYING = filled(*((value, value, value) for value in (1, 2, 3, 4)))
HISTOGRAMS = {
    "no decay": (STILL, [(0.0, 2), (0.09, 2), (0.2, 3), (0.29, 3), (0.4, 4), (0.59, 4), (0.7, 5), (1.0, 5)]),
    "decay": (
        DECAYING,
        [(0.0, 2), (0.02, 2), (0.03, 3), (0.1, 3), (0.11, 4), (0.34, 4), (0.35, 5), (1.0, 5)],
    ),
    "simple decay": (filled((2, 1000, 0), (1, 1, 20)), [(0.999, 2), (1.0, 3)]),
    "long-term decay": (filled((2, 1, 0), (1, 1, 101)), [(1.0, 2)]),
    "out of bounds": (filled((1, 1, 0), (2, 2, 0)), [(-0.1, 2), (1.1, 3)]),
    "empty": (Histogram(WHOLE), [(0.0, 0), (0.5, 0), (1.0, 0)]),
}


@pytest.mark.parametrize(("histogram", "percentiles"), HISTOGRAMS.values(), ids=HISTOGRAMS)
def test_percentiles(histogram: Histogram, percentiles: list[tuple[float, float]]) -> None:
    found = [histogram.percentile(share) for share, _wanted in percentiles]
    assert found == pytest.approx([wanted for _share, wanted in percentiles], rel=1e-4)
    again = Histogram(WHOLE, histogram.note())
    assert [again.percentile(share) for share, _wanted in percentiles] == found


@pytest.mark.parametrize(
    ("options", "buckets", "value", "bucket"),
    [
        (CPU, 176, 0.005, 0),
        (CPU, 176, 5000, 175),
        (MEMORY, 176, 9e6, 0),
        (MEMORY, 176, 1e7, 1),
        (MEMORY, 176, 2.1e7, 2),
    ],
)
def test_buckets(options: Options, buckets: int, value: float, bucket: int) -> None:
    """Each is five percent wider than the one before. TestSimpleExponentialBuckets."""
    assert (options.buckets(), options.find(value)) == (buckets, bucket)
    widths = [options.start(number + 1) - options.start(number) for number in range(3)]
    assert widths == pytest.approx([options.first, options.first * 1.05, options.first * 1.05**2])


def test_what_is_taken_away_counts_no_more() -> None:
    histogram = filled((1, 1, 0), (3, 1, 0))
    histogram.subtract(3.5, 1, START)
    assert histogram.percentile(1.0) == pytest.approx(2, rel=1e-4)
    histogram.subtract(1.5, 1, START)
    assert histogram.is_empty()


@pytest.mark.parametrize(
    ("peak", "requested", "sample"),
    [(0, 1000 * MB, 1200 * MB), (0, 1 * MB, 101 * MB), (3000 * MB, 1000 * MB, 3600 * MB)],
)
def test_a_container_that_is_killed_would_have_needed_more(peak: int, requested: int, sample: int) -> None:
    """TestRecordOOMIncreasedByBumpUp, ...ByMin, TestRecordOOMMaxedWithKnownSample, TestRecordOOMDontRunAway."""
    aggregate, window = Aggregate(), Window()
    if peak:
        window.add(aggregate, peak, START)
    for _again in range(3):
        window.record_oom(aggregate, requested, START + SECOND)
    assert window.oom == sample
    bucket = MEMORY.start(MEMORY.find(sample) + 1)
    assert aggregate.memory.percentile(1.0) == bucket


def test_only_the_peak_of_a_day_counts() -> None:
    """TestAggregateContainerUsageSamples."""
    aggregate, window = Aggregate(), Window()
    for minute, used in enumerate((5, 10, 7)):
        window.add(aggregate, used * 10 * MB, START + minute * 60 * SECOND)
    assert aggregate.memory.percentile(0.0) == MEMORY.start(MEMORY.find(100 * MB) + 1)
    window.add(aggregate, 20 * MB, START + INTERVAL + SECOND)
    assert aggregate.memory.percentile(0.0) == MEMORY.start(MEMORY.find(20 * MB) + 1)
    assert (window.peak, window.end) == (20 * MB, START + 2 * INTERVAL)


def test_confidence_grows_with_time_and_samples() -> None:
    """TestConfidenceMultiplier."""
    aggregate = Aggregate()
    assert confidence(aggregate) == 0
    for number in range(9):
        aggregate.add_cpu(1.0, 0.5, START + number * 120 * SECOND)
    assert confidence(aggregate) == 0.00625


def known(days: int = 8, cores: float = 1.0, memory: float = 1e9) -> Aggregate:
    aggregate, window = Aggregate(), Window()
    for hour in range(days * 24):
        at = START + hour * 3600 * SECOND
        for minute in range(60):
            aggregate.add_cpu(cores, 0.1, at + minute * 60 * SECOND)
        window.add(aggregate, round(memory), at)
    return aggregate


def test_a_recommendation_has_a_margin_and_bounds() -> None:
    (found,) = recommendations({"c": known()}, {})
    cpu, memory = CPU.start(CPU.find(1.0) + 1), MEMORY.start(MEMORY.find(1e9) + 1)
    target = {
        "cpu": f"{int(cpu * 1000) + int(int(cpu * 1000) * 0.15)}m",
        "memory": int(memory) + int(int(memory) * 0.15),
    }
    assert found["target"]["cpu"] == target["cpu"]
    assert int(found["target"]["memory"].removesuffix("k")) in (target["memory"], target["memory"] // 1000)
    assert found["uncappedTarget"] == found["target"]
    # After eight days the upper bound is an eighth higher, the lower one as good as the target.
    share = int(found["upperBound"]["cpu"].removesuffix("m")) / int(found["target"]["cpu"].removesuffix("m"))
    assert share == pytest.approx(1.125, rel=1e-2)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({}, {"cpu": "25m", "memory": "262144k"}),
        ({"minAllowed": {"cpu": "1"}}, {"cpu": "1", "memory": "262144k"}),
        ({"maxAllowed": {"memory": "100Mi"}}, {"cpu": "25m", "memory": "100Mi"}),
        ({"controlledResources": ["memory"]}, {"memory": "262144k"}),
        ({"mode": "Off"}, None),
    ],
)
def test_policies(policy: Body, said: Body | None) -> None:
    idle = known(days=1, cores=0.001, memory=1e6)
    for name in ("c", "*"):
        found = recommendations({"c": idle}, {name: policy})
        assert [one["target"] for one in found] == ([] if said is None else [said])
    both = recommendations({"c": idle, "d": idle}, {})
    assert [one["target"] for one in both] == [{"cpu": "12m", "memory": "131072k"}] * 2


# --- whole clusters --------------------------------------------------------------------------------------------------


def cluster(**spec: Any) -> Cloud:
    cloud = Cloud()
    behavior = {"cpu": {"idle": "300m"}, "memory": {"idle": "200Mi"}}
    meta = {"name": "b", "namespace": "default"}
    cloud.create("behaviors.sim.k8sviz.io", {"metadata": meta, "spec": behavior})
    cloud.deployment(2, "100m")
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    held = {"targetRef": target, "updatePolicy": {"updateMode": "Off"}, **spec}
    cloud.create(VPA, {"metadata": {"name": "v", "namespace": "default"}, "spec": held})
    return cloud


def status(cloud: Cloud) -> Body:
    held = cloud.world.get(VPA, "default", "v")
    assert held is not None
    return held.get("status") or {}


def conditions(cloud: Cloud) -> dict[str, tuple[str, str]]:
    return {one["type"]: (one["status"], one.get("message", "")) for one in status(cloud)["conditions"]}


def test_the_first_recommendation_comes_within_two_minutes() -> None:
    cloud = cluster()
    cloud.run(120)
    (found,) = status(cloud)["recommendation"]["containerRecommendations"]
    assert found["containerName"] == "c"
    assert 330 <= int(found["target"]["cpu"].removesuffix("m")) <= 380
    assert conditions(cloud) == {"RecommendationProvided": ("True", "")}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            {"apiVersion": "apps/v1", "kind": "Deployment", "name": "absent"},
            "Cannot read targetRef. Reason: Deployment default/absent does not exist",
        ),
        (
            {"apiVersion": "apps/v2", "kind": "Deployment", "name": "web"},
            'Cannot read targetRef. Reason: no matches for kind "Deployment" in version "apps/v2"',
        ),
        (
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "?"},
            "The target apps/v1.ReplicaSet/? has a parent controller but it should point to a topmost well-known or "
            "scalable controller",
        ),
    ],
)
def test_a_target_that_cannot_be_used(target: Body, said: str) -> None:
    cloud = cluster()
    cloud.run(5)
    owned = cloud.world.list("replicasets.apps", "default")[0]["metadata"]["name"]
    held = cloud.world.get(VPA, "default", "v")
    assert held is not None
    name = target["name"].replace("?", owned)
    cloud.world.update(VPA, set_in(held, ("spec", "targetRef"), {**target, "name": name}), USER)
    cloud.run(5)
    assert conditions(cloud) == {
        "ConfigUnsupported": ("True", said.replace("?", owned)),
        "NoPodsMatched": ("True", "No pods match this VPA object"),
        "RecommendationProvided": ("False", "No pods match this VPA object"),
    }


def test_looking_every_minute_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sparing = cluster()
    sparing.run(3600)
    monkeypatch.setattr(recommender, "_LONGEST", 1)
    naive = cluster()
    naive.run(3600)
    for cloud in (sparing, naive):
        for key in cloud.world.list(VPA):
            cloud.world.update(VPA, set_in(key, ("metadata", "labels"), {"look": "again"}), USER)
        cloud.run(1)
    assert status(sparing)["recommendation"] == status(naive)["recommendation"]


def test_a_world_that_is_rebuilt_goes_on_the_same_way() -> None:
    plain, rebuilt = cluster(), cluster()
    for _step in range(6):
        plain.run(500)
        rebuilt.run(500)
        rebuilt.rebuild()
    assert status(plain) == status(rebuilt)
    assert plain.world.clock.settled()


def test_nobody_samples_what_does_not_run() -> None:
    cloud = cluster()
    cloud.run(300)
    cloud.scale(0)
    cloud.run(60)
    cloud.world.drain()
    cloud.run(7200)
    assert [change for change in cloud.world.drain().changes if change.resource == VPA] == []
    assert conditions(cloud)["NoPodsMatched"] == ("True", "No pods match this VPA object")
    assert conditions(cloud)["RecommendationProvided"] == ("True", "")
