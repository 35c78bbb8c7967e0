"""What would happen to a pod: where it may go, where it would go under two configurations, how many more would fit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from simulator.clusters import NotUnderstood
from simulator.engine.chance import Chance
from simulator.engine.registry import KINDS, Body
from simulator.engine.scheduler import trace
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.single_pass import capacity
from simulator.models import Cluster
from simulator.scheduling.asked_pods import asked_pod
from simulator.scheduling.configurations import BadConfiguration, profiles_at, read
from simulator.scheduling.present import now, on_their_way, snapshot_of, trace_now

MOST_REPLICAS = 5_000


def feasible(cluster: Cluster, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """For each node, whether the scheduler would let the pod onto it; if not, the plugin that refuses and why."""
    reader = now(cluster)
    pod = asked_pod(cluster, asked, reader)
    told = trace.feasible(reader, pod, framework=_profile(pod, profiles_at(cluster, reader)))
    return [
        {
            "name": node["name"],
            "feasible": node["filter"] is None,
            "plugin": node["filter"] and node["filter"]["plugin"],
            "reasons": node["filter"]["reasons"] if node["filter"] else [],
        }
        for node in told
    ]


def compare(cluster: Cluster, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The pod's trace under each of two configurations; None is the one that runs. Raises NotUnderstood."""
    texts = asked.get("configurations")
    if not isinstance(texts, list) or len(texts) != 2 or not all(isinstance(one, str | None) for one in texts):
        raise NotUnderstood(_("The request needs two configurations, each a text or null."))
    reader = now(cluster)
    profiles = profiles_at(cluster, reader)
    sides = []
    for which, text in enumerate(texts):
        try:
            sides.append(profiles if text is None else Profiles(reader, read(text).profiles))
        except BadConfiguration as error:
            raise NotUnderstood(str(error), **error.details, which=which) from None
    pod = asked_pod(cluster, asked, reader)
    return [trace_now(cluster, reader, side, _profile(pod, side), pod) for side in sides]


def fit(cluster: Cluster, asked: dict[str, Any]) -> dict[str, Any]:
    """How many more of the pod fit, where, and what stops the next one."""
    reader = now(cluster)
    pod = KINDS["pods"].default(asked_pod(cluster, asked, reader))
    profiles = profiles_at(cluster, reader)
    snapshot = snapshot_of(reader, profiles, on_their_way(cluster))
    found = capacity(snapshot, _profile(pod, profiles), pod, chance=Chance(cluster.seed), most=MOST_REPLICAS)
    return {
        "replicas": found.replicas,
        "limited": found.limited,
        "perNode": [{"name": node, "count": count} for node, count in found.per_node.items()],
        "message": found.next_one["message"],
        "reasons": [{"reason": reason, "nodes": nodes} for reason, nodes in found.reasons()],
    }


def _profile(pod: Body, profiles: Profiles) -> Framework:
    """The pod's profile; the first for one that asks for another scheduler, so that the question has an answer."""
    return profiles.of(pod) or profiles.first()
