"""The documentation's examples in a cluster: its manifests applied, and a stand-in for what provides volumes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from simulator import manifests
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.latency import PROFILES
from simulator.engine.objects import name_of
from simulator.engine.pods import status_text
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Key
from simulator.engine.topology import demo
from simulator.engine.world import Change, World
from simulator.simulation import EPOCH, apply

SHARED = Path(__file__).resolve().parents[4] / "shared/manifests/docs"
USER = Cause("kubectl", "apply", "Somebody asked for it.")
CLAIMS = "persistentvolumeclaims"

PASSWORD = {"metadata": {"name": "mysql-pass", "namespace": "default"}, "data": {"password": "c2VjcmV0"}}
"""What the page on WordPress has its reader make with kustomize."""

needs_the_examples = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the documentation's examples are not beside the checkout: {SHARED}"
)


class Provisioner(Reconciler):
    """Binds each claim to a volume that is made for it, on any node."""

    name = "stand-in-provisioner"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(CLAIMS, self._changed)

    def _changed(self, change: Change) -> None:
        if change.operation == "ADDED":
            self.enqueue(change.key)

    def reconcile(self, key: Key) -> None:
        claim = self.world.get(CLAIMS, *key)
        if claim is None:
            return
        name = f"pv-{key.name}"
        reference = {"kind": "PersistentVolumeClaim", "namespace": key.namespace, "name": key.name}
        spec = {
            "capacity": claim["spec"]["resources"]["requests"],
            "accessModes": claim["spec"]["accessModes"],
            "claimRef": {**reference, "uid": claim["metadata"]["uid"]},
            "hostPath": {"path": f"/volumes/{name}"},
        }
        self.world.create("persistentvolumes", {"metadata": {"name": name}, "spec": spec}, USER)
        notes = {"pv.kubernetes.io/bind-completed": "yes"}
        meta = {**claim["metadata"], "annotations": notes}
        claim = self.world.update(
            CLAIMS, {**claim, "metadata": meta, "spec": {**claim["spec"], "volumeName": name}}, USER
        )
        self.world.update_status(CLAIMS, {**claim, "status": {"phase": "Bound"}}, USER)


@cache
def page(name: str, seconds: int) -> World:
    """A cluster some time after the page's manifests were applied to it."""
    world = World(seed=1, now=EPOCH, latency=PROFILES["classroom"])
    Provisioner(world)
    boot(world, demo(), until=EPOCH + 90 * SECOND)
    world.create("secrets", PASSWORD, USER)
    for manifest in manifests.read([str(SHARED / name)]).manifests:
        assert apply(world, manifest) == []
    box = {"name": "box", "image": "busybox:1.28", "command": ["sleep", "1d"]}
    world.create("pods", {"metadata": {"name": "box", "namespace": "default"}, "spec": {"containers": [box]}}, USER)
    world.clock.run_until(world.now + seconds * SECOND)
    return world


def states(world: World) -> list[tuple[str, str]]:
    """The pods but for the box that looks around, and their STATUS."""
    return [(name_of(pod), status_text(pod)) for pod in world.list("pods", "default") if name_of(pod) != "box"]
