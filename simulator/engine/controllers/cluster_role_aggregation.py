"""The ClusterRole aggregation controller: a role with an aggregationRule has the rules of those that it selects.

Follows pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import selectors
from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.objects import key_of, labels_of, name_of
from simulator.engine.rbac.policy import CLUSTER_ROLES
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Key
from simulator.engine.world import World

_GATHERS = "gathers"


class ClusterRoleAggregation(Reconciler):
    """Its keys are the ClusterRoles that gather others."""

    name = "clusterrole-aggregation-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index(CLUSTER_ROLES, _GATHERS, lambda body: (True,) if body.get("aggregationRule") else ())
        world.watch(CLUSTER_ROLES, self._role_changed)

    def reconcile(self, key: Key) -> None:
        role = self.world.get(CLUSTER_ROLES, *key)
        if role is None or not role.get("aggregationRule"):
            return
        rules = self._gathered(role)
        if rules == (role.get("rules") or []):
            return
        cause = self.cause("syncClusterRole", _("{name} gathers the rules of other ClusterRoles."), name=key.name)
        self.world.update(CLUSTER_ROLES, {**role, "rules": rules}, cause)

    def _gathered(self, role: Body) -> Bodies:
        """The rules of all other roles that are selected, each once."""
        found: Bodies = []
        for one in role["aggregationRule"].get("clusterRoleSelectors") or ():
            selector = selectors.of(one)
            for other in self.world.list(CLUSTER_ROLES):
                if name_of(other) != name_of(role) and selector.matches(labels_of(other)):
                    found += [rule for rule in other.get("rules") or () if rule not in found]
        return found

    def _role_changed(self, change: Change) -> None:
        for role in self.world.indexed(CLUSTER_ROLES, _GATHERS, True):
            self.enqueue(key_of(role), led_by=change.revision)
