"""What pods that are being bound will take: volumes that count as bound, claims that count as sent to a node.

An assumption is made in Reserve and ends when the objects themselves say it, or with Unreserve.
Follows pkg/scheduler/framework/plugins/volumebinding/assume_cache.go and GetBindVolumeToClaim in
staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.objects import annotations_of, key_of, name_of, namespace_of, set_in, spec_of, uid_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.claims import SELECTED_NODE, is_bound_to

_CLAIM_REF = ("spec", "claimRef")
_BOUND_BY = "pv.kubernetes.io/bound-by-controller"


def bound(volume: Body, claim: Body) -> Body:
    """The volume as it is when it is bound to the claim; the same object if it is so already."""
    reference = spec_of(volume).get("claimRef") or {}
    ours = is_bound_to(volume, claim)
    if not ours or reference.get("uid") != uid_of(claim):
        metadata = claim["metadata"]
        made = {"kind": "PersistentVolumeClaim", "apiVersion": "v1"}
        made |= {key: metadata[key] for key in ("namespace", "name", "uid", "resourceVersion") if metadata.get(key)}
        volume = set_in(volume, _CLAIM_REF, made)
    if not ours and _BOUND_BY not in annotations_of(volume):
        volume = set_in(volume, ("metadata", "annotations", _BOUND_BY), "yes")
    return volume


def sent(claim: Body, node: str) -> Body:
    """The claim with the node on which its volume is to be made."""
    return set_in(claim, ("metadata", "annotations", SELECTED_NODE), node)


class Assumptions:
    def __init__(self) -> None:
        self._volumes: dict[str, tuple[Body | None, Body]] = {}
        self._claims: dict[Key, str] = {}

    def bind(self, volume: Body, claim: Body) -> None:
        after = bound(volume, claim)
        if after is not volume:
            self._volumes[name_of(volume)] = spec_of(volume).get("claimRef"), after["spec"]["claimRef"]

    def send(self, claim: Body, node: str) -> None:
        self._claims[key_of(claim)] = node

    def drop(self, volumes: list[str], claims: list[Key]) -> None:
        for volume in volumes:
            self._volumes.pop(volume, None)
        for claim in claims:
            self._claims.pop(claim, None)

    def volume(self, volume: Body) -> Body:
        """The volume as it will be, unless somebody else has bound it meanwhile."""
        known = self._volumes.get(name_of(volume))
        if known is None or spec_of(volume).get("claimRef") != known[0]:
            return volume
        return set_in(volume, _CLAIM_REF, known[1])

    def selected_node(self, claim: Body) -> str | None:
        """The node on which a claim's volume is to be made; None if that is open."""
        said = annotations_of(claim).get(SELECTED_NODE)
        return said if said is not None else self._claims.get(Key(namespace_of(claim), name_of(claim)))
