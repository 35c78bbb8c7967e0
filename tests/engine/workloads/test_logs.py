"""What `kubectl logs` shows."""

from simulator.engine.objects import instant_of
from simulator.engine.workloads import logs

STARTED = "2026-01-01T00:00:10Z"
AT = instant_of(STARTED)


def pod(
    image: str, state: dict[str, object], last: dict[str, object] | None = None, **container: object
) -> dict[str, object]:
    status = {"name": "main", "state": state, "lastState": last or {}}
    spec = {"containers": [{"name": "main", "image": image, **container}]}
    return {"spec": spec, "status": {"containerStatuses": [status], "podIP": "10.244.1.2"}}


def test_nginx() -> None:
    found = logs.lines(pod("nginx:1.27", {"running": {"startedAt": STARTED}}), "main", AT + 10**9)
    assert found[0][0] == AT
    assert found[-2] == (AT + 58_000, "2026/01/01 00:00:10 [notice] 1#1: nginx/1.27")


def test_only_what_has_been_printed_by_now() -> None:
    running = pod("nginx:1.27", {"running": {"startedAt": STARTED}})
    assert len(logs.lines(running, "main", AT + 10_000)) == 2
    assert logs.lines(running, "main", AT - 1) == []


def test_a_script_prints_what_it_echoes() -> None:
    running = pod(
        "busybox", {"running": {"startedAt": STARTED}}, command=["sh", "-c", "echo one; sleep 2; echo two; sleep 99"]
    )
    assert logs.lines(running, "main", AT + 1_000_000) == [(AT, "one")]
    assert [line for _, line in logs.lines(running, "main", AT + 3_000_000)] == ["one", "two"]


def test_the_run_before() -> None:
    ended = {"startedAt": STARTED, "finishedAt": "2026-01-01T00:00:11Z", "exitCode": 1}
    waiting = pod(
        "busybox", {"waiting": {"reason": "CrashLoopBackOff"}}, {"terminated": ended}, command=["echo", "hello"]
    )
    assert logs.lines(waiting, "main", AT + 10**9) == [(AT, "hello")]
    running = pod("nginx", {"running": {"startedAt": STARTED}}, {"terminated": ended})
    assert logs.lines(running, "main", AT + 10**9, previous=True)[0][0] == AT


def test_nothing_before_the_start() -> None:
    assert logs.lines(pod("nginx", {"waiting": {"reason": "ContainerCreating"}}), "main", AT) == []
    assert logs.lines(pod("nginx", {"running": {"startedAt": STARTED}}), "other", AT) == []
