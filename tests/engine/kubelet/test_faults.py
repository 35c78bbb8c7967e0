"""Machines that fail: what becomes of kubelets, containers, statuses, and of pods that people delete meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.kinds.lease import renewed
from simulator.engine.objects import annotations_of, condition, instant_of, is_condition_true, is_deleting
from simulator.engine.pods import status_text
from simulator.engine.registry import KINDS as REGISTRY
from simulator.engine.renewal import HEARTBEAT, LEASES, NAMESPACE
from tests.engine.cluster import T0, USER, Cluster

ONE = {"nodeName": "a-1"}
KINDS = ("NodeCrash", "KubeletStop", "NetworkPartition")
BACK = {"NodeCrash": 22, "KubeletStop": 2, "NetworkPartition": 10}
"""Seconds after the end of a Fault within which the kubelet has reported."""


def renewal(cluster: Cluster) -> int:
    return renewed(cluster.get(LEASES, "a-1", NAMESPACE), cluster.world.now) or 0


@pytest.mark.parametrize("kind", KINDS)
def test_signs_of_life_stop_and_come_again(kind: str) -> None:
    cluster = Cluster()
    cluster.until(5)
    cluster.fault("fault", kind, ONE, durationSeconds=20)
    cluster.until(6)
    last, stored = renewal(cluster), cluster.get("nodes", "a-1")
    assert HEARTBEAT not in annotations_of(stored)
    assert T0 - 5 * SECOND < last <= T0 + 5 * SECOND
    cluster.until(25)
    assert renewal(cluster) == last
    cluster.until(26 + BACK[kind])
    assert renewal(cluster) > last
    assert HEARTBEAT in annotations_of(cluster.get("nodes", "a-1"))
    cluster.run(100)
    assert renewal(cluster) > cluster.world.now - 10 * SECOND
    assert cluster.ready("a-1") == "True"
    assert cluster.said("a-1", "NodeNotReady") == []
    assert [one.key for one in cluster.world.memories() if one.key.startswith(("machine:", "fault:"))] == []


def test_containers_die_with_their_machine() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(10)
    before = cluster.the_pod("web")["status"]
    cluster.fault("off", "NodeCrash", ONE, durationSeconds=20)
    cluster.until(31)
    assert cluster.the_pod("web")["status"] == before
    cluster.until(60)
    after = cluster.the_pod("web")["status"]
    (main,) = after["containerStatuses"]
    ended = main["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"], main["restartCount"]) == (255, "Unknown", 1)
    assert instant_of(ended["finishedAt"]) == T0 + 52 * SECOND
    assert ended["startedAt"] == before["containerStatuses"][0]["state"]["running"]["startedAt"]
    assert after["podIP"] != before["podIP"]
    assert is_condition_true(cluster.the_pod("web"), "Ready")
    assert cluster.said("web", "SandboxChanged") == ["Pod sandbox changed, it will be killed and re-created."]


@pytest.mark.parametrize("kind", ["KubeletStop", "NetworkPartition"])
def test_containers_go_on_without_their_kubelet(kind: str) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(10)
    before = cluster.the_pod("web")["status"]
    cluster.fault("fault", kind, ONE, durationSeconds=200)
    cluster.until(150)
    assert not is_condition_true(cluster.the_pod("web"), "Ready")
    cluster.until(230)
    after = cluster.the_pod("web")["status"]
    assert after["containerStatuses"] == before["containerStatuses"]
    assert after["podIP"] == before["podIP"]
    assert is_condition_true(cluster.the_pod("web"), "Ready")


AFTER_A_CRASH = {
    # name: (spec, restarts of the container by name, phase)
    "always": ({"restartPolicy": "Always"}, {"main": 1}, "Running"),
    "on failure": ({"restartPolicy": "OnFailure"}, {"main": 1}, "Running"),
    "never": ({"restartPolicy": "Never"}, {"main": 0}, "Failed"),
    "init containers run again": (
        {"initContainers": [{"name": "init", "image": "busybox:1.36", "command": ["sleep", "1"]}]},
        {"main": 1, "init": 1},
        "Running",
    ),
    "sidecars too": (
        {"initContainers": [{"name": "side", "image": "nginx:1.27", "restartPolicy": "Always"}]},
        {"main": 1, "side": 1},
        "Running",
    ),
}


@pytest.mark.parametrize(("spec", "restarts", "phase"), AFTER_A_CRASH.values(), ids=AFTER_A_CRASH.keys())
def test_a_pod_after_a_crash(spec: dict[str, Any], restarts: dict[str, int], phase: str) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="busybox:1.36", command=["sleep", "9999"], **spec)
    cluster.until(15)
    cluster.fault("off", "NodeCrash", ONE, durationSeconds=20)
    cluster.until(70)
    status = cluster.the_pod("web")["status"]
    statuses = [*status["containerStatuses"], *(status.get("initContainerStatuses") or ())]
    assert {one["name"]: one["restartCount"] for one in statuses} == restarts
    assert status["phase"] == phase
    if phase == "Failed":
        assert status_text(cluster.the_pod("web")) == "Unknown"


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_that_is_deleted_meanwhile_stays_until_its_kubelet_is_back(kind: str) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(10)
    cluster.fault("fault", kind, ONE, durationSeconds=100)
    cluster.until(20)
    cluster.world.delete("pods", "default", "web", USER)
    cluster.until(109)
    assert status_text(cluster.the_pod("web")) == "Terminating"
    cluster.until(112 + BACK[kind])
    assert cluster.world.get("pods", "default", "web") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_that_is_deleted_by_force_is_gone_at_once(kind: str) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(10)
    cluster.fault("fault", kind, ONE, durationSeconds=100)
    cluster.until(20)
    cluster.world.delete("pods", "default", "web", USER, grace=0)
    cluster.until(200)
    assert cluster.world.note("kubelet", "default/web") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_that_comes_meanwhile_begins_when_the_kubelet_is_back(kind: str) -> None:
    cluster = Cluster()
    cluster.fault("fault", kind, ONE, durationSeconds=40)
    cluster.until(10)
    cluster.pod("web", "a-1")
    cluster.until(39)
    assert cluster.the_pod("web")["status"]["phase"] == "Pending"
    assert "conditions" not in cluster.the_pod("web")["status"]
    cluster.until(80)
    assert is_condition_true(cluster.the_pod("web"), "Ready")


def test_a_pod_that_ends_behind_a_cut_is_told_of_afterwards() -> None:
    cluster = Cluster()
    cluster.pod("job", "a-1", image="busybox:1.36", command=["sleep", "20"], restartPolicy="Never")
    cluster.until(15)
    cluster.fault("cut", "NetworkPartition", ONE, durationSeconds=60)
    cluster.until(70)
    assert cluster.the_pod("job")["status"]["phase"] == "Running"
    cluster.until(80)
    status = cluster.the_pod("job")["status"]
    assert status["phase"] == "Succeeded"
    assert instant_of(status["containerStatuses"][0]["state"]["terminated"]["finishedAt"]) < T0 + 40 * SECOND


def test_a_pod_that_was_being_killed_goes_on_so_behind_a_cut() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="busybox:1.36", command=["sleep", "9999"])
    cluster.until(15)
    cluster.world.delete("pods", "default", "web", USER)
    cluster.until(20)
    cluster.fault("cut", "NetworkPartition", ONE, durationSeconds=60)
    cluster.until(79)
    assert is_deleting(cluster.the_pod("web"))
    gone: list[Change] = []
    cluster.world.watch("pods", lambda change: gone.append(change) if change.key.name == "web" else None)
    cluster.until(82)
    assert gone[-1].operation == "DELETED"
    ended = gone[-1].body["status"]["containerStatuses"][0]["state"]["terminated"]
    assert ended["exitCode"] == 137


OVERLAPS = {
    # name: (the Faults: kind, begin, seconds), when the kubelet has started, restarts
    "a stop within a crash": ([("NodeCrash", 10, 30), ("KubeletStop", 15, 40)], 77, 1),
    "a crash within a stop": ([("KubeletStop", 10, 60), ("NodeCrash", 20, 10)], 92, 1),
    "two crashes in a row": ([("NodeCrash", 10, 10), ("NodeCrash", 25, 10)], 57, 1),
    "a cut outlasts a crash": ([("NodeCrash", 10, 10), ("NetworkPartition", 15, 60)], 75, 1),
    "a cut within a stop": ([("KubeletStop", 10, 60), ("NetworkPartition", 20, 10)], 72, 0),
}


@pytest.mark.parametrize(("held", "started", "restarts"), OVERLAPS.values(), ids=OVERLAPS.keys())
def test_faults_at_the_same_time(held: list[tuple[str, int, int]], started: int, restarts: int) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    for number, (kind, begin, lasts) in enumerate(held):
        cluster.fault(f"fault-{number}", kind, ONE, startAfterSeconds=begin, durationSeconds=lasts)
    seen: list[int] = []
    cluster.world.watch(
        "events", lambda change: seen.append(change.at) if change.body["reason"] == "Starting" else None
    )
    cluster.until(200)
    assert [(at - T0) / SECOND for at in seen] == [started]
    assert cluster.the_pod("web")["status"]["containerStatuses"][0]["restartCount"] == restarts
    assert cluster.ready("a-1") == "True"


def test_a_mirror_that_is_deleted_meanwhile_comes_back_with_its_kubelet() -> None:
    cluster = Cluster()
    cluster.fault("fault", "KubeletStop", {"nodeName": "control-plane"}, durationSeconds=60)
    cluster.until(10)
    cluster.world.delete("pods", "kube-system", "etcd-control-plane", USER, grace=0)
    cluster.until(50)
    assert cluster.world.get("pods", "kube-system", "etcd-control-plane") is None
    cluster.until(70)
    assert is_condition_true(cluster.get("pods", "etcd-control-plane", "kube-system"), "Ready")


def test_a_fault_says_when_it_goes_on_and_whom_it_hits() -> None:
    cluster = Cluster()
    cluster.fault("dark", "ZoneOutage", {"zone": "zone-b"}, startAfterSeconds=10, durationSeconds=20)
    told = []
    for seconds in (1, 15, 40):
        cluster.until(seconds)
        one = condition(cluster.get("faults.sim.k8sviz.io", "dark"), "Active") or {}
        told.append((one["status"], one["reason"], one["message"]))
    assert told == [
        ("False", "Waiting", ""),
        ("True", "Begun", "It hits b-1, b-2, b-3."),
        ("False", "Over", ""),
    ]
    status = cluster.get("faults.sim.k8sviz.io", "dark")["status"]
    assert instant_of(status["completionTime"]) - instant_of(status["startTime"]) == 20 * SECOND


def test_a_fault_that_is_deleted_ends() -> None:
    cluster = Cluster()
    cluster.fault("off", "KubeletStop", ONE)
    cluster.until(100)
    assert cluster.ready("a-1") == "Unknown"
    cluster.world.delete("faults.sim.k8sviz.io", "", "off", USER)
    cluster.until(110)
    assert cluster.ready("a-1") == "True"


def test_a_pull_goes_on_behind_a_cut() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="postgres:17")
    cluster.run(1)
    cluster.fault("cut", "NetworkPartition", ONE, durationSeconds=1)
    cluster.run(30)
    assert is_condition_true(cluster.the_pod("web"), "Ready")


def test_a_static_pod_whose_mirror_was_deleted_is_restarted_after_a_crash() -> None:
    cluster = Cluster()
    cluster.fault("off", "NodeCrash", {"nodeName": "control-plane"}, durationSeconds=60)
    cluster.until(10)
    cluster.world.delete("pods", "kube-system", "etcd-control-plane", USER, grace=0)
    cluster.until(120)
    pod = cluster.get("pods", "etcd-control-plane", "kube-system")
    assert is_condition_true(pod, "Ready")
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_hears_what_a_node_uses_that_nobody_reaches(kind: str) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(30)

    def told(resource: str) -> set[str]:
        computed = REGISTRY[resource].computed
        assert computed is not None
        return {one["metadata"]["name"] for one in computed(cluster.world, cluster.world.now)}

    assert "a-1" in told("nodes.metrics.k8s.io")
    assert "web" in told("pods.metrics.k8s.io")
    cluster.fault("fault", kind, ONE)
    cluster.until(31)
    assert "a-1" not in told("nodes.metrics.k8s.io")
    assert "web" not in told("pods.metrics.k8s.io")
