# ruff: noqa: E501 - the tables have a line for each case
"""CronJobs: defaults, schedules, zones, names, the Job inside, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import ago, broken, broken_change, container, made, row

CRON = "cronjobs.batch"


def cron_job(name: str = "hello", job: Body | None = None, **spec: Any) -> Body:
    pod = {"containers": [container()], "restartPolicy": "OnFailure"}
    template = {"spec": {"template": {"spec": pod}, **(job or {})}}
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"schedule": "*/1 * * * *", "jobTemplate": template, **spec},
    }


def test_defaults() -> None:
    stored = made(CRON, cron_job())
    assert {key: value for key, value in stored["spec"].items() if key != "jobTemplate"} == {
        "schedule": "*/1 * * * *",
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    }
    inner = stored["spec"]["jobTemplate"]["spec"]
    assert list(inner) == ["template"]
    assert inner["template"]["spec"]["dnsPolicy"] == "ClusterFirst"
    assert (stored["status"], stored["metadata"]["generation"]) == ({}, 1)
    assert KINDS[CRON].default(stored) is stored
    assert broken(CRON, cron_job()) == []


JOB = "spec.jobTemplate.spec"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (cron_job(schedule=""), ["spec.schedule: Required value"]),
        (cron_job(schedule="@hourly"), []),
        (cron_job(schedule="5 5 * * * *"), ['spec.schedule: Invalid value: "5 5 * * * *": expected exactly 5 fields, found 6: [5 5 * * * *]']),
        (cron_job(schedule="TZ=UTC 0 * * * *"), ['spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead']),
        (cron_job(timeZone="Europe/Berlin"), []),
        (cron_job(timeZone="Etc/GMT+5"), []),
        (cron_job(timeZone=""), ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']),
        (cron_job(timeZone="Mars/Olympus"), ['spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus']),
        (cron_job(timeZone="../etc"), ['spec.timeZone: Invalid value: "../etc": unknown time zone ../etc']),
        (cron_job(timeZone="Local"), ['spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones']),
        (cron_job(concurrencyPolicy="Queue"), ['spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"']),
        (cron_job(startingDeadlineSeconds=-1), ["spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"]),
        (cron_job(failedJobsHistoryLimit=-1), ["spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"]),
        (cron_job("x" * 52), []),
        (cron_job("x" * 53), [f'metadata.name: Invalid value: "{"x" * 53}": must be no more than 52 characters']),
        (cron_job(job={"selector": {"matchLabels": {"a": "b"}}}), [JOB + '.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated']),
        (cron_job(job={"manualSelector": True}), [JOB + '.manualSelector: Unsupported value: true: supported values: "nil", "false"']),
        (cron_job(job={"template": {"spec": {"containers": [container()]}}}), [JOB + '.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']),
        (cron_job(job={"completionMode": "Indexed"}), [JOB + ".completions: Required value: when completion mode is Indexed"]),
    ],
)  # fmt: skip
def test_mistakes(body: Body, said: list[str]) -> None:
    assert broken(CRON, body) == said


def test_old_habits_may_stay() -> None:
    old = made(CRON, cron_job(schedule="TZ=UTC 0 * * * *"))
    assert broken_change(CRON, old, suspend=True) == []
    assert broken_change(CRON, old, schedule="CRON_TZ=UTC 5 * * * *") == []
    assert broken_change(CRON, old, timeZone="Etc/UTC") == [
        'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule'
    ]
    lost = made(CRON, cron_job(timeZone="Mars/Olympus"))
    assert broken_change(CRON, lost, suspend=True) == []
    assert len(broken_change(CRON, lost, timeZone="Mars/Dune")) == 1


def test_rows() -> None:
    stored = made(CRON, cron_job())
    assert row(CRON, stored, wide=True) == {
        "Name": "hello",
        "Schedule": "*/1 * * * *",
        "Timezone": "<none>",
        "Suspend": "False",
        "Active": 0,
        "Last Schedule": "<none>",
        "Age": "0s",
        "Containers": "web",
        "Images": "nginx:1.27",
        "Selector": "<none>",
    }
    busy = made(CRON, cron_job(timeZone="Asia/Shanghai", suspend=True))
    seen = row(CRON, {**busy, "status": {"active": [{}, {}], "lastScheduleTime": ago(50)}})
    assert (seen["Timezone"], seen["Suspend"], seen["Active"], seen["Last Schedule"]) == (
        "Asia/Shanghai",
        "True",
        2,
        "50s",
    )
