"""What the components of a world remember: notes by component and key, plain JSON."""

from __future__ import annotations

from typing import Any


class Notes:
    """The notes of a world, and which of them changed since they were last written down."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Any] = {}
        self._noted: set[tuple[str, str]] = set()

    def note(self, component: str, key: str) -> Any:
        """What the component remembers about the key; None if nothing. Plain JSON, replaced and never mutated."""
        return self._notes.get((component, key))

    def notes(self, component: str) -> dict[str, Any]:
        """All that the component remembers, by key."""
        return {key: note for (who, key), note in self._notes.items() if who == component}

    def set_note(self, component: str, key: str, note: Any) -> None:
        """Remembers, or with None forgets. Written down with the tick that it is part of."""
        place = component, key
        if note is None:
            if self._notes.pop(place, None) is None:
                return
        else:
            self._notes[place] = note
        self._noted.add(place)
