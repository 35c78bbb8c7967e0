"""New resources for a pod that runs: whether the node can give them, when they hold, and what is said of it.

Follows pkg/kubelet/allocation/allocation_manager.go (handlePodResourcesResize, canResizePod), computePodResizeAction
and doPodResizeAction in kuberuntime/kuberuntime_manager.go and pkg/kubelet/events/pod_resize.go, v1.34. A pod's note
has what its containers were allocated (`allocated`, by name; without it, what the spec says), a box has the resources
with which it runs, as long as they are others (`resources`), and `resize` has the two conditions, [reason, message,
generation] of `pending` and `doing`, and what was asked for when the node had no room (`asked`).
"""

from __future__ import annotations

import json
from typing import Any

from .. import pods
from ..causes import _
from ..clock import SECOND
from ..objects import condition, key_of, name_of, status_of, text_of
from ..registry import Body
from ..workloads import cpu
from ..workloads.crossings import within
from ..world import World
from . import admission, configuration, signals, termination
from .allocation import allocate, as_allocated, resizable, resources_of, wanted
from .ledger import Ledger
from .loads import Loads
from .turn import COMPONENT, Note, Turn

PENDING, DOING = "PodResizePending", "PodResizeInProgress"
_DEFERRED, _INFEASIBLE = "Deferred", "Infeasible"
_COMPUTE = ("cpu", "memory")
_RELIST = SECOND
_RETRY = 10 * SECOND
"""How long a worker rests at least when it could not do a resize."""


def is_wanted(turn: Turn) -> bool:
    """Whether somebody asks for other resources than the pod has been given, or takes back that he did."""
    if as_allocated(turn.pod, turn.note) is not turn.pod:
        return (turn.note.get("resize") or {}).get("asked") != wanted(turn.pod)
    return bool((turn.note.get("resize") or {}).get("pending"))


def consider(turn: Turn, node: Body, ledger: Ledger) -> None:
    """Gives the pod what it asks for, if its node has it; says what is against it otherwise."""
    note, held = turn.note, as_allocated(turn.pod, turn.note)
    if held is turn.pod:
        _set(turn, pending=None, asked=None)
        return
    _set(turn, asked=wanted(turn.pod))
    refusal = _infeasible(turn.world, turn.pod, node)
    if refusal is None:
        found = admission.refuse(turn.pod, node, ledger.besides(turn.node, held))
        refusal = None if found is None else (_DEFERRED, found.message)
    generation = turn.pod["metadata"].get("generation", 0)
    if refusal is not None:
        pending = [*refusal, generation]
        if pending != (note.get("resize") or {}).get("pending"):
            _set(turn, pending=pending)
            said = _message(turn.pod, f"Pod resize {refusal[0]}", generation, refusal[1])
            turn.event("Warning", f"Resize{refusal[0]}", said)
        return
    ledger.exchange(turn.node, held, turn.pod)
    for one in resizable(held):
        if turn.box(one["name"])["state"] == "running" and "resources" not in turn.box(one["name"]):
            turn.put(one["name"], resources=resources_of(one))
    note["allocated"] = allocate(turn.pod)
    _set(turn, pending=None, asked=None, doing=["", "", generation])
    turn.event("Normal", "ResizeStarted", _message(turn.pod, "Pod resize started", generation))


def _set(turn: Turn, **parts: Any) -> None:
    held = {**(turn.note.get("resize") or {}), **parts}
    held = {key: value for key, value in held.items() if value is not None}
    if held:
        turn.note["resize"] = held
    else:
        turn.note.pop("resize", None)


def _infeasible(world: World, pod: Body, node: Body) -> tuple[str, str] | None:
    """What the node could not give if the pod were alone on it."""
    capacity = {
        "memory": signals.pods_memory(node, configuration.running(world, name_of(node))),
        "cpu": pods.figure("cpu", (status_of(node).get("allocatable") or {}).get("cpu") or 0),
    }
    asked = pods.requests(pod["spec"])
    for name, figure in capacity.items():
        if asked[name] > figure:
            why = f"Node didn't have enough capacity: {name}, requested: {asked[name]}, capacity: {figure}"
            return _INFEASIBLE, why
    return None


def settle(turn: Turn) -> None:
    """Says that a resize is over when all containers run with what the pod was given."""
    doing = (turn.note.get("resize") or {}).get("doing")
    if doing is None or any("resources" in turn.box(one["name"]) for one in resizable(turn.pod)):
        return
    _set(turn, doing=None)
    turn.event(
        "Normal", "ResizeCompleted", _message(as_allocated(turn.pod, turn.note), "Pod resize completed", doing[2])
    )


def actuate(turn: Turn, loads: Loads) -> None:
    """Lets running containers have what the pod was given."""
    resize = turn.note.get("resize") or {}
    if "doing" not in resize:
        return
    waiting = [one for one in resizable(as_allocated(turn.pod, turn.note)) if _differs(turn, one)]
    fault = _too_low(turn, loads, waiting)
    if fault:
        message, again = fault
        if resize["doing"][:2] != ["Error", message]:
            _set(turn, doing=["Error", message, resize["doing"][2]])
            said = _message(turn.pod, "Pod resize error", resize["doing"][2], message)
            turn.event("Warning", "ResizeError", said)
            _again(turn, 0)
        if again is not None:
            _again(turn, max(again - turn.now, _RETRY))
        return
    for one in waiting:
        _apply(turn, one)
    if waiting:
        _again(turn, _RELIST)


def _again(turn: Turn, after: int) -> None:
    """The worker, which rests now, has to come back in so many microseconds."""
    turn.report(after)
    turn.note["act"] = min(turn.note["act"] or turn.note["report"], turn.note["report"])


def _differs(turn: Turn, container: Body) -> bool:
    box = turn.box(container["name"])
    return box["state"] == "running" and "resources" in box and not box.get("replaced")


def _apply(turn: Turn, container: Body) -> None:
    """Changes a running container's cgroup, or ends the container where its policy says that it must start again."""
    name, old, new = container["name"], turn.box(container["name"])["resources"], resources_of(container)
    policies = {one["resourceName"]: one["restartPolicy"] for one in container.get("resizePolicy") or ()}
    changed = [one for one in _COMPUTE if _bounds(old, one) != _bounds(new, one)]
    if any(policies.get(one) == "RestartContainer" for one in changed):
        grace = turn.pod["spec"].get("terminationGracePeriodSeconds", 30)
        termination.stop(turn, [name], grace, f"Container {name} resize requires restart")
        turn.put(name, replaced=True)
    else:
        turn.set_box(name, {key: one for key, one in turn.box(name).items() if key != "resources"})


def _bounds(resources: Body, name: str) -> tuple[int, ...]:
    """What of a resource a cgroup knows: requests of memory are not among it."""
    parts = ("requests", "limits") if name == "cpu" else ("limits",)
    return tuple(pods.figure(name, (resources.get(part) or {}).get(name) or 0) for part in parts)


def _too_low(turn: Turn, loads: Loads, waiting: list[Body]) -> tuple[str, int | None] | None:
    """Why limits of memory cannot be lowered now, and when they can. Follows validateMemoryResizeAction."""
    held, faults, instants = loads.of(turn.pod, turn.note).running, [], []
    for one in waiting:
        limit = cpu.of_container({}, one).memory
        before = cpu.of_container({}, {"resources": turn.box(one["name"])["resources"]}).memory
        if limit is None or (before is not None and limit >= before):
            continue
        used = round(held[one["name"]].memory.at(turn.now))
        if used >= limit:
            faults.append(
                f"attempting to set container {one['name']} memory limit ({limit}) below current usage ({used})"
            )
            instants.append(within(held[one["name"]].memory, limit - 1, turn.now))
    if not faults:
        return None
    text = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
    later = [one for one in instants if one is not None]
    return f"cannot decrease memory limits: {text}", max(later) if len(later) == len(instants) else None


def story(old: Body, new: Body) -> tuple[str, dict[str, object]] | None:
    """What a status says of a resize that the one before did not, as a sentence and its parameters."""
    before, after = ({one["type"]: one for one in status.get("conditions") or ()} for status in (old, new))
    pending = after.get(PENDING)
    if pending is not None and _told(pending) != _told(before.get(PENDING, {})):
        return _("{node} cannot give the pod the resources that it asks for: {why}"), {
            "why": pending.get("message", "")
        }
    doing = after.get(DOING)
    if doing is not None and doing.get("reason"):
        return _("{node} cannot change the resources of the pod yet: {why}"), {"why": doing.get("message", "")}
    if doing is not None and DOING not in before:
        return _("{node} gives the pod the resources that it asks for."), {}
    if DOING in before and doing is None:
        return _("The containers of the pod run with their new resources."), {}
    return None


def _told(condition: Body) -> tuple[str | None, str | None]:
    return condition.get("reason"), condition.get("message")


def again(note: Note) -> Note:
    """The memory of a pod whose resize is to be looked at again."""
    return {**note, "resize": {key: one for key, one in (note.get("resize") or {}).items() if key != "asked"}}


def shown(note: Note) -> list[tuple[str, str, str, int]]:
    """The conditions (type, reason, message, generation) that are True."""
    resize = note.get("resize") or {}
    return [(kind, *resize[part]) for part, kind in (("pending", PENDING), ("doing", DOING)) if part in resize]


def waiting(world: World, node: str) -> list[Body]:
    """The pods of a node whose resize waits for room, in the order in which they are looked at again.

    Those that ask for no more than they have come first. Follows sortPendingResizes in allocation_manager.go.
    """
    found = []
    for pod in world.indexed("pods", "node", node):
        held = condition(pod, PENDING)
        if held is not None and held.get("reason") == _DEFERRED:
            note = world.note(COMPONENT, text_of(key_of(pod))) or {}
            found.append((_rank(pod, note, held), pod))
    return [pod for _, pod in sorted(found, key=lambda one: one[0])]


def _rank(pod: Body, note: Note, held: Body) -> tuple[bool, int, bool, str]:
    asked, given = pods.requests(pod["spec"]), pods.requests(as_allocated(pod, note)["spec"])
    more = any(asked[name] > given[name] for name in _COMPUTE)
    guaranteed = pods.qos(pod["spec"]) == "Guaranteed"
    return more, -int(pod["spec"].get("priority") or 0), not guaranteed, held.get("lastTransitionTime") or ""


def _message(pod: Body, said: str, generation: int, error: str = "") -> str:
    """What an event says of a resize: the resources of all containers, as Go writes them."""
    parts: dict[str, Any] = {}
    for part in ("initContainers", "containers"):
        listed = [
            {
                "name": one["name"],
                "resources": {
                    key: resources_of(one)[key] for key in ("limits", "requests") if resources_of(one).get(key)
                },
            }
            for one in pod["spec"].get(part) or ()
        ]
        if listed:
            parts[part] = listed
    parts["generation"] = generation
    if error:
        parts["error"] = error
    return f"{said}: {json.dumps(parts, separators=(',', ':'), sort_keys=False)}"
