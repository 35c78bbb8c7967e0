"""The security contexts of pods and containers, and what goes with them: sysctls, the host's users.

Follows validatePodSpecSecurityContext, ValidateSecurityContext and validateHostUsers in
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import re

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from .fields import user_or_group
from .go_values import SECURITY_CONTEXT, shown
from .profiles import app_armor, seccomp
from .windows import options

_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"^({_SEGMENT}[\./])*{_SEGMENT}$"
_SYSCTL_FORM = re.compile(_SYSCTL, re.ASCII)
_LONGEST_SYSCTL = 253
_IPC = ("kernel/shm", "kernel/msg", "fs/mqueue/")
_SEMAPHORES = "kernel/sem"
_NET = ("net/",)
_WITHOUT_HOST = "when `pod.Spec.HostUsers` is false"


def of_pod(field: str, spec: Body) -> list[FieldError]:
    """The pod's own context. `field` is its path, `spec` the pod's spec."""
    context = spec.get("securityContext") or {}
    errors: list[FieldError] = []
    for key in ("fsGroup", "runAsUser", "runAsGroup"):
        errors += user_or_group(f"{field}.{key}", context.get(key))
    for position, group in enumerate(context.get("supplementalGroups") or ()):
        errors += user_or_group(f"{field}.supplementalGroups[{position}]", group)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(invalid_value(f"{field}.shareProcessNamespace", True, detail))
    errors += _sysctls(f"{field}.sysctls", spec, context.get("sysctls") or [])
    errors += _choice(field, context, "fsGroupChangePolicy", "Always", "OnRootMismatch")
    errors += seccomp(f"{field}.seccompProfile", context.get("seccompProfile"))
    errors += options(f"{field}.windowsOptions", context.get("windowsOptions"))
    errors += app_armor(f"{field}.appArmorProfile", context.get("appArmorProfile"))
    errors += _choice(field, context, "supplementalGroupsPolicy", "Merge", "Strict")
    return errors + _choice(field, context, "seLinuxChangePolicy", "MountOption", "Recursive")


def _choice(field: str, context: Body, key: str, *allowed: str) -> list[FieldError]:
    value = context.get(key)
    return [] if value is None or value in allowed else [not_supported(f"{field}.{key}", value, allowed)]


def _sysctls(field: str, spec: Body, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, one in enumerate(held):
        at, name = f"{field}[{position}].name", one.get("name") or ""
        if not name:
            errors.append(required(at))
        elif len(name) > _LONGEST_SYSCTL or not _SYSCTL_FORM.fullmatch(name):
            detail = f"must have at most {_LONGEST_SYSCTL} characters and match regex {_SYSCTL}"
            errors.append(invalid_value(at, name, detail))
        elif name in known:
            errors.append(duplicate(at, name))
        path = _with_slashes(name)
        if spec.get("hostNetwork") and path.startswith(_NET):
            errors.append(invalid_value(at, name, "may not be specified when 'hostNetwork' is true"))
        elif spec.get("hostIPC") and (path.startswith(_IPC) or path == _SEMAPHORES):
            errors.append(invalid_value(at, name, "may not be specified when 'hostIPC' is true"))
        known.add(name)
    return errors


def _with_slashes(name: str) -> str:
    """A sysctl's name in the other of its two spellings: `net.ipv4.x` and `net/ipv4/x` are the same."""
    first = re.search(r"[./]", name)
    if first is None or first[0] == "/":
        return name
    return name.translate(str.maketrans("./", "/."))


def of_container(field: str, context: Body | None, *, host_users: bool) -> list[FieldError]:
    """A container's context. host_users: the pod shares the host's users, as pods do unless they say otherwise."""
    if context is None:
        return []
    errors: list[FieldError] = []
    for key in ("runAsUser", "runAsGroup"):
        errors += user_or_group(f"{field}.{key}", context.get(key))
    mount = context.get("procMount")
    if mount is not None and mount not in ("Default", "Unmasked"):
        errors.append(not_supported(f"{field}.procMount", mount, ("Default", "Unmasked")))
    if host_users and mount == "Unmasked":
        errors.append(invalid_value(f"{field}.procMount", mount, "`hostUsers` must be false to use `Unmasked`"))
    errors += seccomp(f"{field}.seccompProfile", context.get("seccompProfile"))
    if context.get("allowPrivilegeEscalation") is False:
        value = shown(context, SECURITY_CONTEXT)
        if context.get("privileged"):
            detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            errors.append(invalid_value(field, value, detail))
        for capability in (context.get("capabilities") or {}).get("add") or ():
            if capability == "CAP_SYS_ADMIN":
                detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
                errors.append(invalid_value(field, value, detail))
    errors += options(f"{field}.windowsOptions", context.get("windowsOptions"))
    return errors + app_armor(f"{field}.appArmorProfile", context.get("appArmorProfile"))


def shares_host_users(spec: Body) -> bool:
    return spec.get("hostUsers") is not False


def host_users(field: str, spec: Body) -> list[FieldError]:
    """Which of the host's namespaces a pod with users of its own may not share."""
    if shares_host_users(spec):
        return []
    pairs = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    return [forbidden_value(f"{field}.{shown_as}", _WITHOUT_HOST) for key, shown_as in pairs if spec.get(key)]
