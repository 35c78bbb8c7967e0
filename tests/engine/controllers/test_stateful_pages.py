"""The documentation's StatefulSets and its ReplicationController come to the state that their pages describe.

Follows https://kubernetes.io/docs/tutorials/stateful-application/ (basic-stateful-set, cassandra, zookeeper) and
https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/. Nothing provides volumes yet: a
stand-in binds each claim to a volume of its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from simulator import manifests
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.latency import PROFILES
from simulator.engine.objects import name_of, status_of
from simulator.engine.pods import status_text
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Key
from simulator.engine.topology import demo
from simulator.engine.workloads import processes
from simulator.engine.world import Change, World
from simulator.simulation import EPOCH, apply
from tests.engine.workloads.shell.driver import drive

SHARED = Path(__file__).resolve().parents[4] / "shared/manifests/docs"
USER = Cause("kubectl", "apply", "Somebody asked for it.")
CLAIMS = "persistentvolumeclaims"

pytestmark = pytest.mark.skipif(
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
    for manifest in manifests.read([str(SHARED / name)]).manifests:
        assert apply(world, manifest) == []
    box = {"name": "box", "image": "busybox:1.28", "command": ["sleep", "1d"]}
    world.create("pods", {"metadata": {"name": "box", "namespace": "default"}, "spec": {"containers": [box]}}, USER)
    world.clock.run_until(world.now + seconds * SECOND)
    return world


def states(world: World) -> list[tuple[str, str]]:
    """The pods but for the box that looks around, and their STATUS."""
    return [(name_of(pod), status_text(pod)) for pod in world.list("pods", "default") if name_of(pod) != "box"]


def said(world: World, pod: str, *argv: str) -> str:
    body = world.get("pods", "default", pod)
    assert body is not None
    container = body["spec"]["containers"][0]["name"]
    return drive(processes.execution(body, container, list(argv), reader=world, now=world.now)).out


def address(world: World, pod: str) -> str:
    return str(status_of(world.get("pods", "default", pod) or {})["podIP"])


def resolved(world: World, name: str) -> list[str]:
    """What `nslookup` in the box says of a name in the namespace."""
    _server, _blank, answer = said(world, "box", "nslookup", f"{name}.default.svc.cluster.local").partition("\n\n")
    return sorted(line.split()[-1] for line in answer.splitlines() if line.startswith("Address"))


def test_the_basics() -> None:
    world = page("application/web", 60)
    assert states(world) == [("web-0", "Running"), ("web-1", "Running")]
    assert [name_of(claim) for claim in world.list(CLAIMS, "default")] == ["www-web-0", "www-web-1"]
    for number in (0, 1):
        assert said(world, f"web-{number}", "hostname") == f"web-{number}\n"
        assert resolved(world, f"web-{number}.nginx") == [address(world, f"web-{number}")]
    assert resolved(world, "nginx") == sorted(address(world, f"web-{number}") for number in (0, 1))


def test_names_outlive_addresses() -> None:
    world = page("application/web", 60)
    before = [address(world, "web-0"), address(world, "web-1")]
    for number in (0, 1):
        world.delete("pods", "default", f"web-{number}", USER)
    world.clock.run_until(world.now + 60 * SECOND)
    after = [address(world, "web-0"), address(world, "web-1")]
    assert set(before).isdisjoint(after)
    assert [resolved(world, f"web-{number}.nginx") for number in (0, 1)] == [[one] for one in after]
    assert len(world.list(CLAIMS, "default")) == 2


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("application/zookeeper", ["zk-0", "zk-1", "zk-2"]),
        ("application/cassandra", ["cassandra-0", "cassandra-1", "cassandra-2"]),
    ],
)
def test_databases(folder: str, names: list[str]) -> None:
    world = page(folder, 300)
    assert states(world) == [(name, "Running") for name in names]
    (sts,) = world.list("statefulsets.apps", "default")
    assert sts["status"]["readyReplicas"] == 3


def test_a_ring() -> None:
    world = page("application/cassandra", 300)
    told = said(world, "cassandra-0", "nodetool", "status").splitlines()
    assert told[0] == "Datacenter: DC1-K8Demo"
    assert [line.split()[:2] for line in told[5:]] == [["UN", address(world, f"cassandra-{n}")] for n in range(3)]


def test_zookeeper_may_lose_one_pod() -> None:
    world = page("application/zookeeper", 300)
    (budget,) = world.list("poddisruptionbudgets.policy", "default")
    assert (budget["status"]["expectedPods"], budget["status"]["disruptionsAllowed"]) == (3, 1)


def test_a_replication_controller() -> None:
    world = page("controllers/replication.yaml", 30)
    assert [state for _name, state in states(world)] == ["Running"] * 3
    assert all(name.startswith("nginx-") for name, _state in states(world))
    (rc,) = world.list("replicationcontrollers", "default")
    assert rc["status"]["readyReplicas"] == 3
