"""Conflicts of an apply with other managers, as a client is told of them.

Follows staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go and
sigs.k8s.io/structured-merge-diff/v6/merge/conflict.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import StatusError
from . import fields
from .fields import Fields, Path
from .managers import Manager


class Conflict(NamedTuple):
    """A field that another manager has."""

    manager: Manager
    path: Path


class Conflicts(Exception):
    """All conflicts of one apply, by manager."""

    def __init__(self, found: list[Conflict]) -> None:
        super().__init__("conflicts")
        self.found = found

    def error(self) -> StatusError:
        """409 with a cause for each field."""
        causes = [
            {
                "reason": "FieldManagerConflict",
                "message": f"conflict with {conflict.manager.text()}",
                "field": fields.text(conflict.path),
            }
            for conflict in self.found
        ]
        return StatusError(409, "Conflict", self._message(), {"causes": causes})

    def _message(self) -> str:
        if len(self.found) == 1:
            conflict = self.found[0]
            detail = f"conflict with {conflict.manager.text()}: {fields.text(conflict.path)}"
            return f"Apply failed with 1 conflict: {detail}"
        lines: list[str] = []
        last = None
        for conflict in self.found:
            if conflict.manager != last:
                lines.append(f"conflicts with {conflict.manager.text()}:")
            lines.append(f"- {fields.text(conflict.path)}")
            last = conflict.manager
        listed = "\n".join(lines)
        return f"Apply failed with {len(self.found)} conflicts: {listed}"


def of(sets: dict[Manager, Fields]) -> Conflicts:
    """The conflicts with these managers over these fields."""
    return Conflicts(
        [Conflict(who, path) for who in sorted(sets, key=lambda one: one.order()) for path in fields.paths(sets[who])]
    )
