"""How the NodeGroups stand: their nodes, the machines that are still to come, requests that failed, back-off.

Follows cluster-autoscaler/clusterstate/clusterstate.go and utils/backoff/exponential_backoff.go, v1.34. What is
remembered from scan to scan is one note (`state`):
    up, down, failed    when it last scaled up, took a node away, failed to
    requests            group -> at, due, increase: machines that were ordered and are not there yet
    backoff             group -> until, lasts: groups that are left alone after a failure
    unregistered        machine -> since when it is known to have no Node
    unneeded            node -> since when it is not needed
    unremovable         node -> until when it is not looked at again
    told                pod -> why nothing was done for it, as it was told last
    shown               what the status says, without times
    since               instants at which parts of the status came to be as they are
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine import node_groups
from simulator.engine.clock import SECOND
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.objects import instant_of, is_condition_true, name_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.world import World

State = dict[str, Any]
COMPONENT = "cluster-autoscaler"
STARTUP = 15 * 60 * SECOND
"""For so long a new node may be without being ready."""
_EMPTY: State = {
    **dict.fromkeys(("up", "down", "failed"), 0),
    **{part: {} for part in ("requests", "backoff", "unregistered", "unneeded", "unremovable", "told", "since")},
}


class Readiness(NamedTuple):
    """The Nodes of a group, by how they are, and its machines that have none for too long."""

    ready: Bodies
    unready: Bodies
    not_started: Bodies
    deleted: Bodies
    lost: list[str]

    @property
    def registered(self) -> Bodies:
        return [*self.ready, *self.unready, *self.not_started]


class ClusterState:
    """The groups at an instant, and what is remembered of them."""

    def __init__(self, world: World, settings: Settings, memory: State | None = None) -> None:
        self._settings, self._now = settings, world.now
        self.memory: State = {**_EMPTY, **(memory or world.note(COMPONENT, "state") or {})}
        self.groups = {name_of(one): one for one in world.list(node_groups.RESOURCE)}
        nodes = world.list("nodes")
        self._note_unregistered({name_of(node) for node in nodes})
        self.readiness = {name: self._readiness(one, nodes) for name, one in self.groups.items()}

    def group_of(self, node: Body) -> Body | None:
        return self.groups.get(node_groups.group_of(node))

    def upcoming(self, name: str) -> int:
        """How many of a group's machines are ordered and not there. Follows GetUpcomingNodes."""
        held = self.readiness[name]
        there = len(held.ready) + len(held.unready) + len(held.lost)
        return max(node_groups.target(self.groups[name]) - there, 0)

    def is_healthy(self, name: str) -> bool:
        """Follows IsNodeGroupHealthy."""
        held, request = self.readiness[name], self.memory["requests"].get(name)
        least = node_groups.target(self.groups[name]) - len(held.lost) - (request["increase"] if request else 0)
        return not self._are_many(max(least - len(held.ready), 0), len(held.registered))

    def is_cluster_healthy(self, nodes: Bodies) -> bool:
        """Follows IsClusterHealthy."""
        unready = [
            node for node in nodes if not is_condition_true(node, "Ready") and created(node) + STARTUP <= self._now
        ]
        return not self._are_many(len(unready), len(nodes))

    def _are_many(self, unready: int, all_: int) -> bool:
        share = self._settings.share("max-total-unready-percentage") / 100
        return unready > self._settings.number("ok-total-unready-count") and unready > share * all_

    def is_backed_off(self, name: str) -> bool:
        held = self.memory["backoff"].get(name)
        return held is not None and bool(held["until"] > self._now)

    def request(self, name: str, increase: int) -> None:
        """Machines are ordered. Follows RegisterScaleUp."""
        held = self.memory["requests"].get(name) or {"increase": 0}
        due = self._now + self._settings.time("max-node-provision-time")
        new = {"at": self._now, "due": due, "increase": held["increase"] + increase}
        self.memory["requests"] = {**self.memory["requests"], name: new}

    def settle_requests(self) -> dict[str, int]:
        """Forgets the requests that came to an end; those that failed, with how long they were open."""
        failed, left = {}, {}
        backoff = {
            name: one
            for name, one in self.memory["backoff"].items()
            if name in self.groups
            and one["until"] + self._settings.time("node-group-backoff-reset-timeout") > self._now
        }
        for name, held in self.memory["requests"].items():
            if name not in self.groups:
                continue
            group, ready = self.groups[name], self.readiness[name]
            if node_groups.target(group) <= len(ready.ready) + len(ready.unready):
                backoff.pop(name, None)
            elif held["due"] < self._now:
                failed[name] = self._now - held["at"]
                backoff[name] = self._backed_off(backoff.get(name))
            else:
                left[name] = held
        self.memory["requests"], self.memory["backoff"] = left, backoff
        return failed

    def _backed_off(self, known: State | None) -> State:
        lasts = self._settings.time("initial-node-group-backoff-duration")
        if known is not None:
            lasts = known["lasts"] * (1 if known["until"] > self._now else 2)
        lasts = min(lasts, self._settings.time("max-node-group-backoff-duration"))
        return {"until": self._now + lasts, "lasts": lasts}

    def _note_unregistered(self, nodes: set[str]) -> None:
        held = self.memory["unregistered"]
        there = [name for one in self.groups.values() for name in node_groups.instances(one)]
        self.memory["unregistered"] = {name: held.get(name, self._now) for name in there if name not in nodes}

    def _readiness(self, group: Body, nodes: Bodies) -> Readiness:
        held = Readiness([], [], [], [], self._lost(group))
        there = set(node_groups.instances(group)) - set(node_groups.given_back(group))
        for node in nodes:
            if node_groups.group_of(node) != name_of(group):
                continue
            if name_of(node) not in there:
                held.deleted.append(node)
            elif is_condition_true(node, "Ready"):
                held.ready.append(node)
            elif created(node) + STARTUP > self._now:
                held.not_started.append(node)
            else:
                held.unready.append(node)
        return held

    def _lost(self, group: Body) -> list[str]:
        """The machines that should have had a Node by now."""
        allowed = self._settings.time("max-node-provision-time")
        since = self.memory["unregistered"]
        mine = [name for name in node_groups.instances(group) if name not in node_groups.given_back(group)]
        return [name for name in mine if name in since and since[name] + allowed < self._now]


def created(body: Body) -> Instant:
    return instant_of(body["metadata"]["creationTimestamp"])
