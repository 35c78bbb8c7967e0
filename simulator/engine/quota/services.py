"""What Services cost: themselves, load balancers and node ports.

Follows pkg/quota/v1/evaluator/core/services.go, v1.34.
"""

from __future__ import annotations

from ..objects import spec_of
from ..registry import Body, Instant
from .amounts import Amounts

NAMES = frozenset({"count/services", "services", "services.nodeports", "services.loadbalancers"})


def usage(service: Body, now: Instant) -> Amounts:
    spec = spec_of(service)
    ports = spec.get("ports") or []
    node_ports = balancers = 0
    if spec.get("type") == "NodePort":
        node_ports = len(ports)
    elif spec.get("type") == "LoadBalancer":
        balancers = 1
        allots = spec.get("allocateLoadBalancerNodePorts") is not False
        node_ports = len(ports) if allots else sum(bool(port.get("nodePort")) for port in ports)
    return {
        "count/services": "1",
        "services": "1",
        "services.nodeports": str(node_ports),
        "services.loadbalancers": str(balancers),
    }


def frees(new: Body, old: Body, now: Instant) -> bool:
    return usage(new, now) != usage(old, now)
