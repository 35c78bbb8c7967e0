"""Volumes and claims: defaults, what may change, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import ago, made, replaced, row, texts, with_spec

VOLUMES, CLAIMS = "persistentvolumes", "persistentvolumeclaims"
META = {"name": "a", "namespace": "default"}


def volume(**spec: Any) -> Body:
    held = {"capacity": {"storage": "1024Mi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}, **spec}
    return {"metadata": {"name": "a"}, "spec": {key: value for key, value in held.items() if value is not None}}


def claim(**spec: Any) -> Body:
    held = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}, **spec}
    return {"metadata": META, "spec": held}


# --- volumes -----------------------------------------------------------------------------------------------------


def test_a_volume_is_filled_in() -> None:
    stored = made(VOLUMES, volume())
    assert stored["spec"] == {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data", "type": ""},
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    }
    assert stored["status"] == {"phase": "Pending", "lastPhaseTransitionTime": ago(0)}
    assert "generation" not in stored["metadata"]
    assert KINDS[VOLUMES].default(stored) is stored
    assert KINDS[VOLUMES].fields(stored) == {"name": "a"}


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ({"iscsi": {"iqn": "i"}}, {"iscsi": {"iqn": "i", "iscsiInterface": "default"}}),
        (
            {"rbd": {"image": "i"}},
            {"rbd": {"image": "i", "pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"}},
        ),
        ({"scaleIO": {}}, {"scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"}}),
        (
            {"azureDisk": {"diskName": "d"}},
            {
                "azureDisk": {
                    "diskName": "d",
                    "cachingMode": "ReadWrite",
                    "kind": "Shared",
                    "fsType": "ext4",
                    "readOnly": False,
                }
            },
        ),
    ],
)
def test_sources_are_filled_in(source: Body, filled: Body) -> None:
    (key,) = filled
    assert made(VOLUMES, volume(hostPath=None, **source))["spec"][key] == filled[key]


def test_the_row_of_a_volume() -> None:
    body = made(
        VOLUMES, volume(accessModes=["ReadWriteMany", "ReadWriteOnce"], claimRef={"namespace": "n", "name": "c"})
    )
    bound = {**body, "status": {"phase": "Bound", "reason": "Because"}}
    assert row(VOLUMES, bound, wide=True) == {
        "Name": "a",
        "Capacity": "1Gi",
        "Access Modes": "RWO,RWX",
        "Reclaim Policy": "Retain",
        "Status": "Bound",
        "Claim": "n/c",
        "StorageClass": "",
        "VolumeAttributesClass": "<unset>",
        "Reason": "Because",
        "Age": "0s",
        "VolumeMode": "Filesystem",
    }
    leaving = {**bound, "metadata": {**bound["metadata"], "deletionTimestamp": ago(0)}}
    assert row(VOLUMES, leaving)["Status"] == "Terminating"


TERM = {"matchExpressions": [{"key": "failure-domain.beta.kubernetes.io/zone", "operator": "In", "values": ["a"]}]}
AFFINITY = {"required": {"nodeSelectorTerms": [TERM]}}


@pytest.mark.parametrize(
    ("held", "given", "said"),
    [
        ({}, {"claimRef": {"name": "c"}, "capacity": {"storage": "2Gi"}}, []),
        ({}, {"nodeAffinity": AFFINITY}, []),
        (
            {},
            {"hostPath": {"path": "/other", "type": ""}},
            [
                "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"
                '- spec.hostPath.path: "/data"\n+ spec.hostPath.path: "/other"\n'
            ],
        ),
        ({}, {"volumeMode": "Block"}, ['volumeMode: Invalid value: "Block": field is immutable']),
        (
            {"nodeAffinity": AFFINITY},
            {
                "nodeAffinity": {
                    "required": {
                        "nodeSelectorTerms": [
                            {
                                "matchExpressions": [
                                    {**TERM["matchExpressions"][0], "key": "topology.kubernetes.io/zone"}
                                ]
                            }
                        ]
                    }
                }
            },
            [],
        ),
        (
            {"nodeAffinity": AFFINITY},
            {"nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchFields": []}]}}},
            [
                'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":null,'
                '"MatchFields":[]}]}}: field is immutable, except for updating from beta label to GA'
            ],
        ),
        (
            {"csi": {"driver": "a.b", "volumeHandle": "h"}, "hostPath": None},
            {
                "csi": {
                    "driver": "a.b",
                    "volumeHandle": "h",
                    "controllerExpandSecretRef": {"name": "s", "namespace": "n"},
                }
            },
            [],
        ),
        (
            {"csi": {"driver": "a.b", "volumeHandle": "h"}, "hostPath": None, "volumeAttributesClassName": "fast"},
            {"volumeAttributesClassName": None},
            ["spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden"],
        ),
    ],
)
def test_what_a_volume_keeps(held: Body, given: Body, said: list[str]) -> None:
    old = made(VOLUMES, volume(**held))
    assert replaced(VOLUMES, old, with_spec(old, **given)) == said


# --- claims ------------------------------------------------------------------------------------------------------


def test_a_claim_is_filled_in() -> None:
    stored = made(CLAIMS, claim())
    assert stored["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "volumeMode": "Filesystem",
    }
    assert stored["status"] == {"phase": "Pending"}
    assert KINDS[CLAIMS].default(stored) is stored


SNAPSHOT = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s"}
OTHER = {"apiGroup": "example.com", "kind": "Thing", "name": "t"}


@pytest.mark.parametrize(
    ("given", "source", "reference"),
    [
        ({"dataSource": SNAPSHOT}, SNAPSHOT, SNAPSHOT),
        ({"dataSource": OTHER}, None, None),
        ({"dataSourceRef": OTHER}, OTHER, OTHER),
        ({"dataSourceRef": {**OTHER, "namespace": "n"}}, OTHER, OTHER),
    ],
)
def test_where_data_come_from_is_said_twice(given: Body, source: Body | None, reference: Body | None) -> None:
    spec = made(CLAIMS, claim(**given))["spec"]
    assert (spec.get("dataSource"), spec.get("dataSourceRef")) == (source, reference)


def bound(phase: str = "Bound", **spec: Any) -> Body:
    stored = made(CLAIMS, claim(volumeName="v", **spec))
    return {**stored, "status": {"phase": phase, "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"]}}


def test_the_row_of_a_claim() -> None:
    assert row(CLAIMS, made(CLAIMS, claim()), wide=True) == {
        "Name": "a",
        "Status": "Pending",
        "Volume": "",
        "Capacity": "",
        "Access Modes": "",
        "StorageClass": "",
        "VolumeAttributesClass": "<unset>",
        "Age": "0s",
        "VolumeMode": "Filesystem",
    }
    cells = row(CLAIMS, bound(storageClassName="fast", volumeAttributesClassName="gold"))
    assert [cells[name] for name in ("Status", "Volume", "Capacity", "Access Modes")] == ["Bound", "v", "1Gi", "RWO"]
    assert (cells["StorageClass"], cells["VolumeAttributesClass"]) == ("fast", "gold")


SIZE = {"requests": {"storage": "2Gi"}}
ONLY = (
    "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims\n"
)


@pytest.mark.parametrize(
    ("old", "given", "said"),
    [
        (made(CLAIMS, claim()), {"volumeName": "v"}, []),
        (made(CLAIMS, claim()), {"storageClassName": "fast"}, []),
        (made(CLAIMS, claim(storageClassName="slow")), {"storageClassName": "fast"}, [
            f'{ONLY}- spec.storageClassName: "slow"\n+ spec.storageClassName: "fast"\n'
        ]),
        (made(CLAIMS, claim()), {"resources": SIZE}, [
            f'{ONLY}- spec.resources.requests.storage: "1Gi"\n+ spec.resources.requests.storage: "2Gi"\n'
        ]),
        (bound(), {"resources": SIZE}, []),
        (bound(), {"volumeName": "w"}, [f'{ONLY}- spec.volumeName: "v"\n+ spec.volumeName: "w"\n']),
        (bound(), {"resources": {"requests": {"storage": "512Mi"}}}, [
            "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
        ]),
        (bound(), {"volumeMode": "Block"}, [
            f'{ONLY}- spec.volumeMode: "Filesystem"\n+ spec.volumeMode: "Block"\n',
            'volumeMode: Invalid value: "Block": field is immutable',
        ]),
        (bound(), {"volumeAttributesClassName": "gold"}, []),
        (bound(volumeAttributesClassName="gold"), {"volumeAttributesClassName": ""}, [
            "spec.volumeAttributesClassName: Forbidden: update from non-nil value to an empty string is forbidden"
        ]),
    ],
)  # fmt: skip
def test_what_a_claim_keeps(old: Body, given: Body, said: list[str]) -> None:
    assert replaced(CLAIMS, old, with_spec(old, **given)) == said


def test_a_claim_that_is_growing_may_shrink_again() -> None:
    old = with_spec(bound(), resources={"requests": {"storage": "10Gi"}})
    assert replaced(CLAIMS, old, with_spec(old, resources=SIZE)) == []


def test_the_annotation_of_old_becomes_the_field() -> None:
    old = made(
        CLAIMS, {**claim(), "metadata": {**META, "annotations": {"volume.beta.kubernetes.io/storage-class": "x"}}}
    )
    assert row(CLAIMS, old)["StorageClass"] == "x"
    assert replaced(CLAIMS, old, with_spec(old, storageClassName="x")) == []
    without = {**old, "metadata": {**old["metadata"], "annotations": {}}}
    assert replaced(CLAIMS, old, without) == [
        'metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "": field is immutable'
    ]


def test_the_status_of_a_claim() -> None:
    old = bound()
    status = {"capacity": {"storage": "-1"}, "allocatedResourceStatuses": {"cpu": "Growing"}}
    assert texts(KINDS[CLAIMS].parts["status"].validate({**old, "status": status}, old)) == [
        "status.capacity[storage]: Invalid value: -1: must be a valid resource quantity",
        'status.allocatedResourceStatus: Unsupported value: "cpu": supported values: "storage"',
        'status.allocatedResourceStatus: Unsupported value: "cpu": supported values: "ControllerResizeInProgress", '
        '"ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
    ]
