"""What a container answers to a probe at an instant, as a function of time: nothing is sent, nothing polls.

Follows runProbe in pkg/kubelet/prober/prober.go, v1.34. A Behavior's `probes` come first, then what is known of the
program. An answer says until when it holds.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from ...clock import MILLISECOND, SECOND
from ...registry import Body, Instant
from . import exec as exec_probe
from . import grpc, http, tcp
from .target import NETWORK, Answer, BadPort, Target, earliest, port_of


def of(target: Target, probe: Body, at: Instant) -> Answer:
    """The answer to a probe that is begun at an instant at which the container runs."""
    timeout = int(probe.get("timeoutSeconds") or 1) * SECOND
    try:
        if target.behavior.get("probes"):
            return _behaves(target, probe, at, timeout)
        if probe.get("exec"):
            return exec_probe.answer(target, probe["exec"], at, timeout)
        if probe.get("httpGet"):
            return http.answer(target, probe["httpGet"], at, timeout)
        if probe.get("tcpSocket"):
            return tcp.answer(target, probe["tcpSocket"], at, timeout)
        if probe.get("grpc"):
            return grpc.answer(target, probe["grpc"], at, timeout)
    except BadPort as fault:
        return Answer("Error", str(fault))
    return Answer("Error", f"missing probe handler for {_full_name(target)}")


def _full_name(target: Target) -> str:
    meta = target.pod["metadata"]
    return f"{meta['name']}_{meta.get('namespace', '')}({meta.get('uid', '')}):{target.container['name']}"


def _behaves(target: Target, probe: Body, at: Instant, timeout: int) -> Answer:
    """What the container's Behavior says."""
    listens = target.started + target.startup(target.container)
    handler = next(kind for kind in ("exec", "httpGet", "tcpSocket", "grpc") if probe.get(kind))
    action = probe[handler]
    path, port = http.path_of(action) if handler == "httpGet" else None, None
    if handler != "exec":
        port = port_of(action.get("port", 0), target.container)
        if at < listens:
            return _refused(target, handler, action, timeout)._replace(until=listens)
    since, found, change = at - target.started, None, list[Instant]()
    for one in target.behavior["probes"]:
        if not _fits(one, handler, path, port, target.container):
            continue
        begins = int(one.get("fromSeconds") or 0) * SECOND
        ends = one.get("untilSeconds")
        change += [target.started + edge for edge in (begins, *(() if ends is None else (ends * SECOND,)))]
        if found is None and since >= begins and (ends is None or since < ends * SECOND):
            found = one
    status = 200 if found is None else int(found.get("status", 200))
    took = NETWORK if found is None else int(found.get("latencyMilliseconds") or 0) * MILLISECOND or NETWORK
    until = earliest(*(one for one in change if one > at))
    if status == 0 or took >= timeout:
        return _silent(target, handler, action, timeout)._replace(until=until)
    match handler:
        case "httpGet":
            given = http.judged(status, "")
        case "grpc":
            given = grpc.SERVING if status < 400 else grpc.NOT_SERVING
        case "tcpSocket":
            given = Answer("Success") if status < 400 else tcp.answer_refused(target, action)
        case _:
            given = Answer("Success" if status < 400 else "Failure")
    return given._replace(took=took, until=until)


def _fits(entry: Body, handler: str, path: str | None, port: int | None, container: Body) -> bool:
    wanted = entry.get("path")
    if wanted is not None and (path is None or not fnmatchcase(path, wanted.replace("[", "[[]"))):
        return False
    if entry.get("port") is None:
        return True
    try:
        return port is not None and port_of(entry["port"], container) == port
    except BadPort:
        return False


def _refused(target: Target, handler: str, action: Body, timeout: int) -> Answer:
    match handler:
        case "httpGet":
            return http.answer_refused(target, action)
        case "grpc":
            return grpc.unreachable(target, action, timeout)
    return tcp.answer_refused(target, action)


def _silent(target: Target, handler: str, action: Body, timeout: int) -> Answer:
    """Nobody answers within the probe's timeout."""
    match handler:
        case "httpGet":
            return http.timed_out(target, action, timeout)
        case "grpc":
            return grpc.timed_out(timeout)
        case "tcpSocket":
            return tcp.timed_out(target, action, timeout)
    return exec_probe.timed_out(action, timeout)
