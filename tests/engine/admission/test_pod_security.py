# ruff: noqa: E501 - the tables have a line for each case
"""Pod Security: every check of 1.34, what is enforced, what is warned of, and the labels of namespaces.

The cases follow staging/src/k8s.io/pod-security-admission/policy/*_test.go and admission/admission_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.admission.pod_security import PLUGIN
from simulator.engine.admission.pod_security.evaluation import detail, violations
from simulator.engine.admission.pod_security.levels import LevelVersion, policy_of
from simulator.engine.registry import Body
from tests.engine.kinds.builders import container, pod, workload

from .rig import Cluster, changing, creating, refused

PREFIX = "pod-security.kubernetes.io/"
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def secured(name: str = "a", **context: Any) -> Body:
    return container(name, securityContext=context)


def hardened(name: str = "a", **context: Any) -> Body:
    return secured(name, **{**RESTRICTED, **context})


def said(level: str, body: Body, minor: int | None = None) -> str:
    return detail(violations(LevelVersion(level, minor), body, body["spec"]))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (pod(container("a")), ""),
        (pod(secured(privileged=True)), 'privileged (container "a" must not set securityContext.privileged=true)'),
        (pod(secured(privileged=True), secured("b", privileged=True), secured("c")), 'privileged (containers "a", "b" must not set securityContext.privileged=true)'),
        (pod(container("a"), initContainers=[secured("i", privileged=True)]), 'privileged (container "i" must not set securityContext.privileged=true)'),
        (pod(container("a"), ephemeralContainers=[secured("e", privileged=True)]), 'privileged (container "e" must not set securityContext.privileged=true)'),
        (pod(container("a"), hostNetwork=True, hostPID=True, hostIPC=True), "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)"),
        (pod(container("a"), volumes=[{"name": "v", "hostPath": {"path": "/"}}, {"name": "w", "emptyDir": {}}]), 'hostPath volumes (volume "v")'),
        (pod(container("a", ports=[{"containerPort": 1, "hostPort": 80}, {"containerPort": 2, "hostPort": 8080}])), 'hostPort (container "a" uses hostPorts 80, 8080)'),
        (pod(container("a", ports=[{"hostPort": 80}]), container("b", ports=[{"hostPort": 80}])), 'hostPort (containers "a", "b" use hostPort 80)'),
        (pod(container("a", livenessProbe={"httpGet": {"host": "8.8.8.8", "port": 80}})), 'probe or lifecycle host (container "a" uses probe or lifecycle host "8.8.8.8")'),
        (pod(container("a", lifecycle={"preStop": {"tcpSocket": {"host": "h"}}}, startupProbe={"tcpSocket": {"host": "g"}})), 'probe or lifecycle host (container "a" uses probe or lifecycle hosts "g", "h")'),
        (pod(secured(capabilities={"add": ["CHOWN", "NET_ADMIN", "BPF"]})), 'non-default capabilities (container "a" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)'),
        (pod(secured(procMount="Unmasked")), 'procMount (container "a" must not set securityContext.procMount to "Unmasked")'),
        (pod(secured(procMount="Default")), ""),
        (pod(secured(seLinuxOptions={"type": "container_engine_t"})), ""),
        (pod(secured(seLinuxOptions={"type": "bad", "user": "u", "role": "r"})), 'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "bad"; user may not be set; role may not be set)'),
        (pod(container("a"), securityContext={"seLinuxOptions": {"role": "r"}}), "seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: role may not be set)"),
        (pod(secured(seccompProfile={"type": "Unconfined"}), securityContext={"seccompProfile": {"type": "Unconfined"}}), 'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")'),
        (pod(secured(appArmorProfile={"type": "Unconfined"})), 'forbidden AppArmor profile (container "a" must not set AppArmor profile type to "Unconfined")'),
        (pod(container("a"), meta={"annotations": {"container.apparmor.security.beta.kubernetes.io/a": "unconfined"}}), 'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined"")'),
        (pod(container("a"), meta={"annotations": {"container.apparmor.security.beta.kubernetes.io/a": "localhost/x"}}), ""),
        (pod(container("a"), securityContext={"sysctls": [{"name": "net.ipv4.tcp_rmem"}, {"name": "kernel.msgmax"}, {"name": "vm.swappiness"}]}), "forbidden sysctls (kernel.msgmax, vm.swappiness)"),
        (pod(container("a"), securityContext={"windowsOptions": {"hostProcess": True}}), "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)"),
        (pod(secured(privileged=True), hostNetwork=True), 'host namespaces (hostNetwork=true), privileged (container "a" must not set securityContext.privileged=true)'),
    ],
)  # fmt: skip
def test_baseline(body: Body, words: str) -> None:
    assert said("baseline", body) == words
    assert said("privileged", body) == ""


NOT_HARDENED = (
    'allowPrivilegeEscalation != false (container "nginx" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "nginx" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "nginx" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "nginx" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (pod(hardened()), ""),
        (pod(container("nginx")), NOT_HARDENED),
        (pod(hardened(allowPrivilegeEscalation=True)), 'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)'),
        (pod(hardened(capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]})), ""),
        (pod(hardened(capabilities={"add": ["CHOWN"]})), 'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; container "a" must not include "CHOWN" in securityContext.capabilities.add)'),
        (pod(hardened(), volumes=[{"name": "v", "hostPath": {"path": "/"}}, {"name": "w", "nfs": {}}, {"name": "x", "secret": {}}]), 'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")'),
        (pod(hardened(), volumes=[{"name": "v"}]), 'restricted volume types (volume "v" uses restricted volume type "unknown")'),
        (pod(hardened(runAsNonRoot=None)), 'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)'),
        (pod(hardened(runAsNonRoot=None), securityContext={"runAsNonRoot": True}), ""),
        (pod(hardened(runAsNonRoot=False), securityContext={"runAsNonRoot": False}), 'runAsNonRoot != true (pod and container "a" must not set securityContext.runAsNonRoot=false)'),
        (pod(hardened(runAsUser=0)), 'runAsUser=0 (container "a" must not set runAsUser=0)'),
        (pod(hardened(), securityContext={"runAsUser": 0}), "runAsUser=0 (pod must not set runAsUser=0)"),
        (pod(hardened(seccompProfile=None), securityContext={"seccompProfile": {"type": "Localhost"}}), ""),
        (pod(hardened(seccompProfile={"type": "Unconfined"})), 'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")'),
        (pod(hardened(), hostNetwork=True), "host namespaces (hostNetwork=true)"),
        (pod(secured("w", runAsNonRoot=True), os={"name": "windows"}), ""),
    ],
)  # fmt: skip
def test_restricted(body: Body, words: str) -> None:
    assert said("restricted", body) == words


@pytest.mark.parametrize(
    ("level", "minor", "body", "is_allowed"),
    [
        ("baseline", 33, pod(container("a", livenessProbe={"httpGet": {"host": "h"}})), True),
        ("baseline", 34, pod(container("a", livenessProbe={"httpGet": {"host": "h"}})), False),
        ("baseline", 99, pod(container("a", livenessProbe={"httpGet": {"host": "h"}})), False),
        ("baseline", 30, pod(secured(seLinuxOptions={"type": "container_engine_t"})), False),
        ("baseline", 26, pod(container("a"), securityContext={"sysctls": [{"name": "net.ipv4.ip_local_reserved_ports"}]}), False),
        ("baseline", 27, pod(container("a"), securityContext={"sysctls": [{"name": "net.ipv4.ip_local_reserved_ports"}]}), True),
        ("baseline", 28, pod(container("a"), securityContext={"sysctls": [{"name": "net.ipv4.tcp_keepalive_time"}]}), False),
        ("baseline", 18, pod(secured(seccompProfile={"type": "Unconfined"})), True),
        ("baseline", 18, pod(container("a"), meta={"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}}), False),
        ("restricted", 22, pod(hardened(runAsUser=0)), True),
        ("restricted", 23, pod(hardened(runAsUser=0)), False),
        ("restricted", 21, pod(hardened(capabilities={"drop": ["CHOWN"]})), True),
        ("restricted", 21, pod(hardened(capabilities={"add": ["NET_ADMIN"]})), False),
        ("restricted", 24, pod(secured("w", runAsNonRoot=True), os={"name": "windows"}), False),
        ("restricted", 7, pod(hardened(allowPrivilegeEscalation=True)), True),
    ],
)  # fmt: skip
def test_versions(level: str, minor: int, body: Body, is_allowed: bool) -> None:
    assert (said(level, body, minor) == "") == is_allowed


# --- labels ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "enforce", "warn"),
    [
        ({}, "privileged:latest", "privileged:latest"),
        ({"enforce": "baseline"}, "baseline:latest", "baseline:latest"),
        ({"enforce": "restricted", "enforce-version": "v1.22"}, "restricted:v1.22", "restricted:v1.22"),
        ({"enforce": "restricted", "warn-version": "v1.20"}, "restricted:latest", "restricted:v1.20"),
        ({"enforce": "restricted", "warn": "privileged"}, "restricted:latest", "privileged:latest"),
        ({"warn": "baseline", "warn-version": "v1.25"}, "privileged:latest", "baseline:v1.25"),
        ({"enforce": "Baseline"}, "restricted:latest", "privileged:latest"),
        ({"enforce": "baseline", "enforce-version": "1.25"}, "baseline:latest", "baseline:latest"),
        ({"warn": "none"}, "privileged:latest", "privileged:latest"),
    ],
)
def test_labels(labels: dict[str, str], enforce: str, warn: str) -> None:
    policy, _wrong = policy_of({f"{PREFIX}{key}": value for key, value in labels.items()})
    assert (policy.enforce.text(), policy.warn.text()) == (enforce, warn)


def namespace(**labels: str) -> Body:
    return {"metadata": {"name": "default", "labels": {f"{PREFIX}{key}": value for key, value in labels.items()}}}


LEVEL = "must be one of privileged, baseline, restricted"


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({"enforce": "baseline"}, ""),
        ({"enforce": "x"}, f'metadata.labels[{PREFIX}enforce]: Invalid value: "x": {LEVEL}'),
        (
            {"audit": "", "warn-version": "v2.0"},
            f'[metadata.labels[{PREFIX}audit]: Invalid value: "": {LEVEL}, '
            f'metadata.labels[{PREFIX}warn-version]: Invalid value: "v2.0": must be "latest" or "v1.x"]',
        ),
        ({"enforce-version": "v1.01"}, f'metadata.labels[{PREFIX}enforce-version]: Invalid value: "v1.01": must be "latest" or "v1.x"'),
    ],
)  # fmt: skip
def test_labels_that_say_nothing_are_refused(labels: dict[str, str], words: str) -> None:
    made = creating("namespaces", namespace(**labels))
    assert refused(PLUGIN, made, Cluster()) == (f'Namespace "default" is invalid: {words}' if words else "")
    # Wrong labels that stay as they are do not keep people from other changes.
    same = changing("namespaces", namespace(**labels), namespace(**labels))
    assert refused(PLUGIN, same, Cluster()) == ""


# --- pods and workloads ------------------------------------------------------------------------------------------


def in_namespace(**labels: str) -> Cluster:
    return Cluster(labels={f"{PREFIX}{key}": value for key, value in labels.items()})


def test_a_pod_that_breaks_the_rules_is_refused_and_not_warned_of() -> None:
    warnings: list[str] = []
    asked = creating("pods", pod(container("nginx"), name="nginx"), warn=warnings.append)
    assert refused(PLUGIN, asked, in_namespace(enforce="restricted")) == (
        f'pods "nginx" is forbidden: violates PodSecurity "restricted:latest": {NOT_HARDENED}'
    )
    assert warnings == []


def test_a_pod_is_warned_of() -> None:
    warnings: list[str] = []
    asked = creating("pods", pod(container("nginx")), warn=warnings.append)
    assert refused(PLUGIN, asked, in_namespace(enforce="baseline", warn="restricted")) == ""
    assert warnings == [f'would violate PodSecurity "restricted:latest": {NOT_HARDENED}']


@pytest.mark.parametrize("resource", ["deployments.apps", "replicasets.apps", "daemonsets.apps"])
def test_workloads_are_warned_of_and_never_refused(resource: str) -> None:
    warnings: list[str] = []
    body = workload()
    body["spec"]["template"]["spec"]["containers"] = [container("nginx")]
    asked = creating(resource, body, warn=warnings.append)
    assert refused(PLUGIN, asked, in_namespace(enforce="restricted")) == ""
    assert warnings == [f'would violate PodSecurity "restricted:latest": {NOT_HARDENED}']


def test_a_running_pod_is_looked_at_again_when_its_image_changes_or_a_container_comes() -> None:
    cluster = in_namespace(enforce="restricted")
    old = pod(container("nginx"))
    assert (
        refused(PLUGIN, changing("pods", old, {**old, "metadata": {**old["metadata"], "labels": {"a": "b"}}}), cluster)
        == ""
    )
    assert refused(PLUGIN, changing("pods", old, pod(container("nginx", "nginx:2"))), cluster)
    debugged = pod(container("nginx"), ephemeralContainers=[container("debug")])
    assert refused(PLUGIN, changing("pods", old, debugged, "ephemeralcontainers"), cluster)


# --- namespaces with pods ----------------------------------------------------------------------------------------


def owned(name: str, owner: str, body: Body) -> tuple[str, Body]:
    owners = [{"kind": "ReplicaSet", "name": owner, "uid": owner, "controller": True}]
    return "pods", {**body, "metadata": {**body["metadata"], "name": name, "ownerReferences": owners}}


def test_a_stricter_level_warns_of_the_pods_that_are_there() -> None:
    bad, worse = pod(container("a"), hostNetwork=True), pod(secured(privileged=True), hostNetwork=True)
    cluster = Cluster(
        owned("web-2", "web", bad), owned("web-1", "web", bad), owned("web-3", "web", bad),
        owned("db-1", "db", worse), ("pods", pod(container("a"), name="good")),
    )  # fmt: skip
    warnings: list[str] = []
    asked = changing("namespaces", namespace(), namespace(enforce="baseline"), warn=warnings.append)
    assert refused(PLUGIN, asked, cluster) == ""
    assert warnings == [
        'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
        "db-1: host namespaces, privileged",
        "web-1 (and 2 other pods): host namespaces",
    ]


@pytest.mark.parametrize(
    ("old", "new", "is_looked_at"),
    [
        ({}, {"enforce": "restricted"}, True),
        ({"enforce": "baseline"}, {"enforce": "restricted"}, True),
        ({"enforce": "restricted"}, {"enforce": "baseline"}, False),
        ({"enforce": "restricted"}, {"enforce": "restricted"}, False),
        ({"enforce": "restricted"}, {"enforce": "restricted", "enforce-version": "v1.25"}, True),
        ({"enforce": "restricted"}, {"enforce": "privileged"}, False),
        ({}, {"warn": "restricted"}, False),
    ],
)
def test_when_the_pods_are_looked_at(old: dict[str, str], new: dict[str, str], is_looked_at: bool) -> None:
    warnings: list[str] = []
    cluster = Cluster(("pods", pod(container("a"), hostNetwork=True)))
    refused(PLUGIN, changing("namespaces", namespace(**old), namespace(**new), warn=warnings.append), cluster)
    assert bool(warnings) == is_looked_at


def test_a_big_namespace_is_not_looked_at_to_the_end() -> None:
    bad = pod(container("a"), hostNetwork=True)
    pods = [("pods", {**bad, "metadata": {**bad["metadata"], "name": f"p{number:04}"}}) for number in range(3001)]
    warnings: list[str] = []
    asked = changing("namespaces", namespace(), namespace(enforce="baseline"), warn=warnings.append)
    refused(PLUGIN, asked, Cluster(*pods))
    assert warnings[0] == "new PodSecurity enforce level only checked against the first 3000 of 3001 existing pods"
    assert warnings[2] == "p0000 (and 2999 other pods): host namespaces"
