"""Windows: its options in a security context, HostProcess pods, and what `os.name` rules out.

Follows validateWindowsSecurityContextOptions, validateWindowsHostProcessPod, validateOS, validateLinux and
validateWindows in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import re

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed
from .profiles import containers_with_paths

_LARGEST_SPEC = 64 * 1024
_LONGEST_DOMAIN, _LONGEST_USER = 256, 104
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NET_BIOS = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
_DNS_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*", re.ASCII)
_BAD_USER = re.compile(r'["/\\:;|=,+*?<>@\[\]]')
_NOT_ON_WINDOWS = "cannot be set for a windows pod"
_NOT_ON_LINUX = "windows options cannot be set for a linux pod"
_OF_POD = (
    ("securityContext", "appArmorProfile"), ("securityContext", "seLinuxOptions"), ("", "hostUsers"), ("", "hostPID"),
    ("", "hostIPC"), ("securityContext", "seccompProfile"), ("securityContext", "fsGroup"),
    ("securityContext", "fsGroupChangePolicy"), ("securityContext", "sysctls"), ("", "shareProcessNamespace"),
    ("securityContext", "runAsUser"), ("securityContext", "runAsGroup"), ("securityContext", "supplementalGroups"),
    ("securityContext", "supplementalGroupsPolicy"), ("securityContext", "seLinuxChangePolicy"),
)  # fmt: skip
_FLAGS = ("hostPID", "hostIPC")
_OF_CONTAINER = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip


def options(field: str, held: Body | None) -> list[FieldError]:
    if held is None:
        return []
    errors: list[FieldError] = []
    name, spec = held.get("gmsaCredentialSpecName"), held.get("gmsaCredentialSpec")
    if name is not None:
        errors += formed(f"{field}.gmsaCredentialSpecName", name, names.dns_subdomain)
    if spec is not None and not spec:
        detail = "gmsaCredentialSpec cannot be an empty string"
        errors.append(invalid_value(f"{field}.gmsaCredentialSpec", spec, detail))
    elif spec is not None and len(spec.encode()) > _LARGEST_SPEC:
        errors.append(
            invalid_value(f"{field}.gmsaCredentialSpec", spec, "gmsaCredentialSpec size must be under 64 KiB")
        )
    user = held.get("runAsUserName")
    if user is not None:
        at = f"{field}.runAsUserName"
        errors += [invalid_value(at, user, f"runAsUserName{detail}") for detail in _user_troubles(user)]
    return errors


def _user_troubles(text: str) -> list[str]:
    """What is wrong with `DOMAIN\\USER`, as upstream words it after the field's name."""
    if not text:
        return [" cannot be an empty string"]
    if _CONTROL.search(text):
        return [" cannot contain control characters"]
    if text.count("\\") > 1:
        return [" cannot contain more than one backslash"]
    domain, backslash, user = text.rpartition("\\")
    troubles = []
    if len(domain.encode()) >= _LONGEST_DOMAIN:
        troubles.append(f"'s Domain length must be under {_LONGEST_DOMAIN} characters")
    if backslash and not (_NET_BIOS.fullmatch(domain) or _DNS.fullmatch(domain)):
        troubles.append("'s Domain doesn't match the NetBios nor the DNS format")
    if not user:
        troubles.append("'s User cannot be empty")
    elif len(user.encode()) > _LONGEST_USER:
        troubles.append(f"'s User length must not be longer than {_LONGEST_USER} characters")
    if user and not user.strip(". "):
        troubles.append("'s User cannot contain only periods or spaces")
    if _BAD_USER.search(user):
        troubles.append("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
    return troubles


def _host_process(context: Body | None) -> bool | None:
    return ((context or {}).get("windowsOptions") or {}).get("hostProcess")


def host_process(field: str, spec: Body) -> list[FieldError]:
    """A pod is a HostProcess pod as a whole or not at all. `field` is the spec's."""
    errors: list[FieldError] = []
    of_pod = _host_process(spec.get("securityContext"))
    containers = list(containers_with_paths(field, spec))
    count = 0
    for at, one in containers:
        own = _host_process(one.get("securityContext"))
        if of_pod is not None and own is not None and of_pod != own:
            detail = f"pod hostProcess value must be identical if both are specified, was {str(of_pod).lower()}"
            errors.append(invalid_value(f"{at}.securityContext.windowsOptions.hostProcess", own, detail))
        count += bool(of_pod if own is None else own)
    if not count:
        return errors
    if count != len(containers):
        detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        errors.append(invalid_value(field, "", detail))
    if not spec.get("hostNetwork"):
        detail = "hostNetwork must be true if pod contains any hostProcess containers"
        errors.append(invalid_value(f"{field}.hostNetwork", False, detail))
    return errors


def operating_system(field: str, spec: Body) -> list[FieldError]:
    """The spec's `os` and what it rules out. `field` is the spec's."""
    held = spec.get("os")
    if held is None:
        return []
    match held.get("name") or "":
        case "":
            return [required(f"{field}.os.name", "cannot be empty")]
        case "linux":
            return _linux(field, spec)
        case "windows":
            return _windows(field, spec)
    return [not_supported(f"{field}.os", held["name"], ("linux", "windows"))]


def _linux(field: str, spec: Body) -> list[FieldError]:
    holders = [(field, spec), *containers_with_paths(field, spec)]
    return [
        forbidden_value(f"{at}.securityContext.windowsOptions", _NOT_ON_LINUX)
        for at, holder in holders
        if (holder.get("securityContext") or {}).get("windowsOptions") is not None
    ]


def _windows(field: str, spec: Body) -> list[FieldError]:
    context = spec.get("securityContext") or {}
    errors = []
    for place, key in _OF_POD:
        value = (context if place else spec).get(key)
        if value is not None and not (key in _FLAGS and not value) and value != []:
            errors.append(forbidden_value(f"{field}.{place}.{key}" if place else f"{field}.{key}", _NOT_ON_WINDOWS))
    for at, one in containers_with_paths(field, spec):
        own = one.get("securityContext") or {}
        errors += [
            forbidden_value(f"{at}.securityContext.{key}", _NOT_ON_WINDOWS)
            for key in _OF_CONTAINER
            if own.get(key) is not None
        ]
    return errors
