"""Which pods a VerticalPodAutoscaler is about.

Follows vertical-pod-autoscaler/pkg/target/fetcher.go and validateTargetRef in
pkg/recommender/input/cluster_feeder.go of kubernetes/autoscaler.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from simulator.engine import selectors
from simulator.engine.objects import controller_of, get_in, namespace_of
from simulator.engine.registry import Bodies, Body, Kinds, Reader
from simulator.engine.selectors import Selector


class Cluster(Reader, Protocol):
    """A reader that knows which kinds there are."""

    kinds: Kinds


class Target(NamedTuple):
    """What selects the pods, or why that cannot be said."""

    selector: Selector | None
    unsupported: str


def target_of(world: Cluster, vpa: Body) -> Target:
    ref, namespace = vpa["spec"].get("targetRef") or {}, namespace_of(vpa)
    version, kind, name = ref.get("apiVersion") or "", ref.get("kind") or "", ref.get("name") or ""
    known = world.kinds.find(version, kind)
    if known is None:
        return _unreadable(f'no matches for kind "{kind}" in version "{version}"')
    body = world.get(known.storage, namespace, name)
    if body is None:
        return _unreadable(f"{kind} {namespace}/{name} does not exist")
    selector = _selector(body)
    if selector is None:
        return _unreadable(f"{kind} {namespace}/{name} has no selector")
    if controller_of(body) is not None:
        said = (
            f"The target {version}.{kind}/{name} has a parent controller but it should point to a topmost well-known "
            "or scalable controller"
        )
        return Target(None, said)
    return Target(selector, "")


def pods_of(world: Cluster, vpa: Body) -> Bodies:
    """The pods that are selected."""
    selector = target_of(world, vpa).selector
    if selector is None:
        return []
    held = world.list("pods", namespace_of(vpa))
    return [pod for pod in held if selector.matches(pod["metadata"].get("labels") or {})]


def _selector(body: Body) -> Selector | None:
    template = get_in(body, "spec", "jobTemplate", "spec", "template", "metadata", "labels")
    if template:
        return selectors.of_labels(template)
    held = get_in(body, "spec", "selector")
    if not isinstance(held, dict) or not held:
        return None
    try:
        is_plain = not {"matchLabels", "matchExpressions"} & set(held)
        return selectors.of_labels(held) if is_plain else selectors.of(held)
    except (KeyError, TypeError, ValueError):
        return None


def _unreadable(why: str) -> Target:
    return Target(None, f"Cannot read targetRef. Reason: {why}")
