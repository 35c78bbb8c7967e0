# ruff: noqa: E501 - the tables have a line for each case
"""The status of Jobs: what goes together, and what may follow what."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import ago, container, made, texts

JOBS = "jobs.batch"


def job(**spec: Any) -> Body:
    template = {"spec": {"containers": [container()], "restartPolicy": "Never"}}
    return {"metadata": {"name": "pi", "namespace": "default"}, "spec": {"template": template, **spec}}


def conditions(*kinds: str) -> list[Body]:
    return [{"type": kind, "status": "True"} for kind in kinds]


DONE = {"startTime": ago(9), "completionTime": ago(5), "succeeded": 1, "conditions": conditions("SuccessCriteriaMet", "Complete")}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "held", "said"),
    [
        (DONE, {}, []),
        ({"active": -1}, {}, ["status.active: Invalid value: -1: must be greater than or equal to 0"]),
        ({"active": 1, "ready": 2}, {}, ["status.ready: Invalid value: 2: cannot set more ready pods than active"]),
        ({**DONE, "active": 1}, {}, ["status.active: Invalid value: 1: active>0 is invalid for finished job"]),
        ({**DONE, "completionTime": None}, {}, ["status.completionTime: Required value: completionTime is required for Complete jobs"]),
        ({**DONE, "completionTime": ago(99)}, {}, [f'status.completionTime: Invalid value: "{ago(99)}": completionTime cannot be set before startTime']),
        ({**DONE, "conditions": conditions("Complete")}, {}, ["status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition"]),
        ({"startTime": ago(9), "conditions": conditions("Failed")}, {}, ["status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition"]),
        ({"succeeded": 1}, {"succeeded": 2}, ["status.succeeded: Invalid value: 1: cannot decrease the succeeded counter"]),
        ({}, {"startTime": ago(1)}, ["status.startTime: Required value: startTime cannot be removed for unsuspended job"]),
        ({}, {"conditions": conditions("FailureTarget")}, ["status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition"]),
        ({"completedIndexes": "0"}, {}, [
            'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        ]),
        ({"failedIndexes": "0"}, {}, ['status.failedIndexes: Invalid value: "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null']),
        ({"uncountedTerminatedPods": {"succeeded": ["a", "a"]}}, {}, ['status.uncountedTerminatedPods.succeeded[1]: Duplicate value: "a"']),
    ],
)  # fmt: skip
def test_status(status: Body, held: Body, said: list[str]) -> None:
    old = {**made(JOBS, job()), "status": held}
    assert texts(KINDS[JOBS].parts["status"].validate({**old, "status": status}, old)) == said


def test_indexes_do_not_fail_and_succeed() -> None:
    old = made(JOBS, job(completionMode="Indexed", completions=3, backoffLimitPerIndex=0))
    new = {**old, "status": {"completedIndexes": "0-1", "failedIndexes": "1-2"}}
    assert texts(KINDS[JOBS].parts["status"].validate(new, old)) == [
        'status.failedIndexes: Invalid value: "1-2": failedIndexes and completedIndexes overlap at index: 1'
    ]
