"""What scripts of containers find: files, other containers' files, and what they wait for on the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator import manifests
from simulator.engine import pods
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.objects import instant_of
from simulator.engine.topology import demo
from simulator.engine.workloads import logs
from simulator.engine.world import World
from simulator.simulation import simulate

from .lab import Lab

BUSYBOX = "busybox:1.36"
PAGE = Path(__file__).parent / "pages" / "myapp.yaml"
USER = Cause("kubectl", "create", "Somebody asked for it.")
SCRIPTS: dict[str, tuple[str, list[str], int]] = {
    # name: (script, what it prints, exit code)
    "cat": ("echo a > /tmp/a; cat /tmp/a", ["a"], 0),
    "cat of what is not there": ("cat /tmp/a", ["cat: can't open '/tmp/a': No such file or directory"], 1),
    "ls": ("mkdir /tmp/d; touch /tmp/d/one /tmp/d/two; ls /tmp/d", ["one", "two"], 0),
    "a pipe": ("printf 'b\\na\\nb\\n' | sort | uniq -c", ["      1 a", "      2 b"], 0),
    "a test of a file": ("if [ -f /etc/passwd ]; then echo there; else echo not; fi", ["there"], 0),
    "a test of no file": ("if [ -f /nope ]; then echo there; else echo not; fi", ["not"], 0),
    "a substitution": ("echo $(cat /etc/hostname)", ["web"], 0),
    "what is written is counted": ("echo one > /tmp/x; echo two >> /tmp/x; wc -l < /tmp/x", ["2"], 0),
    "grep finds": ("grep -c root /etc/passwd", ["1"], 0),
    "grep finds nothing": ("grep nobody-here /etc/passwd || echo none", ["none"], 0),
    "no such program": ("frobnicate --all", ["sh: frobnicate: not found"], 127),
    "the script goes on": ("frobnicate; echo on", ["sh: frobnicate: not found", "on"], 0),
    "not simulated": ("vi /etc/passwd", ["sh: vi: this program is not simulated"], 127),
    "errors elsewhere": ("cat /nope 2>/dev/null; echo $?", ["1"], 0),
    "in a loop": ("for i in 1 2; do echo $i >> /tmp/n; done; cat /tmp/n", ["1", "2"], 0),
    "after some time": ("touch /tmp/a; sleep 2; rm /tmp/a; ls /tmp", [], 0),
    "id": ("id -u", ["0"], 0),
}


@pytest.mark.parametrize(("script", "printed", "code"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_script(script: str, printed: list[str], code: int) -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sh", "-c", script], restartPolicy="Never")
    lab.run(10)
    assert lab.main()["state"]["terminated"]["exitCode"] == code
    assert [line.text for line in logs.lines(lab.get(), "main", lab.world.now, reader=lab.world)] == printed


def shares(name: str, script: str, **more: Any) -> dict[str, Any]:
    mount = [{"name": "shared", "mountPath": "/shared"}]
    return {"name": name, "image": BUSYBOX, "command": ["sh", "-c", script], "volumeMounts": mount, **more}


def test_an_init_container_leaves_files() -> None:
    lab = Lab()
    lab.pod(
        containers=[shares("main", "cat /shared/a; ls /shared")],
        initContainers=[shares("one", "echo from one > /shared/a"), shares("two", "sleep 2; touch /shared/b")],
        volumes=[{"name": "shared", "emptyDir": {}}],
        restartPolicy="Never",
    )
    lab.run(15)
    assert [line.text for line in logs.lines(lab.get(), "main", lab.world.now, reader=lab.world)] == [
        "from one",
        "a",
        "b",
    ]


def test_containers_see_each_others_files() -> None:
    lab = Lab()
    lab.pod(
        containers=[
            shares("writer", "sleep 5; echo now > /shared/a; sleep 9999"),
            shares("reader", "cat /shared/a; sleep 10; cat /shared/a; sleep 9999"),
        ],
        volumes=[{"name": "shared", "emptyDir": {}}],
    )
    lab.run(30)
    assert [line.text for line in logs.lines(lab.get(), "reader", lab.world.now, reader=lab.world)] == [
        "cat: can't open '/shared/a': No such file or directory",
        "now",
    ]


def waiting() -> World:
    return simulate(manifests.read([str(PAGE)]).manifests, nodes=demo(), until=20 * SECOND).world


def serve(world: World, name: str) -> None:
    meta = {"name": name, "namespace": "default"}
    world.create("services", {"metadata": meta, "spec": {"ports": [{"port": 80}]}}, USER)


def shown(world: World) -> str:
    (pod,) = world.list("pods", "default")
    return pods.status_text(pod)


def test_init_containers_wait_for_services() -> None:
    """Follows https://kubernetes.io/docs/concepts/workloads/pods/init-containers/."""
    world = waiting()
    assert shown(world) == "Init:0/2"
    world.clock.run_until(world.now + 3600 * SECOND)
    assert shown(world) == "Init:0/2"
    serve(world, "myservice")
    created = world.now
    world.clock.run_until(world.now + 5 * SECOND)
    assert shown(world) == "Init:1/2"
    serve(world, "mydb")
    world.clock.run_until(world.now + 5 * SECOND)
    assert shown(world) == "Running"
    (pod,) = world.list("pods", "default")
    ended = instant_of(pod["status"]["initContainerStatuses"][0]["state"]["terminated"]["finishedAt"])
    assert created - SECOND <= ended <= created + 3 * SECOND
    lines = [line.text for line in logs.lines(pod, "init-mydb", world.now, reader=world)]
    assert "waiting for mydb" in lines
    assert lines.index("Name:\tmydb.default.svc.cluster.local") > lines.index("waiting for mydb")
    printed = [line.text for line in logs.lines(pod, "myapp-container", world.now, reader=world)]
    assert printed == ["The app is running!"]


WAITS = {
    # what: the loop
    "until": "until nslookup db.default.svc.cluster.local >/dev/null 2>&1; do sleep 3; done",
    "while": "while ! nslookup db.default.svc.cluster.local >/dev/null 2>&1; do sleep 3; done",
    "with a counter": "i=0; until nslookup db.default.svc.cluster.local; do i=$((i+1)); echo $i; sleep 3; done",
}


@pytest.mark.parametrize("loop", WAITS.values(), ids=WAITS.keys())
def test_a_loop_that_waits_ends_in_its_next_round(loop: str) -> None:
    world = waiting()
    container = {"name": "main", "image": BUSYBOX, "command": ["sh", "-c", f"{loop}; echo up"]}
    meta = {"name": "waits", "namespace": "default"}
    world.create("pods", {"metadata": meta, "spec": {"containers": [container], "restartPolicy": "Never"}}, USER)
    world.clock.run_until(world.now + 900 * SECOND)
    created = world.now
    serve(world, "db")
    world.clock.run_until(world.now + 10 * SECOND)
    pod = world.get("pods", "default", "waits")
    assert pod is not None
    ended = pod["status"]["containerStatuses"][0]["state"]["terminated"]
    assert ended["exitCode"] == 0
    assert created - SECOND <= instant_of(ended["finishedAt"]) <= created + 4 * SECOND
    lines = [line.text for line in logs.lines(pod, "main", world.now, reader=world)]
    assert lines[-1] == "up"
    counted = [int(line) for line in lines if line.isdecimal()]
    assert counted == list(range(1, len(counted) + 1))
    assert not counted or abs(len(counted) - 300) < 4


def test_waiting_costs_nothing() -> None:
    world = waiting()
    world.drain()
    world.clock.run_until(world.now + 600 * SECOND)
    assert not [change for change in world.drain().changes if change.resource in ("pods", "events")]
