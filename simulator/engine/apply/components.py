"""Components of the cluster as managers of fields: what they change of objects that say who manages them.

Their managers are called as their programs are, which is what client-go's User-Agent makes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ..registry import Body, Instant, Kind
from .field_manager import FieldManager, reset_fields
from .typed import Schema

Manage = Callable[[Body | None, Body], Body]
"""`manage(old, new)` is the new body with its managed fields; `old` is None where it is created."""

Types = Callable[[Kind], Schema]
"""The schema of a kind. A world without one leaves the managed fields of objects as they are."""

_PROGRAMS = {"kubelet": "kubelet", "default-scheduler": "kube-scheduler"}


def program(component: str) -> str:
    """The program of a component such as `kubelet/worker-1` or `deployment-controller`."""
    return _PROGRAMS.get(component.partition("/")[0], "kube-controller-manager")


@lru_cache(maxsize=512)
def _manager(kind: Kind, typed: Schema, subresource: str) -> FieldManager:
    return FieldManager(kind, typed, subresource, reset_fields(kind, subresource))


def noted(kind: Kind, typed: Schema, subresource: str, old: Body, new: Body, component: str, now: Instant) -> Body:
    """`new` with its managed fields after a component wrote it in the place of `old`."""
    return _manager(kind, typed, subresource).update(old, new, manager=program(component), now=now)


def noting(kind: Kind, typed: Schema, manager: str, now: Instant) -> Manage:
    """How a write of an object by somebody of this name is noted."""
    own = _manager(kind, typed, "")
    return lambda old, new: own.update(old, new, manager=manager, now=now)
