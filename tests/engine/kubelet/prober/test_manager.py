"""Probes in a pod's life: what gates them, what they cause, and when."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.kinds.file_system import RESOURCE
from simulator.engine.kubelet import recovery
from simulator.engine.workloads.files import Files
from tests.engine.kubelet.lab import T0, USER, Lab
from tests.engine.kubelet.prober.seen import BUSYBOX, CAT, HTTP, Seen, probe


def test_readiness_is_false_until_its_first_success() -> None:
    seen = Seen(readinessProbe=HTTP).run(30)
    assert seen.starts() == [0.788]
    assert seen.said("Readiness probe failed") == [0.849]
    assert seen.told[-1][1] == (
        'Readiness probe failed: Get "http://10.244.1.2:80/": dial tcp 10.244.1.2:80: connect: connection refused'
    )
    assert seen.ready() == [(0.008, "False"), (10.909, "True")]
    main = seen.lab.main()
    assert (main["ready"], main["started"]) == (True, True)
    assert seen.lab.conditions()["ContainersReady"] == "True"


def test_a_container_that_is_not_ready_is_probed_at_once_after_a_sync_and_then_every_period() -> None:
    seen = Seen(readinessProbe={"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 7}).run(23)
    assert seen.said("Readiness probe failed") == [0.849, 7.849, 14.849, 21.849]
    assert seen.told[-1][1] == "Readiness probe failed: HTTP probe failed with statuscode: 404"


def test_readiness_waits_for_its_delay_and_its_successes() -> None:
    seen = Seen(readinessProbe=probe(HTTP, initialDelaySeconds=15, periodSeconds=2, successThreshold=3)).run(40)
    assert seen.ready() == [(0.008, "False"), (20.909, "True")]


def test_a_readiness_failure_never_restarts() -> None:
    seen = Seen(readinessProbe=probe(HTTP, periodSeconds=5, failureThreshold=2))
    seen.behave({"path": "/", "status": 503, "fromSeconds": 20, "untilSeconds": 40})
    seen.run(120)
    assert [(round(at), status) for at, status in seen.ready()] == [
        (0, "False"),
        (6, "True"),
        (26, "False"),
        (41, "True"),
    ]
    assert seen.lab.main()["restartCount"] == 0
    assert seen.said("Killing") == []


def test_liveness_is_true_until_it_has_failed_often_enough() -> None:
    seen = Seen(livenessProbe=probe(HTTP, periodSeconds=5))
    seen.behave({"path": "/", "status": 500, "fromSeconds": 12})
    seen.run(24)
    assert seen.ready() == [(0.008, "False"), (0.848, "True")]
    assert seen.said("Liveness probe failed: HTTP probe failed with statuscode: 500") == [15.009, 20.009]
    seen.run(3)
    assert seen.said("Container main failed liveness probe, will be restarted") == [25.009]
    assert seen.starts() == [0.788, 25.339]
    last = seen.lab.main()["lastState"]["terminated"]
    assert (seen.lab.main()["restartCount"], last["exitCode"], last["reason"]) == (1, 0, "Completed")


GRACES = {
    # name: (probe's grace, pod's grace, seconds from the kill to the next start)
    "the pod's": (None, 10, 10.23),
    "the probe's": (4, 10, 4.23),
    "longer than the pod's": (20, 10, 20.23),
    "at least two seconds": (1, 10, 2.23),
}


@pytest.mark.parametrize(("own", "pods", "after"), GRACES.values(), ids=GRACES.keys())
def test_the_grace_period_of_a_failed_probe(own: int | None, pods: int, after: float) -> None:
    liveness = probe(CAT, periodSeconds=5, failureThreshold=1)
    if own is not None:
        liveness["terminationGracePeriodSeconds"] = own
    seen = Seen(
        image=BUSYBOX, command=["sleep", "999"], livenessProbe=liveness, terminationGracePeriodSeconds=pods
    ).run(30)
    (killed, *_), (_, again, *_) = seen.said("will be restarted"), seen.starts()
    assert again - killed == pytest.approx(after, abs=0.001)
    assert seen.lab.get()["status"]["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] == 137


POLICIES = {
    # name: (restart policy, message, restarts, phase)
    "always": ("Always", "Container main failed liveness probe, will be restarted", 1, "Running"),
    "on failure, though it ends with 0": (
        "OnFailure",
        "Container main failed liveness probe, will be restarted",
        1,
        "Running",
    ),
    "never": ("Never", "Container main failed liveness probe", 0, "Succeeded"),
}


@pytest.mark.parametrize(("policy", "message", "restarts", "phase"), POLICIES.values(), ids=POLICIES.keys())
def test_what_follows_from_a_failed_liveness_probe(policy: str, message: str, restarts: int, phase: str) -> None:
    liveness = {"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 5, "failureThreshold": 1}
    seen = Seen(livenessProbe=liveness, restartPolicy=policy).run(8)
    assert seen.lab.said("Killing") == [message]
    assert (seen.lab.main()["restartCount"], seen.lab.get()["status"]["phase"]) == (restarts, phase)


def test_restarts_for_a_failed_probe_are_held_back_by_the_end_of_the_run_before() -> None:
    liveness = {"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 5, "failureThreshold": 1}
    seen = Seen(livenessProbe=liveness).run(60)
    assert seen.starts()[:4] == [0.788, 5.339, 10.339, 25.339]
    assert seen.said("Back-off restarting failed container main")[0] == 15.109


def test_a_startup_probe_gates_the_others() -> None:
    startup = {"httpGet": {"path": "/started", "port": 80}, "periodSeconds": 3, "failureThreshold": 20}
    seen = Seen(startupProbe=startup, livenessProbe=probe(HTTP, periodSeconds=1), readinessProbe=HTTP)
    seen.behave(
        {"path": "/started", "status": 503, "untilSeconds": 20}, {"path": "/", "status": 500, "fromSeconds": 60}
    )
    seen.run(19)
    main = seen.lab.main()
    assert (main["started"], main["ready"]) == (False, False)
    assert {message.split(":")[0] for _, message in seen.told if "probe" in message} == {"Startup probe failed"}
    seen.run(3)
    assert seen.lab.main()["started"] is True
    assert seen.ready() == [(0.008, "False"), (21.13, "True")]
    assert seen.said("Liveness") == []


def test_a_failed_startup_probe_restarts() -> None:
    startup = {"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 2, "failureThreshold": 3}
    seen = Seen(startupProbe=startup | {"terminationGracePeriodSeconds": 5}).run(8)
    assert seen.said("Container main failed startup probe, will be restarted") == [6.009]
    assert seen.lab.main()["restartCount"] == 1
    assert seen.lab.main()["started"] is False


def test_after_a_restart_the_startup_probe_counts_anew() -> None:
    startup = probe(CAT, periodSeconds=1, failureThreshold=10)
    script = "sleep 3; touch /tmp/healthy; sleep 10; exit 1"
    seen = Seen(image=BUSYBOX, command=["sh", "-c", script], startupProbe=startup).run(16)
    assert (seen.lab.main()["restartCount"], seen.lab.main()["started"]) == (1, False)
    seen.run(3)
    assert seen.lab.main()["started"] is True


def test_the_next_init_container_waits_for_a_sidecars_start() -> None:
    side = {
        "name": "side",
        "image": "nginx:1.27",
        "restartPolicy": "Always",
        "startupProbe": probe(HTTP, initialDelaySeconds=6, periodSeconds=2),
        "readinessProbe": {"httpGet": {"path": "/none", "port": 80}},
    }
    seen = Seen(image=BUSYBOX, command=["sleep", "99"], initContainers=[side]).run(20)
    assert seen.said("Started container side") == [0.788]
    assert seen.starts() == [6.299]
    (status,) = seen.lab.get()["status"]["initContainerStatuses"]
    assert (status["started"], status["ready"]) == (True, False)
    assert seen.lab.conditions() | {"PodScheduled": ""} == {
        "PodReadyToStartContainers": "True",
        "Initialized": "True",
        "Ready": "False",
        "ContainersReady": "False",
        "PodScheduled": "",
    }


def test_a_sidecar_that_fails_its_liveness_probe_is_started_again() -> None:
    side = {
        "name": "side",
        "image": "nginx:1.27",
        "restartPolicy": "Always",
        "livenessProbe": {"httpGet": {"path": "/none", "port": 80}, "failureThreshold": 1},
    }
    seen = Seen(image=BUSYBOX, command=["sleep", "99"], initContainers=[side], restartPolicy="Never").run(15)
    assert seen.lab.said("Killing") == ["Init container side failed liveness probe"]
    assert seen.lab.get()["status"]["initContainerStatuses"][0]["restartCount"] == 1


def test_while_a_pod_ends_only_readiness_is_probed() -> None:
    seen = Seen(
        image=BUSYBOX,
        command=["sh", "-c", "touch /tmp/healthy; sleep 6; rm /tmp/healthy; sleep 99"],
        livenessProbe=probe(CAT, periodSeconds=1, failureThreshold=9),
        readinessProbe=probe(CAT, periodSeconds=1, failureThreshold=2),
    ).run(5)
    assert seen.ready()[-1][1] == "True"
    seen.lab.delete()
    seen.run(10)
    assert seen.said("Liveness") == []
    assert [round(at) for at, status in seen.ready()] == [0, 1, 8]
    assert seen.lab.main()["state"].keys() == {"running"}
    seen.run(30)
    assert seen.lab.world.get("pods", "default", "web") is None
    assert seen.lab.world.clock.next_due() is None


def test_an_hour_of_probes_that_pass_is_no_event() -> None:
    seen = Seen(readinessProbe=HTTP, livenessProbe=HTTP, startupProbe=probe(HTTP, periodSeconds=1)).run(30)
    assert seen.lab.conditions()["Ready"] == "True"
    assert seen.lab.world.clock.next_due() is None


def test_a_behavior_that_comes_later_counts_from_then_on() -> None:
    seen = Seen(readinessProbe=probe(HTTP, periodSeconds=5, failureThreshold=1)).run(30)
    seen.behave({"path": "/", "status": 503})
    seen.run(10)
    assert seen.ready()[-1] == (30.909, "False")
    body = seen.lab.world.get("behaviors.sim.k8sviz.io", "default", "b")
    assert body is not None
    seen.lab.world.delete("behaviors.sim.k8sviz.io", "default", "b", USER)
    seen.run(10)
    assert seen.ready()[-1][1] == "True"


def test_probes_of_a_new_kubelet_do_not_all_begin_at_once() -> None:
    lab = Lab()
    for name in "abc":
        lab.pod(name, livenessProbe={"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 10})
    seen: set[int] = set()

    def failed(change: Change) -> None:
        if change.body["reason"] == "Unhealthy":
            seen.add((change.at - T0) % (10 * SECOND))

    lab.world.watch("events", failed)
    lab.run(15)
    assert len(seen) == 3


def test_a_pod_with_readiness_gates_is_probed_no_more_often() -> None:
    readiness = {"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 4}
    seen = Seen(readinessProbe=readiness, readinessGates=[{"conditionType": "example.com/ok"}]).run(18)
    assert [round(at) for at in seen.said("Readiness probe failed")] == [1, 5, 9, 13, 17]


def test_a_file_that_somebody_removes_by_exec_fails_the_next_probe() -> None:
    seen = Seen(
        image=BUSYBOX,
        command=["sh", "-c", "touch /tmp/healthy; sleep 999"],
        readinessProbe=probe(CAT, periodSeconds=5, failureThreshold=1),
    ).run(12)
    assert seen.ready()[-1][1] == "True"
    files = Files(seen.lab.get(), "main", reader=seen.lab.world, now=seen.lab.world.now)
    files.remove("/tmp/healthy")
    seen.lab.world.create(RESOURCE, files.body(), USER)
    seen.run(5)
    assert seen.ready()[-1][1] == "False"


def test_a_kubelet_that_starts_again_has_forgotten_its_results() -> None:
    seen = Seen(readinessProbe=probe(HTTP, periodSeconds=6)).run(20)
    assert seen.ready()[-1][1] == "True"
    note = seen.lab.world.note("kubelet", "default/web")
    assert note is not None
    seen.lab.world.set_note(
        "kubelet", "default/web", recovery._restarted(note, seen.lab.get(), seen.lab.world.now, lost=0)
    )
    seen.lab.world.clock.move("kubelet", "default/web", seen.lab.world.now)
    seen.run(8)
    (down, was), (up, now) = seen.ready()[-2:]
    assert (down, was, now) == (20.0, "False", "True")
    assert 20 < up < 26.1
