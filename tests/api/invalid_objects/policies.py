# ruff: noqa: E501 - the tables have a line for each case
"""Quotas, ranges, budgets and priorities; what each may say has tables of its own in tests/engine/kinds."""

from __future__ import annotations

from tests.api.invalid_objects import Case, forbidden, unsupported, wrong

QUOTA, RANGE = "resourcequotas", "limitranges"
BUDGET, PRIORITY = "poddisruptionbudgets.policy", "priorityclasses.scheduling.k8s.io"
CASES = [
    Case("an amount below zero", QUOTA, {"spec": {"hard": {"cpu": "-1"}}}, [wrong("spec.hard[cpu]", '"-1"', "must be greater than or equal to 0")]),
    Case("half a pod", QUOTA, {"spec": {"hard": {"pods": "1500m"}}}, [wrong("spec.hard[pods]", '"1500m"', "must be an integer")]),
    Case("scopes that rule each other out", QUOTA, {"spec": {"hard": {"pods": "1"}, "scopes": ["Terminating", "NotTerminating"]}}, [wrong("spec.scopes", '["Terminating","NotTerminating"]', "conflicting scopes")]),
    Case("a minimum above the maximum", RANGE, {"spec": {"limits": [{"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}}]}}, [
        wrong("spec.limits[0].min[cpu]", '"2"', "min value 2 is greater than max value 1"),
        wrong("spec.limits[0].defaultRequest[cpu]", '"1"', "min value 2 is greater than default request value 1"),
        wrong("spec.limits[0].default[cpu]", '"2"', "min value 2 is greater than default value 1"),
    ]),
    Case("both figures", BUDGET, {"spec": {"minAvailable": 1, "maxUnavailable": 1}}, [wrong("spec", '{"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}', "minAvailable and maxUnavailable cannot be both set")]),
    Case("an unknown policy", BUDGET, {"spec": {"minAvailable": 1, "unhealthyPodEvictionPolicy": "Sometimes"}}, [unsupported("spec.unhealthyPodEvictionPolicy", "Sometimes", "AlwaysAllow", "IfHealthyBudget")]),
    Case("a reserved prefix", PRIORITY, {"metadata": {"name": "system-mine"}, "value": 5}, [forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class")]),
    Case("a value that is the system's", PRIORITY, {"value": 1000000001}, [forbidden("value", "maximum allowed value of a user defined priority is 1000000000")]),
    Case("an unknown preemption", PRIORITY, {"value": 5, "preemptionPolicy": "Sometimes"}, [unsupported("preemptionPolicy", "Sometimes", "PreemptLowerPriority", "Never")]),
]  # fmt: skip
