"""What exec, attach and port-forward share: the pod that is meant, what its kubelet says, and how one upgrades.

Follows pkg/registry/core/pod/strategy.go (streamLocation), pkg/kubelet/server/server.go and
apimachinery/pkg/util/proxy/upgradeaware.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator import reading
from simulator.api.calls import Answer, Call
from simulator.engine import errors
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
    """Raises StatusError 400 for a pod that no kubelet has."""
    if not spec_of(pod).get("nodeName"):
        raise errors.bad_request(f"pod {call.route.name} does not have a host assigned")


def unsupported() -> Answer:
    """The client offers no subprotocol that is spoken here."""
    return Answer(403, b"", TEXT)


def not_a_websocket(call: Call, trouble: Trouble | None) -> Answer:
    """The answer to a plain request, or to one that wants SPDY. kubectl asks so when its WebSocket was refused."""
    if not call.headers.get("Upgrade"):
        raise errors.bad_request("Upgrade request required")
    if trouble:
        return trouble.answer()
    raise errors.bad_request("SPDY is not spoken here, only WebSockets are: use kubectl 1.31 or newer")


def has_sandbox(pod: Body) -> bool:
    """The pod runs on its node, so that its network can be reached."""
    return bool(status_of(pod).get("podIP")) and not is_terminal(pod)
