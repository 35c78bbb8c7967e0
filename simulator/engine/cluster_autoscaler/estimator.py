"""How many machines of one kind some pods need: first-fit-decreasing bin packing with the scheduler's rules.

Follows cluster-autoscaler/estimator/{binpacking_estimator.go,decreasing_pod_orderer.go}, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from simulator.engine import pods
from simulator.engine.cluster_autoscaler.snapshot import Snapshot
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import get_in, name_of
from simulator.engine.registry import Bodies, Body

Groups = Sequence[Bodies]
"""Pods that are alike, group by group."""


class Estimate(NamedTuple):
    """How many nodes are needed, and which pods they take."""

    nodes: int
    pods: Bodies


def ordered(groups: Groups, node: Body) -> list[Bodies]:
    """The groups whose pods take most of a node first."""
    return sorted(groups, key=lambda group: -_score(group[0], node))


def _score(pod: Body, node: Body) -> Fraction:
    """The shares of a node's cpu and memory that a pod asks for, added up."""
    asked, total = pods.requests(pod["spec"]), Fraction(0)
    for name in ("cpu", "memory"):
        has = pods.figure(name, get_in(node, "status", "allocatable", name, default=0))
        if has > 0:
            total += Fraction(asked[name], has)
    return total


def estimate(snapshot: Snapshot, groups: Groups, template: Template, *, most: int) -> Estimate:
    """At most `most` nodes; the snapshot is left as it was."""
    packing = _Packing(snapshot, template, most)
    with snapshot.forked():
        for group in ordered(groups, template.node):
            packing.on_new(packing.on_existing(group))
    return Estimate(len(packing.filled), packing.taken)


class _Packing:
    def __init__(self, snapshot: Snapshot, template: Template, most: int) -> None:
        self._snapshot, self._template, self._most = snapshot, template, most
        self._names: list[str] = []
        self.filled: set[str] = set()
        self.taken: Bodies = []

    def on_existing(self, group: Bodies) -> Bodies:
        """Fills the nodes that were added so far; the pods from the first on that fits on none."""
        for position, pod in enumerate(group):
            node = self._snapshot.fitting(pod, self._names)
            if not node:
                return group[position:]
            self._take(pod, node)
        return []

    def on_new(self, group: Bodies) -> None:
        """Adds nodes for the pods, as long as that helps them and more are allowed."""
        for pod in group:
            last = self._names[-1] if self._names else ""
            if last and not self._snapshot.check(pod, last):
                self._take(pod, last)
                continue
            if (last and last not in self.filled) or len(self._names) >= self._most:
                return
            new = self._template.named(f"e-{len(self._names)}")
            self._snapshot.add_node(new.node, new.pods)
            self._names.append(name_of(new.node))
            if self._snapshot.check(pod, self._names[-1]):
                return
            self._take(pod, self._names[-1])

    def _take(self, pod: Body, node: str) -> None:
        self._snapshot.place(pod, node)
        self.filled.add(node)
        self.taken.append(pod)
