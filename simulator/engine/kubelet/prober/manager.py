"""The probes of a pod: what its worker sees of its containers, the turns of those that change something, their effects.

Follows pkg/kubelet/prober/{prober,prober_manager}.go, v1.34. The note's `probes` holds the workers by
`container/kind`. A pod that starts to be probed within one period of its kubelet waits for a part of the period.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...clock import SECOND
from ...objects import instant_of
from ...pods import is_sidecar
from ...registry import Body, Instant
from ...workloads.probe import answers
from ...workloads.probe.target import Answer, Target
from ..turn import Turn
from . import worker as workers
from .stride import Stride, tick_from
from .worker import KINDS, Kind, Rule, Worker

_TITLES = {"liveness": "Liveness", "readiness": "Readiness", "startup": "Startup"}


def add(turn: Turn, node: Body) -> None:
    """Begins to probe a pod: its workers start, with their tickers."""
    if "probes" in turn.note:
        return
    probes: dict[str, Worker] = {}
    restarted = bool(turn.note.pop("restarted", False))
    for container, init in turn.containers():
        if init and not is_sidecar(container):
            continue
        for kind in KINDS:
            if container.get(f"{kind}Probe"):
                rule = workers.rule(kind, container[f"{kind}Probe"])
                probes[f"{container['name']}/{kind}"] = workers.fresh(turn.now + _jitter(turn, node, rule, restarted))
    turn.note["probes"] = probes


def _jitter(turn: Turn, node: Body, rule: Rule, restarted: bool) -> int:
    created = node["metadata"].get("creationTimestamp")
    if not restarted and (created is None or turn.now - instant_of(created) >= rule.period):
        return 0
    return turn.world.hash("probe", turn.key, rule.kind) % rule.period


# --- what the status says ------------------------------------------------------------------------------------------


def has_started(turn: Turn, name: str) -> bool:
    """Whether a container that runs has passed its startup probe, if it has one."""
    return _holds(turn, f"{name}/startup", turn.box(name)["n"])


def is_ready(turn: Turn, name: str) -> bool:
    """Whether a container that has started passes its readiness probe, if it has one."""
    return _holds(turn, f"{name}/readiness", turn.box(name)["n"])


def _holds(turn: Turn, key: str, number: int) -> bool:
    worker: Worker | None = turn.note.get("probes", {}).get(key)
    return worker is None or (worker["n"] == number and worker["result"] == "Success")


def failed(turn: Turn, name: str) -> Kind | None:
    """The probe by which a running container is to be killed."""
    for kind in ("liveness", "startup"):
        worker: Worker | None = turn.note.get("probes", {}).get(f"{name}/{kind}")
        if worker is not None and worker["n"] == turn.box(name)["n"] and worker["result"] == "Failure":
            return kind
    return None


# --- turns ---------------------------------------------------------------------------------------------------------


def synced(turn: Turn) -> None:
    """The status was written anew: workers see new runs of containers, and those not ready are probed at once."""
    for name, kind, probe, worker in _workers(turn):
        box = turn.box(name)
        if box["state"] != "running":
            continue
        if worker["n"] != box["n"]:
            worker = workers.met(worker, kind, box["n"])
            _set(turn, name, kind, worker)
        if kind == "readiness" and worker["result"] != "Success" and has_started(turn, name):
            _set(turn, name, kind, _triggered(turn, workers.rule(kind, probe), worker))
    plan(turn)


def _triggered(turn: Turn, rule: Rule, worker: Worker) -> Worker:
    """A worker that is to probe now, from where its ticker counts anew."""
    if worker["tick"] > turn.now:
        return worker  # Its ticker has not begun.
    if _is_busy(worker, turn.now):
        return {**worker, "again": True}
    worker = workers.settled(worker, rule, turn.now)
    return {**worker, "tick": turn.now, "next": None, "plan": [], "aim": None, "due": None}


def _is_busy(worker: Worker, now: Instant) -> bool:
    return worker["aim"] is not None and worker["aim"][0] < now < worker["due"]


def act(turn: Turn) -> None:
    """Takes note of the probes that have ended by now and change something, and looks at what comes next."""
    if not turn.note.get("probes"):
        return
    for name, kind, probe, worker in _workers(turn):
        box = turn.box(name)
        if worker["next"] is not None and (box["state"] != "running" or box["n"] != worker["n"]):
            ended = box["end"] if box["state"] == "exited" else turn.now
            _set(turn, name, kind, {**workers.settled(worker, workers.rule(kind, probe), ended), **workers.IDLE})
        elif worker["aim"] is not None and worker["due"] <= turn.now:
            _ended(turn, name, workers.rule(kind, probe), worker)
    plan(turn)


def _ended(turn: Turn, name: str, rule: Rule, worker: Worker) -> None:
    """One probe has ended."""
    start, took, outcome, text = worker["aim"]
    worker = workers.settled(worker, rule, start)
    is_told = outcome != "Success" and _tell(turn, name, rule.kind, outcome, text)
    after, is_new = workers.judged(worker, rule, outcome)
    caused = _effect(turn, rule.kind, after["result"]) if is_new else "event" if is_told else ""
    stride = Stride(start, worker["tick"], rule.period, took)
    after = {**after, "past": workers.noted(worker, stride, outcome, text, 1, caused)["past"]}
    if after["hold"]:
        after |= workers.IDLE
    elif worker["again"]:
        after |= {**workers.IDLE, "tick": turn.now, "next": turn.now}
    else:
        after |= {**workers.IDLE, "next": workers.following(start, start + took, worker, rule)}
    _set(turn, name, rule.kind, after)


def _tell(turn: Turn, name: str, kind: Kind, outcome: str, text: str) -> bool:
    """Tells people of a probe that did not pass, unless the kubelet has said too much of the pod lately."""
    if turn.muted > turn.now:
        return False
    title = _TITLES[kind]
    match outcome:
        case "Warning":
            turn.event("Warning", "ProbeWarning", f"{title} probe warning: {text}", name)
        case "Error":
            turn.event("Warning", "Unhealthy", f"{title} probe errored and resulted in unknown state: {text}", name)
        case _:
            turn.event("Warning", "Unhealthy", f"{title} probe failed: {text}", name)
    return True


def _effect(turn: Turn, kind: Kind, result: str) -> str:
    """What follows from a new result. Follows syncLoopIteration in pkg/kubelet/kubelet.go, v1.34."""
    if kind == "liveness" and result == "Success":
        return ""
    if turn.is_ending:
        turn.note["shows"] = turn.now + turn.world.latency.status
    elif result == "Failure" and kind != "readiness":
        turn.report(0)
    else:
        turn.report(turn.world.latency.status)
    if turn.note["step"] == "sync":
        turn.note["act"] = min(turn.note["act"] or turn.note["report"], turn.note["report"])
    if kind == "readiness":
        return "ready" if result == "Success" else "unready"
    return "started" if result == "Success" else "killed"


def stop(turn: Turn) -> None:
    """The pod is on its way out: only readiness is probed on. Follows StopLivenessAndStartup."""
    for name, kind, probe, worker in _workers(turn):
        if kind != "readiness":
            made = workers.settled(worker, workers.rule(kind, probe), turn.now)
            _set(turn, name, kind, {**made, **workers.IDLE, "hold": True})


# --- what comes next -----------------------------------------------------------------------------------------------


def plan(turn: Turn) -> None:
    """Works out for each worker what comes next, as the world is now."""
    if not turn.note.get("probes"):
        return
    starts = {name: turn.box(name)["at"] for name in turn.running()}
    probed = [[name, turn.box(name)["n"]] for name in starts]
    is_stale = turn.note.get("stale") or turn.note.get("probed") != probed
    turn.note["probed"], turn.note["stale"] = probed, False
    targets: dict[str, Target] = {}
    for name, kind, probe, worker in _workers(turn):
        if name not in starts or worker["hold"] or worker["n"] != turn.box(name)["n"] or _is_busy(worker, turn.now):
            continue
        if not _is_open(turn, name, kind) or not (is_stale or _is_spent(worker, turn.now)):
            continue
        rule = workers.rule(kind, probe)
        if worker["next"] is None:
            opens = max(turn.now, starts[name] // SECOND * SECOND + rule.delay)
            worker = {**worker, "next": tick_from(opens, worker["tick"], rule.period)}
        else:
            worker = {**workers.settled(worker, rule, turn.now), "plan": [], "aim": None, "due": None}
        target = targets.get(name) or _target(turn, turn.container(name), starts)
        targets[name] = target

        def answer(at: Instant, target: Target = target, probe: Body = probe) -> Answer:
            return answers.of(target, probe, at)

        _set(turn, name, kind, workers.planned(worker, rule, answer, muted=turn.muted, now=turn.now))


def _is_spent(worker: Worker, now: Instant) -> bool:
    """Whether nothing is known of what comes next for a worker."""
    return worker["next"] is None or not (worker["plan"] or worker["aim"]) or (worker["due"] or now + 1) <= now


def _is_open(turn: Turn, name: str, kind: Kind) -> bool:
    """Whether a container is at the point of its start at which a probe is made."""
    return kind == "startup" or has_started(turn, name)


def _target(turn: Turn, container: Body, starts: dict[str, Instant]) -> Target:
    return Target(turn.pod, container, turn.note["ip"], starts, turn.world)


def _workers(turn: Turn) -> Iterator[tuple[str, Kind, Body, Worker]]:
    """The workers, each with its container's name and its probe."""
    held = turn.note.get("probes")
    if not held:
        return
    for container, _init in turn.containers():
        for kind in KINDS:
            worker, probe = held.get(f"{container['name']}/{kind}"), container.get(f"{kind}Probe")
            if worker is not None and probe:
                yield container["name"], kind, probe, worker


def _set(turn: Turn, name: str, kind: Kind, worker: Worker) -> None:
    turn.note["probes"] = {**turn.note["probes"], f"{name}/{kind}": worker}
