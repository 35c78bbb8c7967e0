"""From the binding to readiness: each status and each event with its instant."""

from simulator.engine.objects import condition
from tests.engine.kubelet.lab import USER, Lab

BUSYBOX = "busybox:1.36"


def test_it_works() -> None:
    lab = Lab()
    lab.pod()
    lab.run(60)
    assert lab.story() == [
        "8 web Pending main=ContainerCreating",
        "558 Pulled x1",
        "648 Created x1",
        "788 Started x1",
        "848 web Running main=running",
    ]
    assert lab.said() == [
        'Container image "nginx:1.27" already present on machine',
        "Created container: main",
        "Started container main",
    ]


def test_an_image_that_is_not_there_is_pulled() -> None:
    lab = Lab()
    lab.pod(image="redis:7")
    lab.run(60)
    assert [line for line in lab.story() if "Pull" in line] == ["558 Pulling x1", "2548 Pulled x1"]
    assert lab.said()[:2] == [
        'Pulling image "redis:7"',
        'Successfully pulled image "redis:7" in 1.99s (1.99s including waiting). Image size: 43600000 bytes.',
    ]


def test_the_status_of_a_running_pod() -> None:
    lab = Lab()
    lab.pod(resources={"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}})
    lab.run(1)
    status = lab.get()["status"]
    assert {key: status[key] for key in ("phase", "hostIP", "hostIPs", "podIP", "podIPs", "qosClass", "startTime")} == {
        "phase": "Running",
        "hostIP": "192.168.0.1",
        "hostIPs": [{"ip": "192.168.0.1"}],
        "podIP": "10.244.1.2",
        "podIPs": [{"ip": "10.244.1.2"}],
        "qosClass": "Burstable",
        "startTime": "2026-01-01T00:00:00Z",
    }
    main = status["containerStatuses"][0]
    assert main["containerID"].startswith("containerd://")
    assert len(main["containerID"]) == len("containerd://") + 64
    assert main["image"] == "docker.io/library/nginx:1.27"
    assert main["imageID"].startswith("docker.io/library/nginx@sha256:")
    assert main["resources"]["limits"] == {"memory": "64Mi"}
    assert main["allocatedResources"]["cpu"] == "100m"
    assert (main["ready"], main["started"], main["restartCount"], main["lastState"]) == (True, True, 0, {})
    assert main["state"] == {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
    assert set(lab.conditions().values()) == {"True"}


def test_the_conditions_while_the_container_is_made() -> None:
    lab = Lab()
    lab.pod()
    lab.run(0.5)
    assert lab.conditions() == {
        "PodReadyToStartContainers": "False",
        "Initialized": "True",
        "Ready": "False",
        "ContainersReady": "False",
        "PodScheduled": "True",
    }
    ready = condition(lab.get(), "Ready")
    assert ready is not None
    assert (ready["reason"], ready["message"]) == ("ContainersNotReady", "containers with unready status: [main]")


def test_the_time_of_a_condition_that_does_not_change_stays() -> None:
    lab = Lab()
    lab.run(3.5)
    lab.pod(image="redis:7")
    lab.run(10)
    times = {one["type"]: one["lastTransitionTime"][-3:] for one in lab.get()["status"]["conditions"]}
    assert times["PodScheduled"] == times["Initialized"] == "03Z"
    assert times["Ready"] == times["PodReadyToStartContainers"] == "06Z"


def test_init_containers_run_one_after_the_other() -> None:
    lab = Lab()
    first = {"name": "one", "image": BUSYBOX, "command": ["sleep", "2"]}
    second = {"name": "two", "image": BUSYBOX, "command": ["true"]}
    lab.pod(initContainers=[first, second])
    lab.run(30)
    assert [line for line in lab.story() if "web" in line] == [
        "8 web Pending one=PodInitializing two=PodInitializing main=PodInitializing",
        "848 web Pending one=running two=PodInitializing main=PodInitializing",
        "2848 web Pending one=Completed two=PodInitializing main=PodInitializing",
        "3138 web Pending one=Completed two=Completed main=PodInitializing",
        "3428 web Running one=Completed two=Completed main=running",
    ]
    one, two = lab.get()["status"]["initContainerStatuses"]
    assert (one["ready"], one["started"], two["ready"]) == (True, False, True)


def test_the_pod_is_not_initialized_before_its_init_containers_have_ended() -> None:
    lab = Lab()
    lab.pod(initContainers=[{"name": "one", "image": BUSYBOX, "command": ["sleep", "60"]}])
    lab.run(5)
    found = condition(lab.get(), "Initialized")
    assert found is not None
    assert (found["reason"], found["message"]) == (
        "ContainersNotInitialized",
        "containers with incomplete status: [one]",
    )


def test_a_sidecar_keeps_running_beside_the_containers() -> None:
    lab = Lab()
    lab.pod(initContainers=[{"name": "side", "image": "nginx:1.27", "restartPolicy": "Always"}])
    lab.run(10)
    side = lab.get()["status"]["initContainerStatuses"][0]
    assert (side["started"], side["ready"], lab.get()["status"]["phase"]) == (True, True, "Running")


def test_containers_are_started_in_the_order_of_the_spec_and_listed_by_name() -> None:
    lab = Lab()
    lab.pod(
        containers=[{"name": "b", "image": "nginx:1.27"}, {"name": "a", "image": BUSYBOX, "command": ["sleep", "9999"]}]
    )
    lab.run(10)
    assert lab.said("Started") == ["Started container b", "Started container a"]
    assert [one["name"] for one in lab.get()["status"]["containerStatuses"]] == ["a", "b"]


def test_addresses_go_round_and_come_free_again() -> None:
    lab = Lab()
    for name in ("a", "b"):
        lab.pod(name)
    lab.run(1)
    lab.delete("a", grace=1)
    lab.run(10)
    lab.pod("c")
    lab.pod("h", hostNetwork=True)
    lab.run(1)
    assert [lab.get(name)["status"]["podIP"] for name in ("b", "c", "h")] == ["10.244.1.3", "10.244.1.4", "192.168.0.1"]


def test_a_readiness_gate_holds_the_pod_back() -> None:
    lab = Lab()
    lab.pod(readinessGates=[{"conditionType": "example.com/lb"}])
    lab.run(5)
    ready = condition(lab.get(), "Ready")
    assert ready is not None
    assert ready["message"] == 'corresponding condition of pod readiness gate "example.com/lb" does not exist.'
    status = lab.get()["status"]
    gate = {"type": "example.com/lb", "status": "True", "lastTransitionTime": None}
    lab.world.update_status(
        "pods", {**lab.get(), "status": {**status, "conditions": [gate, *status["conditions"]]}}, USER
    )
    lab.run(1)
    assert lab.conditions()["Ready"] == "True"


def test_a_pod_on_a_node_that_does_not_exist_stays_as_it_is() -> None:
    lab = Lab()
    lab.pod(node="nowhere")
    lab.run(60)
    assert lab.story() == []


def test_a_node_that_says_nothing_of_itself_takes_no_pod_in() -> None:
    lab = Lab()
    lab.world.create("nodes", {"metadata": {"name": "bare"}}, USER)
    lab.pod(node="bare")
    lab.run(60)
    assert lab.get()["status"]["reason"] == "OutOfpods"


def test_a_node_without_addresses_for_pods() -> None:
    lab = Lab()
    held = lab.world.get("nodes", "", "n1")
    assert held is not None
    spec = {key: value for key, value in held["spec"].items() if not key.startswith("podCIDR")}
    lab.world.update("nodes", {**held, "spec": spec}, USER)
    lab.pod()
    lab.run(60)
    assert lab.said("FailedCreatePodSandBox") == [
        "Failed to create pod sandbox: failed to set up sandbox network: plugin failed (add): failed to allocate for "
        "range 0: no IP addresses available in range set: "
    ]
