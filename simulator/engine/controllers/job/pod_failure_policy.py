"""What a Job's podFailurePolicy says of a pod that failed: the first rule that fits decides.

Follows pkg/controller/job/pod_failure_policy.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.objects import conditions_of, name_of, namespace_of, status_of
from simulator.engine.registry import Body

_ACTIONS = frozenset({"Count", "FailIndex", "FailJob", "Ignore"})


class Verdict(NamedTuple):
    """counts: whether the failure counts towards backoffLimit. action: of the rule that fits, empty if none does.

    message: why the Job fails, where the action is FailJob.
    """

    counts: bool = True
    action: str = ""
    message: str = ""


def match(policy: Body | None, pod: Body) -> Verdict:
    """The verdict on a failed pod."""
    for position, rule in enumerate((policy or {}).get("rules") or ()):
        said = _on_exit_codes(rule, pod) if rule.get("onExitCodes") is not None else _on_conditions(rule, pod)
        action = rule.get("action", "")
        if said is None or action not in _ACTIONS:
            continue
        message = f"{said} matching {action} rule at index {position}" if action == "FailJob" else ""
        return Verdict(action != "Ignore", action, message)
    return Verdict()


def _on_exit_codes(rule: Body, pod: Body) -> str | None:
    """What is said of the container whose exit code fits."""
    wanted = rule["onExitCodes"]
    status = status_of(pod)
    for container in [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]:
        ended = (container.get("state") or {}).get("terminated")
        code = (ended or {}).get("exitCode", 0)
        if not code or wanted.get("containerName") not in (None, container["name"]):
            continue
        if _fits(code, wanted):
            where = f"Container {container['name']} for pod {namespace_of(pod)}/{name_of(pod)}"
            return f"{where} failed with exit code {code}"
    return None


def _fits(code: int, wanted: Body) -> bool:
    listed, operator = code in (wanted.get("values") or ()), wanted.get("operator")
    return listed if operator == "In" else not listed and operator == "NotIn"


def _on_conditions(rule: Body, pod: Body) -> str | None:
    patterns = {(one.get("type"), one.get("status")) for one in rule.get("onPodConditions") or ()}
    for held in conditions_of(pod):
        if (held.get("type"), held.get("status")) in patterns:
            return f"Pod {namespace_of(pod)}/{name_of(pod)} has condition {held['type']}"
    return None
