"""The volumes of a pod that plugins look at.

Follows staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.objects import name_of, uid_of
from simulator.engine.registry import Body
from simulator.engine.scheduler import csi_translation

_SOURCES = ("csi", "iscsi", "rbd", *(one.source for one in csi_translation.PLUGINS))
_LOOKED_AT = frozenset(("persistentVolumeClaim", "ephemeral", *_SOURCES))


def volumes_of(pod: Body) -> list[Body]:
    """The volumes that plugins look at, without what tells pods of one template apart.

    An ephemeral volume is `{"ephemeral": {"claimName", "pod", "uid"}}`: it belongs to this pod alone.
    """
    held = pod["spec"].get("volumes")
    return [_read(pod, one) for one in held if not _LOOKED_AT.isdisjoint(one)] if held else []


def _read(pod: Body, volume: Body) -> Body:
    if volume.get("persistentVolumeClaim") is not None:
        return {"persistentVolumeClaim": {"claimName": volume["persistentVolumeClaim"].get("claimName") or ""}}
    if volume.get("ephemeral") is not None:
        name = name_of(pod)
        claim = f"{name}-{volume.get('name') or ''}"
        return {"ephemeral": {"claimName": claim, "pod": name, "uid": uid_of(pod)}}
    return {source: volume[source] for source in _SOURCES if volume.get(source) is not None}
