"""Which of the volumes that exist may be bound to a claim, the smallest first.

Follows FindMatchingVolume in staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.engine import selectors
from simulator.engine.objects import is_deleting, labels_of, spec_of, status_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.claims import capacity, class_of, is_bound_to, requested


def candidates(claim: Body, volumes: Sequence[Body]) -> list[Body]:
    """The volumes that may be bound to the claim where a node can reach them, in the order in which they are taken.

    A volume that was made for the claim is the only one, on whatever node.
    """
    wanted, name = requested(claim), class_of(claim)
    found = []
    for volume in volumes:
        ours = is_bound_to(volume, claim)
        if not ours and spec_of(volume).get("claimRef") is not None:
            continue
        if class_of(volume) != name or capacity(volume) < wanted or not _is_alike(claim, volume) or is_deleting(volume):
            continue
        if ours:
            return [volume]
        if _is_asked_for(claim, volume):
            found.append(volume)
    return sorted(found, key=capacity)


def _is_alike(claim: Body, volume: Body) -> bool:
    """The same volume mode, and the same class of attributes."""
    asked, offered = spec_of(claim), spec_of(volume)
    return (asked.get("volumeMode") or "Filesystem") == (offered.get("volumeMode") or "Filesystem") and (
        asked.get("volumeAttributesClassName") or ""
    ) == (offered.get("volumeAttributesClassName") or "")


def _is_asked_for(claim: Body, volume: Body) -> bool:
    """Ready, with the labels and the access modes that the claim asks for."""
    asked = spec_of(claim)
    if status_of(volume).get("phase") != "Available":
        return False
    selector = asked.get("selector")
    if selector is not None and not selectors.of(selector).matches(labels_of(volume)):
        return False
    return set(asked.get("accessModes") or ()) <= set(spec_of(volume).get("accessModes") or ())
