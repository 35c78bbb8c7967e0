"""NoExecute taints: who leaves at once, who later, who never, and what makes it otherwise.

The cases are those of pkg/controller/tainteviction/taint_eviction_test.go.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import condition, is_deleting, set_in
from simulator.engine.registry import Body
from tests.engine.cluster import USER, Cluster

A = {"key": "a", "value": "x", "effect": "NoExecute"}
B = {"key": "b", "value": "y", "effect": "NoExecute"}
SOFT = {"key": "a", "value": "x", "effect": "NoSchedule"}


def toleration(key: str, seconds: int | None = None) -> Body:
    held = {"key": key, "operator": "Exists", "effect": "NoExecute"}
    return held if seconds is None else {**held, "tolerationSeconds": seconds}


def taint(cluster: Cluster, *taints: Body, node: str = "a-1") -> None:
    cluster.world.update("nodes", set_in(cluster.get("nodes", node), ("spec", "taints"), list(taints)), USER)


CASES: dict[str, tuple[list[Body], list[Body], float | None]] = {
    # name: (taints, tolerations, seconds after which the pod is deleted, None: never)
    "no taint": ([], [], None),
    "another effect": ([SOFT], [], None),
    "not tolerated": ([A], [], 0),
    "tolerated for ever": ([A], [toleration("a")], None),
    "tolerated for a time": ([A], [toleration("a", 30)], 30),
    "tolerated for no time": ([A], [toleration("a", 0)], 0),
    "tolerated for less than no time": ([A], [toleration("a", -5)], 0),
    "one of two is not tolerated": ([A, B], [toleration("a")], 0),
    "the shorter of two times": ([A, B], [toleration("a", 30), toleration("b", 10)], 10),
    "one for a time, one for ever": ([A, B], [toleration("a", 30), toleration("b")], 30),
    "two tolerations of one taint": ([A], [toleration("a", 30), {"operator": "Exists", "effect": "NoExecute"}], 30),
    "everything": ([A, B], [{"operator": "Exists"}], None),
    "another value": ([A], [{"key": "a", "operator": "Equal", "value": "z", "effect": "NoExecute"}], 0),
}


@pytest.mark.parametrize(("taints", "tolerations", "seconds"), CASES.values(), ids=CASES.keys())
def test_a_node_is_tainted(taints: list[Body], tolerations: list[Body], seconds: float | None) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", tolerations=tolerations)
    cluster.run(5)
    deleted: list[int] = []
    cluster.world.watch("pods", lambda change: deleted.append(change.at) if is_deleting(change.body) else None)
    begun = cluster.world.now
    taint(cluster, *taints)
    cluster.run(100)
    at = (deleted[0] - begun - cluster.world.latency.watch) / SECOND if deleted else None
    assert at == seconds
    said = cluster.said("web", "TaintManagerEviction")
    assert said == ([] if seconds is None else ["Marking for deletion Pod default/web"])


@pytest.mark.parametrize("seconds", [0, 20])
def test_a_pod_that_has_to_go_says_why(seconds: int) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", tolerations=[toleration("a", seconds)], command=["sleep", "99"], image="busybox:1.36")
    cluster.run(5)
    taint(cluster, A)
    cluster.run(seconds + 1)
    pod = cluster.the_pod("web")
    target = condition(pod, "DisruptionTarget") or {}
    assert (target["status"], target["reason"], target["message"]) == (
        "True",
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
    )
    assert pod["metadata"]["deletionGracePeriodSeconds"] == 30
    cluster.run(40)
    assert cluster.world.get("pods", "default", "web") is None


def test_a_pod_that_comes_to_a_tainted_node() -> None:
    cluster = Cluster()
    taint(cluster, A)
    cluster.run(1)
    cluster.pod("web", "a-1", tolerations=[toleration("a", 10)])
    cluster.run(9)
    assert not is_deleting(cluster.the_pod("web"))
    cluster.run(2)
    assert cluster.world.get("pods", "default", "web") is None


CANCELLED: dict[str, Any] = {
    # name: (what happens 5 s after the taint, what is said)
    "the taint goes": (lambda cluster: taint(cluster), ["Cancelling deletion of Pod default/web"]),
    "the pod is deleted": (
        lambda cluster: cluster.world.delete("pods", "default", "web", USER, grace=0),
        ["Cancelling deletion of Pod default/web"],
    ),
    "the pod tolerates it for ever": (
        lambda cluster: cluster.world.update(
            "pods",
            set_in(
                cluster.the_pod("web"),
                ("spec", "tolerations"),
                [*cluster.the_pod("web")["spec"]["tolerations"], {"operator": "Exists", "effect": "NoExecute"}],
            ),
            USER,
        ),
        [],
    ),
}


@pytest.mark.parametrize(("act", "said"), CANCELLED.values(), ids=CANCELLED.keys())
def test_a_time_that_is_cut_short(act: Any, said: list[str]) -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", tolerations=[toleration("a", 20)])
    cluster.run(5)
    taint(cluster, A)
    cluster.run(5)
    act(cluster)
    cluster.run(10)
    assert cluster.said("web", "TaintManagerEviction") == said


def test_another_taint_does_not_begin_the_time_anew() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", tolerations=[toleration("a", 20), toleration("b", 20)])
    cluster.run(5)
    taint(cluster, A)
    cluster.run(15)
    taint(cluster, A, B)
    cluster.run(6)
    assert cluster.said("web", "TaintManagerEviction") == ["Marking for deletion Pod default/web"]


def test_another_pod_of_the_same_name_has_its_own_time() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", tolerations=[toleration("a", 20)])
    cluster.run(5)
    taint(cluster, A)
    cluster.run(15)
    cluster.world.delete("pods", "default", "web", USER, grace=0)
    cluster.pod("web", "a-1", tolerations=[toleration("a", 20)])
    cluster.run(10)
    assert not is_deleting(cluster.the_pod("web"))
    cluster.run(15)
    assert cluster.world.get("pods", "default", "web") is None


def test_pods_of_daemon_sets_stay_on_nodes_that_are_lost() -> None:
    cluster = Cluster()
    cluster.fault("off", "NodeCrash", {"nodeName": "a-1"})
    cluster.run(1000)
    proxies = [pod for pod in cluster.world.list("pods", "kube-system") if pod["spec"].get("nodeName") == "a-1"]
    assert [is_deleting(pod) for pod in proxies if "kube-proxy" in pod["metadata"]["name"]] == [False]


TAINTED: dict[str, tuple[list[Body], list[Body] | None, float | None]] = {
    # name: (tolerations, those that the pod has 2 s later, seconds after which it goes); after TestCreatePod and
    # TestUpdatePod
    "schedule on tainted Node": ([], None, 0),
    "schedule on tainted Node with finite toleration": ([toleration("a", 100)], None, 100),
    "schedule on tainted Node with infinite toleration": ([toleration("a")], None, None),
    "schedule on tainted Node with infinite invalid toleration": ([toleration("b")], None, 0),
    "removing toleration": ([toleration("a", 100)], [], 2),
    "lengthening toleration shouldn't work": ([toleration("a", 5)], [toleration("a", 100)], 5),
    "shortening it neither": ([toleration("a", 50)], [toleration("a", 5)], 50),
}


@pytest.mark.parametrize(("tolerations", "later", "seconds"), TAINTED.values(), ids=TAINTED.keys())
def test_a_pod_on_a_tainted_node(tolerations: list[Body], later: list[Body] | None, seconds: float | None) -> None:
    cluster = Cluster()
    taint(cluster, A)
    cluster.run(5)
    deleted: list[int] = []
    cluster.world.watch("pods", lambda change: deleted.append(change.at) if _goes(change) else None)
    begun = cluster.world.now
    pod = cluster.pod("web", "a-1", tolerations=tolerations)
    cluster.run(2)
    if later is not None:
        kept = [one for one in pod["spec"]["tolerations"] if one.get("key") != "a"]
        cluster.world.update("pods", set_in(cluster.the_pod("web"), ("spec", "tolerations"), kept + later), USER)
    cluster.run(150)
    at = (deleted[0] - begun - cluster.world.latency.watch) / SECOND if deleted else None
    assert at == seconds


def _goes(change: Change) -> bool:
    """A pod that its kubelet has refused for the taint is gone at once."""
    return change.key.name == "web" and (change.operation == "DELETED" or is_deleting(change.body))


SEVERAL: dict[str, tuple[list[Body], dict[str, float]]] = {
    # name: (taints, seconds after which each pod goes); after TestUpdateNodeWithMultiplePods
    "Pods with different toleration times are evicted appropriately": ([A], {"pod1": 0, "pod2": 1}),
    "Evict all pods not matching all taints instantly": ([A, B], {"pod1": 0, "pod2": 0, "pod3": 0}),
}


@pytest.mark.parametrize(("taints", "gone"), SEVERAL.values(), ids=SEVERAL.keys())
def test_several_pods_of_a_node(taints: list[Body], gone: dict[str, float]) -> None:
    cluster = Cluster()
    cluster.pod("pod1", "a-1")
    cluster.pod("pod2", "a-1", tolerations=[toleration("a", 1)])
    cluster.pod("pod3", "a-1", tolerations=[toleration("a")])
    cluster.run(5)
    begun, found = cluster.world.now, dict[str, float]()

    def hear(change: Change) -> None:
        if change.key.namespace == "default" and is_deleting(change.body):
            found.setdefault(change.key.name, (change.at - begun - cluster.world.latency.watch) / SECOND)

    cluster.world.watch("pods", hear)
    taint(cluster, *taints)
    cluster.run(60)
    assert found == gone


def test_a_taint_that_is_tolerated_for_ever_after_one_that_is_not() -> None:
    """After TestUpdateNodeWithMultipleTaints."""
    cluster = Cluster()
    cluster.pod("web", "a-1", tolerations=[toleration("a"), toleration("b", 60)])
    waits = []
    for taints in ([], [A], [A, B], [A]):
        taint(cluster, *taints)
        cluster.run(5)
        waits.append(cluster.world.note("taint-eviction-controller", "default/web") is not None)
    assert waits == [False, False, True, False]
    cluster.run(100)
    assert not is_deleting(cluster.the_pod("web"))


NEW_NODES: dict[str, tuple[list[Body], list[Body], bool]] = {
    # name: (taints, tolerations, whether the pod goes); after TestCreateNode
    "Creating Node matching already assigned Pod": ([], [], False),
    "Creating tainted Node matching already assigned Pod": ([A], [], True),
    "Creating tainted Node matching already assigned tolerating Pod": ([A], [toleration("a")], False),
}


@pytest.mark.parametrize(("taints", "tolerations", "goes"), NEW_NODES.values(), ids=NEW_NODES.keys())
def test_a_node_that_comes_after_its_pod(taints: list[Body], tolerations: list[Body], goes: bool) -> None:
    cluster = Cluster()
    cluster.pod("web", "late", tolerations=tolerations)
    cluster.run(1)
    cluster.world.create("nodes", {"metadata": {"name": "late"}, "spec": {"taints": taints}}, USER)
    cluster.run(1)
    pod = cluster.world.get("pods", "default", "web")
    assert (pod is None or is_deleting(pod)) is goes
