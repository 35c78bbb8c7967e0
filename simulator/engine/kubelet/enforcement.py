"""What enforceNodeAllocatable of a KubeletConfiguration may list.

Follows ValidateKubeletConfiguration in pkg/kubelet/apis/config/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PODS, NONE = "pods", "none"
SYSTEM, SYSTEM_COMPRESSIBLE = "system-reserved", "system-reserved-compressible"
KUBE, KUBE_COMPRESSIBLE = "kube-reserved", "kube-reserved-compressible"
_FLAG = "enforceNodeAllocatable (--enforce-node-allocatable)"
_CGROUPS = {
    SYSTEM: ("systemReservedCgroup", "--system-reserved-cgroup"),
    SYSTEM_COMPRESSIBLE: ("systemReservedCgroup", "--system-reserved-cgroup"),
    KUBE: ("kubeReservedCgroup", "--kube-reserved-cgroup"),
    KUBE_COMPRESSIBLE: ("kubeReservedCgroup", "--kube-reserved-cgroup"),
}
_WHOLE = {SYSTEM_COMPRESSIBLE: SYSTEM, KUBE_COMPRESSIBLE: KUBE}


def faults(fields: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the list."""
    listed = fields["enforceNodeAllocatable"]
    for one in listed:
        if one in _WHOLE and _WHOLE[one] in listed:
            yield f'both "{_WHOLE[one]}" and "{one}" cannot be specified in {_FLAG}'
        if one in _CGROUPS and not fields[_CGROUPS[one][0]]:
            field, flag = _CGROUPS[one]
            yield f'{field} ({flag}) must be specified when "{one}" contained in {_FLAG}'
        if one == NONE and len(listed) > 1:
            yield f'{_FLAG} may not contain additional enforcements when "{one}" is specified'
        if one not in (PODS, NONE, *_CGROUPS):
            yield f'option "{one}" specified for {_FLAG}. Valid options are "{PODS}", "{SYSTEM}", "{KUBE}", or "{NONE}"'
