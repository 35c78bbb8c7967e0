"""A kubelet that starts again looks at its pods as if they were new.

Follows HandlePodAdditions in pkg/kubelet/kubelet.go and TestHandleNodeSelector, TestHandleMemExceeded in
kubelet_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import MILLISECOND
from simulator.engine.journal import Change
from simulator.engine.objects import is_condition_true
from simulator.engine.pods import status_text
from simulator.engine.registry import Body
from tests.engine.cluster import T0, USER, Cluster

NODE = {"nodeName": "a-1"}
SLEEPS = {"image": "busybox:1.36", "command": ["sleep", "9999"]}
WANTS_DISK = {"nodeSelector": {"disk": "ssd"}}
NO_MATCH = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"


def changed(cluster: Cluster, **fields: Any) -> None:
    """Somebody changes the node: its labels, or what its kubelet has to give."""
    node = cluster.get("nodes", "a-1")
    if "labels" in fields:
        meta = {**node["metadata"], "labels": {**node["metadata"]["labels"], **fields["labels"]}}
        node = cluster.world.update("nodes", {**node, "metadata": meta}, USER)
    if "allocatable" in fields:
        allocatable = {**node["status"]["allocatable"], **fields["allocatable"]}
        cluster.world.update_status("nodes", {**node, "status": {**node["status"], "allocatable": allocatable}}, USER)


def restarted(kind: str, pods: dict[str, dict[str, Any]], after: dict[str, Any]) -> Cluster:
    """Pods that run on a node with a fast disk, which changes; then its kubelet stops from 20 s to 30 s."""
    cluster = Cluster()
    changed(cluster, labels={"disk": "ssd"})
    for name, spec in pods.items():
        cluster.pod(name, "a-1", **{**SLEEPS, **spec})
        cluster.run(1)
    cluster.until(20)
    assert {cluster.the_pod(name)["status"]["phase"] for name in pods} == {"Running"}
    cluster.fault("off", kind, NODE, durationSeconds=10)
    cluster.until(21)
    changed(cluster, **after)
    return cluster


def asks(cpu: str, **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "busybox:1.36", "command": ["sleep", "9999"]}
    return {"containers": [{**container, "resources": {"requests": {"cpu": cpu}}}], **spec}


def test_a_pod_that_does_not_fit_any_more_fails() -> None:
    cluster = restarted("KubeletStop", {"web": WANTS_DISK}, {"labels": {"disk": "hdd"}})
    story = list[str]()

    def told(change: Change) -> None:
        status = change.body.get("status") or {}
        at = (cluster.world.now - T0) // MILLISECOND
        story.append(f"{at} {status_text(change.body)} {len(status.get('containerStatuses') or ())}")

    cluster.world.watch("pods", told)
    cluster.until(70)
    start = int(story[0].split()[0])
    assert [f"{int(line.split()[0]) - start} {line.split(maxsplit=1)[1]}" for line in story] == [
        "0 Running 0",
        "10000 NodeAffinity 0",
    ]
    status = cluster.the_pod("web")["status"]
    assert (status["phase"], status["reason"], status["message"]) == (
        "Failed",
        "NodeAffinity",
        f"Pod was rejected: {NO_MATCH}",
    )
    assert {"podIP", "hostIP", "containerStatuses"} & status.keys() == set()
    assert cluster.said("web", "NodeAffinity") == [NO_MATCH]
    assert cluster.said("web", "Killing") == ["Stopping container main"]


def test_its_room_is_free_then() -> None:
    cluster = restarted("KubeletStop", {"web": {**asks("1500m"), **WANTS_DISK}}, {"labels": {"disk": "hdd"}})
    cluster.until(70)
    cluster.pod("next", "a-1", **asks("1500m"))
    cluster.run(20)
    assert cluster.the_pod("next")["status"]["phase"] == "Running"


@pytest.mark.parametrize("kind", ["KubeletStop", "NodeCrash"])
def test_a_pod_that_fits_goes_on(kind: str) -> None:
    cluster = restarted(kind, {"web": {}, "wants": WANTS_DISK}, {"labels": {"disk": "hdd"}})
    cluster.until(120)
    assert is_condition_true(cluster.the_pod("web"), "Ready")
    assert cluster.the_pod("wants")["status"]["reason"] == "NodeAffinity"


def test_a_kubelet_that_was_only_cut_off_does_not_look_again() -> None:
    cluster = restarted("NetworkPartition", {"web": WANTS_DISK}, {"labels": {"disk": "hdd"}})
    cluster.until(120)
    assert is_condition_true(cluster.the_pod("web"), "Ready")


AFFINITY = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]
            }
        }
    }
}
PREFERRED = {
    "affinity": {
        "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 1,
                    "preference": {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]},
                }
            ]
        }
    }
}
REASONS: dict[str, tuple[dict[str, dict[str, Any]], dict[str, Any], dict[str, str]]] = {
    # name: pods in the order of their creation, what changes, the reason of those that fail
    "affinity": ({"a": AFFINITY}, {"labels": {"disk": "hdd"}}, {"a": "NodeAffinity"}),
    "a preference": ({"a": PREFERRED}, {"labels": {"disk": "hdd"}}, {}),
    "less CPU: who came last": (
        {"a": asks("400m"), "b": asks("400m")},
        {"allocatable": {"cpu": "700m"}},
        {"b": "OutOfcpu"},
    ),
    "less CPU: a smaller one that came later": (
        {"a": asks("400m"), "b": asks("600m"), "c": asks("100m")},
        {"allocatable": {"cpu": "900m"}},
        {"b": "OutOfcpu"},
    ),
    "fewer pods": ({"a": {}, "b": {}}, {"allocatable": {"pods": "2"}}, {"b": "OutOfpods"}),
}


@pytest.mark.parametrize(("pods", "after", "reasons"), REASONS.values(), ids=REASONS.keys())
def test_who_fails(pods: dict[str, dict[str, Any]], after: dict[str, Any], reasons: dict[str, str]) -> None:
    cluster = restarted("KubeletStop", pods, after)
    cluster.until(70)
    failed = {name: cluster.the_pod(name)["status"] for name in pods}
    assert {name: one["reason"] for name, one in failed.items() if one["phase"] == "Failed"} == reasons


def test_a_critical_pod_ends_others_for_its_room() -> None:
    critical = {"priorityClassName": "system-node-critical"}
    cluster = restarted(
        "KubeletStop", {"a": asks("400m"), "b": asks("400m", **critical)}, {"allocatable": {"cpu": "700m"}}
    )
    cluster.until(70)
    a, b = (cluster.the_pod(name)["status"] for name in "ab")
    assert (a["phase"], a["reason"], a["message"]) == (
        "Failed",
        "Preempting",
        "Preempted in order to admit critical pod",
    )
    assert b["phase"] == "Running"


def test_a_pod_that_is_deleted_before_it_is_ended_is_gone() -> None:
    cluster = restarted("KubeletStop", {"web": WANTS_DISK}, {"labels": {"disk": "hdd"}})
    cluster.until(33)
    assert cluster.said("web", "NodeAffinity") == [NO_MATCH]
    cluster.world.delete("pods", "default", "web", USER)
    cluster.until(70)
    assert cluster.world.get("pods", "default", "web") is None


def test_another_restart_looks_at_it_again() -> None:
    cluster = restarted("KubeletStop", {"web": WANTS_DISK}, {"labels": {"disk": "hdd"}})
    cluster.until(33)
    cluster.fault("again", "KubeletStop", NODE, durationSeconds=5)
    cluster.until(34)
    changed(cluster, labels={"disk": "ssd"})
    cluster.until(70)
    assert cluster.the_pod("web")["status"]["phase"] == "Running"
    assert is_condition_true(cluster.the_pod("web"), "Ready")


@pytest.mark.parametrize("at", [32, 33, 35, 39])
def test_a_world_that_is_rebuilt_goes_on_the_same_way(at: int) -> None:
    ends = list[Body]()
    for rebuilt in (False, True):
        cluster = restarted("KubeletStop", {"web": WANTS_DISK}, {"labels": {"disk": "hdd"}})
        cluster.until(at)
        if rebuilt:
            cluster.rebuild()
        cluster.until(70)
        ends.append(cluster.the_pod("web")["status"])
    assert ends[0] == ends[1]
    assert ends[0]["phase"] == "Failed"


def test_no_service_sends_it_requests_any_more() -> None:
    cluster = restarted("KubeletStop", {"web": WANTS_DISK}, {"labels": {"disk": "hdd"}})
    pod = cluster.the_pod("web")
    cluster.world.update("pods", {**pod, "metadata": {**pod["metadata"], "labels": {"app": "web"}}}, USER)
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}]}
    meta = {"name": "web", "namespace": "default"}
    cluster.world.create("services", {"metadata": meta, "spec": spec}, USER, checked=True)
    cluster.until(29)

    def addresses() -> list[str]:
        slices = cluster.world.list("endpointslices.discovery.k8s.io", "default")
        return [
            one["addresses"][0]
            for part in slices
            if part["metadata"]["labels"].get("kubernetes.io/service-name") == "web"
            for one in part.get("endpoints") or ()
        ]

    assert addresses() == [pod["status"]["podIP"]]
    cluster.until(33)
    assert addresses() == []
