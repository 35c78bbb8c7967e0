"""What claims of storage cost: themselves and what they request, in all and by storage class.

Follows pkg/quota/v1/evaluator/core/persistent_volume_claims.go, v1.34.
"""

from __future__ import annotations

from .. import quantity
from ..objects import annotations_of, get_in, spec_of
from ..registry import Body, Instant
from .amounts import Amounts, figure
from .pods import selects

_COUNT = "count/persistentvolumeclaims"
_NAMES = ("persistentvolumeclaims", "requests.storage")
_OF_CLASS = ".storageclass.storage.k8s.io/"
_BETA = "volume.beta.kubernetes.io/storage-class"


def tracks(name: str) -> bool:
    return name in (_COUNT, *_NAMES) or name.endswith(tuple(f"{_OF_CLASS}{one}" for one in _NAMES))


def usage(claim: Body, now: Instant) -> Amounts:
    cost = {_COUNT: "1", "persistentvolumeclaims": "1"}
    held = _storage(claim)
    if held is not None:
        cost["requests.storage"] = held
    name = annotations_of(claim).get(_BETA) or spec_of(claim).get("storageClassName") or ""
    if name:
        cost |= {f"{name}{_OF_CLASS}{one}": cost[one] for one in _NAMES if one in cost}
    return cost


def _storage(claim: Body) -> str | None:
    """What is requested, or what was already set aside for an expansion if that is more, in whole bytes."""
    asked = get_in(claim, "spec", "resources", "requests", "storage")
    if asked is None:
        return None
    aside = get_in(claim, "status", "allocatedResources", "storage")
    text = aside if aside is not None and figure(aside) > figure(asked) else asked
    return quantity.from_bytes(quantity.value(text)) if figure(text).denominator != 1 else quantity.canonical(text)


def frees(new: Body, old: Body, now: Instant) -> bool:
    return usage(new, now) != usage(old, now) or _attribute_classes(new) != _attribute_classes(old)


def in_scope(claim: Body, term: Body) -> bool:
    """Whether a claim meets one term of a quota. Only VolumeAttributesClass is about claims."""
    if term.get("scopeName") != "VolumeAttributesClass":
        return False
    return any(selects(term, name) for name in _attribute_classes(claim) or [""])


def _attribute_classes(claim: Body) -> list[str]:
    found = (
        get_in(claim, "spec", "volumeAttributesClassName"),
        get_in(claim, "status", "currentVolumeAttributesClassName"),
        get_in(claim, "status", "modifyVolumeStatus", "targetVolumeAttributesClassName"),
    )
    return [name for name in found if name]
