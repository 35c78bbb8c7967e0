"""ComponentStatus: whether the scheduler, the controller manager and etcd answer, as people once looked it up.

Computed when somebody reads it: here the control plane always answers. Follows
pkg/registry/core/componentstatus/rest.go and printComponentStatus in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..printing import NAME
from ..registry import Body, Column, Instant, Kind, Reader

_COMPONENTS = ("controller-manager", "etcd-0", "scheduler")


def _computed(reader: Reader, now: Instant) -> Iterator[Body]:
    for name in _COMPONENTS:
        yield {
            "apiVersion": "v1",
            "kind": "ComponentStatus",
            "metadata": {"name": name},
            "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}],
        }


def _healthy(body: Body) -> Body:
    found = (one for one in body.get("conditions") or () if one.get("type") == "Healthy")
    return next(found, {})


def _status(body: Body, now: Instant) -> str:
    condition = _healthy(body)
    if not condition:
        return "Unknown"
    return "Healthy" if condition.get("status") == "True" else "Unhealthy"


def _said(key: str) -> Callable[[Body, Instant], str]:
    return lambda body, now: _healthy(body).get(key) or ""


KIND = Kind(
    group="",
    version="v1",
    kind="ComponentStatus",
    plural="componentstatuses",
    namespaced=False,
    short_names=("cs",),
    subresources=frozenset(),
    verbs=("get", "list"),
    has_generation=False,
    columns=(
        NAME,
        Column("Status", _status, description="Status of the component conditions"),
        Column("Message", _said("message"), description="Message of the component conditions"),
        Column("Error", _said("error"), description="Error of the component conditions"),
    ),
    computed=_computed,
    deprecation="v1 ComponentStatus is deprecated in v1.19+",
)
