# ruff: noqa: E501 - the tables have a line for each case
"""What podFailurePolicy and successPolicy come to.

The cases are those of pkg/controller/job/{pod_failure_policy_test.go,success_policy_test.go}, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.job import pod_failure_policy, success_policy
from simulator.engine.controllers.job.indexes import Intervals
from simulator.engine.controllers.job.pod_failure_policy import Verdict
from simulator.engine.registry import Body


def ended(*codes: int | None, init: int | None = None, conditions: tuple[tuple[str, str], ...] = ()) -> Body:
    def status(name: str, code: int | None) -> Body:
        return {"name": name, "state": {} if code is None else {"terminated": {"exitCode": code}}}

    names = ("main-container", "support-container")
    return {
        "metadata": {"namespace": "default", "name": "mypod"},
        "status": {
            "phase": "Failed",
            "containerStatuses": [status(name, code) for name, code in zip(names, codes, strict=False)],
            "initContainerStatuses": [status("init-container", init)] if init is not None else [],
            "conditions": [{"type": kind, "status": value} for kind, value in conditions],
        },
    }


def codes(action: str, operator: str, *values: int, container: str | None = None) -> Body:
    wanted: dict[str, Any] = {"operator": operator, "values": list(values)}
    return {"action": action, "onExitCodes": {**wanted, **({"containerName": container} if container else {})}}


def disrupted(action: str, status: str = "True", kind: str = "DisruptionTarget") -> Body:
    return {"action": action, "onPodConditions": [{"type": kind, "status": status}]}


def failed(code: int, rule: int, container: str = "main-container") -> str:
    return f"Container {container} for pod default/mypod failed with exit code {code} matching FailJob rule at index {rule}"


COUNTED, IGNORED = Verdict(), Verdict(False, "Ignore")
TARGET = (("DisruptionTarget", "True"),)


@pytest.mark.parametrize(
    ("rules", "pod", "wanted"),
    [
        pytest.param([codes("UnknownAction", "In", 1, 2), codes("FailJob", "In", 2, 3)], ended(2), Verdict(True, "FailJob", failed(2, 1)), id="unknown action for exit codes is skipped"),
        pytest.param([disrupted("UnknownAction"), disrupted("Ignore")], ended(conditions=TARGET), IGNORED, id="unknown action for pod conditions is skipped"),
        pytest.param([codes("Ignore", "UnknownOperator", 1, 2), codes("FailJob", "In", 2, 3)], ended(2), Verdict(True, "FailJob", failed(2, 1)), id="unknown operator is skipped"),
        pytest.param(None, ended(2), COUNTED, id="no policy rules"),
        pytest.param([codes("Ignore", "In", 1, 2, 3)], ended(2), IGNORED, id="ignore rule matched for exit codes"),
        pytest.param([codes("Ignore", "In", -1073741676, -1073741510)], ended(-1073741510), IGNORED, id="negative exit codes"),
        pytest.param([codes("FailJob", "In", 1, 2, 3)], ended(2), Verdict(True, "FailJob", failed(2, 0)), id="FailJob rule matched for exit codes"),
        pytest.param([codes("FailJob", "NotIn", 111)], ended(111, 0, init=0), COUNTED, id="successful containers are skipped by the rules"),
        pytest.param([codes("FailIndex", "In", 1, 2, 3)], ended(2), Verdict(True, "FailIndex"), id="FailIndex rule matched for exit codes"),
        pytest.param([codes("FailJob", "NotIn", 0)], ended(1, 0), Verdict(True, "FailJob", failed(1, 0)), id="NotIn operator and value 0"),
        pytest.param([codes("Count", "In", 1, 2, 3), codes("FailJob", "In", 4, 5, 6)], ended(6), Verdict(True, "FailJob", failed(6, 1)), id="second jobfail rule matched"),
        pytest.param([codes("Count", "In", 1, 2, 3)], ended(None, 2), Verdict(True, "Count"), id="count rule matched for exit codes"),
        pytest.param([codes("FailJob", "In", 5)], ended(0, init=5), Verdict(True, "FailJob", failed(5, 0, "init-container")), id="init containers are looked at last"),
        pytest.param([codes("FailJob", "In", 5, container="support-container")], ended(5, 0), COUNTED, id="another container failed"),
        pytest.param([disrupted("FailIndex")], ended(conditions=TARGET), Verdict(True, "FailIndex"), id="FailIndex rule matched for pod conditions"),
        pytest.param([disrupted("Ignore")], ended(conditions=TARGET), IGNORED, id="ignore rule matched for pod conditions"),
        pytest.param([disrupted("Ignore", "False")], ended(conditions=(("DisruptionTarget", "False"),)), IGNORED, id="ignore rule matches by the status=False"),
        pytest.param([disrupted("Ignore", "Unknown")], ended(conditions=(("DisruptionTarget", "Unknown"),)), IGNORED, id="ignore rule matches by the status=Unknown"),
        pytest.param([disrupted("Ignore", "False")], ended(conditions=TARGET), COUNTED, id="status for pattern is False, but actual True"),
        pytest.param([disrupted("Ignore", "True")], ended(conditions=(("DisruptionTarget", "False"),)), COUNTED, id="status for pattern is True, but actual False"),
        pytest.param([disrupted("Count")], ended(conditions=TARGET), Verdict(True, "Count"), id="count rule matched for pod conditions"),
        pytest.param([disrupted("FailJob")], ended(conditions=TARGET), Verdict(True, "FailJob", "Pod default/mypod has condition DisruptionTarget matching FailJob rule at index 0"), id="FailJob rule matched for pod conditions"),
        pytest.param([{"action": "Ignore", "onPodConditions": []}], ended(1), COUNTED, id="empty pod conditions never match"),
    ],
)  # fmt: skip
def test_a_pod_that_failed(rules: list[Body] | None, pod: Body, wanted: Verdict) -> None:
    assert pod_failure_policy.match(None if rules is None else {"rules": rules}, pod) == wanted


def rule(indexes: str | None = None, count: int | None = None) -> Body:
    held = {"succeededIndexes": indexes, "succeededCount": count}
    return {key: value for key, value in held.items() if value is not None}


@pytest.mark.parametrize(
    ("rules", "succeeded", "met"),
    [
        pytest.param(None, [(0, 0)], None, id="successPolicy is null"),
        pytest.param([], [(0, 0)], None, id="any rules are nothing"),
        pytest.param([rule("invalid-form")], [(0, 0)], None, id="invalid format"),
        pytest.param([rule("0-2")], [(0, 2), (4, 7)], 0, id="indexes matched"),
        pytest.param([rule("3")], [(0, 2)], None, id="indexes didn't match"),
        pytest.param([rule(count=2)], [(0, 2)], 0, id="count matched"),
        pytest.param([rule(count=4)], [(0, 2)], None, id="count didn't match"),
        pytest.param([rule("9"), rule("4,6")], [(0, 2), (4, 7)], 1, id="met one of rules"),
        pytest.param([rule("0,1"), rule("5")], [(0, 2), (4, 7)], 0, id="met all rules"),
        pytest.param([rule("3-6", 2)], [(0, 2), (4, 7)], 0, id="both met"),
        pytest.param([rule("3-6", 2)], [(0, 2), (6, 7)], None, id="both didn't match"),
        pytest.param([rule(count=4)], [], None, id="succeededIndexes are nothing"),
        pytest.param([rule("2-4,6-8")], [(1, 5), (6, 9)], 0, id="proper subset"),
        pytest.param([rule("2-4,6-9")], [(2, 4), (6, 9)], 0, id="equals"),
        pytest.param([rule("2-4,8-12")], [(2, 5), (7, 15)], 0, id="subset, beyond completions"),
        pytest.param([rule("")], [(1, 3)], None, id="rules is an empty set"),
        pytest.param([rule("")], [], None, id="both are empty sets"),
        pytest.param([rule("10-12,14-16")], [(1, 3), (5, 7)], None, id="not included at all"),
        pytest.param([rule("1-3,5-7")], [(2, 4), (6, 8)], None, id="overlaps at first"),
        pytest.param([rule("1-3,5-7", 4)], [(2, 4), (6, 8)], 0, id="overlaps at first, with count"),
        pytest.param([rule("2-4,6-9")], [(1, 3), (5, 7)], None, id="overlaps at last"),
        pytest.param([rule("2-4,6-9", 4)], [(1, 3), (5, 7)], 0, id="overlaps at last, with count"),
        pytest.param([rule("0-4,6-9")], [(1, 3), (7, 8)], None, id="completely overlaps"),
        pytest.param([rule("0-4,6-9", 5)], [(1, 3), (7, 8)], 0, id="completely overlaps, with count"),
        pytest.param([rule("0-6,8-9")], [(1, 3), (5, 9)], None, id="overlaps multiple at last"),
        pytest.param([rule("0-6,8-9", 7)], [(1, 3), (5, 9)], 0, id="overlaps multiple at last, with count"),
        pytest.param([rule("0-5,7-9")], [(1, 5), (7, 10)], None, id="overlaps at first, equals at last"),
        pytest.param([rule("0-5,7-9", 8)], [(1, 5), (7, 10)], 0, id="overlaps at first, equals at last, with count"),
        pytest.param([rule("0-3,6-9")], [(1, 10)], None, id="the first overlaps at first"),
        pytest.param([rule("0-3,6-9", 7)], [(1, 10)], 0, id="the first overlaps at first, with count"),
    ],
)  # fmt: skip
def test_enough_has_succeeded(rules: list[Body] | None, succeeded: Intervals, met: int | None) -> None:
    found = success_policy.match(None if rules is None else {"rules": rules}, 10, succeeded)
    assert found == (None if met is None else f"Matched rules at index {met}")
