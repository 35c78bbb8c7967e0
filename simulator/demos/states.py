"""Where a presentation stands, as plain data that is kept as JSON; and the few moves from one state to the next."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from simulator.engine.registry import Instant

Phase = Literal["start", "going", "waiting", "stuck", "asked", "done"]
Poll = Literal["none", "open", "closed", "shown"]
MOST_STROKES, MOST_POINTS = 60, 400


@dataclass
class State:
    """start: nothing was done yet. going: acts are being done. waiting: time must pass. stuck: an act was refused, or a
    wait did not come true. asked: the poll is open. done: the step is over.

    part, act, item: which act of the step is next, and which object of its file; -1: the breath before the first act.
    until: the virtual instant at which a wait ends; leg: up to which time passes before anybody looks again.
    began: when each step began, by its number. answers: which choice was right, by step. jump: the step that it is on
    its way to. lit, look: what the presenter lit and looks at, where that is not what the demo says.
    """

    step: int = 0
    phase: Phase = "start"
    part: Literal["do", "then"] = "do"
    act: int = -1
    item: int = 0
    tries: int = 0
    until: Instant | None = None
    leg: Instant | None = None
    problem: str = ""
    poll: Poll = "none"
    began: dict[str, Instant] = field(default_factory=dict)
    answers: dict[str, int | None] = field(default_factory=dict)
    jump: int | None = None
    speed: float = 1.0
    spotlight: bool = True
    lit: list[str] | None = None
    look: dict[str, str] | None = None
    large: bool = False
    black: bool = False
    strokes: list[list[list[float]]] = field(default_factory=list)
    console: str = ""

    @classmethod
    def read(cls, held: dict[str, Any]) -> State:
        known = cls.__dataclass_fields__
        return cls(**{key: value for key, value in held.items() if key in known})

    def written(self) -> dict[str, Any]:
        return asdict(self)

    def begin(self, step: int) -> None:
        """The step is next; nothing of it was done."""
        self.step, self.phase, self.part, self.act = step, "going", "do", -1
        self.item = self.tries = 0
        self.until, self.problem, self.poll, self.lit, self.strokes = None, "", "none", None, []
        self.look = None

    def finished(self, step: int, *, asked: bool) -> None:
        """The step as it was when it was over."""
        self.begin(step)
        self.phase, self.poll = "done", "shown" if asked else "none"
