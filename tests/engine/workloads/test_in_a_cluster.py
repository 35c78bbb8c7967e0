"""Inside pods of a whole cluster: names, services, what is kept, and what goes with the pod."""

from __future__ import annotations

import pytest

from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.kinds.file_system import RESOURCE
from simulator.engine.registry import Body
from simulator.engine.workloads.processes import execution
from simulator.engine.world import World

from .shell.driver import NOW, Outcome, drive

USER = Cause("kubectl", "apply", "Somebody asked for it.")
LABELS = {"app": "web"}


@pytest.fixture(scope="module")
def world() -> World:
    made = World(seed=1, now=NOW)
    boot(made, topology.demo(), until=NOW + 60 * SECOND)
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}
    meta = {"name": "web", "namespace": "default"}
    spec = {"replicas": 2, "selector": {"matchLabels": LABELS}, "template": template}
    made.create("deployments.apps", {"metadata": meta, "spec": spec}, USER)
    made.create("services", {"metadata": meta, "spec": {"selector": LABELS, "ports": [{"port": 80}]}}, USER)
    box = {"name": "box", "image": "busybox:1.36", "command": ["sleep", "1d"]}
    made.create("pods", {"metadata": {"name": "box", "namespace": "default"}, "spec": {"containers": [box]}}, USER)
    made.clock.run_until(made.now + 120 * SECOND)
    return made


def run(world: World, *argv: str) -> Outcome:
    body = world.get("pods", "default", "box")
    assert body is not None
    running = execution(body, "box", list(argv), reader=world, now=world.now)
    found = drive(running)
    if running.files.changed:
        stored: Body = running.files.body()
        work = world.update if world.get(RESOURCE, "default", "box") else world.create
        work(RESOURCE, stored, USER)
    return found


def test_services_answer(world: World) -> None:
    assert "Welcome to nginx!" in run(world, "wget", "-qO-", "http://web").out
    assert run(world, "nc", "-zv", "kubernetes.default", "443").code == 0
    assert "10.96.0.1\n" in run(world, "nslookup", "kubernetes.default.svc.cluster.local").out


def test_what_the_kubelet_gives(world: World) -> None:
    assert run(world, "cat", "/etc/resolv.conf").out == (
        "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
    )
    assert run(world, "printenv", "KUBERNETES_SERVICE_HOST", "WEB_SERVICE_PORT").out == "10.96.0.1\n80\n"
    place = "/var/run/secrets/kubernetes.io/serviceaccount"
    assert run(world, "ls", place).out == "ca.crt\nnamespace\ntoken\n"
    assert run(world, "cat", f"{place}/namespace").out == "default"


def test_files_go_with_their_pod(world: World) -> None:
    run(world, "touch", "/tmp/a")
    assert run(world, "ls", "/tmp").out == "a\n"
    world.delete("pods", "default", "box", USER)
    world.clock.run_until(world.now + 120 * SECOND)
    assert world.get("pods", "default", "box") is None
    assert world.list(RESOURCE) == []
