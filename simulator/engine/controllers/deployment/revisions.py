"""The revision of a ReplicaSet, its earlier ones, and the annotations that it takes over from its Deployment.

Follows SetNewReplicaSetAnnotations in pkg/controller/deployment/util/deployment_util.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.controllers.deployment.sizes import DESIRED_REPLICAS, MAX_REPLICAS, annotation
from simulator.engine.objects import annotations_of
from simulator.engine.registry import Body

REVISION = "deployment.kubernetes.io/revision"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
_HISTORY = "deployment.kubernetes.io/revision-history"
_HISTORY_LETTERS = 2000
_OWN_ANNOTATIONS = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        _HISTORY,
        DESIRED_REPLICAS,
        MAX_REPLICAS,
        ROLLBACK_TO,
    }
)


def revision_of(rs: Body) -> int:
    """0 for a ReplicaSet that has none."""
    return annotation(rs, REVISION) or 0


def carried_over(deployment: Body, held: dict[str, str], revision: int) -> dict[str, str]:
    """What a ReplicaSet with the annotations `held` has as `revision`; a higher revision that it has stays."""
    notes = dict(held)
    for name, text in annotations_of(deployment).items():
        if name not in _OWN_ANNOTATIONS:
            notes[name] = text
    before = held.get(REVISION)
    if before is None or not before.isdecimal() or int(before) < revision:
        notes[REVISION] = str(revision)
        if before is not None:
            notes[_HISTORY] = _with_history(held.get(_HISTORY, ""), before)
    return notes


def taken_back(notes: dict[str, str], source: dict[str, str]) -> dict[str, str]:
    """The annotations of a Deployment that is rolled back to a ReplicaSet with the annotations `source`."""
    kept = {name: text for name, text in notes.items() if name in _OWN_ANNOTATIONS}
    return kept | {name: text for name, text in source.items() if name not in _OWN_ANNOTATIONS}


def _with_history(history: str, revision: str) -> str:
    """The list of earlier revisions with one more; the oldest give way where it grows too long."""
    held = history.split(",") if history else []
    while held and len(",".join(held)) + len(revision) + 1 > _HISTORY_LETTERS:
        held = held[1:]
    return ",".join([*held, revision])
