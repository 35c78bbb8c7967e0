"""How an exec or attach ends: the Status on the error channel.

Follows staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand and apiserver/pkg/util/proxy/streamtranslator.go,
v1.34. A client that speaks v5 is served by the API server, which hears of all that goes wrong as the kubelet's client.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from simulator.api.streams.channels import V5, Protocol
from simulator.engine.errors import StatusError
from simulator.engine.registry import Body


def ended(protocol: Protocol, code: int, command: Sequence[str]) -> bytes:
    """The end of a process with this exit code."""
    if code == 0:
        return b"" if protocol.plain else orjson.dumps({"metadata": {}, "status": "Success"})
    detail = f"error executing command [{' '.join(command)}], exit code {code}"
    if protocol == V5:
        detail = f"command terminated with exit code {code}"
    message = f"command terminated with non-zero exit code: {detail}"
    if protocol.plain:
        return message.encode()
    body: Body = {
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }
    return orjson.dumps(body)


def failed(protocol: Protocol, detail: str) -> bytes:
    """What went wrong besides the process."""
    message = f"Internal error occurred: {detail}"
    if protocol.plain:
        return message.encode()
    body = StatusError(500, "InternalError", message, {"causes": [{"message": detail}]}).status()
    return orjson.dumps({key: value for key, value in body.items() if key not in ("kind", "apiVersion")})


def not_executed(protocol: Protocol, doing: str, detail: str) -> bytes:
    """The runtime could not do what was asked for."""
    told = f"error {doing} container: {detail}"
    return failed(protocol, f"Internal error occurred: {told}" if protocol == V5 else told)
