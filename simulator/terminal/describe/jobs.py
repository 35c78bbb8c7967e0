"""Jobs and CronJobs.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go, v1.32.
"""

from __future__ import annotations

from simulator.engine.objects import instant_of
from simulator.engine.printing import human_duration, selector_text
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.pod_templates import template_lines
from simulator.terminal.describe.writing import NONE, UNSET

_MOST_INDEXES = 50


def job(told: Description) -> None:
    spec, status = told.spec, told.status
    told.head()
    told.line(0, f"Selector:\t{told.selector()}")
    told.labels()
    told.annotations()
    told.controlled()
    if spec.get("parallelism") is not None:
        told.line(0, f"Parallelism:\t{spec['parallelism']}")
    told.line(0, f"Completions:\t{spec.get('completions', UNSET)}")
    for title, field in (
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ):
        if spec.get(field) is not None:
            value = spec[field]
            told.line(0, f"{title}:\t{str(value).lower() if isinstance(value, bool) else value}")
    begin, end = status.get("startTime"), status.get("completionTime")
    if begin:
        told.line(0, f"Start Time:\t{told.page.time(begin)}")
    if end:
        told.line(0, f"Completed At:\t{told.page.time(end)}")
    if begin and end:
        told.line(0, f"Duration:\t{human_duration(instant_of(end) - instant_of(begin))}")
    if spec.get("activeDeadlineSeconds") is not None:
        told.line(0, f"Active Deadline Seconds:\t{spec['activeDeadlineSeconds']}s")
    ready = "" if status.get("ready") is None else f" ({status['ready']} Ready)"
    active, succeeded, failed = (status.get(field, 0) for field in ("active", "succeeded", "failed"))
    told.line(0, f"Pods Statuses:\t{active} Active{ready} / {succeeded} Succeeded / {failed} Failed")
    if spec.get("completionMode") == "Indexed":
        told.line(0, f"Completed Indexes:\t{_indexes(status.get('completedIndexes', ''))}")
    template_lines(told.page, spec["template"])
    told.events()


def _indexes(text: str) -> str:
    end = text.find(",", _MOST_INDEXES)
    return (text if end < 0 else f"{text[: end + 1]}...") or NONE


def cron_job(told: Description) -> None:
    spec, template = told.spec, told.spec["jobTemplate"]["spec"]
    told.head()
    told.labels()
    told.annotations()
    told.line(0, f"Schedule:\t{spec['schedule']}")
    told.line(0, f"Concurrency Policy:\t{spec.get('concurrencyPolicy', '')}")
    suspend = spec.get("suspend")
    told.line(0, f"Suspend:\t{UNSET if suspend is None else 'True' if suspend else 'False'}")
    told.line(0, f"Successful Job History Limit:\t{spec.get('successfulJobsHistoryLimit', UNSET)}")
    told.line(0, f"Failed Job History Limit:\t{spec.get('failedJobsHistoryLimit', UNSET)}")
    deadline = spec.get("startingDeadlineSeconds")
    told.line(0, f"Starting Deadline Seconds:\t{UNSET if deadline is None else f'{deadline}s'}")
    told.line(0, f"Selector:\t{selector_text(template['selector']) if template.get('selector') else UNSET}")
    told.line(0, f"Parallelism:\t{template.get('parallelism', UNSET)}")
    told.line(0, f"Completions:\t{template.get('completions', UNSET)}")
    if template.get("activeDeadlineSeconds") is not None:
        told.line(0, f"Active Deadline Seconds:\t{template['activeDeadlineSeconds']}s")
    template_lines(told.page, template["template"])
    last = told.status.get("lastScheduleTime")
    told.line(0, f"Last Schedule Time:\t{told.page.time(last) if last else UNSET}")
    active = ", ".join(one["name"] for one in told.status.get("active") or ())
    told.line(0, f"Active Jobs:\t{active or NONE}")
    told.events()
