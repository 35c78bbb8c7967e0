"""The KubeletConfiguration of a node, as it is now.

Follows staging/src/k8s.io/kubelet/config/v1beta1/types.go, v1.34. As kubeadm keeps it: the ConfigMap `kubelet-config`
in kube-system holds that of all nodes under the key `kubelet`; what `kubelet-config-NODE` has besides counts for one
node. Text that is no configuration counts for nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from ..registry import Reader

_NAMESPACE = "kube-system"
_LONGEST = 1 << 16


def of(reader: Reader, node: str) -> dict[str, Any]:
    """The fields that are set for a node."""
    found: dict[str, Any] = {}
    for name in ("kubelet-config", f"kubelet-config-{node}"):
        body = reader.get("configmaps", _NAMESPACE, name)
        if body is not None:
            found |= _read((body.get("data") or {}).get("kubelet", ""))
    return found


def parallel_pulls(reader: Reader, node: str) -> int | None:
    """How many images a node pulls at once, None for any number. Follows serializeImagePulls, maxParallelImagePulls."""
    fields = of(reader, node)
    if fields.get("serializeImagePulls", True) is not False:
        return 1
    most = fields.get("maxParallelImagePulls")
    return most if isinstance(most, int) and not isinstance(most, bool) and most >= 1 else None


@lru_cache(maxsize=256)
def _read(text: str) -> dict[str, Any]:
    try:
        if len(text) > _LONGEST or any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, yaml.CSafeLoader)):
            return {}
        found = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
