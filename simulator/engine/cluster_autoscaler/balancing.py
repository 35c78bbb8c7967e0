"""Groups of machines that are alike, and how they share the machines that come.

Follows cluster-autoscaler/processors/nodegroupset/{compare_nodegroups,label_nodegroups,balancing_processor}.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from simulator.engine import node_groups, pods, quantity
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import labels_of, name_of, status_of
from simulator.engine.registry import Bodies, Body

_IGNORED = frozenset(
    {
        "kubernetes.io/hostname",
        "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
        "beta.kubernetes.io/fluentd-ds-ready",
        "kops.k8s.io/instancegroup",
    }
)
_ALWAYS = ("cpu", "memory", "ephemeral-storage", "pods")
"""What a node always has some of free, if only none."""

Amounts = Mapping[str, Fraction]


class Resize(NamedTuple):
    """A group, its size before and after."""

    group: Body
    before: int
    after: int

    def text(self) -> str:
        return f"{{{name_of(self.group)} {self.before}->{self.after} (max: {node_groups.maximum(self.group)})}}"


def are_similar(one: Template, other: Template, settings: Settings) -> bool:
    """Whether two groups have machines that are alike. Follows IsCloudProviderNodeInfoSimilar and areLabelsSame."""
    decisive = settings.names("balancing-label")
    labels, others = labels_of(one.node), labels_of(other.node)
    if decisive:
        return all(key in labels and labels[key] == others.get(key) for key in decisive)
    ignored = _IGNORED.union(settings.names("balancing-ignore-label"))
    return (
        _have_like_capacity(_held(one.node, "capacity"), _held(other.node, "capacity"), settings)
        and _are_close(
            _held(one.node, "allocatable"), _held(other.node, "allocatable"), _allowed(settings, "allocatable")
        )
        and _are_close(_free(one), _free(other), _allowed(settings, "free"))
        and _without(labels, ignored) == _without(others, ignored)
    )


def balanced(groups: Sequence[Body], nodes: int) -> list[Resize]:
    """How a number of new nodes is shared: the smallest group gets each. Follows BalanceScaleUpBetweenGroups."""
    open_ = [_Growing(group) for group in groups if node_groups.target(group) < node_groups.maximum(group)]
    open_.sort(key=lambda one: one.size)
    left = min(nodes, sum(one.most - one.size for one in open_))
    full = at = 0
    while left > 0:
        if open_[at].size < open_[at].most:
            open_[at].size += 1
            left -= 1
        else:
            open_[full], open_[at] = open_[at], open_[full]
            full += 1
        is_ahead = at + 1 < len(open_) and open_[at].size > open_[at + 1].size
        at = at + 1 if is_ahead else full
    resizes = [Resize(one.group, node_groups.target(one.group), one.size) for one in open_]
    return [one for one in resizes if one.after != one.before]


class _Growing:
    def __init__(self, group: Body) -> None:
        self.group = group
        self.size, self.most = node_groups.target(group), node_groups.maximum(group)


def _have_like_capacity(one: Amounts, other: Amounts, settings: Settings) -> bool:
    """As much of everything, but for memory, which may differ by a little."""
    if one.keys() != other.keys():
        return False
    return all(
        _is_close(one[name], other[name], settings.share("memory-difference-ratio"))
        if name == "memory"
        else one[name] == other[name]
        for name in one
    )


def _are_close(one: Amounts, other: Amounts, ratio: Fraction) -> bool:
    return one.keys() == other.keys() and all(_is_close(one[name], other[name], ratio) for name in one)


def _is_close(one: Fraction, other: Fraction, ratio: Fraction) -> bool:
    return abs(one - other) <= max(one, other) * ratio


def _allowed(settings: Settings, what: str) -> Fraction:
    return settings.share(f"max-{what}-difference-ratio")


def _held(node: Body, what: str) -> Amounts:
    return {name: quantity.parse(text)[0] for name, text in (status_of(node).get(what) or {}).items()}


def _free(template: Template) -> Amounts:
    """What the pods on a new machine leave of it, of what they ask for."""
    asked, allocatable = _asked(template.pods), _held(template.node, "allocatable")
    return {name: allocatable.get(name, Fraction(0)) - amount for name, amount in asked.items()}


def _asked(held: Bodies) -> Amounts:
    total = dict.fromkeys(_ALWAYS, Fraction(0))
    for pod in held:
        for name, amount in pods.requests(pod["spec"]).items():
            total[name] = total.get(name, Fraction(0)) + (Fraction(amount, 1000) if name == "cpu" else amount)
    return total


def _without(labels: Mapping[str, str], ignored: frozenset[str]) -> dict[str, str]:
    return {key: value for key, value in labels.items() if key not in ignored}
