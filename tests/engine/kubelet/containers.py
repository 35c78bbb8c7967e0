"""Containers that run or end, and what is seen of them."""

from __future__ import annotations

from typing import Any

from simulator.engine.registry import Body

BUSYBOX = "busybox:1.36"


def runs(name: str, **fields: Any) -> Body:
    return {"name": name, "image": "nginx:1.27", **fields}


def ends(name: str, code: int = 0, after: float = 1, **fields: Any) -> Body:
    return {"name": name, "image": BUSYBOX, "command": ["sh", "-c", f"sleep {after}; exit {code}"], **fields}


def sidecar(one: Body) -> Body:
    return {**one, "restartPolicy": "Always"}


def shown(pod: Body) -> str:
    """`name=state*restarts` of each container: w(aiting), r(unning), or its exit code."""
    status = pod["status"]
    found = []
    for one in (*(status.get("initContainerStatuses") or ()), *status["containerStatuses"]):
        ((state, detail),) = one["state"].items()
        told = str(detail["exitCode"]) if state == "terminated" else state[0]
        found.append(f"{one['name']}={told}*{one['restartCount']}")
    return " ".join([status["phase"], *found])
