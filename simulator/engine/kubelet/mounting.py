"""Volumes of a pod that are set up before its sandbox: what they refer to must be there, and attached to the node.

Follows pkg/kubelet/volumemanager/volume_manager.go (WaitForAttachAndMount), pkg/volume/{configmap,secret,projected},
GenerateVerifyControllerAttachedVolumeFunc in pkg/volume/util/operationexecutor/operation_generator.go and
pkg/util/goroutinemap/exponentialbackoff, v1.34. In the note, `mounts` is [since when the worker waits, volume -> [how
many attempts have failed, when the next is made]].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import csi_volumes
from ..clock import MILLISECOND, SECOND
from ..objects import name_of, namespace_of, status_of
from ..registry import Body
from . import node_status
from .images import RESYNC
from .turn import Turn

_FIRST = 500 * MILLISECOND
_LAST = 122 * SECOND
_TIMEOUT = 123 * SECOND


def is_held(turn: Turn) -> bool:
    """Tries to set up the volumes that are not yet; whether the worker has to wait for one. Books its next look."""
    since, waits = turn.note.get("mounts") or [turn.now, {}]
    kept = {}
    for volume in turn.pod["spec"].get("volumes") or ():
        attempts, following = waits.get(volume["name"], (0, turn.now))
        if following > turn.now:
            kept[volume["name"]] = [attempts, following]
            continue
        fault = _fault(turn, volume)
        if fault or _is_unattached(turn, volume):
            kept[volume["name"]] = [attempts + 1, turn.now + min(_FIRST << min(attempts, 20), _LAST)]
        if fault:
            turn.event("Warning", "FailedMount", f'MountVolume.SetUp failed for volume "{volume["name"]}" : {fault}')
    if not kept:
        turn.note.pop("mounts", None)
        return False
    if turn.now >= since + _TIMEOUT:
        _tell(turn, sorted(kept))
        since = turn.now + RESYNC + turn.world.hash("resync", turn.note["uid"], turn.now) % (RESYNC // 2)
    turn.note["mounts"] = [since, kept]
    instants = [one[1] for one in kept.values()]
    turn.book("mount", min(since + _TIMEOUT, *instants) - turn.now)
    return True


def _tell(turn: Turn, names: list[str]) -> None:
    """The worker has waited long enough, and begins again."""
    held = [one for one in turn.pod["spec"].get("volumes") or () if _is_unattached(turn, one)]
    unattached = sorted(one["name"] for one in held)
    turn.event(
        "Warning",
        "FailedMount",
        f"Unable to attach or mount volumes: unmounted volumes=[{' '.join(names)}], unattached "
        f"volumes=[{' '.join(unattached)}], failed to process volumes=[]: context deadline exceeded",
    )


def _is_unattached(turn: Turn, volume: Body) -> bool:
    """True until a volume is attached, which is said to nobody; first the node has to report that it is used there."""
    held, node = csi_volumes.of_volume(turn.world, turn.pod, volume), turn.world.get("nodes", "", turn.note["node"])
    if held is None or node is None or not csi_volumes.is_managed(node):
        return False
    if csi_volumes.unique_name(held) not in (status_of(node).get("volumesInUse") or ()):
        node_status.book(turn.world, name_of(node), led_by=turn.led_by)
        return True
    return not csi_volumes.is_attached(node, held)


def _fault(turn: Turn, volume: Body) -> str:
    """Why a volume cannot be set up; empty if it can."""
    if volume.get("configMap") is not None:
        return _missing(turn, "configmaps", volume["configMap"], volume["configMap"].get("name", ""))
    if volume.get("secret") is not None:
        return _missing(turn, "secrets", volume["secret"], volume["secret"].get("secretName", ""))
    faults = list(dict.fromkeys(_of_sources(turn, (volume.get("projected") or {}).get("sources") or ())))
    return f"[{', '.join(faults)}]" if len(faults) > 1 else "".join(faults)


def _of_sources(turn: Turn, sources: Iterable[Body]) -> Iterator[str]:
    for one in sources:
        for key, resource in (("secret", "secrets"), ("configMap", "configmaps")):
            if one.get(key) is not None:
                fault = _missing(turn, resource, one[key], one[key].get("name", ""))
                if fault:
                    yield fault


def _missing(turn: Turn, resource: str, source: Body, name: str) -> str:
    kind, thing = ("secret", "secret") if resource == "secrets" else ("configmap", "config")
    body = turn.world.get(resource, namespace_of(turn.pod), name)
    if source.get("optional"):
        return ""
    if body is None:
        return f'{kind} "{name}" not found'
    held = {**(body.get("data") or {}), **(body.get("binaryData") or {})}
    for item in source.get("items") or ():
        if item["key"] not in held:
            return f"references non-existent {thing} key: {item['key']}"
    return ""


def tell_of_pull_secrets(turn: Turn) -> None:
    """Warns of imagePullSecrets that are not there. Follows getPullSecretsForPod in pkg/kubelet/kubelet_pods.go."""
    namespace = namespace_of(turn.pod)
    names = [one.get("name", "") for one in turn.pod["spec"].get("imagePullSecrets") or ()]
    missing = [name for name in names if name and turn.world.get("secrets", namespace, name) is None]
    if missing:
        turn.event(
            "Warning",
            "FailedToRetrieveImagePullSecret",
            f"Unable to retrieve some image pull secrets ({', '.join(missing)}); attempting to pull the image may not "
            "succeed.",
        )
