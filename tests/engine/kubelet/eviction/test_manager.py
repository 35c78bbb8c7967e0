"""Rounds of the eviction manager: who goes when, in which words, how long a condition stays, who is not taken."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.objects import condition
from simulator.engine.registry import Body
from tests.engine.kubelet.eviction.rig import Pressed, leak, step
from tests.engine.kubelet.lab import USER

SHORT = {"evictionHard": {"memory.available": "2Gi"}}


def test_a_node_short_of_memory_evicts_one_pod_and_says_why() -> None:
    lab = Pressed()
    lab.use("calm", memory={"idle": "100Mi"})
    lab.use("greedy", memory=step("100Mi", "3480Mi", since=60), requests={"memory": "50Mi"})
    lab.run(59)
    assert lab.evicted() == []
    lab.run(20)
    assert lab.evicted() == ["greedy"]
    message = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 66Mi. Container main was using "
        "3580Mi, request is 50Mi, has larger consumption of memory. "
    )
    assert lab.said("Evicted") == [message]
    assert lab.said("EvictionThresholdMet") == ["Attempting to reclaim memory"]
    status = lab.get("greedy")["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", message)
    target = condition(lab.get("greedy"), "DisruptionTarget")
    assert target is not None
    assert (target["status"], target["reason"], target["message"]) == ("True", "TerminationByKubelet", message)
    assert lab.get("calm")["status"]["phase"] == "Running"


def test_the_event_names_who_is_to_blame() -> None:
    lab = Pressed()
    lab.configure(**SHORT)
    lab.use("greedy", memory={"idle": "2Gi"})
    lab.run(30)
    (event,) = (one for one in lab.world.list("events") if one["reason"] == "Evicted")
    assert event["metadata"]["annotations"] == {
        "offending_containers": "main",
        "offending_containers_usage": "2Gi",
        "starved_resource": "memory",
    }
    assert (event["type"], event["source"]) == ("Warning", {"component": "kubelet", "host": "n1"})


def test_one_pod_goes_per_round_and_only_as_many_as_it_takes() -> None:
    lab = Pressed()
    lab.configure(**SHORT)
    for name in ("a", "b", "c"):
        lab.use(name, memory={"idle": "600Mi"})
    lab.run(60)
    assert lab.evicted() == ["a"]
    lab.configure(evictionHard={"memory.available": "3500Mi"})
    lab.run(60)
    assert lab.evicted() == ["a", "b", "c"]


def test_a_condition_stays_for_the_transition_period() -> None:
    lab = Pressed()
    lab.configure(**SHORT, evictionPressureTransitionPeriod="1m")
    lab.use("greedy", memory={"idle": "2Gi"})
    lab.run(25)
    assert lab.pressure() == ["MemoryPressure"]
    assert lab.said("NodeHasInsufficientMemory") == ["Node n1 status is now: NodeHasInsufficientMemory"]
    body = condition(lab.world.get("nodes", "", "n1") or {}, "MemoryPressure")
    assert body is not None
    assert (body["reason"], body["message"]) == (
        "KubeletHasInsufficientMemory",
        "kubelet has insufficient memory available",
    )
    lab.run(40)
    assert lab.pressure() == ["MemoryPressure"]
    lab.run(30)
    assert lab.pressure() == []
    assert lab.said("NodeHasSufficientMemory") == ["Node n1 status is now: NodeHasSufficientMemory"]


def test_a_soft_threshold_waits_and_a_peak_that_passes_evicts_nobody() -> None:
    soft = {
        "evictionSoft": {"memory.available": "1Gi"},
        "evictionSoftGracePeriod": {"memory.available": "1m"},
    }
    lab = Pressed()
    lab.configure(**soft)
    lab.use("peak", memory=step("100Mi", "3Gi", since=20, lasts=50))
    lab.run(200)
    assert (lab.evicted(), lab.pressure()) == ([], ["MemoryPressure"])
    lab = Pressed()
    lab.configure(**soft)
    lab.use("stays", memory=step("100Mi", "3Gi", since=20, lasts=90))
    lab.run(200)
    assert lab.evicted() == ["stays"]


GRACES = {
    # name: (kubelet's configuration besides the threshold, pod's grace period, seconds until it is killed)
    "hard": ({"evictionHard": {"memory.available": "2Gi"}}, 50, 2),
    "soft, with the pod's own where none is given": ({}, 7, 7),
    "soft, as long as is allowed": ({"evictionMaxPodGracePeriod": 5}, 60, 5),
    "soft, longer than the pod's own": ({"evictionMaxPodGracePeriod": 20}, 5, 20),
}


@pytest.mark.parametrize(("fields", "own", "seconds"), GRACES.values(), ids=GRACES.keys())
def test_how_long_an_evicted_pod_has(fields: Body, own: int, seconds: int) -> None:
    lab = Pressed()
    if "evictionHard" not in fields:
        soft = {"memory.available": "2Gi"}
        fields = {**fields, "evictionSoft": soft, "evictionSoftGracePeriod": {"memory.available": "10s"}}
    lab.configure(**fields)
    lab.pod("deaf", "busybox:1.36", command=["sleep", "infinity"], terminationGracePeriodSeconds=own)
    behavior = {"metadata": {"name": "deaf", "namespace": "default"}, "spec": {"memory": {"idle": "3Gi"}}}
    lab.world.create("behaviors.sim.k8sviz.io", behavior, USER)
    lab.run(90)
    told = [line.split() for line in lab.story()]
    killing = next(int(at) for at, what, *_ in told if what == "Killing")
    failed = next(int(at) for at, what, *rest in told if what == "deaf" and rest[0] == "Failed")
    assert round((failed - killing) / 1000) == seconds


def test_a_pod_that_takes_too_long_is_not_waited_for() -> None:
    lab = Pressed()
    soft = {"evictionSoft": {"memory.available": "2Gi"}, "evictionSoftGracePeriod": {"memory.available": "1s"}}
    lab.configure(**soft)
    lab.pod("deaf", "busybox:1.36", command=["sleep", "infinity"], terminationGracePeriodSeconds=60)
    behavior = {"metadata": {"name": "deaf", "namespace": "default"}, "spec": {"memory": {"idle": "3Gi"}}}
    lab.world.create("behaviors.sim.k8sviz.io", behavior, USER)
    lab.run(150)
    assert lab.said("ExceededGracePeriod") == ["Container runtime did not kill the pod within specified grace period."]
    assert lab.get("deaf")["status"]["reason"] == "Evicted"


def test_a_critical_pod_is_spared_and_the_next_one_goes() -> None:
    lab = Pressed()
    lab.configure(**SHORT)
    lab.use("critical", memory={"idle": "1800Mi"}, priorityClassName="system-node-critical")
    lab.use("other", memory={"idle": "300Mi"}, requests={"memory": "1Gi"})
    lab.run(60)
    assert lab.evicted() == ["other"]
    assert lab.get("critical")["status"]["phase"] == "Running"


def test_a_node_that_can_evict_nobody_goes_on_trying() -> None:
    lab = Pressed()
    lab.configure(evictionHard={"memory.available": "3Gi"})
    lab.use("critical", memory={"idle": "1800Mi"}, priorityClassName="system-node-critical")
    lab.run(100)
    (event,) = (one for one in lab.world.list("events") if one["reason"] == "EvictionThresholdMet")
    assert event["count"] in (9, 10)


ADMITTED = {
    # name: (the node's shortage, the pod's own fields, the refusal or None)
    "BestEffort under memory pressure": ("memory", {}, "The node had condition: [MemoryPressure]. "),
    "Burstable under memory pressure": ("memory", {"resources": {"requests": {"memory": "10Mi"}}}, None),
    "BestEffort that tolerates it": (
        "memory",
        {"tolerations": [{"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"}]},
        None,
    ),
    "BestEffort that tolerates another": (
        "memory",
        {"tolerations": [{"key": "node.kubernetes.io/disk-pressure", "operator": "Exists"}]},
        "The node had condition: [MemoryPressure]. ",
    ),
    "anyone under disk pressure": (
        "disk",
        {"resources": {"requests": {"memory": "10Mi"}}},
        "The node had condition: [DiskPressure]. ",
    ),
    "anyone under both": (
        "both",
        {"resources": {"requests": {"memory": "10Mi"}}},
        "The node had condition: [MemoryPressure DiskPressure]. ",
    ),
    "a critical pod under both": ("both", {"priorityClassName": "system-node-critical"}, None),
}


@pytest.mark.parametrize(("short", "fields", "refusal"), ADMITTED.values(), ids=ADMITTED.keys())
def test_who_is_taken_under_pressure(short: str, fields: dict[str, Any], refusal: str | None) -> None:
    lab = Pressed()
    figures = {"memory": {"memory.available": "3900Mi"}, "disk": {"nodefs.available": "99%"}}
    lab.configure(evictionHard=figures.get(short) or figures["memory"] | figures["disk"])
    lab.use("first", memory={"idle": "600Mi"}, disk={"idle": "2Gi"})
    lab.run(30)
    spec: Body = {key: fields.pop(key) for key in ("tolerations", "priorityClassName") if key in fields}
    fields = dict(fields)
    meta = {"name": "new", "namespace": "default"}
    container = {"name": "main", "image": "nginx:1.27", **fields}
    lab.world.create("pods", {"metadata": meta, "spec": {"nodeName": "n1", "containers": [container], **spec}}, USER)
    lab.run(0.05)
    status = lab.get("new")["status"]
    if refusal is None:
        assert status["phase"] == "Pending"
        return
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"] == f"Pod was rejected: {refusal}"
    assert refusal in lab.said("Evicted")


def test_a_pod_that_is_deleted_while_it_is_evicted_goes_for_good() -> None:
    lab = Pressed()
    lab.configure(**SHORT)
    lab.pod("deaf", "busybox:1.36", command=["sleep", "infinity"])
    behavior = {"metadata": {"name": "deaf", "namespace": "default"}, "spec": {"memory": {"idle": "3Gi"}}}
    lab.world.create("behaviors.sim.k8sviz.io", behavior, USER)
    while not lab.evicted():
        lab.run(1)
    lab.delete("deaf")
    lab.run(30)
    assert lab.world.get("pods", "default", "deaf") is None
    assert lab.world.note("kubelet", "default/deaf") is None


LIMITS = {
    # name: (pod's volumes, container's limits, what is said)
    "a volume": (
        {"emptyDir": {"sizeLimit": "100Mi"}},
        None,
        'Usage of EmptyDir volume "data" exceeds the limit "100Mi". ',
    ),
    "a pod, its volumes included": (
        {"emptyDir": {}},
        {"ephemeral-storage": "100Mi"},
        "Pod ephemeral local storage usage exceeds the total limit of containers 100Mi. ",
    ),
    "no limit": ({"emptyDir": {}}, None, None),
    "a limit that is not met": ({"emptyDir": {"sizeLimit": "1Ti"}}, {"ephemeral-storage": "1Ti"}, None),
}


@pytest.mark.parametrize(("volume", "limits", "said"), LIMITS.values(), ids=LIMITS.keys())
def test_limits_of_local_storage(volume: Body, limits: Body | None, said: str | None) -> None:
    lab = Pressed()
    lab.use(
        "writer",
        disk={**leak("0", "10Mi"), "volume": "data"},
        limits=limits,
        volumes=[{"name": "data", **volume}],
    )
    lab.run(9)
    assert lab.evicted() == []
    lab.run(60)
    assert lab.said("Evicted") == ([said] if said else [])
    assert condition(lab.get("writer"), "DisruptionTarget") is None
    assert lab.pressure() == []


def test_what_takes_memory_within_all_pods_bounds_counts_too() -> None:
    """allocatableMemory.available: what is reserved for the system is not the pods' to use."""
    lab = Pressed()
    lab.configure(systemReserved={"memory": "2Gi"})
    lab.use("greedy", memory={"idle": "2000Mi"})
    lab.run(30)
    assert lab.evicted() == ["greedy"]
    assert "available: 48Mi" in lab.said("Evicted")[0]


def test_a_kubelet_that_starts_again_forgets_the_pressure() -> None:
    lab = Pressed()
    lab.configure(**SHORT)
    lab.use("greedy", memory={"idle": "2Gi"})
    lab.run(30)
    assert lab.held() == ["MemoryPressure"]
    spec = {"type": "KubeletStop", "target": {"nodeName": "n1"}, "durationSeconds": 20}
    lab.world.create("faults.sim.k8sviz.io", {"metadata": {"name": "stop"}, "spec": spec}, USER)
    lab.run(60)
    assert (lab.held(), lab.pressure()) == ([], [])
