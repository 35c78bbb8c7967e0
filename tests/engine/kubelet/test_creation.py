"""Containers that cannot be made or started: missing references, users that may not be root, missing programs.

The cases of env and envFrom follow TestMakeEnvironmentVariables in pkg/kubelet/kubelet_pods_test.go, those of users
TestVerifyRunAsNonRoot in pkg/kubelet/kuberuntime/security_context_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.workloads import logs

from .lab import USER, Lab

BUSYBOX = "busybox:1.36"
SLEEP = ["sleep", "9999"]
NON_ROOT = {"runAsNonRoot": True}


def key(kind: str, name: str, key: str, **more: Any) -> dict[str, Any]:
    return {"env": [{"name": "V", "valueFrom": {f"{kind}KeyRef": {"name": name, "key": key, **more}}}]}


CONFIG = {
    # name: (what the container has, the message; empty: it runs)
    "configMap of envFrom": ({"envFrom": [{"configMapRef": {"name": "no"}}]}, 'configmap "no" not found'),
    "secret of envFrom": ({"envFrom": [{"secretRef": {"name": "no"}}]}, 'secret "no" not found'),
    "optional configMap of envFrom": ({"envFrom": [{"configMapRef": {"name": "no", "optional": True}}]}, ""),
    "optional secret of envFrom": ({"envFrom": [{"secretRef": {"name": "no", "optional": True}}]}, ""),
    "configMap of a key": (key("configMap", "no", "k"), 'configmap "no" not found'),
    "secret of a key": (key("secret", "no", "k"), 'secret "no" not found'),
    "key of a configMap": (key("configMap", "there", "k"), "couldn't find key k in ConfigMap default/there"),
    "key of a secret": (key("secret", "there", "k"), "couldn't find key k in Secret default/there"),
    "optional key": (key("configMap", "there", "k", optional=True), ""),
    "optional configMap of a key": (key("configMap", "no", "k", optional=True), ""),
    "there": (key("configMap", "there", "a"), ""),
    "the first of several": (
        {"envFrom": [{"secretRef": {"name": "one"}}, {"secretRef": {"name": "two"}}]},
        'secret "one" not found',
    ),
    "root image": ({"securityContext": NON_ROOT}, "container has runAsNonRoot and image will run as root {about}"),
    "root by number": (
        {"securityContext": {"runAsNonRoot": True, "runAsUser": 0}},
        "container's runAsUser breaks non-root policy {about}",
    ),
    "another user": ({"securityContext": {"runAsNonRoot": True, "runAsUser": 1000}}, ""),
    "root is allowed": ({"securityContext": {"runAsNonRoot": False}}, ""),
}


def there(lab: Lab) -> None:
    for resource, value in (("configmaps", "1"), ("secrets", "MQ==")):
        body = {"metadata": {"name": "there", "namespace": "default"}, "data": {"a": value}}
        lab.world.create(resource, body, USER)


@pytest.mark.parametrize(("fields", "message"), CONFIG.values(), ids=CONFIG.keys())
def test_the_configuration_of_a_container(fields: dict[str, Any], message: str) -> None:
    lab = Lab()
    there(lab)
    lab.pod(image=BUSYBOX, command=SLEEP, **fields)
    lab.run(5)
    if not message:
        assert list(lab.main()["state"]) == ["running"]
        return
    uid = lab.get()["metadata"]["uid"]
    message = message.format(about=f'(pod: "web_default({uid})", container: main)')
    assert lab.main()["state"] == {"waiting": {"reason": "CreateContainerConfigError", "message": message}}
    assert lab.main()["restartCount"] == 0
    assert lab.said("Failed") == [f"Error: {message}"]
    assert lab.said("Created") == []
    assert lab.get()["status"]["phase"] == "Pending"


def test_users_of_images() -> None:
    lab = Lab()
    found = {}
    for number, image in enumerate(("nginxinc/nginx-unprivileged:1.27", "memcached:1.6", "example/app:1-nonroot")):
        lab.pod(f"p{number}", image=image, securityContext=NON_ROOT)
        lab.run(30)
        found[image] = lab.main(f"p{number}")["state"]
    assert "running" in found["nginxinc/nginx-unprivileged:1.27"]
    assert "running" in found["example/app:1-nonroot"]
    said = found["memcached:1.6"]["waiting"]["message"]
    assert said.startswith(
        "container has runAsNonRoot and image has non-numeric user (memcache), cannot verify user is non-root (pod: "
    )


def test_a_reference_that_comes_later_is_found_when_the_worker_next_tries() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=SLEEP, **key("configMap", "late", "k"))
    lab.run(100)
    assert len([line for line in lab.story() if "Failed" in line]) == 1
    body = {"metadata": {"name": "late", "namespace": "default"}, "data": {"other": "1"}}
    body = lab.world.create("configmaps", body, USER)
    lab.run(16)
    message = "couldn't find key k in ConfigMap default/late"
    assert lab.main()["state"] == {"waiting": {"reason": "CreateContainerConfigError", "message": message}}
    lab.world.update("configmaps", {**body, "data": {"k": "v"}}, USER)
    lab.run(16)
    assert list(lab.main()["state"]) == ["running"]


def test_a_container_that_waits_costs_nothing() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=SLEEP, **key("configMap", "late", "k"))
    lab.run(30)
    lab.story()
    lab.run(3600)
    assert lab.story() == []


FAILED = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: exec: "
)
STARTS = {
    # name: (image, command, what is said; empty: it runs)
    "no such program": (BUSYBOX, ["slep", "99"], '"slep": executable file not found in $PATH: unknown'),
    "no such file": (BUSYBOX, ["/bin/slep"], '"/bin/slep": stat /bin/slep: no such file or directory: unknown'),
    "a directory": (BUSYBOX, ["/etc"], '"/etc": is a directory: unknown'),
    "not to be run": (BUSYBOX, ["/etc/passwd"], '"/etc/passwd": permission denied: unknown'),
    "no shell": ("registry.k8s.io/pause:3.10.1", ["sh"], '"sh": executable file not found in $PATH: unknown'),
    "bash in busybox": (BUSYBOX, ["bash", "-c", "true"], '"bash": executable file not found in $PATH: unknown'),
    "there": (BUSYBOX, SLEEP, ""),
    "there in full": (BUSYBOX, ["/bin/sleep", "9999"], ""),
    "not simulated, but there": (BUSYBOX, ["top"], ""),
    "an image that nobody knows": ("example/app:1", ["serve"], ""),
}


@pytest.mark.parametrize(("image", "command", "said"), STARTS.values(), ids=STARTS.keys())
def test_the_program_of_a_container(image: str, command: list[str], said: str) -> None:
    lab = Lab()
    lab.pod(image=image, command=command, restartPolicy="Never")
    lab.run(30)
    if not said:
        assert list(lab.main()["state"]) == ["running"]
        return
    ended = lab.main()["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"], ended["message"]) == (128, "StartError", FAILED + said)
    assert ended["startedAt"] == "1970-01-01T00:00:00Z"
    assert lab.said("Failed") == [f"Error: {FAILED}{said}"]
    assert lab.said("Started") == []
    assert lab.get()["status"]["phase"] == "Failed"


def test_a_program_that_is_not_there_loops() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["slep"])
    lab.run(4)
    assert [line.split("main=")[1] for line in lab.story() if "main=" in line] == [
        "ContainerCreating",
        "RunContainerError",
        "RunContainerError",
        "CrashLoopBackOff",
    ]
    main = lab.main()
    assert main["restartCount"] == 1
    assert main["lastState"]["terminated"]["reason"] == "StartError"
    assert logs.lines(lab.get(), "main", lab.world.now) == []


def test_the_environment_decides_how_a_program_ends() -> None:
    lab = Lab()
    lab.world.create("configmaps", {"metadata": {"name": "c", "namespace": "default"}, "data": {"CODE": "7"}}, USER)
    source = [{"configMapRef": {"name": "c"}}]
    lab.pod(image=BUSYBOX, command=["sh", "-c", "exit $(CODE)"], envFrom=source, restartPolicy="Never")
    lab.run(5)
    assert lab.main()["state"]["terminated"]["exitCode"] == 7
