"""What the containers of each node ask for, over time. Derived from the pods that the kubelets remember.

A container's course begins at the microsecond of its start, so that what the kernel and the kubelet do about it comes
at exactly the instant at which it is due. An ended container asks for nothing, but what it wrote to its disk stays
until the container is removed; of each container the kubelet keeps the run before the present one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ..objects import namespace_of, spec_of
from ..registry import Body
from ..workloads import demand
from ..workloads.behaviors import Behaviors
from ..workloads.containers import container_of
from ..workloads.curves import NOTHING, Course, together
from ..workloads.demand import Demand
from ..world import World
from .turn import Note


class Load(NamedTuple):
    """A pod's: what its running containers ask for, by name, and what its ended ones left on the disk, in bytes."""

    running: Mapping[str, Demand]
    left: Fraction = NOTHING

    def memory(self) -> Course:
        return together(one.memory for one in self.running.values())

    def disk(self) -> Course:
        return together([Course(self.left), *(one.disk for one in self.running.values())])


NO_LOAD = Load({})


class Loads:
    """The loads of all nodes, kept up to date as containers start and end and as Behaviors change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._behaviors: dict[str, Behaviors] = {}
        self._held: defaultdict[str, dict[str, Load]] = defaultdict(dict)

    def forget(self) -> None:
        self._behaviors.clear()
        self._held.clear()

    def changed(self, namespace: str) -> None:
        """The Behaviors of a namespace are others."""
        self._behaviors.pop(namespace, None)

    def of(self, pod: Body, note: Note) -> Load:
        """A pod's load, worked out anew."""
        boxes = note["boxes"]
        if not boxes:
            return NO_LOAD
        namespace = namespace_of(pod)
        if namespace not in self._behaviors:
            self._behaviors[namespace] = Behaviors(self._world, namespace)
        chosen = self._behaviors[namespace].of_pod(pod)
        running, left = {}, NOTHING
        for name, box in boxes.items():
            container, behavior = container_of(pod, name), spec_of(chosen.of(name))
            if box["state"] == "running":
                running[name] = demand.of(container, behavior, box["at"])
            if behavior.get("disk"):
                ended = [box["last"], box if box["state"] == "exited" else None]
                left += sum(
                    (demand.of(container, behavior, one["at"]).disk.at(one["end"]) for one in ended if one), NOTHING
                )
        return Load(running, left)

    def put(self, node: str, text: str, load: Load) -> bool:
        """Remembers a pod's load; whether it is another than before."""
        held = self._held[node]
        if held.get(text, NO_LOAD) == load:
            return False
        held.pop(text, None)
        if load != NO_LOAD:
            held[text] = load
        return True

    def on(self, node: str) -> Mapping[str, Load]:
        """The loads of a node's pods, by `namespace/name`. Not to be changed."""
        return self._held[node]
