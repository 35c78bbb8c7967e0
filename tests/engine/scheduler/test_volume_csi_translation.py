"""Volumes of old plugins under the names that their drivers give them.

The cases are those of staging/src/k8s.io/csi-translation-lib/{translate_test.go,plugins/*_test.go}, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler import csi_translation
from simulator.engine.scheduler.csi_translation import BETA_REGION, BETA_ZONE, GA_REGION, GA_ZONE
from tests.engine.scheduler.storage import csi_node, volume

HANDLES: dict[str, tuple[Body, dict[str, str], str, str | None]] = {
    "EBS": ({"awsElasticBlockStore": {"volumeID": "vol-1"}}, {}, "ebs.csi.aws.com", "vol-1"),
    "EBS by zone": ({"awsElasticBlockStore": {"volumeID": "aws://us-east-1a/vol-1"}}, {}, "ebs.csi.aws.com", "vol-1"),
    "EBS without a zone": ({"awsElasticBlockStore": {"volumeID": "aws:///vol-1"}}, {}, "ebs.csi.aws.com", "vol-1"),
    "EBS of no sense": ({"awsElasticBlockStore": {"volumeID": "aws://us-east-1a/disk"}}, {}, "ebs.csi.aws.com", None),
    "EBS in a folder": ({"awsElasticBlockStore": {"volumeID": "aws://z/vol-1/x"}}, {}, "ebs.csi.aws.com", None),
    "GCE": (
        {"gcePersistentDisk": {"pdName": "d"}}, {}, "pd.csi.storage.gke.io",
        "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d"),
    "GCE in a zone": (
        {"gcePersistentDisk": {"pdName": "d"}}, {GA_ZONE: "us-east1-a"}, "pd.csi.storage.gke.io",
        "projects/UNSPECIFIED/zones/us-east1-a/disks/d"),
    "GCE by the old label first": (
        {"gcePersistentDisk": {"pdName": "d"}}, {GA_ZONE: "us-east1-a", BETA_ZONE: "us-east1-b"},
        "pd.csi.storage.gke.io", "projects/UNSPECIFIED/zones/us-east1-b/disks/d"),
    "GCE in a region": (
        {"gcePersistentDisk": {"pdName": "d"}}, {GA_ZONE: "us-east1-a__us-east1-c"}, "pd.csi.storage.gke.io",
        "projects/UNSPECIFIED/regions/us-east1/disks/d"),
    "GCE in two regions": (
        {"gcePersistentDisk": {"pdName": "d"}}, {GA_ZONE: "us-east1-a__us-west1-a"}, "pd.csi.storage.gke.io", None),
    "GCE in zones of no sense": (
        {"gcePersistentDisk": {"pdName": "d"}}, {GA_ZONE: "us-east1-a__east"}, "pd.csi.storage.gke.io", None),
    "Cinder": ({"cinder": {"volumeID": "v"}}, {}, "cinder.csi.openstack.org", "v"),
    "Azure disk": ({"azureDisk": {"diskName": "d", "diskURI": "/subscriptions/d"}}, {}, "disk.csi.azure.com",
                   "/subscriptions/d"),
    "Azure disk, managed": ({"azureDisk": {"diskURI": "/d", "kind": "Managed"}}, {}, "disk.csi.azure.com", "/d"),
    "Azure disk, not managed": ({"azureDisk": {"diskURI": "/d", "kind": "Dedicated"}}, {}, "disk.csi.azure.com", None),
    "Portworx": ({"portworxVolume": {"volumeID": "v"}}, {}, "pxd.portworx.com", "v"),
    "Azure file is not heeded": ({"azureFile": {"shareName": "s"}}, {}, "file.csi.azure.com", None),
}  # fmt: skip


@pytest.mark.parametrize("case", HANDLES.values(), ids=HANDLES.keys())
def test_handles(case: tuple[Body, dict[str, str], str, str | None]) -> None:
    sources, labels, driver, handle = case
    plugin = csi_translation.plugin_of(sources)
    assert plugin is not None
    assert (plugin.driver, csi_translation.handle_of(sources, plugin, labels)) == (driver, handle)


@pytest.mark.parametrize("sources", [{}, {"csi": {}}, {"nfs": {"path": "/"}}, {"hostPath": {"path": "/"}}])
def test_what_has_no_driver(sources: Body) -> None:
    assert csi_translation.plugin_of(sources) is None


MOVED = {
    "no CSINode": (None, set()),
    "nothing": ("", set()),
    "one": ("kubernetes.io/aws-ebs", {"kubernetes.io/aws-ebs"}),
    "some": ("kubernetes.io/cinder,kubernetes.io/gce-pd", {"kubernetes.io/cinder", "kubernetes.io/gce-pd"}),
    "one that is not heeded": ("kubernetes.io/azure-file,kubernetes.io/vsphere-volume", set()),
}


@pytest.mark.parametrize(("said", "plugins"), MOVED.values(), ids=MOVED.keys())
def test_what_a_node_has_left_to_drivers(said: str | None, plugins: set[str]) -> None:
    assert csi_translation.moved(None if said is None else csi_node("n", moved=said)) == plugins


def need(**values: list[str]) -> dict[str, list[str]]:
    return {_KEYS[key]: held for key, held in values.items()}


_KEYS = {
    "zone": GA_ZONE,
    "region": GA_REGION,
    "old_zone": BETA_ZONE,
    "old_region": BETA_REGION,
    "gke": "topology.gke.io/zone",
}
TOPOLOGY: dict[str, tuple[dict[str, list[str]] | None, dict[str, str], dict[str, list[str]] | None]] = {
    "nothing": (None, {}, None),
    "a zone is renamed": (need(zone=["a"]), {}, need(gke=["a"])),
    "an old zone is renamed": (need(old_zone=["a"]), {}, need(gke=["a"])),
    "the terms come before the labels": (need(zone=["a"]), {GA_ZONE: "b"}, need(gke=["a"])),
    "the label makes a term": (None, {GA_ZONE: "b"}, need(gke=["b"])),
    "an old label makes a term": (None, {BETA_ZONE: "b"}, need(gke=["b"])),
    "several zones of a label": (None, {GA_ZONE: "c__ b__"}, need(gke=["b", "c"])),
    "a term more beside others": ({"x": ["y"]}, {GA_ZONE: "b"}, {"x": ["y"], **need(gke=["b"])}),
    "an old region is renamed": (
        need(old_zone=["a"], old_region=["r"]), {}, {**need(gke=["a"]), **need(region=["r"])}),
    "a region stays": (need(zone=["a"], region=["r"]), {}, {**need(gke=["a"]), **need(region=["r"])}),
}  # fmt: skip


@pytest.mark.parametrize("case", TOPOLOGY.values(), ids=TOPOLOGY.keys())
def test_topology(case: tuple[dict[str, list[str]] | None, dict[str, str], dict[str, list[str]] | None]) -> None:
    on, labels, expected = case
    before = volume("v", on=on, labels=labels, gcePersistentDisk={"pdName": "d"})
    plugin = csi_translation.plugin_of(before["spec"])
    assert plugin is not None
    after = csi_translation.translated_affinity(before, plugin)
    assert after["spec"].get("nodeAffinity") == volume("v", on=expected)["spec"].get("nodeAffinity")
    assert before == volume("v", on=on, labels=labels, gcePersistentDisk={"pdName": "d"})


def test_a_driver_without_a_label_of_its_own() -> None:
    before = volume("v", on=need(zone=["a"]), azureDisk={"diskURI": "/d"})
    plugin = csi_translation.plugin_of(before["spec"])
    assert plugin is not None and csi_translation.translated_affinity(before, plugin) is before


def test_provisioners() -> None:
    found = csi_translation.plugin_named("kubernetes.io/cinder")
    assert found is not None and found.driver == "cinder.csi.openstack.org"
    assert csi_translation.plugin_named("cinder.csi.openstack.org") is None
