"""Volumes that come to nodes and go.

The cases are those of pkg/controller/volume/attachdetach/reconciler/reconciler_test.go, v1.34.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.attach_detach.volumes import attachment_name
from simulator.engine.csi_volumes import unique_name
from simulator.engine.objects import is_deleting, name_of
from simulator.engine.registry import Body

from .rig import USER
from .storage_rig import ATTACHMENTS, CLAIMS, DRIVER, MANY, ONCE, UNIQUE, VOLUMES, Storage


def test_a_volume_is_attached_and_detached() -> None:
    rig = Storage()
    rig.put()
    rig.run(0.2)
    (held,) = rig.world.list(ATTACHMENTS)
    assert name_of(held) == attachment_name(UNIQUE, "node-0") and held["status"] == {"attached": False}
    assert held["spec"] == {
        "attacher": DRIVER, "nodeName": "node-0", "source": {"persistentVolumeName": "disk"},
    }  # fmt: skip
    assert held["metadata"]["finalizers"] == ["external-attacher/ebs-csi-aws-com"]
    assert rig.attached() == []
    rig.settle()
    assert rig.attachments() == [("node-0", True)] and rig.attached() == ["node-0"]
    assert rig.get("nodes", "node-0", "")["status"]["volumesAttached"] == [{"name": UNIQUE, "devicePath": ""}]
    assert rig.messages("SuccessfulAttachVolume") == ['AttachVolume.Attach succeeded for volume "disk" ']
    rig.delete("pods", "web", grace=0)
    rig.settle()
    assert rig.attachments() == [] and rig.attached() == []


def test_the_names() -> None:
    volume = {"spec": {"csi": {"driver": "d", "volumeHandle": "h^1"}}}
    assert unique_name(volume) == "kubernetes.io/csi/d^h^1"
    assert attachment_name("kubernetes.io/csi/d^h^1", "n") == f"csi-{sha256(b'h^1dn').hexdigest()}"
    assert attachment_name(UNIQUE, "a") != attachment_name(UNIQUE, "b")


@pytest.mark.parametrize(
    ("driver", "volume", "prepare"),
    [
        pytest.param({"attachRequired": False}, {}, None, id="the driver needs no attaching"),
        pytest.param({}, {"emptyDir": {}}, None, id="a volume of another kind"),
        pytest.param({}, {"persistentVolumeClaim": {"claimName": "other"}}, None, id="a claim that is not there"),
        pytest.param({}, {"ephemeral": {"volumeClaimTemplate": {"spec": {}}}}, None, id="an ephemeral one, not bound"),
        pytest.param({}, {}, "unbound", id="a claim that is pending"),
        pytest.param({}, {}, "another", id="a volume that is bound to another claim"),
        pytest.param({}, {}, "unmanaged", id="a node whose kubelet attaches by itself"),
    ],
)
def test_what_is_not_attached(driver: Body, volume: Body, prepare: str | None) -> None:
    rig = Storage(driver=driver)
    if prepare == "unbound":
        rig.world.update_status(CLAIMS, {**rig.get(CLAIMS, "data"), "status": {"phase": "Pending"}}, USER)
    elif prepare == "another":
        rig.edit(VOLUMES, "disk", ("spec", "claimRef", "uid"), "u-2", namespace="")
    elif prepare == "unmanaged":
        rig.edit("nodes", "node-0", ("metadata", "annotations"), {}, namespace="")
    rig.put(**volume)
    rig.settle()
    assert rig.attachments() == []


def test_a_claim_that_is_bound_later() -> None:
    rig = Storage()
    claim = rig.get(CLAIMS, "data")
    rig.world.update_status(CLAIMS, {**claim, "status": {"phase": "Pending"}}, USER)
    rig.put()
    rig.settle()
    assert rig.attachments() == []
    rig.world.update_status(CLAIMS, {**rig.get(CLAIMS, "data"), "status": {"phase": "Bound"}}, USER)
    rig.settle()
    assert rig.attachments() == [("node-0", True)]


@pytest.mark.parametrize(
    ("modes", "nodes"),
    [
        pytest.param(ONCE, ["node-0"], id="RWO"),
        pytest.param(["ReadWriteOncePod"], ["node-0"], id="RWOP"),
        pytest.param(MANY, ["node-0", "node-1"], id="RWX"),
        pytest.param(["ReadOnlyMany"], ["node-0", "node-1"], id="ROX"),
        pytest.param(["ReadWriteOnce", "ReadOnlyMany"], ["node-0", "node-1"], id="RWO and ROX"),
    ],
)
def test_multi_attach(modes: list[str], nodes: list[str]) -> None:
    rig = Storage(modes)
    rig.put()
    rig.settle()
    rig.put("next", node=1)
    rig.settle()
    assert rig.attached() == nodes
    refused = ['Multi-Attach error for volume "disk" Volume is already used by pod(s) web']
    assert rig.messages("FailedAttachVolume") == ([] if len(nodes) == 2 else refused)


def test_a_refused_node_has_its_turn_when_the_volume_is_free() -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.put("next", node=1)
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision
    rig.delete("pods", "web", grace=0)
    rig.settle()
    assert rig.attachments() == [("node-1", True)] and rig.attached() == ["node-1"]


def test_an_attached_volume_that_nobody_uses_any_more_is_not_named_by_its_pods() -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.node_status("node-0", volumesInUse=[UNIQUE])
    rig.delete("pods", "web", grace=0)
    rig.run(1)
    rig.put("next", node=1)
    rig.run(1)
    assert rig.messages("FailedAttachVolume") == [
        'Multi-Attach error for volume "disk" Volume is already exclusively attached to one node and can\'t be '
        "attached to another"
    ]


WAITING = {"name": "c", "state": {"waiting": {"reason": "PodInitializing"}}}
RUNNING = {"name": "c", "state": {"running": {}}}
ENDED = {"name": "c", "state": {"terminated": {"exitCode": 0}}}


@pytest.mark.parametrize(
    ("status", "deleted", "kept"),
    [
        pytest.param({"phase": "Running", "containerStatuses": [RUNNING]}, False, True, id="a pod that runs"),
        pytest.param({"phase": "Running", "containerStatuses": [RUNNING]}, True, True, id="one that is being stopped"),
        pytest.param({"phase": "Running", "containerStatuses": [ENDED]}, False, True, id="one that will be restarted"),
        pytest.param({"phase": "Running", "containerStatuses": [ENDED]}, True, False, id="one that has been stopped"),
        pytest.param({"phase": "Running", "containerStatuses": [ENDED, RUNNING]}, True, True, id="half stopped"),
        pytest.param({"phase": "Pending", "containerStatuses": [WAITING]}, True, False, id="one that never ran"),
        pytest.param({"phase": "Succeeded", "containerStatuses": [ENDED]}, False, False, id="one that is complete"),
        pytest.param({"phase": "Failed", "containerStatuses": [RUNNING]}, False, False, id="one that has failed"),
    ],
)
def test_when_a_pod_lets_go(status: Body, deleted: bool, kept: bool) -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.edit("pods", "web", ("metadata", "finalizers"), ["a/b"])
    rig.says("web", **status)
    if deleted:
        rig.delete("pods", "web")
        assert is_deleting(rig.get("pods", "web"))
    rig.settle()
    assert rig.attached() == (["node-0"] if kept else [])


@pytest.mark.parametrize(
    ("ready", "taint", "goes_at"),
    [
        pytest.param("True", False, None, id="a node that is well is waited for"),
        pytest.param("False", False, 360, id="one that is not well, for six minutes"),
        pytest.param("Unknown", False, 360, id="one that is not heard of, too"),
        pytest.param("False", True, 0, id="one that is out of service is not"),
        pytest.param("True", True, 0, id="whatever it says"),
    ],
)
def test_a_volume_that_is_mounted(ready: str, taint: bool, goes_at: int | None) -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.node_status("node-0", volumesInUse=[UNIQUE], conditions=[{"type": "Ready", "status": ready}])
    if taint:
        effects = [{"key": "node.kubernetes.io/out-of-service", "effect": "NoSchedule"}]
        rig.edit("nodes", "node-0", ("spec", "taints"), effects, namespace="")
    rig.settle()
    rig.delete("pods", "web", grace=0)
    rig.run(358)
    assert rig.attached() == ([] if goes_at == 0 else ["node-0"])
    rig.run(5)
    assert rig.attached() == (["node-0"] if goes_at is None else [])
    rig.node_status("node-0", volumesInUse=[])
    rig.settle()
    assert rig.attachments() == [] and rig.attached() == []


def test_a_new_pod_stops_the_six_minutes() -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.node_status("node-0", volumesInUse=[UNIQUE], conditions=[{"type": "Ready", "status": "False"}])
    rig.delete("pods", "web", grace=0)
    rig.run(200)
    rig.rebuild()
    rig.put("next")
    rig.run(200)
    rig.delete("pods", "next", grace=0)
    rig.run(355)
    assert rig.attached() == ["node-0"]
    rig.run(10)
    assert rig.attached() == []


def test_a_node_that_is_gone_is_waited_for_as_well() -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.delete("nodes", "node-0", namespace="")
    rig.put("next", node=1)
    rig.run(350)
    assert ("node-0", True) in rig.attachments()
    rig.run(80)
    assert rig.attachments() == [("node-1", True)]


def test_attachments_of_others_are_left_alone() -> None:
    rig = Storage()
    spec = {"attacher": DRIVER, "nodeName": "node-2", "source": {"persistentVolumeName": "disk"}}
    rig.create(ATTACHMENTS, {"metadata": {"name": "mine"}, "spec": spec})
    rig.put()
    rig.settle()
    assert rig.attachments() == [("node-0", True), ("node-2", True)]
    rig.delete("pods", "web", grace=0)
    rig.settle()
    assert rig.attachments() == [("node-2", True)] and rig.attached() == []


@pytest.mark.parametrize("volume", ["missing", "local"])
def test_what_is_attached_by_hand_stays_without_a_csi_volume(volume: str) -> None:
    rig = Storage()
    source = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}}
    rig.create(VOLUMES, {"metadata": {"name": "local"}, "spec": source})
    spec = {"attacher": "example.com", "nodeName": "node-2", "source": {"persistentVolumeName": volume}}
    rig.create(ATTACHMENTS, {"metadata": {"name": "mine"}, "spec": spec})
    rig.settle()
    rig.run(600)
    assert [node for node, _attached in rig.attachments()] == ["node-2"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "rebuild", "use", "free"]), st.integers(0, 2), st.floats(0, 4)),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from([ONCE, MANY]))
def test_one_node_at_a_time(steps: list[tuple[str, int, float]], modes: list[str]) -> None:
    rig = Storage(modes)
    for step, node, seconds in steps:
        name = f"web-{node}"
        if step == "put" and rig.world.get("pods", "default", name) is None:
            rig.put(name, node=node)
        elif step == "drop" and rig.world.get("pods", "default", name) is not None:
            rig.delete("pods", name, grace=0)
        elif step == "rebuild":
            rig.rebuild()
        elif step in ("use", "free"):
            rig.node_status(f"node-{node}", volumesInUse=[UNIQUE] if step == "use" else [])
        rig.run(seconds)
        assert modes == MANY or len(rig.attachments()) <= 1
        assert set(rig.attached()) <= {one for one, _attached in rig.attachments()}
    for node in range(3):
        rig.node_status(f"node-{node}", volumesInUse=[])
    rig.settle()
    wanted = {pod["spec"]["nodeName"] for pod in rig.pods()}
    found = set(rig.attached())
    assert found == wanted if modes == MANY else (found <= wanted and len(found) == min(len(wanted), 1))
    assert {one for one, attached in rig.attachments() if attached} == found
