"""Whether enough of an indexed Job has succeeded for it to be done early.

Follows pkg/controller/job/success_policy.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.controllers.job.indexes import Intervals, parse, total
from simulator.engine.registry import Body


def match(policy: Body | None, completions: int, succeeded: Intervals) -> str | None:
    """The message of the first rule that is met, None if none is."""
    if policy is None or not succeeded:
        return None
    for position, rule in enumerate(policy.get("rules") or ()):
        if _is_met(rule, completions, succeeded):
            return f"Matched rules at index {position}"
    return None


def _is_met(rule: Body, completions: int, succeeded: Intervals) -> bool:
    count = rule.get("succeededCount")
    if rule.get("succeededIndexes") is None:
        return count is not None and total(succeeded) >= count
    wanted = parse(rule["succeededIndexes"], completions)
    if not wanted:
        return False
    met = sum(max(min(last, high) - max(first, low) + 1, 0) for first, last in wanted for low, high in succeeded)
    return met == total(wanted) or (count is not None and met >= count)
