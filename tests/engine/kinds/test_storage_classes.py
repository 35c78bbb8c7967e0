"""Storage classes and what CSI drivers say of themselves: defaults, what may change, what is shown."""

from __future__ import annotations

from simulator.engine import writes
from simulator.engine.registry import KINDS

from .builders import broken, made, replaced, row, texts, with_spec

META = {"name": "a", "namespace": "default"}
CLASSES, DRIVERS = "storageclasses.storage.k8s.io", "csidrivers.storage.k8s.io"
ATTACHMENTS, NODES = "volumeattachments.storage.k8s.io", "csinodes.storage.k8s.io"
CAPACITIES, ATTRIBUTES = "csistoragecapacities.storage.k8s.io", "volumeattributesclasses.storage.k8s.io"


def test_a_storage_class() -> None:
    marked = {"storageclass.kubernetes.io/is-default-class": "true"}
    stored = made(CLASSES, {"metadata": {"name": "fast", "annotations": marked}, "provisioner": "a.b/c"})
    assert (stored["reclaimPolicy"], stored["volumeBindingMode"]) == ("Delete", "Immediate")
    assert row(CLASSES, stored) == {
        "Name": "fast (default)",
        "Provisioner": "a.b/c",
        "ReclaimPolicy": "Delete",
        "VolumeBindingMode": "Immediate",
        "AllowVolumeExpansion": False,
        "Age": "0s",
    }
    assert broken(CLASSES, {"metadata": {"name": "a"}, "provisioner": "kubernetes.io/no-provisioner"}) == []
    new = {
        **stored,
        "provisioner": "d",
        "parameters": {"a": "b"},
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }
    assert replaced(CLASSES, stored, new) == [
        "parameters: Forbidden: updates to parameters are forbidden.",
        "provisioner: Forbidden: updates to provisioner are forbidden.",
        "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]


def test_a_class_of_attributes() -> None:
    stored = made(ATTRIBUTES, {"metadata": {"name": "gold"}, "driverName": "a.b", "parameters": {"iops": "100"}})
    assert texts(KINDS[ATTRIBUTES].validate(stored)) == []
    assert row(ATTRIBUTES, stored) == {"Name": "gold", "DriverName": "a.b", "Age": "0s"}
    assert replaced(ATTRIBUTES, stored, {**stored, "driverName": "c.d", "parameters": {"iops": "200"}}) == [
        "driverName: Forbidden: updates to driverName are forbidden.",
        "parameters: Forbidden: updates to parameters are forbidden.",
    ]


# --- drivers -----------------------------------------------------------------------------------------------------


def test_a_driver() -> None:
    gated = {"nodeAllocatableUpdatePeriodSeconds": 60}
    stored = made(DRIVERS, {"metadata": {"name": "a.b"}, "spec": gated})
    assert stored["spec"] == {
        "attachRequired": True,
        "podInfoOnMount": False,
        "storageCapacity": False,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "requiresRepublish": False,
        "seLinuxMount": False,
        "volumeLifecycleModes": ["Persistent"],
    }
    assert "generation" not in stored["metadata"]
    assert texts(KINDS[DRIVERS].validate(stored)) == []
    assert row(DRIVERS, stored) == {
        "Name": "a.b",
        "AttachRequired": True,
        "PodInfoOnMount": False,
        "StorageCapacity": False,
        "TokenRequests": "<unset>",
        "RequiresRepublish": False,
        "Modes": "Persistent",
        "Age": "0s",
    }
    asks = with_spec(stored, tokenRequests=[{"audience": "x"}, {"audience": "y"}])
    new = writes.updated(KINDS[DRIVERS], stored, asks, revision=2)
    assert new is not None
    assert new["metadata"]["generation"] == 1
    assert row(DRIVERS, new)["TokenRequests"] == "x,y"
    assert replaced(DRIVERS, stored, with_spec(stored, attachRequired=False, volumeLifecycleModes=["Ephemeral"])) == [
        "spec.attachedRequired: Invalid value: false: field is immutable",
        'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ]


def test_the_drivers_of_a_node() -> None:
    one, other = {"name": "a.b", "nodeID": "n"}, {"name": "c.d", "nodeID": "n", "topologyKeys": ["z"]}
    stored = made(NODES, {"metadata": {"name": "worker"}, "spec": {"drivers": [one]}})
    assert row(NODES, stored) == {"Name": "worker", "Drivers": 1, "Age": "0s"}
    assert replaced(NODES, stored, with_spec(stored, drivers=[other])) == []
    assert replaced(NODES, stored, with_spec(stored, drivers=[{**one, "nodeID": "m"}])) == [
        'spec.drivers: Invalid value: {"Name":"a.b","NodeID":"m","TopologyKeys":null,"Allocatable":null}: field is '
        "immutable"
    ]


def test_an_attachment() -> None:
    spec = {"attacher": "a.b", "nodeName": "worker", "source": {"persistentVolumeName": "v"}}
    stored = made(ATTACHMENTS, {"metadata": {"name": "a"}, "spec": spec})
    assert stored["status"] == {"attached": False}
    assert row(ATTACHMENTS, stored) == {
        "Name": "a",
        "Attacher": "a.b",
        "PV": "v",
        "Node": "worker",
        "Attached": False,
        "Age": "0s",
    }
    assert replaced(ATTACHMENTS, stored, with_spec(stored, nodeName="other")) == [
        'spec: Invalid value: {"Attacher":"a.b","Source":{"PersistentVolumeName":"v","InlineVolumeSpec":null},'
        '"NodeName":"other"}: field is immutable'
    ]
    coded = {**stored, "status": {"attached": False, "attachError": {"message": "x", "errorCode": 1}}}
    assert KINDS[ATTACHMENTS].default(coded)["status"]["attachError"] == {"message": "x"}
    failed = {**stored, "status": {"attached": False, "attachError": {"message": "x" * 1025}}}
    assert texts(KINDS[ATTACHMENTS].parts["status"].validate(failed, stored)) == [
        "status.attachError.message: Too long: may not be more than 262144 bytes"
    ]


def test_a_capacity() -> None:
    stored = made(CAPACITIES, {"metadata": META, "storageClassName": "fast", "capacity": "1024Mi"})
    assert row(CAPACITIES, stored) == {"Name": "a", "StorageClassName": "fast", "Capacity": "1Gi"}
    new = {**stored, "storageClassName": "slow", "nodeTopology": {"matchLabels": {"a": "b"}}}
    assert replaced(CAPACITIES, stored, new) == [
        'nodeTopology: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable',
        'storageClassName: Invalid value: "slow": field is immutable',
    ]
