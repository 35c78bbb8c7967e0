"""The binding of a pod's claims: what is written for it, and when it is over.

Follows bindAPIUpdate and checkBindings in pkg/scheduler/framework/plugins/volumebinding/binder.go, v1.34.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine import errors
from simulator.engine.causes import Cause
from simulator.engine.objects import annotations_of, name_of, spec_of, text_of
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler.claims import CLAIMS, SELECTED_NODE, VOLUMES, is_fully_bound
from simulator.engine.scheduler.labelled_rows import LabelledRows
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.plugin import PENDING
from simulator.engine.scheduler.plugins.volume_binding.assumptions import Assumptions, bound, sent
from simulator.engine.scheduler.plugins.volume_binding.finding import Finder
from simulator.engine.world import World

_BINDING = "binding volumes: "
TIMED_OUT = f"{_BINDING}context deadline exceeded"


@dataclass
class Reservation:
    """volumes: the volume that each claim gets. made: the claims whose volumes are to be made. written: it is known
    to the cluster."""

    volumes: dict[Key, str]
    made: list[Key]
    written: bool = False


def is_written(reader: Reader, reservation: Reservation, node: str) -> bool:
    """True if the cluster knows it already, from before a restart."""
    for key, name in reservation.volumes.items():
        volume, claim = reader.get(VOLUMES, "", name), reader.get(CLAIMS, *key)
        if volume is None or claim is None or bound(volume, claim) is not volume:
            return False
    claims = (reader.get(CLAIMS, *key) for key in reservation.made)
    return all(one is not None and annotations_of(one).get(SELECTED_NODE) == node for one in claims)


def write(world: World, reservation: Reservation, node: str, cause: Cause) -> str:
    """Reserves the volumes for their claims and sends the other claims to the node; what is wrong if it cannot."""
    try:
        for key, name in reservation.volumes.items():
            volume, claim = world.get(VOLUMES, "", name), world.get(CLAIMS, *key)
            if volume is None or claim is None:
                raise errors.not_found(VOLUMES, name) if volume is None else errors.not_found(CLAIMS, key.name)
            world.update(VOLUMES, bound(volume, claim), cause)
        for key in reservation.made:
            claim = world.get(CLAIMS, *key)
            if claim is None:
                raise errors.not_found(CLAIMS, key.name)
            world.update(CLAIMS, sent(claim, node), cause)
    except errors.StatusError as error:
        return str(error)
    return ""


def check(world: World, reservation: Reservation, pod: Key, node: str) -> str:
    """Empty when all claims are bound; PENDING while somebody is at it; else why binding fails."""
    body = world.get("nodes", "", node)
    if body is None:
        return f'{_BINDING}failed to get node "{node}": node "{node}" not found'
    if world.get("pods", *pod) is None:
        return f'{_BINDING}pod does not exist any more: pod "{pod.name}" not found'
    for key, name in reservation.volumes.items():
        if answer := _bound(world, body, key, name):
            return answer
    for key in reservation.made:
        if answer := _made(world, body, key):
            return answer
    return ""


def _bound(world: World, node: Body, key: Key, name: str) -> str:
    volume, claim = world.get(VOLUMES, "", name), world.get(CLAIMS, *key)
    if volume is None:
        return f'{_BINDING}failed to check binding: could not find v1.PersistentVolume "{name}"'
    if claim is None:
        return f'{_BINDING}failed to check binding: could not find v1.PersistentVolumeClaim "{text_of(key)}"'
    if trouble := _out_of_reach(world, node, volume):
        return trouble
    if not (spec_of(volume).get("claimRef") or {}).get("uid"):
        return f'{_BINDING}ClaimRef got reset for pv "{name}"'
    return "" if is_fully_bound(claim) else PENDING


def _made(world: World, node: Body, key: Key) -> str:
    claim = world.get(CLAIMS, *key)
    if claim is None:
        problem = f'could not find v1.PersistentVolumeClaim "{text_of(key)}"'
        return f"{_BINDING}failed to check provisioning pvc: {problem}"
    if not annotations_of(claim):
        return f'{_BINDING}selectedNode annotation reset for PVC "{key.name}"'
    if annotations_of(claim).get(SELECTED_NODE) != name_of(node):
        return f'{_BINDING}provisioning failed for PVC "{key.name}"'
    name = spec_of(claim).get("volumeName")
    if name:
        volume = world.get(VOLUMES, "", name)
        if volume is None:
            return PENDING
        if trouble := _out_of_reach(world, node, volume):
            return trouble
    return "" if is_fully_bound(claim) else PENDING


def _out_of_reach(world: World, node: Body, volume: Body) -> str:
    nodes = NodeTable([node])
    if Finder(world, Assumptions(), LabelledRows(), nodes, nodes.every).reaches(volume)[0]:
        return ""
    named = f'pv "{name_of(volume)}" node affinity doesn\'t match node "{name_of(node)}"'
    return f"{_BINDING}{named}: no matching NodeSelectorTerms"
