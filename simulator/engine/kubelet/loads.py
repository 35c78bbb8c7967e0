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
from typing import Any

from ..journal import Change
from ..objects import namespace_of, spec_of
from ..registry import Body, Key
from ..workloads.behaviors import Behaviors
from ..workloads.curves import NOTHING, Course, Term
from ..workloads.traffic import cost
from ..workloads.traffic.flows import SLICES, Flows
from ..world import World
from . import configuration, pod_load
from .pod_load import NO_LOAD, Load
from .turn import COMPONENT, Note, container_id

__all__ = ["NO_LOAD", "Load", "Loads"]


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

    def flows(self, change: Change) -> list[Key]:
        """A Traffic or one of its slices is another or gone: the pods whose memory or disk its requests take."""
        is_slice, gone = change.resource == SLICES, change.operation == "DELETED"
        if gone:
            touched = (self._flows.drop_slice if is_slice else self._flows.drop)(change.key)
        else:
            touched = (self._flows.put_slice if is_slice else self._flows.put)(change.body)
        return [key for key in touched if self._is_solved_for(self._world.get("pods", *key))]

    def _is_solved_for(self, pod: Body | None) -> bool:
        if pod is None:
            return False
        chosen = self._of_namespace(namespace_of(pod)).of_pod(pod)
        return any(cost.is_solved_for(one, spec_of(chosen.of(one["name"]))) for one in pod["spec"]["containers"])

    def of(self, pod: Body, note: Note) -> Load:
        """A pod's load, worked out anew."""
        if not note["boxes"]:
            return NO_LOAD
        chosen = self._of_namespace(namespace_of(pod)).of_pod(pod)

        def identify(name: str) -> str:
            return container_id(self._world.seed, note["uid"], name, note["boxes"][name]["n"])

        most = configuration.running(self._world, note["node"]).number("podPidsLimit")
        reaching = self._flows.of_pod(pod)
        return pod_load.of(pod, note["boxes"], chosen, self._world, identify, reaching=reaching)._replace(most=most)

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

    def renew(self, node: str) -> None:
        """What a node's kubelet goes by, or can give, is something else: so may be what its pods have."""
        for text in list(self._held[node]):
            pod, note = self._world.get("pods", *text.split("/")), self._world.note(COMPONENT, text)
            if pod is not None and note is not None and note["node"] == node:
                self.put(node, text, self.of(pod, note))

    def drop(self, text: str) -> None:
        """What a pod's load followed from counts no more, or nothing of it is left."""
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

    def at_rest(self, node: str) -> tuple[Fraction, int] | None:
        """The memory and the processes of a node's pods if they stay as they are and nothing is on its disk."""
        memory = self._memory[node]
        if memory.terms or self._writing[node]:
            return None
        return memory.base, self._processes[node]

    def on(self, node: str) -> Mapping[str, Load]:
        """The loads of a node's pods, by `namespace/name`. Not to be changed."""
        return self._held[node]

    def writing(self, node: str) -> Mapping[str, Load]:
        """The loads of those of a node's pods that have something on its disk, or will. Not to be changed."""
        return self._writing[node]
