"""Registries that are slow or do not answer, and pulls over a network that loses packets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.kubelet import registries
from simulator.engine.kubelet.images import duration
from simulator.engine.objects import is_condition_true
from simulator.engine.workloads import catalogue, references
from tests.engine.cluster import T0, USER, Cluster

REDIS = catalogue.of(references.parse("redis:7")).size
HUB = registries.unreachable(references.parse("redis:7"))
FAULTS = "faults.sim.k8sviz.io"


def slow(bandwidth: str, latency: int = 0) -> dict[str, Any]:
    return {"slowRegistry": {"bandwidth": bandwidth, "latencyMilliseconds": latency}}


def loss(percent: int) -> dict[str, Any]:
    return {"packetLoss": {"percent": percent}}


def pulled(cluster: Cluster, pod: str = "web") -> str:
    """How long the pull of a pod's image took, as its event says."""
    (said,) = cluster.said(pod, "Pulled")
    return said.partition(" in ")[2].partition(" ")[0]


NODE, ALL = {"nodeName": "a-1"}, dict[str, Any]()
CUT = {"networkPartition": {"scope": "All"}}
TIMES = {
    # name: (Faults as (type, target, rest of the spec), microseconds that a pull of redis:7 takes)
    "no Fault": ([], REDIS * SECOND // 40_000_000),
    "slow": ([("SlowRegistry", ALL, slow("2M"))], REDIS * SECOND // 2_000_000),
    "the default is 1Mi": ([("SlowRegistry", ALL, {})], REDIS * SECOND // (1 << 20)),
    "late": ([("SlowRegistry", ALL, slow("40M", 1500))], REDIS * SECOND // 40_000_000 + 1500 * MILLISECOND),
    "not slower than it is anyway": ([("SlowRegistry", ALL, slow("1G"))], REDIS * SECOND // 40_000_000),
    "its registry": ([("SlowRegistry", {"registry": "docker.io"}, slow("2M"))], REDIS * SECOND // 2_000_000),
    "another registry": ([("SlowRegistry", {"registry": "quay.io"}, slow("2M"))], REDIS * SECOND // 40_000_000),
    "the slowest of two, the latest of two": (
        [("SlowRegistry", ALL, slow("2M", 3000)), ("SlowRegistry", ALL, slow("4M", 5000))],
        REDIS * SECOND // 2_000_000 + 5 * SECOND,
    ),
    "an outage of another registry": (
        [("RegistryOutage", {"registry": "quay.io"}, {})],
        REDIS * SECOND // 40_000_000,
    ),
    "packets are lost": ([("PacketLoss", NODE, loss(25))], REDIS * SECOND // 178_812),
    "packets are lost elsewhere": ([("PacketLoss", {"nodeName": "b-1"}, loss(25))], REDIS * SECOND // 40_000_000),
}


@pytest.mark.parametrize(("held", "took"), TIMES.values(), ids=TIMES.keys())
def test_how_long_a_pull_takes(held: list[tuple[str, dict[str, Any], dict[str, Any]]], took: int) -> None:
    cluster = Cluster()
    for number, (kind, target, rest) in enumerate(held):
        cluster.fault(f"fault-{number}", kind, target, **rest)
    cluster.until(1)
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(600)
    assert pulled(cluster) == duration(900 * MILLISECOND + took)


def test_a_pull_in_flight_is_slowed_from_that_instant_and_hurries_afterwards() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(1.5)
    (pull,) = cluster.world.note("kubelet", "pull:a-1")
    cluster.fault("slow", "SlowRegistry", {}, durationSeconds=20, **slow("100k"))
    before = T0 + 1500 * MILLISECOND - pull["began"] - 900 * MILLISECOND
    cluster.until(60)
    left = REDIS * SECOND - before * 40_000_000 - 20 * SECOND * 100_000
    assert before > 0 and left > 0
    ends = T0 + 21500 * MILLISECOND + left // 40_000_000
    assert pulled(cluster) == duration(ends - pull["began"])


def test_another_bandwidth_counts_at_once() -> None:
    cluster = Cluster()
    cluster.fault("slow", "SlowRegistry", {}, **slow("1k"))
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(30)
    assert cluster.said("web", "Pulled") == []
    fault = cluster.get(FAULTS, "slow")
    spec = {**fault["spec"], **slow("1G")}
    cluster.world.update(FAULTS, {**fault, "spec": spec}, USER)
    cluster.until(33)
    assert len(cluster.said("web", "Pulled")) == 1


def test_an_outage_is_told_in_the_words_of_the_runtime_and_ends() -> None:
    cluster = Cluster()
    cluster.fault("outage", "RegistryOutage", {}, durationSeconds=100)
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(32)
    (status,) = cluster.the_pod("web")["status"]["containerStatuses"]
    assert status["state"]["waiting"] == {"reason": "ErrImagePull", "message": HUB}
    assert HUB == (
        'failed to pull and unpack image "docker.io/library/redis:7": failed to resolve reference '
        '"docker.io/library/redis:7": failed to do request: Head '
        '"https://registry-1.docker.io/v2/library/redis/manifests/7": dial tcp 93.3.74.45:443: i/o timeout'
    )
    cluster.until(41)
    (status,) = cluster.the_pod("web")["status"]["containerStatuses"]
    assert status["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert cluster.said("web", "Failed") == [
        f'Failed to pull image "redis:7": {HUB}',
        "Error: ErrImagePull",
        "Error: ImagePullBackOff",
    ]
    cluster.until(220)
    assert is_condition_true(cluster.the_pod("web"), "Ready")


PRESENT = {
    # name: (pull policy, whether the container starts)
    "if not present": ("IfNotPresent", True),
    "never": ("Never", True),
    "always": ("Always", False),
}


@pytest.mark.parametrize(("policy", "starts"), PRESENT.values(), ids=PRESENT.keys())
def test_an_image_that_lies_on_the_node_during_an_outage(policy: str, starts: bool) -> None:
    cluster = Cluster()
    cluster.pod("first", "a-1", image="redis:7")
    cluster.until(20)
    cluster.fault("outage", "RegistryOutage", {})
    cluster.until(21)
    container = {"name": "main", "image": "redis:7", "imagePullPolicy": policy}
    cluster.pod("second", "a-1", containers=[container])
    cluster.until(80)
    assert is_condition_true(cluster.the_pod("second"), "Ready") is starts


IN_FLIGHT = {
    # name: (seconds after which the outage begins, how long it lasts, what is said in the end)
    "it ends before the dial is given up": (1, 20, ""),
    "nobody answers": (1, 100, HUB),
    "it ends before the pull is given up": (4, 250, ""),
    "no byte for five minutes": (
        4,
        400,
        'rpc error: code = Canceled desc = failed to pull and unpack image "docker.io/library/redis:7": context '
        "canceled",
    ),
}


@pytest.mark.parametrize(("begins", "lasts", "error"), IN_FLIGHT.values(), ids=IN_FLIGHT.keys())
def test_an_outage_while_a_pull_runs(begins: int, lasts: int, error: str) -> None:
    cluster = Cluster()
    cluster.fault("slow", "SlowRegistry", {}, **slow("4M"))
    cluster.until(0.1)
    cluster.pod("web", "a-1", image="redis:7")
    cluster.fault("outage", "RegistryOutage", {}, startAfterSeconds=begins, durationSeconds=lasts)
    cluster.until(begins + lasts + 1)
    failed = cluster.said("web", "Failed")
    assert failed[:1] == ([f'Failed to pull image "redis:7": {error}'] if error else [])
    cluster.until(begins + lasts + 400)
    assert is_condition_true(cluster.the_pod("web"), "Ready")


def test_deleting_the_fault_ends_it() -> None:
    cluster = Cluster()
    cluster.fault("outage", "RegistryOutage", {})
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(10)
    cluster.world.delete(FAULTS, "", "outage", USER)
    cluster.until(14)
    assert is_condition_true(cluster.the_pod("web"), "Ready")


SCOPES = {
    # name: (scope, whether a pull arrives meanwhile)
    "all": ("All", False),
    "control plane": ("ControlPlane", True),
}


@pytest.mark.parametrize(("scope", "arrives"), SCOPES.values(), ids=SCOPES.keys())
def test_pulls_of_a_node_that_is_cut_off(scope: str, arrives: bool) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(1)
    cluster.fault("cut", "NetworkPartition", NODE, networkPartition={"scope": scope})
    cluster.until(10)
    lying = cluster.world.note("kubelet", "images:a-1") or {}
    assert ("docker.io/library/redis:7" in lying) is arrives


def test_a_worker_that_takes_over_goes_on_the_same_way() -> None:
    told = []
    for rebuilt in ((), (1, 3, 10)):
        cluster = Cluster()
        cluster.fault("slow", "SlowRegistry", {}, durationSeconds=8, **slow("500k", 700))
        cluster.fault("outage", "RegistryOutage", {}, startAfterSeconds=4, durationSeconds=3)
        cluster.pod("web", "a-1", image="redis:7")
        for at in rebuilt:
            cluster.until(at)
            cluster.rebuild()
        cluster.until(60)
        told.append(pulled(cluster))
    assert told[0] == told[1]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from((1, 2, 5, 30))), max_size=4))
def test_the_end_of_a_pull_is_that_of_a_simulation_by_the_millisecond(held: list[tuple[int, int, int]]) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="redis:7")
    spans = []
    for number, (begins, lasts, megabytes) in enumerate(held):
        cluster.fault(
            f"slow-{number}",
            "SlowRegistry",
            {},
            startAfterSeconds=begins,
            durationSeconds=lasts,
            **slow(f"{megabytes}00k"),
        )
        spans.append((T0 + begins * SECOND, T0 + (begins + lasts) * SECOND, megabytes * 100_000))
    cluster.until(1)
    (pull,) = cluster.world.note("kubelet", "pull:a-1")
    cluster.until(600)
    now, left = pull["began"] + 900 * MILLISECOND, REDIS * SECOND
    while left > 0:
        speed = min([40_000_000, *(speed for begins, ends, speed in spans if begins <= now < ends)])
        step = MILLISECOND - now % MILLISECOND
        left, now = left - speed * step, now + step
    took = pulled(cluster)
    assert took in [duration(now - pull["began"] - slack) for slack in (0, MILLISECOND)]
