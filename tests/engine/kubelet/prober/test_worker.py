"""Thresholds and holds of a worker. Follows pkg/kubelet/prober/worker_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.kubelet.prober import worker as workers
from simulator.engine.kubelet.prober.worker import Kind, Rule, Worker

S, F, E, W = "Success", "Failure", "Error", "Warning"
CASES: dict[str, tuple[Kind, int, int, list[str], list[str], bool, int]] = {
    # name: (kind, success threshold, failure threshold, outcomes, result after each, on hold, the run in the end)
    "failures below the threshold": ("readiness", 1, 3, [S, F, F], [S, S, S], False, 2),
    "failures at the threshold": ("readiness", 1, 3, [S, F, F, F], [S, S, S, F], False, 3),
    "successes below the threshold": ("readiness", 3, 1, [F, S, S], [F, F, F], False, 2),
    "successes at the threshold": ("readiness", 3, 1, [F, S, S, S, F], [F, F, F, S, F], False, 1),
    "a success between failures": ("readiness", 1, 2, [S, F, S, F], [S, S, S, S], False, 1),
    "an error counts for nothing": ("readiness", 1, 2, [S, F, E, F], [S, S, S, F], False, 2),
    "a warning is a success": ("readiness", 1, 1, [W], [S], False, 1),
    "readiness is never held": ("readiness", 1, 1, [F, F], [F, F], False, 2),
    "liveness is held once it has failed": ("liveness", 1, 3, [S, F, F, F], [S, S, S, F], True, 0),
    "liveness goes on while it passes": ("liveness", 1, 3, [S, S], [S, S], False, 2),
    "startup is held once it has failed": ("startup", 1, 3, [F, F, F], ["Unknown", "Unknown", F], True, 0),
    "startup is held once it has passed": ("startup", 1, 3, [F, S], ["Unknown", S], True, 0),
}


def run(worker: Worker, rule: Rule, outcomes: list[str]) -> tuple[Worker, list[str]]:
    seen = []
    for outcome in outcomes:
        worker, _ = workers.judged(worker, rule, outcome)
        seen.append(worker["result"])
    return worker, seen


@pytest.mark.parametrize(
    ("kind", "success", "failure", "outcomes", "results", "hold", "count"), CASES.values(), ids=CASES.keys()
)
def test_a_worker(
    kind: Kind, success: int, failure: int, outcomes: list[str], results: list[str], hold: bool, count: int
) -> None:
    met = workers.met(workers.fresh(0), kind, 0)
    worker, seen = run(met, Rule(kind, 0, SECOND, success, failure), outcomes)
    assert (seen, worker["hold"], worker["run"]) == (results, hold, count)


@pytest.mark.parametrize(
    ("kind", "result"), [("readiness", "Failure"), ("liveness", "Success"), ("startup", "Unknown")]
)
def test_what_a_new_run_of_a_container_is_held_for(kind: Kind, result: str) -> None:
    rule = Rule(kind, 0, SECOND, 1, 1)
    worker, _ = run(workers.met(workers.fresh(0), kind, 0), rule, [F])
    again = workers.met(worker, kind, 1)
    assert (again["result"], again["hold"], again["n"], again["last"]) == (result, False, 1, F)


def test_failures_of_the_run_before_count_on() -> None:
    rule = Rule("readiness", 0, SECOND, 1, 3)
    worker, _ = run(workers.met(workers.fresh(0), "readiness", 0), rule, [S, F, F])
    _, seen = run({**workers.met(worker, "readiness", 1), "result": "Success"}, rule, [F])
    assert seen == [F]
