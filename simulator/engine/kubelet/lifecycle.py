"""A pod's life on its node: sandbox, init containers in order, containers, restarts, the end.

Follows SyncPod and computePodActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go and syncPod in
pkg/kubelet/kubelet.go, v1.34. The worker of a pod does one thing after the other; a container that ends in between is
seen at its own instant and answered by the next sync.
"""

from __future__ import annotations

from ..clock import SECOND
from ..kinds.file_system import RESOURCE
from ..objects import key_of, name_of
from ..pods import is_sidecar
from ..registry import Body, Instant
from ..workloads import programs
from . import backoff, images, phase, resize, status, termination, unhealthy
from .ledger import Ledger
from .prober import manager as prober
from .turn import Box, Turn

_RUN = ("n", "at", "end", "code", "reason")
_RELIST = SECOND
"""How long until a worker tells that it holds a restart back: one relist of the pod lifecycle event generator."""


def sync(turn: Turn, node: Body, ledger: Ledger) -> None:
    """One pass: writes the status, then starts what is to be started."""
    note = turn.note
    note["report"] = None
    resize.consider(turn, node, ledger)
    resize.settle(turn)
    names = _to_start(turn)
    ended = names is None and not turn.running()
    prober.add(turn, node)
    found = status.write(turn, status.host_ip(node), sandbox=bool(note["ip"]) and not ended)
    prober.synced(turn)
    if found in ("Succeeded", "Failed") and ended:
        turn.done = True
        return
    if names is None:
        _wind_down(turn)
        return
    if not note["ip"]:
        if note.pop("anew", False):
            turn.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        turn.book("sandbox", turn.world.latency.sandbox)
        return
    _replace_changed(turn)
    if unhealthy.kill(turn):
        return
    note["retries"] = {name: until for name, until in note["retries"].items() if until > turn.now}
    note["todo"] = _ephemeral(turn) + names
    _start_next(turn)


def _wind_down(turn: Turn) -> None:
    """The containers have ended for good: the sidecars follow."""
    turn.note["act"] = None
    if not turn.note.get("winding"):
        turn.note["winding"] = True
        termination.stop(turn, turn.running(), turn.pod["spec"].get("terminationGracePeriodSeconds", 30))


def sandbox(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The pause container runs and holds the pod's network."""
    if turn.pod["spec"].get("hostNetwork"):
        turn.note["ip"] = status.host_ip(node)
    else:
        turn.note["ip"] = ledger.assign(node)
    if not turn.note["ip"]:
        message = (
            "Failed to create pod sandbox: failed to set up sandbox network: plugin failed (add): failed to allocate "
            f"for range 0: no IP addresses available in range set: {node['spec'].get('podCIDR', '')}"
        )
        turn.event("Warning", "FailedCreatePodSandBox", message)
        turn.book("sandbox", images.RESYNC)
        return
    turn.note["todo"] = _ephemeral(turn) + (_to_start(turn) or [])
    _start_next(turn)


def pulled(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The pull that the worker waited for is over."""
    container = turn.container(turn.note["todo"][0])
    if images.arrived(turn, container) == images.READY:
        turn.book("create", turn.world.latency.create)
        return
    turn.note["todo"] = turn.note["todo"][1:]
    _start_next(turn)


def create(turn: Turn, node: Body, ledger: Ledger) -> None:
    name = turn.note["todo"][0]
    turn.event("Normal", "Created", f"Created container: {name}", name)
    turn.book("start", turn.world.latency.start)


def start(turn: Turn, node: Body, ledger: Ledger) -> None:
    name, *rest = turn.note["todo"]
    container, old = turn.container(name), turn.box(name)
    inits = turn.pod["spec"].get("initContainers") or ()
    program = programs.of(container, init=any(one["name"] == name and not is_sidecar(one) for one in inits))
    again = old["state"] == "exited"
    turn.set_box(
        name,
        {
            "n": old["n"] + again,
            "state": "running",
            "image": container["image"],
            "at": turn.now,
            "ends": None if program.lasts is None else turn.now + program.lasts,
            "code": program.code,
            "stop": program.stop,
            "stop_code": program.stop_code,
            "last": {key: old[key] for key in _RUN if key in old} if again else old["last"],
            "wait": None,
        },
    )
    turn.event("Normal", "Started", f"Started container {name}", name)
    turn.change("retries", name, None)
    turn.report(turn.world.latency.status)
    turn.note["todo"] = rest
    _start_next(turn)


def restart(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The containers that failed their probes have ended: they are started again in the same sync."""
    boxes = turn.note["boxes"]
    turn.note["todo"] = [name for name, box in boxes.items() if box["state"] == "exited" and box.get("restart")]
    if turn.note["todo"]:
        turn.note["report"] = None
    _start_next(turn)


def ends(turn: Turn) -> None:
    """Takes note of the containers that have ended by now."""
    for name in turn.running():
        box = turn.box(name)
        if box["ends"] is None or box["ends"] > turn.now:
            continue
        turn.put(name, state="exited", end=box["ends"])
        turn.report(turn.world.latency.status)
        if turn.note["step"] == "sync":
            turn.note["act"] = min(turn.note["act"] or turn.note["report"], turn.note["report"])


def exits(turn: Turn) -> None:
    """Ends the containers whose main process was ended from within: by who was attached to it, or by a signal."""
    stored = turn.world.get(RESOURCE, *key_of(turn.pod))
    for one in (stored or {}).get("containers") or ():
        name, box = one["name"], turn.box(one["name"])
        if "exitCode" not in one or box["state"] != "running":
            continue
        if one["containerID"] == status.container_id(turn, name, box["n"]):
            turn.put(name, ends=turn.now, code=one["exitCode"])


def is_stale(turn: Turn) -> bool:
    """Whether somebody changed the pod so that its worker has something to do before its time."""
    if turn.pod["spec"].get("readinessGates") and status.is_stale(turn):
        return True
    if any(name not in turn.note["boxes"] for name in _ephemeral(turn)):
        return True
    return any(
        turn.box(one["name"])["state"] == "running" and turn.box(one["name"])["image"] != one["image"]
        for one, _ in turn.containers()
    )


def _ephemeral(turn: Turn) -> list[str]:
    """The ephemeral containers that never ran; what has ended is not started again."""
    listed = turn.pod["spec"].get("ephemeralContainers") or ()
    return [one["name"] for one in listed if not turn.box(one["name"])["state"]]


def _to_start(turn: Turn) -> list[str] | None:
    """The containers to start now, in order; None when the pod has come to its end."""
    spec = turn.pod["spec"]
    policy = spec.get("restartPolicy", "Always")
    boxes = [turn.box(one["name"]) for one in spec["containers"]]
    initialized = any(box["state"] and not box.get("gone") for box in boxes)
    sidecars = []
    for one in spec.get("initContainers") or ():
        box = turn.box(one["name"])
        if is_sidecar(one):
            if box["state"] != "running":
                sidecars.append(one["name"])
            if not initialized and (box["state"] != "running" or not prober.has_started(turn, one["name"])):
                return sidecars
            continue
        if initialized:
            continue
        if box["state"] == "running":
            return sidecars
        if box["state"] == "exited" and box["code"] == 0 and not box.get("gone"):
            continue
        if box["state"] == "exited" and policy == "Never":
            return None
        return [*sidecars, one["name"]]
    wanted, alive = [], False
    for one in spec["containers"]:
        box = turn.box(one["name"])
        if box["state"] == "running":
            alive = True
        elif (
            box["state"] != "exited"
            or box["image"] != one["image"]
            or box.get("replaced")
            or _is_restarted(policy, box)
        ):
            wanted.append(one["name"])
    return [*sidecars, *wanted] if alive or wanted else None


def _is_restarted(policy: str, box: Box) -> bool:
    return phase.restarts(policy, box["code"]) or bool(box.get("restart"))


def _start_next(turn: Turn) -> None:
    """Goes on with the first container that waits to be started; rests when there is none."""
    while turn.note["todo"]:
        container = turn.container(turn.note["todo"][0])
        if not _held_back(turn, container):
            outcome = images.ensure(turn, container)
            if outcome == images.READY:
                turn.book("create", turn.world.latency.create)
                return
            if outcome == images.PULLING:
                turn.note["step"], turn.note["act"] = "pull", None
                return
        turn.note["todo"] = turn.note["todo"][1:]
    instants = list(turn.note["retries"].values())
    if turn.note["report"] is not None:
        instants.append(turn.note["report"])
    turn.note["step"], turn.note["act"] = "sync", min(instants, default=None)


def _held_back(turn: Turn, container: Body) -> bool:
    """Whether a container that ended has to wait before it is started again. Follows doBackOff."""
    name, box = container["name"], turn.box(container["name"])
    if box["state"] != "exited" or box["image"] != container["image"]:
        return False
    entry = turn.note["crash"].get(name)
    ended = _counted_end(box)
    if ended is None:
        return False
    until = backoff.until(entry, ended)
    if until <= turn.now:
        turn.change("crash", name, backoff.following(entry, ended, turn.now))
        return False
    if box.get("restart"):
        turn.put(name, restart=False)
        return _held_back(turn, container)
    turn.change("retries", name, until)
    pod = f"{name_of(turn.pod)}_{turn.pod['metadata'].get('namespace', '')}({turn.note['uid']})"
    held = images.duration(until - box["end"])
    wait = ["CrashLoopBackOff", f"back-off {held} restarting failed container={name} pod={pod}"]
    if box["wait"] != wait:
        turn.event("Warning", "BackOff", f"Back-off restarting failed container {name} in pod {pod}", name)
        turn.put(name, wait=wait)
        turn.report(_RELIST)
    return True


def _counted_end(box: Box) -> Instant | None:
    """The end from which a container's back-off counts. A sync that kills a container only knows those before it."""
    if not box.get("restart"):
        return int(box["end"])
    return box["last"]["end"] if box["last"] else None


def _replace_changed(turn: Turn) -> None:
    """Stops the containers whose image was changed; they are started again from the new one."""
    for one, _ in turn.containers():
        box = turn.box(one["name"])
        if box["state"] == "running" and box["image"] != one["image"] and not box.get("replaced"):
            message = f"Container {one['name']} definition changed, will be restarted"
            grace = turn.pod["spec"].get("terminationGracePeriodSeconds", 30)
            termination.stop(turn, [one["name"]], grace, message)
            turn.put(one["name"], replaced=True)
