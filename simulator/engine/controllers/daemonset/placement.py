"""Which nodes a DaemonSet's pod belongs on, and what its pods carry so that the scheduler puts them there.

Follows NodeShouldRunDaemonPod in pkg/controller/daemon/daemon_controller.go and pkg/controller/daemon/util, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.objects import get_in, labels_of, name_of, set_in
from simulator.engine.registry import Body
from simulator.engine.selectors import Requirement, expressions
from simulator.engine.tolerations import tolerates

_TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_NO_NETWORK = ("node.kubernetes.io/network-unavailable", "NoSchedule")
_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")


class Verdict(NamedTuple):
    """run: the node should have a pod. stay: a pod that is there may stay."""

    run: bool
    stay: bool


def judge(spec: Body, node: Body) -> Verdict:
    """Whether a node should run a daemon pod of this spec (with its tolerations already added)."""
    wanted = spec.get("nodeName") or name_of(node)
    if wanted != name_of(node) or not _affinity_matches(spec, node):
        return Verdict(False, False)
    taints = get_in(node, "spec", "taints", default=[])
    held = spec.get("tolerations") or []
    hard = [taint for taint in taints if taint["effect"] != "PreferNoSchedule" and not tolerates(held, taint)]
    if hard:
        return Verdict(False, all(taint["effect"] != "NoExecute" for taint in hard))
    return Verdict(True, True)


class Verdicts:
    """Verdicts by pod spec and node, kept until the labels or the spec of the node are others."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], tuple[Body, Body, Body, Verdict]] = {}

    def of(self, spec: Body, node: Body) -> Verdict:
        """What `judge` says. Bodies share what did not change, so two looks at identities tell."""
        labels, own = labels_of(node), node.get("spec") or {}
        known = self._kept.get((id(spec), name_of(node)))
        if known is not None and known[0] is spec and known[1] is labels and known[2] is own:
            return known[3]
        verdict = judge(spec, node)
        self._kept[id(spec), name_of(node)] = (spec, labels, own, verdict)
        return verdict


def with_tolerations(spec: Body) -> Body:
    """The pod spec with the tolerations that every daemon pod gets."""
    added = [*_TOLERATED, _NO_NETWORK] if spec.get("hostNetwork") else list(_TOLERATED)
    held = list(spec.get("tolerations") or [])
    for key, effect in added:
        new = {"key": key, "operator": "Exists", "effect": effect}
        same = [one for one in held if _matches(one, new)]
        held = [new if one in same else one for one in held] if same else [*held, new]
    return {**spec, "tolerations": held}


def pinned(spec: Body, node: str) -> Body:
    """The pod spec with required node affinity to one node by name, in the place of any that its template has."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    return set_in(spec, _REQUIRED, {"nodeSelectorTerms": [{"matchFields": [field]}]})


def target_of(pod: Body) -> str:
    """The node that a daemon pod runs on or is meant for; empty if it is meant for none."""
    spec = pod["spec"]
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    for term in get_in(spec, *_REQUIRED, "nodeSelectorTerms", default=[]):
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In" and len(field["values"]) == 1:
                return str(field["values"][0])
    return ""


def _matches(one: Body, new: Body) -> bool:
    return (
        one.get("key", "") == new["key"]
        and one.get("effect", "") == new["effect"]
        and (one.get("operator") or "Equal") == new["operator"]
        and not one.get("value")
    )


def _affinity_matches(spec: Body, node: Body) -> bool:
    labels = labels_of(node)
    if any(labels.get(name) != value for name, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required = get_in(spec, *_REQUIRED)
    if required is None:
        return True
    return any(_term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())


def _term_matches(term: Body, node: Body) -> bool:
    fields: tuple[Requirement, ...] = expressions(term.get("matchFields") or ())
    wanted = expressions(term.get("matchExpressions") or ())
    if not fields and not wanted:
        return False
    named, labels = {"metadata.name": name_of(node)}, labels_of(node)
    return all(one.matches(labels) for one in wanted) and all(one.matches(named) for one in fields)
