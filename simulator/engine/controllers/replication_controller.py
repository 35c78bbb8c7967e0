"""The replication controller: what ReplicaSets do, for ReplicationControllers.

Follows pkg/controller/replication/{replication_controller.go,conversion.go}, v1.34: upstream too runs the ReplicaSet
controller over them.
"""

from __future__ import annotations

from simulator.engine import selectors
from simulator.engine.controllers.replicaset import ReplicaSetController
from simulator.engine.registry import Body
from simulator.engine.selectors import Selector


class ReplicationManager(ReplicaSetController):
    """A ReplicaSet's controller whose selector is a plain map of labels."""

    name = "replication-controller"
    kind = "ReplicationController"
    resource = "replicationcontrollers"

    @staticmethod
    def selector(spec: Body) -> Selector:
        return selectors.of_labels(spec["selector"])
