"""How ended pods are counted: which statuses are written, in which order.

The cases are those of TestTrackJobStatusAndRemoveFinalizers and of the tests of policies and deadlines in
pkg/controller/job/job_controller_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.job.indexes import FAILURES, IGNORED_FAILURES
from simulator.engine.journal import Change
from simulator.engine.objects import name_of, timestamp, uid_of
from simulator.engine.registry import Body

from .job_rig import JOBS, JobRig, conditions, creations, deletions, patches
from .rig import START, USER

S, F, R, P = "Succeeded", "Failed", "Running", "Pending"


def statuses(changes: list[Change], names: dict[str, str]) -> list[dict[str, Any]]:
    """What the counters said at each write of the status; names: of pods by uid."""
    found = []
    for change in changes:
        if change.resource == JOBS:
            status = change.body["status"]
            uncounted = status["uncountedTerminatedPods"]
            held = {key: [names[uid] for uid in uids] for key, uids in uncounted.items()}
            keys = ("succeeded", "failed", "completedIndexes", "failedIndexes")
            found.append(
                {**{key: status[key] for key in keys if key in status}, **({"uncounted": held} if held else {})}
            )
    return found


def named(**pods: Body) -> dict[str, str]:
    return {uid_of(pod): name for name, pod in pods.items()}


def test_finished_pods_are_noted_then_let_go_then_counted() -> None:
    rig = JobRig()
    job = rig.job(parallelism=10, completions=10, backoffLimit=20)
    names = named(
        a=rig.put(job, S), b=rig.put(job, F), c=rig.put(job, S, leaving=True), d=rig.put(job, F, leaving=True),
        e=rig.put(job, P, leaving=True),
    )  # fmt: skip
    for phase in (P, R, R, R, R, R, R, R):
        rig.put(job, phase)
    changes = rig.sync()
    assert statuses(changes, names) == [
        {"uncounted": {"succeeded": ["a", "c"], "failed": ["b", "d", "e"]}},
        {"succeeded": 2, "failed": 3},
    ]
    assert patches(changes) == 5


def test_past_and_new_finished_pods() -> None:
    rig = JobRig()
    job = rig.job(parallelism=1, completions=100, backoffLimit=100)
    pods = {name: rig.put(job, S if name in "ace" else F) for name in "abcd"}
    rig.put(job, R)
    names = {**named(**pods), "gone": "e", "lost": "f"}
    uids = {name: uid for uid, name in names.items()}
    uncounted = {"succeeded": [uids["a"], uids["e"]], "failed": [uids["b"], uids["f"]]}
    status = {"active": 1, "succeeded": 2, "failed": 3, "uncountedTerminatedPods": uncounted}
    rig.world.update_status(JOBS, {**job, "status": status}, USER)
    assert statuses(rig.sync(), names) == [
        {"succeeded": 3, "failed": 4, "uncounted": {"succeeded": ["a", "c"], "failed": ["b", "d"]}},
        {"succeeded": 5, "failed": 6},
    ]


def test_a_deleted_job_lets_running_pods_go_and_does_not_count_them() -> None:
    rig = JobRig()
    job = rig.job(parallelism=1, completions=10, deleting=True)
    names = named(a=rig.put(job, S), b=rig.put(job, F))
    rig.put(job, R)
    changes = rig.sync()
    assert statuses(changes, names)[-1] == {"succeeded": 1, "failed": 1}
    assert patches(changes) == 3


@pytest.mark.parametrize(
    ("completions", "held", "pods", "written", "patched"),
    [
        pytest.param(
            6, {}, [("1", S), ("3", S), ("3", S), ("5", R), ("", S)],
            [{"succeeded": 2, "completedIndexes": "1,3"}], 4, id="new successful pods",
        ),
        pytest.param(
            2, {"succeeded": 1, "completedIndexes": "3"}, [("0", R), ("1", R)], [{}], 0, id="prev outside, none new",
        ),
        pytest.param(
            2, {"succeeded": 1, "completedIndexes": "3"}, [("0", R), ("1", S)],
            [{"succeeded": 1, "completedIndexes": "1"}], 1, id="prev outside, one new",
        ),
        pytest.param(
            6, {}, [("1", F), ("3", F), ("3", F), ("5", R), ("", F)],
            [{"uncounted": {"failed": ["p0", "p1", "p2"]}}, {"failed": 3}], 4, id="new failed pods",
        ),
        pytest.param(
            7, {"failed": 2, "succeeded": 5, "completedIndexes": "0-2,4,6,7"},
            [("1", S), ("3", S), ("2", F), ("5", F)],
            [
                {"succeeded": 6, "failed": 2, "completedIndexes": "0-4,6", "uncounted": {"failed": ["p2", "p3"]}},
                {"succeeded": 6, "failed": 4, "completedIndexes": "0-4,6"},
            ], 4, id="past and new pods",
        ),
    ],
)  # fmt: skip
def test_indexes(
    completions: int,
    held: dict[str, Any],
    pods: list[tuple[str, str]],
    written: list[dict[str, Any]],
    patched: int,
) -> None:
    rig = JobRig()
    spec = {"completionMode": "Indexed", "completions": completions, "backoffLimit": 60}
    job = rig.job(parallelism=completions, **spec, status=held)
    names = {uid_of(rig.put(job, phase, index=index)): f"p{number}" for number, (index, phase) in enumerate(pods)}
    # A Job that waits for its back-off makes no pods, which are not what this is about.
    rig.world.set_note("job-controller", "backoff/default/j", [9, START])
    changes = rig.sync()
    assert statuses(changes, names) == written
    assert patches(changes) == patched


@pytest.mark.parametrize(
    ("pods", "written", "patched"),
    [
        pytest.param([(F, "0")], [{"failedIndexes": ""}], 0, id="delayed finalizer removal; the pod is not counted"),
        pytest.param(
            [(F, "0"), (R, "1")],
            [{"failedIndexes": "", "uncounted": {"failed": ["p0"]}}, {"failed": 1, "failedIndexes": ""}],
            1, id="recreated by a running pod; the pod is counted",
        ),
        pytest.param(
            [(F, "1")],
            [{"failedIndexes": "1", "uncounted": {"failed": ["p0"]}}, {"failed": 1, "failedIndexes": "1"}],
            1, id="a failed index; the pod is counted",
        ),
    ],
)  # fmt: skip
def test_a_limit_for_each_index(pods: list[tuple[str, str]], written: list[dict[str, Any]], patched: int) -> None:
    rig = JobRig()
    job = rig.job(completionMode="Indexed", completions=6, parallelism=1, backoffLimitPerIndex=1)
    recent = {"terminated": {"exitCode": 1, "finishedAt": timestamp(START)}}
    names = {}
    for number, (phase, failures) in enumerate(pods):
        more = {"containerStatuses": [{"name": "c", "state": recent}]} if phase == F else {}
        pod = rig.put(job, phase, index="1", annotations={FAILURES: failures}, **more)
        names[uid_of(pod)] = f"p{number}"
    rig.put(job, R, index="0", annotations={FAILURES: "0"})
    assert statuses(changes := rig.sync(), names)[: len(written)] == written
    assert patches(changes) - deletions(changes) == patched


def test_no_more_than_500_at_once() -> None:
    rig = JobRig()
    job = rig.job(completionMode="Indexed", completions=501, parallelism=501)
    for index in range(501):
        rig.put(job, S, index=str(index))
    changes = rig.sync()
    assert patches(changes) == 500
    assert conditions(rig.get(JOBS, "j")) == [("SuccessCriteriaMet", "True", "CompletionsReached")]
    rig.run(2)
    assert conditions(rig.get(JOBS, "j"))[-1] == ("Complete", "True", "CompletionsReached")


def test_an_index_remembers_how_often_it_failed() -> None:
    rig = JobRig()
    rules = [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [7]}}]
    spec = {"completionMode": "Indexed", "completions": 2, "parallelism": 2, "backoffLimitPerIndex": 3}
    job = rig.job(**spec, podFailurePolicy={"rules": rules})
    rig.put(job, F, index="0", annotations={FAILURES: "1"})
    ended = {"exitCode": 7, "finishedAt": timestamp(START - 3600 * SECOND)}
    held = [{"name": "c", "state": {"terminated": ended}}]
    rig.put(job, F, index="1", annotations={FAILURES: "1"}, containerStatuses=held)
    made = [pod["metadata"]["annotations"] for pod in creations(rig.sync())]
    assert [(one[FAILURES], one.get(IGNORED_FAILURES)) for one in made] == [("2", None), ("1", "1")]


# --- how Jobs end ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "pods", "reason", "message"),
    [
        pytest.param(
            {"activeDeadlineSeconds": 10}, [(R, {})],
            "DeadlineExceeded", "Job was active longer than specified deadline", id="activeDeadlineSeconds",
        ),
        pytest.param(
            {"backoffLimit": 0}, [(F, {})],
            "BackoffLimitExceeded", "Job has reached the specified backoff limit", id="backoffLimit",
        ),
        pytest.param(
            {"backoffLimit": 2, "template": {"restartPolicy": "OnFailure"}},
            [(R, {"containerStatuses": [{"name": "c", "restartCount": 2, "state": {}}]})],
            "BackoffLimitExceeded", "Job has reached the specified backoff limit", id="restarts, OnFailure",
        ),
        pytest.param(
            {"podFailurePolicy": {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}]}},
            [(F, {}), (R, {})], "PodFailurePolicy",
            "Container c for pod default/{pod} failed with exit code 1 matching FailJob rule at index 0",
            id="podFailurePolicy",
        ),
        pytest.param(
            {"completionMode": "Indexed", "completions": 4, "backoffLimitPerIndex": 0, "maxFailedIndexes": 1},
            [(F, {"index": "0"}), (F, {"index": "1"})], "MaxFailedIndexesExceeded",
            "Job has exceeded the specified maximal number of failed indexes", id="maxFailedIndexes",
        ),
        pytest.param(
            {"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 0},
            [(F, {"index": "0"}), (S, {"index": "1"})], "FailedIndexes", "Job has failed indexes", id="failed indexes",
        ),
    ],
)  # fmt: skip
def test_a_job_fails(spec: dict[str, Any], pods: list[tuple[str, dict[str, Any]]], reason: str, message: str) -> None:
    rig = JobRig()
    job = rig.job(parallelism=2, **{"completions": 4, **spec}, status={"startTime": timestamp(START - 60 * SECOND)})
    put = [rig.put(job, phase, **more) for phase, more in pods]
    changes = rig.sync()
    body = rig.get(JOBS, "j")
    message = message.format(pod=name_of(put[0]))
    assert body["status"]["conditions"][0]["message"] == message
    assert conditions(body)[0] == ("FailureTarget", "True", reason)
    running = sum(phase == R for phase, _more in pods)
    assert deletions(changes) == running == body["status"]["terminating"]
    for pod in rig.world.list("pods", "default"):
        rig.delete("pods", name_of(pod), grace=0)
    rig.settle()
    body = rig.get(JOBS, "j")
    assert conditions(body) == [("FailureTarget", "True", reason), ("Failed", "True", reason)]
    assert rig.messages(reason) == [message]
    assert "completionTime" not in body["status"]


def test_a_success_policy_ends_a_job_early() -> None:
    rig = JobRig()
    policy = {"rules": [{"succeededIndexes": "0,2", "succeededCount": 1}]}
    job = rig.job(completionMode="Indexed", completions=3, parallelism=3, successPolicy=policy)
    rig.put(job, S, index="2")
    rig.put(job, R, index="0")
    rig.put(job, F, index="1")
    assert deletions(rig.sync()) == 1
    body = rig.get(JOBS, "j")
    assert conditions(body) == [("SuccessCriteriaMet", "True", "SuccessPolicy")]
    assert body["status"]["conditions"][0]["message"] == "Matched rules at index 0"
    assert (body["status"]["succeeded"], body["status"]["failed"], body["status"]["terminating"]) == (1, 1, 1)
    for pod in rig.world.list("pods", "default"):
        rig.delete("pods", name_of(pod), grace=0)
    rig.settle()
    body = rig.get(JOBS, "j")
    assert conditions(body)[-1] == ("Complete", "True", "SuccessPolicy")
    assert rig.messages("Completed") == ["Job completed"]
    assert (body["status"]["failed"], body["status"]["completedIndexes"]) == (1, "2")
