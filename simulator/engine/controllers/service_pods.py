"""Which pods stand behind which Services, and which of them changed since a Service was last looked at.

What the endpoints controllers share: a reconcile reads only the pods that changed. The record of changes is derived;
after a world is loaded, the first reconcile of each Service reads all its pods.
Follows staging/src/k8s.io/endpointslice/util/controller_utils.go and pkg/api/v1/pod/util.go (FindPort), v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.engine.controllers.pod_gc import node_name
from simulator.engine.journal import Change
from simulator.engine.objects import (
    annotations_of,
    condition,
    get_in,
    instant_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    timestamp,
    uid_of,
)
from simulator.engine.pods import is_ready, is_terminal
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.selectors import of_labels
from simulator.engine.world import World

TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
HEADLESS = "service.kubernetes.io/headless"
PortKey = tuple[tuple[str, int, str, str], ...]


class ServiceReconciler(Reconciler):
    """Base of the endpoints controllers; its keys are Services."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._services: dict[tuple[str, str, str], dict[Key, dict[str, str]]] = {}
        self._changed: dict[Key, dict[Key, None]] = {}
        world.add_index("pods", "node", node_name)
        world.watch("services", self._service_changed)
        world.watch("pods", self._pod_changed)
        world.watch("nodes", self._node_changed)

    def start(self) -> None:
        self._services, self._changed = {}, {}
        for service in self.world.list("services"):
            self._select(key_of(service), None, service)

    def changed_pods(self, key: Key) -> list[Key] | None:
        """The pods that changed since the last call; None if all may have."""
        changed = self._changed.get(key)
        self._changed[key] = {}
        return sorted(changed) if changed is not None else None

    def doubt(self, key: Key, led_by: int | None) -> None:
        """Has the Service looked at as a whole: what is known about it may be wrong."""
        self._changed.pop(key, None)
        self.enqueue(key, after=self.world.latency.endpoints, led_by=led_by)

    def selected(self, service: Body) -> Iterator[Body]:
        selector = of_labels(spec_of(service).get("selector"))
        for pod in self.world.list("pods", namespace_of(service)):
            if selector.matches(labels_of(pod)):
                yield pod

    # --- watching ------------------------------------------------------------------------------------------------

    def _select(self, key: Key, before: Body | None, after: Body | None) -> None:
        for body in (before, after):
            selector = (spec_of(body).get("selector") or {}) if body is not None else {}
            if not selector:
                continue
            term = (key.namespace, *min(selector.items()))
            if body is before:
                self._services.get(term, {}).pop(key, None)
            else:
                self._services.setdefault(term, {})[key] = selector

    def _service_changed(self, change: Change) -> None:
        gone = change.operation == "DELETED"
        self._select(change.key, change.before, None if gone else change.body)
        before, after = change.before, change.body
        if gone or before is None or any(part(before) != part(after) for part in (spec_of, labels_of, annotations_of)):
            self.doubt(change.key, change.revision)

    def _pod_changed(self, change: Change) -> None:
        before = _standing(change.before) if change.before else None
        after = _standing(change.body) if change.operation != "DELETED" else None
        if before == after:
            return
        self._mark(change.key, labels_of(change.body), change.revision)
        if change.before is not None and labels_of(change.before) != labels_of(change.body):
            self._mark(change.key, labels_of(change.before), change.revision)

    def _node_changed(self, change: Change) -> None:
        before, after = change.before, change.body if change.operation != "DELETED" else None
        if before and after and zone_of(before) == zone_of(after):
            return
        for pod in self.world.indexed("pods", "node", change.key.name):
            self._mark(key_of(pod), labels_of(pod), change.revision)

    def _mark(self, pod: Key, labels: dict[str, str], led_by: int) -> None:
        for name, value in labels.items():
            for service, selector in self._services.get((pod.namespace, name, value), {}).items():
                if all(labels.get(key) == held for key, held in selector.items()):
                    if service in self._changed:
                        self._changed[service][pod] = None
                    self.enqueue(service, after=self.world.latency.endpoints, led_by=led_by)


def _standing(pod: Body) -> tuple[object, ...] | None:
    """What endpoints show of a pod; None for one that is in none."""
    address = status_of(pod).get("podIP")
    if not address or is_terminal(pod):
        return None
    return (address, is_ready(pod), is_deleting(pod), pod["spec"].get("nodeName"), labels_of(pod), uid_of(pod))


def belongs(pod: Body, *, deleting: bool) -> bool:
    """True for a pod that has an address and has not ended; `deleting`: also one on its way out."""
    return bool(status_of(pod).get("podIP")) and not is_terminal(pod) and (deleting or not is_deleting(pod))


def zone_of(node: Body) -> str:
    return labels_of(node).get("topology.kubernetes.io/zone", "")


def is_headless(service: Body) -> bool:
    return spec_of(service).get("clusterIP") == "None"


def hostname_of(pod: Body, service: Body) -> str:
    """The pod's own name under a headless Service that its subdomain names."""
    spec = pod["spec"]
    return str(spec["hostname"]) if spec.get("hostname") and spec.get("subdomain") == name_of(service) else ""


def target_of(pod: Body) -> Body:
    return {"kind": "Pod", "namespace": namespace_of(pod), "name": name_of(pod), "uid": uid_of(pod)}


def ports_of(service: Body, pod: Body) -> PortKey:
    """The Service's ports on this pod: (name, number, protocol, application protocol); a name it lacks is left out."""
    found = []
    for port in spec_of(service).get("ports") or ():
        number = _number(pod, port)
        if number is not None:
            protocol = port.get("protocol") or "TCP"
            found.append((port.get("name") or "", number, protocol, port.get("appProtocol") or ""))
    return tuple(found)


def _number(pod: Body, port: Body) -> int | None:
    target = port.get("targetPort") or port["port"]
    if isinstance(target, int):
        return target
    spec = pod["spec"]
    sidecars = (one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always")
    for container in (*(spec.get("containers") or ()), *sidecars):
        for held in container.get("ports") or ():
            if held.get("name") == target and (held.get("protocol") or "TCP") == (port.get("protocol") or "TCP"):
                return int(held["containerPort"])
    return None


def port_bodies(ports: PortKey, *, always_named: bool) -> list[Body]:
    """Ports as both kinds of endpoints write them; an EndpointSlice also writes an empty name."""
    bodies: list[Body] = []
    for name, number, protocol, application in ports:
        body: Body = {"name": name} if name or always_named else {}
        body |= {"port": number, "protocol": protocol}
        if application:
            body["appProtocol"] = application
        bodies.append(body)
    return bodies


def trigger_time(pods: list[Body], service: Body | None) -> str:
    """When the earliest of these changes began: a pod's readiness, or (if given) the Service's creation."""
    instants = []
    for pod in pods:
        text = (condition(pod, "Ready") or {}).get("lastTransitionTime")
        if text:
            instants.append(instant_of(text))
    if service is not None:
        instants.append(instant_of(service["metadata"]["creationTimestamp"]))
    return timestamp(min(instants)) if instants else ""


def with_trigger_time(annotations: dict[str, str], text: str) -> dict[str, str]:
    kept = {name: value for name, value in annotations.items() if name != TRIGGER_TIME}
    return {**kept, TRIGGER_TIME: text} if text else kept


def publishes_all(service: Body) -> bool:
    return bool(get_in(service, "spec", "publishNotReadyAddresses", default=False))
