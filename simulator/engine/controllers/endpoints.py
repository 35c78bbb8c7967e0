"""The Endpoints controller: all addresses behind a Service in one object, for those that still read it.

Follows pkg/controller/endpoint/endpoints_controller.go and pkg/api/v1/endpoints/util.go (RepackSubsets), v1.34. Subsets
and ports are sorted by name and number, where upstream sorts them by a hash of its structs.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from math import ceil
from typing import NamedTuple

from sortedcontainers import SortedDict

from simulator.engine.causes import _
from simulator.engine.controllers import service_pods
from simulator.engine.controllers.pod_control import is_terminating
from simulator.engine.controllers.service_pods import PortKey, ServiceReconciler
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    annotations_of,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    uid_of,
)
from simulator.engine.pods import is_ready
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_RESOURCE = "endpoints"
_MOST = 1000
_OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
_MANAGER = "endpoints.kubernetes.io/managed-by"
_Place = tuple[str, str]


class _Group:
    """The addresses of pods that have the same ports, sorted."""

    def __init__(self) -> None:
        self.ready: SortedDict[_Place, Body] = SortedDict()
        self.not_ready: SortedDict[_Place, Body] = SortedDict()


class _Member(NamedTuple):
    """Where a pod's address stands in its group."""

    ports: PortKey
    ready: bool
    place: _Place


class _Addresses:
    """The addresses behind one Service."""

    def __init__(self) -> None:
        self.groups: dict[PortKey, _Group] = {}
        self.members: dict[Key, _Member] = {}

    def put(self, pod: Key, member: _Member, address: Body) -> None:
        group = self.groups.setdefault(member.ports, _Group())
        (group.ready if member.ready else group.not_ready)[member.place] = address
        self.members[pod] = member

    def drop(self, pod: Key) -> None:
        member = self.members.pop(pod, None)
        if member is None:
            return
        group = self.groups[member.ports]
        (group.ready if member.ready else group.not_ready).pop(member.place, None)
        if not group.ready and not group.not_ready:
            del self.groups[member.ports]


class EndpointsController(ServiceReconciler):
    """Keeps the Endpoints of every Service that selects pods."""

    name = "endpoints-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._addresses: dict[Key, _Addresses] = {}
        world.watch(_RESOURCE, self._endpoints_changed)

    def start(self) -> None:
        super().start()
        self._addresses = {}

    def reconcile(self, key: Key) -> None:
        service = self.world.get("services", *key)
        if service is None:
            self._changed.pop(key, None)
            self._addresses.pop(key, None)
            cause = self.cause("syncService", _("Service {service} is gone."), service=key.name)
            self.world.delete(_RESOURCE, *key, cause)
            return
        if not spec_of(service).get("selector") or spec_of(service).get("type") == "ExternalName":
            return
        changed = self.changed_pods(key)
        if changed is None:
            self._addresses[key] = _Addresses()
            changed = [key_of(pod) for pod in self.selected(service)]
        addresses = self._addresses[key]
        selector = spec_of(service)["selector"]
        for pod_key in changed:
            addresses.drop(pod_key)
            pod = self.world.get("pods", *pod_key)
            if pod is not None and all(labels_of(pod).get(name) == value for name, value in selector.items()):
                _put(addresses, service, pod_key, pod)
        try:
            self._write(service, addresses)
        except StatusError as refusal:
            self._changed.pop(key, None)
            if not is_terminating(refusal):
                raise

    def _write(self, service: Body, addresses: _Addresses) -> None:
        held = self.world.get(_RESOURCE, namespace_of(service), name_of(service))
        subsets, truncated = _subsets(addresses)
        labels = {name: text for name, text in labels_of(service).items() if name != service_pods.HEADLESS}
        labels[_MANAGER] = "endpoint-controller"
        if service_pods.is_headless(service):
            labels[service_pods.HEADLESS] = ""
        capacity = "truncated" if truncated else None
        if (
            held is not None
            and (held.get("subsets") or []) == subsets
            and labels_of(held) == labels
            and annotations_of(held).get(_OVER_CAPACITY) == capacity
        ):
            return
        fresh = sorted(_shown(subsets) - _shown((held or {}).get("subsets") or []))
        moved = [pod for name, *_rest in fresh if (pod := self.world.get("pods", namespace_of(service), name))]
        trigger = service_pods.trigger_time(moved, service if held is None else None)
        notes = service_pods.with_trigger_time(annotations_of(held) if held is not None else {}, trigger)
        notes = {name: text for name, text in notes.items() if name != _OVER_CAPACITY}
        if capacity:
            notes[_OVER_CAPACITY] = capacity
        ready = sum(len(one.get("addresses", ())) for one in subsets)
        cause = self.cause(
            "syncService", _("{service} has {ready} ready addresses."), service=name_of(service), ready=ready
        )
        named = {"namespace": namespace_of(service), "name": name_of(service)}
        meta: Body = held["metadata"] if held is not None else named
        body: Body = {"metadata": {**meta, "labels": labels, "annotations": notes}}
        if subsets:
            body["subsets"] = subsets
        if held is None:
            self.world.create(_RESOURCE, body, cause)
        else:
            self.world.update(_RESOURCE, body, cause)

    def _endpoints_changed(self, change: Change) -> None:
        if change.cause.component != self.name and self.world.get("services", *change.key) is not None:
            self.doubt(change.key, change.revision)


def _put(addresses: _Addresses, service: Body, key: Key, pod: Body) -> None:
    """Puts a pod's address where it belongs; nowhere, if the Service does not want the pod or no port of it."""
    publishes = service_pods.publishes_all(service)
    ports = service_pods.ports_of(service, pod)
    if not service_pods.belongs(pod, deleting=publishes):
        return
    if not ports and (spec_of(service).get("ports") or not service_pods.is_headless(service)):
        return
    address: Body = {"ip": status_of(pod)["podIP"], "targetRef": service_pods.target_of(pod)}
    if pod["spec"].get("nodeName"):
        address["nodeName"] = pod["spec"]["nodeName"]
    hostname = service_pods.hostname_of(pod, service)
    if hostname:
        address["hostname"] = hostname
    addresses.put(key, _Member(ports, publishes or is_ready(pod), (address["ip"], uid_of(pod))), address)


def _shown(subsets: list[Body]) -> set[tuple[str, str, bool]]:
    """(name, uid, ready) of the pods in the subsets."""
    return {
        (target.get("name", ""), target.get("uid", ""), ready)
        for subset in subsets
        for listed, ready in (("addresses", True), ("notReadyAddresses", False))
        for one in subset.get(listed) or ()
        if (target := one.get("targetRef"))
    }


def _subsets(addresses: _Addresses) -> tuple[list[Body], bool]:
    """The subsets, and whether addresses had to be left out. Ports with the same addresses share a subset."""
    groups_of: dict[tuple[str, int, str, str] | None, list[PortKey]] = {}
    for ports in sorted(addresses.groups):
        for port in ports or (None,):
            groups_of.setdefault(port, []).append(ports)
    ports_of: dict[tuple[PortKey, ...], list[tuple[str, int, str, str]]] = {}
    for port, groups in groups_of.items():
        shared = ports_of.setdefault(tuple(groups), [])
        if port is not None:
            shared.append(port)
    packed = [
        (tuple(sorted(ports)), _merged(addresses, groups, ready=True), _merged(addresses, groups, ready=False))
        for groups, ports in ports_of.items()
    ]
    packed.sort(key=lambda one: one[0])
    keep = kept([(len(ready), len(waiting)) for _ports, ready, waiting in packed])
    subsets = []
    for (ports, ready, waiting), (most_ready, most_waiting) in zip(packed, keep, strict=True):
        subset: Body = {}
        if most_ready and ready:
            subset["addresses"] = list(islice(ready.values(), most_ready))
        if most_waiting and waiting:
            subset["notReadyAddresses"] = list(islice(waiting.values(), most_waiting))
        if ports:
            subset["ports"] = service_pods.port_bodies(ports, always_named=False)
        subsets.append(subset)
    return subsets, any(
        (len(ready), len(waiting)) != most for (_ports, ready, waiting), most in zip(packed, keep, strict=True)
    )


def _merged(addresses: _Addresses, groups: Iterable[PortKey], *, ready: bool) -> SortedDict[_Place, Body]:
    found = [addresses.groups[ports].ready if ready else addresses.groups[ports].not_ready for ports in groups]
    if len(found) == 1:
        return found[0]
    merged: SortedDict[_Place, Body] = SortedDict()
    for one in found:
        merged.update(one)
    return merged


def kept(sizes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """How many (ready, not ready) addresses each subset keeps of a thousand in all; ready ones come first."""
    ready, waiting = sum(size[0] for size in sizes), sum(size[1] for size in sizes)
    if ready + waiting <= _MOST:
        return sizes
    cut = 0 if ready > _MOST else 1
    room = _MOST if cut == 0 else _MOST - ready
    left, shares = room, []
    for size in sizes:
        share = min(left, ceil(size[cut] / (ready if cut == 0 else waiting) * room), size[cut])
        left -= share
        shares.append((share, 0) if cut == 0 else (size[0], share))
    return shares
