"""Drives simulated processes: gives them input and time, and keeps what they write."""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine.objects import instant_of, timestamp
from simulator.engine.registry import Bodies, Body
from simulator.engine.workloads.processes import Exec, Interrupted, Read, Sleep, Write, execution

NOW = instant_of("2026-01-02T03:04:05Z")
ENOUGH = 20_000
"""Effects after which a process is taken to run for ever."""


class Objects:
    """A cluster that somebody wrote down."""

    def __init__(self, objects: dict[str, Bodies] | None = None) -> None:
        self.objects = objects or {}

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        for one in self.objects.get(resource, ()):
            meta = one["metadata"]
            if (meta.get("namespace", ""), meta["name"]) == (namespace, name):
                return one
        return None

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        held = self.objects.get(resource, [])
        return [one for one in held if namespace is None or one["metadata"].get("namespace", "") == namespace]

    def put(self, resource: str, body: Body) -> None:
        meta = body["metadata"]
        key = (meta.get("namespace", ""), meta["name"])
        kept = [
            one
            for one in self.objects.get(resource, ())
            if (one["metadata"].get("namespace", ""), one["metadata"]["name"]) != key
        ]
        self.objects[resource] = [*kept, body]


def pod(image: str = "busybox:1.36", name: str = "web", ip: str = "10.244.1.5", **fields: Any) -> Body:
    """A running pod of one container `main`; what is a field of a pod's spec goes there."""
    spec = {key: fields.pop(key) for key in tuple(fields) if key in _SPEC}
    status = {
        "name": "main",
        "containerID": f"containerd://{name}",
        "state": {"running": {"startedAt": timestamp(NOW - 3600 * 10**6)}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "labels": {"app": name}},
        "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": image, **fields}], **spec},
        "status": {
            "phase": "Running",
            "podIP": ip,
            "podIPs": [{"ip": ip}],
            "hostIP": "192.168.0.2",
            "startTime": timestamp(NOW - 3600 * 10**6),
            "containerStatuses": [status],
        },
    }


_SPEC = frozenset(
    {"volumes", "securityContext", "hostname", "subdomain", "dnsPolicy", "dnsConfig", "hostAliases", "hostNetwork"}
    | {"serviceAccountName", "enableServiceLinks"}
)


class Outcome(NamedTuple):
    """code: None for a process that did not end. slept: microseconds of virtual time."""

    out: str
    err: str
    code: int | None
    slept: int
    raw: bytes


def drive(running: Exec, given: bytes | list[bytes] = b"", *, most: int = ENOUGH) -> Outcome:
    """Runs a process to its end. given: its input, in pieces as they arrive; ^C in a piece of its own interrupts."""
    pieces = [given] if isinstance(given, bytes) else list(given)
    out, err, slept, result = bytearray(), bytearray(), 0, None
    thrown: Interrupted | None = None
    for _ in range(most):
        try:
            effect = running.process.send(result) if thrown is None else running.process.throw(thrown)
        except StopIteration as end:
            return Outcome(out.decode(errors="replace"), err.decode(errors="replace"), end.value, slept, bytes(out))
        result, thrown = None, None
        if isinstance(effect, Write):
            (out if effect.stream == "stdout" else err).extend(effect.data)
        elif isinstance(effect, Sleep):
            slept += effect.microseconds
            if pieces[:1] == [b"\x03"]:
                pieces.pop(0)
                thrown = Interrupted()
        else:
            assert isinstance(effect, Read)
            piece = pieces[0] if pieces else b""
            result = piece[: effect.most]
            if pieces:
                pieces[0] = piece[effect.most :]
                if not pieces[0]:
                    pieces.pop(0)
    running.process.close()
    return Outcome(out.decode(errors="replace"), err.decode(errors="replace"), None, slept, bytes(out))


def run(
    *argv: str,
    body: Body | None = None,
    reader: Objects | None = None,
    given: bytes | list[bytes] = b"",
    tty: bool = False,
    most: int = ENOUGH,
) -> Outcome:
    """Runs a program in a container, busybox's unless told otherwise."""
    return drive(
        execution(body or pod(), "main", list(argv), reader=reader or Objects(), now=NOW, tty=tty), given, most=most
    )


def sh(script: str, **more: Any) -> Outcome:
    return run("sh", "-c", script, **more)
