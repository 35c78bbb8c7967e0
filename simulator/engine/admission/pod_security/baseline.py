"""The checks of the level `baseline`: known ways to gain privileges are closed.

Follows staging/src/k8s.io/pod-security-admission/policy/check_*.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...objects import annotations_of, get_in
from ...registry import Body
from .visiting import Check, Violation, containers, context, names, plural, quoted, setters, these, values

_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
_PROFILES = ("RuntimeDefault", "Localhost")
_SELINUX = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    }
)
_SYSCTLS_27 = _SYSCTLS | {"net.ipv4.ip_local_reserved_ports"}
_SYSCTLS_29 = _SYSCTLS_27 | {
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}
_SYSCTLS_32 = _SYSCTLS_29 | {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}


def app_armor(pod: Body, spec: Body) -> Violation | None:
    def is_bad(holder: Body) -> bool:
        profile = holder.get("appArmorProfile")
        return profile is not None and profile.get("type") not in _PROFILES

    bad = setters(spec, is_bad)
    types = sorted({one for one in values(spec, "appArmorProfile", "type") if one not in _PROFILES})
    said = sorted(
        f'{key}="{value}"'
        for key, value in annotations_of(pod).items()
        if key.startswith(_APP_ARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/")
    )
    if said:
        bad.append(plural("annotation", "annotations", len(said)))
    if not bad:
        return None
    found = types + said
    reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", len(found))
    return Violation(reason, f"{' and '.join(bad)} must not set AppArmor profile type to {quoted(found)}")


def capabilities(pod: Body, spec: Body) -> Violation | None:
    def added(container: Body) -> set[str]:
        return set(get_in(context(container), "capabilities", "add", default=[])) - _CAPABILITIES

    bad = names(spec, lambda one: bool(added(one)))
    if not bad:
        return None
    found = quoted(sorted({name for one in containers(spec) for name in added(one)}))
    return Violation(
        "non-default capabilities", f"{these(bad)} must not include {found} in securityContext.capabilities.add"
    )


def host_namespaces(pod: Body, spec: Body) -> Violation | None:
    shared = [f"{key}=true" for key in ("hostNetwork", "hostPID", "hostIPC") if spec.get(key)]
    return Violation("host namespaces", ", ".join(shared)) if shared else None


def host_path_volumes(pod: Body, spec: Body) -> Violation | None:
    bad = [str(one.get("name", "")) for one in spec.get("volumes") or () if one.get("hostPath") is not None]
    return Violation("hostPath volumes", these(bad, "volume")) if bad else None


def host_ports(pod: Body, spec: Body) -> Violation | None:
    def ports(container: Body) -> list[int]:
        return [port["hostPort"] for port in container.get("ports") or () if port.get("hostPort")]

    bad = names(spec, lambda one: bool(ports(one)))
    if not bad:
        return None
    found = sorted({str(port) for one in containers(spec) for port in ports(one)})
    used = f"{plural('uses', 'use', len(bad))} {plural('hostPort', 'hostPorts', len(found))} {', '.join(found)}"
    return Violation("hostPort", f"{these(bad)} {used}")


def host_probes(pod: Body, spec: Body) -> Violation | None:
    hosts = {str(one.get("name", "")): set(_hosts(one)) for one in containers(spec)}
    bad = sorted(name for name, found in hosts.items() if found)
    if not bad:
        return None
    all_hosts = sorted(set().union(*hosts.values()))
    what = plural("probe or lifecycle host", "probe or lifecycle hosts", len(all_hosts))
    used = f"{plural('uses', 'use', len(bad))} {what} {quoted(all_hosts)}"
    return Violation("probe or lifecycle host", f"{these(bad)} {used}")


def _hosts(container: Body) -> Iterator[str]:
    lifecycle = container.get("lifecycle") or {}
    probes = [container.get(key) for key in ("livenessProbe", "readinessProbe", "startupProbe")]
    for handler in (*probes, lifecycle.get("postStart"), lifecycle.get("preStop")):
        for key in ("httpGet", "tcpSocket"):
            host = get_in(handler, key, "host", default="")
            if host:
                yield host


def privileged(pod: Body, spec: Body) -> Violation | None:
    bad = names(spec, lambda one: bool(context(one).get("privileged")))
    return Violation("privileged", f"{these(bad)} must not set securityContext.privileged=true") if bad else None


def proc_mount(pod: Body, spec: Body) -> Violation | None:
    def is_bad(container: Body) -> bool:
        return context(container).get("procMount") not in (None, "Default")

    bad = names(spec, is_bad)
    if not bad:
        return None
    found = sorted({context(one)["procMount"] for one in containers(spec) if is_bad(one)})
    return Violation("procMount", f"{these(bad)} must not set securityContext.procMount to {quoted(found)}")


def seccomp_annotations(pod: Body, spec: Body) -> Violation | None:
    held = annotations_of(pod)
    keys = (_SECCOMP_POD, *(f"{_SECCOMP_CONTAINER}{one.get('name', '')}" for one in containers(spec)))
    allowed = ("runtime/default", "docker/default")
    bad = sorted(
        f'{key}="{held[key]}"'
        for key in set(keys)
        if key in held and held[key] not in allowed and not held[key].startswith("localhost/")
    )
    if not bad:
        return None
    return Violation("seccompProfile", f"forbidden {plural('annotation', 'annotations', len(bad))} {', '.join(bad)}")


def seccomp(pod: Body, spec: Body) -> Violation | None:
    def is_bad(holder: Body) -> bool:
        profile = holder.get("seccompProfile")
        return profile is not None and profile.get("type") not in _PROFILES

    bad = setters(spec, is_bad)
    if not bad:
        return None
    found = sorted({one for one in values(spec, "seccompProfile", "type") if one not in _PROFILES})
    detail = f"{' and '.join(bad)} must not set securityContext.seccompProfile.type to {quoted(found)}"
    return Violation("seccompProfile", detail)


def _se_linux(allowed: frozenset[str]) -> Check:
    def check(pod: Body, spec: Body) -> Violation | None:
        def is_bad(holder: Body) -> bool:
            held = holder.get("seLinuxOptions") or {}
            return (held.get("type") or "") not in allowed or bool(held.get("user")) or bool(held.get("role"))

        bad = setters(spec, is_bad)
        if not bad:
            return None
        types = sorted({one for one in values(spec, "seLinuxOptions", "type") if one not in allowed})
        said = [f"{plural('type', 'types', len(types))} {quoted(types)}"] if types else []
        said += [f"{key} may not be set" for key in ("user", "role") if any(values(spec, "seLinuxOptions", key))]
        detail = f"{' and '.join(bad)} set forbidden securityContext.seLinuxOptions: {'; '.join(said)}"
        return Violation("seLinuxOptions", detail)

    return check


def _sysctls(allowed: frozenset[str]) -> Check:
    def check(pod: Body, spec: Body) -> Violation | None:
        held = [str(one.get("name", "")) for one in context(spec).get("sysctls") or ()]
        bad = [name for name in held if name not in allowed]
        return Violation("forbidden sysctls", ", ".join(bad)) if bad else None

    return check


def windows_host_process(pod: Body, spec: Body) -> Violation | None:
    bad = setters(spec, lambda holder: bool(get_in(holder, "windowsOptions", "hostProcess")))
    if not bad:
        return None
    return Violation("hostProcess", f"{' and '.join(bad)} must not set securityContext.windowsOptions.hostProcess=true")


se_linux = _se_linux(_SELINUX)
se_linux_31 = _se_linux(_SELINUX | {"container_engine_t"})
sysctls = _sysctls(_SYSCTLS)
sysctls_27 = _sysctls(_SYSCTLS_27)
sysctls_29 = _sysctls(_SYSCTLS_29)
sysctls_32 = _sysctls(_SYSCTLS_32)
