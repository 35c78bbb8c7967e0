"""Two nodes with their kubelets and nothing else: pods come bound, and each change is written down with its instant."""

from __future__ import annotations

from typing import Any

from simulator.engine.causes import Cause
from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.journal import Change
from simulator.engine.kubelet import node as kubelet_node
from simulator.engine.kubelet.sync import Kubelets
from simulator.engine.objects import instant_of
from simulator.engine.registry import Body
from simulator.engine.topology import GI, NodeSize
from simulator.engine.world import World

T0 = instant_of("2026-01-01T00:00:00Z")
USER = Cause("kubectl", "apply", "Somebody asked for it.")
PRESENT = ("docker.io/library/nginx:1.27", "docker.io/library/busybox:1.36")


class Lab:
    """Nodes n1 and n2 (2 CPUs, 4 GiB, five pods); nginx:1.27 and busybox:1.36 lie on them already."""

    def __init__(self, seed: int = 1) -> None:
        self.world = World(seed=seed, now=T0)
        self.kubelets = Kubelets(self.world)
        self.kubelets.start()
        for namespace in ("default", "kube-node-lease"):
            self.world.create("namespaces", {"metadata": {"name": namespace}}, USER)
        account = {"metadata": {"name": "default", "namespace": "default"}, "automountServiceAccountToken": False}
        self.world.create("serviceaccounts", account, USER)
        for number, name in enumerate(("n1", "n2"), 1):
            size = NodeSize(name=name, cpu=2000, memory=4 * GI, pods=5)
            ip, cidr = f"192.168.0.{number}", f"10.244.{number}.0/24"
            self.world.create(
                "nodes", kubelet_node.register(self.world, size, ip=ip, pod_cidr=cidr, images=PRESENT), USER
            )
        self.log: list[tuple[int, str]] = []
        self.world.watch("pods", self._pod)
        self.world.watch("events", self._event)

    def pod(self, name: str = "web", image: str = "nginx:1.27", *, node: str = "n1", **fields: Any) -> Body:
        """Creates a bound pod of one container `main`; `command`, `args`, `resources`, ... are the container's."""
        spec = {key: fields.pop(key) for key in tuple(fields) if key in _POD_FIELDS}
        container = {"name": "main", "image": image, **fields}
        body = {
            "metadata": {"name": name, "namespace": "default"},
            "spec": {"nodeName": node, "containers": [container], **spec},
        }
        return self.world.create("pods", body, USER)

    def delete(self, name: str = "web", grace: int | None = None) -> None:
        self.world.delete("pods", "default", name, USER, grace=grace)

    def run(self, seconds: float) -> None:
        self.world.clock.run_until(self.world.now + int(seconds * SECOND))

    def get(self, name: str = "web") -> Body:
        body = self.world.get("pods", "default", name)
        assert body is not None
        return body

    def main(self, name: str = "web") -> Body:
        """The status of the pod's only container."""
        status: Body = self.get(name)["status"]["containerStatuses"][0]
        return status

    def conditions(self, name: str = "web") -> dict[str, str]:
        return {one["type"]: one["status"] for one in self.get(name)["status"]["conditions"]}

    def said(self, reason: str = "") -> list[str]:
        """Messages of events, in the order in which they first came."""
        events = sorted(self.world.list("events"), key=lambda one: int(one["metadata"]["resourceVersion"]))
        return [one["message"] for one in events if not reason or one["reason"] == reason]

    def story(self) -> list[str]:
        """`milliseconds text` for each change since the last call."""
        told, self.log = self.log, []
        return [f"{at // MILLISECOND} {text}" for at, text in told]

    def _pod(self, change: Change) -> None:
        status = change.body.get("status") or {}
        states = [
            f"{one['name']}={_state(one)}"
            for one in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ()))
        ]
        if change.operation == "DELETED":
            self._write(f"{change.key.name} gone")
        elif change.operation == "MODIFIED" and change.cause is not USER:
            self._write(" ".join([change.key.name, status.get("phase", ""), *states]))

    def _event(self, change: Change) -> None:
        self._write(f"{change.body['reason']} x{change.body['count']}")

    def _write(self, text: str) -> None:
        self.log.append((self.world.now - T0, text))


_POD_FIELDS = frozenset(
    {"initContainers", "restartPolicy", "terminationGracePeriodSeconds", "hostNetwork", "nodeSelector", "tolerations"}
    | {"containers", "readinessGates", "affinity", "volumes", "securityContext", "imagePullSecrets"}
    | {"activeDeadlineSeconds", "shareProcessNamespace", "dnsPolicy", "dnsConfig", "hostname", "subdomain"}
    | {"setHostnameAsFQDN", "hostAliases", "priorityClassName"}
)


def _state(status: Body) -> str:
    ((kind, detail),) = status["state"].items()
    return detail.get("reason", kind)
