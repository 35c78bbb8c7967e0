"""The tree of cgroups: its levels, what bounds each, and that what is charged to a level is the sum of those below."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError
from simulator.engine.kubelet import cgroups, signals
from simulator.engine.kubelet.cgroups import Cgroup
from simulator.engine.kubelet.loads import Load
from simulator.engine.kubelet.node import register
from simulator.engine.registry import Body
from simulator.engine.topology import GI, NodeSize
from simulator.engine.workloads import usage
from tests.engine.kubelet.lab import T0, USER, Lab

GUARANTEED = {key: {"cpu": "500m", "memory": "256Mi"} for key in ("requests", "limits")}
BURSTABLE = {"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}


def tree(lab: Lab, node: str = "n1") -> Cgroup:
    body = lab.world.get("nodes", "", node)
    assert body is not None
    return cgroups.tree(lab.world, body, lab.world.now)


def found(lab: Lab) -> dict[tuple[str, ...], Cgroup]:
    return {(one.kind, *one.about): one for _, one in tree(lab).walk()}


def behave(lab: Lab, name: str = "b", **spec: Any) -> None:
    lab.world.create(
        "behaviors.sim.k8sviz.io", {"metadata": {"name": name, "namespace": "default"}, "spec": spec}, USER
    )


def test_it_works() -> None:
    lab = Lab()
    for name, resources in (("g", GUARANTEED), ("u", BURSTABLE), ("b", {})):
        lab.pod(name, resources=resources)
    lab.run(10)
    uids = {name: lab.get(name)["metadata"]["uid"].replace("-", "_") for name in "gub"}
    paths = [path for path, one in tree(lab).walk() if one.kind not in ("container", "pause")]
    assert paths == [
        "/",
        "/kubepods.slice",
        "/kubepods.slice/kubepods-burstable.slice",
        f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{uids['u']}.slice",
        "/kubepods.slice/kubepods-besteffort.slice",
        f"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{uids['b']}.slice",
        f"/kubepods.slice/kubepods-pod{uids['g']}.slice",
        "/system.slice",
    ]


def test_what_bounds_them() -> None:
    lab = Lab()
    for name, resources in (("g", GUARANTEED), ("u", BURSTABLE), ("b", {})):
        lab.pod(name, resources=resources)
    lab.run(10)
    keys = ("cpu.weight", "cpu.max", "memory.max")
    held = {about: [one.settings.get(key) for key in keys] for about, one in found(lab).items()}
    none = "max 100000"
    assert held == {
        ("root",): [None, None, None],
        ("system",): ["100", none, "max"],
        ("kubepods",): ["79", none, str(4 * GI)],
        ("qos", "Burstable"): ["10", none, "max"],
        ("qos", "BestEffort"): ["1", none, "max"],
        ("pod", "default", "g"): ["20", "50000 100000", str(256 << 20)],
        ("pod", "default", "u"): ["10", none, str(128 << 20)],
        ("pod", "default", "b"): ["1", none, "max"],
        ("container", "default", "g", "main"): ["20", "50000 100000", str(256 << 20)],
        ("container", "default", "u", "main"): ["10", none, str(128 << 20)],
        ("container", "default", "b", "main"): ["1", none, "max"],
        **{("pause", "default", name): ["1", none, "max"] for name in "gub"},
    }
    groups = found(lab)
    scores = {name: groups["container", "default", name, "main"].oom_score_adj for name in "gub"}
    assert scores == {"g": -997, "u": 985, "b": 1000}
    assert groups["container", "default", "b", "main"].settings["memory.oom.group"] == "1"
    assert groups["pause", "default", "b"].oom_score_adj == -998


def test_huge_pages() -> None:
    lab = Lab()
    huge = {"hugepages-2Mi": "8Mi", "memory": "64Mi", "cpu": "100m"}
    size = NodeSize(name="n3", memory=4 * GI)
    node = register(lab.world, size, ip="192.168.0.3", pod_cidr="10.244.3.0/24")
    for part in ("capacity", "allocatable"):
        node["status"][part] = {**node["status"][part], "hugepages-2Mi": "16Mi"}
    lab.world.create("nodes", node, USER)
    lab.pod(node="n3", image="busybox:1.36", command=["sleep", "999"], resources={"requests": huge, "limits": huge})
    lab.run(10)
    groups = {(one.kind, *one.about): one.settings for _, one in tree(lab, "n3").walk()}
    assert groups["kubepods",]["hugetlb.2MB.max"] == str(16 << 20)
    assert groups["pod", "default", "web"]["hugetlb.2MB.max"] == str(8 << 20)
    assert groups["pod", "default", "web"]["hugetlb.1GB.max"] == "0"


def test_throttling_is_counted() -> None:
    lab = Lab()
    lab.pod(
        image="polinux/stress:1.0.4", command=["stress"], args=["--cpu", "2"], resources={"limits": {"cpu": "500m"}}
    )
    lab.run(10)
    stat = found(lab)["container", "default", "web", "main"].stat
    assert stat is not None and stat.periods == stat.throttled > 80
    assert found(lab)["container", "default", "web", "main"].cpu == 1 / 2


def test_what_has_ended_is_charged_nothing() -> None:
    lab = Lab()
    lab.pod(image="busybox:1.36", command=["true"], restartPolicy="Never")
    lab.run(10)
    assert not [one for one in found(lab) if one[0] == "pod"]


BEHAVIORS = st.fixed_dictionaries(
    {
        "memory": st.fixed_dictionaries({"idle": st.integers(1, 900).map(lambda n: f"{n}Mi")}),
        "cpu": st.fixed_dictionaries({"idle": st.integers(0, 3000).map(lambda n: f"{n}m")}),
    }
)
RESOURCES = st.sampled_from([{}, GUARANTEED, BURSTABLE, {"limits": {"cpu": "300m"}}])


@settings(max_examples=25, deadline=None)
@given(
    held=st.lists(st.tuples(st.sampled_from("abcde"), RESOURCES, BEHAVIORS), min_size=1, max_size=5),
    seconds=st.integers(1, 60),
)
def test_what_is_charged_to_a_node_is_the_sum_of_its_cgroups(held: list[tuple[str, Body, Body]], seconds: int) -> None:
    lab = Lab()
    for number, (name, resources, spec) in enumerate(held):
        behave(lab, f"b{number}", container=name, **spec)
        try:
            lab.pod(name, containers=[{"name": name, "image": "nginx:1.27", "resources": resources}])
        except StatusError:
            continue  # there is one of that name
    lab.run(seconds)
    root = tree(lab)
    for _, one in root.walk():
        if one.children:
            assert one.memory == sum(child.memory for child in one.children)
            assert one.cpu == sum(child.cpu for child in one.children)
        if one.settings.get("memory.max", "max") != "max":
            assert one.memory <= int(one.settings["memory.max"])
        quota, _, period = one.settings.get("cpu.max", "max 100000").partition(" ")
        assert quota == "max" or one.cpu * int(period) <= int(quota)
    assert root.memory <= 4 * GI
    assert root.cpu <= 2
    json.dumps(cgroups.told(root))


def test_the_signals_of_a_node() -> None:
    lab = Lab()
    leak = [{"type": "Leak", "leak": {"perSecond": "1Mi"}}]
    behave(lab, memory={"idle": "100Mi", "curves": leak}, disk={"idle": "1Gi"}, cpu={"idle": "0"})
    lab.pod()
    lab.run(10)
    component = lab.kubelets
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    reading = signals.read(lab.world, component.loads, node, signals.MEMORY)
    started = lab.world.note("kubelet", "default/web")["boxes"]["main"]["at"]
    assert reading.available(started) == 4 * GI - usage.SYSTEM_MEMORY - (100 << 20)
    falls = reading.falls_below(100 << 20, lab.world.now)
    assert falls == started + (4096 - 350 - 100 - 100) * SECOND + 1
    assert reading.available(falls) < 100 << 20 <= reading.available(falls - 1)
    disk = signals.read(lab.world, component.loads, node, signals.NODEFS)
    load = component.loads.on("n1")["default/web"]
    assert signals.disk_usage(load, lab.world.now) == GI
    assert disk.available(T0) == disk.capacity - int(disk.used.base)
    assert disk.falls_below(0, T0) is None
    assert signals.processes(load) == 2
    assert signals.processes(Load({})) == 0
    for signal in signals.SIGNALS:
        assert signals.read(lab.world, component.loads, node, signal).available(lab.world.now) > 0
