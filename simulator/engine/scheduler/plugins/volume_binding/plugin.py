"""The plugin: PreFilter, Filter, Reserve, PreBind and what may help a pod that it refused.

In 1.34 it does not score: the gate StorageCapacityScoring is off. Nor does it narrow the search to a volume's node.
Follows pkg/scheduler/framework/plugins/volumebinding/volume_binding.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.objects import (
    get_in,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    spec_of,
    status_of,
)
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler import csi_translation
from simulator.engine.scheduler.attachable_volumes import CSI_NODES
from simulator.engine.scheduler.claims import (
    CLAIMS,
    CLASSES,
    VOLUMES,
    Claimed,
    claim_not_found,
    claims_of,
    names_claim,
)
from simulator.engine.scheduler.labelled_rows import LabelledRows
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import (
    FilterPlugin,
    Narrowing,
    PreBindPlugin,
    Refusal,
    ReservePlugin,
    ScorePlugin,
)
from simulator.engine.scheduler.plugins.volume_binding import binding
from simulator.engine.scheduler.plugins.volume_binding.assumptions import Assumptions
from simulator.engine.scheduler.plugins.volume_binding.binding import Reservation
from simulator.engine.scheduler.plugins.volume_binding.finding import (
    ELSEWHERE,
    GONE,
    NO_SPACE,
    NO_VOLUME,
    Finder,
    sort_claims,
)
from simulator.engine.scheduler.plugins.volume_binding.provisioning import CAPACITIES, DRIVERS, limit_of
from simulator.engine.scheduler.shape import Shape
from simulator.engine.world import World

_REASONS = {
    ELSEWHERE: "node(s) didn't match PersistentVolume's node affinity",
    NO_VOLUME: "node(s) didn't find available persistent volumes to bind",
    NO_SPACE: "node(s) did not have enough free storage",
    GONE: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
}
_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
_TIMEOUT = 600


class VolumeBinding(FilterPlugin, ScorePlugin, ReservePlugin, PreBindPlugin):
    name = "VolumeBinding"
    looks_across = True  # What other pods have reserved counts as taken.
    reads = (CLAIMS, VOLUMES, CLASSES, CSI_NODES, DRIVERS, CAPACITIES)
    overdue = binding.TIMED_OUT

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        seconds = arguments.get("bindTimeoutSeconds")
        self.timeout = (_TIMEOUT if seconds is None else seconds) * SECOND
        self._labelled = LabelledRows()
        self._assumptions = Assumptions()
        self._reserved: dict[Key, Reservation] = {}

    def reads_for(self, shape: Shape) -> tuple[str, ...]:
        return self.reads if shape.spec["volumes"] else ()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(claims_of(shape))

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        """The claims must be there, in order, and bound if they do not wait for a node."""
        for one in claims_of(shape):
            if trouble := self._trouble(shape.namespace, one):
                return Narrowing(conflict=trouble)
        return Narrowing(conflict=_UNBOUND) if sort_claims(self.reader, shape).immediate else Narrowing()

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        finder = Finder(self.reader, self._assumptions, self._labelled, nodes, rows)
        return finder.find(sort_claims(self.reader, shape)).codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal(tuple(reason for bit, reason in _REASONS.items() if code & bit))

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        return False

    def reserve(self, pod: Body, shape: Shape, node: str) -> Refusal | None:
        """Takes the volumes that the filter found for the node, and marks the claims whose volumes are to be made."""
        self.unreserve(pod, node)
        claims = sort_claims(self.reader, shape)
        body = self.reader.get("nodes", "", node)
        if body is None or not (claims.waiting or claims.immediate):
            return None
        nodes = NodeTable([body])
        found = Finder(self.reader, self._assumptions, LabelledRows(), nodes, nodes.every).find(claims)
        if found.codes[0]:
            return self.refusal(shape, nodes, int(found.codes[0]))
        reservation = Reservation({}, [key_of(one) for one in found.chosen])
        for claim, candidates, taken in found.matches:
            if taken[0] < 0:
                reservation.made.append(key_of(claim))
                self._assumptions.send(claim, node)
            else:
                volume = candidates[int(taken[0])]
                reservation.volumes[key_of(claim)] = name_of(volume)
                self._assumptions.bind(volume, claim)
        reservation.written = binding.is_written(self.reader, reservation, node)
        self._reserved[key_of(pod)] = reservation
        return None

    def unreserve(self, pod: Body, node: str) -> None:
        reservation = self._reserved.pop(key_of(pod), None)
        if reservation is not None:
            self._assumptions.drop(list(reservation.volumes.values()), reservation.made)

    def pre_bind(self, world: World, pod: Body, node: str, cause: Cause) -> str:
        """Writes what was reserved, then waits until others have bound and made the volumes."""
        reservation = self._reserved.get(key_of(pod))
        if reservation is None:
            return ""  # All claims were bound when the node was chosen.
        if not reservation.written:
            trouble = binding.write(world, reservation, node, cause)
            if trouble:
                return trouble
            reservation.written = True
            self._assumptions.drop(list(reservation.volumes.values()), reservation.made)
        answer = binding.check(world, reservation, key_of(pod), node)
        if not answer:
            del self._reserved[key_of(pod)]
        return answer

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return after is not None and (before is None or labels_of(before) != labels_of(after))

    def helped_by(self, shape: Shape, resource: str, before: Body | None, after: Body | None) -> bool:
        if after is None:
            return False
        if resource == CLAIMS:
            return names_claim(shape, after)
        if resource == DRIVERS:
            return before is not None and _frees(before, after) and _has_inline(shape, name_of(after))
        if before is None:
            return True
        if resource == CLASSES:
            return (before.get("allowedTopologies") or []) != (after.get("allowedTopologies") or [])
        if resource == CSI_NODES:
            return csi_translation.moved_text(before) != csi_translation.moved_text(after)
        if resource == CAPACITIES:
            old, new = limit_of(before), limit_of(after)
            return new is not None and (old is None or new > old)
        return True

    def _trouble(self, namespace: str, one: Claimed) -> str:
        claim = self.reader.get(CLAIMS, namespace, one.name)
        if claim is None:
            if one.is_ephemeral:
                return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{one.name}"'
            return claim_not_found(one.name)
        if status_of(claim).get("phase") == "Lost":
            volume = spec_of(claim).get("volumeName") or ""
            return f'persistentvolumeclaim "{one.name}" bound to non-existent persistentvolume "{volume}"'
        if is_deleting(claim):
            return f'persistentvolumeclaim "{one.name}" is being deleted'
        return one.trouble(namespace, claim)


def _frees(before: Body, after: Body) -> bool:
    """The driver no longer asks that storage be looked for."""
    return bool(spec_of(before).get("storageCapacity")) and not spec_of(after).get("storageCapacity")


def _has_inline(shape: Shape, driver: str) -> bool:
    return any(get_in(one, "csi", "driver") == driver for one in shape.spec.get("volumes") or ())
