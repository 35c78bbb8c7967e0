"""Graceful node shutdown: which pods go first, how long they have, what they and the node say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.kubelet import shutdown
from simulator.engine.objects import condition
from simulator.engine.pods import is_terminal, status_text
from tests.engine.cluster import T0, USER, Cluster

ONE = {"nodeName": "a-1"}
DEAF: dict[str, Any] = {"image": "busybox:1.36", "command": ["sleep", "infinity"]}
REASON = "Pod was terminated in response to imminent node shutdown."


def configured(**fields: Any) -> Cluster:
    cluster = Cluster()
    text = yaml.safe_dump({"kind": "KubeletConfiguration", **fields})
    meta = {"name": "kubelet-config-a-1", "namespace": "kube-system"}
    cluster.world.create("configmaps", {"metadata": meta, "data": {"kubelet": text}}, USER)
    cluster.run(0.1)
    return cluster


GROUPS: dict[str, tuple[dict[str, Any], list[list[int]]]] = {
    # name: (configuration, groups); after Test_migrateConfig of upstream
    "nothing": ({}, []),
    "one for all": ({"shutdownGracePeriod": "30s"}, [[0, 30], [2_000_000_000, 0]]),
    "two": ({"shutdownGracePeriod": "1m", "shutdownGracePeriodCriticalPods": "20s"}, [[0, 40], [2_000_000_000, 20]]),
    "more for critical pods than there is": (
        {"shutdownGracePeriod": "10s", "shutdownGracePeriodCriticalPods": "20s"},
        [],
    ),
    "critical pods alone": ({"shutdownGracePeriodCriticalPods": "20s"}, []),
    "no duration": ({"shutdownGracePeriod": "soon"}, []),
    "a figure": ({"shutdownGracePeriod": 30}, []),
    "by priority": (
        {
            "shutdownGracePeriodByPodPriority": [
                {"priority": 1000, "shutdownGracePeriodSeconds": 5},
                {"priority": 10, "shutdownGracePeriodSeconds": 3},
            ]
        },
        [[10, 3], [1000, 5]],
    ),
    "both": (
        {
            "shutdownGracePeriodByPodPriority": [{"priority": 10, "shutdownGracePeriodSeconds": 3}],
            "shutdownGracePeriod": "30s",
        },
        [],
    ),
    "by priority, spoilt": ({"shutdownGracePeriodByPodPriority": ["x"]}, []),
}


@pytest.mark.parametrize(("fields", "groups"), GROUPS.values(), ids=GROUPS.keys())
def test_groups(fields: dict[str, Any], groups: list[list[int]]) -> None:
    assert shutdown.groups(configured(**fields).world, "a-1") == groups


PLACES = {
    # priority: the index among 10, 100, 1000; after Test_groupByPriority of upstream
    -5: 0, 0: 0, 10: 0, 50: 0, 100: 1, 999: 1, 1000: 2, 5000: 2,
}  # fmt: skip


@pytest.mark.parametrize(("priority", "index"), PLACES.items())
def test_the_group_of_a_pod(priority: int, index: int) -> None:
    assert shutdown.place([[10, 1], [100, 1], [1000, 1]], priority) == index


def seen(cluster: Cluster) -> dict[str, float]:
    """When the containers of each pod had ended, in seconds after the beginning."""
    found: dict[str, float] = {}

    def note(change: Change) -> None:
        if is_terminal(change.body):
            found.setdefault(change.key.name, (change.at - T0) / SECOND)

    cluster.world.watch("pods", note)
    return found


def test_pods_of_low_priority_go_first() -> None:
    cluster = configured(shutdownGracePeriod="30s", shutdownGracePeriodCriticalPods="10s")
    cluster.pod("deaf", "a-1", **DEAF)
    cluster.pod("short", "a-1", terminationGracePeriodSeconds=5, **DEAF)
    cluster.pod("quick", "a-1")
    body = {"metadata": {"name": "critical", "namespace": "kube-system"}}
    container = {"name": "main", "image": "busybox:1.36", "command": ["sleep", "infinity"]}
    spec = {"nodeName": "a-1", "containers": [container], "priorityClassName": "system-node-critical"}
    cluster.world.create("pods", {**body, "spec": spec}, USER, checked=True)
    cluster.until(15)
    failed = seen(cluster)
    cluster.fault("off", "NodeShutdown", ONE, startAfterSeconds=5)
    cluster.until(60)
    times = {name: round(failed[name] - 20) for name in ("quick", "short", "deaf", "critical")}
    assert times == {"quick": 0, "short": 5, "deaf": 20, "critical": 30}
    pod = cluster.the_pod("deaf")
    target = condition(pod, "DisruptionTarget") or {}
    assert (pod["status"]["reason"], pod["status"]["message"]) == ("Terminated", REASON)
    assert (target["status"], target["reason"], target["message"]) == ("True", "TerminationByKubelet", REASON)
    assert status_text(pod) == "Error"
    quick = cluster.the_pod("quick")["status"]
    assert (quick["phase"], quick.get("reason")) == ("Succeeded", None)
    assert (condition(cluster.the_pod("quick"), "DisruptionTarget") or {})["status"] == "True"


def test_a_pod_says_nothing_of_it_while_its_containers_run() -> None:
    cluster = configured(shutdownGracePeriod="30s")
    cluster.pod("deaf", "a-1", **DEAF)
    cluster.until(15)
    cluster.fault("off", "NodeShutdown", ONE)
    cluster.run(1)
    status = cluster.the_pod("deaf")["status"]
    assert (status["phase"], status.get("reason")) == ("Running", None)
    assert condition(cluster.the_pod("deaf"), "DisruptionTarget") is None
    assert (condition(cluster.get("nodes", "a-1"), "Ready") or {})["message"] == "node is shutting down"
    assert cluster.said("a-1", "NodeShutdown") == ["Shutdown manager detected shutdown event"]
    assert "not-ready:NoSchedule" in cluster.taints("a-1")


def test_without_a_configuration_the_machine_goes_off_at_once() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(15)
    before = cluster.the_pod("web")["status"]
    cluster.fault("off", "NodeShutdown", ONE, durationSeconds=10)
    cluster.until(26)
    assert cluster.the_pod("web")["status"] == before
    cluster.until(60)
    assert cluster.the_pod("web")["status"]["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] == 255
    assert cluster.ready("a-1") == "True"


def test_a_shutdown_that_is_called_off() -> None:
    cluster = configured(shutdownGracePeriod="30s")
    cluster.pod("deaf", "a-1", **DEAF)
    cluster.until(15)
    cluster.fault("off", "NodeShutdown", ONE, durationSeconds=5)
    cluster.until(25)
    assert cluster.ready("a-1") == "True"
    assert cluster.said("a-1", "NodeShutdown")[-1] == "Shutdown manager detected shutdown cancellation"
    cluster.until(60)
    assert cluster.the_pod("deaf")["status"]["phase"] == "Failed"
    assert cluster.taints("a-1") == []


@pytest.mark.parametrize("seconds", [1, 10, 29, 31, 45, 90])
def test_a_world_that_is_built_again_on_the_way_goes_on_in_the_same_way(seconds: int) -> None:
    ends = []
    for again in (False, True):
        cluster = configured(shutdownGracePeriod="30s", shutdownGracePeriodCriticalPods="10s")
        cluster.pod("deaf", "a-1", **DEAF)
        cluster.fault("off", "NodeShutdown", ONE, startAfterSeconds=10, durationSeconds=60)
        cluster.until(seconds)
        if again:
            cluster.rebuild()
        cluster.until(200)
        ends.append(cluster.everything())
    assert ends[0] == ends[1]


GRACES: dict[str, tuple[str, str, dict[str, int]]] = {
    # name: (whole, of it for critical pods, seconds that each pod is given); after TestManager of upstream
    "total=30s, critical=10s": (
        "30s",
        "10s",
        {"normal": 20, "critical": 10, "short": 2, "critical-short": 2, "long": 20},
    ),
    "total=30, critical=0": ("30s", "0s", {"normal": 30, "critical": 0, "short": 2, "critical-short": 0, "long": 30}),
    "all time to critical pods": (
        "5s",
        "5s",
        {"normal": 0, "critical": 5, "short": 0, "critical-short": 2, "long": 0},
    ),
}


@pytest.mark.parametrize(("whole", "critical", "graces"), GRACES.values(), ids=GRACES.keys())
def test_how_long_each_pod_is_given(
    whole: str, critical: str, graces: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = configured(shutdownGracePeriod=whole, shutdownGracePeriodCriticalPods=critical)
    own = {"normal": 30, "critical": 30, "short": 2, "critical-short": 2, "long": 1000}
    for name, seconds in own.items():
        first = {"priorityClassName": "system-cluster-critical"} if name.startswith("critical") else {}
        cluster.pod(name, "a-1", terminationGracePeriodSeconds=seconds, **DEAF, **first)
    cluster.run(20)
    cluster.fault("off", "NodeShutdown", ONE)
    found, remember = dict[str, int](), cluster.world.set_note

    def hear(component: str, key: str, note: Any) -> None:
        if isinstance(note, dict) and "verdict" in note:
            found.setdefault(key.removeprefix("default/"), note["verdict"]["grace"])
        remember(component, key, note)

    monkeypatch.setattr(cluster.world, "set_note", hear)
    cluster.run(60)
    assert {name: seconds for name, seconds in found.items() if name in own} == graces
