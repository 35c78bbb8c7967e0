"""One forwarded connection: the bytes of a client to whatever listens on a port of a pod, and back.

The words are those of containerd's internal/cri/server/sandbox_portforward_linux.go and of the kubelet's
staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward, v1.34.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from uuid import UUID

from simulator import reading, store
from simulator.api import threads
from simulator.api.calls import Call
from simulator.api.streams.upgrades import has_sandbox
from simulator.engine.objects import uid_of
from simulator.engine.registry import Body, Instant
from simulator.engine.workloads import processes

_LARGEST = 1 << 20
"""Bytes of a request that is not answered yet."""

Read = Callable[[], Awaitable[bytes]]
Write = Callable[[bytes], Awaitable[None]]


class Broken(Exception):
    """The connection cannot be forwarded; str() is what the error stream says."""


class Forwarder:
    """Forwards connections to one pod, as it was when the client came."""

    def __init__(self, call: Call, pod: Body) -> None:
        self._call, self._uid = call, uid_of(pod)
        self._sandbox = blake2b(f"sandbox {self._uid}".encode(), digest_size=32).hexdigest()

    async def forward(self, port: int, read: Read, write: Write) -> None:
        """Serves one connection until one side hangs up. `read` gives b"" at the end. Raises Broken."""
        await threads.run(self._check, port)
        held = b""
        while data := await read():
            held += data
            while (answer := await threads.run(self._respond, port, held)) is not None:
                held = held[answer.consumed :]
                await write(answer.data)
                if answer.close:
                    return
                if not held:
                    break
            if len(held) > _LARGEST:
                return

    def refusal(self, port: int, detail: str) -> str:
        """What went wrong, as the kubelet words it."""
        return f"error forwarding port {port} to pod {self._sandbox}, uid : {detail}"

    # --- in threads ---

    def _check(self, port: int) -> None:
        """Raises Broken unless the pod listens on the port."""
        pod = self._pod()
        if pod is None:
            raise Broken(self.refusal(port, f'failed to find sandbox "{self._sandbox}" in store: not found'))
        reader, now = self._world()
        if not processes.is_listening(pod, port, reader=reader, now=now):
            place = f"/var/run/netns/cni-{UUID(hex=self._sandbox[:32])}"
            detail = (
                f'failed to execute portforward in network namespace "{place}": failed to connect to localhost:{port} '
                f'inside namespace "{self._sandbox}", IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused '
                f"IPv6 dial tcp6: address localhost: no suitable address "
            )
            raise Broken(self.refusal(port, detail))

    def _respond(self, port: int, data: bytes) -> processes.Response | None:
        pod = self._pod()
        reader, now = self._world()
        if pod is None or not processes.is_listening(pod, port, reader=reader, now=now):
            return processes.Response(b"", len(data), True)
        return processes.respond(pod, port, data, reader=reader, now=now)

    def _pod(self) -> Body | None:
        route = self._call.route
        pod = reading.DatabaseReader(self._call.cluster).get("pods", route.namespace or "", route.name)
        return pod if pod is not None and uid_of(pod) == self._uid and has_sandbox(pod) else None

    def _world(self) -> tuple[reading.DatabaseReader, Instant]:
        cluster = self._call.cluster
        cluster.refresh_from_db()
        return reading.DatabaseReader(cluster), store.instant(cluster, store.wall())
