"""The pods of a large cluster as arrays: one slot each, eight bytes a pod for the browser, and sums by node.

A slot is a pod's place in every array for as long as it lives; a free slot is given to the next pod. Which namespace,
owner and labels a pod has is said once for all pods that share them: its group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from simulator.engine import pods
from simulator.engine.objects import condition, drawn_controller, labels_of, spec_of, status_of
from simulator.engine.registry import Body

PHASES = ("Running", "Pending", "Succeeded", "Failed", "Terminating", "Unknown")
QUALITIES = ("Guaranteed", "Burstable", "BestEffort")
GONE = 7
"""The phase of a slot that no pod has."""
QUALITY, TROUBLED, STUCK = 3, 1 << 5, 1 << 6
"""In a pod's look: by how much its QoS class is shifted above the phase; something is wrong; it is unschedulable."""
NOWHERE = 0xFFFF
"""The node of a pod that has none."""

_TROUBLE = re.compile(
    "BackOff|Err|OOMKilled|Evicted|Invalid|ContainerStatusUnknown|DeadlineExceeded|ConfigError|NodeLost"
)
_OWN_LABELS = frozenset(
    {"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "batch.kubernetes.io/job-completion-index"}
)
"""Labels that tell the pods of one owner apart: with them each pod would be a group of its own."""

SUMMED = ("cpu", "memory", "disk", "limit cpu", "limit memory", "limit disk", "pods")
"""What is added up by node: requests, limits, and the number of pods that hold them."""

Array = npt.NDArray[Any]
Group = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Namespace, kind and name of the owner (of a pod without one: empty and its own name), labels."""


class Mark(NamedTuple):
    """What the map needs of one pod. asks: by `SUMMED`; of a pod that has ended nothing."""

    node: str
    look: int
    restarts: int
    group: Group
    asks: tuple[float, ...]


def mark(body: Body) -> Mark:
    """A pod's mark."""
    spec, status, meta = spec_of(body), status_of(body), body["metadata"]
    row, ended = pods.summary(body), pods.is_terminal(body)
    phase = "Terminating" if "deletionTimestamp" in meta and not ended else pods.phase(body)
    quality = status.get("qosClass") or pods.qos(spec)
    look = PHASES.index(phase if phase in PHASES else "Unknown") | QUALITIES.index(quality) << QUALITY
    if phase == "Failed" or _TROUBLE.search(row.status):
        look |= TROUBLED
    node = spec.get("nodeName") or ""
    if not node and _is_unschedulable(body):
        look |= STUCK
    owner = drawn_controller(body) or {"kind": "", "name": meta["name"]}
    labels = tuple((key, value) for key, value in labels_of(body).items() if key not in _OWN_LABELS)
    group = (meta.get("namespace", ""), owner["kind"], owner["name"], labels)
    asked, most = pods.figures(spec, "requests"), pods.figures(spec, "limits")
    disk = (asked.get("ephemeral-storage", 0), most.get("ephemeral-storage", 0))
    asks: tuple[float, ...] = (asked["cpu"], asked["memory"], disk[0], most["cpu"], most["memory"], disk[1], 1)
    if ended:
        asks = (0,) * len(SUMMED)
    return Mark(node, look, min(row.restarts, 255), group, asks)


def _is_unschedulable(body: Body) -> bool:
    said = condition(body, "PodScheduled") or {}
    return said.get("status") == "False" and bool(said.get("message"))


class Difference(NamedTuple):
    """What a run of changes did: slots and what is in them now, nodes and their new sums, new groups and nodes."""

    arrays: dict[str, Array]
    groups: list[Group]
    nodes: list[str]


class Crowd:
    """The pods of one cluster."""

    def __init__(self) -> None:
        self.slots: dict[str, int] = {}  # by namespace/name
        self.keys: list[str] = []  # by slot
        self.nodes: list[str] = []
        self.groups: list[Group] = []
        self._node_at: dict[str, int] = {}
        self._group_at: dict[Group, int] = {}
        self._free: list[int] = []
        self._group: Array = np.zeros(0, np.uint32)
        self._node: Array = np.zeros(0, np.uint16)
        self._look: Array = np.zeros(0, np.uint8)
        self._restarts: Array = np.zeros(0, np.uint8)
        self._asks: Array = np.zeros((0, len(SUMMED)))
        self._sums: Array = np.zeros((0, len(SUMMED)))

    def __len__(self) -> int:
        return len(self.slots)

    def fill(self, marks: Iterable[tuple[str, Mark]]) -> None:
        """Takes in the pods of an empty crowd, each once: as `put` for each, much faster."""
        held = [(key, self._node_of(new.node), self._group_of(new.group), new) for key, new in marks]
        if not held:
            return
        keys, nodes, groups, told = zip(*held, strict=True)
        self.keys, self.slots = list(keys), {key: slot for slot, key in enumerate(keys)}
        self._node, self._group = np.array(nodes, np.uint16), np.array(groups, np.uint32)
        self._look = np.array([new.look for new in told], np.uint8)
        self._restarts = np.array([new.restarts for new in told], np.uint8)
        self._asks = np.array([new.asks for new in told], np.float64)
        placed = self._node != NOWHERE
        np.add.at(self._sums, self._node[placed], self._asks[placed])

    def put(self, key: str, new: Mark) -> tuple[int, set[int]]:
        """Stores a pod's mark; its slot, and the nodes whose sums changed."""
        slot = self.slots.get(key)
        touched = set() if slot is None else self._subtract(slot)
        if slot is None:
            slot = self._free.pop() if self._free else self._grown()
            self.slots[key], self.keys[slot] = slot, key
        node = self._node_of(new.node)
        self._group[slot] = self._group_of(new.group)
        self._node[slot], self._look[slot], self._restarts[slot] = node, new.look, new.restarts
        self._asks[slot] = new.asks
        if node != NOWHERE:
            self._sums[node] += new.asks
            touched.add(node)
        return slot, touched

    def take(self, key: str) -> tuple[int, set[int]] | None:
        """Forgets a pod; its slot, and the nodes whose sums changed. None where it was not known."""
        slot = self.slots.pop(key, None)
        if slot is None:
            return None
        touched = self._subtract(slot)
        self._look[slot], self._node[slot], self._asks[slot] = GONE, NOWHERE, 0
        self._free.append(slot)
        return slot, touched

    def apply(self, marks: Mapping[str, Mark | None]) -> Difference:
        """Takes in the last marks of pods that changed; None is a pod that is gone."""
        groups, nodes = len(self.groups), len(self.nodes)
        slots: list[int] = []
        touched: set[int] = set()
        for key, new in marks.items():
            done = self.take(key) if new is None else self.put(key, new)
            if done is not None:
                slots.append(done[0])
                touched |= done[1]
        at, summed = np.array(slots, np.uint32), np.array(sorted(touched), np.uint32)
        arrays = {"slot": at, **self._of(at), "summed": summed, "sums": self._sums[summed]}
        return Difference(arrays, self.groups[groups:], self.nodes[nodes:])

    def whole(self) -> dict[str, Array]:
        """All arrays, as the browser keeps them."""
        every = slice(0, len(self.keys))
        return {**self._of(every), "sums": self._sums[: len(self.nodes)]}

    def on(self, nodes: Iterable[str]) -> list[str]:
        """The keys of the pods on some nodes, in the order of their slots."""
        wanted = [self._node_at[one] for one in nodes if one in self._node_at]
        return [self.keys[slot] for slot in np.flatnonzero(np.isin(self._node[: len(self.keys)], wanted))]

    def waiting(self, most: int) -> list[str]:
        """The keys of pods that want a node."""
        held = len(self.keys)
        there = (self._node[:held] == NOWHERE) & (self._look[:held] & 7 == PHASES.index("Pending"))
        return [self.keys[slot] for slot in np.flatnonzero(there)[:most]]

    def _of(self, at: Any) -> dict[str, Array]:
        return {
            "group": self._group[at],
            "node": self._node[at],
            "look": self._look[at],
            "restarts": self._restarts[at],
        }

    def _subtract(self, slot: int) -> set[int]:
        node = int(self._node[slot])
        if node == NOWHERE:
            return set()
        self._sums[node] -= self._asks[slot]
        return {node}

    def _grown(self) -> int:
        slot = len(self.keys)
        self.keys.append("")
        if slot == len(self._look):
            for name in ("_group", "_node", "_look", "_restarts", "_asks"):
                setattr(self, name, _larger(getattr(self, name)))
        return slot

    def _node_of(self, name: str) -> int:
        if not name:
            return NOWHERE
        at = self._node_at.get(name)
        if at is None:
            at = self._node_at[name] = len(self.nodes)
            self.nodes.append(name)
            if at == len(self._sums):
                self._sums = _larger(self._sums)
        return at

    def _group_of(self, group: Group) -> int:
        at = self._group_at.get(group)
        if at is None:
            at = self._group_at[group] = len(self.groups)
            self.groups.append(group)
        return at


def _larger(array: Array) -> Array:
    grown = np.zeros((max(1024, 2 * len(array)), *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
