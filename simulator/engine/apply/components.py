"""Components of the cluster as managers of fields: what they change of objects that say who manages them.

Their managers are called as their programs are, which is what client-go's User-Agent makes of them.
"""

from __future__ import annotations

from functools import lru_cache

from ..registry import Kind
from .field_manager import FieldManager, reset_fields
from .typed import Schema

_PROGRAMS = {"kubelet": "kubelet", "default-scheduler": "kube-scheduler"}


def program(component: str) -> str:
    """The program of a component such as `kubelet/worker-1` or `deployment-controller`."""
    return _PROGRAMS.get(component.partition("/")[0], "kube-controller-manager")


@lru_cache(maxsize=512)
def of(kind: Kind, typed: Schema, subresource: str) -> FieldManager:
    """The field manager of a kind for writes through one (sub)resource."""
    return FieldManager(kind, typed, subresource, reset_fields(kind, subresource))
