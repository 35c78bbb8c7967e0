"""Volumes of the plugins that were once part of Kubernetes, as the CSI drivers that took them over name them.

Where a node says that a plugin has moved (CSINode's annotation), its volumes count as the driver's and are found by
the driver's own topology label. Follows staging/src/k8s.io/csi-translation-lib/{translate.go,plugins/*.go} and
pkg/scheduler/framework/plugins/nodevolumelimits/utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.engine.objects import annotations_of, get_in, labels_of, set_in
from simulator.engine.registry import Body

GA_ZONE, GA_REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
BETA_ZONE, BETA_REGION = "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region"
ZONE_DELIMITER = "__"
_MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins"
_TERMS = ("spec", "nodeAffinity", "required", "nodeSelectorTerms")

Handle = Callable[[Body, dict[str, str]], str | None]


class InTreePlugin(NamedTuple):
    """name: of the old plugin, and of its provisioner. driver: what took it over. source: its field in a volume.

    handle(source, labels): the driver's handle for a volume, None if it cannot be translated; without this function the
    scheduler does not heed whether a node has moved to the driver. topology: the driver's zone label.
    """

    name: str
    driver: str
    source: str
    handle: Handle | None = None
    topology: str = ""


def _field(name: str) -> Handle:
    return lambda source, labels: source.get(name) or ""


def _ebs(source: Body, labels: dict[str, str]) -> str | None:
    """`vol-1`, or the end of `aws://zone/vol-1`."""
    text: str = source.get("volumeID") or ""
    if not text.startswith("aws://"):
        return text
    path = text.removeprefix("aws://").partition("/")[2].strip("/")
    return path if path.startswith("vol-") and "/" not in path else None


def _gce(source: Body, labels: dict[str, str]) -> str | None:
    disk = source.get("pdName") or ""
    zones = (labels.get(BETA_ZONE) or labels.get(GA_ZONE) or "").split(ZONE_DELIMITER)
    if len(zones) == 1:
        return f"projects/UNSPECIFIED/zones/{zones[0] or 'UNSPECIFIED'}/disks/{disk}"
    regions = {zone.rpartition("-")[0] for zone in zones if zone.count("-") == 2}
    if len(regions) != 1 or any(zone.count("-") != 2 for zone in zones):
        return None
    return f"projects/UNSPECIFIED/regions/{regions.pop()}/disks/{disk}"


def _azure_disk(source: Body, labels: dict[str, str]) -> str | None:
    kind = source.get("kind")
    return None if kind is not None and kind.lower() != "managed" else source.get("diskURI") or ""


PLUGINS = (
    InTreePlugin("kubernetes.io/gce-pd", "pd.csi.storage.gke.io", "gcePersistentDisk", _gce, "topology.gke.io/zone"),
    InTreePlugin(
        "kubernetes.io/aws-ebs", "ebs.csi.aws.com", "awsElasticBlockStore", _ebs, "topology.ebs.csi.aws.com/zone"
    ),
    InTreePlugin(
        "kubernetes.io/cinder",
        "cinder.csi.openstack.org",
        "cinder",
        _field("volumeID"),
        "topology.cinder.csi.openstack.org/zone",
    ),
    InTreePlugin("kubernetes.io/azure-disk", "disk.csi.azure.com", "azureDisk", _azure_disk),
    InTreePlugin("kubernetes.io/portworx-volume", "pxd.portworx.com", "portworxVolume", _field("volumeID")),
    InTreePlugin("kubernetes.io/azure-file", "file.csi.azure.com", "azureFile"),
    InTreePlugin("kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com", "vsphereVolume"),
)
_BY_NAME = {one.name: one for one in PLUGINS}
_MOVING = frozenset(one.name for one in PLUGINS if one.handle is not None)


def plugin_named(provisioner: str) -> InTreePlugin | None:
    """The old plugin that a storage class names as its provisioner."""
    return _BY_NAME.get(provisioner)


def plugin_of(sources: Body) -> InTreePlugin | None:
    """The old plugin of a pod's volume or of a PersistentVolume's spec."""
    return next((one for one in PLUGINS if sources.get(one.source) is not None), None)


def moved(csi_node: Body | None) -> frozenset[str]:
    """The old plugins that a node has left to their drivers."""
    named = moved_text(csi_node) if csi_node is not None else ""
    return frozenset(named.split(",")) & _MOVING if named else frozenset()


def moved_text(csi_node: Body) -> str:
    return annotations_of(csi_node).get(_MIGRATED) or ""


def translated_affinity(volume: Body, plugin: InTreePlugin) -> Body:
    """A PersistentVolume of an old plugin with the node affinity that its driver gives it.

    Zones in the affinity go by the driver's label; without any, those of the volume's own labels are added.
    """
    if not plugin.topology:
        return volume
    terms: list[Body] = get_in(volume, *_TERMS) or []
    zone, region = _labels_used(volume, terms)
    if _values(terms, zone):
        terms = [_renamed(term, zone, plugin.topology) for term in terms]
    elif zone in labels_of(volume):
        zones = sorted({one.strip() for one in labels_of(volume)[zone].split(ZONE_DELIMITER)} - {""})
        if zones:
            added = {"key": plugin.topology, "operator": "In", "values": zones}
            terms = [set_in(one, ("matchExpressions",), [*_expressions(one), added]) for one in terms or [{}]]
    if region == BETA_REGION and _values(terms, region):
        terms = [_renamed(term, region, GA_REGION) for term in terms]
    return set_in(volume, _TERMS, terms) if terms else volume


def _labels_used(volume: Body, terms: list[Body]) -> tuple[str, str]:
    """The labels of zone and region in their new or their old form, as the affinity, then the volume's labels say."""
    keys = {one.get("key") for term in terms for one in _expressions(term)}
    for known in (keys, labels_of(volume).keys()):
        for zone, region in ((GA_ZONE, GA_REGION), (BETA_ZONE, BETA_REGION)):
            if zone in known:
                return zone, region
    return GA_ZONE, GA_REGION


def _values(terms: list[Body], key: str) -> bool:
    return any(one.get("values") for term in terms for one in _expressions(term) if one.get("key") == key)


def _renamed(term: Body, old: str, new: str) -> Body:
    renamed = [{**one, "key": new} if one.get("key") == old else one for one in _expressions(term)]
    return {**term, "matchExpressions": renamed}


def _expressions(term: Body) -> list[Body]:
    return term.get("matchExpressions") or []


def handle_of(sources: Body, plugin: InTreePlugin, labels: dict[str, str]) -> str | None:
    """The driver's handle for a volume of an old plugin; None if it cannot be translated. labels: of the volume."""
    return plugin.handle(sources[plugin.source], labels) if plugin.handle is not None else None
