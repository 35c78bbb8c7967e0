"""The EndpointSlice mirroring controller: Endpoints that people wrote for a Service without a selector, as slices.

Follows pkg/controller/endpointslicemirroring/{endpointslicemirroring_controller,reconciler,utils}.go, v1.34: a subset
becomes one slice for each family of addresses. Endpoints stay in the order in which they were written.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers.pod_control import is_terminating
from simulator.engine.controllers.service_pods import TRIGGER_TIME
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    annotations_of,
    is_deleting,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    spec_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Key
from simulator.engine.validation import addresses
from simulator.engine.world import World

MANAGER = "endpointslicemirroring-controller.k8s.io"
MOST = 1000
"""So many addresses of a subset are mirrored."""

_SLICES = "endpointslices.discovery.k8s.io"
_SERVICE = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_SKIP = "endpointslice.kubernetes.io/skip-mirror"
_LEADER = "control-plane.alpha.kubernetes.io/leader"
_NOT_COPIED = (TRIGGER_TIME, "kubectl.kubernetes.io/last-applied-configuration")
_INDEX = "mirrored"
_Ports = tuple[tuple[str, int, str, str], ...]


class _Group(NamedTuple):
    """Endpoints of one family that have the same ports, by what tells them apart; `ports` as they are written."""

    ports: Bodies
    endpoints: dict[Hashable, Body]


class _Desired:
    """What the slices of some Endpoints are to hold; how many addresses were no addresses, and how many left out."""

    def __init__(self, endpoints: Body) -> None:
        self.groups: dict[tuple[str, _Ports], _Group] = {}
        self.invalid = self.skipped = 0
        for subset in endpoints.get("subsets") or ():
            self._add(subset)

    def _add(self, subset: Body) -> None:
        ports = [_port(one) for one in subset.get("ports") or ()]
        key = _port_key(ports)
        listed = [(one, ready) for part, ready in _PARTS for one in subset.get(part) or ()]
        added = 0
        for address, ready in listed:
            if added >= MOST:
                break
            endpoint, family = _endpoint(address, ready=ready)
            if not family:
                self.invalid += 1
                continue
            group = self.groups.setdefault((family, key), _Group(ports, {}))
            group.endpoints[_identity(endpoint)] = endpoint
            added += 1
        self.skipped += len(listed) - added


_PARTS = (("addresses", True), ("notReadyAddresses", False))


class EndpointSliceMirroringController(Reconciler):
    """Its keys are Endpoints."""

    name = "endpoint-slice-mirroring-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index(_SLICES, _INDEX, _mirrored)
        world.watch("endpoints", self._endpoints_changed)
        world.watch("services", self._service_changed)
        world.watch(_SLICES, self._slice_changed)

    def reconcile(self, key: Key) -> None:
        endpoints = self.world.get("endpoints", *key)
        service = self.world.get("services", *key)
        held = self.world.indexed(_SLICES, _INDEX, tuple(key))
        if endpoints is None or not should_mirror(endpoints) or service is None or spec_of(service).get("selector"):
            for slice in held:
                self._delete(slice, key.name)
            return
        self._mirror(endpoints, held)

    def _mirror(self, endpoints: Body, held: Bodies) -> None:
        desired = _Desired(endpoints)
        self._tell(endpoints, desired)
        spare = list(held)
        updates: list[tuple[Body, str, _Group]] = []
        fresh: list[tuple[str, _Group]] = []
        for (family, key), group in desired.groups.items():
            same = next((one for one in held if _key(one) == (family, key)), None)
            if same is None:
                fresh.append((family, group))
                continue
            spare.remove(same)
            if not _is_like(same, endpoints, group):
                updates.append((same, family, group))
        for family, group in list(fresh):
            reused = next((one for one in spare if one["addressType"] == family), None)
            if reused is not None:
                spare.remove(reused)
                fresh.remove((family, group))
                updates.append((reused, family, group))
        try:
            for family, group in () if is_deleting(endpoints) else fresh:
                self._create(endpoints, family, group)
        except StatusError as refusal:
            if is_terminating(refusal):
                return
            raise
        for slice, family, group in updates:
            self._update(endpoints, slice, family, group)
        for slice in spare:
            self._delete(slice, name_of(endpoints))

    # --- writing -------------------------------------------------------------------------------------------------

    def _create(self, endpoints: Body, family: str, group: _Group) -> None:
        cause = self.cause(
            "finalize",
            _("{endpoints} was written by hand: a slice mirrors {count} of its addresses."),
            endpoints=name_of(endpoints),
            count=min(len(group.endpoints), MOST),
        )
        named = {"generateName": f"{name_of(endpoints)}-", "namespace": namespace_of(endpoints)}
        self.world.create(_SLICES, _slice(endpoints, family, group, named), cause)

    def _update(self, endpoints: Body, slice: Body, family: str, group: _Group) -> None:
        cause = self.cause(
            "finalize",
            _("{endpoints} was changed: its slice mirrors {count} addresses."),
            endpoints=name_of(endpoints),
            count=min(len(group.endpoints), MOST),
        )
        self.world.update(_SLICES, _slice(endpoints, family, group, slice["metadata"]), cause)

    def _delete(self, slice: Body, endpoints: str) -> None:
        cause = self.cause("finalize", _("{endpoints} no longer needs this slice."), endpoints=endpoints)
        self.world.delete(_SLICES, namespace_of(slice), name_of(slice), cause)

    def _tell(self, endpoints: Body, desired: _Desired) -> None:
        if desired.invalid:
            said = f"Skipped {desired.invalid} invalid IP addresses when mirroring to EndpointSlices"
            self._warn(endpoints, "InvalidIPAddress", said)
        if desired.skipped > desired.invalid:
            said = (
                f"A max of {MOST} addresses can be mirrored to EndpointSlices per Endpoints subset. {desired.skipped} "
                "addresses were skipped"
            )
            self._warn(endpoints, "TooManyAddressesToMirror", said)

    def _warn(self, endpoints: Body, reason: str, message: str) -> None:
        events.record(self.world, endpoints, "Warning", reason, message, component=self.name, led_by=self.led_by)

    # --- watching ------------------------------------------------------------------------------------------------

    def _endpoints_changed(self, change: Change) -> None:
        if any(body is not None and should_mirror(body) for body in (change.before, change.body)):
            self._queue(change.key, change.revision)

    def _service_changed(self, change: Change) -> None:
        has, had = (bool(spec_of(body).get("selector")) if body else None for body in (change.body, change.before))
        if (has != had) if change.operation == "MODIFIED" else not has:
            self._queue(change.key, change.revision)

    def _slice_changed(self, change: Change) -> None:
        """What others do to its slices is put right."""
        if change.cause.component == self.name:
            return
        for key in {key for body in (change.before, change.body) if body is not None for key in _mirrored(body)}:
            self._queue(Key(*key), change.revision)

    def _queue(self, key: Key, led_by: int) -> None:
        """Queues Endpoints that somebody wrote by hand, or whose slices must go."""
        service = self.world.get("services", *key)
        by_hand = service is not None and not spec_of(service).get("selector")
        if (by_hand and self.world.get("endpoints", *key) is not None) or self.world.indexed(
            _SLICES, _INDEX, tuple(key)
        ):
            self.enqueue(key, led_by=led_by)


def should_mirror(endpoints: Body) -> bool:
    """False for Endpoints that ask not to be mirrored, and for those by which leaders were once elected."""
    return labels_of(endpoints).get(_SKIP) != "true" and _LEADER not in annotations_of(endpoints)


def _mirrored(slice: Body) -> Iterator[tuple[str, str]]:
    """Index function "mirrored": the Endpoints that a slice mirrors."""
    name = labels_of(slice).get(_SERVICE)
    if name and labels_of(slice).get(_MANAGED_BY) == MANAGER:
        yield namespace_of(slice), name


def _endpoint(address: Body, *, ready: bool) -> tuple[Body, str]:
    """The endpoint of an address and its family, which is empty if it is no address."""
    ip = addresses.parse(address.get("ip"))
    if ip is None:
        return {}, ""
    mapped = ip.ipv4_mapped if ip.version == 6 else None
    ip = mapped or ip
    endpoint: Body = {"addresses": [str(ip)], "conditions": {"ready": ready}}
    if address.get("hostname"):
        endpoint["hostname"] = address["hostname"]
    for part in ("targetRef", "nodeName"):
        if address.get(part) is not None:
            endpoint[part] = address[part]
    return endpoint, f"IPv{ip.version}"


def _identity(endpoint: Body) -> Hashable:
    target = endpoint.get("targetRef") or {}
    return (
        tuple(endpoint["addresses"]),
        endpoint.get("hostname") or "",
        target.get("namespace") or "",
        target.get("name") or "",
    )


def _port(port: Body) -> Body:
    new: Body = {"name": port.get("name") or "", "port": port["port"], "protocol": port.get("protocol") or "TCP"}
    return {**new, "appProtocol": port["appProtocol"]} if port.get("appProtocol") is not None else new


def _port_key(ports: Bodies | tuple[()]) -> _Ports:
    return tuple(
        sorted(
            (one.get("name") or "", one.get("port") or 0, one.get("protocol") or "TCP", one.get("appProtocol") or "")
            for one in ports
        )
    )


def _key(slice: Body) -> tuple[str, _Ports]:
    return slice["addressType"], _port_key(slice.get("ports") or ())


def _labels(endpoints: Body) -> dict[str, str]:
    return {**labels_of(endpoints), _SERVICE: name_of(endpoints), _MANAGED_BY: MANAGER}


def _notes(endpoints: Body) -> dict[str, str]:
    return {name: text for name, text in annotations_of(endpoints).items() if name not in _NOT_COPIED}


def _is_like(slice: Body, endpoints: Body, group: _Group) -> bool:
    """True if a slice says what it is to say, in whatever order."""
    held = {_identity(one): one for one in slice.get("endpoints") or ()}
    return (
        held == group.endpoints
        and len(held) == len(slice.get("endpoints") or ())
        and labels_of(slice) == _labels(endpoints)
        and annotations_of(slice) == _notes(endpoints)
    )


def _slice(endpoints: Body, family: str, group: _Group, meta: Body) -> Body:
    owner = owner_reference({"apiVersion": "v1", "kind": "Endpoints", **endpoints})
    head = {name: value for name, value in meta.items() if name != "annotations"}
    head |= {"labels": _labels(endpoints), "ownerReferences": [owner]}
    notes = _notes(endpoints)
    return {
        "metadata": {**head, "annotations": notes} if notes else head,
        "addressType": family,
        "ports": group.ports,
        "endpoints": list(group.endpoints.values())[:MOST],
    }
