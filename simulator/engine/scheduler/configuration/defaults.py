"""What a configuration means where it says nothing.

Follows pkg/scheduler/apis/config/v1/defaults.go and staging/src/k8s.io/component-base/config/v1alpha1/defaults.go,
v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import cron
from simulator.engine.registry import Body

DEFAULT_SCHEDULER = "default-scheduler"
_LEADER_ELECTION = {
    "leaderElect": True,
    "resourceLock": "leases",
    "resourceName": "kube-scheduler",
    "resourceNamespace": "kube-system",
}
_LEASES = {"leaseDuration": "15s", "renewDeadline": "10s", "retryPeriod": "2s"}
_RESOURCES = [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}]


def configuration(body: Body) -> Body:
    """The decoded body with its defaults; plugins and their arguments are left to the profiles."""
    profiles = body.get("profiles") or [{}]
    if len(profiles) == 1:
        profiles = [{"schedulerName": DEFAULT_SCHEDULER, **profiles[0]}]
    return {
        "parallelism": 16,
        "percentageOfNodesToScore": 0,
        "podInitialBackoffSeconds": 1,
        "podMaxBackoffSeconds": 10,
        **body,
        "profiles": profiles,
        "leaderElection": _leader_election(body.get("leaderElection") or {}),
        "extenders": body.get("extenders") or [],
    }


def _leader_election(held: Body) -> Body:
    said = {key: value for key, value in held.items() if value != ""}
    leases = {key: said[key] if cron.duration(said.get(key, "0")) else text for key, text in _LEASES.items()}
    return {**_LEADER_ELECTION, **said, **leases}


def arguments(plugin: str, body: Body) -> Body:
    """A plugin's decoded arguments with their defaults, without apiVersion and kind."""
    held = {key: value for key, value in body.items() if key not in ("apiVersion", "kind")}
    default = _ARGUMENTS.get(plugin)
    return default(held) if default else held


def _preemption(held: Body) -> Body:
    return {"minCandidateNodesPercentage": 10, "minCandidateNodesAbsolute": 100, **held}


def _dynamic_resources(held: Body) -> Body:
    return {"filterTimeout": "10s", **held}


def _inter_pod_affinity(held: Body) -> Body:
    return {"hardPodAffinityWeight": 1, "ignorePreferredTermsOfExistingPods": False, **held}


def _balanced(held: Body) -> Body:
    return {**held, "resources": _weighted(held)}


def _fit(held: Body) -> Body:
    strategy = held.get("scoringStrategy")
    if strategy is None:
        strategy = {"type": "LeastAllocated"}
    return {**held, "scoringStrategy": {**strategy, "resources": _weighted(strategy)}}


def _spread(held: Body) -> Body:
    return {**held, "defaultingType": held.get("defaultingType") or "System"}


def _volume_binding(held: Body) -> Body:
    return {"bindTimeoutSeconds": 600, **held}


def _weighted(held: Body) -> list[Body]:
    """The resources to score, each of weight 1 unless it says more."""
    return [{**one, "weight": one.get("weight") or 1} for one in held.get("resources") or _RESOURCES]


_ARGUMENTS: dict[str, Callable[[Body], Body]] = {
    "DefaultPreemption": _preemption,
    "DynamicResources": _dynamic_resources,
    "InterPodAffinity": _inter_pod_affinity,
    "NodeResourcesBalancedAllocation": _balanced,
    "NodeResourcesFit": _fit,
    "PodTopologySpread": _spread,
    "VolumeBinding": _volume_binding,
}
