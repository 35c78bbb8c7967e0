"""The checks of the level `restricted`: pods are hardened as well as is known.

Follows staging/src/k8s.io/pod-security-admission/policy/check_*.go, v1.34. Since 1.25 some do not ask anything of pods
for Windows.
"""

from __future__ import annotations

from ...objects import get_in
from ...registry import Body
from .baseline import seccomp
from .visiting import Check, Violation, containers, context, is_windows, names, plural, quoted, setters, these

_ALL = "ALL"
_BIND = "NET_BIND_SERVICE"
_PROFILES = ("RuntimeDefault", "Localhost")
_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_OTHER_VOLUMES = (
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
)


def not_on_windows(check: Check) -> Check:
    return lambda pod, spec: None if is_windows(spec) else check(pod, spec)


def privilege_escalation(pod: Body, spec: Body) -> Violation | None:
    bad = names(spec, lambda one: context(one).get("allowPrivilegeEscalation") is not False)
    if not bad:
        return None
    detail = f"{these(bad)} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", detail)


def capabilities(pod: Body, spec: Body) -> Violation | None:
    def listed(container: Body, key: str) -> list[str]:
        found: list[str] = get_in(context(container), "capabilities", key, default=[])
        return found

    keeping = names(spec, lambda one: _ALL not in listed(one, "drop"))
    adding = names(spec, lambda one: any(name != _BIND for name in listed(one, "add")))
    details = []
    if keeping:
        details.append(f'{these(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        found = sorted({name for one in containers(spec) for name in listed(one, "add") if name != _BIND})
        details.append(f"{these(adding)} must not include {quoted(found)} in securityContext.capabilities.add")
    return Violation("unrestricted capabilities", "; ".join(details)) if details else None


def volume_types(pod: Body, spec: Body) -> Violation | None:
    bad = [one for one in spec.get("volumes") or () if not any(one.get(key) is not None for key in _VOLUMES)]
    if not bad:
        return None
    types = sorted({next((key for key in _OTHER_VOLUMES if one.get(key) is not None), "unknown") for one in bad})
    what = plural("restricted volume type", "restricted volume types", len(types))
    volumes = these([str(one.get("name", "")) for one in bad], "volume")
    return Violation("restricted volume types", f"{volumes} {plural('uses', 'use', len(bad))} {what} {quoted(types)}")


def run_as_non_root(pod: Body, spec: Body) -> Violation | None:
    reason = "runAsNonRoot != true"
    bad = setters(spec, lambda holder: holder.get("runAsNonRoot") is False)
    if bad:
        return Violation(reason, f"{' and '.join(bad)} must not set securityContext.runAsNonRoot=false")
    if context(spec).get("runAsNonRoot"):
        return None
    silent = names(spec, lambda one: context(one).get("runAsNonRoot") is None)
    if not silent:
        return None
    return Violation(reason, f"pod or {these(silent)} must set securityContext.runAsNonRoot=true")


def run_as_user(pod: Body, spec: Body) -> Violation | None:
    bad = setters(spec, lambda holder: holder.get("runAsUser") == 0)
    return Violation("runAsUser=0", f"{' and '.join(bad)} must not set runAsUser=0") if bad else None


def seccomp_set(pod: Body, spec: Body) -> Violation | None:
    bad = seccomp(pod, spec)
    if bad is not None:
        return bad
    if get_in(context(spec), "seccompProfile", "type") in _PROFILES:
        return None
    silent = names(spec, lambda one: context(one).get("seccompProfile") is None)
    if not silent:
        return None
    detail = f'pod or {these(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Violation("seccompProfile", detail)


privilege_escalation_25 = not_on_windows(privilege_escalation)
capabilities_25 = not_on_windows(capabilities)
seccomp_set_25 = not_on_windows(seccomp_set)
