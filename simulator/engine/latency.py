"""How long each real component takes, in one profile that a cluster chooses. All figures are microseconds."""

from __future__ import annotations

from dataclasses import dataclass

from .clock import MILLISECOND, SECOND


@dataclass(frozen=True, slots=True)
class Latency:
    """Delays of one profile.

    watch: from a write until another component hears of it and acts. scheduling: one cycle of the scheduler. bind: from
    the decision until the pod is bound. sandbox, create, start: the kubelet's steps for a pause container and for a
    container. pull_overhead and pull_bandwidth (bytes per second): an image pull is overhead + size / bandwidth.
    status: the kubelet's delay before it reports a pod's status. endpoints: how long the endpoints controllers gather
    changes of a Service's pods. kill: from a container's end until its sandbox is gone. boot: from a machine's power
    until its kubelet is started. kubelet: from then until the kubelet reports. attach: until a volume is attached to a
    node, or detached from it.
    """

    name: str
    watch: int
    scheduling: int
    bind: int
    sandbox: int
    create: int
    start: int
    pull_overhead: int
    pull_bandwidth: int
    status: int
    endpoints: int
    kill: int
    boot: int
    kubelet: int
    attach: int

    def pull(self, size: int) -> int:
        """Microseconds to pull an image of `size` bytes."""
        return self.pull_overhead + (size * SECOND // self.pull_bandwidth if self.pull_bandwidth else 0)


PROFILES: dict[str, Latency] = {
    profile.name: profile
    for profile in (
        Latency(
            name="realistic",
            watch=8 * MILLISECOND,
            scheduling=4 * MILLISECOND,
            bind=6 * MILLISECOND,
            sandbox=550 * MILLISECOND,
            create=90 * MILLISECOND,
            start=140 * MILLISECOND,
            pull_overhead=900 * MILLISECOND,
            pull_bandwidth=40_000_000,
            status=60 * MILLISECOND,
            endpoints=100 * MILLISECOND,
            kill=80 * MILLISECOND,
            boot=20 * SECOND,
            kubelet=2 * SECOND,
            attach=1500 * MILLISECOND,
        ),
        Latency(
            name="classroom",
            watch=4 * MILLISECOND,
            scheduling=4 * MILLISECOND,
            bind=4 * MILLISECOND,
            sandbox=250 * MILLISECOND,
            create=60 * MILLISECOND,
            start=60 * MILLISECOND,
            pull_overhead=400 * MILLISECOND,
            pull_bandwidth=200_000_000,
            status=30 * MILLISECOND,
            endpoints=50 * MILLISECOND,
            kill=40 * MILLISECOND,
            boot=5 * SECOND,
            kubelet=SECOND,
            attach=500 * MILLISECOND,
        ),
        Latency("instant", *([0] * 14)),
    )
}
