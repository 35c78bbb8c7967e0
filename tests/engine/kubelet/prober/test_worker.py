"""Thresholds and holds of a worker. Follows pkg/kubelet/prober/worker_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.kubelet.prober import worker as workers
from simulator.engine.kubelet.prober.worker import Kind, Rule, Worker
from simulator.engine.registry import Body

from .seen import BUSYBOX, HTTP, Seen, probe

S, F, E, W = "Success", "Failure", "Error", "Warning"
CASES: dict[str, tuple[Kind, int, int, list[str], list[str], bool, int]] = {
    # name: (kind, success threshold, failure threshold, outcomes, result after each, on hold, the run in the end)
    "failures below the threshold": ("readiness", 1, 3, [S, F, F], [S, S, S], False, 2),
    "failures at the threshold": ("readiness", 1, 3, [S, F, F, F], [S, S, S, F], False, 3),
    "successes below the threshold": ("readiness", 3, 1, [F, S, S], [F, F, F], False, 2),
    "successes at the threshold": ("readiness", 3, 1, [F, S, S, S, F], [F, F, F, S, F], False, 1),
    "failures again and again": (
        "readiness",
        1,
        3,
        2 * [S, S, S, F, F, F, F, F],
        2 * [S, S, S, S, S, F, F, F],
        False,
        5,
    ),
    "successes again and again": (
        "readiness",
        3,
        1,
        2 * [S, S, S, S, S, F],
        2 * [F, F, S, S, S, F],
        False,
        1,
    ),
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


DELAYS = {
    # kind: (ready, started) during the delay of ten seconds and after it
    "livenessProbe": ((True, True), (True, True)),
    "readinessProbe": ((False, True), (True, True)),
    "startupProbe": ((False, False), (True, True)),
}


@pytest.mark.parametrize(("kind", "shown"), DELAYS.items(), ids=DELAYS.keys())
def test_the_initial_delay(kind: str, shown: tuple[tuple[bool, bool], tuple[bool, bool]]) -> None:
    seen = Seen(**{kind: probe(HTTP, initialDelaySeconds=10, periodSeconds=1)})
    seen.behave({"path": "/", "status": 500, "untilSeconds": 8})
    found = []
    for seconds in (9, 6):
        main = seen.run(seconds).lab.main()
        found.append((main["ready"], main["started"]))
    assert tuple(found) == shown
    assert [message for _, message in seen.told if "probe failed" in message] == []


@pytest.mark.parametrize("kind", ["liveness", "startup"])
def test_while_a_worker_is_on_hold_it_does_not_probe(kind: str) -> None:
    lasting = {"preStop": {"sleep": {"seconds": 20}}}
    seen = Seen(**{f"{kind}Probe": probe(HTTP, periodSeconds=1, failureThreshold=1)}, lifecycle=lasting)
    seen.behave({"path": "/", "status": 500, "untilSeconds": 10})
    seen.run(18)
    failed, killed = seen.said(f"{kind.capitalize()} probe failed"), seen.said("will be restarted")
    assert (len(failed), len(killed), len(seen.starts())) == (1, 1, 1)
    seen.run(8)
    assert (len(seen.starts()), seen.lab.main()["restartCount"]) == (2, 1)


DISABLED: dict[str, tuple[Body, list[Body], int]] = {
    # name: (probes, what is answered, restarts after 40 s)
    "liveness before the start": (
        {"startupProbe": {"httpGet": {"path": "/up", "port": 80}, "periodSeconds": 1, "failureThreshold": 99}},
        [{"path": "/up", "status": 500}, {"path": "/", "status": 500}],
        0,
    ),
    "liveness after it": (
        {"startupProbe": {"httpGet": {"path": "/up", "port": 80}, "periodSeconds": 1, "failureThreshold": 99}},
        [{"path": "/up", "status": 500, "untilSeconds": 10}, {"path": "/", "status": 500, "fromSeconds": 35}],
        1,
    ),
    "startup after the start": (
        {"startupProbe": {"httpGet": {"path": "/up", "port": 80}, "periodSeconds": 1, "failureThreshold": 3}},
        [{"path": "/up", "status": 500, "fromSeconds": 10}, {"path": "/", "status": 200}],
        0,
    ),
}


@pytest.mark.parametrize(("probes", "answers", "restarts"), DISABLED.values(), ids=DISABLED.keys())
def test_what_a_start_turns_on_and_off(probes: Body, answers: list[Body], restarts: int) -> None:
    seen = Seen(livenessProbe=probe(HTTP, periodSeconds=1, failureThreshold=1), **probes)
    seen.behave(*answers, {"path": "/up", "status": 200})
    seen.run(40)
    assert seen.lab.main()["restartCount"] == restarts


ENDED: dict[str, tuple[str, dict[str, Any], bool]] = {
    # name: (policy, fields of the container, whether it is ready after a second run has begun)
    "it is not restarted": ("Never", {}, False),
    "it is restarted": ("Always", {}, True),
    "a sidecar, whatever the policy": ("Never", {"restartPolicy": "Always"}, True),
}


@pytest.mark.parametrize(("policy", "fields", "ready"), ENDED.values(), ids=ENDED.keys())
def test_a_container_that_has_ended(policy: str, fields: dict[str, Any], ready: bool) -> None:
    ready_at_once = {"exec": {"command": ["true"]}, "periodSeconds": 1}
    one = {"name": "main", "image": BUSYBOX, "command": ["sh", "-c", "sleep 5; exit 1"], **fields}
    one["readinessProbe"] = ready_at_once
    rest = {"name": "rest", "image": BUSYBOX, "command": ["sleep", "999"]}
    spec = {"initContainers": [one], "containers": [rest]} if fields else {"containers": [one, rest]}
    status = Seen(restartPolicy=policy, **spec).run(9).lab.get()["status"]
    listed = (*(status.get("initContainerStatuses") or ()), *status["containerStatuses"])
    assert [one["ready"] for one in listed if one["name"] == "main"] == [ready]
