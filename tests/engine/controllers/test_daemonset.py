"""The DaemonSet controller in virtual time."""

from __future__ import annotations

import pytest

from simulator.engine.controllers.daemonset.placement import Verdict, judge, target_of, with_tolerations
from simulator.engine.objects import labels_of, name_of
from simulator.engine.pods import is_ready
from tests.engine.controllers.rig import USER, Rig, make_ready

DS = "daemonsets.apps"
TAINT = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}


def nodes_of(rig):
    return sorted(pod["spec"].get("nodeName", "") for pod in rig.pods())


def versions(rig):
    return {labels_of(pod)["controller-revision-hash"] for pod in rig.pods()}


def test_it_works():
    rig = Rig(3)
    rig.daemonset("agent")
    rig.settle()
    assert nodes_of(rig) == ["node-0", "node-1", "node-2"]
    assert rig.get(DS, "agent")["status"] == {
        "desiredNumberScheduled": 3,
        "currentNumberScheduled": 3,
        "numberMisscheduled": 0,
        "numberReady": 3,
        "updatedNumberScheduled": 3,
        "numberAvailable": 3,
        "observedGeneration": 1,
    }
    pod = rig.pods()[0]
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    field = {"key": "metadata.name", "operator": "In", "values": [pod["spec"]["nodeName"]]}
    assert required["nodeSelectorTerms"] == [{"matchFields": [field]}]
    keys = [one["key"].removeprefix("node.kubernetes.io/") for one in pod["spec"]["tolerations"]]
    assert keys[:6] == ["not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"]
    assert len(rig.messages("SuccessfulCreate")) == 3


VERDICTS = {
    "an ordinary node": ({}, {}, (True, True)),
    "a taint not tolerated": ({}, {"taints": [TAINT]}, (False, True)),
    "a taint that evicts": ({}, {"taints": [{**TAINT, "effect": "NoExecute"}]}, (False, False)),
    "a taint that is only a wish": ({}, {"taints": [{**TAINT, "effect": "PreferNoSchedule"}]}, (True, True)),
    "a taint tolerated": (
        {"tolerations": [{"key": "dedicated", "operator": "Equal", "value": "gpu"}]},
        {"taints": [TAINT]},
        (True, True),
    ),
    "another value tolerated": (
        {"tolerations": [{"key": "dedicated", "operator": "Equal", "value": "x"}]},
        {"taints": [TAINT]},
        (False, True),
    ),
    "everything tolerated": ({"tolerations": [{"operator": "Exists"}]}, {"taints": [TAINT]}, (True, True)),
    "cordoned": (
        {},
        {"taints": [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]},
        (True, True),
    ),
    "without network": (
        {},
        {"taints": [{"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}]},
        (False, True),
    ),
    "without network, on the host's": (
        {"hostNetwork": True},
        {"taints": [{"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}]},
        (True, True),
    ),
    "selected": ({"nodeSelector": {"disk": "ssd"}}, {}, (True, True)),
    "not selected": ({"nodeSelector": {"disk": "hdd"}}, {}, (False, False)),
    "by name": ({"nodeName": "node"}, {}, (True, True)),
    "by another name": ({"nodeName": "other"}, {}, (False, False)),
    "affinity holds": ({"affinity": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}, {}, (True, True)),
    "affinity does not hold": (
        {"affinity": [{"key": "disk", "operator": "NotIn", "values": ["ssd"]}]},
        {},
        (False, False),
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_judge(name):
    spec, node_spec, expected = VERDICTS[name]
    if "affinity" in spec:
        required = {"nodeSelectorTerms": [{"matchExpressions": spec["affinity"]}]}
        spec = {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}
    node = {"metadata": {"name": "node", "labels": {"disk": "ssd"}}, "spec": node_spec}
    assert judge(with_tolerations(spec), node) == Verdict(*expected)


def test_nodes_come_and_go():
    rig = Rig(2)
    rig.daemonset("agent")
    rig.settle()
    rig.node("node-9")
    rig.settle()
    assert nodes_of(rig) == ["node-0", "node-1", "node-9"]
    rig.delete("nodes", "node-9", namespace="")
    rig.settle()
    assert nodes_of(rig) == ["node-0", "node-1"]
    assert rig.get(DS, "agent")["status"]["desiredNumberScheduled"] == 2


def test_taints_and_labels_move_pods():
    rig = Rig(3)
    rig.daemonset("agent", template={"nodeSelector": {"zone": "a"}})
    rig.settle()
    assert nodes_of(rig) == []
    rig.edit("nodes", "node-1", ("metadata", "labels"), {"zone": "a"}, namespace="")
    rig.settle()
    assert nodes_of(rig) == ["node-1"]
    rig.edit("nodes", "node-1", ("spec", "taints"), [TAINT], namespace="")
    rig.settle()
    assert nodes_of(rig) == ["node-1"]
    assert rig.get(DS, "agent")["status"]["numberMisscheduled"] == 1
    rig.edit("nodes", "node-1", ("spec", "taints"), [{**TAINT, "effect": "NoExecute"}], namespace="")
    rig.settle()
    assert nodes_of(rig) == []


@pytest.mark.parametrize(("unavailable", "most"), [(1, 1), (2, 2), ("50%", 3)])
def test_a_rolling_update_keeps_enough(unavailable, most):
    rig = Rig(6)
    rig.daemonset("agent", unavailable=unavailable)
    rig.settle()
    seen = []
    rig.world.watch("pods", lambda change: seen.append(sum(map(is_ready, rig.pods()))))
    rig.image("agent", "nginx:2", DS)
    rig.settle()
    assert min(seen) == 6 - most
    assert len(versions(rig)) == 1 and {pod["spec"]["containers"][0]["image"] for pod in rig.pods()} == {"nginx:2"}
    assert rig.get(DS, "agent")["status"]["updatedNumberScheduled"] == 6


def test_a_surge_creates_the_new_pod_first():
    rig = Rig(4)
    rig.daemonset("agent", surge=1, unavailable=0)
    rig.settle()
    ready, total = [], []

    def look(change):
        ready.append(len({pod["spec"].get("nodeName") for pod in rig.pods() if is_ready(pod)}))
        total.append(len(rig.pods()))

    rig.world.watch("pods", look)
    rig.image("agent", "nginx:2", DS)
    rig.settle()
    assert min(ready) == 4 and max(total) == 5
    assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods()} == {"nginx:2"}


def test_on_delete_leaves_old_pods_alone():
    rig = Rig(3)
    rig.daemonset("agent", updateStrategy={"type": "OnDelete"})
    rig.settle()
    rig.image("agent", "nginx:2", DS)
    rig.settle()
    assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods()} == {"nginx:1"}
    victim = rig.pods()[0]
    rig.delete("pods", name_of(victim))
    rig.settle()
    images = {pod["spec"]["nodeName"]: pod["spec"]["containers"][0]["image"] for pod in rig.pods()}
    assert images[victim["spec"]["nodeName"]] == "nginx:2" and sorted(images.values()).count("nginx:1") == 2
    assert rig.get(DS, "agent")["status"]["updatedNumberScheduled"] == 1


def test_a_failed_pod_is_replaced_with_back_off():
    rig = Rig(1)
    rig.daemonset("agent")
    rig.settle()
    gaps = []
    for _round in range(3):
        make_ready(rig.world, rig.pods()[0], ready=False, phase="Failed")
        began = rig.world.now
        rig.settle()
        gaps.append((rig.world.now - began) // 1_000_000)
    assert all("Found failed daemon pod default/agent-" in one for one in rig.messages("FailedDaemonPod"))
    assert is_ready(rig.pods()[0])
    assert gaps[0] <= gaps[1] <= gaps[2]


def test_a_pod_meant_for_a_node_that_is_gone_goes():
    rig = Rig(2, kubelet=False)
    rig.daemonset("agent")
    rig.settle()
    assert {target_of(pod) for pod in rig.pods()} == {"node-0", "node-1"}
    rig.world.delete("nodes", "", "node-1", USER)
    rig.run(100)
    assert {target_of(pod) for pod in rig.pods()} == {"node-0"}


def test_a_settled_world_makes_no_writes_and_a_rebuilt_one_neither():
    rig = Rig(5)
    rig.daemonset("agent", minReadySeconds=3)
    rig.settle()
    revision = rig.world.revision
    rig.run(1000)
    rig.rebuild()
    rig.run(1000)
    assert rig.world.revision == revision


def test_a_rebuilt_world_ends_the_same():
    worlds = []
    for rebuild in (False, True):
        rig = Rig(7)
        rig.daemonset("agent", unavailable=2)
        rig.run(0.3)
        if rebuild:
            rig.rebuild()
        rig.settle()
        rig.image("agent", "nginx:2", DS)
        rig.run(1.5)
        if rebuild:
            rig.rebuild()
        rig.settle()
        worlds.append(rig.world)
    assert worlds[0].list("pods") == worlds[1].list("pods")
    assert worlds[0].list(DS) == worlds[1].list(DS)
