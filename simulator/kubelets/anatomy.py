"""A pod taken apart: its sandbox, its volumes, its containers with their states, their use and their probes.

The states are those of the status, as people see them with kubectl; back-offs, steps and probes are the kubelet's own.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from simulator.engine import pods
from simulator.engine.kubelet import cgroups, oom
from simulator.engine.kubelet.node import PAUSE
from simulator.engine.kubelet.prober import timeline
from simulator.engine.kubelet.turn import Note
from simulator.engine.objects import get_in, key_of, micro_timestamp, spec_of, status_of
from simulator.engine.registry import Body, Instant, Key, Reader
from simulator.engine.workloads.containers import container_of, spec_as_run, status_of_container
from simulator.kubelets.memory import note_of, reader_of
from simulator.states import State

_PARTS = {"initContainers": "init", "containers": "app", "ephemeralContainers": "ephemeral"}


def of(state: State, key: Key, since: Instant, until: Instant) -> dict[str, Any]:
    """A pod's anatomy, and its probes that began in a span. Raises Http404."""
    pod, now = state.reader.get("pods", *key), state.now
    if pod is None:
        raise Http404(f'pods "{key.name}" not found')
    note, reader = note_of(state, pod), reader_of(state, pods.node_of(pod))
    node: Body = reader.get("nodes", "", pods.node_of(pod)) or {}
    groups = _groups(reader, node, pod, now) if node else {}
    containers = [
        {
            **_container(pod, one["name"], kind, note, node, now),
            "cgroup": _cgroup(groups.get((*key, one["name"]))),
            "probes": timeline.of(note, pod, one["name"], since=since, until=until, now=now),
        }
        for part, kind in _PARTS.items()
        for one in spec_of(pod).get(part) or ()
    ]
    return {
        "namespace": key.namespace,
        "name": key.name,
        "node": pods.node_of(pod),
        "at": micro_timestamp(now),
        "since": micro_timestamp(since),
        "until": micro_timestamp(until),
        "phase": pods.phase(pod),
        "qos": pods.qos(spec_of(pod)),
        "sandbox": _sandbox(pod, note),
        "volumes": [_volume(one) for one in spec_of(pod).get("volumes") or ()],
        "containers": containers,
        "cgroup": _cgroup(groups.get(tuple(key))),
    }


def _groups(reader: Reader, node: Body, pod: Body, now: Instant) -> dict[tuple[str, ...], cgroups.Cgroup]:
    """The cgroups of a pod and its containers, by namespace, name and container."""
    tree = cgroups.tree(reader, node, now)
    return {
        one.about: one
        for _, one in tree.walk()
        if one.kind in ("pod", "container") and one.about[:2] == tuple(key_of(pod))
    }


def _sandbox(pod: Body, note: Note) -> dict[str, Any]:
    """The pause container and the namespaces that it holds. step: what the pod's worker does next, and when."""
    spec, status = spec_of(pod), status_of(pod)
    is_up = bool(note.get("ip")) and not pods.is_terminal(pod)
    act = note.get("act")
    return {
        "exists": is_up,
        "image": PAUSE,
        "ip": note.get("ip") or status.get("podIP", ""),
        "namespaces": {
            "network": "node" if spec.get("hostNetwork") else "pod",
            "uts": "node" if spec.get("hostNetwork") else "pod",
            "ipc": "node" if spec.get("hostIPC") else "pod",
            "pid": "node" if spec.get("hostPID") else "pod" if spec.get("shareProcessNamespace") else "container",
        },
        "step": note.get("step", ""),
        "stepAt": None if act is None else micro_timestamp(act),
    }


def _volume(volume: Body) -> dict[str, Any]:
    """A volume by its kind and the name of what it is made from, if that has one."""
    kind = next((one for one in volume if one != "name"), "emptyDir")
    source: Body = volume.get(kind) or {}
    named = ("name", "secretName", "claimName", "path", "reference", "driver")
    return {
        "name": volume["name"],
        "kind": kind,
        "source": next((str(source[one]) for one in named if source.get(one)), ""),
    }


def _container(pod: Body, name: str, kind: str, note: Note, node: Body, now: Instant) -> dict[str, Any]:
    container = container_of({**pod, "spec": spec_as_run(pod)}, name)
    status = status_of_container(pod, name)
    capacity = pods.figure("memory", get_in(node, "status", "capacity", "memory", default=0))
    held = (note.get("retries") or {}).get(name)
    return {
        "name": name,
        "kind": "sidecar" if kind == "init" and pods.is_sidecar(container) else kind,
        "image": container["image"],
        "state": _state(status.get("state")),
        "last": _state(status.get("lastState")),
        "ready": bool(status.get("ready")),
        "started": bool(status.get("started")),
        "restarts": int(status.get("restartCount") or 0),
        "backOffUntil": None if held is None or held <= now else micro_timestamp(held),
        "mounts": [
            {"volume": one["name"], "path": one["mountPath"], "readOnly": bool(one.get("readOnly"))}
            for one in container.get("volumeMounts") or ()
        ],
        "requests": _bounds(container, "requests"),
        "limits": _bounds(container, "limits"),
        "target": container.get("targetContainerName", ""),
        "oomScoreAdj": oom.score_adj(pod, container, capacity) if capacity else None,
    }


def _state(told: Body | None) -> dict[str, Any] | None:
    """waiting, running or terminated, and what is said of it."""
    return next(({"kind": kind, **(said or {})} for kind, said in (told or {}).items()), None)


def _bounds(container: Body, which: str) -> dict[str, int]:
    """Thousandths of a core and bytes, where they are said."""
    amounts = pods.amounts(container, which)
    return {one: amounts[one] for one in ("cpu", "memory") if one in amounts}


def _cgroup(group: cgroups.Cgroup | None) -> Body | None:
    """A cgroup without those below it; None while it is not there."""
    return None if group is None else cgroups.told(group._replace(children=()))
