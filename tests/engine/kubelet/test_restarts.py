"""Containers that end: restart policies, back-off, phases, last states."""

from itertools import pairwise

import pytest

from tests.engine.kubelet.lab import USER, Lab

BUSYBOX = "busybox:1.36"
ENDS = {
    # name: (restart policy, script, phase, reason shown, restarts)
    "always, good": ("Always", "sleep 1", "Running", "CrashLoopBackOff", 2),
    "always, bad": ("Always", "sleep 1; exit 3", "Running", "CrashLoopBackOff", 2),
    "on failure, good": ("OnFailure", "sleep 1", "Succeeded", "Completed", 0),
    "on failure, bad": ("OnFailure", "sleep 1; exit 3", "Running", "CrashLoopBackOff", 2),
    "never, good": ("Never", "sleep 1", "Succeeded", "Completed", 0),
    "never, bad": ("Never", "sleep 1; exit 3", "Failed", "Error", 0),
}


@pytest.mark.parametrize(("policy", "script", "phase", "reason", "restarts"), ENDS.values(), ids=ENDS.keys())
def test_the_restart_policy(policy: str, script: str, phase: str, reason: str, restarts: int) -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sh", "-c", script], restartPolicy=policy)
    lab.run(25)
    ((_, state),) = lab.main()["state"].items()
    assert (lab.get()["status"]["phase"], state["reason"], lab.main()["restartCount"]) == (phase, reason, restarts)


def test_the_first_restart_is_immediate_then_10_20_40_80_160_300_seconds() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["false"])
    lab.run(1500)
    starts = [int(line.split()[0]) for line in lab.story() if "Started" in line]
    gaps = [round((later - earlier) / 1000) for earlier, later in pairwise(starts)]
    assert gaps == [0, 10, 20, 40, 80, 160, 300, 300, 300]


def test_ten_good_minutes_forget_the_back_off() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sleep", "601"])
    lab.run(3100)
    starts = [int(line.split()[0]) for line in lab.story() if "Started" in line]
    gaps = {round((later - earlier) / 1000) for earlier, later in pairwise(starts)}
    assert gaps == {601}


def test_what_is_seen_of_a_crash_loop() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sh", "-c", "sleep 2; exit 7"])
    lab.run(10)
    assert [line for line in lab.story() if "web" in line] == [
        "8 web Pending main=ContainerCreating",
        "848 web Running main=running",
        "2848 web Running main=Error",
        "3138 web Running main=running",
        "5138 web Running main=Error",
        "6138 web Running main=CrashLoopBackOff",
    ]
    uid = lab.get()["metadata"]["uid"]
    message = f"back-off 10s restarting failed container=main pod=web_default({uid})"
    assert lab.main()["state"] == {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    last = lab.main()["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"], last["startedAt"][-3:], last["finishedAt"][-3:]) == (
        7,
        "Error",
        "03Z",
        "05Z",
    )
    assert last["containerID"] == lab.main()["containerID"]
    assert lab.said("BackOff") == [f"Back-off restarting failed container main in pod web_default({uid})"]
    assert lab.conditions()["Ready"] == "False"


def test_the_last_state_of_a_restarted_container() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sh", "-c", "sleep 2; exit 7"])
    lab.run(4)
    main = lab.main()
    assert (main["restartCount"], list(main["state"]), main["lastState"]["terminated"]["exitCode"]) == (
        1,
        ["running"],
        7,
    )
    assert main["lastState"]["terminated"]["containerID"] != main["containerID"]


def test_a_pod_that_has_ended_says_so_and_gives_its_room_back() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["true"], restartPolicy="Never", resources={"requests": {"cpu": "2"}})
    lab.run(5)
    reasons = {one["type"]: one.get("reason") for one in lab.get()["status"]["conditions"]}
    assert reasons["Ready"] == reasons["ContainersReady"] == reasons["Initialized"] == "PodCompleted"
    assert lab.conditions()["PodReadyToStartContainers"] == "False"
    lab.pod("next", resources={"requests": {"cpu": "2"}})
    lab.run(5)
    assert lab.get("next")["status"]["phase"] == "Running"
    assert lab.world.note("kubelet", "default/web") is None


def test_an_init_container_that_fails_for_good_fails_the_pod() -> None:
    lab = Lab()
    lab.pod(restartPolicy="Never", initContainers=[{"name": "one", "image": BUSYBOX, "command": ["false"]}])
    lab.run(10)
    assert lab.get()["status"]["phase"] == "Failed"
    assert "Started container main" not in lab.said()


def test_an_init_container_that_fails_is_tried_again() -> None:
    lab = Lab()
    lab.pod(initContainers=[{"name": "one", "image": BUSYBOX, "command": ["false"]}])
    lab.run(5)
    one = lab.get()["status"]["initContainerStatuses"][0]
    assert (one["restartCount"], one["state"]["waiting"]["reason"]) == (1, "CrashLoopBackOff")


def test_sidecars_are_stopped_when_the_containers_have_ended() -> None:
    lab = Lab()
    side = {"name": "side", "image": "nginx:1.27", "restartPolicy": "Always"}
    lab.pod(image=BUSYBOX, command=["sleep", "3"], restartPolicy="Never", initContainers=[side])
    lab.run(20)
    assert lab.get()["status"]["phase"] == "Succeeded"
    assert lab.said("Killing") == ["Stopping container side"]


def test_a_changed_image_replaces_the_container() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    pod = lab.get()
    container = {**pod["spec"]["containers"][0], "image": BUSYBOX, "command": ["sleep", "99"]}
    lab.world.update("pods", {**pod, "spec": {**pod["spec"], "containers": [container]}}, USER)
    lab.run(5)
    assert lab.said("Killing") == ["Container main definition changed, will be restarted"]
    assert (lab.main()["image"], lab.main()["restartCount"]) == ("docker.io/library/busybox:1.36", 1)
