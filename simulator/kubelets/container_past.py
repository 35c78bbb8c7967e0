"""What the containers of a pod went through, read from the log: states, runs, and what they were bounded by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.engine import pods
from simulator.engine.objects import instant_of, spec_of
from simulator.engine.registry import Body, Instant
from simulator.engine.workloads import cpu
from simulator.engine.workloads.containers import spec_as_run, status_of_container
from simulator.kubelets.node_past import Version

_KINDS = {"initContainers": "init", "containers": "app", "ephemeralContainers": "ephemeral"}


def kinds(pod: Body) -> dict[str, str]:
    """The containers of a pod by name: init, sidecar, app or ephemeral."""
    return {
        one["name"]: "sidecar" if kind == "init" and pods.is_sidecar(one) else kind
        for part, kind in _KINDS.items()
        for one in spec_of(pod).get(part) or ()
    }


def states(versions: list[Version], name: str, since: Instant) -> list[dict[str, Any]]:
    """From when on a container was in which state, the first of them the one in which the span found it."""
    found: list[dict[str, Any]] = []
    for at, pod in versions:
        told = {"kind": "", "reason": "", "exitCode": None, "ready": False, **_state(pod, name)}
        if not found or {**found[-1], "at": 0} != {**told, "at": 0}:
            if found and found[-1]["at"] == max(at, since):
                found.pop()
            found.append({"at": max(at, since), **told})
    return found


def _state(pod: Body | None, name: str) -> dict[str, Any]:
    status = {} if pod is None else status_of_container(pod, name)
    for kind, said in (status.get("state") or {}).items():
        told = {"kind": kind, "reason": (said or {}).get("reason", ""), "ready": bool(status.get("ready"))}
        return {**told, "exitCode": said["exitCode"]} if kind == "terminated" else told
    return {}


def ends(versions: list[Version], name: str, since: Instant) -> list[dict[str, Any]]:
    """The runs of a container that ended within the span, also those whose end only the next state tells of."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for at, pod in versions:
        status = {} if pod is None else status_of_container(pod, name)
        for which in ("lastState", "state"):
            ended = (status.get(which) or {}).get("terminated") or {}
            mark = (ended.get("startedAt") or "", ended.get("finishedAt") or "")
            if not all(mark) or mark in found:
                continue
            finished = instant_of(mark[1])
            found[mark] = {
                "at": at if at - finished < 5_000_000 else finished,
                "exitCode": ended.get("exitCode", 0),
                "reason": ended.get("reason", ""),
                "began": instant_of(mark[0]),
            }
    return sorted((one for one in found.values() if one["at"] >= since), key=lambda one: int(one["at"]))


def bounds(versions: list[Version], name: str, since: Instant) -> list[dict[str, Any]]:
    """Requests and limits from an instant on, in thousandths of a core and bytes; "": those of the whole pod."""
    found: list[dict[str, Any]] = []
    for at, pod in versions:
        if pod is None:
            continue
        spec = spec_as_run(pod)
        requests, limits = (_of_pod(spec), _limits_of_pod(spec)) if not name else _of_container(spec, name)
        told = {"requests": requests, "limits": limits}
        if not found or {**found[-1], "at": 0} != {**told, "at": 0}:
            if found and found[-1]["at"] == max(at, since):
                found.pop()
            found.append({"at": max(at, since), **told})
    return found


def _of_container(spec: Body, name: str) -> tuple[dict[str, int], dict[str, int]]:
    listed = (one for part in _KINDS for one in spec.get(part) or ())
    container: Body = next((one for one in listed if one["name"] == name), {})
    return _shown(pods.amounts(container)), _shown(pods.amounts(container, "limits"))


def _of_pod(spec: Body) -> dict[str, int]:
    return _shown(pods.requests(spec))


def _limits_of_pod(spec: Body) -> dict[str, int]:
    """Those that its cgroup has: only where all its containers have one."""
    held = cpu.of_pod(spec)
    quota = None if held.quota is None else held.quota * 1000 // cpu.PERIOD
    return {key: figure for key, figure in (("cpu", quota), ("memory", held.memory)) if figure}


def _shown(amounts: Mapping[str, int]) -> dict[str, int]:
    return {one: amounts[one] for one in ("cpu", "memory") if amounts.get(one)}
