"""VolumeZone: by which labels a volume keeps a pod in its zone or region.

The cases are those of pkg/scheduler/framework/plugins/volumezone/volume_zone_test.go, v1.34, and more.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.volume_zone import VolumeZone
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import node, pod
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.storage import claim, holder, storage_class, user, volume

GA_ZONE, GA_REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
BETA_ZONE, BETA_REGION = "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region"
REASON = ("node(s) had no available volume zone",)
A, B, WEST = "us-west1-a", "us-west1-b", "us-west1"

LABELS: dict[str, tuple[dict[str, str], dict[str, str], bool]] = {
    "a node without labels takes any volume": ({BETA_ZONE: A}, {}, True),
    "a node with other labels, too": ({BETA_ZONE: A}, {"x": "y"}, True),
    "a volume without labels goes anywhere": ({}, {GA_ZONE: A}, True),
    "beta zone": ({BETA_ZONE: A}, {BETA_ZONE: A, "x": "y"}, True),
    "another beta zone": ({BETA_ZONE: A}, {BETA_ZONE: B, "x": "y"}, False),
    "beta region": ({BETA_REGION: WEST, "x": "y"}, {BETA_REGION: WEST}, True),
    "another beta region": ({BETA_REGION: WEST, "x": "y"}, {BETA_REGION: "us-east1"}, False),
    "zone": ({GA_ZONE: A}, {GA_ZONE: A, "x": "y"}, True),
    "another zone": ({GA_ZONE: A}, {GA_ZONE: B, "x": "y"}, False),
    "region": ({GA_REGION: WEST}, {GA_REGION: WEST}, True),
    "another region": ({GA_REGION: WEST}, {GA_REGION: "us-east1"}, False),
    "zone and region, of which the node has one": ({GA_ZONE: A, GA_REGION: A}, {GA_ZONE: A}, False),
    "both": ({GA_ZONE: A, GA_REGION: WEST}, {GA_ZONE: A, GA_REGION: WEST}, True),
    "a node of old labels does not meet new ones": ({GA_ZONE: A}, {BETA_ZONE: A}, False),
    "a node of new labels meets old ones": ({BETA_ZONE: A}, {GA_ZONE: A}, True),
    "unless the zone is another": ({BETA_ZONE: A}, {GA_ZONE: B}, False),
    "an old region by a new label": ({BETA_REGION: WEST}, {GA_REGION: WEST}, True),
    "the old label of a node comes first": ({BETA_ZONE: A}, {BETA_ZONE: B, GA_ZONE: A}, False),
    "one of several zones": ({GA_ZONE: f"us-west1-c__{A}"}, {GA_ZONE: A}, True),
    "one of several beta zones": ({BETA_ZONE: f"us-west1-c__{A}"}, {BETA_ZONE: A}, True),
    "none of several zones": ({GA_ZONE: f"us-west1-c__{A}"}, {GA_ZONE: B}, False),
    "blanks about a zone": ({GA_ZONE: f" {A} __ {B}"}, {GA_ZONE: A}, True),
    "an empty zone among several says nothing": ({GA_ZONE: f"{A}__"}, {GA_ZONE: B}, True),
}


@pytest.mark.parametrize("case", LABELS.values(), ids=LABELS.keys())
def test_labels(case: tuple[dict[str, str], dict[str, str], bool]) -> None:
    of_volume, of_node, fits = case
    told = judge(
        VolumeZone,
        user("c"),
        nodes=[node("n", labels=of_node)],
        objects=[claim("c", "v"), volume("v", labels=of_volume)],
    )
    assert (told.rejected, told.refused) == ("", {} if fits else {"n": REASON})
    assert told.resolvable == frozenset()


def test_each_node_by_its_own_labels() -> None:
    zones = {"a": A, "b": B, "c": "us-west1-c"}
    told = judge(
        VolumeZone,
        user("c", "d"),
        nodes=[node("plain"), *(node(name, labels={GA_ZONE: zone}) for name, zone in zones.items())],
        objects=[
            claim("c", "v"), claim("d", "w"),
            volume("v", labels={GA_ZONE: f"{A}__{B}"}), volume("w", labels={GA_ZONE: f"{B}__us-west1-c"}),
        ],
    )  # fmt: skip
    assert told.refused == {"a": REASON, "c": REASON}


BINDING: dict[str, tuple[Body, str]] = {
    "bound": (claim("c", "v"), ""),
    "neither volume nor class": (
        claim("c", storage_class=None), "PersistentVolumeClaim had no pv name and storageClass name"),
    "a class that is not there": (
        claim("c", storage_class="none"), 'storageclass.storage.k8s.io "none" not found'),
    "waits for a consumer": (claim("c", storage_class="wait"), ""),
    "should have been bound": (claim("c", storage_class="now"), "PersistentVolume had no name"),
    "a volume that is not there": (claim("c", "gone"), 'persistentvolume "gone" not found'),
    "another claim": (claim("d", "v"), 'persistentvolumeclaim "c" not found'),
    "of another namespace": (claim("c", "v", namespace="x"), 'persistentvolumeclaim "c" not found'),
    "an empty old class before the field": (
        {**claim("c"), "metadata": {**claim("c")["metadata"],
                                    "annotations": {"volume.beta.kubernetes.io/storage-class": ""}}},
        "PersistentVolumeClaim had no pv name and storageClass name"),
}  # fmt: skip


@pytest.mark.parametrize("case", BINDING.values(), ids=BINDING.keys())
def test_claims(case: tuple[Body, str]) -> None:
    held, rejected = case
    told = judge(
        VolumeZone,
        user("c"),
        nodes=[node("n", labels={GA_ZONE: B})],
        objects=[held, volume("v"), storage_class("wait"), storage_class("now", wait=False)],
    )
    assert (told.rejected, told.refused) == (rejected, {})


SKIPPED: dict[str, Body] = {
    "no volumes": pod(),
    "an ephemeral volume": holder({"ephemeral": {"volumeClaimTemplate": {"spec": {}}}}),
    "a volume without labels": user("c"),
    "a claim that waits": user("w"),
}


@pytest.mark.parametrize("incoming", SKIPPED.values(), ids=SKIPPED.keys())
def test_skipped(incoming: Body) -> None:
    objects = [claim("c", "v"), volume("v"), claim("w"), storage_class("wait")]
    bench = set_up(VolumeZone, incoming, nodes=[node("n", labels={GA_ZONE: A})], objects=objects)
    assert isinstance(bench.plugin, VolumeZone)
    assert not bench.plugin.filters(bench.shape, bench.nodes)


def at(zone: str, **more: Any) -> Body:
    return volume("v", labels={GA_ZONE: zone}, **more)


HELP: dict[str, tuple[str, Body | None, Body | None, bool]] = {
    "a class that waits comes": ("storageclasses.storage.k8s.io", None, storage_class("s"), True),
    "a class that does not": ("storageclasses.storage.k8s.io", None, storage_class("s", wait=False), False),
    "a class changes": ("storageclasses.storage.k8s.io", storage_class("s"), storage_class("s", "x"), False),
    "the claim comes": ("persistentvolumeclaims", None, claim("c"), True),
    "the claim is bound": ("persistentvolumeclaims", claim("c"), claim("c", "v"), True),
    "the claim goes": ("persistentvolumeclaims", claim("c"), None, False),
    "another claim": ("persistentvolumeclaims", None, claim("d"), False),
    "a claim elsewhere": ("persistentvolumeclaims", None, claim("c", namespace="x"), False),
    "a volume comes": ("persistentvolumes", None, at(A), True),
    "a volume moves": ("persistentvolumes", at(A), at(B), True),
    "a volume changes otherwise": ("persistentvolumes", at(A), at(A, phase="Released"), False),
    "a volume goes": ("persistentvolumes", at(A), None, False),
}


@pytest.mark.parametrize("case", HELP.values(), ids=HELP.keys())
def test_what_helps(case: tuple[str, Body | None, Body | None, bool]) -> None:
    resource, before, after, helps = case
    plugin = set_up(VolumeZone, user("c"), nodes=[node("n")]).plugin
    assert plugin.helped_by(Shapes().of(user("c")), resource, before, after) == helps


def test_nodes_that_help() -> None:
    plugin, shape = set_up(VolumeZone, user("c"), nodes=[node("n")]).plugin, Shapes().of(user("c"))
    assert plugin.helped_by_node(shape, None, node("n"))
    assert plugin.helped_by_node(shape, node("n"), node("n", labels={GA_ZONE: A}))
    assert not plugin.helped_by_node(shape, node("n"), node("n", "8"))
    assert not plugin.helped_by_node(shape, node("n"), None)
