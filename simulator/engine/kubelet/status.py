"""A pod's status as the kubelet reports it. Follows pkg/kubelet/kubelet_pods.go (generateAPIPodStatus), v1.34."""

from __future__ import annotations

from collections.abc import Mapping

from .. import pods
from ..causes import _
from ..objects import is_deleting, status_of, timestamp
from ..pods import is_sidecar
from ..registry import Body, Instant
from ..workloads import references, users
from . import allocation, conditions, phase, resize
from .prober import manager as prober
from .turn import Box, Turn
from .turn import container_id as id_of

_EMPTY: Body = {}
_RAN, _TERMINAL = ("running", "exited"), ("Succeeded", "Failed")
_LOST = {
    "exitCode": 137,
    "finishedAt": None,
    "message": "The container could not be located when the pod was terminated",
    "reason": "ContainerStatusUnknown",
    "startedAt": None,
}


def host_ip(node: Body) -> str:
    """The node's InternalIP."""
    for one in status_of(node).get("addresses") or ():
        if one["type"] == "InternalIP":
            return str(one["address"])
    return ""


def write(turn: Turn, host_ip: str, *, sandbox: bool, ending: bool = False, gone: bool = False) -> str:
    """Writes the pod's status if it differs from what is stored, and returns the phase.

    ending: the pod is on its way out; gone: its containers are no more.
    """
    status = of(turn, host_ip, sandbox=sandbox, ending=ending, gone=gone)
    old = turn.pod.get("status") or _EMPTY
    if status != old and not turn.silent:
        sentence, inputs = _story(old, status)
        cause = turn.cause("syncPod", sentence, **inputs)
        turn.pod = turn.world.update_status("pods", {**turn.pod, "status": status}, cause)
        turn.led_by = turn.world.revision
    return str(status["phase"])


def is_stale(turn: Turn) -> bool:
    """Whether the status that is stored differs from what it should be now."""
    old = turn.pod.get("status") or _EMPTY
    return of(turn, old.get("hostIP", ""), sandbox=bool(turn.note["ip"])) != old


def of(turn: Turn, host_ip: str, *, sandbox: bool, ending: bool = False, gone: bool = False) -> Body:
    """The status that follows from the pod's boxes."""
    pod, note = turn.pod, turn.note
    spec, meta = allocation.as_allocated(pod, note)["spec"], pod["metadata"]
    old = pod.get("status") or _EMPTY
    inits = spec.get("initContainers") or ()
    default = "PodInitializing" if inits else "ContainerCreating"
    statuses: dict[str, Body] = {}
    for one in inits:
        statuses[one["name"]] = _container(turn, one, default, init=not is_sidecar(one))
    for one in spec["containers"]:
        statuses[one["name"]] = _container(turn, one, default, init=False)
    boxes = [turn.box(one["name"]) for one in spec["containers"]]
    has_run = any(box["state"] in _RAN and not box.get("gone") for box in boxes)
    found = phase.of(spec, statuses, ending=ending, initialized=has_run)
    late = note.get("late") if gone else None
    if late or (gone and note.get("verdict", {}).get("fails")):
        found = "Failed"
    if old.get("phase") in _TERMINAL:
        found = old["phase"]
    conditions_now = conditions.of(pod, statuses, found, sandbox=sandbox, resizes=resize.shown(note), now=turn.now)
    if gone:
        found = found if found in _TERMINAL else "Failed"
        statuses = _at_the_end(spec, statuses)
    status: Body = {
        "conditions": conditions_now,
        "containerStatuses": [statuses[name] for name in sorted(one["name"] for one in spec["containers"])],
        "hostIP": host_ip,
        "hostIPs": [{"ip": host_ip}],
        "phase": found,
        "qosClass": old.get("qosClass") or pods.qos(spec),
        "startTime": old.get("startTime") or timestamp(turn.now),
    }
    if inits:
        status["initContainerStatuses"] = [statuses[one["name"]] for one in inits]
    if spec.get("ephemeralContainers"):
        status["ephemeralContainerStatuses"] = [
            _ephemeral(turn, one, default)
            for one in sorted(spec["ephemeralContainers"], key=lambda one: str(one["name"]))
        ]
    if meta.get("generation"):
        status["observedGeneration"] = meta["generation"]
    if note["ip"]:
        status["podIP"] = note["ip"]
        status["podIPs"] = [{"ip": note["ip"]}]
    for kept in ("reason", "message", "nominatedNodeName"):
        if kept in old and (kept == "nominatedNodeName" or old.get("phase") == found):
            status[kept] = old[kept]
    if "verdict" in note:
        return _judged(status, note["verdict"], meta, turn.now)
    if late:
        status["reason"], status["message"] = late
    return status


def _judged(status: Body, verdict: Body, meta: Body, now: Instant) -> Body:
    """The status of a pod that its kubelet has ended: before its containers are stopped it says nothing of that.

    Follows mergePodStatus in pkg/kubelet/status/status_manager.go: a pod whose containers all succeeded has, too.
    """
    if status["phase"] not in _TERMINAL:
        return status
    target: Body = {"type": "DisruptionTarget", "lastProbeTime": None, "lastTransitionTime": timestamp(now)}
    target |= {"message": verdict.get("told", verdict["message"]), "reason": "TerminationByKubelet", "status": "True"}
    if meta.get("generation"):
        target["observedGeneration"] = meta["generation"]
    told = [] if verdict.get("silent") else [target]
    others = [one for one in status["conditions"] if one["type"] not in conditions.OWNED | {"DisruptionTarget"}]
    own = [one for one in status["conditions"] if one["type"] in conditions.OWNED]
    said = {key: verdict[key] for key in ("reason", "message") if status["phase"] == "Failed"}
    return {**status, "conditions": [*others, *told, *own], **said}


def _at_the_end(spec: Body, statuses: Mapping[str, Body]) -> dict[str, Body]:
    """The statuses of a pod that is no more: a container that has not ended was lost, if its turn had come.

    Follows TerminatePod in pkg/kubelet/status/status_manager.go, v1.34.
    """
    inits = [one["name"] for one in spec.get("initContainers") or ()]
    mains = [one["name"] for one in spec["containers"]]
    begun = [index for index, name in enumerate(inits) if _has_begun(statuses[name])]
    counted = inits[: max(begun, default=0) + 1]
    if not inits or any(_has_begun(statuses[name]) for name in mains) or _has_succeeded(statuses[inits[-1]]):
        counted += mains
    lost = {name for name in counted if "terminated" not in statuses[name]["state"]}
    return {name: {**one, "state": {"terminated": _LOST}} if name in lost else one for name, one in statuses.items()}


def _has_begun(status: Body) -> bool:
    return "waiting" not in status["state"] or "terminated" in status["lastState"]


def _has_succeeded(status: Body) -> bool:
    return any(status[one].get("terminated", {}).get("exitCode") == 0 for one in ("state", "lastState"))


def _container(turn: Turn, container: Body, default: str, *, init: bool) -> Body:
    name, box = container["name"], turn.box(container["name"])
    state = "running" if _is_replaced(turn, box) else box["state"]
    running = state == "running"
    last = box["last"]
    shown: Body
    if running:
        shown = {"running": {"startedAt": timestamp(box["at"])}}
    elif state == "exited" and (box["wait"] is None or not _is_restarted(turn, container, box)):
        shown = {"terminated": _terminated(turn, name, box)}
    else:
        reason, message = box["wait"] or (default, "")
        shown = {"waiting": {"message": message, "reason": reason} if message else {"reason": reason}}
        if state == "exited":
            last = box
    made = state in _RAN
    started = running and prober.has_started(turn, name)
    status: Body = {
        "image": references.parse(box["image"]).name if made else container["image"],
        "imageID": references.parse(box["image"]).by_digest if made else "",
        "lastState": {"terminated": _terminated(turn, name, last)} if last else _EMPTY,
        "name": name,
        "ready": (started and not init and prober.is_ready(turn, name))
        or (init and state == "exited" and box["code"] == 0),
        "restartCount": box["n"],
        "started": started,
        "state": shown,
    }
    if made:
        resources = container.get("resources") or _EMPTY
        status["containerID"] = container_id(turn, name, box["n"])
        status["resources"] = box.get("resources", resources) if running else resources
        if resources.get("requests"):
            status["allocatedResources"] = resources["requests"]
        if running:
            status["user"] = _user(turn.pod["spec"], container)
    if container.get("volumeMounts"):
        status["volumeMounts"] = [_mount(one) for one in container["volumeMounts"]]
    return status


def _is_replaced(turn: Turn, box: Box) -> bool:
    """Whether a container has been ended only to start again: the sync that does both tells nobody in between."""
    return box["state"] == "exited" and bool(box.get("replaced")) and turn.note["step"] not in ("killing", "killed")


def _is_restarted(turn: Turn, container: Body, box: Box) -> bool:
    """Whether a container that has ended is started again. Follows ShouldContainerBeRestarted."""
    policy = turn.pod["spec"].get("restartPolicy", "Always")
    return not is_deleting(turn.pod) and (is_sidecar(container) or phase.restarts(policy, box["code"]))


def _ephemeral(turn: Turn, container: Body, default: str) -> Body:
    """An ephemeral container's: nobody asks whether it is ready or has started."""
    held = _container(turn, container, default, init=False)
    return {key: value for key, value in held.items() if key != "started"} | {"ready": False}


def _terminated(turn: Turn, name: str, box: Box) -> Body:
    ended: Body = {
        "containerID": container_id(turn, name, box["n"]),
        "exitCode": box["code"],
        "finishedAt": timestamp(box["end"]),
        "reason": box.get("reason") or ("Completed" if box["code"] == 0 else "Error"),
        "startedAt": timestamp(box["at"]),
    }
    return {**ended, "message": box["message"]} if box.get("message") else ended


def container_id(turn: Turn, name: str, attempt: int) -> str:
    return id_of(turn.world.seed, turn.note["uid"], name, attempt)


def _user(spec: Body, container: Body) -> Body:
    user = users.of(spec, container)
    return {"linux": {"gid": user.gid, "supplementalGroups": list(user.groups), "uid": user.uid}}


def _mount(mount: Body) -> Body:
    shown = {"mountPath": mount["mountPath"], "name": mount["name"]}
    if mount.get("readOnly"):
        shown |= {"readOnly": True, "recursiveReadOnly": "Disabled"}
    return shown


def _story(old: Body, new: Body) -> tuple[str, dict[str, object]]:
    """What the new status says that the old one did not, as a sentence and its parameters."""
    before = {one["name"]: one for one in _all(old)}
    if new.get("reason") == "Evicted" and old.get("reason") != "Evicted":
        return _("{node} has evicted the pod: {why}"), {"why": new["message"]}
    for one in _all(new):
        held = before.get(one["name"], _EMPTY)
        state, was = one["state"], held.get("state", _EMPTY)
        if "terminated" in state and "terminated" not in was:
            if state["terminated"]["reason"] == "OOMKilled":
                return _("Container {container} took more memory than there was for it and was killed."), {
                    "container": one["name"]
                }
            inputs = {"container": one["name"], "code": state["terminated"]["exitCode"]}
            return _("Container {container} has ended with exit code {code}."), inputs
        waiting = state.get("waiting")
        if waiting and was and (was.get("waiting") != waiting or held["restartCount"] != one["restartCount"]):
            return _("Container {container} waits: {reason}."), {"container": one["name"], "reason": waiting["reason"]}
    if new["phase"] == "Pending":
        for one in _all(new):
            if "running" in one["state"] and "running" not in before.get(one["name"], _EMPTY).get("state", _EMPTY):
                return _("Container {container} runs on {node}."), {"container": one["name"]}
    changed = resize.story(old, new)
    if changed is not None:
        return changed
    for one in _all(new):
        was = before.get(one["name"], _EMPTY)
        if was.get("containerID") == one.get("containerID") and "running" in was.get("state", _EMPTY):
            if one["ready"] != was["ready"]:
                sentence = (
                    _("Container {container} is ready.") if one["ready"] else _("Container {container} is not ready.")
                )
                return sentence, {"container": one["name"]}
            if one.get("started") and not was.get("started"):
                return _("Container {container} has started."), {"container": one["name"]}
    runs = new["phase"] == "Running"
    if runs and any(one["restartCount"] > before.get(one["name"], one)["restartCount"] for one in _all(new)):
        return _("Containers were started again on {node}."), {}
    if runs and old.get("phase") != "Running":
        return _("The containers of the pod run on {node}."), {}
    if "startTime" not in old:
        return _("The kubelet of {node} takes up the pod and prepares its containers."), {}
    return _("The kubelet of {node} reports the state of the pod."), {}


def _all(status: Body) -> list[Body]:
    parts = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
    return [one for part in parts for one in status.get(part) or ()]
