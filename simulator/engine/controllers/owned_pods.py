"""What a ReplicaSet counts about its pods, kept up to date change by change so that no reconcile reads them all.

The figures are those of calculateStatus in pkg/controller/replicaset/replica_set_utils.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, cast

from sortedcontainers import SortedDict, SortedList

from simulator.engine.clock import SECOND
from simulator.engine.controllers.pod_ranking import Rank, rank
from simulator.engine.objects import condition, controller_of, instant_of, labels_of
from simulator.engine.pods import is_active, is_ready, node_of
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.selectors import EVERYTHING, Selector


class Standing(NamedTuple):
    """What matters about an active pod: who controls it, its labels, since when it is ready (None: not), its node."""

    uid: str
    owner: str
    labels: dict[str, str]
    ready: Instant | None
    node: str


def standing_of(pod: Body, kind: str) -> Standing | None:
    """The standing of an active pod that a `kind` controls, None for any other."""
    owner = controller_of(pod)
    if owner is None or owner["kind"] != kind or not is_active(pod):
        return None
    since = None
    if is_ready(pod):
        found = condition(pod, "Ready") or {}
        since = instant_of(found["lastTransitionTime"]) if found.get("lastTransitionTime") else 0
    return Standing(owner["uid"], owner["name"], labels_of(pod), since, node_of(pod))


class OwnedPods:
    """The active pods of one ReplicaSet: how many, fully labeled, ready and available, and which match no more."""

    def __init__(self) -> None:
        self.strays: SortedDict[Key, None] = SortedDict()
        self.labeled = 0
        self.nodes: Counter[str] = Counter()
        self._ranks: dict[Key, Rank | None] = {}
        self._pods: dict[Key, dict[str, str]] = {}
        self._ready: SortedList[Instant] = SortedList()
        self._selector: Selector = EVERYTHING
        self._terms: tuple[Body, Body] = ({}, {})

    def __len__(self) -> int:
        return len(self._pods)

    @property
    def ready(self) -> int:
        return len(self._ready)

    def available(self, min_ready_seconds: int, now: Instant) -> tuple[int, Instant | None]:
        """How many pods have been ready long enough, and when the next one will have been."""
        wait = min_ready_seconds * SECOND
        count = self._ready.bisect_right(now - wait) if wait else len(self._ready)
        return count, (self._ready[count] + wait if count < len(self._ready) else None)

    def keep_to(self, spec: Body, selector: Callable[[Body], Selector]) -> None:
        """Takes over the selector, as `selector` reads it, and the template's labels of the ReplicaSet's spec."""
        labels = labels_of(spec["template"]) if "metadata" in spec["template"] else {}
        terms = (spec["selector"], labels)
        if terms == self._terms:
            return
        self._terms, self._selector = terms, selector(spec)
        self.labeled, self.strays = 0, SortedDict()
        for key, held in self._pods.items():
            self._judge(key, held, 1)

    def add(self, key: Key, standing: Standing) -> None:
        self._pods[key] = standing.labels
        self._ranks[key] = None
        self.nodes[standing.node] += 1
        if standing.ready is not None:
            self._ready.add(standing.ready)
        self._judge(key, standing.labels, 1)

    def remove(self, key: Key, standing: Standing) -> None:
        if self._pods.pop(key, None) is None:
            return
        del self._ranks[key]
        self.nodes[standing.node] -= 1
        if standing.ready is not None:
            self._ready.remove(standing.ready)
        self.strays.pop(key, None)
        self._judge(key, standing.labels, -1)

    def ranks(self, pod: Callable[[Key], Body]) -> Mapping[Key, Rank]:
        """What the pods' places in the queue for deletion come from; `pod` looks one up."""
        for key, held in self._ranks.items():
            if held is None:
                self._ranks[key] = rank(pod(key))
        return cast(Mapping[Key, Rank], self._ranks)

    def turn(self, key: Key, before: Standing, after: Standing) -> None:
        """Takes note of a pod that stays, with the labels that it had, and has changed."""
        self._ranks[key] = None
        if before.node != after.node:
            self.nodes[before.node] -= 1
            self.nodes[after.node] += 1
        if before.ready == after.ready:
            return
        if before.ready is not None:
            self._ready.remove(before.ready)
        if after.ready is not None:
            self._ready.add(after.ready)

    def _judge(self, key: Key, labels: dict[str, str], step: int) -> None:
        if self._terms[1].items() <= labels.items():
            self.labeled += step
        if step > 0 and not self._selector.matches(labels):
            self.strays[key] = None
