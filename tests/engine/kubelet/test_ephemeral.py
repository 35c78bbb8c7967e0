"""Ephemeral containers: they start in a running pod, and nothing else depends on them."""

from simulator.engine.kinds.file_system import RESOURCE
from simulator.engine.workloads import logs

from .lab import T0, USER, Lab


def debug(lab: Lab, name: str = "debugger", image: str = "busybox:1.36", **fields: object) -> None:
    body = lab.get()
    held = body["spec"].get("ephemeralContainers") or []
    new = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent", **fields}
    lab.world.update("pods", {**body, "spec": {**body["spec"], "ephemeralContainers": [*held, new]}}, USER)


def ephemeral(lab: Lab, name: str = "debugger") -> dict[str, object]:
    listed = lab.get()["status"]["ephemeralContainerStatuses"]
    return next(one for one in listed if one["name"] == name)


def test_it_starts_in_a_pod_that_runs() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    debug(lab, stdin=True, tty=True)
    lab.run(5)
    status = ephemeral(lab)
    assert list(status["state"]) == ["running"]
    assert status["image"] == "docker.io/library/busybox:1.36"
    assert status["ready"] is False
    assert "started" not in status
    assert lab.get()["status"]["phase"] == "Running"
    assert lab.conditions()["Ready"] == "True"
    paths = [one["involvedObject"].get("fieldPath") for one in lab.world.list("events")]
    assert paths.count("spec.ephemeralContainers{debugger}") == 3


def test_it_does_not_disturb_the_others() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    before = lab.main()
    debug(lab)
    lab.run(20)
    assert lab.main() == before


def test_it_is_never_started_again() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    debug(lab, command=["sh", "-c", "echo looking; exit 3"])
    lab.run(120)
    state = ephemeral(lab)["state"]
    assert state["terminated"]["exitCode"] == 3
    assert ephemeral(lab)["restartCount"] == 0
    assert lab.get()["status"]["phase"] == "Running"
    assert [line for _, line in logs.lines(lab.get(), "debugger", T0 + 200 * 10**6)] == ["looking"]


def test_its_image_is_pulled() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    debug(lab, image="nicolaka/netshoot:v0.13", command=["sleep", "1000"])
    lab.run(60)
    assert list(ephemeral(lab)["state"]) == ["running"]
    assert any(message.startswith("Successfully pulled image") for message in lab.said("Pulled"))


def test_an_image_that_is_not_there() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    debug(lab, image="registry.invalid/debug:1")
    lab.run(60)
    assert ephemeral(lab)["state"]["waiting"]["reason"] in ("ErrImagePull", "ImagePullBackOff")
    assert lab.get()["status"]["phase"] == "Running"
    assert lab.main()["ready"] is True


def test_it_ends_with_its_pod() -> None:
    lab = Lab()
    lab.pod("web", "busybox:1.36", command=["sleep", "30"], restartPolicy="Never")
    lab.run(5)
    debug(lab, command=["sleep", "3600"])
    lab.run(120)
    assert lab.get()["status"]["phase"] == "Succeeded"
    assert ephemeral(lab)["state"]["terminated"]["exitCode"] == 137


def test_it_is_killed_when_the_pod_is_deleted() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    debug(lab, command=["sleep", "3600"])
    lab.run(5)
    lab.delete()
    lab.run(60)
    assert lab.world.get("pods", "default", "web") is None


def exit_code(lab: Lab, code: int, identity: str = "") -> None:
    """What is stored when the shell that somebody was attached to has ended."""
    body = lab.get()
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": body["metadata"]["uid"]}
    part = {"name": "main", "containerID": identity or lab.main()["containerID"], "exitCode": code, "files": []}
    meta = {"name": "web", "namespace": "default", "ownerReferences": [owner]}
    lab.world.create(RESOURCE, {"metadata": meta, "containers": [part], "volumes": []}, USER)


def test_a_shell_with_an_input_waits_for_it() -> None:
    lab = Lab()
    lab.pod("web", "busybox:1.36", args=["sh"], stdin=True, tty=True, restartPolicy="Never")
    lab.run(600)
    assert list(lab.main()["state"]) == ["running"]
    exit_code(lab, 3)
    lab.run(5)
    assert lab.main()["state"]["terminated"]["exitCode"] == 3
    assert lab.get()["status"]["phase"] == "Failed"


def test_the_exit_code_of_another_instance_means_nothing() -> None:
    lab = Lab()
    lab.pod("web", "busybox:1.36", args=["sh"], stdin=True)
    lab.run(5)
    exit_code(lab, 3, "containerd://another")
    lab.run(5)
    assert list(lab.main()["state"]) == ["running"]


def test_a_restarted_shell_is_not_ended_by_the_code_of_the_last_one() -> None:
    lab = Lab()
    lab.pod("web", "busybox:1.36", args=["sh"], stdin=True)
    lab.run(5)
    exit_code(lab, 0)
    lab.run(60)
    assert list(lab.main()["state"]) == ["running"]
    assert lab.main()["restartCount"] == 1
