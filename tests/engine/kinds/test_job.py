# ruff: noqa: E501 - the tables have a line for each case
"""Jobs: the selector that is made for them, defaults, mistakes, what may change, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import NOW, ago, broken, broken_change, container, made, row
from .test_job_status import DONE, conditions

JOBS = "jobs.batch"
MADE = {
    "batch.kubernetes.io/controller-uid": "uid-1",
    "batch.kubernetes.io/job-name": "pi",
    "controller-uid": "uid-1",
    "job-name": "pi",
}


def job(name: str = "pi", labels: dict[str, str] | None = None, pod: Body | None = None, **spec: Any) -> Body:
    template: Body = {"spec": {"containers": [container()], "restartPolicy": "Never", **(pod or {})}}
    if labels is not None:
        template["metadata"] = {"labels": labels}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"template": template, **spec}}


def indexed(**spec: Any) -> Body:
    return job(completionMode="Indexed", **{"completions": 3, **spec})


def test_defaults() -> None:
    stored = made(JOBS, job())
    spec = {key: value for key, value in stored["spec"].items() if key != "template"}
    assert spec == {
        "completions": 1,
        "parallelism": 1,
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
        "manualSelector": False,
        "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": "uid-1"}},
    }
    assert stored["status"] == {}
    assert stored["spec"]["template"]["metadata"]["labels"] == stored["metadata"]["labels"] == MADE
    assert KINDS[JOBS].default(stored) is stored
    assert broken(JOBS, job()) == []


@pytest.mark.parametrize(
    ("spec", "filled"),
    [
        ({"completions": 5}, {"completions": 5, "parallelism": 1}),
        ({"parallelism": 5}, {"completions": None, "parallelism": 5}),
        ({"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1}, {"backoffLimit": 2**31 - 1}),
        (
            {"podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}},
            {
                "podReplacementPolicy": "Failed",
                "podFailurePolicy": {
                    "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
                },
            },
        ),
    ],
)
def test_defaults_that_depend(spec: Body, filled: Body) -> None:
    stored = made(JOBS, job(**spec))["spec"]
    assert {key: stored.get(key) for key in filled} == filled


def test_labels_that_people_wrote_stay() -> None:
    stored = made(JOBS, job(labels={"app": "pi"}))
    assert stored["metadata"]["labels"] == {**MADE, "app": "pi"}
    mine = job(labels={"app": "pi"}, manualSelector=True, selector={"matchLabels": {"app": "pi"}})
    stored = made(JOBS, mine)
    assert stored["spec"]["selector"] == {"matchLabels": {"app": "pi"}}
    assert stored["metadata"]["labels"] == {"app": "pi"}
    assert broken(JOBS, mine) == []


LABELS = '{"batch.kubernetes.io/controller-uid":"uid-1","batch.kubernetes.io/job-name":"pi","controller-uid":"x",'
MISMATCH = "`selector` does not match template `labels`"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (job(pod={"restartPolicy": "Always"}), ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']),
        (job(pod={"restartPolicy": None}), ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']),
        (job(pod={"restartPolicy": "Sometimes"}), [
            'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
            'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "OnFailure", "Never"',
        ]),
        (job(parallelism=-1), ["spec.parallelism: Invalid value: -1: must be greater than or equal to 0"]),
        (job(ttlSecondsAfterFinished=-1), ["spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0"]),
        (job(backoffLimit=-2), ["spec.backoffLimit: Invalid value: -2: must be greater than or equal to 0"]),
        (job(backoffLimitPerIndex=1), ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"]),
        (job(completionMode="Sorted"), ['spec.completionMode: Unsupported value: "Sorted": supported values: "NonIndexed", "Indexed"']),
        (job(completionMode="Indexed", parallelism=1), ["spec.completions: Required value: when completion mode is Indexed"]),
        (indexed(maxFailedIndexes=4, backoffLimitPerIndex=1), ["spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"]),
        (indexed(maxFailedIndexes=1), ["spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"]),
        (indexed(parallelism=100_001), ["spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed"]),
        (indexed(completions=100_001, parallelism=10_001, backoffLimitPerIndex=1), [
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
            "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
        ]),
        (job("x" * 63, completionMode="Indexed", completions=3), [
            f'metadata.name: Invalid value: "{"x" * 63}": will not able to create pod with invalid DNS label: {"x" * 63}-2',
        ]),
        (job(managedBy=""), ["spec.managedBy: Required value"]),
        (job(managedBy="me"), ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")']),
        (job(managedBy="acme.io/" + "x" * 60), ["spec.managedBy: Too long: may not be more than 63 bytes"]),
        (job(podReplacementPolicy="Never"), ['spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"']),
        (job(labels={"controller-uid": "x"}), [
            f"spec.template.metadata.labels[controller-uid]: Invalid value: {LABELS}" + '"job-name":"pi"}: must be \'uid-1\'',
        ]),
        (job(selector={"matchLabels": {"app": "pi"}}, labels={"app": "pi"}), [
            'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"uid-1","app":"pi"}}: `selector` not auto-generated',
        ]),
        (job(manualSelector=True), ["spec.selector: Required value", f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}"]),
    ],
)  # fmt: skip
def test_mistakes(body: Body, said: list[str]) -> None:
    assert broken(JOBS, body) == said


def failing(*rules: Body, **spec: Any) -> Body:
    return job(podFailurePolicy={"rules": list(rules)}, **spec)


CODES = {"operator": "In", "values": [1]}
AT = "spec.podFailurePolicy.rules[0]"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (failing({"action": "FailJob", "onExitCodes": CODES}), []),
        (failing({"onExitCodes": CODES}), [f'{AT}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]']),
        (failing({"action": "Stop", "onExitCodes": CODES}), [f'{AT}.action: Unsupported value: "Stop": supported values: "Count", "FailIndex", "FailJob", "Ignore"']),
        (failing({"action": "FailIndex", "onExitCodes": CODES}), [f'{AT}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set']),
        (failing({"action": "Count"}), [f"{AT}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"]),
        (failing({"action": "Count", "onExitCodes": CODES, "onPodConditions": [{"type": "Ready"}]}), [
            f"{AT}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
        ]),
        (failing({"action": "Count", "onExitCodes": {"operator": "In", "values": [0, 5, 5, 2]}}), [
            f"{AT}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
            f"{AT}.onExitCodes.values[2]: Duplicate value: 5",
            f"{AT}.onExitCodes.values: Invalid value: [0,5,5,2]: must be ordered",
        ]),
        (failing({"action": "Count", "onExitCodes": {"operator": "Is", "values": [1], "containerName": "x"}}), [
            f'{AT}.onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
            f'{AT}.onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
        ]),
        (failing({"action": "Count", "onExitCodes": {"operator": "In", "values": list(range(1, 257))}}), [f"{AT}.onExitCodes.values: Too many: 256: must have at most 255 items"]),
        (failing({"action": "Count", "onPodConditions": [{"type": "Ready", "status": "Maybe"}]}), [
            f'{AT}.onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        ]),
        (failing(pod={"restartPolicy": "OnFailure"}), ['spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified']),
        (failing(podReplacementPolicy="TerminatingOrFailed"), ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"']),
        (job(successPolicy={"rules": [{"succeededCount": 1}]}), [
            'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
        ]),
        (indexed(successPolicy={"rules": [{"succeededIndexes": "0-1", "succeededCount": 2}]}), []),
        (indexed(successPolicy={"rules": []}), ["spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified"]),
        (indexed(successPolicy={"rules": [{}]}), ["spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified"]),
        (indexed(successPolicy={"rules": [{"succeededIndexes": "0-5"}]}), [
            'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-5": error parsing succeededIndexes: too large index: "5"',
        ]),
        (indexed(successPolicy={"rules": [{"succeededIndexes": "1,0"}]}), [
            'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1,0": error parsing succeededIndexes: non-increasing order, previous: 1, current: 0',
        ]),
        (indexed(successPolicy={"rules": [{"succeededIndexes": "0", "succeededCount": 4}]}), [
            "spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)",
            "spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 1 (the number of indexes in the specified succeededIndexes field)",
        ]),
    ],
)  # fmt: skip
def test_mistakes_in_policies(body: Body, said: list[str]) -> None:
    assert broken(JOBS, body) == said


# --- changes -----------------------------------------------------------------------------------------------------


def with_pod(old: Body, **pod: Any) -> Body:
    template = old["spec"]["template"]
    return {**template, "spec": {**template["spec"], **pod}}


@pytest.mark.parametrize(
    ("body", "change", "said"),
    [
        (job(), {"parallelism": 3, "suspend": True, "ttlSecondsAfterFinished": 5, "backoffLimit": 0}, []),
        (job(), {"completions": 2}, ["spec.completions: Invalid value: 2: field is immutable"]),
        (job(), {"completionMode": "Indexed"}, ['spec.completionMode: Invalid value: "Indexed": field is immutable']),
        (job(), {"managedBy": "acme.io/x"}, ['spec.managedBy: Invalid value: "acme.io/x": field is immutable']),
        (indexed(), {"completions": 5, "parallelism": 5}, []),
        (indexed(), {"completions": 5}, ["spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"]),
    ],
)  # fmt: skip
def test_changes(body: Body, change: Body, said: list[str]) -> None:
    assert broken_change(JOBS, made(JOBS, body), **change) == said


def test_the_selector_and_the_template_are_for_life() -> None:
    old = made(JOBS, job())
    said = broken_change(JOBS, old, selector={"matchLabels": {"app": "x"}}, template=with_pod(old, priority=1))
    assert [text.partition(":")[0] for text in said] == ["spec.selector", "spec.template"]
    assert said[0] == 'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable'
    assert said[1].endswith(": field is immutable")


PLACES = {
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"operator": "Exists"}],
    "schedulingGates": [{"name": "acme.io/wait"}],
    "affinity": {"nodeAffinity": {}},
}


def test_a_job_that_waits_may_be_told_where_to_run() -> None:
    waiting = made(JOBS, job(suspend=True))
    assert broken_change(JOBS, waiting, template=with_pod(waiting, **PLACES)) == []
    placed = made(JOBS, job(suspend=True, pod=PLACES))
    assert broken_change(JOBS, placed, template=made(JOBS, job())["spec"]["template"]) == []
    anti = with_pod(waiting, affinity={"podAntiAffinity": {}})
    assert len(broken_change(JOBS, waiting, template=anti)) == 1
    assert len(broken_change(JOBS, waiting, template=with_pod(waiting, hostNetwork=True))) == 1
    for old in (made(JOBS, job()), {**waiting, "status": {"startTime": ago(5)}}):
        assert len(broken_change(JOBS, old, template=with_pod(old, **PLACES))) == 1


# --- what is shown -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "status", "shown"),
    [
        ({}, {}, ("Running", "0/1", "")),
        ({"completions": 3}, {"succeeded": 1, "startTime": ago(70)}, ("Running", "1/3", "70s")),
        ({}, DONE, ("Complete", "1/1", "4s")),
        ({"parallelism": 2}, {"succeeded": 1}, ("Running", "1/1 of 2", "")),
        ({"parallelism": 1}, {}, ("Running", "0/1", "")),
        ({"suspend": True}, {"conditions": conditions("Suspended")}, ("Suspended", "0/1", "")),
        ({}, {"conditions": conditions("FailureTarget")}, ("FailureTarget", "0/1", "")),
        ({}, {"conditions": conditions("FailureTarget", "Failed")}, ("Failed", "0/1", "")),
    ],
)
def test_rows(spec: Body, status: Body, shown: tuple[str, str, str]) -> None:
    seen = row(JOBS, {**made(JOBS, job(**spec)), "status": status})
    assert (seen["Status"], seen["Completions"], seen["Duration"], seen["Age"]) == (*shown, "0s")


def test_the_wide_row() -> None:
    seen = row(JOBS, made(JOBS, job()), wide=True)
    assert list(seen) == ["Name", "Status", "Completions", "Duration", "Age", "Containers", "Images", "Selector"]
    assert seen["Selector"] == "batch.kubernetes.io/controller-uid=uid-1"
    gone = made(JOBS, job())
    gone["metadata"]["deletionTimestamp"] = ago(0)
    assert KINDS[JOBS].columns[1].cell(gone, NOW) == "Terminating"


def test_jobs_are_found_by_their_success() -> None:
    assert KINDS[JOBS].fields(made(JOBS, job())) == {"status.successful": "0"}
    assert KINDS[JOBS].fields({**made(JOBS, job()), "status": {"succeeded": 3}}) == {"status.successful": "3"}
