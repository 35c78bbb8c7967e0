"""The old labels of a node's system follow the present ones.

Follows reconcileNodeLabels in pkg/controller/nodelifecycle/node_lifecycle_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import Cause, _
from simulator.engine.objects import labels_of, set_in
from simulator.engine.registry import Body
from simulator.engine.world import World

SENTENCE = _("The old labels of {node} follow the present ones.")
_PAIRS = (("kubernetes.io/os", "beta.kubernetes.io/os"), ("kubernetes.io/arch", "beta.kubernetes.io/arch"))


def missing(node: Body) -> dict[str, str]:
    """The old labels that are not as they should be."""
    held = labels_of(node)
    return {old: held[new] for new, old in _PAIRS if new in held and held.get(old) != held[new]}


def reconcile(world: World, node: Body, cause: Cause) -> None:
    if wanted := missing(node):
        world.update("nodes", set_in(node, ("metadata", "labels"), {**labels_of(node), **wanted}), cause)
