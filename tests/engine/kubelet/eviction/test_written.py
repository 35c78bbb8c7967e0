"""What containers write counts: on the disk, in memory, against limits and for everybody who asks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.engine.kinds.file_system import RESOURCE
from simulator.engine.kubelet import cgroups, signals, stats
from simulator.engine.registry import Body
from simulator.engine.workloads import usage
from simulator.engine.workloads.files import Files
from tests.engine.kubelet.eviction.rig import Pressed, leak
from tests.engine.kubelet.lab import USER

MI = 1 << 20


def write(lab: Pressed, script: str, name: str = "web", *, volume: Body | None = None, **fields: Any) -> None:
    lab.pod(
        name,
        "busybox:1.36",
        command=["sh", "-c", script],
        volumeMounts=[{"name": "data", "mountPath": "/data"}],
        volumes=[{"name": "data", "emptyDir": volume or {}}],
        **fields,
    )


def summary(lab: Pressed) -> Body:
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    found: Body = json.loads(json.dumps(stats.summary(lab.world, node, lab.world.now)))
    return found


def limits(**held: str) -> Body:
    return {"resources": {"limits": {key.replace("_", "-"): one for key, one in held.items()}}}


ENDS = {
    # name: (script, volume, container's fields, message of the eviction or reason of the kill, None where it goes on)
    "a volume on the disk": (
        "dd if=/dev/zero of=/data/f bs=1M count=600; sleep 1000",
        {"sizeLimit": "500Mi"},
        {},
        'Usage of EmptyDir volume "data" exceeds the limit "500Mi". ',
    ),
    "a writable layer": (
        "fallocate -l 200M /var/f; sleep 1000",
        {},
        limits(ephemeral_storage="100Mi"),
        "Pod ephemeral local storage usage exceeds the total limit of containers 100Mi. ",
    ),
    "a small file that a script writes": (
        "for i in $(seq 1 2000); do echo 0123456789 >> /data/log; done; sleep 1000",
        {"sizeLimit": "20Ki"},
        {},
        'Usage of EmptyDir volume "data" exceeds the limit "20Ki". ',
    ),
    "a loop that appends": (
        "while true; do echo 0123456789 >> /data/log; sleep 1; done",
        {"sizeLimit": "8Ki"},
        {},
        'Usage of EmptyDir volume "data" exceeds the limit "8Ki". ',
    ),
    "a loop that writes the same file anew": (
        "while true; do date > /data/now; sleep 1; done",
        {"sizeLimit": "8Ki"},
        {},
        None,
    ),
    "a volume in memory is full": (
        "dd if=/dev/zero of=/data/f bs=1M count=600; sleep 1000",
        {"medium": "Memory", "sizeLimit": "500Mi"},
        {},
        None,
    ),
    "a volume in memory, more than the container may have": (
        "dd if=/dev/zero of=/data/f bs=1M count=600; sleep 1000",
        {"medium": "Memory"},
        limits(memory="100Mi"),
        "OOMKilled",
    ),
    "a volume in memory is not of the disk": (
        "dd if=/dev/zero of=/data/f bs=1M count=300; sleep 1000",
        {"medium": "Memory"},
        limits(ephemeral_storage="100Mi"),
        None,
    ),
    "what is read only takes nothing": (
        "dd if=/dev/zero of=/var/f bs=1M count=300; sleep 1000",
        {},
        {**limits(ephemeral_storage="100Mi"), "securityContext": {"readOnlyRootFilesystem": True}},
        None,
    ),
}


@pytest.mark.parametrize(("script", "volume", "fields", "end"), ENDS.values(), ids=ENDS.keys())
def test_what_it_comes_to(script: str, volume: Body, fields: Body, end: str | None) -> None:
    lab = Pressed()
    container = {"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", script], **fields}
    container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    lab.pod(containers=[container], volumes=[{"name": "data", "emptyDir": volume}])
    lab.run(1000)
    status = lab.get()["status"]
    if end is None:
        assert (status["phase"], lab.main()["restartCount"], lab.said("Evicted")) == ("Running", 0, [])
    elif end == "OOMKilled":
        assert lab.main()["lastState"]["terminated"]["reason"] == end
    else:
        assert (status["phase"], status["message"]) == ("Failed", end)


def test_limits_of_storage_can_be_switched_off() -> None:
    """As TestManagerWithLocalStorageCapacityIsolationOpen has it."""
    for isolated, phase in ((True, "Failed"), (False, "Running")):
        lab = Pressed()
        lab.configure(localStorageCapacityIsolation=isolated)
        write(lab, "fallocate -l 200M /data/f; sleep 1000", volume={"sizeLimit": "100Mi"})
        lab.run(60)
        assert lab.get()["status"]["phase"] == phase


def test_memory_of_a_volume_is_that_of_its_writer_and_then_the_pods() -> None:
    lab = Pressed()
    mount = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    init = {
        "name": "init",
        "image": "busybox:1.36",
        "command": ["sh", "-c", "dd if=/dev/zero of=/data/f bs=1M count=100; sleep 30"],
    }
    lab.pod(
        initContainers=[{**init, **mount}],
        containers=[{"name": "main", "image": "nginx:1.27", **mount}],
        volumes=[{"name": "data", "emptyDir": {"medium": "Memory"}}],
    )
    lab.run(20)
    (held,) = summary(lab)["pods"]
    assert held["containers"][0]["memory"]["workingSetBytes"] > 100 * MI
    assert [(one["name"], one["usedBytes"]) for one in held["volume"]] == [("data", 100 * MI)]
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    lab.run(40)
    (pod,) = (one for _, one in cgroups.tree(lab.world, node, lab.world.now).walk() if one.kind == "pod")
    assert pod.memory - sum(one.memory for one in pod.children) == 100 * MI
    (held,) = summary(lab)["pods"]
    assert held["memory"]["workingSetBytes"] == pod.memory
    assert held["volume"][0]["usedBytes"] == 100 * MI
    lab.delete()
    lab.run(60)
    assert summary(lab)["node"]["memory"]["workingSetBytes"] == usage.SYSTEM_MEMORY


def test_every_figure_is_the_same() -> None:
    lab = Pressed()
    write(lab, "dd if=/dev/zero of=/data/f bs=1M count=64; sleep 1000", volume={"medium": "Memory"})
    write(lab, "dd if=/dev/zero of=/data/f bs=1M count=64; sleep 1000", "disk")
    lab.run(60)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    tree = cgroups.tree(lab.world, node, lab.world.now)
    read = signals.read(lab.world, lab.kubelets.loads, node, signals.MEMORY)
    assert tree.memory == int(read.used.at(lab.world.now)) > usage.SYSTEM_MEMORY + 64 * MI
    seen = summary(lab)
    disk = signals.read(lab.world, lab.kubelets.loads, node, signals.NODEFS)
    assert seen["node"]["fs"]["availableBytes"] == disk.available(lab.world.now)
    by_name = {one["podRef"]["name"]: one for one in seen["pods"]}
    assert by_name["disk"]["ephemeral-storage"]["usedBytes"] == 64 * MI
    assert by_name["web"]["ephemeral-storage"]["usedBytes"] == 0


def test_what_people_write_in_a_container_counts_too() -> None:
    lab = Pressed()
    write(lab, "sleep 10000", volume={"sizeLimit": "100Ki"})
    lab.run(10)
    files = Files(lab.get(), "main", reader=lab.world, now=lab.world.now)
    files.write("/data/f", b"x" * 50_000)
    files.write("/var/f", b"x" * 5000)
    lab.world.create(RESOURCE, files.body(), USER)
    lab.run(30)
    (held,) = summary(lab)["pods"]
    assert held["volume"][0]["usedBytes"] == 53_248
    assert held["containers"][0]["rootfs"]["usedBytes"] == 8192
    files = Files(lab.get(), "main", reader=lab.world, now=lab.world.now)
    files.write("/data/g", b"x" * 60_000)
    lab.world.update(RESOURCE, files.body(), USER)
    lab.run(30)
    assert lab.said("Evicted") == ['Usage of EmptyDir volume "data" exceeds the limit "100Ki". ']


def test_the_file_of_a_fault_is_in_the_summary() -> None:
    lab = Pressed()
    lab.configure(evictionHard={})
    lab.run(5)
    lab.fill(60)
    lab.run(30)
    disk = summary(lab)["node"]["fs"]
    assert disk["usedBytes"] == disk["capacityBytes"] * 60 // 100
    assert summary(lab)["node"]["runtime"]["imageFs"]["availableBytes"] == disk["availableBytes"]


def test_a_node_short_of_disk_evicts_who_has_written_most() -> None:
    lab = Pressed()
    lab.configure(evictionHard={"nodefs.available": "80Gi"})
    write(lab, "dd if=/dev/zero of=/data/f bs=1M count=20000; sleep 100000", "much")
    write(lab, "dd if=/dev/zero of=/data/f bs=1M count=100; sleep 100000", "little")
    lab.use("calm")
    lab.run(300)
    assert lab.evicted() == ["much"]


def test_pods_may_have_so_many_processes() -> None:
    lab = Pressed()
    lab.configure(podPidsLimit=100)
    lab.use("forks", cpu={"idle": "1", "burst": {"threads": 500, "everyMilliseconds": 100}}, memory=leak("10Mi", "1Ki"))
    lab.run(30)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    groups = {one.kind: one.settings for _, one in cgroups.tree(lab.world, node, lab.world.now).walk()}
    assert groups["pod"]["pids.max"] == "100"
    (held,) = summary(lab)["pods"]
    assert held["process_stats"]["process_count"] == 100
    lab.configure(podPidsLimit=-1)
    lab.run(30)
    (held,) = summary(lab)["pods"]
    assert held["process_stats"]["process_count"] == 501
