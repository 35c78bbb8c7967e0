"""Cases of a pod with claims before two nodes, as the tests of VolumeBinding write them."""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.volume_binding.plugin import VolumeBinding
from tests.engine.scheduler.builders import node
from tests.engine.scheduler.harness import judge
from tests.engine.scheduler.storage import HOSTNAME, NOW, WAIT, storage_class

ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity"
NO_VOLUME = "node(s) didn't find available persistent volumes to bind"
NO_SPACE = "node(s) did not have enough free storage"
GONE = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
HAND = "kubernetes.io/no-provisioner"
CLASSES = [storage_class(WAIT, HAND), storage_class(NOW, wait=False), storage_class("make", "driver")]
NODES = [node(name, labels={HOSTNAME: name, "zone": f"z-{name}"}) for name in ("a", "b")]


class Case(NamedTuple):
    pod: Body
    objects: list[Body]
    refused: dict[str, str | tuple[str, ...]]


def both(*reasons: str) -> dict[str, str | tuple[str, ...]]:
    return {"a": reasons, "b": reasons}


def check(case: Case, nodes: list[Body]) -> None:
    given = {body["metadata"]["name"] for body in case.objects if body["kind"] == "StorageClass"}
    classes = [one for one in CLASSES if one["metadata"]["name"] not in given]
    told = judge(VolumeBinding, case.pod, nodes=nodes, objects=[*classes, *case.objects])
    expected = {name: (said,) if isinstance(said, str) else said for name, said in case.refused.items()}
    assert (told.rejected, told.refused, told.resolvable) == ("", expected, frozenset())
    # One node alone is judged as among others.
    for one in nodes:
        name = one["metadata"]["name"]
        alone = judge(VolumeBinding, case.pod, nodes=[one], objects=[*classes, *case.objects])
        assert alone.refused == {key: said for key, said in expected.items() if key == name}
