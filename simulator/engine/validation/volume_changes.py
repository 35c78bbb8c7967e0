"""How a PersistentVolume may change: its source is for ever.

Follows ValidatePersistentVolumeUpdate in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value, invalid_value
from ..objects import drop_in, get_in, spec_of
from ..registry import Body
from .differences import difference
from .go_values import VOLUME_NODE_AFFINITY, shown
from .metadata import IMMUTABLE, immutable
from .persistent_volumes import SOURCES

_RENAMED = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
_SECRET = ("csi", "controllerExpandSecretRef")


def volume(new: Body, old: Body) -> list[FieldError]:
    spec, held = spec_of(new), spec_of(old)
    given, kept = _sources(spec), _sources(held)
    if get_in(kept, "csi") is not None and get_in(kept, *_SECRET) is None:
        given = drop_in(given, _SECRET)
    errors: list[FieldError] = []
    if given != kept:
        detail = f"spec.persistentvolumesource is immutable after creation\n{difference(kept, given, 'spec')}"
        errors.append(forbidden_value("spec.persistentvolumesource", detail))
    errors += immutable("volumeMode", spec.get("volumeMode"), held.get("volumeMode"))
    affinity, before = spec.get("nodeAffinity"), held.get("nodeAffinity")
    if before is not None and not _same(affinity, before):
        detail = f"{IMMUTABLE}, except for updating from beta label to GA"
        errors.append(invalid_value("nodeAffinity", shown(affinity, VOLUME_NODE_AFFINITY), detail))
    if held.get("volumeAttributesClassName") is not None and spec.get("volumeAttributesClassName") is None:
        errors.append(
            forbidden_value("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden")
        )
    return errors


def _sources(spec: Body) -> Body:
    return {key: spec[key] for key in SOURCES if spec.get(key) is not None}


def _same(new: Body | None, old: Body) -> bool:
    """True if the affinities are alike, but for labels of old that got their present names."""
    if new == old:
        return True
    terms, before = (get_in(one, "required", "nodeSelectorTerms", default=[]) for one in (new, old))
    return len(terms) == len(before) and all(map(_same_term, terms, before))


def _same_term(new: Body, old: Body) -> bool:
    if (new.get("matchFields") or []) != (old.get("matchFields") or []):
        return False
    pairs = new.get("matchExpressions") or [], old.get("matchExpressions") or []
    return len(pairs[0]) == len(pairs[1]) and all(
        one == other or one == {**other, "key": _RENAMED.get(other.get("key", ""))}
        for one, other in zip(*pairs, strict=True)
    )
