"""EndpointSlices of one Service as they are to be, and where a new endpoint finds room.

Follows reconcileByPortMapping in staging/src/k8s.io/endpointslice/reconciler.go, v1.34.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.engine.controllers.service_pods import PortKey
from simulator.engine.objects import name_of
from simulator.engine.registry import Body, Key

_MOST = 100


class Draft:
    """A slice as it is to be. held: as it is stored, None if it is new; its endpoints are read when they are needed."""

    def __init__(self, held: Body | None, ports: PortKey, *, ours: bool = True) -> None:
        self.held = held
        self.ports = ports
        self.ours = ours
        self.touched = not ours
        self.stale = False
        self._endpoints: dict[Key, Body] | None = None if held is not None and ours else {}

    @property
    def name(self) -> str:
        return name_of(self.held) if self.held is not None else ""

    @property
    def endpoints(self) -> dict[Key, Body]:
        if self._endpoints is None:
            self._endpoints = {_pod_of(one): one for one in (self.held or {}).get("endpoints") or ()}
        return self._endpoints

    def forget_hints(self) -> None:
        """A slice that is written anyway begins without hints."""
        for key, one in self.endpoints.items():
            if "hints" in one:
                self.endpoints[key] = {name: value for name, value in one.items() if name != "hints"}

    def __len__(self) -> int:
        if self._endpoints is None:
            return len((self.held or {}).get("endpoints") or ())
        return len(self._endpoints)

    def __bool__(self) -> bool:
        return True


@dataclass
class Drafts:
    """All slices of a Service during one reconcile, and the pods whose endpoints are new or different."""

    slices: list[Draft]
    moved: list[Body] = field(default_factory=list)


def add(drafts: Drafts, ports: PortKey, new: dict[Key, Body]) -> None:
    """Finds room for new endpoints of one set of ports."""
    same = [one for one in drafts.slices if one.held is not None and sorted(one.ports) == sorted(ports)]
    left = list(new.items())
    due = sorted((one for one in same if one.touched and len(one)), key=lambda one: (-len(one), one.name))
    for draft in due:
        room = _MOST - len(draft)
        draft.endpoints.update(left[:room])
        left = left[room:]
    while left:
        fits = [one for one in same if not one.touched and len(one) + len(left) <= _MOST]
        if len(left) < _MOST and fits:
            draft = min(fits, key=lambda one: (-len(one), one.name))
            draft.touched = True
        else:
            draft = Draft(None, ports)
            drafts.slices.append(draft)
        draft.endpoints.update(left[:_MOST])
        left = left[_MOST:]


def port_key(slice: Body) -> PortKey:
    return tuple(
        (one.get("name") or "", one["port"], one.get("protocol") or "TCP", one.get("appProtocol") or "")
        for one in slice.get("ports") or ()
    )


def _pod_of(endpoint: Body) -> Key:
    target = endpoint.get("targetRef") or {}
    return Key(target.get("namespace", ""), target.get("name", ""))
