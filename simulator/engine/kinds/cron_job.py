"""CronJob: Jobs made on a schedule.

Follows pkg/registry/batch/cronjob/strategy.go, pkg/apis/batch/v1/defaults.go, ValidateCronJobCreate in
pkg/apis/batch/validation/validation.go and printCronJob in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from .. import cron
from ..defaults.job import job_template_spec
from ..errors import FieldError, invalid_value, not_supported, required
from ..objects import fill_in, get_in, name_of, spec_of, status_of
from ..printing import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    NONE,
    SELECTOR,
    container_images,
    container_names,
    field,
    selector_text,
    since,
)
from ..registry import Body, Column, Instant, Kind
from ..validation.fields import one_of
from ..validation.jobs import job_spec
from ..validation.workloads import figures

_NAME_LENGTH = 52
"""The controller appends `-` and ten digits to it, and a Job's name has 63 letters."""
_ZONE_PART = re.compile(r"[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}", re.ASCII)
_POLICIES = ("Allow", "Forbid", "Replace")
_POD = ("spec", "jobTemplate", "spec", "template", "spec")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    if not spec.get("concurrencyPolicy"):
        spec = {**spec, "concurrencyPolicy": "Allow"}
    template = spec.get("jobTemplate") or {}
    inner = template.get("spec") or {}
    job = job_template_spec(inner)
    if job is not inner or "metadata" not in template:
        spec = {**spec, "jobTemplate": {"metadata": {}, **template, "spec": job}}
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _validate(body: Body) -> list[FieldError]:
    """What holds whatever the CronJob was before; its zone is judged apart."""
    spec = spec_of(body)
    errors = _readable(spec.get("schedule") or "")
    errors += figures("spec", spec, "startingDeadlineSeconds")
    errors += one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), _POLICIES)
    job = get_in(spec, "jobTemplate", "spec", default={})
    errors += job_spec("spec.jobTemplate.spec", job)
    if job.get("selector") is not None:
        detail = "`selector` will be auto-generated"
        errors.append(invalid_value("spec.jobTemplate.spec.selector", job["selector"], detail))
    if job.get("manualSelector"):
        at = "spec.jobTemplate.spec.manualSelector"
        errors.append(not_supported(at, True, ("nil", "false")))
    return errors + figures("spec", spec, "successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def _readable(schedule: str) -> list[FieldError]:
    if not schedule:
        return [required("spec.schedule")]
    try:
        cron.parse(schedule)
    except ValueError as error:
        return [invalid_value("spec.schedule", schedule, str(error))]
    return []


def _validate_create(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = _zone_in_schedule(spec, "") + _zone(spec.get("timeZone"))
    if len(name_of(body)) > _NAME_LENGTH:
        detail = f"must be no more than {_NAME_LENGTH} characters"
        errors.append(invalid_value("metadata.name", name_of(body), detail))
    return errors


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    spec, held = spec_of(new), spec_of(old)
    errors = _zone_in_schedule(spec, held.get("schedule") or "")
    return errors + (_zone(spec.get("timeZone")) if spec.get("timeZone") != held.get("timeZone") else [])


def _zone_in_schedule(spec: Body, held: str) -> list[FieldError]:
    """A schedule that names its zone is an old habit, which only those that have it may keep."""
    schedule = spec.get("schedule") or ""
    if "TZ" not in schedule:
        return []
    if "TZ" not in held:
        detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        return [invalid_value("spec.schedule", schedule, detail)]
    if spec.get("timeZone") is None:
        return []
    return [invalid_value("spec.schedule", schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")]


def _zone(zone: str | None) -> list[FieldError]:
    at = "spec.timeZone"
    if zone is None:
        return []
    if not zone:
        return [invalid_value(at, zone, "timeZone must be nil or non-empty string")]
    unknown = invalid_value(at, zone, f"unknown time zone {zone}")
    if any(part in (".", "..") or not _ZONE_PART.fullmatch(part) for part in zone.split("/")):
        return [unknown]
    errors = []
    if zone.lower() == "local":
        detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        errors.append(invalid_value(at, zone, detail))
    if zone != "Local":
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            errors.append(unknown)
    return errors


def _last_schedule(body: Body, now: Instant) -> str:
    last = status_of(body).get("lastScheduleTime")
    return since(last, now) if last else NONE


def _suspended(body: Body, now: Instant) -> str:
    held = spec_of(body).get("suspend")
    return "<unset>" if held is None else str(held)


KIND = Kind(
    group="batch",
    version="v1",
    kind="CronJob",
    plural="cronjobs",
    short_names=("cj",),
    categories=("all",),
    columns=(
        NAME,
        Column(
            "Schedule",
            field("spec", "schedule"),
            description="The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.",
        ),
        Column(
            "Timezone",
            field("spec", "timeZone", default=NONE),
            description=(
                "The time zone name for the given schedule, see "
                "https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to "
                "the time zone of the kube-controller-manager process."
            ),
        ),
        Column(
            "Suspend",
            _suspended,
            "boolean",
            description=(
                "This flag tells the controller to suspend subsequent executions, it does not apply to already "
                "started executions.  Defaults to false."
            ),
        ),
        Column(
            "Active",
            lambda body, now: len(status_of(body).get("active") or ()),
            "integer",
            description="A list of pointers to currently running jobs.",
        ),
        Column(
            "Last Schedule",
            _last_schedule,
            description="Information when was the last time the job was successfully scheduled.",
        ),
        AGE,
        CONTAINERS._replace(cell=lambda body, now: container_names(get_in(body, *_POD, default={}))),
        IMAGES._replace(cell=lambda body, now: container_images(get_in(body, *_POD, default={}))),
        SELECTOR._replace(
            cell=lambda body, now: selector_text(get_in(body, "spec", "jobTemplate", "spec", "selector")),
            description=(
                "A label query over pods that should match the pod count. Normally, the system sets this field for "
                "you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"
                "#label-selectors"
            ),
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_create=_validate_create,
    validate_update=_validate_update,
)
