"""What an autoscaler remembers: what was recommended lately, and by how much it scaled lately. Plain JSON, in notes.

Of each recommendation only the last instant counts, for every window ends now.
Follows stabilizeRecommendation, stabilizeRecommendationWithBehaviors and storeScaleEvent in
pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Instant

WINDOW = 300
"""Seconds for which the highest recommendation counts on the way down, where the object does not say it."""
STABILIZED = {
    "ScaleUpStabilized": (
        "recent recommendations were lower than current one, applying the lowest recent recommendation"
    ),
    "ScaleDownStabilized": (
        "recent recommendations were higher than current one, applying the highest recent recommendation"
    ),
}
ScaleEvents = list[tuple[int, Instant]]
"""By how many replicas it scaled, and when."""


class Memory(NamedTuple):
    """recommended: when each figure was last recommended; up, down: the changes of scale in either direction."""

    recommended: dict[int, Instant]
    up: ScaleEvents
    down: ScaleEvents

    def noted(self) -> Body:
        return {
            "recommended": [[figure, at] for figure, at in sorted(self.recommended.items())],
            "up": [list(one) for one in self.up],
            "down": [list(one) for one in self.down],
        }


def of_note(note: Any) -> Memory:
    """What a note holds; nothing, if there is none."""
    held = note or {}
    events = {way: [(change, at) for change, at in held.get(way) or ()] for way in ("up", "down")}
    return Memory(dict(held.get("recommended") or ()), events["up"], events["down"])


def windows(behavior: Body | None) -> tuple[int, int]:
    """The microseconds for which recommendations count on the way up and down."""
    if behavior is None:
        return 0, WINDOW * SECOND
    up, down = (rules_of(behavior, way).get("stabilizationWindowSeconds") for way in ("scaleUp", "scaleDown"))
    return (up or 0) * SECOND, (WINDOW if down is None else down) * SECOND


def rules_of(behavior: Body, way: str) -> Body:
    return behavior.get(way) or {}


def highest(memory: Memory, figure: int, now: Instant) -> int:
    """Without behavior: the highest of the recommendations of the last five minutes and this one."""
    cutoff = now - WINDOW * SECOND
    return max([figure, *(one for one, at in memory.recommended.items() if at >= cutoff)])


def stabilized(memory: Memory, behavior: Body, current: int, figure: int, now: Instant) -> int:
    """With behavior: what is current, brought between the lowest and the highest of the two windows."""
    up, down = windows(behavior)
    lowest = min([figure, *(one for one, at in memory.recommended.items() if at > now - up)])
    most = max([figure, *(one for one, at in memory.recommended.items() if at > now - down)])
    return min(max(current, lowest), most)


def recommend(memory: Memory, behavior: Body | None, figure: int, now: Instant) -> Memory:
    """Remembers a recommendation; those that no window reaches any more are forgotten."""
    oldest = now - max(windows(behavior))
    kept = {one: at for one, at in memory.recommended.items() if at >= oldest}
    return memory._replace(recommended={**kept, figure: now})


def scaled(memory: Memory, behavior: Body | None, before: int, after: int, now: Instant) -> Memory:
    """Remembers a change of scale, which only rules of an object's own make use of."""
    if behavior is None:
        return memory
    if after > before:
        return memory._replace(up=_with(memory.up, rules_of(behavior, "scaleUp"), after - before, now))
    return memory._replace(down=_with(memory.down, rules_of(behavior, "scaleDown"), before - after, now))


def _with(events: ScaleEvents, rules: Body, change: int, now: Instant) -> ScaleEvents:
    """The events with a new one, which takes the place of the last that no policy of its direction counts any more."""
    cutoff = now - _longest([rules]) * SECOND
    spent = [place for place, (_, at) in enumerate(events) if at < cutoff]
    if not spent:
        return [*events, (change, now)]
    return [(change, now) if place == spent[-1] else one for place, one in enumerate(events)]


def _longest(rules: list[Body]) -> int:
    """The longest period of any policy, in seconds."""
    return max((one["periodSeconds"] for held in rules for one in held.get("policies") or ()), default=0)


def has_lately_scaled(memory: Memory, behavior: Body | None, now: Instant) -> bool:
    """Whether a policy, of either direction, may still count a change of scale."""
    if behavior is None:
        return False
    cutoff = now - _longest([rules_of(behavior, "scaleUp"), rules_of(behavior, "scaleDown")]) * SECOND
    return any(at >= cutoff for _, at in (*memory.up, *memory.down))


def changed_within(events: ScaleEvents, period: int, now: Instant) -> int:
    """By how many replicas it scaled within the last so many seconds."""
    return sum(change for change, at in events if at > now - period * SECOND)
