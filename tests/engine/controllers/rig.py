"""A small cluster for the controllers' tests: real controllers, and a stand-in that binds, starts and ends pods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulator.engine.causes import Cause
from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.control_plane import COMPONENTS
from simulator.engine.controllers.daemonset.placement import target_of
from simulator.engine.controllers.node_lifecycle import NodeLifecycleController
from simulator.engine.journal import Change
from simulator.engine.kubelet.sync import Kubelets
from simulator.engine.latency import PROFILES
from simulator.engine.objects import is_deleting, name_of, set_in, status_of, timestamp, uid_of
from simulator.engine.pods import is_active, is_ready
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import KINDS, Body, Key
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.world import World

START = 1_700_000_000 * SECOND
USER = Cause("alice", "apply", "Alice applied it.")
CONTROLLERS = tuple(one for one in COMPONENTS if one not in (Scheduler, Kubelets, NodeLifecycleController))
"""Without kubelets there are no leases, by which nodes would be seen to live."""


class FakeKubelet(Reconciler):
    """Binds a pod, has it ready after `delay`, ends it when it is deleted. `is_sick(pod)`: it never is ready."""

    name = "fake-kubelet"

    def __init__(self, world: World, is_sick: Callable[[Body], bool], delay: int) -> None:
        super().__init__(world)
        self.is_sick = is_sick
        self.delay = delay
        world.watch("pods", self._changed)

    def _changed(self, change: Change) -> None:
        fresh = change.operation == "ADDED"
        leaving = change.before is not None and is_deleting(change.body) and not is_deleting(change.before)
        if fresh or leaving:
            self.enqueue(change.key, after=10 * MILLISECOND)

    def reconcile(self, key: Key) -> None:
        pod = self.world.get("pods", *key)
        if pod is None:
            return
        if is_deleting(pod):
            self.world.delete("pods", *key, self.cause("kill", "Gone."), grace=0)
        elif not pod["spec"].get("nodeName"):
            nodes = [name_of(node) for node in self.world.list("nodes")]
            node = target_of(pod) or nodes[self.world.hash("bind", *key) % len(nodes)]
            bound = set_in(pod, ("spec", "nodeName"), node)
            self.world.update("pods", bound, self.cause("Bind", "Bound."), subresource="binding")
            self.enqueue(key, after=self.delay)
        elif is_active(pod) and not is_ready(pod):
            make_ready(self.world, pod, ready=not self.is_sick(pod))


def make_ready(world: World, pod: Body, *, ready: bool = True, phase: str = "Running") -> None:
    at = timestamp(world.now)
    condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": at}
    figure = world.hash("ip", uid_of(pod))
    ip = status_of(pod).get("podIP") or f"10.{figure % 200}.{figure // 200 % 250}.{figure // 50000 % 250}"
    status = {**status_of(pod), "phase": phase, "podIP": ip, "conditions": [condition]}
    world.update_status("pods", {**pod, "status": status}, USER)


class Rig:
    """A world with nodes node-0 ..., namespace default, the controllers and the stand-in."""

    def __init__(
        self,
        nodes: int = 4,
        *,
        is_sick: Callable[[Body], bool] = lambda pod: False,
        latency: str = "realistic",
        delay: int = SECOND,
        kubelet: bool = True,
        seed: int = 1,
    ) -> None:
        self.settings = {"is_sick": is_sick, "latency": latency, "delay": delay, "kubelet": kubelet}
        self.world = World(seed=seed, now=START, latency=PROFILES[latency])
        self._assemble()
        self.namespace("default")
        for number in range(nodes):
            self.node(f"node-{number}", zone=f"zone-{number % 2}")

    def _assemble(self) -> None:
        self.components = [make(self.world) for make in CONTROLLERS]
        if self.settings["kubelet"]:
            self.components.append(FakeKubelet(self.world, self.settings["is_sick"], self.settings["delay"]))
        for component in self.components:
            component.start()

    def rebuild(self) -> None:
        """Replaces the world by one made from its objects and memories, as a worker that takes over does."""
        old = self.world
        self.world = World(seed=old.seed, now=old.now, revision=old.revision, latency=old.latency)
        for kind in KINDS:
            for body in old.list(kind.resource):
                self.world.load(kind.resource, body)
        for memory in old.memories():
            self.world.remember(memory)
        self._assemble()

    def run(self, seconds: float) -> None:
        self.world.clock.run_until(self.world.now + int(seconds * SECOND))

    def settle(self, most: float = 3600) -> None:
        end = self.world.now + int(most * SECOND)
        for _step in range(200_000):
            if self.world.clock.settled() or (self.world.clock.next_due() or end) > end:
                break
            self.world.clock.step()
        assert self.world.clock.settled(), list(self.world.clock.entries())[:5]

    # --- objects -------------------------------------------------------------------------------------------------

    def create(self, resource: str, body: Body) -> Body:
        return self.world.create(resource, body, USER, restored=resource == "namespaces")

    def edit(self, resource: str, name: str, path: Iterable[str], value: object, namespace: str = "default") -> Body:
        body = self.world.get(resource, namespace, name)
        assert body is not None
        return self.world.update(resource, set_in(body, tuple(path), value), USER)

    def delete(self, resource: str, name: str, namespace: str = "default", **options: Any) -> None:
        self.world.delete(resource, namespace, name, USER, **options)

    def get(self, resource: str, name: str, namespace: str = "default") -> Body:
        body = self.world.get(resource, namespace, name)
        assert body is not None, f"no {resource} {name}"
        return body

    def pods(self) -> list[Body]:
        return [pod for pod in self.world.list("pods", "default") if not is_deleting(pod)]

    def messages(self, reason: str) -> list[str]:
        return [event["message"] for event in self.world.list("events") if event["reason"] == reason]

    def namespace(self, name: str) -> None:
        self.create(
            "namespaces",
            {"metadata": {"name": name}, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}},
        )
        if self.world.get("serviceaccounts", name, "default") is None:
            self.create("serviceaccounts", {"metadata": {"namespace": name, "name": "default"}})

    def node(self, name: str, *, zone: str = "", **spec: Any) -> Body:
        labels = {"kubernetes.io/hostname": name, **({"topology.kubernetes.io/zone": zone} if zone else {})}
        return self.create("nodes", {"metadata": {"name": name, "labels": labels}, "spec": spec})

    def pod(self, name: str, labels: dict[str, str], **meta: Any) -> Body:
        spec = {"containers": [{"name": "c", "image": "nginx"}], "restartPolicy": "Always"}
        named = {"namespace": "default", "name": name, "labels": labels, **meta}
        return self.create("pods", {"metadata": named, "spec": spec})

    def replicaset(self, name: str, replicas: int, **more: Any) -> Body:
        return self.create("replicasets.apps", workload(name, replicas=replicas, **more))

    def deployment(
        self, name: str, replicas: int, *, surge: Any = "25%", unavailable: Any = "25%", **more: Any
    ) -> Body:
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
        defaults = {"strategy": rolling, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
        return self.create("deployments.apps", workload(name, replicas=replicas, **{**defaults, **more}))

    def daemonset(
        self, name: str, *, surge: Any = 0, unavailable: Any = 1, template: Body | None = None, **more: Any
    ) -> Body:
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
        body = workload(name, **{"updateStrategy": rolling, **more})
        if template:
            body = set_in(body, ("spec", "template", "spec"), {**body["spec"]["template"]["spec"], **template})
        return self.create("daemonsets.apps", body)

    def statefulset(self, name: str, replicas: int, *, claims: Iterable[str] = (), **more: Any) -> Body:
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        templates = [{"metadata": {"name": claim}, "spec": spec} for claim in claims]
        body = workload(name, replicas=replicas, **{"volumeClaimTemplates": templates, "serviceName": name, **more})
        return self.create("statefulsets.apps", body)

    def service(self, name: str, ports: list[Body] | None = None, **spec: Any) -> Body:
        ports = [{"port": 80, "protocol": "TCP", "targetPort": 8080}] if ports is None else ports
        held = {"type": "ClusterIP", "clusterIP": "10.96.0.9", "ports": ports, "selector": {"app": name}, **spec}
        return self.create("services", {"metadata": {"namespace": "default", "name": name}, "spec": held})

    def image(self, name: str, image: str, resource: str = "deployments.apps") -> None:
        containers = self.get(resource, name)["spec"]["template"]["spec"]["containers"]
        path = ("spec", "template", "spec", "containers")
        self.edit(resource, name, path, [{**containers[0], "image": image}, *containers[1:]])


def workload(name: str, **spec: Any) -> Body:
    container = {"name": "c", "image": "nginx:1", "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]}
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [container], "restartPolicy": "Always", "terminationGracePeriodSeconds": 30},
    }
    held = {"selector": {"matchLabels": {"app": name}}, "template": template, **spec}
    return {"metadata": {"namespace": "default", "name": name, "labels": {"app": name}}, "spec": held}
