"""On which nodes a volume can be made for a claim.

Follows checkVolumeProvisions and hasEnoughCapacity in pkg/scheduler/framework/plugins/volumebinding/binder.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine import quantity
from simulator.engine.objects import get_in, name_of, spec_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.claims import CLASSES, class_of
from simulator.engine.scheduler.labelled_rows import LabelledRows
from simulator.engine.scheduler.node_selectors import Term, term_of
from simulator.engine.scheduler.nodes import Flags, NodeTable

DRIVERS = "csidrivers.storage.k8s.io"
CAPACITIES = "csistoragecapacities.storage.k8s.io"
_BY_HAND = "kubernetes.io/no-provisioner"


class Provisioning:
    """What the storage classes and what their drivers say about storage make possible."""

    def __init__(self, reader: Reader, labelled: LabelledRows) -> None:
        self._reader, self._labelled = reader, labelled

    def allowed(self, claim: Body, nodes: NodeTable) -> Flags:
        """By row, whether the claim's class makes volumes there."""
        found = self._class(claim)
        terms = found.get("allowedTopologies") or ()
        if found.get("provisioner") in (None, "", _BY_HAND):
            return np.zeros(len(nodes), dtype=np.bool_)
        if not terms:
            return np.ones(len(nodes), dtype=np.bool_)
        return self._labelled.any_of(nodes, (_topology(one) for one in terms))

    def sufficient(self, claim: Body, nodes: NodeTable) -> Flags:
        """By row, whether there is storage left for the claim, as far as its driver tells."""
        found = self._class(claim)
        text = get_in(claim, "spec", "resources", "requests", "storage")
        driver = self._reader.get(DRIVERS, "", found.get("provisioner") or "")
        if text is None or driver is None or not spec_of(driver).get("storageCapacity"):
            return np.ones(len(nodes), dtype=np.bool_)
        size, enough = quantity.value(text), np.zeros(len(nodes), dtype=np.bool_)
        for one in self._reader.list(CAPACITIES):
            limit = limit_of(one)
            if one.get("storageClassName") != name_of(found) or limit is None or limit < size:
                continue
            topology = one.get("nodeTopology")
            if topology is not None:
                term = _selected(topology)
                enough |= True if term.is_empty() else self._labelled.any_of(nodes, (term,))
        return enough

    def _class(self, claim: Body) -> Body:
        return self._reader.get(CLASSES, "", class_of(claim)) or {"metadata": {}}


def limit_of(capacity: Body) -> int | None:
    """The largest volume that can be made, as a CSIStorageCapacity tells it."""
    text = capacity.get("maximumVolumeSize")
    text = text if text is not None else capacity.get("capacity")
    return None if text is None else quantity.value(text)


def _topology(term: Body) -> Term:
    expressions = term.get("matchLabelExpressions") or ()
    return term_of({"matchExpressions": [{**one, "operator": "In"} for one in expressions]})


def _selected(selector: Body) -> Term:
    """A label selector as a term; empty: every node."""
    labels = selector.get("matchLabels") or {}
    equal = [{"key": key, "operator": "In", "values": [value]} for key, value in sorted(labels.items())]
    return term_of({"matchExpressions": [*equal, *(selector.get("matchExpressions") or ())]})
