"""VolumeBinding once a node is chosen: what is reserved, what is written, and what ends the wait.

The cases are those of TestAssumePodVolumes, TestBindAPIUpdate, TestCheckBindings and TestBindPodVolumes in
pkg/scheduler/framework/plugins/volumebinding/binder_test.go, v1.34, and more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import set_in
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.plugin import PENDING
from simulator.engine.scheduler.plugins.volume_binding.plugin import VolumeBinding
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import TEST
from tests.engine.scheduler.storage import NODES, claim, csi_node, local, user, volume, world_of

SELECTED = "volume.kubernetes.io/selected-node"


class Bench:
    """The plugin over a world, for pods in it."""

    def __init__(self, *objects: Body) -> None:
        self.world = world_of(*objects)
        self.plugin = VolumeBinding(self.world, {})
        self.shapes = Shapes()

    def reserve(self, pod: Body, on: str = "a") -> tuple[str, ...]:
        refused = self.plugin.reserve(pod, self.shapes.of(pod), on)
        return refused.reasons if refused is not None else ()

    def bind(self, pod: Body, on: str = "a") -> str:
        return self.plugin.pre_bind(self.world, pod, on, TEST)

    def volume(self, name: str) -> Body:
        found = self.world.get("persistentvolumes", "", name)
        assert found is not None
        return found

    def claim(self, name: str) -> Body:
        found = self.world.get("persistentvolumeclaims", "default", name)
        assert found is not None
        return found

    def complete(self, name: str, volume: str) -> None:
        """What the volume controller does to a claim in the end."""
        body = set_in(self.claim(name), ("spec", "volumeName"), volume)
        marked = set_in(body, ("metadata", "annotations", "pv.kubernetes.io/bind-completed"), "yes")
        self.world.update("persistentvolumeclaims", marked, TEST)


def test_a_volume_is_reserved_then_written_then_waited_for() -> None:
    pod = user("c")
    bench = Bench(pod, claim("c"), local("small"), local("large", size="5Gi"))
    assert bench.reserve(pod) == ()
    assert bench.bind(pod) == PENDING
    held = bench.volume("small")
    reference = held["spec"]["claimRef"]
    assert {key: reference[key] for key in ("kind", "apiVersion", "namespace", "name", "uid")} == {
        "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": "default", "name": "c", "uid": "uid-c",
    }  # fmt: skip
    assert reference["resourceVersion"] == bench.claim("c")["metadata"]["resourceVersion"]
    assert held["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    assert "claimRef" not in bench.volume("large")["spec"]
    bench.complete("c", "small")
    assert bench.bind(pod) == ""
    assert bench.bind(pod) == ""


def test_a_volume_is_made_on_the_node() -> None:
    pod = user("c")
    bench = Bench(pod, claim("c", storage_class="make"))
    assert bench.reserve(pod, "b") == ()
    assert bench.bind(pod, "b") == PENDING
    assert bench.claim("c")["metadata"]["annotations"] == {SELECTED: "b"}
    bench.world.create("persistentvolumes", local("made", "b", to=bench.claim("c")), TEST)
    assert bench.bind(pod, "b") == PENDING
    bench.complete("c", "made")
    assert bench.bind(pod, "b") == ""


def test_nothing_is_written_for_claims_that_are_bound() -> None:
    pod = user("c")
    bench = Bench(pod, claim("c", "v"), local("v", to=claim("c")))
    before = bench.world.revision
    assert (bench.reserve(pod), bench.bind(pod)) == ((), "")
    assert bench.world.revision == before


def test_a_volume_that_was_made_for_the_claim_gets_its_uid_and_no_mark() -> None:
    pod = user("c")
    bench = Bench(pod, claim("c"), local("v", claimRef={"namespace": "default", "name": "c"}))
    assert (bench.reserve(pod), bench.bind(pod)) == ((), PENDING)
    assert bench.volume("v")["spec"]["claimRef"]["uid"] == "uid-c"
    assert "annotations" not in bench.volume("v")["metadata"]


def test_what_is_reserved_is_taken() -> None:
    first, second = user("c"), user("d", name="q")
    bench = Bench(first, second, claim("c"), claim("d"), local("v"), local("w"))
    assert bench.reserve(first) == ()
    assert bench.reserve(second) == ()
    bench.bind(first)
    bench.bind(second)
    named = {name: bench.volume(name)["spec"]["claimRef"]["name"] for name in ("v", "w")}
    assert named == {"v": "c", "w": "d"}


def test_what_is_reserved_is_given_back() -> None:
    first, second = user("c"), user("d", name="q")
    bench = Bench(first, second, claim("c"), claim("d"), local("v"))
    assert bench.reserve(first) == ()
    assert bench.reserve(second) == ("node(s) didn't find available persistent volumes to bind",)
    bench.plugin.unreserve(first, "a")
    bench.plugin.unreserve(first, "a")
    assert bench.reserve(second) == ()


def test_a_claim_that_two_pods_wait_for_goes_to_one_node() -> None:
    first, second = user("c"), user("c", name="q")
    bench = Bench(first, second, claim("c", storage_class="make"))
    assert bench.reserve(first, "a") == ()
    assert bench.reserve(second, "b") == ("node(s) didn't find available persistent volumes to bind",)
    assert bench.reserve(second, "a") == ()
    assert (bench.bind(first), bench.bind(second)) == (PENDING, PENDING)
    bench.complete("c", "v")
    bench.world.create("persistentvolumes", local("v"), TEST)
    assert (bench.bind(first), bench.bind(second)) == ("", "")


def test_after_a_restart_it_waits_for_the_same() -> None:
    pod = user("c", "d")
    bench = Bench(pod, claim("c"), claim("d", storage_class="make"), local("v", size="3Gi"))
    assert (bench.reserve(pod), bench.bind(pod)) == ((), PENDING)
    bench.world.create("persistentvolumes", local("smaller"), TEST)
    revision = bench.world.revision
    bench.plugin = VolumeBinding(bench.world, {})
    assert (bench.reserve(pod), bench.bind(pod)) == ((), PENDING)
    assert bench.world.revision == revision
    bench.complete("c", "v")
    bench.complete("d", "made")
    bench.world.create("persistentvolumes", local("made"), TEST)
    assert bench.bind(pod) == ""


class Ending(NamedTuple):
    change: Callable[[Bench], Any]
    said: str


def rewrite(name: str, path: tuple[str, ...], value: Any) -> Callable[[Bench], Any]:
    return lambda bench: bench.world.update("persistentvolumes", set_in(bench.volume(name), path, value), TEST)


def annotate(annotations: dict[str, str]) -> Callable[[Bench], Any]:
    def change(bench: Bench) -> None:
        body = set_in(bench.claim("made"), ("metadata", "annotations"), annotations)
        bench.world.update("persistentvolumeclaims", body, TEST)

    return change


def vanish(resource: str, name: str, namespace: str = "") -> Callable[[Bench], Any]:
    def change(bench: Bench) -> None:
        key = Key(namespace, name)
        bench.world.place(resource, key, bench.world.get(resource, *key), None)

    return change


def off_the_label(bench: Bench) -> None:
    bench.world.update("nodes", {**NODES[0], "metadata": {"name": "a", "uid": "uid-a"}}, TEST)


ENDINGS: dict[str, Ending] = {
    "nothing yet": Ending(lambda bench: None, PENDING),
    "the node is gone": Ending(vanish("nodes", "a"), 'binding volumes: failed to get node "a": node "a" not found'),
    "the pod is gone": Ending(
        vanish("pods", "p", "default"), 'binding volumes: pod does not exist any more: pod "p" not found'),
    "the volume is gone": Ending(
        vanish("persistentvolumes", "v"),
        'binding volumes: failed to check binding: could not find v1.PersistentVolume "v"'),
    "the claim is gone": Ending(
        vanish("persistentvolumeclaims", "c", "default"),
        'binding volumes: failed to check binding: could not find v1.PersistentVolumeClaim "default/c"'),
    "the volume is released": Ending(
        rewrite("v", ("spec", "claimRef"), None), 'binding volumes: ClaimRef got reset for pv "v"'),
    "the volume is no longer the claim's": Ending(
        rewrite("v", ("spec", "claimRef", "uid"), ""), 'binding volumes: ClaimRef got reset for pv "v"'),
    "the node has lost its label": Ending(
        off_the_label,
        'binding volumes: pv "v" node affinity doesn\'t match node "a": no matching NodeSelectorTerms'),
    "one of two is bound": Ending(lambda bench: bench.complete("c", "v"), PENDING),
    "the other claim is gone": Ending(
        lambda bench: [bench.complete("c", "v"), vanish("persistentvolumeclaims", "made", "default")(bench)],
        'binding volumes: failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "default/made"'),
    "no volume could be made": Ending(
        lambda bench: [bench.complete("c", "v"), annotate({"x": "y"})(bench)],
        'binding volumes: provisioning failed for PVC "made"'),
    "no annotation is left": Ending(
        lambda bench: [bench.complete("c", "v"), annotate({})(bench)],
        'binding volumes: selectedNode annotation reset for PVC "made"'),
    "sent to another node": Ending(
        lambda bench: [bench.complete("c", "v"), annotate({SELECTED: "b"})(bench)],
        'binding volumes: provisioning failed for PVC "made"'),
    "made on another node": Ending(
        lambda bench: [bench.complete("c", "v"), bench.complete("made", "w"),
                       bench.world.create("persistentvolumes", local("w", "b"), TEST)],
        'binding volumes: pv "w" node affinity doesn\'t match node "a": no matching NodeSelectorTerms'),
    "made, but not seen yet": Ending(
        lambda bench: [bench.complete("c", "v"), bench.complete("made", "w")], PENDING),
    "all is bound": Ending(
        lambda bench: [bench.complete("c", "v"), bench.complete("made", "w"),
                       bench.world.create("persistentvolumes", local("w"), TEST)], ""),
}  # fmt: skip


@pytest.mark.parametrize("case", ENDINGS.values(), ids=ENDINGS.keys())
def test_what_ends_the_wait(case: Ending) -> None:
    pod = user("c", "made")
    bench = Bench(pod, claim("c"), claim("made", storage_class="make"), local("v"))
    assert (bench.reserve(pod), bench.bind(pod)) == ((), PENDING)
    case.change(bench)
    assert bench.bind(pod) == case.said


def test_a_volume_that_goes_before_it_is_written() -> None:
    pod = user("c")
    bench = Bench(pod, claim("c"), local("v"))
    bench.reserve(pod)
    vanish("persistentvolumes", "v")(bench)
    assert bench.bind(pod) == 'persistentvolumes "v" not found'


def test_a_disk_that_its_driver_finds_elsewhere() -> None:
    pod = user("c")
    zone = {"topology.kubernetes.io/zone": "z"}
    disk = volume("v", labels=zone, gcePersistentDisk={"pdName": "d"})
    bench = Bench(pod, claim("c"), disk, csi_node("a", moved="kubernetes.io/gce-pd"))
    assert bench.reserve(pod) == ()
    said = 'binding volumes: pv "v" node affinity doesn\'t match node "a": no matching NodeSelectorTerms'
    assert bench.bind(pod) == said


def test_how_long_it_waits() -> None:
    assert VolumeBinding(world_of(), {}).timeout == 600 * SECOND
    assert VolumeBinding(world_of(), {"bindTimeoutSeconds": 30}).timeout == 30 * SECOND
