"""Which volumes a pod attaches to a node, by driver and handle.

Follows filterAttachableVolumes and getCSIDriverInfo in pkg/scheduler/framework/plugins/nodevolumelimits/csi.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.objects import labels_of, name_of, namespace_of, spec_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler import csi_translation
from simulator.engine.scheduler.claims import CLAIMS, CLASSES, VOLUMES, claims_of, class_of
from simulator.engine.scheduler.shape import Shape

CSI_NODES = "csinodes.storage.k8s.io"
Named = dict[tuple[str, str], str]
"""The driver of each volume; a volume is named by its driver and its handle there."""


class Attachable:
    """What pods attach, remembered for as long as the objects that it is read from stay as they are."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[Shape, frozenset[str]], Named] = {}

    def volumes(self, shape: Shape, moved: frozenset[str]) -> Named:
        """The volumes that count against a node's limits if a pod is there. Not to be changed.

        moved: the old plugins that the node has left to their drivers.
        """
        known = self._known.get((shape, moved))
        if known is None:
            known = self._known[shape, moved] = dict(self._claimed(shape, moved) + _inline(shape, moved))
        return known

    def _claimed(self, shape: Shape, moved: frozenset[str]) -> list[tuple[tuple[str, str], str]]:
        found = []
        for one in claims_of(shape):
            claim = self._reader.get(CLAIMS, shape.namespace, one.name)
            if claim is None or one.trouble(shape.namespace, claim):
                continue
            volume = self._reader.get(VOLUMES, "", spec_of(claim).get("volumeName") or "")
            named = self._of_class(claim, moved) if volume is None else _of_volume(volume, moved)
            if named is not None and all(named):
                found.append((named, named[0]))
        return found

    def _of_class(self, claim: Body, moved: frozenset[str]) -> tuple[str, str] | None:
        """What would be made for a claim without a volume: something that nothing else is."""
        found = self._reader.get(CLASSES, "", class_of(claim))
        provisioner = (found or {}).get("provisioner") or ""
        plugin = csi_translation.plugin_named(provisioner)
        if plugin is not None and plugin.name not in moved:
            return None
        return plugin.driver if plugin else provisioner, f"\0{namespace_of(claim)}/{name_of(claim)}"


def _of_volume(volume: Body, moved: frozenset[str]) -> tuple[str, str] | None:
    spec = spec_of(volume)
    if spec.get("csi") is not None:
        return spec["csi"].get("driver") or "", spec["csi"].get("volumeHandle") or ""
    return _translated(spec, moved, labels_of(volume))


def _inline(shape: Shape, moved: frozenset[str]) -> list[tuple[tuple[str, str], str]]:
    volumes = (_translated(one, moved, {}) for one in shape.spec.get("volumes") or ())
    return [(named, named[0]) for named in volumes if named is not None]


def _translated(sources: Body, moved: frozenset[str], labels: dict[str, str]) -> tuple[str, str] | None:
    plugin = csi_translation.plugin_of(sources)
    if plugin is None or plugin.name not in moved:
        return None
    handle = csi_translation.handle_of(sources, plugin, labels)
    return None if handle is None else (plugin.driver, handle)
