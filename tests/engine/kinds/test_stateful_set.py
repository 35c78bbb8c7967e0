# ruff: noqa: E501 - the tables have a line for each case
"""StatefulSets and ControllerRevisions: defaults, mistakes, what may change, what is shown."""

from __future__ import annotations

import pytest

from simulator.engine.objects import owner_reference
from simulator.engine.registry import KINDS, Body

from .builders import broken, broken_change, container, made, row, texts, workload

STS = "statefulsets.apps"
REVISIONS = "controllerrevisions.apps"
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}},
}


def mounting(name: str) -> Body:
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [container(volumeMounts=[{"name": name, "mountPath": "/data"}])]},
    }


def test_defaults() -> None:
    stored = made(STS, workload(volumeClaimTemplates=[CLAIM]))
    spec = {key: value for key, value in stored["spec"].items() if key not in ("selector", "template")}
    assert spec == {
        "replicas": 1,
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 10,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "volumeClaimTemplates": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "data"},
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "resources": {"requests": {"storage": "1Gi"}},
                    "volumeMode": "Filesystem",
                },
                "status": {"phase": "Pending"},
            }
        ],
    }
    assert stored["status"] == {"replicas": 0, "availableReplicas": 0}
    assert KINDS[STS].default(stored) is stored
    assert broken(STS, workload(volumeClaimTemplates=[CLAIM], template=mounting("data"))) == []


@pytest.mark.parametrize(
    ("strategy", "filled"),
    [
        ({"type": "RollingUpdate"}, {"type": "RollingUpdate"}),
        ({"type": "OnDelete"}, {"type": "OnDelete"}),
        (
            {"rollingUpdate": {"partition": 2, "maxUnavailable": 3}},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 2, "maxUnavailable": 3}},
        ),
        (
            {"type": "RollingUpdate", "rollingUpdate": {}},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}},
        ),
        (
            {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": "25%"}},
        ),
    ],
)
def test_strategies(strategy: Body, filled: Body) -> None:
    assert made(STS, workload(updateStrategy=strategy))["spec"]["updateStrategy"] == filled


UNMATCHED = 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (workload(podManagementPolicy="Random"), ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"]),
        (workload(updateStrategy={"type": "Canary"}), [
            'spec.updateStrategy: Invalid value: {"Type":"Canary","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
        ]),
        (workload(updateStrategy={"type": "OnDelete", "rollingUpdate": {"partition": 1}}), [
            'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
        ]),
        (workload(updateStrategy={"rollingUpdate": {"partition": -1}}), ["spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0"]),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": 0}}), ["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0"]),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": "0%"}}), ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "0%": cannot be 0']),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": "100%"}}), []),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": 50}}), []),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": "101%"}}), ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%']),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": -1}}), ["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0"]),
        (workload(updateStrategy={"rollingUpdate": {"maxUnavailable": "half"}}), [
            'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "half": a valid percent string must be a numeric string followed by an ending \'%\' (e.g. \'1%\',  or \'93%\', regex used for validation is \'[0-9]+%\')',
            'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "half": cannot be 0',
        ]),
        (workload(replicas=-1), ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
        (workload(ordinals={"start": -1}), ["spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0"]),
        (workload(persistentVolumeClaimRetentionPolicy={"whenScaled": "Keep"}), [
            'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"',
        ]),
        (workload(selector=None), ["spec.selector: Required value", UNMATCHED]),
        (workload(selector={}), ["spec.selector: Invalid value: {}: empty selector is invalid for statefulset"]),
        (workload(serviceName="Not A Name"), [
            'spec.serviceName: Invalid value: "Not A Name": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \'-\', and must start and end with an alphanumeric character (e.g. \'my-name\',  or \'123-abc\', regex used for validation is \'[a-z0-9]([-a-z0-9]*[a-z0-9])?\')',
        ]),
        (workload(template=mounting("data")), ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']),
        (workload(template={"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()], "restartPolicy": "Never", "activeDeadlineSeconds": 5}}), [
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported",
        ]),
    ],
)  # fmt: skip
def test_mistakes(body: Body, said: list[str]) -> None:
    assert broken(STS, body) == said


FORBIDDEN = (
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
    "forbidden"
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"replicas": 3, "minReadySeconds": 5, "revisionHistoryLimit": 2, "ordinals": {"start": 1}}, []),
        ({"updateStrategy": {"type": "OnDelete"}, "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}, []),
        ({"volumeClaimTemplates": []}, []),
        ({"serviceName": "other"}, [FORBIDDEN]),
        ({"selector": {"matchLabels": {"app": "b"}}}, [FORBIDDEN]),
        ({"podManagementPolicy": "Parallel"}, [FORBIDDEN]),
        ({"volumeClaimTemplates": [CLAIM]}, [FORBIDDEN]),
    ],
)  # fmt: skip
def test_changes(change: Body, said: list[str]) -> None:
    assert broken_change(STS, made(STS, workload()), **change) == said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"replicas": 3, "readyReplicas": 3, "availableReplicas": 3}, []),
        ({"replicas": 1, "readyReplicas": 2}, ["status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"]),
        ({"replicas": 3, "readyReplicas": 1, "availableReplicas": 2}, ["status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas"]),
        ({"currentReplicas": -1}, ["status.currentReplicas: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)  # fmt: skip
def test_status(status: Body, said: list[str]) -> None:
    old = made(STS, workload())
    assert texts(KINDS[STS].parts["status"].validate({**old, "status": status}, old)) == said


def test_the_row() -> None:
    stored = {**made(STS, workload(replicas=3)), "status": {"replicas": 3, "readyReplicas": 2}}
    assert row(STS, stored, wide=True) == {
        "Name": "web",
        "Ready": "2/3",
        "Age": "0s",
        "Containers": "web",
        "Images": "nginx:1.27",
    }


# --- controller revisions ----------------------------------------------------------------------------------------


def revision(**more: object) -> Body:
    return {"metadata": {"name": "web-1", "namespace": "default"}, "data": {"spec": {}}, "revision": 1, **more}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (revision(), []),
        (revision(data=None), ["data: Required value: data is mandatory"]),
        (revision(revision=-1), ["revision: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)
def test_revisions(body: Body, said: list[str]) -> None:
    assert broken(REVISIONS, body) == said


def test_the_data_of_a_revision_is_for_life() -> None:
    old = made(REVISIONS, revision())
    validate = KINDS[REVISIONS].validate_update
    assert validate({**old, "revision": 5}, old) == []
    assert texts(validate({**old, "data": {"spec": {"a": 1}}}, old)) == [
        'data: Invalid value: {"spec":{"a":1}}: field is immutable'
    ]


def test_the_row_of_a_revision() -> None:
    assert row(REVISIONS, made(REVISIONS, revision())) == {
        "Name": "web-1",
        "Controller": "<none>",
        "Revision": 1,
        "Age": "0s",
    }
    owned = made(REVISIONS, revision())
    owned["metadata"]["ownerReferences"] = [owner_reference(made("daemonsets.apps", workload()))]
    assert row(REVISIONS, owned)["Controller"] == "daemonset.apps/web"
