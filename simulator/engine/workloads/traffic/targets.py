"""Where the requests of a Traffic end: at the ready endpoints of a Service, behind an Ingress host, or at one pod.

Endpoints are those that kube-proxy forwards to. Follows the matching of hosts and paths of
https://kubernetes.io/docs/concepts/services-networking/ingress for an Ingress.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.engine.causes import _

from ...objects import get_in, name_of, namespace_of, spec_of, status_of
from ...registry import Body, Instant, Key, Reader
from .. import resolver, servers
from ..containers import container_of, running
from ..environment import DOMAIN


class End(NamedTuple):
    """A container that answers. began: the start of its present run, as the pod's status has it."""

    pod: Body
    container: str
    port: int


class Found(NamedTuple):
    """Who answers, and, if nobody does, why: a CamelCase reason and a sentence with its parameters.

    services: those that were looked at, whose endpoints the answer depends on. sticks: a client stays at its pod.
    """

    ends: list[End]
    reason: str = ""
    sentence: str = ""
    about: dict[str, str] = {}
    services: tuple[Key, ...] = ()
    sticks: bool = False

    @property
    def message(self) -> str:
        return self.sentence.format(**self.about)


Known = Callable[[Body, int], str | None]
"""The container of a pod that was found to listen on a port before, None if it is to be looked for."""


def find(reader: Reader, traffic: Body, now: Instant, known: Known = lambda pod, port: None) -> Found:
    """Who answers the requests of a Traffic now."""
    target, namespace = spec_of(traffic).get("target") or {}, namespace_of(traffic)
    look = _Look(reader, now, known)
    if target.get("pod") is not None:
        return look.pod(Key(namespace, target["pod"]["name"]), target["pod"].get("port"))
    if target.get("ingress") is not None:
        return look.ingress(target["ingress"]["host"], spec_of(traffic).get("path") or "/")
    held = target.get("service") or {}
    return look.service(Key(held.get("namespace") or namespace, held.get("name") or ""), held.get("port"))


class _Look(NamedTuple):
    reader: Reader
    now: Instant
    known: Known

    def service(self, key: Key, port: int | str | None) -> Found:
        about = {"service": key.name, "port": str(port)}
        body = self.reader.get("services", *key)
        if body is None:
            return Found([], "ServiceNotFound", _("There is no Service {service}."), about, (key,))
        spec = spec_of(body)
        if spec.get("type") == "ExternalName":
            return Found([], "ExternalName", _("Service {service} stands for a name outside of the cluster."), about)
        listed = [one for one in spec.get("ports") or () if port is None or port in (one["port"], one.get("name"))]
        if not listed:
            return Found([], "PortNotFound", _("Service {service} has no port {port}."), about, (key,))
        if len(listed) > 1:
            return Found([], "PortRequired", _("Service {service} has several ports; say which."), about, (key,))
        ends, bound = self._ends(key, listed[0].get("name") or "")
        sticks = spec.get("sessionAffinity") == "ClientIP"
        if ends:
            return Found(ends, services=(key,), sticks=sticks)
        if bound:
            refused = _("No endpoint of Service {service} listens on its port {port}: connection refused.")
            about["port"] = str(listed[0].get("targetPort", listed[0]["port"]))
            return Found([], "ConnectionRefused", refused, about, (key,))
        return Found(
            [], "NoEndpoints", _("Service {service} has no ready endpoint: connection refused."), about, (key,)
        )

    def _ends(self, service: Key, port: str) -> tuple[list[End], bool]:
        """The containers behind a port of a Service, by pod; and whether it has ready endpoints at all."""
        found, bound = dict[Key, End](), False
        for part in resolver.slices(self.reader, *service):
            number = next((one.get("port") for one in part.get("ports") or () if one.get("name", "") == port), None)
            if number is None:
                continue
            for endpoint in part.get("endpoints") or ():
                target = endpoint.get("targetRef") or {}
                if not resolver.endpoint_ready(endpoint) or target.get("kind") != "Pod":
                    continue
                bound = True
                key = Key(target.get("namespace") or service.namespace, target["name"])
                pod = self.reader.get("pods", *key)
                container = None if pod is None else self._container(pod, number)
                if pod is not None and container is not None:
                    found[key] = End(pod, container, number)
        return [found[key] for key in sorted(found)], bound

    def _container(self, pod: Body, port: int) -> str | None:
        """The running container that listens on a port."""
        known = self.known(pod, port)
        if known is not None:
            return known
        for name, since in running(pod):
            body = container_of(pod, name)
            if servers.of_container(pod, body, port, since, reader=self.reader, now=self.now) is not None:
                return name
        return None

    def pod(self, key: Key, port: int | str | None) -> Found:
        about = {"pod": key.name, "port": str(port)}
        pod = self.reader.get("pods", *key)
        if pod is None:
            return Found([], "PodNotFound", _("There is no Pod {pod}."), about)
        if status_of(pod).get("phase") != "Running":
            return Found([], "PodNotRunning", _("Pod {pod} does not run."), about)
        number = port if isinstance(port, int) else _declared(pod, port)
        if number is None and port is None:
            return Found([], "PortRequired", _("Pod {pod} has not exactly one port; say which."), about)
        if number is None:
            return Found([], "PortNotFound", _("Pod {pod} has no port {port}."), about)
        container = self._container(pod, number)
        if container is None:
            about["port"] = str(number)
            return Found([], "ConnectionRefused", _("Pod {pod} does not listen on port {port}."), about)
        return Found([End(pod, container, number)])

    def ingress(self, host: str, path: str) -> Found:
        chosen: tuple[tuple[int, int], str, Body] | None = None
        for body in self.reader.list("ingresses.networking.k8s.io"):
            for rank, backend in _rules(body, host, path):
                if chosen is None or rank > chosen[0]:
                    chosen = rank, namespace_of(body), backend
        if chosen is None:
            return Found(
                [], "HostNotFound", _("No Ingress serves host {host} and path {path}."), {"host": host, "path": path}
            )
        held = chosen[2].get("service") or {}
        port = get_in(held, "port", "number") or get_in(held, "port", "name")
        return self.service(Key(chosen[1], held.get("name") or ""), port)


def _declared(pod: Body, name: str | None) -> int | None:
    """The port that a pod's containers declare by that name, or the only one if the name is None."""
    listed = [port for one in spec_of(pod).get("containers") or () for port in one.get("ports") or ()]
    fitting = [one["containerPort"] for one in listed if name is None or one.get("name") == name]
    return fitting[0] if len(fitting) == 1 or (fitting and name is not None) else None


def _rules(ingress: Body, host: str, path: str) -> list[tuple[tuple[int, int], Body]]:
    """The backends of an Ingress that fit, each with how well: exact hosts before others, then the longest path."""
    spec, found = spec_of(ingress), []
    for rule in spec.get("rules") or ():
        held = rule.get("host") or ""
        rank = 3 if held == host else 2 if _is_wildcard_of(held, host) else 1 if not held else 0
        for one in get_in(rule, "http", "paths", default=()) if rank else ():
            if _fits(one.get("pathType") or "Prefix", one.get("path") or "/", path.partition("?")[0]):
                found.append(
                    ((rank, len(one.get("path") or "/") * 2 + (one.get("pathType") == "Exact")), one["backend"])
                )
    if spec.get("defaultBackend") is not None:
        found.append(((0, 0), spec["defaultBackend"]))
    return found


def _is_wildcard_of(held: str, host: str) -> bool:
    return held.startswith("*.") and host.partition(".")[2] == held[2:]


def _fits(kind: str, held: str, path: str) -> bool:
    if kind == "Exact":
        return path == held
    prefix = held.rstrip("/")
    return path == prefix or path.startswith(f"{prefix}/") or not prefix


def named(reader: Reader, host: str, port: int, namespace: str) -> Body | None:
    """The target of requests that a pod of a namespace sends to a host; None if that is not in the cluster."""
    if resolver.is_address(host):
        for one in reader.list("services"):
            if spec_of(one).get("clusterIP") == host:
                return {"service": {"name": name_of(one), "namespace": namespace_of(one), "port": port}}
        for one in reader.list("pods", namespace):
            if status_of(one).get("podIP") == host:
                return {"pod": {"name": name_of(one), "port": port}}
        return None
    parts = host.rstrip(".").removesuffix(f".{DOMAIN}").split(".")
    if len(parts) == 1:
        return {"service": {"name": parts[0], "namespace": namespace, "port": port}}
    is_service = len(parts) == 2 and reader.get("namespaces", "", parts[1]) is not None
    if is_service or (len(parts) == 3 and parts[2] == "svc"):
        return {"service": {"name": parts[0], "namespace": parts[1], "port": port}}
    return None
