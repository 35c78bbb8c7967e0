"""What a sandbox is made with: its name and how it finds names.

Follows GetNodenameForKernel in pkg/kubelet/util/util_unix.go, GetPodDNS in pkg/kubelet/network/dns/dns.go and
createPodSandbox in pkg/kubelet/kuberuntime/kuberuntime_sandbox.go, v1.34.
"""

from __future__ import annotations

from ..workloads import environment, pod_files
from .turn import Turn

_LONGEST_NAME = 64


def is_refused(turn: Turn) -> bool:
    """Whether the sandbox cannot be made as the pod asks; says so. Warns of a resolver that has too much."""
    servers = pod_files.nameservers(turn.pod, turn.world)
    if len(servers) > pod_files.MOST_SERVERS:
        turn.event(
            "Warning",
            "DNSConfigForming",
            "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "
            f"{' '.join(servers[: pod_files.MOST_SERVERS])}",
        )
    searches = pod_files.searches(turn.pod)
    if searches != pod_files.all_searches(turn.pod):
        turn.event(
            "Warning",
            "DNSConfigForming",
            "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: "
            f"{' '.join(searches)}",
        )
    name = environment.kernel_name(turn.pod)
    if len(name) <= _LONGEST_NAME:
        return False
    turn.event(
        "Warning",
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN "
        f"{name} is too long ({_LONGEST_NAME} characters is the max, {len(name)} characters requested)",
    )
    return True
