"""Which of the volumes that exist may be bound to a claim, the smallest first.

Follows FindMatchingVolume in staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulator.engine import selectors
from simulator.engine.objects import is_deleting, labels_of, spec_of, status_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.claims import capacity, class_of, is_bound_to, requested
from simulator.engine.scheduler.labelled_rows import Term, term_of


class Candidate(NamedTuple):
    """A volume, and the terms of which a node must meet one; None: every node will do."""

    volume: Body
    terms: tuple[Term, ...] | None


def candidates(claim: Body, volumes: Sequence[Body]) -> list[Candidate]:
    """The volumes that may be bound to the claim where a node can reach them, in the order in which they are taken.

    A volume that was made for the claim is the only one, on whatever node.
    """
    wanted, name = requested(claim), class_of(claim)
    found = []
    for volume in volumes:
        if class_of(volume) != name or capacity(volume) < wanted or not _is_alike(claim, volume) or is_deleting(volume):
            continue
        if is_bound_to(volume, claim):
            return [Candidate(volume, terms_of(volume))]
        if _is_free(claim, volume):
            found.append(Candidate(volume, terms_of(volume)))
    return sorted(found, key=lambda one: capacity(one.volume))


def terms_of(volume: Body) -> tuple[Term, ...] | None:
    """A volume's node affinity. A term about fields meets no node: only labels are looked at."""
    required = (spec_of(volume).get("nodeAffinity") or {}).get("required")
    if required is None:
        return None
    terms = required.get("nodeSelectorTerms") or ()
    return tuple(term_of(one.get("matchExpressions") or ()) for one in terms if not one.get("matchFields"))


def _is_alike(claim: Body, volume: Body) -> bool:
    """The same volume mode, and the same class of attributes."""
    asked, offered = spec_of(claim), spec_of(volume)
    return (asked.get("volumeMode") or "Filesystem") == (offered.get("volumeMode") or "Filesystem") and (
        asked.get("volumeAttributesClassName") or ""
    ) == (offered.get("volumeAttributesClassName") or "")


def _is_free(claim: Body, volume: Body) -> bool:
    """Nobody's, and what the claim asks for."""
    asked, offered = spec_of(claim), spec_of(volume)
    if offered.get("claimRef") is not None or status_of(volume).get("phase") != "Available":
        return False
    selector = asked.get("selector")
    if selector is not None and not selectors.of(selector).matches(labels_of(volume)):
        return False
    return set(asked.get("accessModes") or ()) <= set(offered.get("accessModes") or ())
