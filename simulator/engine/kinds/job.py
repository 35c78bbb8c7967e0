"""Job: pods that run until so many of them have succeeded.

Follows pkg/registry/batch/job/{strategy.go,storage/storage.go}, pkg/apis/batch/v1/{defaults,conversion}.go, ValidateJob
in pkg/apis/batch/validation/validation.go and printJob in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import selectors
from ..defaults.job import job_spec as with_defaults
from ..errors import FieldError, invalid_value, required
from ..objects import (
    drawn_controller,
    get_in,
    instant_of,
    is_condition_true,
    is_deleting,
    labels_of,
    name_of,
    set_in,
    spec_of,
    status_of,
    uid_of,
)
from ..printing import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, human_duration, since
from ..registry import Body, Column, Instant, Kind, status_part
from ..validation import jobs, names
from ..validation.job_status import job_status
from ..validation.selectors import label_selector, of_template

CONTROLLER_UID, JOB_NAME = "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"
_LEGACY_UID, _LEGACY_NAME = "controller-uid", "job-name"
_LABELS = ("spec", "template", "metadata", "labels")


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = with_defaults(held)
    if spec is not held:
        body = {**body, "spec": spec}
    return _labelled(body) if spec.get("manualSelector") or CONTROLLER_UID in _template_labels(body) else body


def _template_labels(body: Body) -> dict[str, str]:
    held: dict[str, str] = get_in(body, *_LABELS, default={})
    return held


def _labelled(body: Body) -> Body:
    """A Job without labels gets those of its template."""
    held = _template_labels(body)
    return body if labels_of(body) or not held else set_in(body, ("metadata", "labels"), held)


def _prepare_create(body: Body) -> Body:
    if not spec_of(body).get("manualSelector"):
        body = _with_selector(body)
    return body if "status" in body else {**body, "status": {}}


def _with_selector(body: Body) -> Body:
    """A Job whose selector is its uid, and whose pods carry that and its name; what people wrote there stays."""
    name, uid = name_of(body), uid_of(body)
    made = {CONTROLLER_UID: uid, JOB_NAME: name, _LEGACY_UID: uid, _LEGACY_NAME: name}
    selector = spec_of(body).get("selector") or {}
    chosen = {CONTROLLER_UID: uid, **(selector.get("matchLabels") or {})}
    body = set_in(body, ("spec", "selector"), {**selector, "matchLabels": chosen})
    return _labelled(set_in(body, _LABELS, {**made, **_template_labels(body)}))


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = jobs.job_spec("spec", spec)
    if spec.get("selector") is None:
        return [*errors, required("spec.selector"), *of_template("spec.template", spec)]
    return errors + label_selector("spec.selector", spec["selector"]) + of_template("spec.template", spec)


def _validate_create(body: Body) -> list[FieldError]:
    errors = _generated_selector(body)
    spec, name = spec_of(body), name_of(body)
    if spec.get("completionMode") == "Indexed" and (spec.get("completions") or 0) > 0:
        host = f"{name}-{spec['completions'] - 1}"
        if names.dns_label(host):
            detail = f"will not able to create pod with invalid DNS label: {host}"
            errors.append(invalid_value("metadata.name", name, detail))
    return errors


def _generated_selector(body: Body) -> list[FieldError]:
    """That people did not write something else where the API server puts a Job's uid and name."""
    selector = spec_of(body).get("selector")
    if spec_of(body).get("manualSelector") or selector is None:
        return []
    held, errors = _template_labels(body), []
    name, uid = name_of(body), uid_of(body)
    expected = {_LEGACY_UID: uid, _LEGACY_NAME: name, CONTROLLER_UID: uid, JOB_NAME: name}
    for key, value in expected.items():
        at, detail = f"spec.template.metadata.labels[{key}]", f"must be '{value}'"
        if key not in held:
            errors.append(required(at, detail))
        elif held[key] != value:
            errors.append(invalid_value(at, dict(sorted(held.items())), detail))
    if not label_selector("spec.selector", selector) and not selectors.of(selector).matches(expected):
        errors.append(invalid_value("spec.selector", selector, "`selector` not auto-generated"))
    return errors


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    waits = bool(spec_of(old).get("suspend")) and not status_of(old).get("startTime")
    return jobs.job_spec_update("spec", spec_of(new), spec_of(old), schedulable=waits)


def _fields(body: Body) -> Mapping[str, str]:
    return {"status.successful": str(get_in(body, "status", "succeeded", default=0))}


# --- kubectl get -------------------------------------------------------------------------------------------------


def _status(body: Body, now: Instant) -> str:
    for kind in ("Complete", "Failed"):
        if is_condition_true(body, kind):
            return kind
    if is_deleting(body):
        return "Terminating"
    for kind in ("Suspended", "FailureTarget"):
        if is_condition_true(body, kind):
            return kind
    return "Running"


def _completions(body: Body, now: Instant) -> str:
    spec, done = spec_of(body), status_of(body).get("succeeded", 0)
    if spec.get("completions") is not None:
        return f"{done}/{spec['completions']}"
    parallel = spec.get("parallelism") or 0
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _duration(body: Body, now: Instant) -> str:
    began, ended = status_of(body).get("startTime"), status_of(body).get("completionTime")
    if not began:
        return ""
    return human_duration(instant_of(ended) - instant_of(began)) if ended else since(began, now)


def _draw(body: Body) -> Mapping[str, Any]:
    spec, status = spec_of(body), status_of(body)
    return {
        "desired": spec.get("completions") or spec.get("parallelism") or 0,
        "ready": status.get("ready", 0),
        "updated": status.get("active", 0),
        "available": status.get("succeeded", 0),
        "owner": drawn_controller(body),
        "labels": labels_of(body),
    }


KIND = Kind(
    group="batch",
    version="v1",
    kind="Job",
    plural="jobs",
    categories=("all",),
    orphans=True,
    orphans_warning=(
        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
        "set propagationPolicy=Orphan to suppress this warning"
    ),
    columns=(
        NAME,
        Column("Status", _status, description="Status of the job."),
        Column(
            "Completions",
            _completions,
            description=(
                "The number of pods which reached phase Succeeded. The value increases monotonically for a given "
                "spec. However, it may decrease in reaction to scale down of elastic indexed jobs."
            ),
        ),
        Column("Duration", _duration, description="Time required to complete the job."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR._replace(
            description=(
                "A label query over pods that should match the pod count. Normally, the system sets this field for "
                "you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"
                "#label-selectors"
            )
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_create=_validate_create,
    validate_update=_validate_update,
    parts=status_part(job_status),
    fields=_fields,
    draw=_draw,
)
