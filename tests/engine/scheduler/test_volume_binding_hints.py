"""VolumeBinding: which changes might help a pod that it refused.

The cases are those of the tests of its hints in
pkg/scheduler/framework/plugins/volumebinding/volume_binding_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.volume_binding.plugin import VolumeBinding
from tests.engine.scheduler.builders import node
from tests.engine.scheduler.harness import set_up
from tests.engine.scheduler.storage import (
    NODES,
    capacity,
    claim,
    csi_node,
    holder,
    made,
    storage_class,
    user,
    volume,
    zoned,
)

EPHEMERAL: Body = {"ephemeral": {"volumeClaimTemplate": {"spec": {}}}}
OLD = "kubernetes.io/gce-pd"
DRIVER = made("CSIDriver", "driver", spec={"storageCapacity": True})
SILENT = made("CSIDriver", "driver", spec={"storageCapacity": False})
CLASS_KIND, NODE_KIND = "storageclasses.storage.k8s.io", "csinodes.storage.k8s.io"
DRIVER_KIND, CAPACITY_KIND = "csidrivers.storage.k8s.io", "csistoragecapacities.storage.k8s.io"
INLINE = holder({"csi": {"driver": "driver"}})


def limit(**sizes: str) -> Body:
    return capacity("x", "make", {}, **sizes)


HELP: dict[str, tuple[Body, str, Body | None, Body | None, bool]] = {
    "a class comes": (user("c"), CLASS_KIND, None, storage_class("s"), True),
    "a class allows other places": (user("c"), CLASS_KIND, zoned("a"), zoned("b"), True),
    "a class allows the same places": (user("c"), CLASS_KIND, zoned("a"), zoned("a", parameters={"x": "y"}), False),
    "a class goes": (user("c"), CLASS_KIND, zoned("a"), None, False),
    "the claim comes": (user("c"), "persistentvolumeclaims", None, claim("c"), True),
    "the claim changes": (user("c"), "persistentvolumeclaims", claim("c"), claim("c", "v"), True),
    "the ephemeral claim comes": (holder(EPHEMERAL), "persistentvolumeclaims", None, claim("p-v0"), True),
    "another claim": (user("c"), "persistentvolumeclaims", None, claim("d"), False),
    "a claim elsewhere": (user("c"), "persistentvolumeclaims", None, claim("c", namespace="x"), False),
    "the claim goes": (user("c"), "persistentvolumeclaims", claim("c"), None, False),
    "a volume comes": (user("c"), "persistentvolumes", None, volume("v"), True),
    "a volume changes": (user("c"), "persistentvolumes", volume("v", phase="Pending"), volume("v"), True),
    "a volume goes": (user("c"), "persistentvolumes", volume("v"), None, False),
    "a CSINode comes": (user("c"), NODE_KIND, None, csi_node("a"), True),
    "a node moves to a driver": (user("c"), NODE_KIND, csi_node("a"), csi_node("a", moved=OLD), True),
    "a CSINode changes otherwise": (user("c"), NODE_KIND, csi_node("a"), csi_node("a", x=1), False),
    "a driver tells of storage no more": (INLINE, DRIVER_KIND, DRIVER, SILENT, True),
    "a driver starts to tell": (INLINE, DRIVER_KIND, SILENT, DRIVER, False),
    "a driver comes": (INLINE, DRIVER_KIND, None, SILENT, False),
    "a driver of no volume in the pod": (user("c"), DRIVER_KIND, DRIVER, SILENT, False),
    "storage comes": (user("c"), CAPACITY_KIND, None, limit(), True),
    "there is more": (user("c"), CAPACITY_KIND, limit(capacity="1Gi"), limit(capacity="2Gi"), True),
    "there is some": (user("c"), CAPACITY_KIND, limit(), limit(capacity="2Gi"), True),
    "there is less": (user("c"), CAPACITY_KIND, limit(capacity="2Gi"), limit(capacity="1Gi"), False),
    "one volume may be larger": (
        user("c"), CAPACITY_KIND, limit(capacity="9Gi", maximumVolumeSize="1Gi"),
        limit(capacity="2Gi", maximumVolumeSize="2Gi"), True),
    "one volume may not be larger": (
        user("c"), CAPACITY_KIND, limit(capacity="2Gi", maximumVolumeSize="1Gi"),
        limit(capacity="9Gi", maximumVolumeSize="1Gi"), False),
    "nothing is known any more": (user("c"), CAPACITY_KIND, limit(capacity="2Gi"), limit(), False),
}  # fmt: skip


@pytest.mark.parametrize("case", HELP.values(), ids=HELP.keys())
def test_what_helps(case: tuple[Body, str, Body | None, Body | None, bool]) -> None:
    incoming, resource, before, after, helps = case
    bench = set_up(VolumeBinding, incoming, nodes=NODES)
    assert bench.plugin.helped_by(bench.shape, resource, before, after) == helps


def test_nodes_that_help() -> None:
    bench = set_up(VolumeBinding, user("c"), nodes=NODES)
    assert bench.plugin.helped_by_node(bench.shape, None, node("c"))
    assert bench.plugin.helped_by_node(bench.shape, node("c"), node("c", labels={"x": "y"}))
    assert not bench.plugin.helped_by_node(bench.shape, node("c"), node("c", "8"))
    assert not bench.plugin.helped_by_node(bench.shape, node("c"), None)
