"""Pods that are sent away from a node that is drained: evicted, or deleted, each waited for.

Follows staging/src/k8s.io/kubectl/pkg/drain/drain.go (evictPods, deletePods), v1.32.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Instant
from simulator.terminal.client import path_of
from simulator.terminal.flags import Parsed, duration
from simulator.terminal.output import printing
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble

TOO_LATE = "context deadline exceeded"
_RETRY = 5 * SECOND


def send_away(shell: Shell, parsed: Parsed, state: dict[str, Any]) -> list[list[Any]]:
    """Evicts or deletes each pod and says which are gone; the others. What goes wrong is noted in the state."""
    tries, pods = printing.dry_run(parsed), state["pods"]
    deletes = parsed.yes("disable-eviction")
    if tries:
        mark = "(dry run)" if tries == "client" else "(server dry run)"
        for namespace, name, *_ in pods if tries == "client" or not deletes else ():
            shell.print(f"evicting pod {namespace}/{name} {mark}")
        return []
    limit = parsed.seconds("timeout")
    late = limit != 0 and shell.now - state["since"] >= limit * SECOND
    return (_delete if deletes else _evict)(shell, parsed, pods, state["errors"], late)


def _evict(shell: Shell, parsed: Parsed, pods: list[list[Any]], errors: list[str], late: bool) -> list[list[Any]]:
    left: list[list[Any]] = []
    for namespace, name, uid, begun, again in pods:
        path = path_of(shell.client.kinds["pods"], namespace, name)
        try:
            if not begun and shell.now >= again:
                shell.print(f"evicting pod {namespace}/{name}")
                if late:
                    limit = duration(parsed.seconds("timeout"))
                    raise Trouble(
                        f'error when evicting pods/"{name}" -n "{namespace}": global timeout reached: {limit}'
                    )
                begun, again = _begin_eviction(shell, parsed, namespace, name, path)
            if begun and _is_gone(shell, path, uid):
                shell.print(f"pod/{name} evicted")
                continue
            if begun and late:
                raise Trouble(
                    f'error when waiting for pod "{name}" in namespace "{namespace}" to terminate: {TOO_LATE}'
                )
            left.append([namespace, name, uid, begun, again])
        except Trouble as trouble:
            errors.append(trouble.said)
    return left


def _delete(shell: Shell, parsed: Parsed, pods: list[list[Any]], errors: list[str], late: bool) -> list[list[Any]]:
    left: list[list[Any]] = []
    for namespace, name, uid, begun, again in pods:
        if not begun:
            try:
                options = {"kind": "DeleteOptions", "apiVersion": "v1", **_grace(parsed)}
                shell.client.send("DELETE", path_of(shell.client.kinds["pods"], namespace, name), options)
            except Refused as refused:
                if refused.reason != "NotFound":
                    errors.append(refused.said)
                    return []
        left.append([namespace, name, uid, True, again])
    gone = [one for one in left if _is_gone(shell, path_of(shell.client.kinds["pods"], one[0], one[1]), one[2])]
    for _, name, *_rest in gone:
        shell.print(f"pod/{name} deleted")
    left = [one for one in left if one not in gone]
    if left and late:
        errors.append(TOO_LATE)
    return [] if late else left


def _grace(parsed: Parsed) -> Body:
    grace = parsed.number("grace-period")
    return {"gracePeriodSeconds": grace} if grace >= 0 else {}


def _begin_eviction(shell: Shell, parsed: Parsed, namespace: str, name: str, path: str) -> tuple[bool, Instant]:
    """Whether the eviction has begun; else when it is tried again. Raises Trouble."""
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": _grace(parsed),
    }
    try:
        shell.client.send("POST", f"{path}/eviction", body)
    except Refused as refused:
        if refused.reason == "NotFound":
            return True, 0
        told = f'error when evicting pods/"{name}" -n "{namespace}"'
        if refused.reason == "TooManyRequests":
            shell.complain(f"{told} (will retry after 5s): {refused.message}")
            return False, shell.now + _RETRY
        raise Trouble(f"{told}: {refused.message}") from None
    return True, 0


def _is_gone(shell: Shell, path: str, uid: str) -> bool:
    try:
        return bool(shell.client.read(path)["metadata"]["uid"] != uid)
    except Refused as refused:
        return refused.reason == "NotFound"
