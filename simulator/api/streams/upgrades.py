"""What exec, attach and port-forward share: the pod that is meant, what its kubelet says, and how one upgrades.

Follows pkg/registry/core/pod/strategy.go (streamLocation), pkg/kubelet/server/server.go and
apimachinery/pkg/util/proxy/upgradeaware.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulator import reading
from simulator.api.calls import Answer, Call
from simulator.engine import errors, faults
from simulator.engine.objects import spec_of, status_of
from simulator.engine.pods import is_terminal
from simulator.engine.registry import Body

TEXT = "text/plain; charset=utf-8"


class Trouble(NamedTuple):
    """Why the kubelet does not do what it is asked: the HTTP status and the words."""

    code: int
    text: str

    def answer(self) -> Answer:
        return Answer(self.code, f"{self.text}\n".encode(), TEXT, {"X-Content-Type-Options": "nosniff"})


def pod_of(call: Call) -> Body:
    """The pod that is asked for. Raises StatusError 404."""
    pod = reading.DatabaseReader(call.cluster).get("pods", call.route.namespace or "", call.route.name)
    if pod is None:
        raise errors.not_found("pods", call.route.name)
    return pod


def check_assigned(call: Call, pod: Body) -> None:
    """Raises StatusError, 400 for a pod that no kubelet has, 500 for one whose kubelet cannot be reached."""
    node = spec_of(pod).get("nodeName")
    if not node:
        raise errors.bad_request(f"pod {call.route.name} does not have a host assigned")
    if why := faults.dial(reading.DatabaseReader(call.cluster), node):
        raise errors.StatusError(500, "", f"error dialing backend: {why}")


def unsupported(call: Call, spoken: Sequence[str]) -> Answer:
    """The client offers no protocol that is spoken here; with SPDY it hears which are."""
    if not call.spdy:
        return Answer(403, b"", TEXT)
    listed = f"client supports [{' '.join(call.subprotocols or ())}], server accepts [{' '.join(spoken)}]"
    return Trouble(403, f"unable to upgrade: unable to negotiate protocol: {listed}").answer()


def not_a_websocket(call: Call, trouble: Trouble | None) -> Answer:
    """The answer to a request that upgrades to nothing that this server knows."""
    if call.headers.get("Upgrade") and trouble:
        return trouble.answer()
    raise errors.bad_request("Upgrade request required")


def has_sandbox(pod: Body) -> bool:
    """The pod runs on its node, so that its network can be reached."""
    return bool(status_of(pod).get("podIP")) and not is_terminal(pod)
