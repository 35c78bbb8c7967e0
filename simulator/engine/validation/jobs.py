"""The spec of a Job, alone or in a CronJob's template, and what may change in it.

Follows validateJobSpec and ValidateJobSpecUpdate in pkg/apis/batch/validation/validation.go, v1.34.
"""

from __future__ import annotations

import re

from ..errors import FieldError, invalid_value, not_supported, required, too_long
from ..registry import Body
from . import names
from .fields import formed, not_negative
from .job_policies import pod_failure_policy, success_policy
from .metadata import immutable
from .pod_template import pod_template
from .workloads import figures

_MOST_PARALLEL = _MOST_FAILED = _MANY = 100_000
_MOST_OF_MANY = 10_000
_MANAGED_BY_LENGTH = 63
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_MODES = ("NonIndexed", "Indexed")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
_FIGURES = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
)  # fmt: skip
_FOR_LIFE = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")


def job_spec(field: str, spec: Body) -> list[FieldError]:
    """All but the selector, which a template does not have."""
    errors = figures(field, spec, *_FIGURES)
    if spec.get("maxFailedIndexes") is not None:
        errors += not_negative(f"{field}.maxFailedIndexes", spec["maxFailedIndexes"])
        if spec.get("backoffLimitPerIndex") is None:
            errors.append(required(f"{field}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    if spec.get("managedBy") is not None:
        errors += _managed_by(f"{field}.managedBy", spec["managedBy"])
    errors += _mode(field, spec)
    if spec.get("podFailurePolicy") is not None:
        errors += pod_failure_policy(f"{field}.podFailurePolicy", spec)
    if spec.get("successPolicy") is not None:
        errors += success_policy(f"{field}.successPolicy", spec)
    errors += _replacement(f"{field}.podReplacementPolicy", spec)
    errors += pod_template(f"{field}.template", spec.get("template") or {})
    return errors + _restart_policy(f"{field}.template.spec.restartPolicy", spec)


def _managed_by(field: str, text: str) -> list[FieldError]:
    """A path under a domain, such as `acme.io/foo`."""
    if not text:
        return [required(field)]
    host, _, path = text.partition("/")
    if not host or not path:
        errors = [invalid_value(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    else:
        errors = formed(field, host, names.dns_subdomain)
        if not re.fullmatch(_HTTP_PATH, path, re.ASCII):
            rule = f"Invalid path (regex used for validation is '{_HTTP_PATH}')"
            errors.append(invalid_value(field, path, rule))
    return [*errors, too_long(field, _MANAGED_BY_LENGTH)] if len(text.encode()) > _MANAGED_BY_LENGTH else errors


def _mode(field: str, spec: Body) -> list[FieldError]:
    mode, errors = spec.get("completionMode"), []
    if mode is not None and mode not in _MODES:
        errors.append(not_supported(f"{field}.completionMode", mode, _MODES))
    if mode == "Indexed":
        return errors + _indexed(field, spec)
    if mode in (None, "NonIndexed"):
        for key in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(key) is not None:
                errors.append(invalid_value(f"{field}.{key}", spec[key], "requires indexed completion mode"))
    return errors


def _indexed(field: str, spec: Body) -> list[FieldError]:
    completions, parallel, failed = (spec.get(key) for key in ("completions", "parallelism", "maxFailedIndexes"))
    errors = []
    if completions is None:
        errors.append(required(f"{field}.completions", "when completion mode is Indexed"))
    if parallel is not None and parallel > _MOST_PARALLEL:
        detail = f"must be less than or equal to {_MOST_PARALLEL} when completion mode is Indexed"
        errors.append(invalid_value(f"{field}.parallelism", parallel, detail))
    if completions is not None and failed is not None and failed > completions:
        errors.append(invalid_value(f"{field}.maxFailedIndexes", failed, "must be less than or equal to completions"))
    if failed is not None and failed > _MOST_FAILED:
        detail = f"must be less than or equal to {_MOST_FAILED}"
        errors.append(invalid_value(f"{field}.maxFailedIndexes", failed, detail))
    if completions is not None and completions > _MANY and spec.get("backoffLimitPerIndex") is not None:
        if failed is None:
            detail = f"must be specified when completions is above {_MANY}"
            errors.append(required(f"{field}.maxFailedIndexes", detail))
        detail = (
            f"must be less than or equal to {_MOST_OF_MANY} when completions are above {_MANY} and used with backoff "
            "limit per index"
        )
        for key, figure in (("parallelism", parallel), ("maxFailedIndexes", failed)):
            if figure is not None and figure > _MOST_OF_MANY:
                errors.append(invalid_value(f"{field}.{key}", figure, detail))
    return errors


def _replacement(field: str, spec: Body) -> list[FieldError]:
    policy = spec.get("podReplacementPolicy")
    allowed = _REPLACEMENTS if spec.get("podFailurePolicy") is None else _REPLACEMENTS[:1]
    return [] if policy is None or policy in allowed else [not_supported(field, policy, allowed)]


def _restart_policy(field: str, spec: Body) -> list[FieldError]:
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy") or ""
    if policy in ("", "Always"):
        return [required(field, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [not_supported(field, policy, ("OnFailure", "Never"))]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        return [invalid_value(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


# --- changes -----------------------------------------------------------------------------------------------------


def job_spec_update(field: str, new: Body, old: Body, *, schedulable: bool) -> list[FieldError]:
    """What may not change. schedulable: the Job waits to be started, so that it may still be told where to run."""
    errors = _completions(field, new, old)
    errors += immutable(f"{field}.selector", new.get("selector"), old.get("selector"))
    template, held = new.get("template") or {}, old.get("template") or {}
    if schedulable:
        held = _rescheduled(held, template)
    errors += immutable(f"{field}.template", template, held)
    return errors + [error for key in _FOR_LIFE for error in immutable(f"{field}.{key}", new.get(key), old.get(key))]


def _completions(field: str, new: Body, old: Body) -> list[FieldError]:
    """An indexed Job may grow and shrink, if its parallelism does too."""
    if new.get("completionMode") != "Indexed":
        return immutable(f"{field}.completions", new.get("completions"), old.get("completions"))
    completions = new.get("completions")
    if completions is None or completions in (old.get("completions"), new.get("parallelism")):
        return []
    detail = f"can only be modified in tandem with {field}.parallelism"
    return [invalid_value(f"{field}.completions", completions, detail)]


def _rescheduled(held: Body, new: Body) -> Body:
    """The old template with the scheduling directives of the new one."""
    wanted = new.get("spec") or {}
    spec = _taken_over(held.get("spec") or {}, wanted, "nodeSelector", "tolerations", "schedulingGates")
    affinity, given = spec.get("affinity"), wanted.get("affinity")
    if given is not None:
        affinity = _taken_over(affinity or {}, given, "nodeAffinity")
        spec = {**spec, "affinity": affinity}
    elif affinity is not None and not _taken_over(affinity, {}, "nodeAffinity"):
        spec = _taken_over(spec, {}, "affinity")
    meta = _taken_over(held.get("metadata") or {}, new.get("metadata") or {}, "labels", "annotations")
    return {**held, "metadata": meta, "spec": spec}


def _taken_over(body: Body, source: Body, *keys: str) -> Body:
    """The body with these keys as the source has them, or has not."""
    kept = {key: value for key, value in body.items() if key not in keys}
    return {**kept, **{key: source[key] for key in keys if key in source}}
