"""What a name means to a pod: its hosts file, its search domains, and the records that CoreDNS serves for a cluster.

Follows the DNS-based service discovery specification 1.1.0 (kubernetes/dns) and its plugin `kubernetes` in CoreDNS.
Names of the world outside get an address by hash.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from ipaddress import ip_address
from typing import NamedTuple

from .. import faults
from ..objects import labels_of, namespace_of
from ..pods import node_of
from ..registry import Bodies, Body, Reader
from . import pod_files
from .environment import DOMAIN

SERVICE_NAME = "kubernetes.io/service-name"
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*", re.IGNORECASE)
_WORLD = """
com org net io dev app info edu gov mil int biz cloud ai co me tv ch de at uk fr it es nl be se no dk fi pl cz us ca mx
br au nz jp cn kr in sg hk tw za eu ru ua tr il ie pt gr
"""
"""Top-level domains in which a name of the world outside may be."""
_CNAMES = 8


class Found(NamedTuple):
    """name: the full name that has the addresses."""

    name: str
    addresses: list[str]


class NoServer(Exception):
    """Nobody answers: the cluster's name server has no endpoints."""


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def resolve(name: str, pod: Body, reader: Reader, hosts: str) -> Found | None:
    """The addresses of a name as a process of the pod sees it; None if there is no such name. Raises NoServer.

    hosts: the content of /etc/hosts.
    """
    if is_address(name):
        return Found(name, [name])
    plain = name.rstrip(".").lower()
    for line in hosts.splitlines():
        words = line.partition("#")[0].split()
        if plain in words[1:] and "." in words[0]:
            return Found(plain, [words[0]])
    if plain == "localhost":
        return Found(plain, ["127.0.0.1"])
    return query(name, pod, reader)


def query(name: str, pod: Body, reader: Reader) -> Found | None:
    """What the name server says, through the pod's search domains. Raises NoServer."""
    for full in candidates(name, pod):
        found = lookup(full, pod, reader)
        if found is not None:
            return found
    return None


def candidates(name: str, pod: Body) -> list[str]:
    """The full names that are asked for, in turn."""
    plain = name.rstrip(".").lower()
    if name.endswith("."):
        return [plain]
    searched = [f"{plain}.{domain}" for domain in pod_files.searches(pod)]
    return [plain, *searched] if plain.count(".") >= pod_files.ndots(pod) else [*searched, plain]


def lookup(full: str, pod: Body, reader: Reader) -> Found | None:
    """The addresses of one full name. Raises NoServer."""
    if not _HOST.fullmatch(full):
        return None
    if pod_files.searches(pod) and not _answers(pod, reader):
        raise NoServer
    for _ in range(_CNAMES):
        found = _in_cluster(full, reader)
        if not isinstance(found, str):
            return Found(full, found) if found else None
        full = found
    return None


def _answers(pod: Body, reader: Reader) -> bool:
    """Whether the cluster's name server has an endpoint that is ready and that the pod reaches."""
    listed = slices(reader, "kube-system", "kube-dns")
    ends = (one for part in listed for one in part.get("endpoints") or () if endpoint_ready(one))
    return any(not faults.way(reader, node_of(pod), one.get("nodeName") or node_of(pod)).is_cut for one in ends)


def _in_cluster(full: str, reader: Reader) -> list[str] | str | None:
    """Addresses; another name that stands for this one; None if there is no such name."""
    domain = f".{DOMAIN}"
    if not full.endswith(domain):
        return _outside(full)
    parts = full[: -len(domain)].split(".")
    if len(parts) == 3 and parts[2] == "pod" and is_address(parts[0].replace("-", ".")):
        return [parts[0].replace("-", ".")]
    if parts[-1] != "svc" or not 3 <= len(parts) <= 4:
        return None
    service = reader.get("services", parts[-2], parts[-3])
    if service is None:
        return None
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName", "")).rstrip(".").lower()
    if spec.get("clusterIP") not in (None, "", "None"):
        return [spec["clusterIP"]] if len(parts) == 3 else None
    return _of_endpoints(reader, service, parts[0] if len(parts) == 4 else "")


def _of_endpoints(reader: Reader, service: Body, host: str) -> list[str]:
    """The addresses behind a headless service, or those of one host of it."""
    found = []
    for part in slices(reader, namespace_of(service), service["metadata"]["name"]):
        for one in part.get("endpoints") or ():
            named = not host or one.get("hostname") == host or host in [a.replace(".", "-") for a in one["addresses"]]
            if endpoint_ready(one) and named:
                found += one["addresses"]
    return sorted(found)


def endpoint_ready(endpoint: Body) -> bool:
    return (endpoint.get("conditions") or {}).get("ready") is not False


def slices(reader: Reader, namespace: str, service: str) -> Bodies:
    """The EndpointSlices of a service."""
    listed = reader.list("endpointslices.discovery.k8s.io", namespace)
    return [one for one in listed if labels_of(one).get(SERVICE_NAME) == service]


def _outside(full: str) -> list[str] | None:
    """A name of the world outside: a public address by hash; None for what cannot be one."""
    if "." not in full or full.rpartition(".")[2] not in _WORLD.split():
        return None
    return [address_outside(full)]


def address_outside(full: str) -> str:
    """The address of a host of the world outside, by hash."""
    figure = int.from_bytes(blake2b(full.encode(), digest_size=3).digest(), "big")
    return f"93.{figure >> 16}.{figure >> 8 & 255}.{figure & 255}"
