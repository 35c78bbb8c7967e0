"""The downward API: what a container is told of its own pod, in its environment and in files.

Follows pkg/fieldpath/fieldpath.go, pkg/api/v1/resource/helpers.go and podFieldSelectorRuntimeValue in
pkg/kubelet/kubelet_pods.go, v1.34.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from .. import quantity
from ..objects import (
    annotations_of,
    containers_of,
    get_in,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    uid_of,
)
from ..registry import Body, Reader

_SUBSCRIPT = re.compile(r"metadata\.(labels|annotations)\['(.*)'\]")


def field(pod: Body, path: str) -> str:
    """The text of a field of the pod; of all labels or annotations: lines `key="value"`."""
    subscript = _SUBSCRIPT.fullmatch(path)
    if subscript is not None:
        held = labels_of(pod) if subscript[1] == "labels" else annotations_of(pod)
        return held.get(subscript[2], "")
    status, spec = status_of(pod), spec_of(pod)
    values: dict[str, Callable[[], str]] = {
        "metadata.name": lambda: name_of(pod),
        "metadata.namespace": lambda: namespace_of(pod),
        "metadata.uid": lambda: uid_of(pod),
        "metadata.labels": lambda: _lines(labels_of(pod)),
        "metadata.annotations": lambda: _lines(annotations_of(pod)),
        "spec.nodeName": lambda: spec.get("nodeName", ""),
        "spec.serviceAccountName": lambda: spec.get("serviceAccountName", ""),
        "status.hostIP": lambda: status.get("hostIP", ""),
        "status.hostIPs": lambda: _ips(status.get("hostIPs") or ()),
        "status.podIP": lambda: status.get("podIP", ""),
        "status.podIPs": lambda: _ips(status.get("podIPs") or ()),
    }
    found = values.get(path)
    return str(found()) if found is not None else ""


def resource(pod: Body, container: Body, reference: Body, reader: Reader) -> str:
    """A request or limit in units of the divisor, rounded up; a limit that is not set is what the node can give."""
    named = reference.get("containerName")
    if named:
        container = next((one for one in containers_of(spec_of(pod)) if one["name"] == named), container)
    which, _, name = reference["resource"].partition(".")
    amount = get_in(container, "resources", which, name)
    if amount is None and which == "limits":
        node = reader.get("nodes", "", spec_of(pod).get("nodeName", ""))
        amount = get_in(node, "status", "allocatable", name)
    if amount is None:
        return "0"
    figure, _ = quantity.parse(amount)
    divisor, _ = quantity.parse(reference.get("divisor") or "1")
    return str(-int(-figure // (divisor or 1)))


def _lines(held: Mapping[str, str]) -> str:
    return "\n".join(f"{key}={json.dumps(held[key], ensure_ascii=False)}" for key in sorted(held))


def _ips(held: Iterable[Body]) -> str:
    return ",".join(one["ip"] for one in held)
