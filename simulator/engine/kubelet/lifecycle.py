"""A pod's life on its node: sandbox, init containers in order, containers, restarts, the end.

Follows SyncPod and computePodActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go and syncPod in
pkg/kubelet/kubelet.go, v1.34. The worker of a pod does one thing after the other; a container that ends in between is
seen at its own instant and answered by the next sync.
"""

from __future__ import annotations

from ..kinds.file_system import RESOURCE
from ..objects import key_of
from ..registry import Body
from . import (
    behaving,
    creation,
    hooks,
    images,
    mounting,
    pod_actions,
    resize,
    restarts,
    sandboxes,
    status,
    termination,
    termination_message,
    unhealthy,
)
from .ledger import Ledger
from .prober import manager as prober
from .turn import Turn


def sync(turn: Turn, node: Body, ledger: Ledger) -> None:
    """One pass: writes the status, then starts what is to be started."""
    note = turn.note
    note["report"] = None
    resize.consider(turn, node, ledger)
    resize.settle(turn)
    note.setdefault("since", turn.now)
    names = pod_actions.to_start(turn)
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
        mount(turn, node, ledger)
        return
    restarts.replace_changed(turn)
    if unhealthy.kill(turn):
        return
    note["retries"] = {name: until for name, until in note["retries"].items() if until > turn.now}
    note["todo"] = pod_actions.ephemeral(turn) + names
    if note["todo"]:
        mounting.tell_of_pull_secrets(turn)
    _start_next(turn)


def mount(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The pod's volumes are set up, then its sandbox is made."""
    if not mounting.is_held(turn):
        mounting.tell_of_pull_secrets(turn)
        turn.book("sandbox", turn.world.latency.sandbox)


def _wind_down(turn: Turn) -> None:
    """The containers have ended for good: the sidecars follow."""
    turn.note["act"] = None
    if not turn.note.get("winding"):
        turn.note["winding"] = True
        termination.stop(turn, turn.running(), turn.pod["spec"].get("terminationGracePeriodSeconds", 30))


def sandbox(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The pause container runs and holds the pod's network."""
    if sandboxes.is_refused(turn):
        turn.note["act"] = None
        return
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
    turn.note["todo"] = pod_actions.ephemeral(turn) + (pod_actions.to_start(turn) or [])
    _start_next(turn)


def pulled(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The pull that the worker waited for is over."""
    container = turn.container(turn.note["todo"][0])
    if images.arrived(turn, container) == images.READY:
        turn.book("create", turn.world.latency.create)
        return
    _skip(turn)


def create(turn: Turn, node: Body, ledger: Ledger) -> None:
    name = turn.note["todo"][0]
    if creation.is_refused(turn, turn.container(name)):
        _skip(turn)
        return
    turn.event("Normal", "Created", f"Created container: {name}", name)
    turn.book("start", turn.world.latency.start)


def start(turn: Turn, node: Body, ledger: Ledger) -> None:
    name = turn.note["todo"][0]
    container, old = turn.container(name), turn.box(name)
    if creation.is_broken(turn, container):
        _skip(turn)
        return
    program = creation.program(turn, container, turn.now)
    again = old["state"] == "exited"
    turn.set_box(
        name,
        {
            "n": old["n"] + again,
            "state": "running",
            "image": container["image"],
            "at": turn.now,
            **behaving.fields(turn, container, program),
            "last": turn.ended(name),
            "wait": None,
        },
    )
    behaving.await_start(turn, container)
    turn.event("Normal", "Started", f"Started container {name}", name)
    turn.change("retries", name, None)
    if not hooks.begin(turn, container):
        _started(turn)


def hook(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The postStart hook that the worker waited for is over."""
    container = turn.container(turn.note["todo"][0])
    if hooks.end(turn, container) and turn.box(container["name"])["state"] == "running":
        grace = turn.pod["spec"].get("terminationGracePeriodSeconds", 30)
        termination.stop(turn, [container["name"]], grace, "FailedPostStartHook")
        turn.book("hooked", turn.box(container["name"])["ends"] - turn.now)
        return
    _started(turn)


def hooked(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The container has ended whose postStart hook failed."""
    _started(turn)


def _started(turn: Turn) -> None:
    turn.report(turn.world.latency.status)
    _skip(turn)


def restart(turn: Turn, node: Body, ledger: Ledger) -> None:
    """The containers that failed their probes have ended: they are started again in the same sync."""
    boxes = turn.note["boxes"]
    turn.note["todo"] = [name for name, box in boxes.items() if box["state"] == "exited" and box.get("restart")]
    if turn.note["todo"]:
        turn.note["report"] = None
    _start_next(turn)


def catch_up(turn: Turn) -> None:
    """Takes note of what has happened in the containers by now."""
    creation.look_again(turn)
    behaving.look_again(turn)
    if not turn.silent:
        exits(turn)
    ends(turn)
    hooks.tell(turn)


def ends(turn: Turn) -> None:
    """Takes note of the containers that have ended by now."""
    for name in turn.running():
        box = turn.box(name)
        if box["ends"] is None or box["ends"] > turn.now:
            continue
        turn.put(name, state="exited", end=box["ends"])
        message = termination_message.of(turn, turn.container(name))
        if message:
            turn.put(name, message=message)
        if turn.note["todo"][:1] == [name]:
            hooks.cut(turn, turn.container(name))
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
    if any(name not in turn.note["boxes"] for name in pod_actions.ephemeral(turn)):
        return True
    return bool(restarts.changed(turn))


def _start_next(turn: Turn) -> None:
    """Goes on with the first container that waits to be started; rests when there is none."""
    while turn.note["todo"]:
        container = turn.container(turn.note["todo"][0])
        if not creation.is_held(turn, container["name"]) and not restarts.is_held_back(turn, container):
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


def _skip(turn: Turn) -> None:
    """The container cannot be started now; the others go on."""
    turn.note["todo"] = turn.note["todo"][1:]
    _start_next(turn)
