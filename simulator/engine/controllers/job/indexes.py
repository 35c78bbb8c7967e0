"""Completion indexes: which of them are done or failed, how a status writes them, which pods they need.

A set of indexes is a list of intervals in order, neither touching nor overlapping.
Follows pkg/controller/job/indexed_job_utils.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from simulator.engine.controllers.pod_ranking import by_state
from simulator.engine.objects import annotations_of
from simulator.engine.registry import Body

INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count"
VARIABLE = "JOB_COMPLETION_INDEX"

_LONGEST_PREFIX = 58
_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_MOST_FAILURES = 2**31 - 1

Intervals = list[tuple[int, int]]


def parse(text: str, completions: int) -> Intervals:
    """The indexes below `completions` of a text such as `1,3-5`; what cannot be read is left out."""
    found: Intervals = []
    for part in text.split(",") if text else ():
        first, *more = part.split("-")
        if not _NUMBER.fullmatch(first):
            continue
        low = high = int(first)
        if low >= completions:
            break
        if more:
            if not _NUMBER.fullmatch(more[0]):
                continue
            high = min(int(more[0]), completions - 1)
        if found and found[-1][1] == low - 1:
            found[-1] = found[-1][0], high
        else:
            found.append((low, high))
    return found


def text_of(intervals: Intervals) -> str:
    """The indexes as a status writes them: `1,3-5`, and two neighbours as `1,2`."""
    return ",".join(
        str(low) if low == high else f"{low}{',' if high == low + 1 else '-'}{high}" for low, high in intervals
    )


def merged(one: Intervals, other: Iterable[tuple[int, int]]) -> Intervals:
    """The indexes of both."""
    result: Intervals = []
    for low, high in sorted(chain(one, other)):
        if not result or low > result[-1][1] + 1:
            result.append((low, high))
        elif high > result[-1][1]:
            result[-1] = result[-1][0], high
    return result


def with_indexes(intervals: Intervals, indexes: Iterable[int]) -> Intervals:
    return merged(intervals, ((index, index) for index in indexes))


def total(intervals: Intervals) -> int:
    return sum(high - low + 1 for low, high in intervals)


def has(intervals: Intervals, index: int) -> bool:
    return any(low <= index <= high for low, high in intervals)


def pending(taken: Intervals, count: int, completions: int) -> list[int]:
    """The first `count` indexes below `completions` that are not taken."""
    return [index for index, _number in zip(_gaps(taken, completions), range(count), strict=False)]


def _gaps(taken: Intervals, completions: int) -> Iterator[int]:
    candidate = 0
    for low, high in taken:
        yield from range(candidate, min(low, completions))
        candidate = max(candidate, high + 1)
    yield from range(candidate, completions)


# --- pods --------------------------------------------------------------------------------------------------------


def index_of(pod: Body) -> int | None:
    """The completion index of a pod, None if it has none that can be read."""
    text = annotations_of(pod).get(INDEX, "")
    return int(text) if _NUMBER.fullmatch(text) and int(text) >= 0 else None


def indexes_of(pods: Iterable[Body]) -> set[int]:
    return {index for index in map(index_of, pods) if index is not None}


def valid_index(pod: Body, completions: int) -> int | None:
    """The pod's index, if it is one of the Job's."""
    index = index_of(pod)
    return index if index is not None and index < completions else None


def failures_of(pod: Body, annotation: str = FAILURES) -> int:
    """How often the index failed before this pod; 0 if the annotation cannot be read."""
    text = annotations_of(pod).get(annotation, "")
    count = int(text) if _NUMBER.fullmatch(text) else 0
    return count if 0 <= count <= _MOST_FAILURES else 0


def all_failures_of(pod: Body) -> int:
    """The same, with the failures that a policy ignored."""
    return failures_of(pod) + failures_of(pod, IGNORED_FAILURES)


def repeated(pods: Sequence[Body], completions: int) -> tuple[list[Body], list[Body]]:
    """(the pods that have no valid index or are not the most senior of theirs, the others), by index."""
    by_index: dict[int, list[Body]] = {}
    without: list[Body] = []
    beyond: list[Body] = []
    for pod in pods:
        index = index_of(pod)
        if index is None:
            without.append(pod)
        elif index >= completions:
            beyond.append(pod)
        else:
            by_index.setdefault(index, []).append(pod)
    remove, left = without, []
    for _index, held in sorted(by_index.items()):
        *juniors, senior = sorted(held, key=by_state)
        remove.extend(juniors)
        left.append(senior)
    return [*remove, *sorted(beyond, key=lambda pod: index_of(pod) or 0)], left


def generate_name(job: str, index: int) -> str:
    """The prefix of the names of an index's pods: `job-3-`, cut so that what comes after it has room."""
    suffix = f"-{index}-"
    return f"{job}{suffix}" if len(job) + len(suffix) <= _LONGEST_PREFIX else _cut(f"{job}{suffix}", suffix)


def _cut(prefix: str, suffix: str) -> str:
    return prefix[: _LONGEST_PREFIX - len(suffix)] + suffix


def with_variable(spec: Body) -> Body:
    """A pod's spec whose containers learn their index; those that have such a variable keep it."""
    return {
        **spec,
        **{key: [_told(one) for one in spec[key]] for key in ("initContainers", "containers") if spec.get(key)},
    }


def _told(container: Body) -> Body:
    held = container.get("env") or []
    if any(one.get("name") == VARIABLE for one in held):
        return container
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}
    return {**container, "env": [*held, {"name": VARIABLE, "valueFrom": source}]}
