"""Which checks a level consists of, version by version, and what they say of a pod together.

Follows staging/src/k8s.io/pod-security-admission/policy/registry.go, v1.34.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ...registry import Body
from . import baseline, restricted
from .levels import LevelVersion
from .visiting import Check, Violation

NEWEST = 34


class _Rule(NamedTuple):
    """A check by its id: from which minor version which function, and which rule of `baseline` it replaces."""

    id: str
    versions: tuple[tuple[int, Check], ...]
    replaces: str = ""

    def at(self, minor: int) -> Check | None:
        fitting = [check for since, check in self.versions if since <= minor]
        return fitting[-1] if fitting else None


_BASELINE = (
    _Rule("appArmorProfile", ((0, baseline.app_armor),)),
    _Rule("capabilities_baseline", ((0, baseline.capabilities),)),
    _Rule("hostNamespaces", ((0, baseline.host_namespaces),)),
    _Rule("hostPathVolumes", ((0, baseline.host_path_volumes),)),
    _Rule("hostPorts", ((0, baseline.host_ports),)),
    _Rule("hostProbesAndHostLifecycle", ((34, baseline.host_probes),)),
    _Rule("privileged", ((0, baseline.privileged),)),
    _Rule("procMount", ((0, baseline.proc_mount),)),
    _Rule("seLinuxOptions", ((0, baseline.se_linux), (31, baseline.se_linux_31))),
    _Rule("seccompProfile_baseline", ((0, baseline.seccomp_annotations), (19, baseline.seccomp))),
    _Rule(
        "sysctls",
        ((0, baseline.sysctls), (27, baseline.sysctls_27), (29, baseline.sysctls_29), (32, baseline.sysctls_32)),
    ),
    _Rule("windowsHostProcess", ((0, baseline.windows_host_process),)),
)
_RESTRICTED = (
    _Rule(
        "allowPrivilegeEscalation",
        ((8, restricted.privilege_escalation), (25, restricted.privilege_escalation_25)),
    ),
    _Rule(
        "capabilities_restricted",
        ((22, restricted.capabilities), (25, restricted.capabilities_25)),
        replaces="capabilities_baseline",
    ),
    _Rule("restrictedVolumes", ((0, restricted.volume_types),), replaces="hostPathVolumes"),
    _Rule("runAsNonRoot", ((0, restricted.run_as_non_root),)),
    _Rule("runAsUser", ((23, restricted.run_as_user),)),
    _Rule(
        "seccompProfile_restricted",
        ((19, restricted.seccomp_set), (25, restricted.seccomp_set_25)),
        replaces="seccompProfile_baseline",
    ),
)


@cache
def _checks(level: str, minor: int) -> tuple[Check, ...]:
    """The checks in upstream's order: those of baseline by id, then those of restricted by id."""
    stricter = [rule for rule in _RESTRICTED if level == "restricted" and rule.at(minor)]
    replaced = {rule.replaces for rule in stricter}
    rules = [*(rule for rule in _BASELINE if rule.id not in replaced), *stricter]
    found = (rule.at(minor) for rule in rules)
    return tuple(check for check in found if check is not None)


def violations(wanted: LevelVersion, pod: Body, spec: Body) -> list[Violation]:
    """What of a pod, whose metadata `pod` holds, the level does not allow."""
    if wanted.level == "privileged":
        return []
    minor = NEWEST if wanted.minor is None else min(wanted.minor, NEWEST)
    found = (check(pod, spec) for check in _checks(wanted.level, minor))
    return [one for one in found if one is not None]


def detail(found: list[Violation]) -> str:
    return ", ".join(one.text() for one in found)


def reasons(found: list[Violation]) -> str:
    return ", ".join(one.reason for one in found)
