"""What the containers of each node ask for, over time. Derived from the pods that the kubelets remember.

A container's course begins at the microsecond of its start, so that what the kernel and the kubelet do about it comes
at exactly the instant at which it is due. An ended container asks for nothing, but what it wrote to its disk stays
until the container is removed; of each container the kubelet keeps the run before the present one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from ..objects import key_of, namespace_of, spec_of
from ..registry import Body, Key
from ..workloads import demand
from ..workloads.behaviors import Behaviors
from ..workloads.containers import container_of
from ..workloads.curves import NOTHING, Course, Term, together
from ..workloads.demand import Demand
from ..workloads.traffic import cost
from ..workloads.traffic.flows import Flows
from ..world import World
from .turn import Note


class Load(NamedTuple):
    """A pod's: what its running containers ask for, by name, and what its ended ones left on the disk, in bytes.

    volumes: what containers write to the pod's volumes of type emptyDir, by name, in bytes.
    """

    running: Mapping[str, Demand]
    left: Fraction = NOTHING
    volumes: Mapping[str, Course] = MappingProxyType({})

    def memory(self) -> Course:
        return together(one.memory for one in self.running.values())

    def disk(self) -> Course:
        parts = [Course(self.left), *(one.disk for one in self.running.values()), *self.volumes.values()]
        return together(parts)

    def processes(self) -> int:
        """The pause container's, and one for each thread of what runs."""
        return 1 + sum(one.threads for one in self.running.values()) if self.running else 0


NO_LOAD = Load({})


@dataclass(slots=True)
class _Sum:
    """What a node's pods use of something, added up as they come and go: what stays as it is costs nothing."""

    base: Fraction = NOTHING
    terms: dict[str, tuple[Term, ...]] = field(default_factory=dict)

    def move(self, text: str, old: Course, new: Course) -> None:
        self.base += new.base - old.base
        self.terms.pop(text, None)
        if new.terms:
            self.terms[text] = new.terms

    def course(self) -> Course:
        return Course(self.base, tuple(term for terms in self.terms.values() for term in terms))


class Loads:
    """The loads of all nodes, kept up to date as containers start and end and as Behaviors change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._behaviors: dict[str, Behaviors] = {}
        self._flows = Flows()
        self._held: defaultdict[str, dict[str, Load]] = defaultdict(dict)
        self._writing: defaultdict[str, dict[str, Load]] = defaultdict(dict)
        self._memory: defaultdict[str, _Sum] = defaultdict(_Sum)
        self._disk: defaultdict[str, _Sum] = defaultdict(_Sum)
        self._processes: defaultdict[str, int] = defaultdict(int)
        self._seen: dict[str, tuple[Any, ...]] = {}  # by pod: what its load followed from, by identity
        self.heard: Callable[[str], None] = lambda node: None

    def forget(self) -> None:
        self._behaviors.clear()
        self._flows = Flows(self._world)
        self._held.clear()
        self._writing.clear()
        for sums in (self._memory, self._disk, self._processes):
            sums.clear()
        self._seen.clear()

    def changed(self, namespace: str) -> None:
        """The Behaviors of a namespace are others."""
        self._behaviors.pop(namespace, None)

    def flows(self, traffic: Body, *, gone: bool) -> list[Key]:
        """A Traffic is another or gone: the pods whose memory or disk its requests take."""
        touched = self._flows.drop(key_of(traffic)) if gone else self._flows.put(traffic)
        return [key for key in touched if self._is_solved_for(self._world.get("pods", *key))]

    def _is_solved_for(self, pod: Body | None) -> bool:
        if pod is None:
            return False
        chosen = self._of_namespace(namespace_of(pod)).of_pod(pod)
        return any(cost.is_solved_for(one, spec_of(chosen.of(one["name"]))) for one in pod["spec"]["containers"])

    def of(self, pod: Body, note: Note) -> Load:
        """A pod's load, worked out anew."""
        boxes = note["boxes"]
        if not boxes:
            return NO_LOAD
        chosen, flows = self._of_namespace(namespace_of(pod)).of_pod(pod), self._flows.of_pod(pod)
        running, left, volumes = {}, NOTHING, dict[str, Course]()
        for name, box in boxes.items():
            container, behavior = container_of(pod, name), spec_of(chosen.of(name))
            volume = _volume(pod, behavior)
            if box["state"] == "running":
                asked = demand.of(container, behavior, box["at"], flows)
                if volume:
                    volumes[volume] = together([volumes.get(volume, Course(NOTHING)), asked.disk])
                    asked = asked._replace(disk=Course(NOTHING))
                running[name] = asked
            if behavior.get("disk"):
                ended = [box["last"], box if box["state"] == "exited" else None]
                runs = [one for one in ended if one and not one.get("removed")]
                written = [demand.of(container, behavior, one["at"], flows).disk.at(one["end"]) for one in runs]
                if not volume:
                    left += sum(written, NOTHING)
                elif box["state"] == "exited":
                    held = demand.of(container, behavior, box["at"], flows).disk.at(box["end"])
                    volumes[volume] = together([volumes.get(volume, Course(NOTHING)), Course(held)])
        return Load(running, left, volumes)

    def _of_namespace(self, namespace: str) -> Behaviors:
        if namespace not in self._behaviors:
            self._behaviors[namespace] = Behaviors(self._world, namespace)
        return self._behaviors[namespace]

    def is_known(self, text: str, pod: Body, note: Note) -> bool:
        """Whether the pod's load is what it was when this was asked last. What is replaced, not changed, tells it."""
        now = (
            note["boxes"],
            note.get("allocated"),
            pod["spec"],
            pod["metadata"].get("labels"),
            self._of_namespace(namespace_of(pod)),
            *self._flows.of_pod(pod),
        )
        before, self._seen[text] = self._seen.get(text), now
        if before is None or len(before) != len(now):
            return False
        return all(one is other for one, other in zip(before, now, strict=True))

    def put(self, node: str, text: str, load: Load) -> bool:
        """Remembers a pod's load; whether it is another than before."""
        held, before = self._held[node], self._held[node].get(text, NO_LOAD)
        if before == load:
            return False
        held.pop(text, None)
        if load != NO_LOAD:
            held[text] = load
        self._memory[node].move(text, before.memory(), load.memory())
        disk = load.disk()
        self._writing[node].pop(text, None)
        if disk.base or disk.terms:
            self._writing[node][text] = load
        self._disk[node].move(text, before.disk(), disk)
        self._processes[node] += load.processes() - before.processes()
        self.heard(node)
        return True

    def drop(self, text: str) -> None:
        """Nothing of a pod is left."""
        self._seen.pop(text, None)

    def memory(self, node: str) -> Course:
        """The memory of all containers on a node together."""
        return self._memory[node].course()

    def disk(self, node: str) -> Course:
        """What all pods of a node have on its disk together."""
        return self._disk[node].course()

    def processes(self, node: str) -> int:
        """The processes of all pods of a node together."""
        return self._processes[node]

    def on(self, node: str) -> Mapping[str, Load]:
        """The loads of a node's pods, by `namespace/name`. Not to be changed."""
        return self._held[node]

    def writing(self, node: str) -> Mapping[str, Load]:
        """The loads of those of a node's pods that have something on its disk, or will. Not to be changed."""
        return self._writing[node]


def _volume(pod: Body, behavior: Body) -> str:
    """The volume on the node's disk that a container writes to instead of its writable layer, empty if none.

    A container that starts again writes the same files anew.
    """
    name = (behavior.get("disk") or {}).get("volume") or ""
    held = spec_of(pod).get("volumes") or ()
    fits = (one["name"] == name and one.get("emptyDir") is not None for one in held if not _is_memory(one))
    return name if any(fits) else ""


def _is_memory(volume: Body) -> bool:
    return (volume.get("emptyDir") or {}).get("medium") == "Memory"
