"""Whom the manager chooses and what it says: the pods of upstream's tables on a node of the same shortage.

Follows pkg/kubelet/eviction/eviction_manager_test.go, v1.34.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from simulator.engine.kubelet.eviction import local_storage, messages, observations, pressure, ranking
from simulator.engine.kubelet.eviction.observations import Observation
from simulator.engine.kubelet.eviction.thresholds import Amount, Threshold
from simulator.engine.kubelet.pod_load import Load
from simulator.engine.registry import Body
from simulator.engine.workloads.curves import Course
from simulator.engine.workloads.demand import Demand

LOW, HIGH = -1, 1
MI, GI = 1 << 20, 1 << 30
Pod = tuple[str, Body, Load]


def course(mebibytes: int) -> Course:
    return Course(Fraction(mebibytes * MI))


def pod(name: str, requests: Body | None = None, limits: Body | None = None, **used: Any) -> Pod:
    """A pod of one container of the same name; used: priority, memory, rootfs and volume in MiB, threads."""
    resources = {key: one for key, one in (("requests", requests), ("limits", limits)) if one}
    spec: Body = {"containers": [{"name": name, "resources": resources}], "priority": used.get("priority", 0)}
    spec["volumes"] = [{"name": "local", "emptyDir": used.get("empty_dir", {})}]
    asked = Demand(
        course(0), course(used.get("memory", 0)), course(used.get("rootfs", 0)), used.get("threads", 1), 0, is_said=True
    )
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": spec}
    return name, body, Load({name: asked}, volumes={"local": course(used.get("volume", 0))})


MEMORY = [
    pod("guaranteed-low-priority-high-usage", {"memory": "1Gi"}, {"memory": "1Gi"}, priority=LOW, memory=900),
    pod("burstable-below-requests", {"memory": "100Mi"}, {"memory": "1Gi"}, memory=50),
    pod("burstable-above-requests", {"memory": "100Mi"}, {"memory": "1Gi"}, memory=400),
    pod("best-effort-high-priority-high-usage", priority=HIGH, memory=400),
    pod("best-effort-low-priority-low-usage", priority=LOW, memory=100),
]
PIDS = [
    pod("high-priority-high-usage", priority=HIGH, threads=900),
    pod("default-priority-low-usage", threads=100),
    pod("default-priority-medium-usage", threads=400),
    pod("low-priority-high-usage", priority=LOW, threads=600),
    pod("low-priority-low-usage", priority=LOW, threads=50),
]
DISK = [
    pod("low-priority-high-usage", {"memory": "1Gi"}, {"memory": "1Gi"}, priority=LOW, rootfs=900),
    pod("below-requests", {"memory": "100Mi"}, {"memory": "1Gi"}, rootfs=50),
    pod("above-requests", {"memory": "100Mi"}, {"memory": "1Gi"}, rootfs=400),
    pod("high-priority-high-usage", priority=HIGH, volume=400),
    pod("low-priority-low-usage", priority=LOW, rootfs=100),
]
STATUS = [
    pod("below-requests", {"ephemeral-storage": "1Gi"}, {"ephemeral-storage": "1Gi"}, rootfs=900),
    pod("above-requests", {"ephemeral-storage": "100Mi"}, {"ephemeral-storage": "1Gi"}, rootfs=700),
]
LARGE = [
    pod("below-requests", {"ephemeral-storage": "1Gi"}, {"ephemeral-storage": "1Gi"}, rootfs=900),
    pod("above-requests", {"ephemeral-storage": "50Gi"}, {"ephemeral-storage": "50Gi"}, rootfs=80 << 10),
]
CHOICES = {
    # name: (what is short, pods, who goes)
    "TestMemoryPressure": ("memory", MEMORY, "best-effort-low-priority-low-usage"),
    "TestMemoryPressure, the request of all is met": ("memory", MEMORY[:2], "guaranteed-low-priority-high-usage"),
    "TestPIDPressure": ("pids", PIDS, "low-priority-high-usage"),
    "TestDiskPressureNodeFs": ("ephemeral-storage", DISK, "low-priority-high-usage"),
    "TestInodePressureFsInodes": ("inodes", DISK, "low-priority-high-usage"),
    "TestDiskPressureNodeFs_VerifyPodStatus": ("ephemeral-storage", STATUS, "above-requests"),
}


@pytest.mark.parametrize(("resource", "pods", "expected"), CHOICES.values(), ids=CHOICES.keys())
def test_who_goes(resource: str, pods: list[Pod], expected: str) -> None:
    assert ranking.ranked(resource, pods, 0)[0].text == expected


SAID = {
    # name: (resource, signal, threshold, available, pod, what is said)
    "TestPIDPressure_VerifyPodStatus": (
        "pids",
        "pid.available",
        "1200",
        500,
        PIDS[3],
        "The node was low on resource: pids. Threshold quantity: 1200, available: 500. ",
    ),
    "TestDiskPressureNodeFs_VerifyPodStatus, no image fs": (
        "ephemeral-storage",
        "nodefs.available",
        "2Gi",
        1536 * MI,
        STATUS[1],
        "The node was low on resource: ephemeral-storage. Threshold quantity: 2Gi, available: 1536Mi. Container "
        "above-requests was using 700Mi, request is 100Mi, has larger consumption of ephemeral-storage. ",
    ),
    "TestDiskPressureNodeFs_VerifyPodStatus, image fs": (
        "ephemeral-storage",
        "imagefs.available",
        "50Gi",
        10 * GI,
        LARGE[1],
        "The node was low on resource: ephemeral-storage. Threshold quantity: 50Gi, available: 10Gi. Container "
        "above-requests was using 80Gi, request is 50Gi, has larger consumption of ephemeral-storage. ",
    ),
    "memory within the request": (
        "memory",
        "memory.available",
        "2Gi",
        1500 * MI,
        MEMORY[1],
        "The node was low on resource: memory. Threshold quantity: 2Gi, available: 1500Mi. ",
    ),
    "memory, a pod that requests none": (
        "memory",
        "memory.available",
        "2Gi",
        1500 * MI,
        MEMORY[4],
        "The node was low on resource: memory. Threshold quantity: 2Gi, available: 1500Mi. Container "
        "best-effort-low-priority-low-usage was using 100Mi, request is 0, has larger consumption of memory. ",
    ),
}


@pytest.mark.parametrize(
    ("resource", "signal", "threshold", "available", "chosen", "said"), SAID.values(), ids=SAID.keys()
)
def test_what_is_said(resource: str, signal: str, threshold: str, available: int, chosen: Pod, said: str) -> None:
    met = [Threshold(signal, Amount(threshold))]
    seen = {signal: Observation(available, 2 * available)}
    assert messages.of(resource, chosen[1], chosen[2], met, seen, 0).message == said


EPHEMERAL = {"ephemeral-storage": "1Gi"}
STORAGE = {
    # name: (pod, what is said)
    "eviction due to rootfs above limit": (
        pod("above", EPHEMERAL, EPHEMERAL, rootfs=2048),
        "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ",
    ),
    "eviction due to local volume above limit": (
        pod("above", EPHEMERAL, EPHEMERAL, volume=2048),
        "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ",
    ),
    "the limit of a volume is looked at first": (
        pod("above", EPHEMERAL, EPHEMERAL, volume=2048, empty_dir={"sizeLimit": "1.5Gi"}),
        'Usage of EmptyDir volume "local" exceeds the limit "1536Mi". ',
    ),
    "exactly at the limit": (pod("at", EPHEMERAL, EPHEMERAL, rootfs=1000, volume=24), None),
    "a limit of 0 on a volume is none": (pod("none", volume=2048, empty_dir={"sizeLimit": "0"}), None),
    "requests do not bound": (pod("asks", EPHEMERAL, None, rootfs=2048), None),
}


@pytest.mark.parametrize(("held", "said"), STORAGE.values(), ids=STORAGE.keys())
def test_limits_of_storage(held: Pod, said: str | None) -> None:
    assert local_storage.broken(held[1], held[2], 0) == said


def test_the_limit_of_a_container_counts_where_that_of_the_pod_holds() -> None:
    name, body, load = pod("small", EPHEMERAL, EPHEMERAL, rootfs=1500)
    (container,) = body["spec"]["containers"]
    large = {"name": "large", "resources": {"limits": {"ephemeral-storage": "4Gi"}}}
    body = {**body, "spec": {**body["spec"], "containers": [container, large]}}
    said = f'Container {name} exceeded its local ephemeral storage limit "1Gi". '
    assert local_storage.broken(body, load, 0) == said


CRITICAL = {"kubernetes.io/config.source": "file"}
ADMITTED = {
    # name: (conditions, QoS by requests and limits, priority, annotations, tolerations, whether it is taken)
    "no pressure": ([], None, 0, {}, [], True),
    "memory pressure, best effort": (["MemoryPressure"], None, 0, {}, [], False),
    "memory pressure, burstable": (["MemoryPressure"], {"memory": "1Gi"}, 0, {}, [], True),
    "memory pressure, best effort with any toleration": (
        ["MemoryPressure"],
        None,
        0,
        {},
        [{"operator": "Exists"}],
        True,
    ),
    "memory pressure, best effort that tolerates it for NoExecute": (
        ["MemoryPressure"],
        None,
        0,
        {},
        [{"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoExecute"}],
        False,
    ),
    "disk pressure, burstable": (["DiskPressure"], {"memory": "1Gi"}, 0, {}, [], False),
    "disk pressure, any toleration": (["DiskPressure"], None, 0, {}, [{"operator": "Exists"}], False),
    "PID pressure, burstable": (["PIDPressure"], {"memory": "1Gi"}, 0, {}, [], False),
    "PID pressure, a static pod": (["PIDPressure"], None, 0, CRITICAL, [], True),
    "disk pressure, critical": (["DiskPressure"], None, 2_000_000_000, {}, [], True),
    "memory and disk pressure, burstable": (["MemoryPressure", "DiskPressure"], {"memory": "1Gi"}, 0, {}, [], False),
}


@pytest.mark.parametrize(
    ("conditions", "requests", "priority", "annotations", "tolerations", "taken"), ADMITTED.values(), ids=ADMITTED
)
def test_who_is_admitted(
    conditions: list[str],
    requests: Body | None,
    priority: int,
    annotations: Body,
    tolerations: list[Body],
    taken: bool,
) -> None:
    _, body, _ = pod("new", requests, priority=priority)
    meta = {**body["metadata"], "annotations": annotations}
    refusal = pressure.refuse({"metadata": meta, "spec": {**body["spec"], "tolerations": tolerations}}, conditions)
    assert (refusal is None) is taken
    if refusal is not None:
        assert refusal == ("Evicted", f"The node had condition: [{' '.join(conditions)}]. ")


MEMORY_SHARE = Threshold("memory.available", Amount("", 0.2), 0, Amount("", 0.05))
DISK_SHARE = Threshold("nodefs.available", Amount("", 0.3))
SHARES = {
    # name: (memory left of 1000Mi, disk left of 1000Gi, with the minimum reclaim, which are met)
    "BothMet": (100, 100, False, [MEMORY_SHARE, DISK_SHARE]),
    "NoneMet": (300, 400, False, []),
    "DiskMet": (300, 100, False, [DISK_SHARE]),
    "MemoryMet": (100, 400, False, [MEMORY_SHARE]),
    "MemoryMetWithMinReclaim": (225, None, True, [MEMORY_SHARE]),
    "MemoryNotMetWithMinReclaim": (300, None, True, []),
}


@pytest.mark.parametrize(("memory", "disk", "reclaim", "expected"), SHARES.values(), ids=SHARES.keys())
def test_shares_that_are_met(memory: int, disk: int | None, reclaim: bool, expected: list[Threshold]) -> None:
    seen = {"memory.available": Observation(memory * MI, 1000 * MI)}
    if disk is not None:
        seen["nodefs.available"] = Observation(disk * GI, 1000 * GI)
    assert observations.met([MEMORY_SHARE, DISK_SHARE], seen, reclaim=reclaim) == expected
