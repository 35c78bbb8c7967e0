"""The garbage collectors: of objects by owner, of pods by node, of events by age."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, name_of, owner_reference
from tests.engine.controllers.rig import START, Rig, make_ready

MAPS = "configmaps"


def config_map(rig, name, *owners, block=True, **meta):
    references = [{**owner_reference(one), "controller": False, "blockOwnerDeletion": block} for one in owners]
    return rig.create(MAPS, {"metadata": {"namespace": "default", "name": name, "ownerReferences": references, **meta}})


def left(rig):
    return [name_of(one) for one in rig.world.list(MAPS, "default") if not name_of(one).startswith("kube-")]


@pytest.mark.parametrize(
    ("propagation", "expected"),
    [(None, []), ("Background", []), ("Foreground", []), ("Orphan", ["child", "grandchild"])],
)
def test_propagation(propagation, expected):
    rig = Rig()
    owner = config_map(rig, "owner")
    child = config_map(rig, "child", owner)
    config_map(rig, "grandchild", child)
    rig.settle()
    rig.delete(MAPS, "owner", propagation=propagation)
    rig.settle()
    assert left(rig) == expected
    if expected:
        assert "ownerReferences" not in rig.get(MAPS, "child")["metadata"]


def test_foreground_waits_for_dependents_that_block():
    rig = Rig()
    owner = config_map(rig, "owner")
    config_map(rig, "held", owner, finalizers=["example.com/wait"])
    config_map(rig, "free", owner, block=False, finalizers=["example.com/wait"])
    rig.settle()
    rig.delete(MAPS, "owner", propagation="Foreground")
    rig.settle()
    assert left(rig) == ["free", "held", "owner"]
    assert rig.get(MAPS, "owner")["metadata"]["finalizers"] == ["foregroundDeletion"]
    rig.edit(MAPS, "held", ("metadata", "finalizers"), [])
    rig.settle()
    assert left(rig) == ["free"]


def test_an_object_lives_as_long_as_one_owner_does():
    rig = Rig()
    first, second = config_map(rig, "first"), config_map(rig, "second")
    config_map(rig, "child", first, second)
    rig.settle()
    rig.delete(MAPS, "first")
    rig.settle()
    assert left(rig) == ["child", "second"]
    assert [one["name"] for one in rig.get(MAPS, "child")["metadata"]["ownerReferences"]] == ["second"]
    rig.delete(MAPS, "second")
    rig.settle()
    assert left(rig) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"uid": "00000000-0000-4000-8000-000000000000"}, []),
        ({"name": "nobody"}, []),
        ({"kind": "Gadget", "apiVersion": "example.com/v1"}, ["child", "owner"]),
        ({}, ["child", "owner"]),
    ],
)
def test_dangling_owners(changes, expected):
    rig = Rig()
    owner = config_map(rig, "owner")
    reference = {**owner_reference(owner), **changes}
    rig.create(MAPS, {"metadata": {"namespace": "default", "name": "child", "ownerReferences": [reference]}})
    rig.settle()
    assert left(rig) == (expected or ["owner"])


def test_two_that_own_each_other_do_not_wait_for_ever():
    rig = Rig()
    first = config_map(rig, "first")
    second = config_map(rig, "second", first)
    rig.edit(MAPS, "first", ("metadata", "ownerReferences"), [{**owner_reference(second), "controller": False}])
    rig.settle()
    rig.delete(MAPS, "first", propagation="Foreground")
    rig.settle()
    assert left(rig) == []


def test_a_deployment_goes_with_all_it_owns():
    rig = Rig()
    rig.deployment("web", 3)
    rig.settle()
    rig.delete("deployments.apps", "web", propagation="Foreground")
    rig.settle()
    assert rig.world.list("pods") == [] == rig.world.list("replicasets.apps") == rig.world.list("deployments.apps")


def test_pods_of_a_node_that_is_gone():
    rig = Rig(1, kubelet=False)
    rig.node("lost")
    spec = {"nodeName": "lost", "containers": [{"name": "c", "image": "x"}]}
    meta = {"namespace": "default", "name": "p", "finalizers": ["example.com/wait"]}
    rig.create("pods", {"metadata": meta, "spec": spec})
    make_ready(rig.world, rig.get("pods", "p"))
    rig.settle()
    rig.delete("nodes", "lost", namespace="")
    began = rig.world.now
    rig.settle()
    assert 40 * SECOND <= rig.world.now - began <= 60 * SECOND
    pod = rig.get("pods", "p")
    assert pod["status"]["phase"] == "Failed"
    found = condition(pod, "DisruptionTarget")
    assert (found["reason"], found["message"]) == ("DeletionByPodGC", "PodGC: node no longer exists")


def test_events_go_after_an_hour():
    rig = Rig()
    rig.replicaset("web", 2)
    rig.settle()
    count = rig.world.count("events")
    booked = [entry for entry in rig.world.clock.entries() if entry.component == "event-ttl"]
    assert count >= 2 and len(booked) == 1
    rig.world.clock.run_until(START + 3599 * SECOND)
    assert rig.world.count("events") == count
    rig.rebuild()
    rig.run(10)
    assert rig.world.count("events") == 0
    assert rig.world.clock.next_due() is None
