"""VolumeRestrictions: a disk that only one pod may write to is not used twice on a node, nor a claim for one pod twice.

Follows pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go, v1.34.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np

from simulator.engine.objects import name_of, namespace_of, spec_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.claims import CLAIMS, claim_not_found, claims_of, named_claims
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Narrowing, Refusal
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.tallies import Tally

_DISK, _CLAIM = 1, 2
_REASONS = {
    _DISK: "node(s) had no available disk",
    _CLAIM: "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
}
_KEPT = 64


class Users:
    """How many pods on each node use what another must have for itself: for what was asked about last, by a key."""

    def __init__(self) -> None:
        self._nodes: NodeTable | None = None
        self._tallies: OrderedDict[Hashable, Tally] = OrderedDict()

    def of(self, key: Hashable, nodes: NodeTable, weigh: Callable[[Shape], int]) -> Tally:
        if self._nodes is not nodes:
            self._nodes = nodes
            self._tallies.clear()
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = nodes.tally(weigh)
            if len(self._tallies) > _KEPT:
                self._tallies.popitem(last=False)
        return tally


class VolumeRestrictions(FilterPlugin):
    name = "VolumeRestrictions"
    reads_pods = True
    looks_across = True
    reads = (CLAIMS,)

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._disks, self._claims = Users(), Users()

    def reads_for(self, shape: Shape) -> tuple[str, ...]:
        return self.reads if shape.spec["volumes"] else ()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        if shape.once(self.name, _restricted):
            return True
        return bool(named_claims(shape)) and (bool(self._missing(shape)) or self._in_use(shape, nodes))

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        """A claim must be there for its access modes to be known."""
        missing = self._missing(shape)
        return Narrowing(conflict=claim_not_found(missing)) if missing else Narrowing()

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """A claim for one pod that is in use anywhere keeps the pod off all nodes."""
        codes = np.full(len(rows), _CLAIM if self._in_use(shape, nodes) else 0, dtype=np.int64)
        if shape.once(self.name, _restricted):
            users = self._disks.of(shape, nodes, lambda other: int(_conflict(shape, other)))
            codes[users.by_row[rows] > 0] = _DISK
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_REASONS[code],), resolvable=True)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return before is None

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        if before is None or after is not None or before.shape.namespace != shape.namespace:
            return False
        return _conflict(shape, before.shape) or not named_claims(shape).isdisjoint(named_claims(before.shape))

    def helped_by(self, shape: Shape, resource: str, before: Body | None, after: Body | None) -> bool:
        if before is not None or after is None or namespace_of(after) != shape.namespace:
            return False
        return name_of(after) in named_claims(shape)

    def _missing(self, shape: Shape) -> str:
        """The first claim that is not there."""
        names = (one.name for one in claims_of(shape) if not one.is_ephemeral)
        return next((name for name in names if self.reader.get(CLAIMS, shape.namespace, name) is None), "")

    def _in_use(self, shape: Shape, nodes: NodeTable) -> bool:
        """True if a pod on a node uses a claim of the pod's that is for one pod alone."""
        names = frozenset(name for name in named_claims(shape) if self._is_for_one_pod(shape.namespace, name))
        if not names:
            return False

        def used(other: Shape) -> int:
            return int(other.namespace == shape.namespace and not names.isdisjoint(named_claims(other)))

        return self._claims.of((shape.namespace, names), nodes, used).total > 0

    def _is_for_one_pod(self, namespace: str, name: str) -> bool:
        claim = self.reader.get(CLAIMS, namespace, name)
        return claim is not None and "ReadWriteOncePod" in (spec_of(claim).get("accessModes") or ())


def _restricted(shape: Shape) -> list[tuple[str, Body]]:
    """The volumes whose plugin lets a disk be written from one place only."""
    kinds = ("gcePersistentDisk", "awsElasticBlockStore", "iscsi", "rbd")
    return [(kind, one[kind]) for one in shape.spec.get("volumes") or () for kind in kinds if one.get(kind)]


def _conflict(shape: Shape, other: Shape) -> bool:
    held = other.once(VolumeRestrictions.name, _restricted)
    return any(
        kind == taken_kind and _clashes(kind, one, taken)
        for kind, one in shape.once(VolumeRestrictions.name, _restricted)
        for taken_kind, taken in held
    )


def _clashes(kind: str, one: Body, other: Body) -> bool:
    """The same disk, unless both only read it; an EBS volume is in one place even then."""
    if kind == "awsElasticBlockStore":
        return one.get("volumeID") == other.get("volumeID")
    if one.get("readOnly") and other.get("readOnly"):
        return False
    if kind == "gcePersistentDisk":
        return one.get("pdName") == other.get("pdName")
    if kind == "iscsi":
        return one.get("iqn") == other.get("iqn")
    monitors = set(one.get("monitors") or ()) & set(other.get("monitors") or ())
    return bool(monitors) and (one.get("pool"), one.get("image")) == (other.get("pool"), other.get("image"))
