"""What a Job's spec gets, alone or in a CronJob's template.

Follows SetDefaults_Job and SetDefaults_PodFailurePolicyOnPodConditionsPattern in pkg/apis/batch/v1/defaults.go, v1.34.
"""

from __future__ import annotations

from ..objects import fill_in
from ..registry import Body
from .pod_template import template

_NO_LIMIT = 2**31 - 1
_RETRIES = 6


def job_spec(spec: Body) -> Body:
    """A Job's own spec."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec = {**spec, "completions": 1, "parallelism": 1}
    per_index = spec.get("backoffLimitPerIndex") is not None
    return job_template_spec(
        fill_in(
            spec,
            parallelism=1,
            backoffLimit=_NO_LIMIT if per_index else _RETRIES,
            completionMode="NonIndexed",
            suspend=False,
            podReplacementPolicy="TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed",
            manualSelector=False,
        )
    )


def job_template_spec(spec: Body) -> Body:
    """The spec of a Job to be: its pods, and the statuses that its failure policy looks for."""
    return template(_conditions_are_true(spec))


def _conditions_are_true(spec: Body) -> Body:
    """A condition in a failure policy that does not say otherwise must be True."""
    policy = spec.get("podFailurePolicy") or {}
    rules = policy.get("rules") or []
    new = [
        {**rule, "onPodConditions": [{**one, "status": one.get("status") or "True"} for one in rule["onPodConditions"]]}
        if rule.get("onPodConditions")
        else rule
        for rule in rules
    ]
    return spec if new == rules else {**spec, "podFailurePolicy": {**policy, "rules": new}}
