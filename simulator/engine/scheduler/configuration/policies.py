"""The old names: the predicates and priorities of scheduling policies, each with what does its work today.

Policies went with Kubernetes 1.23; books and tutorials still speak of them.
Follows pkg/scheduler/framework/plugins/legacy_registry.go, v1.22, and
pkg/scheduler/algorithmprovider/defaults/defaults.go, v1.17, for names that were older still.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from simulator.engine.causes import _
from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.faults import Fault


class OldName(NamedTuple):
    """kind: what the name was of. plugins: those that do its work today, none where nothing does.

    sentence: what became of it, marked for translation.
    """

    kind: Literal["predicate", "priority", "word"]
    plugins: tuple[str, ...]
    sentence: str


def _predicate(sentence: str, *plugins: str) -> OldName:
    return OldName("predicate", plugins, sentence)


def _priority(sentence: str, *plugins: str) -> OldName:
    return OldName("priority", plugins, sentence)


_CLOUD_VOLUMES = _("NodeVolumeLimits counts the volumes of every CSI driver, this one among them.")
_CONDITION = _("The node controller taints a node of this condition, and TaintToleration looks at taints.")
_SPREAD = _("PodTopologySpread spreads pods of one Service or controller, with its default constraints.")
_TAINTS = _("TaintToleration refuses nodes whose NoSchedule and NoExecute taints the pod does not tolerate.")
_CONSTRAINTS = _("PodTopologySpread keeps to the pod's topologySpreadConstraints.")
_LABELS = _("Nothing takes its place; addedAffinity of NodeAffinity asks every pod's node for labels.")
_ONE_SERVICE = _("Nothing takes its place; podAffinity brings the pods of a Service together by a node's label.")
_FREE_PORTS = _("NodePorts refuses nodes on which a hostPort that the pod wants is taken.")
_FREE_ROOM = _("NodeResourcesFit prefers the emptier node: its strategy LeastAllocated, the default.")

PREDICATES: dict[str, OldName] = {
    "GeneralPredicates": _predicate(
        _("Four plugins do this: is there room, is it the node asked for, are the ports free, do the labels match."),
        "NodeResourcesFit", "NodeName", "NodePorts", "NodeAffinity"),
    "PodFitsResources": _predicate(
        _("NodeResourcesFit refuses nodes without room for what the pod requests."), "NodeResourcesFit"),
    "PodFitsHostPorts": _predicate(_FREE_PORTS, "NodePorts"),
    "PodFitsPorts": _predicate(_FREE_PORTS, "NodePorts"),
    "HostName": _predicate(_("NodeName refuses all nodes but the one in the pod's spec.nodeName."), "NodeName"),
    "MatchNodeSelector": _predicate(
        _("NodeAffinity looks at nodeSelector and at the required node affinity."), "NodeAffinity"),
    "CheckNodeUnschedulable": _predicate(_("NodeUnschedulable refuses cordoned nodes."), "NodeUnschedulable"),
    "PodToleratesNodeTaints": _predicate(_TAINTS, "TaintToleration"),
    "PodToleratesNodeNoExecuteTaints": _predicate(_TAINTS, "TaintToleration"),
    "CheckNodeCondition": _predicate(_CONDITION, "TaintToleration"),
    "CheckNodeMemoryPressure": _predicate(_CONDITION, "TaintToleration"),
    "CheckNodeDiskPressure": _predicate(_CONDITION, "TaintToleration"),
    "CheckNodePIDPressure": _predicate(_CONDITION, "TaintToleration"),
    "CheckNodeLabelPresence": _predicate(_LABELS, "NodeAffinity"),
    "CheckServiceAffinity": _predicate(_ONE_SERVICE, "InterPodAffinity"),
    "MatchInterPodAffinity": _predicate(
        _("InterPodAffinity looks at podAffinity and podAntiAffinity, of the pod and of those that run."),
        "InterPodAffinity"),
    "EvenPodsSpread": _predicate(_CONSTRAINTS, "PodTopologySpread"),
    "NoDiskConflict": _predicate(
        _("VolumeRestrictions refuses nodes where another pod holds a disk that only one may hold."),
        "VolumeRestrictions"),
    "NoVolumeZoneConflict": _predicate(
        _("VolumeZone refuses nodes outside the zone of the pod's volumes."), "VolumeZone"),
    "CheckVolumeBinding": _predicate(
        _("VolumeBinding finds volumes for the pod's claims that the node can reach, and binds them."),
        "VolumeBinding"),
    "MaxCSIVolumeCountPred": _predicate(
        _("NodeVolumeLimits refuses nodes to which no more volumes can be attached."), "NodeVolumeLimits"),
    "MaxEBSVolumeCount": _predicate(_CLOUD_VOLUMES, "NodeVolumeLimits"),
    "MaxGCEPDVolumeCount": _predicate(_CLOUD_VOLUMES, "NodeVolumeLimits"),
    "MaxAzureDiskVolumeCount": _predicate(_CLOUD_VOLUMES, "NodeVolumeLimits"),
    "MaxCinderVolumeCount": _predicate(_CLOUD_VOLUMES, "NodeVolumeLimits"),
}  # fmt: skip

PRIORITIES: dict[str, OldName] = {
    "LeastRequestedPriority": _priority(_FREE_ROOM, "NodeResourcesFit"),
    "MostRequestedPriority": _priority(
        _("NodeResourcesFit prefers the fuller node with the strategy MostAllocated."), "NodeResourcesFit"),
    "RequestedToCapacityRatioPriority": _priority(
        _("NodeResourcesFit scores by a curve of your own with the strategy RequestedToCapacityRatio."),
        "NodeResourcesFit"),
    "BalancedResourceAllocation": _priority(
        _("NodeResourcesBalancedAllocation prefers nodes whose cpu and memory would be used alike."),
        "NodeResourcesBalancedAllocation"),
    "ResourceLimitsPriority": _priority(_("Nothing takes its place: limits do not count in scheduling.")),
    "SelectorSpreadPriority": _priority(_SPREAD, "PodTopologySpread"),
    "ServiceSpreadingPriority": _priority(_SPREAD, "PodTopologySpread"),
    "EvenPodsSpreadPriority": _priority(_CONSTRAINTS, "PodTopologySpread"),
    "InterPodAffinityPriority": _priority(
        _("InterPodAffinity scores by the preferred pod affinity and anti-affinity."), "InterPodAffinity"),
    "NodeAffinityPriority": _priority(
        _("NodeAffinity scores by the preferred node affinity."), "NodeAffinity"),
    "TaintTolerationPriority": _priority(
        _("TaintToleration prefers nodes with fewer PreferNoSchedule taints that the pod does not tolerate."),
        "TaintToleration"),
    "ImageLocalityPriority": _priority(
        _("ImageLocality prefers nodes that hold the pod's images already."), "ImageLocality"),
    "NodePreferAvoidPodsPriority": _priority(
        _("Nothing takes its place; a PreferNoSchedule taint keeps pods away from a node."), "TaintToleration"),
    "EqualPriority": _priority(
        _("Nothing takes its place, and nothing is missing: it gave every node the same score.")),
}  # fmt: skip

WORDS: dict[str, OldName] = {
    "Policy": OldName(
        "word", (), _("A file of predicates and priorities; today KubeSchedulerConfiguration, with profiles.")),
    "Predicate": OldName("word", (), _("A rule that says whether a node can take a pod; today a plugin that filters.")),
    "Priority": OldName("word", (), _("A rule that ranks nodes; today a plugin that scores.")),
}  # fmt: skip
"""Not to be mixed up with a pod's priority, which is another thing and is still called so."""

_REMOVED = _("Scheduling policies were removed in Kubernetes 1.23: write a KubeSchedulerConfiguration with profiles.")


def refusal(body: Body, head: str) -> list[Fault]:
    """Why a Policy is not read, and what became of each name in it. head: that its kind is not known."""
    faults = [Fault("kind", head), Fault("kind", _REMOVED)]
    for key, known in (("predicates", PREDICATES), ("priorities", PRIORITIES)):
        for position, name in enumerate(_names(body.get(key))):
            old = known.get(name)
            if old is not None:
                faults.append(Fault(f"{key}[{position}].name", old.sentence))
    return faults


def _names(held: Any) -> list[str]:
    """The names in a list that nobody has checked; empty for what has none."""
    entries = held if isinstance(held, list) else []
    names = [one.get("name") if isinstance(one, dict) else "" for one in entries]
    return [name if isinstance(name, str) else "" for name in names]
