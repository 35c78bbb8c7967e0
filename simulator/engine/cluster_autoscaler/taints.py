"""The taints by which the autoscaler marks nodes. Follows cluster-autoscaler/utils/taints/taints.go, v1.34."""

from __future__ import annotations

from simulator.engine.registry import Body

TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler"
CANDIDATE = "DeletionCandidateOfClusterAutoscaler"


def has_taint(node: Body, key: str) -> bool:
    return any(one.get("key") == key for one in node["spec"].get("taints") or ())
