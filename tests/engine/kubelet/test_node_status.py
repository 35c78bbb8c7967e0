"""What a kubelet reports of its node, and when; what it leaves as people have made it."""

from __future__ import annotations

from simulator.engine.objects import annotations_of
from simulator.engine.renewal import HEARTBEAT
from tests.engine.cluster import USER, Cluster

ONE = {"nodeName": "a-1"}


def test_a_status_that_was_due_is_not_sent_behind_a_cut() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1", image="redis:7")
    cluster.until(2.9)
    assert cluster.said("web", "Pulled")
    cluster.fault("cut", "NetworkPartition", ONE, durationSeconds=40)
    cluster.until(3)
    stored = cluster.get("nodes", "a-1")
    cluster.until(39)
    assert cluster.get("nodes", "a-1") == stored
    cluster.until(52)
    assert HEARTBEAT in annotations_of(cluster.get("nodes", "a-1"))
    names = [name for image in cluster.get("nodes", "a-1")["status"]["images"] for name in image["names"]]
    assert "docker.io/library/redis:7" in names


def test_a_kubelet_that_starts_leaves_its_node_what_people_gave_it() -> None:
    cluster = Cluster()
    node = cluster.get("nodes", "a-1")
    taint = {"key": "gpu", "effect": "NoSchedule"}
    labels = {**node["metadata"]["labels"], "disk": "ssd", "kubernetes.io/hostname": "another"}
    del labels["kubernetes.io/arch"]
    new = {**node, "metadata": {**node["metadata"], "labels": labels}, "spec": {**node["spec"], "taints": [taint]}}
    cluster.world.update("nodes", new, USER)
    cluster.fault("stop", "KubeletStop", ONE, durationSeconds=5)
    cluster.until(20)
    held = cluster.get("nodes", "a-1")
    assert held["spec"]["taints"] == [taint]
    assert held["metadata"]["labels"] == {**node["metadata"]["labels"], "disk": "ssd"}


def test_a_kubelet_tells_of_a_cordon_when_it_looks_next() -> None:
    cluster = Cluster()
    for seconds, cordoned in ((1, True), (20, False), (40, True), (41, False)):
        cluster.until(seconds)
        node = cluster.get("nodes", "a-1")
        cluster.world.update("nodes", {**node, "spec": {**node["spec"], "unschedulable": cordoned}}, USER)
    cluster.until(60)
    assert [one for one in cluster.said("a-1") if "chedulable" in one] == [
        "Node a-1 status is now: NodeNotSchedulable",
        "Node a-1 status is now: NodeSchedulable",
    ]
    assert [one.key for one in cluster.world.memories() if one.key.startswith("cordoned:")] == []
