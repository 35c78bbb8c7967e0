"""What a Job's status must be, by itself and after another.

Follows validateJobStatus and ValidateJobStatusUpdate in pkg/apis/batch/validation/validation.go, v1.34, with every
check of pkg/registry/batch/job/strategy.go switched on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import OMITTED, FieldError, duplicate, invalid_value, required
from ..objects import instant_of, is_condition_true, spec_of, status_of
from ..registry import Body
from .job_policies import intervals
from .workloads import figures

_AT = "status"
_FOR_GOOD = ("Failed", "Complete", "FailureTarget")


def job_status(new: Body, old: Body) -> list[FieldError]:
    """What is wrong with replacing the status of `old` by that of `new`."""
    status = status_of(new)
    errors = figures(_AT, status, "active", "succeeded", "failed", "ready", "terminating")
    errors += _uncounted(f"{_AT}.uncountedTerminatedPods", status.get("uncountedTerminatedPods") or {})
    errors += [invalid_value(f"{_AT}.conditions", OMITTED, said) for said in _contradictions(new)]
    errors += [*_times(new), *_finished(new), *_indexes(new)]
    if status.get("ready") is not None and status["ready"] > (status.get("active") or 0):
        errors.append(invalid_value(f"{_AT}.ready", status["ready"], "cannot set more ready pods than active"))
    return [*errors, *_changes(new, old)]


def _uncounted(field: str, held: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for key in ("succeeded", "failed"):
        for position, uid in enumerate(held.get(key) or ()):
            at = f"{field}.{key}[{position}]"
            if not uid:
                errors.append(invalid_value(at, uid, "must not be empty"))
            elif uid in known:
                errors.append(duplicate(at, uid))
            known.add(uid)
    return errors


def _contradictions(job: Body) -> Iterator[str]:
    """Conditions that do not go together."""
    complete, failed = is_condition_true(job, "Complete"), is_condition_true(job, "Failed")
    target, met = is_condition_true(job, "FailureTarget"), is_condition_true(job, "SuccessCriteriaMet")
    if complete and failed:
        yield "cannot set Complete=True and Failed=true conditions"
    if complete and target:
        yield "cannot set Complete=True and FailureTarget=true conditions"
    if failed and not target:
        yield "cannot set Failed=True condition without the FailureTarget=true condition"
    if complete and not met:
        yield "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
    if met and failed:
        yield "cannot set SuccessCriteriaMet=True and Failed=true conditions"
    if met and target:
        yield "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"
    if spec_of(job).get("successPolicy") is not None and complete and not met:
        yield "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"


def _times(job: Body) -> Iterator[FieldError]:
    status, complete = status_of(job), is_condition_true(job, "Complete")
    began, ended, at = status.get("startTime"), status.get("completionTime"), f"{_AT}.completionTime"
    if ended and not complete:
        yield invalid_value(at, ended, "cannot set completionTime when there is no Complete=True condition")
    if complete and not ended:
        yield required(at, "completionTime is required for Complete jobs")
    if began and ended and instant_of(ended) < instant_of(began):
        yield invalid_value(at, ended, "completionTime cannot be set before startTime")


def _finished(job: Body) -> Iterator[FieldError]:
    status = status_of(job)
    if not is_condition_true(job, "Complete") and not is_condition_true(job, "Failed"):
        return
    for key in ("active", "terminating"):
        if (status.get(key) or 0) > 0:
            yield invalid_value(f"{_AT}.{key}", status[key], f"{key}>0 is invalid for finished job")
    if not status.get("startTime"):
        yield required(f"{_AT}.startTime", "startTime is required for finished job")
    uncounted = status.get("uncountedTerminatedPods") or {}
    if uncounted.get("failed") or uncounted.get("succeeded"):
        detail = "uncountedTerminatedPods needs to be empty for finished job"
        shown = {"Succeeded": uncounted.get("succeeded"), "Failed": uncounted.get("failed")}
        yield invalid_value(f"{_AT}.uncountedTerminatedPods", shown, detail)


def _indexes(job: Body) -> Iterator[FieldError]:
    spec, status = spec_of(job), status_of(job)
    done, failed, completions = (
        status.get("completedIndexes") or "",
        status.get("failedIndexes"),
        spec.get("completions"),
    )
    read: dict[str, list[tuple[int, int]]] = {"completedIndexes": [], "failedIndexes": []}
    for key, text in (("completedIndexes", done), ("failedIndexes", failed or "")):
        if completions is None or (key == "failedIndexes" and spec.get("backoffLimitPerIndex") is None):
            continue
        try:
            read[key] = intervals(text, completions)
        except ValueError as error:
            yield invalid_value(f"{_AT}.{key}", text, f"error parsing {key}: {error}")
    if done and spec.get("completionMode") != "Indexed":
        detail = "cannot set non-empty completedIndexes when non-indexed completion mode"
        yield invalid_value(f"{_AT}.completedIndexes", done, detail)
    if failed is not None and spec.get("backoffLimitPerIndex") is None:
        detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        yield invalid_value(f"{_AT}.failedIndexes", failed, detail)
    for low, high in read["failedIndexes"]:
        for first, last in read["completedIndexes"]:
            if first <= high and low <= last:
                detail = f"failedIndexes and completedIndexes overlap at index: {max(low, first)}"
                yield invalid_value(f"{_AT}.failedIndexes", failed, detail)
                return


def _changes(new: Body, old: Body) -> Iterator[FieldError]:
    status, held = status_of(new), status_of(old)
    for kind in _FOR_GOOD:
        if is_condition_true(old, kind) and not is_condition_true(new, kind):
            yield invalid_value(f"{_AT}.conditions", OMITTED, f"cannot disable the terminal {kind}=True condition")
    for key in ("failed", "succeeded"):
        if (status.get(key) or 0) < (held.get(key) or 0):
            yield invalid_value(f"{_AT}.{key}", status.get(key) or 0, f"cannot decrease the {key} counter")
    ended, was_ended = status.get("completionTime"), held.get("completionTime")
    if ended and was_ended and ended != was_ended:
        yield invalid_value(f"{_AT}.completionTime", ended, "completionTime cannot be mutated")
    began = held.get("startTime")
    if began and status.get("startTime") != began and not spec_of(new).get("suspend"):
        yield required(f"{_AT}.startTime", "startTime cannot be removed for unsuspended job")
    met, was_met = is_condition_true(new, "SuccessCriteriaMet"), is_condition_true(old, "SuccessCriteriaMet")
    if was_met and not met:
        yield invalid_value(f"{_AT}.conditions", OMITTED, "cannot disable the SuccessCriteriaMet=True condition")
    if is_condition_true(old, "Complete") and not was_met and met:
        detail = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"
        yield invalid_value(f"{_AT}.conditions", OMITTED, detail)
