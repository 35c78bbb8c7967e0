"""The rolling update of a DaemonSet: which old pods go now, and which nodes get a new pod beside the old one.

Follows rollingUpdate and updatedDesiredNodeCounts in pkg/controller/daemon/update.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator.engine.controllers.controller_history import REVISION_LABEL
from simulator.engine.controllers.int_or_percent import scaled
from simulator.engine.objects import get_in, is_deleting, labels_of
from simulator.engine.pods import is_available
from simulator.engine.registry import Body, Instant


class Step(NamedTuple):
    """What one step of the update does: pods to delete, and names of nodes that need a new pod."""

    delete: list[Body]
    create: list[str]


class Update(NamedTuple):
    """An update as it stands: `hash` tells new pods from old, `now` and `min_ready` which are available.

    `nodes` are the names of those that should run a pod.
    """

    hash: str
    min_ready: int
    now: Instant
    nodes: frozenset[str]
    surge: int
    unavailable: int

    def is_available(self, pod: Body) -> bool:
        return is_available(pod, self.min_ready, self.now)

    def split(self, pods: Iterable[Body]) -> tuple[Body | None, Body | None] | None:
        """(new, old) pod of a node; None if there are two of one sort, which the DaemonSet puts right first."""
        new: Body | None = None
        old: Body | None = None
        for pod in pods:
            if is_deleting(pod):
                continue
            if labels_of(pod).get(REVISION_LABEL) == self.hash:
                if new is not None:
                    return None
                new = pod
            else:
                if old is not None:
                    return None
                old = pod
        return new, old


def update_of(ds: Body, hash: str, nodes: Iterable[str], now: Instant) -> Update:
    """The update of a DaemonSet that belongs on these nodes."""
    names = frozenset(nodes)
    surge, unavailable = limits(ds, len(names))
    return Update(hash, ds["spec"].get("minReadySeconds") or 0, now, names, surge, unavailable)


def limits(ds: Body, desired: int) -> tuple[int, int]:
    """(surge, unavailable) in pods; both round up, and one must let the update move."""
    rolling = get_in(ds, "spec", "updateStrategy", "rollingUpdate", default={})
    surge = scaled(rolling.get("maxSurge"), desired, round_up=True)
    unavailable = scaled(rolling.get("maxUnavailable", 1), desired, round_up=True)
    if desired and not surge and not unavailable:
        unavailable = 1
    return surge, unavailable


def allows_surge(ds: Body) -> bool:
    if get_in(ds, "spec", "updateStrategy", "type", default="RollingUpdate") != "RollingUpdate":
        return False
    return scaled(get_in(ds, "spec", "updateStrategy", "rollingUpdate", "maxSurge"), 100, round_up=True) > 0


def step(update: Update, on_nodes: Mapping[str, list[Body]]) -> Step:
    """The next step. on_nodes: the daemon pods by the node they are on or meant for."""
    return _surge(update, on_nodes) if update.surge else _replace(update, on_nodes)


def _replace(update: Update, on_nodes: Mapping[str, list[Body]]) -> Step:
    """Deletes old pods as far as enough stay available; unavailable ones always go, and count as such."""
    missing = 0
    useless: list[Body] = []
    candidates: list[Body] = []
    for node in sorted(on_nodes):
        pair = update.split(on_nodes[node])
        new, old = pair or (None, None)
        if (new is None) == (old is None):
            missing += 1
        elif new is not None:
            missing += not update.is_available(new)
        elif old is not None and not update.is_available(old):
            useless.append(old)
            missing += 1
        elif old is not None:
            candidates.append(old)
    return Step([*useless, *candidates[: max(0, update.unavailable - missing)]], [])


def _surge(update: Update, on_nodes: Mapping[str, list[Body]]) -> Step:
    """Creates new pods beside old ones as far as the surge goes; an old pod goes when its new one is available.

    On a node that should no longer run a pod the old one goes without a successor: at once if it is not available, or
    else when there are more available pods than nodes that should run one.
    """
    surging, available = 0, 0
    delete: list[Body] = []
    leaving: list[Body] = []
    at_once: list[str] = []
    candidates: list[str] = []
    for node in sorted(on_nodes):
        pair = update.split(on_nodes[node])
        if pair is None:
            surging += 1
            continue
        new, old = pair
        first = old or new
        works = first is not None and update.is_available(first)
        available += works
        if old is None:
            continue
        if new is not None:
            if update.is_available(new):
                delete.append(old)
            else:
                surging += 1
        elif node not in update.nodes:
            (leaving if works else delete).append(old)
        else:
            (candidates if works else at_once).append(node)
    spare = max(0, available - len(update.nodes))
    return Step([*delete, *leaving[:spare]], [*at_once, *candidates[: max(0, update.surge - surging)]])
