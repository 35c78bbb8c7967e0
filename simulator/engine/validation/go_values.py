"""Values as upstream's error messages show them where they are Go structs without JSON names: with Go's field names.

Follows ErrorBody in staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go and pkg/apis/core/types.go,
v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Field(NamedTuple):
    """One field of a struct: its key in JSON, what it holds when nothing is said, and its own fields if it has any."""

    key: str
    zero: Any = None
    inner: Mapping[str, Field] | None = None


Struct = Mapping[str, Field]


def shown(value: Any, struct: Struct) -> Any:
    """The value with Go's names, every field of the struct in its order."""
    if isinstance(value, list):
        return [shown(one, struct) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _of(value.get(field.key), field) for name, field in struct.items()}


def _of(value: Any, field: Field) -> Any:
    if value is None:
        return field.zero
    return shown(value, field.inner) if field.inner else value


TAINT: Struct = {
    "Key": Field("key", ""),
    "Value": Field("value", ""),
    "Effect": Field("effect", ""),
    "TimeAdded": Field("timeAdded"),
}
NODE_ADDRESS: Struct = {"Type": Field("type", ""), "Address": Field("address", "")}
SERVICE_PORT: Struct = {
    "Name": Field("name", ""),
    "Protocol": Field("protocol", ""),
    "AppProtocol": Field("appProtocol"),
    "Port": Field("port", 0),
    "TargetPort": Field("targetPort", 0),
    "NodePort": Field("nodePort", 0),
}
RESOURCE_CLAIM: Struct = {
    "Name": Field("name", ""),
    "ResourceClaimName": Field("resourceClaimName"),
    "ResourceClaimTemplateName": Field("resourceClaimTemplateName"),
}
SECCOMP: Struct = {"Type": Field("type", ""), "LocalhostProfile": Field("localhostProfile")}
RESIZE_POLICY: Struct = {"ResourceName": Field("resourceName", ""), "RestartPolicy": Field("restartPolicy", "")}
_SELINUX: Struct = {name: Field(name.lower(), "") for name in ("User", "Role", "Type", "Level")}
_WINDOWS: Struct = {
    "GMSACredentialSpecName": Field("gmsaCredentialSpecName"),
    "GMSACredentialSpec": Field("gmsaCredentialSpec"),
    "RunAsUserName": Field("runAsUserName"),
    "HostProcess": Field("hostProcess"),
}
SECURITY_CONTEXT: Struct = {
    "Capabilities": Field("capabilities", None, {"Add": Field("add"), "Drop": Field("drop")}),
    "Privileged": Field("privileged"),
    "SELinuxOptions": Field("seLinuxOptions", None, _SELINUX),
    "WindowsOptions": Field("windowsOptions", None, _WINDOWS),
    "RunAsUser": Field("runAsUser"),
    "RunAsGroup": Field("runAsGroup"),
    "RunAsNonRoot": Field("runAsNonRoot"),
    "ReadOnlyRootFilesystem": Field("readOnlyRootFilesystem"),
    "AllowPrivilegeEscalation": Field("allowPrivilegeEscalation"),
    "ProcMount": Field("procMount"),
    "SeccompProfile": Field("seccompProfile", None, SECCOMP),
    "AppArmorProfile": Field("appArmorProfile", None, SECCOMP),
}
_REQUIREMENT: Struct = {"Key": Field("key", ""), "Operator": Field("operator", ""), "Values": Field("values")}
NODE_SELECTOR_TERM: Struct = {
    "MatchExpressions": Field("matchExpressions", None, _REQUIREMENT),
    "MatchFields": Field("matchFields", None, _REQUIREMENT),
}
VOLUME_NODE_AFFINITY: Struct = {
    "Required": Field("required", None, {"NodeSelectorTerms": Field("nodeSelectorTerms", None, NODE_SELECTOR_TERM)})
}
_ATTACHED: Struct = {
    "PersistentVolumeName": Field("persistentVolumeName"),
    "InlineVolumeSpec": Field("inlineVolumeSpec"),
}
VOLUME_ATTACHMENT: Struct = {
    "Attacher": Field("attacher", ""),
    "Source": Field("source", {"PersistentVolumeName": None, "InlineVolumeSpec": None}, _ATTACHED),
    "NodeName": Field("nodeName", ""),
}
CSI_NODE_DRIVER: Struct = {
    "Name": Field("name", ""),
    "NodeID": Field("nodeID", ""),
    "TopologyKeys": Field("topologyKeys"),
    "Allocatable": Field("allocatable", None, {"Count": Field("count")}),
}
