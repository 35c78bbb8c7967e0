"""What a pod's claims need, and which nodes can give it.

Follows GetPodVolumeClaims, FindPodVolumes and checkBoundClaims in
pkg/scheduler/framework/plugins/volumebinding/binder.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.engine.objects import name_of, spec_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler import csi_translation
from simulator.engine.scheduler.attachable_volumes import CSI_NODES
from simulator.engine.scheduler.claims import CLAIMS, VOLUMES, claims_of, is_fully_bound, requested, waits_for_consumer
from simulator.engine.scheduler.labelled_rows import LabelledRows
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.plugins.volume_binding.assumptions import Assumptions
from simulator.engine.scheduler.plugins.volume_binding.matching import candidates
from simulator.engine.scheduler.plugins.volume_binding.provisioning import Provisioning
from simulator.engine.scheduler.shape import Shape

ELSEWHERE, NO_VOLUME, NO_SPACE, GONE = 1, 2, 4, 8
"""Why a node is refused: a bound volume is elsewhere, nothing to bind, no storage left, a bound volume is gone."""


class Sorted(NamedTuple):
    """A pod's claims: those that are bound, those that wait for a node, those that should be bound but are not."""

    bound: list[Body]
    waiting: list[Body]
    immediate: list[Body]


def sort_claims(reader: Reader, shape: Shape) -> Sorted:
    found = Sorted([], [], [])
    for one in claims_of(shape):
        claim = reader.get(CLAIMS, shape.namespace, one.name)
        if claim is None:
            continue
        if is_fully_bound(claim):
            found.bound.append(claim)
        elif not spec_of(claim).get("volumeName") and waits_for_consumer(reader, claim):
            found.waiting.append(claim)
        else:
            found.immediate.append(claim)
    return found


class Match(NamedTuple):
    """For a claim, the candidate that each row takes, -1 where there is none."""

    claim: Body
    candidates: list[Body]
    taken: Integers


class Found(NamedTuple):
    """By row why a node is refused (0: it is not), what is bound there, and the claims whose volumes are to be made
    on a node that was chosen before."""

    codes: Integers
    matches: list[Match]
    chosen: list[Body]


class Finder:
    """Looks at some rows of a table for one pod."""

    def __init__(
        self, reader: Reader, assumptions: Assumptions, labelled: LabelledRows, nodes: NodeTable, rows: Rows
    ) -> None:
        self._reader, self._assumptions, self._labelled = reader, assumptions, labelled
        self._nodes, self._rows = nodes, rows
        self._place = np.full(len(nodes), -1, dtype=np.intp)
        self._place[rows] = np.arange(len(rows), dtype=np.intp)

    def find(self, claims: Sorted) -> Found:
        codes = self._bound(claims.bound)
        matches: list[Match] = []
        chosen = {id(one): self._assumptions.selected_node(one) for one in claims.waiting}
        fixed = [one for one in claims.waiting if chosen[id(one)] is not None]
        astray = np.zeros(len(self._rows), dtype=np.bool_)
        for one in fixed:
            astray |= self._rows != self._nodes.row_of.get(chosen[id(one)] or "", -1)
        codes[astray] |= NO_VOLUME
        if claims.waiting and not astray.all():
            open_claims = [one for one in claims.waiting if chosen[id(one)] is None]
            matches = self._match(sorted(open_claims, key=requested))
            codes |= np.where(astray, 0, self._provision(fixed, matches))
        return Found(codes, matches, fixed)

    def reaches(self, volume: Body) -> Flags:
        """By place, whether the node can use a volume that is bound: one of an old plugin goes by its driver's labels
        on nodes that have left the plugin to it."""
        plugin = csi_translation.plugin_of(spec_of(volume))
        held = self._meets(volume)
        if plugin is None or plugin.handle is None:
            return held
        names = (self._nodes.names[row] for row in self._rows.tolist())
        moved = [plugin.name in csi_translation.moved(self._reader.get(CSI_NODES, "", name)) for name in names]
        translated = self._meets(csi_translation.translated_affinity(volume, plugin))
        return np.where(np.array(moved, dtype=np.bool_), translated, held)

    def _bound(self, claims: list[Body]) -> Integers:
        """The first claim that a node cannot use says why."""
        codes = np.zeros(len(self._rows), dtype=np.int64)
        for claim in claims:
            volume = self._reader.get(VOLUMES, "", spec_of(claim)["volumeName"])
            if volume is None:
                codes[codes == 0] = GONE
                break
            codes[(codes == 0) & ~self.reaches(volume)] = ELSEWHERE
        return codes

    def _match(self, claims: list[Body]) -> list[Match]:
        """The smallest claim first; what one takes on a node is not there for the next."""
        if not claims:
            return []
        volumes = [self._assumptions.volume(one) for one in self._reader.list(VOLUMES)]
        used: dict[str, Rows] = {}
        return [self._take(claim, candidates(claim, volumes), used) for claim in claims]

    def _take(self, claim: Body, found: list[Body], used: dict[str, Rows]) -> Match:
        taken = np.full(len(self._rows), -1, dtype=np.int64)
        left = len(self._rows)
        for number, one in enumerate(found):
            if not left:
                break
            places = self._places(one)
            places = places[taken[places] < 0]
            name = name_of(one)
            if name in used:
                places = np.setdiff1d(places, used[name])
            if len(places):
                taken[places] = number
                left -= len(places)
                used[name] = np.concatenate((used[name], places)) if name in used else places
        return Match(claim, found, taken)

    def _provision(self, fixed: list[Body], matches: list[Match]) -> Integers:
        """Why no volume can be made where none is to be had: the first claim in order says it."""
        provisioning = Provisioning(self._reader, self._labelled)
        codes = np.zeros(len(self._rows), dtype=np.int64)
        everywhere = np.ones(len(self._rows), dtype=np.bool_)
        for claim, lacking in [(one, everywhere) for one in fixed] + [(one.claim, one.taken < 0) for one in matches]:
            lacking = lacking & (codes == 0)
            if lacking.any():
                codes[lacking & ~provisioning.allowed(claim, self._nodes)[self._rows]] = NO_VOLUME
                lacking = lacking & (codes == 0)
                codes[lacking & ~provisioning.sufficient(claim, self._nodes)[self._rows]] = NO_SPACE
        return codes

    def _meets(self, volume: Body) -> Flags:
        held = np.zeros(len(self._rows), dtype=np.bool_)
        held[self._places(volume)] = True
        return held

    def _places(self, volume: Body) -> Rows:
        """The places among our rows of the nodes that can reach a volume, by its own node affinity."""
        required = (spec_of(volume).get("nodeAffinity") or {}).get("required")
        if required is None:
            return np.arange(len(self._rows), dtype=np.intp)
        terms = self._labelled.terms_of(required)
        if len(terms) == 1:
            places = self._place[self._labelled.rows(self._nodes, terms[0])]
        else:
            places = self._place[np.flatnonzero(self._labelled.any_of(self._nodes, terms))]
        held: Rows = places[places >= 0]
        return held
