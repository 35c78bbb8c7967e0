"""What is wrong with a configuration: every error with the path of its field, in upstream's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from simulator.engine.errors import FieldError


class Fault(NamedTuple):
    """field: its path (`profiles[0].plugins.score.enabled[1].name`), empty where the whole document is meant."""

    field: str
    message: str

    def text(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class InvalidConfiguration(Exception):
    """A configuration that is refused, with all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        texts = list(dict.fromkeys(one.text() for one in faults))
        super().__init__(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")


def of_fields(errors: Iterable[FieldError]) -> list[Fault]:
    return [Fault(one.field, one.message()) for one in errors]
