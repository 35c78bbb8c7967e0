"""Hooks: what postStart and preStop do to a container and its end, and what is said of them.

Follows TestRunHandler... in pkg/kubelet/lifecycle/handlers_test.go, TestLifeCycleHook in
pkg/kubelet/kuberuntime/kuberuntime_container_test.go and termination_order_test.go there, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.workloads import processes

from .lab import USER, Lab

BUSYBOX = "busybox:1.36"
NGINX = "nginx:1.27"
SLEEP = ["sleep", "9999"]


def sh(script: str) -> dict[str, Any]:
    return {"exec": {"command": ["sh", "-c", script]}}


def gone(lab: Lab, name: str = "web", most: float = 100) -> int:
    """Deletes the pod; how many milliseconds later it is gone."""
    seen = []
    lab.world.watch("pods", lambda change: seen.append((change.at, change.operation)))
    start = lab.world.now
    lab.delete(name)
    lab.run(most)
    assert seen[-1][1] == "DELETED"
    return (seen[-1][0] - start) // 1000


def test_a_container_runs_once_its_post_start_hook_has_ended() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=SLEEP, lifecycle={"postStart": {"sleep": {"seconds": 5}}})
    lab.run(5)
    assert "waiting" in lab.main()["state"]
    lab.run(2)
    assert "running" in lab.main()["state"]
    assert lab.main()["restartCount"] == 0


def test_what_a_post_start_hook_writes_is_there() -> None:
    lab = Lab()
    lab.pod(lifecycle={"postStart": sh("echo Hello from the postStart handler > /usr/share/message")})
    lab.run(5)
    process = processes.execution(
        lab.get(), "main", ["cat", "/usr/share/message"], reader=lab.world, now=lab.world.now
    ).process
    assert next(process).data == b"Hello from the postStart handler\n"


FAILS = {
    # name: (image, handler, what its status says after the pod's name)
    "exit code": (
        BUSYBOX,
        sh("echo out; echo err >&2; exit 3"),
        "Exec lifecycle hook ([sh -c echo out; echo err >&2; exit 3])",
        "command 'sh -c echo out; echo err >&2; exit 3' exited with 3: err\n, message: \"out\\nerr\\n\"",
    ),
    "nobody listens": (
        BUSYBOX,
        {"httpGet": {"path": "/x", "port": 8080}},
        "HTTP lifecycle hook (/x)",
        'Get "http://{ip}:8080/x": dial tcp {ip}:8080: connect: connection refused',
    ),
    "no such port": (
        BUSYBOX,
        {"httpGet": {"path": "/x", "port": "web"}},
        "HTTP lifecycle hook (/x)",
        'strconv.Atoi: parsing "web": invalid syntax',
    ),
}


@pytest.mark.parametrize(("image", "handler", "what", "error"), FAILS.values(), ids=FAILS.keys())
def test_a_post_start_hook_that_fails(image: str, handler: dict[str, Any], what: str, error: str) -> None:
    lab = Lab()
    script = ["sh", "-c", "trap 'exit 0' TERM; sleep 9999"]
    lab.pod(image=image, command=script, lifecycle={"postStart": handler})
    lab.run(1.5)
    pod, uid = lab.get(), lab.get()["metadata"]["uid"]
    error = error.format(ip=pod["status"].get("podIP") or "10.244.1.2")
    message = f'{what} for Container "main" in Pod "web_default({uid})" failed - error: {error}'
    assert lab.main()["state"] == {"waiting": {"reason": "PostStartHookError", "message": message}}
    assert lab.said("FailedPostStartHook") == ["PostStartHook failed"]
    assert lab.said("Killing") == ["FailedPostStartHook"]
    lab.run(10)
    assert lab.main()["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert lab.main()["restartCount"] == 1


def test_a_command_that_is_not_there_fails_the_hook() -> None:
    lab = Lab()
    lab.pod(lifecycle={"postStart": {"exec": {"command": ["nope"]}}}, restartPolicy="Never")
    lab.run(5)
    assert lab.said("FailedPostStartHook") == ["PostStartHook failed"]
    assert lab.get()["status"]["phase"] == "Succeeded"


def test_a_post_start_hook_that_never_ends_holds_the_container_back() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=SLEEP, lifecycle={"postStart": sh("while true; do sleep 1; done")})
    lab.run(3600)
    assert "waiting" in lab.main()["state"]
    assert gone(lab) == 8 + 30_000 + 80 + 60


STOPS = {
    # name: (preStop, container's own command, grace, milliseconds from the deletion to the last end, events)
    "without a hook": (None, None, 30, 100, []),
    "sleep": ({"sleep": {"seconds": 5}}, None, 30, 5100, []),
    "sleep longer than the grace period": ({"sleep": {"seconds": 60}}, None, 10, 10_100, []),
    "a container that ignores SIGTERM after it": ({"sleep": {"seconds": 5}}, SLEEP, 30, 30_000, []),
    "at least two seconds after it": ({"sleep": {"seconds": 60}}, SLEEP, 10, 12_000, []),
    "whole seconds count": (sh("sleep 1.5"), SLEEP, 4, 4501, []),
    "a command that fails": (sh("sleep 2; exit 1"), None, 30, 2101, ["PreStopHook failed"]),
    "an answer of any status": ({"httpGet": {"path": "/none", "port": 80}}, None, 30, 101, []),
    "nobody listens": ({"httpGet": {"path": "/", "port": 81}}, None, 30, 101, ["PreStopHook failed"]),
}


@pytest.mark.parametrize(("hook", "command", "grace", "took", "said"), STOPS.values(), ids=STOPS.keys())
def test_pre_stop_hooks(
    hook: dict[str, Any] | None, command: list[str] | None, grace: int, took: int, said: list[str]
) -> None:
    lab = Lab()
    image = BUSYBOX if command else NGINX
    more = {"command": command} if command else {}
    lifecycle = {"preStop": hook} if hook else {}
    lab.pod(image=image, lifecycle=lifecycle, terminationGracePeriodSeconds=grace, **more)
    lab.run(5)
    assert gone(lab) == 8 + took + 80 + 60
    assert lab.said("FailedPreStopHook") == said


def test_nginx_quits_in_its_hook() -> None:
    lab = Lab()
    lab.pod(lifecycle={"preStop": sh("nginx -s quit; while killall -0 nginx; do sleep 1; done")})
    lab.run(5)
    assert gone(lab) < 1000


def test_hooks_run_when_a_container_is_replaced() -> None:
    lab = Lab()
    lab.pod(lifecycle={"preStop": {"sleep": {"seconds": 3}}})
    lab.run(5)
    pod = lab.get()
    container = {**pod["spec"]["containers"][0], "image": BUSYBOX, "command": SLEEP}
    lab.world.update("pods", {**pod, "spec": {**pod["spec"], "containers": [container]}}, USER)
    lab.run(3)
    assert lab.main()["image"] == "docker.io/library/nginx:1.27"
    lab.run(2)
    assert lab.main()["image"] == "docker.io/library/busybox:1.36"


SIDECARS = {
    # name: (main's command, sidecar's command, grace, when each ends after the deletion in milliseconds)
    "in turn": ("trap 'exit 0' TERM; sleep 9999", "trap 'exit 0' TERM; sleep 9999", 30, (100, 200, 300)),
    "no time is left for sidecars": ("sleep 9999", "sleep 9999", 10, (10_000, 12_000, 12_000)),
    "sidecars that obey": ("sleep 9999", "trap 'exit 0' TERM; sleep 9999", 10, (10_000, 10_100, 10_100)),
}


@pytest.mark.parametrize(("main", "side", "grace", "ends"), SIDECARS.values(), ids=SIDECARS.keys())
def test_sidecars_end_after_the_containers(main: str, side: str, grace: int, ends: tuple[int, ...]) -> None:
    lab = Lab()
    sidecars = [
        {"name": name, "image": BUSYBOX, "command": ["sh", "-c", side], "restartPolicy": "Always"}
        for name in ("one", "two")
    ]
    lab.pod(image=BUSYBOX, command=["sh", "-c", main], initContainers=sidecars, terminationGracePeriodSeconds=grace)
    lab.run(10)
    start = lab.world.now + 8000
    lab.delete()
    lab.run(0.01)
    note = lab.world.note("kubelet", "default/web")
    assert note is not None
    found = tuple((note["boxes"][name]["ends"] - start) // 1000 for name in ("main", "two", "one"))
    assert found == ends
