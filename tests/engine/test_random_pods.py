"""Whatever pods are accepted: the scheduler explains them, and what runs inside of them can be looked at."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from simulator import schema
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import BOOT, boot
from simulator.engine.objects import get_in
from simulator.engine.registry import KINDS, Body
from simulator.engine.scheduler import trace
from simulator.engine.topology import parse
from simulator.engine.workloads import logs, servers
from simulator.engine.workloads.effects import NotFound
from simulator.engine.workloads.processes import attached, execution
from simulator.engine.world import World
from tests import random_objects
from tests.engine.test_random_objects import MACHINES, NOW, grown, written
from tests.engine.workloads.shell.test_properties import drained

LOOKED = ["sh", "-c", "env; ls -lR /etc /data /var/run /; mount; df; ps; id; hostname; cat /etc/hosts /etc/resolv.conf"]
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


def looked_into(world: World, pod: Body) -> None:
    """Everything that people ask of a pod and its containers, but of its objects in the API."""
    trace.trace(world, {**pod, "spec": {key: value for key, value in pod["spec"].items() if key != "nodeName"}})
    for kind in CONTAINERS:
        for container in pod["spec"].get(kind) or ():
            name = container["name"]
            logs.lines(pod, name, world.now)
            logs.lines(pod, name, world.now, previous=True)
            for port in container.get("ports") or ():
                servers.find(pod, port["containerPort"], reader=world, now=world.now)
                servers.respond(
                    pod, port["containerPort"], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", reader=world, now=world.now
                )
    for status in get_in(pod, "status", "containerStatuses", default=[]):
        if "running" in status["state"]:
            event("a container runs")
            try:
                drained(execution(pod, status["name"], LOOKED, reader=world, now=world.now))
            except NotFound:
                event("a container without a shell")
            drained(attached(pod, status["name"], reader=world, now=world.now))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.integers(0, 1 << 32).map(Random))
def test_pods_can_be_looked_into(chance: Random) -> None:
    world = World(seed=1, now=NOW)
    world.types = schema.of_kind
    boot(world, parse(MACHINES), until=NOW + BOOT)
    for resource in ("configmaps", "secrets", "services", "persistentvolumeclaims", "behaviors.sim.k8sviz.io"):
        for body in (grown(chance, KINDS[resource]), random_objects.started(KINDS[resource])):
            written(
                world,
                KINDS[resource],
                {**body, "metadata": {**body["metadata"], "name": chance.choice(["all", "web"])}},
            )
    for number in range(8):
        body = grown(chance, KINDS["pods"])
        written(world, KINDS["pods"], {**body, "metadata": {**body["metadata"], "name": f"all-{number}"}})
    for _ in range(2):
        world.clock.run_until(world.now + 20 * SECOND)
        for pod in world.list("pods", "default"):
            looked_into(world, pod)
    for name in ("pods.metrics.k8s.io", "nodes.metrics.k8s.io", "componentstatuses"):
        kind = KINDS[name]
        assert kind.computed is not None
        for body in kind.computed(world, world.now):
            assert all(isinstance(column.cell(body, world.now), str | int | None) for column in kind.columns)
