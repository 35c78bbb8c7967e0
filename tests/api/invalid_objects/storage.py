# ruff: noqa: E501 - the tables have a line for each case
"""Volumes, claims, storage classes and what CSI drivers say of themselves."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import (
    NOT_A_SUBDOMAIN,
    Case,
    duplicate,
    forbidden,
    required,
    too_long,
    unsupported,
    wrong,
)

VOLUME, CLAIM, CLASS = "persistentvolumes", "persistentvolumeclaims", "storageclasses.storage.k8s.io"
ATTACHMENT, DRIVER, NODE = "volumeattachments.storage.k8s.io", "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io"
CAPACITY, ATTRIBUTES = "csistoragecapacities.storage.k8s.io", "volumeattributesclasses.storage.k8s.io"
MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
NAME_PART = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
NOT_EMPTY_NAME = "name part must be non-empty"


def volume(**spec: Any) -> dict[str, Any]:
    return {
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/data"},
            **spec,
        }
    }


def claim(**spec: Any) -> dict[str, Any]:
    return {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}}


def source(**spec: Any) -> dict[str, Any]:
    return volume(hostPath=None, **spec)


CASES = [
    Case("nothing", VOLUME, {"spec": {}}, [
        required("spec.accessModes"), required("spec.capacity"),
        unsupported("spec.capacity", "", "storage")._replace(message='Unsupported value: null: supported values: "storage"'),
        required("spec", "must specify a volume type"),
    ]),
    Case("modes", VOLUME, volume(accessModes=["ReadWriteOncePod", "ReadWriteMany", "Write"]), [
        unsupported("spec.accessModes", "Write", *MODES), forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes"),
    ]),
    Case("capacity", VOLUME, volume(capacity={"storage": "0", "cpu": "-1"}), [
        unsupported("spec.capacity", "", "storage")._replace(message='Unsupported value: {"cpu":"-1","storage":"0"}: supported values: "storage"'),
        wrong("spec.capacity[cpu]", "-1", "must be a valid resource quantity"),
        wrong("spec.capacity[cpu]", '"-1"', "must be greater than zero"), wrong("spec.capacity[storage]", '"0"', "must be greater than zero"),
    ]),
    Case("policies", VOLUME, volume(persistentVolumeReclaimPolicy="Keep", volumeMode="Tape", storageClassName="A b", volumeAttributesClassName=""), [
        unsupported("spec.persistentVolumeReclaimPolicy", "Keep", "Delete", "Recycle", "Retain"),
        wrong("spec.storageClassName", '"A b"', NOT_A_SUBDOMAIN), unsupported("spec.volumeMode", "Tape", "Block", "Filesystem"),
        required("spec.volumeAttributesClassName", "an empty string is disallowed"), required("spec.csi", "has to be specified when using volumeAttributesClassName"),
    ]),
    Case("two sources", VOLUME, volume(nfs={"server": "a", "path": "/"}), [forbidden("spec.nfs", "may not specify more than 1 volume type")]),
    Case("recycling a machine", VOLUME, volume(hostPath={"path": "/./"}, persistentVolumeReclaimPolicy="Recycle"), [
        forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'"),
    ]),
    Case("a path", VOLUME, volume(hostPath={"path": "/a/../b", "type": "Folder"}), [
        wrong("spec.hostPath.path", '"/a/../b"', "must not contain '..'"),
        unsupported("spec.hostPath.type", "Folder", "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"),
    ]),
    Case("a local disk of no node", VOLUME, source(local={"path": "/mnt"}), [required("spec.nodeAffinity", "Local volume requires node affinity")]),
    Case("a local disk of a node without terms", VOLUME, source(local={"path": ""}, nodeAffinity={"required": {"nodeSelectorTerms": []}}), [
        required("spec.nodeAffinity.required.nodeSelectorTerms", "must have at least one node selector term"), required("spec.local.path"),
    ]),
    Case("NFS", VOLUME, source(nfs={"server": "", "path": "a"}), [required("spec.nfs.server"), wrong("spec.nfs.path", '"a"', "must be an absolute path")]),
    Case("CSI", VOLUME, source(csi={"driver": "", "volumeHandle": "", "nodePublishSecretRef": {"name": "A", "namespace": ""}}), [
        required("spec.csi.driver"), wrong("spec.csi.driver", '""', NOT_A_SUBDOMAIN), required("spec.csi.volumeHandle"),
        wrong("spec.csi.nodePublishSecretRef.name", '"A"', NOT_A_SUBDOMAIN), required("spec.csi.nodePublishSecretRef.namespace"),
    ]),
    Case("iSCSI", VOLUME, source(iscsi={"targetPortal": "10.0.0.1:3260", "iqn": "iqn.x", "lun": 256, "chapAuthSession": True, "initiatorName": "other"}), [
        wrong("spec.iscsi.iqn", '"iqn.x"', "must be valid format"), wrong("spec.iscsi.lun", "256", "must be between 0 and 255, inclusive"),
        required("spec.iscsi.secretRef"), wrong("spec.iscsi.initiatorname", '"other"', "must be valid format"),
    ]),
    Case("fibre channel", VOLUME, source(fc={"targetWWNs": ["a"], "wwids": ["b"]}), [
        wrong("spec.fc.targetWWNs", '["a"]', "targetWWNs and wwids can not be specified simultaneously"), required("spec.fc.lun", "lun is required if targetWWNs is specified"),
    ]),
    Case("a disk of Google's", VOLUME, source(gcePersistentDisk={"pdName": "", "partition": 300}), [
        required("spec.persistentDisk.pdName"), wrong("spec.persistentDisk.partition", "300", "must be between 1 and 255, inclusive"),
    ]),
    Case("a disk of Azure's", VOLUME, source(azureDisk={"diskName": "d", "diskURI": "x", "kind": "Managed", "cachingMode": "All"}), [
        unsupported("spec.azureDisk.cachingMode", "All", "None", "ReadOnly", "ReadWrite"),
        unsupported("spec.azureDisk.diskURI", "x", "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"),
    ]),
    Case("flex", VOLUME, source(flexVolume={"driver": "", "options": {"kubernetes.io/x": "y"}}), [
        required("spec.flexVolume.driver"), wrong("spec.flexVolume.options[kubernetes.io/x]", '"kubernetes.io/x"', "kubernetes.io and k8s.io namespaces are reserved"),
    ]),
    Case("others' sources", VOLUME, source(quobyte={"registry": "a", "volume": ""}), [
        wrong("spec.quobyte.registry", '"a"', "must be a host:port pair or multiple pairs separated by commas"), required("spec.quobyte.volume"),
    ]),
    Case("nothing", CLAIM, {"spec": {}}, [required("spec.accessModes", "at least 1 access mode is required"), required("spec.resources[storage]")]),
    Case("modes, size and class", CLAIM, claim(accessModes=["Write"], resources={"requests": {"storage": "-1Gi"}}, storageClassName="A", volumeMode="Tape"), [
        unsupported("spec.accessModes", "Write", *MODES), wrong("spec.resources[storage]", '"-1Gi"', "must be greater than zero"),
        wrong("spec.storageClassName", '"A"', NOT_A_SUBDOMAIN), unsupported("spec.volumeMode", "Tape", "Block", "Filesystem"),
    ]),
    Case("a selector", CLAIM, claim(selector={"matchExpressions": [{"key": "a", "operator": "In"}]}), [
        required("spec.selector.matchExpressions[0].values", "must be specified when `operator` is 'In' or 'NotIn'"),
    ]),
    Case("data of nothing", CLAIM, claim(dataSourceRef={"kind": "Thing", "name": ""}), [
        required("spec.dataSource.name"), wrong("spec.dataSource", '"Thing"', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"),
        required("spec.dataSourceRef.name"), wrong("spec.dataSourceRef", '"Thing"', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"),
    ]),
    Case("two different data", CLAIM, claim(dataSource={"kind": "PersistentVolumeClaim", "name": "a"}, dataSourceRef={"kind": "PersistentVolumeClaim", "name": "b"}), [
        wrong("spec", "{}", "must match dataSourceRef"),
    ]),
    Case("no provisioner", CLASS, {"provisioner": ""}, [required("provisioner")]),
    Case("choices", CLASS, {"provisioner": "a/b/c", "reclaimPolicy": "Recycle", "volumeBindingMode": "Later", "parameters": {"": "x"}}, [
        wrong("provisioner", '"a/b/c"', "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"),
        wrong("parameters", '""', "field can not be empty."), unsupported("reclaimPolicy", "Recycle", "Delete", "Retain"),
        unsupported("volumeBindingMode", "Later", "Immediate", "WaitForFirstConsumer"),
    ]),
    Case("too many parameters", CLASS, {"provisioner": "a.b/c", "parameters": {f"p{number}": "" for number in range(513)}}, [too_long("parameters", 512)]),
    Case("topologies", CLASS, {"provisioner": "a.b/c", "allowedTopologies": [{"matchLabelExpressions": [{"key": "z", "values": ["a", "a"]}, {"key": "z", "values": []}]}, {"matchLabelExpressions": []}, {}]}, [
        duplicate("allowedTopologies[0].matchLabelExpressions[0].values[1]", '"a"'), required("allowedTopologies[0].matchLabelExpressions[1].values"),
        duplicate("allowedTopologies[0].matchLabelExpressions[1].key", '"z"'), duplicate("allowedTopologies[2].matchLabelExpressions", '""'),
    ]),
    Case("nothing", ATTACHMENT, {"spec": {"source": {}}}, [
        required("spec.attacher"), required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName"),
        wrong("spec.nodeName", '""', NOT_A_SUBDOMAIN), required("spec.attacher"), wrong("spec.attacher", '""', NOT_A_SUBDOMAIN),
    ]),
    Case("an inline volume with a life of its own", ATTACHMENT, {"spec": {"attacher": "a.b", "nodeName": "n", "source": {"inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1"}, "nfs": {"server": "a", "path": "/"}, "storageClassName": "a"}}}}, [
        forbidden("spec.source.inlineVolumeSpec.capacity", "may not be specified in the context of inline volumes"),
        required("spec.source.inlineVolumeSpec.csi", "has to be specified in the context of inline volumes"),
        forbidden("spec.source.inlineVolumeSpec.storageClassName", "may not be specified in the context of inline volumes"),
    ]),
    Case("a volume's name", ATTACHMENT, {"spec": {"attacher": "a.b", "nodeName": "n", "source": {"persistentVolumeName": "A"}}}, [
        wrong("spec.source.persistentVolumeName", '"A"', NOT_A_SUBDOMAIN),
    ]),
    Case("a name", DRIVER, {"metadata": {"name": "A_b"}, "spec": {}}, [wrong("metadata.name", '"A_b"', NOT_A_SUBDOMAIN)]),
    Case("choices", DRIVER, {"spec": {"fsGroupPolicy": "Some", "volumeLifecycleModes": ["Long"], "tokenRequests": [{"audience": "a"}, {"audience": "a"}, {"audience": "b", "expirationSeconds": 5}]}}, [
        unsupported("spec.fsGroupPolicy", "Some", "File", "None", "ReadWriteOnceWithFSType"), duplicate("spec.tokenRequests[1].audience", '"a"'),
        wrong("spec.tokenRequests[2].expirationSeconds", "5", "may not specify a duration less than 10 minutes"),
        unsupported("spec.volumeLifecycleModes", "Long", "Persistent", "Ephemeral"),
    ]),
    Case("drivers", NODE, {"spec": {"drivers": [{"name": "a.b", "nodeID": "", "topologyKeys": ["z", "z"]}, {"name": "a.b", "nodeID": "x" * 257, "allocatable": {"count": -1}, "topologyKeys": None}]}}, [
        required("spec.drivers[0].nodeID"), duplicate("spec.drivers[0]", '"z"'),
        wrong("spec.drivers[1].nodeID", f'"{"x" * 257}"', "must be 256 characters or less"),
        wrong("spec.drivers[1].allocatable.count", "-1", "must be greater than or equal to 0"), duplicate("spec.drivers[1].name", '"a.b"'),
    ]),
    Case("a class and an amount", CAPACITY, {"storageClassName": "", "capacity": "-1", "nodeTopology": {"matchExpressions": [{"key": "", "operator": "Exists"}]}}, [
        wrong("nodeTopology.matchExpressions[0].key", '""', NOT_EMPTY_NAME), wrong("nodeTopology.matchExpressions[0].key", '""', NAME_PART),
        wrong("storageClassName", '""', NOT_A_SUBDOMAIN), wrong("capacity", '"-1"', "must be greater than or equal to 0"),
    ]),
    Case("no parameters", ATTRIBUTES, {"driverName": ""}, [
        required("driverName"), required("parameters", "must contain at least one key/value pair"),
    ]),
]  # fmt: skip
