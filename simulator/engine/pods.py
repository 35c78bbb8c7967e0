"""What a pod's spec and status amount to: requests, QoS class, readiness, the STATUS column of `kubectl get`.

Follows staging/src/k8s.io/component-helpers/resource/helpers.go, pkg/apis/core/v1/helper/qos/qos.go,
pkg/api/v1/pod/util.go and printPod in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import wraps
from typing import NamedTuple, TypeVar

from . import quantity
from .clock import SECOND
from .objects import condition, containers_of, instant_of, is_condition_true, is_deleting, spec_of, status_of
from .registry import Body, Instant

T = TypeVar("T")
_Amount = TypeVar("_Amount", int, Fraction)
_Measure = Callable[[str, str], _Amount]
Figures = dict[str, int]
"""Amounts by resource name: `cpu` in millicores, everything else in whole units (bytes, devices)."""

_REMEMBERED = 8_192
_COMPUTE = ("cpu", "memory")
_HUGE = "hugepages-"


def _by_identity(function: Callable[[Body], T]) -> Callable[[Body], T]:
    """Remembers the answer for each dict object: bodies are replaced and never changed, so identity is enough."""
    known: dict[int, tuple[Body, T]] = {}

    @wraps(function)
    def remembered(body: Body) -> T:
        held = known.get(id(body))
        if held is not None and held[0] is body:
            return held[1]
        answer = function(body)
        if len(known) >= _REMEMBERED:
            known.clear()
        known[id(body)] = (body, answer)
        return answer

    return remembered


# --- resources ---------------------------------------------------------------------------------------------------


@_by_identity
def requests(spec: Body) -> Mapping[str, int]:
    """What the scheduler reserves for a pod spec. `cpu` and `memory` are always there. Not to be changed."""
    return figures(spec, "requests")


@_by_identity
def limits(spec: Body) -> Mapping[str, int]:
    """The most that a pod spec's containers may use together; `cpu` and `memory` are 0 where there is no limit."""
    return figures(spec, "limits")


def figures(spec: Body, which: str) -> Figures:
    """The `requests` or `limits` of a pod spec that is looked at once: nothing is remembered, and the spec not held."""
    return _total(spec, which, figure)


def exact(spec: Body, which: str) -> dict[str, Fraction]:
    """The `requests` or `limits` of a pod spec in cores, bytes and devices, to the last digit."""
    return _total(spec, which, lambda name, text: quantity.parse(text)[0])


def _total(spec: Body, which: str, measure: _Measure[_Amount]) -> dict[str, _Amount]:
    total = {name: measure(name, "0") for name in _COMPUTE}
    for container in spec.get("containers") or ():
        _add(total, _measured(container, which, measure))
    if spec.get("initContainers"):
        _add_init(total, spec["initContainers"], which, measure)
    level = (spec.get("resources") or {}).get(which) or {}
    for name, text in level.items():
        if name in _COMPUTE or name.startswith(_HUGE):
            total[name] = measure(name, text)
    for name, text in (spec.get("overhead") or {}).items():
        if which == "requests" or total.get(name):
            _add(total, {name: measure(name, text)})
    return total


def _add_init(total: dict[str, _Amount], containers: Iterable[Body], which: str, measure: _Measure[_Amount]) -> None:
    """Sidecars run beside all that comes later; any other init container runs beside the sidecars so far."""
    sidecars: dict[str, _Amount] = {}
    highest: dict[str, _Amount] = {}
    for container in containers:
        own = _measured(container, which, measure)
        if is_sidecar(container):
            _add(total, own)
            _add(sidecars, own)
            own = dict(sidecars)
        else:
            _add(own, sidecars)
        _raise(highest, own)
    _raise(total, highest)


def _add(total: dict[str, _Amount], more: Mapping[str, _Amount]) -> None:
    for name, amount in more.items():
        total[name] = total[name] + amount if name in total else amount


def _raise(total: dict[str, _Amount], more: Mapping[str, _Amount]) -> None:
    """Brings what is less than others up to them."""
    for name, amount in more.items():
        total[name] = max(total[name], amount) if name in total else amount


def amounts(container: Body, which: str = "requests") -> Figures:
    """The `requests` or `limits` of one container as figures."""
    return _measured(container, which, figure)


def _measured(container: Body, which: str, measure: _Measure[_Amount]) -> dict[str, _Amount]:
    held = (container.get("resources") or {}).get(which)
    return {name: measure(name, text) for name, text in held.items()} if held else {}


def figure(name: str, text: str | int | float) -> int:
    """A quantity of the resource `name` in the unit of `Figures`."""
    return quantity.milli(text) if name == "cpu" else quantity.value(text)


def is_sidecar(container: Body) -> bool:
    """True for an init container that keeps running (restartPolicy Always)."""
    return container.get("restartPolicy") == "Always"


@_by_identity
def qos(spec: Body) -> str:
    """The QoS class of a pod spec: `Guaranteed`, `Burstable` or `BestEffort`."""
    holders = [spec] if spec.get("resources") else list(containers_of(spec))
    asked: Figures = {}
    bounded: Figures = {}
    all_bounded = True
    for holder in holders:
        resources = holder.get("resources") or {}
        own = _compute(resources.get("limits"))
        _add(asked, _compute(resources.get("requests")))
        _add(bounded, own)
        all_bounded = all_bounded and len(own) == len(_COMPUTE)
    if not asked and not bounded:
        return "BestEffort"
    return "Guaranteed" if all_bounded and asked == bounded else "Burstable"


def _compute(held: Mapping[str, str] | None) -> Figures:
    figures = {name: figure(name, held[name]) for name in _COMPUTE if held and name in held}
    return {name: amount for name, amount in figures.items() if amount > 0}


# --- state -------------------------------------------------------------------------------------------------------


def phase(pod: Body) -> str:
    return status_of(pod).get("phase") or "Pending"


def is_terminal(pod: Body) -> bool:
    """True once all containers have ended for good."""
    return phase(pod) in ("Succeeded", "Failed")


def is_ready(pod: Body) -> bool:
    return is_condition_true(pod, "Ready")


def is_active(pod: Body) -> bool:
    """True for a pod that a controller counts: neither ended nor on its way out."""
    return not is_terminal(pod) and not is_deleting(pod)


def is_available(pod: Body, min_ready_seconds: int, now: Instant) -> bool:
    """True if the pod has been ready for at least `min_ready_seconds` at the instant `now`."""
    since = available_at(pod, min_ready_seconds)
    return since is not None and since <= now


def available_at(pod: Body, min_ready_seconds: int) -> Instant | None:
    """When a ready pod counts as available; None for a pod that is not ready."""
    ready = condition(pod, "Ready")
    if ready is None or ready.get("status") != "True":
        return None
    if not min_ready_seconds:
        return 0
    return instant_of(ready["lastTransitionTime"]) + min_ready_seconds * SECOND


def node_of(pod: Body) -> str:
    """The name of the node that the pod is bound to, empty if none."""
    return pod["spec"].get("nodeName") or ""


# --- what kubectl shows ------------------------------------------------------------------------------------------


class Summary(NamedTuple):
    """The figures of one row of `kubectl get pods`; `restarted` is the last restart's timestamp or empty."""

    ready: int
    total: int
    status: str
    restarts: int
    restarted: str


def status_text(pod: Body) -> str:
    """The STATUS column of `kubectl get pods`."""
    return summary(pod).status


def summary(pod: Body) -> Summary:
    spec, status = spec_of(pod), status_of(pod)
    init = spec.get("initContainers") or ()
    reason = status.get("reason") or phase(pod)
    scheduled = condition(pod, "PodScheduled")
    if scheduled is not None and scheduled.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    sidecars = [one.get("name") for one in init if is_sidecar(one)]
    statuses = status.get("initContainerStatuses") or ()
    ready, blocked, position = _initializing(statuses, sidecars, len(init))
    counted = list(statuses[:position])
    if blocked:
        reason = blocked
    if not blocked or is_condition_true(pod, "Initialized"):
        counted = [one for one in statuses if one.get("name") in sidecars] + list(status.get("containerStatuses") or ())
        reason, running = _running(status.get("containerStatuses") or (), reason)
        ready += running
        if reason == "Completed" and running:
            reason = "Running" if is_ready(pod) else "NotReady"
    if is_deleting(pod) and status.get("reason") == "NodeLost":
        reason = "Unknown"
    elif is_deleting(pod) and not is_terminal(pod):
        reason = "Terminating"
    return Summary(
        ready,
        len(spec.get("containers") or ()) + len(sidecars),
        reason,
        sum(one.get("restartCount", 0) for one in counted),
        max((_ended(one) for one in counted), default=""),
    )


def _initializing(statuses: Iterable[Body], sidecars: list[str | None], total: int) -> tuple[int, str, int]:
    """How many sidecars are ready, what the first init container that is not done says, and how many are looked at.

    Without such a container it says nothing.
    """
    ready = 0
    for position, one in enumerate(statuses):
        state = one.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        if ended is not None and not ended.get("exitCode"):
            continue
        if one.get("name") in sidecars and one.get("started"):
            ready += bool(one.get("ready"))
        elif ended is not None:
            return ready, f"Init:{_exit(ended)}", position + 1
        elif waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return ready, f"Init:{waiting['reason']}", position + 1
        else:
            return ready, f"Init:{position}/{total}", position + 1
    return ready, "", total


def _running(statuses: Iterable[Body], reason: str) -> tuple[str, int]:
    """The reason of the first container that has one, and how many containers run and are ready."""
    running = 0
    for one in reversed(list(statuses)):
        state = one.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif ended is not None:
            reason = _exit(ended)
        elif one.get("ready") and "running" in state:
            running += 1
    return reason, running


def _exit(ended: Body) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    if ended.get("signal"):
        return f"Signal:{ended['signal']}"
    return f"ExitCode:{ended.get('exitCode', 0)}"


def _ended(status: Body) -> str:
    last = (status.get("lastState") or {}).get("terminated") or {}
    return last.get("finishedAt") or ""
