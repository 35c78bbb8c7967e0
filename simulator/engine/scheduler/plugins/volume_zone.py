"""VolumeZone: a pod goes where the volumes of its claims are, by the zones and regions that their labels name.

Follows pkg/scheduler/framework/plugins/volumezone/volume_zone.go and LabelZonesToSet in
staging/src/k8s.io/cloud-provider/volume/helpers/zones.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.engine.objects import labels_of, name_of, namespace_of, spec_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.claims import (
    CLAIMS,
    CLASSES,
    VOLUMES,
    claim_not_found,
    claims_of,
    class_of,
    named_claims,
)
from simulator.engine.scheduler.csi_translation import BETA_REGION, BETA_ZONE, GA_REGION, GA_ZONE, ZONE_DELIMITER
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Narrowing, Refusal
from simulator.engine.scheduler.shape import Shape

_REASON = "node(s) had no available volume zone"
_LABELS = (BETA_ZONE, BETA_REGION, GA_ZONE, GA_REGION)
_PRESENT_FORM = {BETA_ZONE: GA_ZONE, BETA_REGION: GA_REGION}


class Topology(NamedTuple):
    """A label of a volume, and the values that it allows a node."""

    key: str
    values: frozenset[str]


class VolumeZone(FilterPlugin):
    name = "VolumeZone"
    reads = (CLAIMS, VOLUMES, CLASSES)

    def reads_for(self, shape: Shape) -> tuple[str, ...]:
        return self.reads if shape.spec["volumes"] else ()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(named_claims(shape)) and self._topologies(shape) != []

    def narrow(self, shape: Shape, nodes: NodeTable) -> Narrowing:
        found = self._topologies(shape)
        return Narrowing(conflict=found) if isinstance(found, str) else Narrowing()

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """A node without any such label takes the pod: its cluster may be in one zone."""
        found = self._topologies(shape)
        fits = np.ones(len(rows), dtype=np.bool_)
        for key, values in [] if isinstance(found, str) else found:
            own = nodes.by_label(key, rows, _among(values))
            if key in _PRESENT_FORM:
                has = nodes.by_label(key, rows, _is_there)
                own = np.where(has, own, nodes.by_label(_PRESENT_FORM[key], rows, _among(values)))
            fits &= own
        labelled = np.zeros(len(rows), dtype=np.bool_)
        for key in _LABELS:
            labelled |= nodes.by_label(key, rows, _is_there)
        return (labelled & ~fits).astype(np.int64)

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_REASON,))

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return after is not None and (before is None or labels_of(before) != labels_of(after))

    def helped_by(self, shape: Shape, resource: str, before: Body | None, after: Body | None) -> bool:
        if after is None:
            return False
        if resource == CLAIMS:
            return namespace_of(after) == shape.namespace and name_of(after) in named_claims(shape)
        if resource == CLASSES:
            return before is None and after.get("volumeBindingMode") == "WaitForFirstConsumer"
        return before is None or _topologies_of(before) != _topologies_of(after)

    def _topologies(self, shape: Shape) -> list[Topology] | str:
        """What the volumes of the pod's claims ask of a node, or what keeps that from being known."""
        found: list[Topology] = []
        for one in claims_of(shape):
            if one.is_ephemeral:
                continue
            claim = self.reader.get(CLAIMS, shape.namespace, one.name)
            if not one.name or claim is None:
                return claim_not_found(one.name) if one.name else "PersistentVolumeClaim had no name"
            name = spec_of(claim).get("volumeName")
            if not name:
                trouble = self._trouble_of_unbound(claim)
                if trouble:
                    return trouble
                continue
            volume = self.reader.get(VOLUMES, "", name)
            if volume is None:
                return f'persistentvolume "{name}" not found'
            found += _topologies_of(volume)
        return found

    def _trouble_of_unbound(self, claim: Body) -> str:
        """Empty for a claim that waits for its first consumer: VolumeBinding sees to it."""
        name = class_of(claim)
        if not name:
            return "PersistentVolumeClaim had no pv name and storageClass name"
        found = self.reader.get(CLASSES, "", name)
        if found is None:
            return f'storageclass.storage.k8s.io "{name}" not found'
        mode = found.get("volumeBindingMode")
        if mode is None:
            return f'VolumeBindingMode not set for StorageClass "{name}"'
        return "" if mode == "WaitForFirstConsumer" else "PersistentVolume had no name"


def _topologies_of(volume: Body) -> list[Topology]:
    """The volume's zones and regions; a label with an empty part says nothing."""
    labels, found = labels_of(volume), []
    for key in _LABELS:
        values = frozenset(one.strip() for one in labels[key].split(ZONE_DELIMITER)) if key in labels else frozenset()
        if values and "" not in values:
            found.append(Topology(key, values))
    return found


def _among(values: frozenset[str]) -> Callable[[str | None], bool]:
    return lambda value: value in values


def _is_there(value: str | None) -> bool:
    return value is not None
