"""NodeVolumeLimits: a driver attaches only so many volumes to a node as its CSINode says.

Follows pkg/scheduler/framework/plugins/nodevolumelimits/{csi,utils}.go, v1.34.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from weakref import WeakKeyDictionary

import numpy as np

from simulator.engine.objects import get_in, spec_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler import csi_translation
from simulator.engine.scheduler.attachable_volumes import CSI_NODES, Attachable, Named
from simulator.engine.scheduler.claims import CLAIMS, CLASSES, VOLUMES, claim_not_found, claims_of, names_claim
from simulator.engine.scheduler.node_limits import NodeLimits, limits_of
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Refusal
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.tallies import Tally

_ATTACHMENTS = "volumeattachments.storage.k8s.io"
_REASON = "node(s) exceed max volume count"
_FULL, _UNKNOWN = 1, 2


class NodeVolumeLimits(FilterPlugin):
    name = "NodeVolumeLimits"
    reads_pods = True
    reads = (CSI_NODES, CLAIMS, VOLUMES, CLASSES, _ATTACHMENTS)

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._numbers: WeakKeyDictionary[NodeTable, Tally] = WeakKeyDictionary()
        self._limits = NodeLimits(reader)

    def reads_for(self, shape: Shape) -> tuple[str, ...]:
        return self.reads if shape.spec["volumes"] else ()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return shape.once(self.name, _number) > 0

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """Most nodes have room for all that could be there at most: what is there is looked at only on the others."""
        if self._trouble(shape):
            return np.full(len(rows), _UNKNOWN, dtype=np.int64)
        number = self._numbers.get(nodes)
        if number is None:
            number = self._numbers[nodes] = nodes.tally(lambda other: other.once(self.name, _number))
        limits, attached, attachable = self._limits.of(nodes), self._attachments(), Attachable(self.reader)
        most = number.by_row[rows]
        for name, there in attached.items():
            most[rows == nodes.row_of.get(name, -1)] += len(there)
        codes = np.zeros(len(rows), dtype=np.int64)
        for group, moved in enumerate(limits.moved):
            wanted = attachable.volumes(shape, moved)
            least = limits.least(set(wanted.values()))[rows]
            for position in np.flatnonzero((limits.groups[rows] == group) & (len(wanted) + most > least)).tolist():
                row = int(rows[position])
                there = attached.get(nodes.names[row]) or {}
                if self._is_full(nodes, row, attachable, moved, wanted, there):
                    codes[position] = _FULL
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_REASON,), resolvable=True) if code == _FULL else Refusal((self._trouble(shape),))

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        return before is not None and after is None and before.shape.once(self.name, _number) > 0

    def helped_by(self, shape: Shape, resource: str, before: Body | None, after: Body | None) -> bool:
        if resource == CSI_NODES:
            return after is not None and (before is None or _rises(limits_of(before), limits_of(after)))
        if resource == CLAIMS:
            return before is None and after is not None and names_claim(shape, after)
        if resource == _ATTACHMENTS and before is not None and after is None:
            return _might_use(shape, spec_of(before).get("attacher") or "")
        return False

    def _trouble(self, shape: Shape) -> str:
        """Why it is not known what the pod would attach."""
        for one in claims_of(shape):
            claim = self.reader.get(CLAIMS, shape.namespace, one.name) if one.name else None
            if not one.name:
                return "PersistentVolumeClaim had no name"
            if claim is None:
                return f"looking up PVC {shape.namespace}/{one.name}: {claim_not_found(one.name)}"
            if trouble := one.trouble(shape.namespace, claim):
                return trouble
        return ""

    def _attachments(self) -> dict[str, Named]:
        """By node, the volumes that are attached or about to be, whether or not a pod uses them."""
        found: dict[str, Named] = defaultdict(dict)
        for one in self.reader.list(_ATTACHMENTS):
            spec = spec_of(one)
            volume = self.reader.get(VOLUMES, "", get_in(spec, "source", "persistentVolumeName", default=""))
            handle = get_in(volume, "spec", "csi", "volumeHandle") if volume is not None else None
            if spec.get("attacher") and handle is not None:
                found[spec.get("nodeName") or ""][spec["attacher"], handle] = spec["attacher"]
        return found

    def _is_full(
        self, nodes: NodeTable, row: int, attachable: Attachable, moved: frozenset[str], wanted: Named, there: Named
    ) -> bool:
        """Counts each volume once; one that is attached but that no pod uses is counted beside the pod's own."""
        held: Named = {}
        for placed in nodes.pods_on(row).values():
            held |= attachable.volumes(placed.shape, moved)
        counts = Counter(held.values())
        counts.update(driver for volume, driver in there.items() if volume not in held)
        new = Counter(driver for volume, driver in wanted.items() if volume not in held)
        limits = limits_of(self.reader.get(CSI_NODES, "", nodes.names[row]))
        return any(driver in limits and counts[driver] + number > limits[driver] for driver, number in new.items())


def _number(shape: Shape) -> int:
    """How many volumes a pod might attach."""
    inline = (csi_translation.plugin_of(one) is not None for one in shape.spec.get("volumes") or ())
    return len(claims_of(shape)) + sum(inline)


def _rises(before: dict[str, int], after: dict[str, int]) -> bool:
    return any(driver in before and count > before[driver] for driver, count in after.items())


def _might_use(shape: Shape, driver: str) -> bool:
    """True if the pod names a claim, or has a volume of an old plugin that the driver took over."""
    for one in shape.spec.get("volumes") or ():
        plugin = csi_translation.plugin_of(one)
        if "persistentVolumeClaim" in one or (plugin is not None and plugin.driver == driver):
            return True
    return False
