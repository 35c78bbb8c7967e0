"""Which pods keep their node: the cases of utils/drain/drain_test.go and simulator/drainability/rules/*_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.cluster_autoscaler.drainability import Budgets, drain
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.objects import instant_of, name_of
from simulator.engine.registry import Body
from simulator.engine.world import World

NOW = instant_of("2026-01-01T00:10:00Z")
RS = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "1", "controller": True}
DS, CUSTOM = {**RS, "kind": "DaemonSet"}, {**RS, "apiVersion": "example.com/v1", "kind": "Game"}
GONE = {**RS, "name": "gone"}
SAFE = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "true"}
UNSAFE = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
DISK, MEMORY = {"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {"medium": "Memory"}}
HOST = {"name": "v", "hostPath": {"path": "/tmp"}}
LOCAL = {"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "v"}


def pod(owner: Body | None = RS, *, namespace: str = "default", phase: str = "Running", **fields: Any) -> Body:
    meta: Body = {"name": "p", "namespace": namespace, "labels": {"app": "p"}}
    meta["annotations"] = fields.pop("annotations", {})
    if owner:
        meta["ownerReferences"] = [owner]
    if "deleted" in fields:
        meta["deletionTimestamp"] = fields.pop("deleted")
    spec = {"containers": [{"name": "c"}], "terminationGracePeriodSeconds": 30, "restartPolicy": "Always", **fields}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": {"phase": phase}}


MOVES, STAYS = "moves", "does not count"
CASES: dict[str, tuple[Body, str]] = {
    "a pod of a ReplicaSet": (pod(), MOVES),
    "a ReplicaSet that is not there": (pod(GONE), "ReplicaSet for default/p is not available"),
    "a naked pod": (pod(None), "default/p is not replicated"),
    "a naked pod that is safe to evict": (pod(None, annotations=SAFE), MOVES),
    "a pod of a controller of its own kind": (pod(CUSTOM), "default/p is not replicated"),
    "a pod of a DaemonSet": (pod(DS), STAYS),
    "a mirror pod": (pod(None, annotations={"kubernetes.io/config.mirror": "x"}), STAYS),
    "an emptyDir": (pod(volumes=[DISK]), "pod with local storage present: p"),
    "an emptyDir in memory": (pod(volumes=[MEMORY]), MOVES),
    "a hostPath": (pod(volumes=[HOST]), "pod with local storage present: p"),
    "an emptyDir that is safe": (pod(volumes=[DISK], annotations=LOCAL), MOVES),
    "an emptyDir of a pod that is safe": (pod(volumes=[DISK], annotations=SAFE), MOVES),
    "not safe to evict": (pod(annotations=UNSAFE), "pod annotated as not safe to evict present: p"),
    "a system pod without a budget": (
        pod(namespace="kube-system"),
        "non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: p",
    ),
    "a naked pod that has failed": (pod(None, phase="Failed"), MOVES),
    "a naked pod that has succeeded": (pod(None, phase="Succeeded", restartPolicy="OnFailure"), MOVES),
    "a naked pod that succeeds again and again": (pod(None, phase="Succeeded"), "default/p is not replicated"),
    "should be gone for a minute": (pod(None, deleted="2026-01-01T00:08:00Z"), STAYS),
    "is being deleted": (pod(None, deleted="2026-01-01T00:09:30Z"), "default/p is not replicated"),
}


def cluster() -> World:
    world = World(seed=1, now=NOW)
    for namespace in ("default", "kube-system"):
        meta = {"name": "rs", "namespace": namespace}
        world.load("replicasets.apps", {"metadata": {**meta, "resourceVersion": "1"}, "spec": {}})
    return world


@pytest.mark.parametrize(("held", "said"), CASES.values(), ids=CASES)
def test_what_a_pod_means_for_its_node(held: Body, said: str) -> None:
    world = cluster()
    found = drain(world, Settings(world), [held], Budgets(world))
    if found.blocked is not None:
        assert found.blocked.message == said
    else:
        assert (MOVES if found.pods else STAYS) == said


@pytest.mark.parametrize(("allowed", "blocked"), [(2, ""), (1, "NotEnoughPdb"), (0, "NotEnoughPdb")])
def test_a_budget_has_to_allow_all_pods_of_a_node(allowed: int, blocked: str) -> None:
    world = cluster()
    meta = {"name": "b", "namespace": "kube-system", "uid": "2", "resourceVersion": "2"}
    spec, status = {"selector": {"matchLabels": {"app": "p"}}}, {"disruptionsAllowed": allowed}
    world.load("poddisruptionbudgets.policy", {"metadata": meta, "spec": spec, "status": status})
    pods = [pod(namespace="kube-system"), pod(namespace="kube-system")]
    found = drain(world, Settings(world), pods, Budgets(world))
    assert (found.blocked.reason if found.blocked else "") == blocked


def test_settings_let_such_nodes_go() -> None:
    world = cluster()
    data = {
        "skip-nodes-with-local-storage": "false",
        "skip-nodes-with-system-pods": "false",
        "skip-nodes-with-custom-controller-pods": "false",
    }
    where = {"name": "cluster-autoscaler", "namespace": "kube-system", "resourceVersion": "3"}
    world.load("configmaps", {"metadata": where, "data": data})
    pods = [pod(volumes=[DISK]), pod(namespace="kube-system"), pod(CUSTOM)]
    found = drain(world, Settings(world), pods, Budgets(world))
    assert found.blocked is None
    assert [name_of(one) for one in found.pods] == ["p", "p", "p"]
