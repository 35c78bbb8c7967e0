"""The end of pods: grace periods, signals, exit codes, static pods."""

import pytest

from simulator.engine.bootstrap import bootstrap
from simulator.engine.clock import SECOND
from simulator.engine.kubelet.sync import Kubelets
from simulator.engine.topology import Topology, demo
from simulator.engine.world import World
from tests.engine.kubelet.lab import T0, USER, Lab

BUSYBOX = "busybox:1.36"
ENDS = {
    # name: (container, grace asked for, seconds until it is gone, exit code, phase)
    "nginx stops at once": ({"image": "nginx:1.27"}, None, 0.248, 0, "Succeeded"),
    "sleep does not hear SIGTERM": ({"image": BUSYBOX, "command": ["sleep", "999"]}, None, 30.148, 137, "Failed"),
    "a shorter grace": ({"image": BUSYBOX, "command": ["sleep", "999"]}, 5, 5.148, 137, "Failed"),
    "two seconds at least": ({"image": BUSYBOX, "command": ["sleep", "999"]}, 1, 2.148, 137, "Failed"),
    "a trap": (
        {"image": BUSYBOX, "command": ["sh", "-c", "trap 'exit 0' TERM; sleep 999"]},
        None,
        0.248,
        0,
        "Succeeded",
    ),
    "it ends by itself meanwhile": ({"image": BUSYBOX, "command": ["sleep", "10"]}, None, 5.928, 0, "Succeeded"),
}


@pytest.mark.parametrize(("container", "grace", "seconds", "code", "phase"), ENDS.values(), ids=ENDS.keys())
def test_a_deleted_pod(container: dict[str, object], grace: int | None, seconds: float, code: int, phase: str) -> None:
    lab = Lab()
    lab.pod(**container)  # type: ignore[arg-type]
    lab.run(5)
    seen = []
    lab.world.watch("pods", lambda change: seen.append((change.at, change.operation, change.body)))
    lab.delete(grace=grace)
    lab.run(60)
    at, operation, body = seen[-1]
    assert (operation, (at - T0) / SECOND - 5) == ("DELETED", pytest.approx(seconds, abs=0.001))
    assert body["status"]["phase"] == phase
    assert body["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == code
    assert lab.said("Killing") == ["Stopping container main"]


def test_the_object_goes_after_its_last_status() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    lab.story()
    lab.delete()
    lab.run(5)
    assert lab.story() == ["5008 Killing x1", "5188 web Succeeded main=Completed", "5248 web gone"]


def test_force_takes_the_object_away_at_once() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    lab.delete(grace=0)
    assert lab.world.get("pods", "default", "web") is None
    lab.run(60)
    assert lab.world.note("kubelet", "default/web") is None
    assert lab.world.clock.next_due() is None


def test_a_grace_period_can_be_shortened_on_the_way() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sleep", "999"])
    lab.run(5)
    lab.delete()
    lab.run(3)
    lab.delete(grace=4)
    lab.run(3.9)
    lab.get()
    lab.run(0.5)
    assert lab.world.get("pods", "default", "web") is None


@pytest.mark.parametrize("moment", [0.001, 0.3, 0.6, 0.7], ids=["unseen", "sandbox", "create", "start"])
def test_a_pod_that_is_deleted_before_it_runs(moment: float) -> None:
    lab = Lab()
    lab.pod()
    lab.run(moment)
    lab.delete()
    lab.run(2)
    assert lab.world.get("pods", "default", "web") is None
    assert "Started container main" not in lab.said()


def test_a_pod_that_is_deleted_before_it_runs_says_that_its_containers_are_unknown() -> None:
    lab = Lab()
    lab.pod()
    lab.run(0.3)
    seen = []
    lab.world.watch("pods", lambda change: seen.append(change.body))
    lab.delete()
    lab.run(2)
    state = seen[-1]["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (seen[-1]["status"]["phase"], state["reason"], state["exitCode"]) == (
        "Failed",
        "ContainerStatusUnknown",
        137,
    )


def test_a_new_pod_of_the_same_name_is_another_pod() -> None:
    lab = Lab()
    first = lab.pod(image=BUSYBOX, command=["sleep", "3"])
    lab.run(2)
    lab.delete(grace=0)
    second = lab.pod()
    lab.run(5)
    assert first["metadata"]["uid"] != second["metadata"]["uid"]
    assert (lab.main()["restartCount"], lab.main()["image"]) == (0, "docker.io/library/nginx:1.27")


def test_sidecars_stop_after_the_containers() -> None:
    lab = Lab()
    side = {"name": "side", "image": "nginx:1.27", "restartPolicy": "Always"}
    lab.pod(image="nginx:1.27", initContainers=[side])
    lab.run(5)
    seen = []
    lab.world.watch("pods", lambda change: seen.append((change.at, change.body)))
    lab.delete()
    lab.run(5)
    assert (seen[-1][0] - T0) // 1000 - 5000 == 8 + 100 + 100 + 80 + 60


def test_a_pod_that_somebody_else_fails_is_stopped_and_stays() -> None:
    lab = Lab()
    lab.pod()
    lab.run(5)
    status = {**lab.get()["status"], "phase": "Failed", "reason": "Evicted"}
    lab.world.update_status("pods", {**lab.get(), "status": status}, USER)
    lab.run(5)
    assert lab.said("Killing") == ["Stopping container main"]
    assert (lab.get()["status"]["phase"], lab.get()["status"]["reason"]) == ("Failed", "Evicted")
    assert "terminated" in lab.main()["state"]


def test_a_mirror_pod_comes_back_and_its_container_never_stopped() -> None:
    world = World(seed=1, now=T0)
    Kubelets(world).start()
    bootstrap(world, Topology(demo().nodes[:1]))
    world.clock.run_until(T0 + 60 * SECOND)
    before = world.get("pods", "kube-system", "etcd-control-plane")
    world.delete("pods", "kube-system", "etcd-control-plane", USER)
    world.clock.run_until(T0 + 90 * SECOND)
    after = world.get("pods", "kube-system", "etcd-control-plane")
    assert before is not None
    assert after is not None
    assert before["metadata"]["uid"] != after["metadata"]["uid"]
    assert before["status"]["containerStatuses"] == after["status"]["containerStatuses"]
