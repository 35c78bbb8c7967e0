"""The two endpoints controllers in virtual time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.service_pods import ports_of
from simulator.engine.objects import annotations_of, labels_of, name_of
from tests.engine.controllers.rig import USER, Rig, make_ready

SLICES = "endpointslices.discovery.k8s.io"
RS = "replicasets.apps"


def slices(rig):
    return rig.world.list(SLICES, "default")


def sizes(rig):
    return sorted(len(one["endpoints"]) for one in slices(rig))


def test_it_works():
    rig = Rig()
    rig.service("web")
    rig.replicaset("web", 2)
    rig.settle()
    (slice,) = slices(rig)
    meta = slice["metadata"]
    assert meta["generateName"] == "web-" and meta["name"].startswith("web-")
    assert labels_of(slice) == {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert meta["ownerReferences"][0]["kind"] == "Service"
    assert slice["addressType"] == "IPv4"
    assert slice["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]
    assert "endpoints.kubernetes.io/last-change-trigger-time" in annotations_of(slice)
    pod = rig.pods()[0]
    node = rig.get("nodes", pod["spec"]["nodeName"], "")
    assert slice["endpoints"][0] == {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "targetRef": {"kind": "Pod", "namespace": "default", "name": name_of(pod), "uid": pod["metadata"]["uid"]},
        "nodeName": name_of(node),
        "zone": labels_of(node)["topology.kubernetes.io/zone"],
    }
    endpoints = rig.get("endpoints", "web")
    assert labels_of(endpoints) == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    (subset,) = endpoints["subsets"]
    assert [one["ip"] for one in subset["addresses"]] == sorted(pod["status"]["podIP"] for pod in rig.pods())
    assert subset["ports"] == [{"port": 8080, "protocol": "TCP"}]


def test_a_service_without_pods_has_an_empty_slice():
    rig = Rig()
    rig.service("web")
    rig.settle()
    (slice,) = slices(rig)
    assert slice["endpoints"] == [] and slice["ports"] == []
    assert "subsets" not in rig.get("endpoints", "web")
    rig.replicaset("web", 1)
    rig.settle()
    assert [name_of(one) for one in slices(rig)] == [name_of(slice)] and sizes(rig) == [1]
    rig.edit(RS, "web", ("spec", "replicas"), 0)
    rig.settle()
    assert sizes(rig) == [0] and slices(rig)[0]["ports"] == []


@pytest.mark.parametrize("spec", [{"selector": None}, {"type": "ExternalName"}])
def test_services_that_are_left_alone(spec):
    rig = Rig()
    rig.replicaset("web", 1)
    rig.service("web", **spec)
    rig.settle()
    assert slices(rig) == [] and rig.world.list("endpoints") == []


def test_readiness():
    rig = Rig(is_sick=lambda pod: True)
    rig.service("web")
    rig.replicaset("web", 1)
    rig.settle()
    assert slices(rig)[0]["endpoints"][0]["conditions"] == {"ready": False, "serving": False, "terminating": False}
    assert len(rig.get("endpoints", "web")["subsets"][0]["notReadyAddresses"]) == 1
    make_ready(rig.world, rig.pods()[0])
    rig.settle()
    assert slices(rig)[0]["endpoints"][0]["conditions"]["ready"] is True
    assert len(rig.get("endpoints", "web")["subsets"][0]["addresses"]) == 1


def test_unready_addresses_can_be_published():
    rig = Rig(is_sick=lambda pod: True)
    rig.service("web", publishNotReadyAddresses=True)
    rig.replicaset("web", 1)
    rig.settle()
    assert slices(rig)[0]["endpoints"][0]["conditions"] == {"ready": True, "serving": False, "terminating": False}
    assert len(rig.get("endpoints", "web")["subsets"][0]["addresses"]) == 1


def test_a_terminating_pod_stays_in_its_slice_but_is_not_ready():
    rig = Rig(kubelet=False)
    rig.service("web")
    rig.pod("one", {"app": "web"}, finalizers=["example.com/wait"])
    pod = rig.get("pods", "one")
    rig.world.update("pods", {**pod, "spec": {**pod["spec"], "nodeName": "node-0"}}, USER, subresource="binding")
    make_ready(rig.world, rig.get("pods", "one"))
    rig.settle()
    rig.delete("pods", "one")
    rig.settle()
    assert slices(rig)[0]["endpoints"][0]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    assert "subsets" not in rig.get("endpoints", "web")


def test_slices_hold_a_hundred():
    rig = Rig()
    rig.service("web")
    rig.replicaset("web", 250)
    rig.settle()
    assert sum(sizes(rig)) == 250 and max(sizes(rig)) <= 100 and len(sizes(rig)) <= 4
    before = {name_of(one): one["metadata"]["resourceVersion"] for one in slices(rig)}
    victim = rig.pods()[0]
    rig.edit("pods", name_of(victim), ("metadata", "labels"), {"app": "other"})
    rig.run(0.5)
    after = {name_of(one): one["metadata"]["resourceVersion"] for one in slices(rig)}
    assert sum(before[name] != after[name] for name in before) == 1


PORTS = {
    "a number": ([{"port": 80, "targetPort": 8080}], (("", 8080, "TCP", ""),)),
    "no target": ([{"port": 80}], (("", 80, "TCP", ""),)),
    "a name": ([{"name": "a", "port": 80, "targetPort": "http"}], (("a", 8080, "TCP", ""),)),
    "an unknown name": ([{"port": 80, "targetPort": "grpc"}], ()),
    "another protocol": ([{"port": 80, "targetPort": "http", "protocol": "UDP"}], ()),
    "a sidecar's": ([{"port": 80, "targetPort": "admin"}], (("", 9901, "TCP", ""),)),
    "with application protocol": ([{"port": 80, "appProtocol": "h2c"}], (("", 80, "TCP", "h2c"),)),
    "two": (
        [{"name": "a", "port": 80}, {"name": "b", "port": 81, "targetPort": "http"}],
        (("a", 80, "TCP", ""), ("b", 8080, "TCP", "")),
    ),
}


@pytest.mark.parametrize("name", PORTS)
def test_ports(name):
    ports, expected = PORTS[name]
    spec = {
        "containers": [{"ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]}],
        "initContainers": [{"restartPolicy": "Always", "ports": [{"name": "admin", "containerPort": 9901}]}],
    }
    assert ports_of({"spec": {"ports": ports}}, {"spec": spec}) == expected


def test_pods_whose_named_port_differs_get_slices_of_their_own():
    rig = Rig(kubelet=False)
    named = {"name": "http", "port": 80, "targetPort": "http"}
    numbered = {"name": "m", "port": 9000, "targetPort": 9000}
    rig.service("web", [named, numbered])
    for name, number in (("one", 8080), ("two", 9090)):
        container = {"name": "c", "image": "x", "ports": [{"name": "http", "containerPort": number, "protocol": "TCP"}]}
        meta = {"namespace": "default", "name": name, "labels": {"app": "web"}}
        rig.create("pods", {"metadata": meta, "spec": {"nodeName": "node-0", "containers": [container]}})
        make_ready(rig.world, rig.get("pods", name))
    rig.settle()
    assert sorted(one["ports"][0]["port"] for one in slices(rig)) == [8080, 9090]
    subsets = rig.get("endpoints", "web")["subsets"]
    assert sorted((len(one["addresses"]), len(one["ports"])) for one in subsets) == [(1, 1), (1, 1), (2, 1)]


def test_headless():
    rig = Rig()
    rig.service("web", [], clusterIP="None")
    rig.replicaset("web", 1)
    rig.settle()
    (slice,) = slices(rig)
    assert labels_of(slice)["service.kubernetes.io/headless"] == "" and len(slice["endpoints"]) == 1
    assert labels_of(rig.get("endpoints", "web"))["service.kubernetes.io/headless"] == ""
    assert len(rig.get("endpoints", "web")["subsets"][0]["addresses"]) == 1


def test_a_changed_service_is_followed():
    rig = Rig()
    rig.service("web")
    rig.replicaset("web", 2)
    rig.replicaset("other", 1)
    rig.settle()
    rig.edit("services", "web", ("spec", "ports"), [{"port": 80, "targetPort": 9090, "protocol": "TCP"}])
    rig.settle()
    assert sizes(rig) == [2] and slices(rig)[0]["ports"][0]["port"] == 9090
    rig.edit("services", "web", ("spec", "selector"), {"app": "other"})
    rig.settle()
    assert sizes(rig) == [1]
    rig.edit("services", "web", ("metadata", "labels"), {"team": "x"})
    rig.settle()
    assert labels_of(slices(rig)[0])["team"] == "x" == labels_of(rig.get("endpoints", "web"))["team"]
    rig.delete("services", "web")
    rig.settle()
    assert slices(rig) == [] and rig.world.list("endpoints") == []


def test_what_others_change_is_put_right():
    rig = Rig()
    rig.service("web")
    rig.replicaset("web", 2)
    rig.settle()
    rig.edit(SLICES, name_of(slices(rig)[0]), ("endpoints",), [])
    others = {"addresses": [{"ip": "10.9.9.9", "targetRef": {"kind": "Pod"}}]}
    rig.edit("endpoints", "web", ("subsets",), [others])
    rig.settle()
    assert sizes(rig) == [2] and len(rig.get("endpoints", "web")["subsets"][0]["addresses"]) == 2
    rig.delete(SLICES, name_of(slices(rig)[0]))
    rig.delete("endpoints", "web")
    rig.settle()
    assert sizes(rig) == [2] and len(rig.get("endpoints", "web")["subsets"][0]["addresses"]) == 2


def test_endpoints_keep_a_thousand():
    rig = Rig(latency="instant")
    rig.service("web")
    rig.replicaset("web", 1020)
    rig.settle()
    endpoints = rig.get("endpoints", "web")
    assert len(endpoints["subsets"][0]["addresses"]) == 1000
    assert annotations_of(endpoints)["endpoints.kubernetes.io/over-capacity"] == "truncated"
    assert sum(sizes(rig)) == 1020
    rig.edit(RS, "web", ("spec", "replicas"), 900)
    rig.settle()
    assert "endpoints.kubernetes.io/over-capacity" not in annotations_of(rig.get("endpoints", "web"))


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 130), st.floats(0.01, 2), st.booleans()), min_size=1, max_size=4))
def test_what_is_kept_step_by_step_equals_what_is_read_anew(steps):
    """A world that is rebuilt between steps reads all pods; one that is not follows the changes."""
    ends = []
    for rebuild in (False, True):
        rig = Rig(2)
        rig.service("web")
        rig.replicaset("web", 5)
        for size, seconds, rebuilt in steps:
            rig.edit(RS, "web", ("spec", "replicas"), size)
            rig.run(seconds)
            if rebuild and rebuilt:
                rig.rebuild()
        rig.settle()
        revision = rig.world.revision
        rig.run(1000)
        assert rig.world.revision == revision
        ends.append((rig.world.list(SLICES), rig.world.list("endpoints")))
        assert sum(sizes(rig)) == steps[-1][0] and max(sizes(rig)) <= 100
    assert ends[0] == ends[1]
