"""zookeeper-ready and nodetool: how the documentation's ZooKeeper and Cassandra say that they serve.

Follows https://kubernetes.io/docs/tutorials/stateful-application/ (zookeeper, cassandra).
"""

from __future__ import annotations

from hashlib import blake2b

from ....objects import controller_of, get_in, namespace_of, status_of, uid_of
from ....registry import Body
from ... import servers
from ...effects import Write
from ..machine import Call, Program, Steps, out

_CASSANDRA = 9042
_HEAD = """\
Datacenter: {datacenter}
{line}
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
"""


def _serves(call: Call, pod: Body, port: int) -> bool:
    return servers.is_listening(pod, port, reader=call.machine.reader, now=call.machine.now)


def zookeeper_ready(call: Call) -> Steps[int]:
    """Asks the server on the port that is given whether it is well."""
    yield from ()
    port = call.args[0] if call.args else "2181"
    return 0 if port.isdigit() and _serves(call, call.machine.pod, int(port)) else 1


def nodetool(call: Call) -> Steps[int]:
    if not _serves(call, call.machine.pod, _CASSANDRA):
        text = "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused'.\n"
        yield Write("stderr", text.encode())
        return 1
    if call.args[:1] == ["status"]:
        yield out(_ring(call))
        return 0
    if call.args[:1] in (["drain"], ["flush"], ["decommission"]):
        return 0
    yield Write("stderr", b"nodetool: only status, drain, flush and decommission are simulated\n")
    return 1


def _ring(call: Call) -> str:
    datacenter = call.environment.get("CASSANDRA_DC") or "datacenter1"
    rack = call.environment.get("CASSANDRA_RACK") or "rack1"
    members = _members(call)
    rows = [("--", "Address", "Load", "Tokens", "Owns (effective)", "Host ID", "Rack")]
    for pod in members:
        address = status_of(pod)["podIP"]
        load = int.from_bytes(blake2b(uid_of(pod).encode(), digest_size=2).digest(), "big") % 4000 + 6500
        state = "UN" if _serves(call, pod, _CASSANDRA) else "DN"
        share = f"{100 / len(members):.1f}%"
        rows.append((state, address, f"{load // 100}.{load % 100:02} KiB", "32", share, uid_of(pod), rack))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    head = _HEAD.format(datacenter=datacenter, line="=" * len(f"Datacenter: {datacenter}"))
    return head + "\n".join(lines) + "\n"


def _members(call: Call) -> list[Body]:
    """The pods of the same controller that have an address: they are one ring."""
    own, owner = call.machine.pod, controller_of(call.machine.pod)
    if owner is None:
        return [own]
    listed = call.machine.reader.list("pods", namespace_of(own))
    same = (pod for pod in listed if (controller_of(pod) or {}).get("uid") == owner["uid"])
    return [pod for pod in same if get_in(pod, "status", "podIP")]


PROGRAMS: dict[str, Program] = {"zookeeper-ready": zookeeper_ready, "nodetool": nodetool}
