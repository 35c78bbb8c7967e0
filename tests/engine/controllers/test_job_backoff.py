# ruff: noqa: E501 - the tables have a line for each case
"""When the next pod is made after one that failed. The cases are those of pkg/controller/job/backoff_utils_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.job import backoff
from simulator.engine.controllers.job.backoff import Record
from simulator.engine.controllers.job.indexes import FAILURES, IGNORED_FAILURES
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body

T = 1_257_894_000 * SECOND
"""2009-11-10T23:00:00Z"""


def ended(*seconds: int) -> list[Body]:
    return [pod(containers=[second]) for second in seconds]


def pod(
    *,
    containers: list[int | None] | list[int] | None = None,
    sidecar: int | None = None,
    ready: tuple[str, int] | None = None,
    deleted: tuple[int, int] | None = None,
    created: int = 0,
    failures: str = "",
    ignored: str = "",
) -> Body:
    """Instants are seconds after T; a container of None runs. deleted: its deletionTimestamp and grace period."""

    def state(second: int | None) -> Body:
        at = None if second is None else timestamp(T + second * SECOND)
        return {"name": "c", "state": {"running": {}} if at is None else {"terminated": {"finishedAt": at}}}

    meta: Body = {"annotations": {FAILURES: failures, IGNORED_FAILURES: ignored}}
    meta["creationTimestamp"] = timestamp(T + created * SECOND)
    if deleted:
        meta["deletionTimestamp"], meta["deletionGracePeriodSeconds"] = timestamp(T + deleted[0] * SECOND), deleted[1]
    status: Body = {"phase": "Failed", "containerStatuses": [state(second) for second in containers or ()]}
    if ready:
        held = {"type": "Ready", "status": ready[0], "lastTransitionTime": timestamp(T + ready[1] * SECOND)}
        status["conditions"] = [held]
    spec: Body = {}
    if sidecar is not None:
        spec["initContainers"] = [{"name": "c", "restartPolicy": "Always"}]
        status["initContainerStatuses"] = [state(sidecar)]
    return {"metadata": meta, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("held", "succeeded", "failed", "wanted"),
    [
        pytest.param(Record(), [], [0], Record(1, T), id="one new failure"),
        pytest.param(Record(), [], [0, -1], Record(2, T), id="two new failures"),
        pytest.param(Record(), [0], [-2, -1], Record(0, None), id="two failures followed by success"),
        pytest.param(Record(), [-2], [0, -4, -3, -1], Record(2, T), id="two failures, one success and two more failures"),
        pytest.param(Record(2, None), [], [0], Record(3, T), id="failure count 2 and one new failure"),
        pytest.param(Record(), [0], [0], Record(0, None), id="success and failure at same timestamp"),
        pytest.param(Record(), [], [], Record(0, None), id="no success/failure"),
        pytest.param(Record(), [0], [], Record(0, None), id="one success"),
        pytest.param(Record(4, T), [1], [], Record(0, None), id="a success ends it"),
    ],
)  # fmt: skip
def test_what_is_remembered(held: Record, succeeded: list[int], failed: list[int], wanted: Record) -> None:
    assert backoff.advanced(held, ended(*succeeded), ended(*failed)) == wanted


@pytest.mark.parametrize(
    ("body", "second"),
    [
        pytest.param(pod(containers=[-1, 0, -2]), 0, id="all containers terminated"),
        pytest.param(pod(containers=[-1, None, -2], deleted=(0, 0)), 0, id="one in running state; fallback to deletionTimestamp"),
        pytest.param(pod(containers=[None], deleted=(0, 0)), 0, id="fallback to deletionTimestamp"),
        pytest.param(pod(containers=[None], deleted=(0, 30)), -30, id="fallback to deletionTimestamp, decremented by grace period"),
        pytest.param(pod(containers=[None], ready=("False", 0), created=-9), 0, id="fallback to PodReady.LastTransitionTime"),
        pytest.param(pod(containers=[None], ready=("True", -30), deleted=(0, 0)), 0, id="skip fallback to PodReady.LastTransitionTime"),
        pytest.param(pod(containers=[None]), 0, id="fallback to creationTimestamp"),
        pytest.param(pod(containers=[-1], sidecar=0), 0, id="sidecar container and all containers terminated"),
    ],
)  # fmt: skip
def test_when_a_pod_ended(body: Body, second: int) -> None:
    assert backoff.finished_at(body) == T + second * SECOND


@pytest.mark.parametrize(
    ("failures", "since", "left"),
    [
        pytest.param(0, 0, 0, id="no failures"),
        pytest.param(1, 0, 10, id="one failure; current time and failure time are same"),
        pytest.param(1, 1, 9, id="one failure; a second later"),
        pytest.param(1, 10, 0, id="one failure; current time == expected backoff time"),
        pytest.param(1, 11, 0, id="one failure; a second after it"),
        pytest.param(3, 0, 40, id="three failures"),
        pytest.param(6, 0, 320, id="six failures; backoff not exceeding maxBackoff"),
        pytest.param(7, 0, 600, id="seven failures; backoff exceeding maxBackoff"),
        pytest.param(1000, 0, 600, id="a thousand failures"),
    ],
)
def test_how_long_to_wait(failures: int, since: int, left: int) -> None:
    assert Record(failures, T if failures else None).remaining(T + since * SECOND) == left * SECOND


@pytest.mark.parametrize(
    ("body", "since", "left"),
    [
        pytest.param(None, 0, 0, id="no failures"),
        pytest.param(pod(deleted=(0, 0), failures="2"), 0, 40, id="two prev failures; current time and failure time are same"),
        pytest.param(pod(deleted=(0, 0), failures="2"), 30, 10, id="two prev failures; 30 s later"),
        pytest.param(pod(deleted=(0, 0), failures="1", ignored="1"), 0, 40, id="ignored failures count too"),
    ],
)  # fmt: skip
def test_how_long_an_index_waits(body: Body | None, since: int, left: int) -> None:
    assert backoff.remaining_of_index(body, T + since * SECOND) == left * SECOND
