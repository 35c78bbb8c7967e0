"""A Deployment with ReplicaSets of any size and status, and what one reconcile makes of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine.clock import SECOND
from simulator.engine.controllers.deployment import DeploymentController
from simulator.engine.controllers.deployment.replica_sets import Rollout
from simulator.engine.controllers.deployment.sizes import DESIRED_REPLICAS, MAX_REPLICAS
from simulator.engine.objects import name_of, owner_reference, set_in
from simulator.engine.registry import Body, Key
from tests.engine.controllers.rig import USER, Rig, workload

DEPLOYMENTS, RS = "deployments.apps", "replicasets.apps"
WEB = Key("default", "web")


class Size(NamedTuple):
    """What a ReplicaSet's spec says, and its status: pods there are (as many, by default), and available ones."""

    wanted: int
    available: int = 0
    there: int | None = None


class DeploymentRig(Rig):
    """Nothing acts but the Deployment controller, when it is asked to."""

    def __init__(self) -> None:
        super().__init__(nodes=1, kubelet=False)
        self.controller = next(one for one in self.components if isinstance(one, DeploymentController))

    def put(
        self,
        replicas: int,
        *,
        old: tuple[Size, ...] = (),
        new: Size | None = None,
        scaled_from: tuple[int, int] | None = None,
        conditions: list[Body] | None = None,
        status: Body | None = None,
        **spec: Any,
    ) -> Body:
        """Deployment `web` with the ReplicaSets old-0 (the oldest), old-1, ... and new.

        scaled_from: the replicas, and the most pods, that the Deployment had when its ReplicaSets were last sized.
        """
        made = self.deployment("web", replicas, **spec)
        for place, size in enumerate(old):
            self._put(made, f"old-{place}", size, f"nginx:0.{place}", scaled_from)
            self.wait(1)
        if new is not None:
            self._put(made, "new", new, "nginx:1", scaled_from)
        held = {**(status or {}), **({"conditions": conditions} if conditions is not None else {})}
        return self.world.update_status(DEPLOYMENTS, {**made, "status": held}, USER) if held else made

    def _put(self, owner: Body, name: str, size: Size, image: str, scaled_from: tuple[int, int] | None) -> None:
        body = workload("web", replicas=size.wanted)
        notes = dict(zip((DESIRED_REPLICAS, MAX_REPLICAS), map(str, scaled_from), strict=True)) if scaled_from else {}
        meta = {**body["metadata"], "name": name, "ownerReferences": [owner_reference(owner)], "annotations": notes}
        container = ("spec", "template", "spec", "containers")
        body = set_in(body, container, [{**body["spec"]["template"]["spec"]["containers"][0], "image": image}])
        made = self.world.create(RS, {**body, "metadata": meta}, USER)
        there = size.wanted if size.there is None else size.there
        figures = {"replicas": there, "availableReplicas": size.available, "readyReplicas": size.available}
        status = {**figures, "observedGeneration": made["metadata"].get("generation", 1)}
        self.world.update_status(RS, {**made, "status": status}, USER)

    def wait(self, seconds: float) -> None:
        """Lets time pass in which nobody acts."""
        self.world.clock.now += int(seconds * SECOND)

    def reconcile(self) -> dict[str, int]:
        """One reconcile; the size of each ReplicaSet after it."""
        self.controller.reconcile(WEB)
        return {name_of(rs): rs["spec"]["replicas"] for rs in self.world.list(RS)}

    def rollout(self) -> Rollout:
        return Rollout(self.controller, self.get(DEPLOYMENTS, "web"), self.world.list(RS))
