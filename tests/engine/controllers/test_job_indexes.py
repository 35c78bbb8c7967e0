# ruff: noqa: E501 - the tables have a line for each case
"""Completion indexes. The cases are those of pkg/controller/job/indexed_job_utils_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine.controllers.job import indexes
from simulator.engine.controllers.job.indexes import Intervals
from simulator.engine.controllers.job.state import FINALIZER, State
from simulator.engine.registry import Body

S, F, R, P = "Succeeded", "Failed", "Running", "Pending"
NONE = "-"


def pod(index: str, phase: str, **meta: object) -> Body:
    annotations = {} if index == NONE else {indexes.INDEX: index}
    held = {"name": f"p-{index}", "namespace": "default", "annotations": annotations, "finalizers": [FINALIZER], **meta}
    return {"metadata": held, "spec": {}, "status": {"phase": phase}}


def shown(pods: list[Body]) -> list[tuple[str, str]]:
    return [(one["metadata"]["annotations"].get(indexes.INDEX, NONE), one["status"]["phase"]) for one in pods]


@pytest.mark.parametrize(
    ("previous", "pods", "completions", "before", "after"),
    [
        pytest.param("", [("1", S)], 2, [], [(1, 1)], id="one index"),
        pytest.param("", [("2", F), ("5", S), ("5", S), ("10", F), ("10", S)], 11, [], [(5, 5), (10, 10)], id="two separate"),
        pytest.param("", [("0", R), ("1", P), ("2", S), ("3", S), ("5", S), ("6", S), ("7", S)], 8, [], [(2, 3), (5, 7)], id="two intervals"),
        pytest.param("", [("0", S), ("1", F), ("2", S), ("3", S), ("4", S), ("5", S), (NONE, S), ("-2", S)], 6, [], [(0, 0), (2, 5)], id="one index and one interval"),
        pytest.param("", [("0", S), ("1", S), ("2", S), ("3", F), ("4", S), ("5", S), (NONE, S), ("-2", S)], 5, [], [(0, 2), (4, 4)], id="out of range"),
        pytest.param("0-5,8-10", [], 8, [(0, 5)], [(0, 5)], id="prev interval out of range"),
        pytest.param("0-5,8-10", [], 10, [(0, 5), (8, 9)], [(0, 5), (8, 9)], id="prev interval partially out of range"),
        pytest.param("0,4,5,10-12", [("2", S), ("7", S), ("8", S)], 13, [(0, 0), (4, 5), (10, 12)], [(0, 0), (2, 2), (4, 5), (7, 8), (10, 12)], id="prev and new separate"),
        pytest.param("3,4,6", [("2", S), ("7", S), ("8", S)], 9, [(3, 4), (6, 6)], [(2, 4), (6, 8)], id="prev between new"),
        pytest.param("2,7,8", [("3", S), ("4", S), ("6", S)], 9, [(2, 2), (7, 8)], [(2, 4), (6, 8)], id="new between prev"),
        pytest.param("2-7", [("0", S), ("3", S), ("5", S), ("9", S)], 10, [(2, 7)], [(0, 0), (2, 7), (9, 9)], id="new within prev"),
        pytest.param("0,1-foo,bar", [("3", S)], 4, [(0, 0)], [(0, 0), (3, 3)], id="corrupted interval"),
    ],
)  # fmt: skip
def test_which_succeeded(
    previous: str, pods: list[tuple[str, str]], completions: int, before: Intervals, after: Intervals
) -> None:
    spec = {"completionMode": "Indexed", "completions": completions, "parallelism": 1, "backoffLimit": 6}
    job = {"metadata": {"name": "j"}, "spec": spec, "status": {"completedIndexes": previous}}
    state = State(job, [pod(index, phase) for index, phase in pods])
    state.read_indexes()
    assert (state.previous_indexes, state.succeeded_indexes) == (before, after)


@pytest.mark.parametrize(
    ("intervals", "index", "has"),
    [
        pytest.param([], 4, False, id="empty"),
        pytest.param([(2, 4), (5, 7)], 1, False, id="before all"),
        pytest.param([(2, 4), (6, 8)], 9, False, id="after all"),
        pytest.param([(2, 4), (6, 8)], 5, False, id="in between"),
        pytest.param([(2, 4), (6, 8)], 2, True, id="in first"),
        pytest.param([(2, 4), (6, 8)], 8, True, id="in second"),
    ],
)
def test_has(intervals: Intervals, index: int, has: bool) -> None:
    assert indexes.has(intervals, index) is has


@pytest.mark.parametrize(
    ("active", "succeeded", "failed", "count", "completions", "wanted"),
    [
        pytest.param([], [], [], 5, 3, [0, 1, 2], id="cnt greater than completions"),
        pytest.param([], [], [], 2, 5, [0, 1], id="cnt less than completions"),
        pytest.param(["0", "1"], [], [], 3, 10, [2, 3, 4], id="first pods active"),
        pytest.param(["6"], [(4, 5)], [], 6, 6, [0, 1, 2, 3], id="last pods active or succeeded"),
        pytest.param(["3", "5", "8", NONE, "-3"], [(2, 4), (9, 9)], [], 5, 20, [0, 1, 6, 7, 10], id="mixed"),
        pytest.param([], [(1, 2)], [(0, 0), (4, 4)], 3, 7, [3, 5, 6], id="with failed indexes"),
    ],
)
def test_the_first_that_need_a_pod(
    active: list[str], succeeded: Intervals, failed: Intervals, count: int, completions: int, wanted: list[int]
) -> None:
    taken = indexes.with_indexes(succeeded, indexes.indexes_of(pod(index, R) for index in active))
    assert indexes.pending(indexes.merged(taken, failed), count, completions) == wanted


@pytest.mark.parametrize(
    ("pods", "completions", "remove", "left"),
    [
        pytest.param([(NONE, P), ("2", P), ("5", R), ("6", R)], 6, [(NONE, P), ("6", R)], [("2", P), ("5", R)], id="all unique"),
        pytest.param(
            [("5", P), ("0", R), ("3", P), ("0", R), ("3", R), ("0", P), ("6", R), ("6", P)], 6,
            [("0", P), ("0", R), ("3", P), ("6", R), ("6", P)], [("0", R), ("3", R), ("5", P)], id="all with index",
        ),
        pytest.param(
            [(NONE, P), ("invalid", R), ("-2", R), ("0", P), ("1", P), ("1", P), ("1", R)], 6,
            [(NONE, P), ("invalid", R), ("-2", R), ("1", P), ("1", P)], [("0", P), ("1", R)], id="mixed",
        ),
    ],
)  # fmt: skip
def test_more_than_one_for_an_index(
    pods: list[tuple[str, str]], completions: int, remove: list[tuple[str, str]], left: list[tuple[str, str]]
) -> None:
    found = indexes.repeated([pod(index, phase) for index, phase in pods], completions)
    assert (shown(found[0]), shown(found[1])) == (remove, left)


LONG = "hhhhhooooohhhhhooooohhhhhooooohhhhhooooohhhhhooooohhhhh"


@pytest.mark.parametrize(
    ("job", "prefix"),
    [
        pytest.param("indexed-job", "indexed-job-1-", id="short job name"),
        pytest.param(f"{LONG}ooooohhhhhooooo", f"{LONG}-1-", id="job name exceeds MaxGeneneratedNameLength"),
        pytest.param(f"{LONG}oo", f"{LONG}-1-", id="job name with index suffix exceeds MaxGeneratedNameLength"),
    ],
)
def test_names(job: str, prefix: str) -> None:
    assert indexes.generate_name(job, 1) == prefix


@pytest.mark.parametrize("text", ["", "0", "1,2", "1,3-5,7", "0-99"])
def test_text_there_and_back(text: str) -> None:
    assert indexes.text_of(indexes.parse(text, 100)) == text


@pytest.mark.parametrize(
    ("annotation", "count"), [("2", 2), ("", 0), ("xyz", 0), ("-1", 0), ("2147483648", 0), ("2147483647", 2147483647)]
)
def test_failures_that_an_annotation_counts(annotation: str, count: int) -> None:
    held = pod("1", F)
    held["metadata"]["annotations"][indexes.FAILURES] = annotation
    assert indexes.failures_of(held) == count


@pytest.mark.parametrize(
    ("pods", "succeeded", "failed", "wanted"),
    [
        pytest.param([("a", "1", F, "0")], "", "", {1: "a"}, id="failed pods are kept corresponding to non-failed indexes are kept"),
        pytest.param([("a", "0", F, "0"), ("b", "1", F, "0"), ("c", "1", R, "1")], "", "", {0: "a"}, id="failed pod corresponding to an active index is not delayed"),
        pytest.param([("a", "0", F, "0"), ("b", "0", F, "1")], "", "", {0: "b"}, id="the one that failed more often is kept"),
        pytest.param([("a", "0", F, "0"), ("b", "1", F, "0")], "0", "1", {}, id="indexes that succeeded or failed need none"),
    ],
)  # fmt: skip
def test_failed_pods_that_stay_for_the_next(
    pods: list[tuple[str, str, str, str]], succeeded: str, failed: str, wanted: dict[int, str]
) -> None:
    bodies = []
    for uid, index, phase, failures in pods:
        body = pod(index, phase, uid=uid, creationTimestamp="2026-01-01T00:00:00Z")
        body["metadata"]["annotations"][indexes.FAILURES] = failures
        bodies.append(body)
    spec = {
        "completionMode": "Indexed",
        "completions": 3,
        "parallelism": 1,
        "backoffLimit": 6,
        "backoffLimitPerIndex": 2,
    }
    status = {"completedIndexes": succeeded, "failedIndexes": failed}
    state = State({"metadata": {"name": "j"}, "spec": spec, "status": status}, bodies)
    state.read_indexes()
    state.read_delayed()
    assert {index: one["metadata"]["uid"] for index, one in state.delayed.items()} == wanted
