"""cordon, uncordon and drain.

Follows staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go and pkg/drain, v1.32.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, NamedTuple

from simulator.engine.objects import annotations_of, controller_of, name_of, namespace_of, status_of
from simulator.engine.registry import Body
from simulator.terminal import changing, selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Refused, Several, Trouble, Usage, raise_all

_MIRROR = "kubernetes.io/config.mirror"
_RETRY = 5.0
_DAEMON_SETS = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_LOCAL = "Pods with local storage (use --delete-emptydir-data to override)"
_UNMANAGED = "cannot delete Pods that declare no controller (use --force to override)"


class Verdict(NamedTuple):
    """Whether a pod is to go; why not, or what is warned of."""

    goes: bool = True
    error: str = ""
    warning: str = ""


def cordon(shell: Shell, parsed: Parsed, *, wanted: bool) -> None:
    for one in _nodes(shell, parsed, "cordon" if wanted else "uncordon"):
        _cordon(shell, parsed, one, wanted)


def _nodes(shell: Shell, parsed: Parsed, command: str) -> list[Found]:
    if not parsed.args and not parsed.text("selector"):
        raise Usage(command, f"USAGE: {command} NODE [flags]")
    if parsed.args and parsed.text("selector"):
        raise Usage(command, "error: cannot specify both a node name and a --selector option")
    selection = Selection(shell, parsed, ["nodes", *parsed.args])
    found = selection.objects()
    raise_all(selection.troubles)
    return found


def _cordon(shell: Shell, parsed: Parsed, found: Found, wanted: bool) -> None:
    said = "cordoned" if wanted else "uncordoned"
    if bool(found.body["spec"].get("unschedulable")) == wanted:
        printing.report(shell, parsed, found.shown, f"already {said}", found.body)
        return
    spec = {key: value for key, value in found.body["spec"].items() if key != "unschedulable"}
    new = {**found.body, "spec": {**spec, "unschedulable": True} if wanted else spec}
    try:
        changing.patched(shell, parsed, found, new, "")
    except Refused as refused:
        verb = "cordon" if wanted else "uncordon"
        shell.complain(f'error: unable to {verb} node "{found.name}": {refused.message}')
        return
    printing.report(shell, parsed, found.shown, said, new)


def drain(shell: Shell, parsed: Parsed) -> None:
    if shell.state is not None:
        _go_on(shell, parsed, shell.state)
        return
    found = _nodes(shell, parsed, "drain")
    for one in found:
        _cordon(shell, parsed, one, True)
    state: dict[str, Any] = {"nodes": [one.name for one in found], "pods": [], "begun": "", "failed": []}
    _go_on(shell, parsed, state)


def _go_on(shell: Shell, parsed: Parsed, state: dict[str, Any]) -> None:
    """Drains the nodes that are left, one after the other. Raises Unfinished, Trouble."""
    while state["nodes"]:
        node = state["nodes"][0]
        try:
            if state["begun"] != node:
                state |= {"begun": node, "pods": _begin(shell, parsed, node)}
            state["pods"] = _evict(shell, parsed, state["pods"])
            if state["pods"]:
                raise Unfinished(state)
            shell.print(f"node/{node} {printing.said('drained', parsed)}")
        except Trouble as trouble:
            said = getattr(trouble, "message", trouble.said).replace("\n", ", ")
            listed = f"[{said}]" if ", " in said and trouble.said.count("\n") else said
            shell.complain(f'error: unable to drain node "{node}" due to error: {listed}, continuing command...')
            state["failed"].append([node, trouble.said])
        state["nodes"] = state["nodes"][1:]
    if state["failed"]:
        shell.complain("There are pending nodes to be drained:")
        for node, _ in state["failed"]:
            shell.complain(f" {node}")
        raise Several([Trouble(said) for _, said in state["failed"]])


def _begin(shell: Shell, parsed: Parsed, node: str) -> list[list[Any]]:
    """The pods that are to go: namespace, name, uid, whether its eviction has begun, when it is tried again."""
    query = {"fieldSelector": f"spec.nodeName={node}", "labelSelector": parsed.text("pod-selector")}
    pods = shell.client.pages(path_of(shell.client.kinds["pods"], ""), query)["items"]
    going: list[list[Any]] = []
    errors: dict[str, list[str]] = {}
    warnings: dict[str, list[str]] = {}
    for pod in pods:
        verdict = _verdict(shell, parsed, pod)
        shown = f"{namespace_of(pod)}/{name_of(pod)}"
        if verdict.error:
            errors.setdefault(verdict.error, []).append(shown)
        elif verdict.warning:
            warnings.setdefault(verdict.warning, []).append(shown)
        if verdict.goes and not verdict.error:
            going.append([namespace_of(pod), name_of(pod), pod["metadata"]["uid"], False, 0.0])
    if errors:
        raise_all([Trouble(f"cannot delete {why}: {', '.join(held)}") for why, held in errors.items()])
    if warnings:
        shell.complain("Warning: " + "; ".join(f"{why}: {', '.join(held)}" for why, held in warnings.items()))
    return going


def _verdict(shell: Shell, parsed: Parsed, pod: Body) -> Verdict:
    if _MIRROR in annotations_of(pod):
        return Verdict(goes=False)
    ended = status_of(pod).get("phase") in ("Succeeded", "Failed")
    owner = controller_of(pod)
    if owner is not None and owner["kind"] == "DaemonSet" and not ended:
        try:
            shell.client.read(path_of(shell.client.kinds["daemonsets.apps"], namespace_of(pod), owner["name"]))
        except Refused as refused:
            if refused.reason == "NotFound" and parsed.yes("force"):
                return Verdict(warning=refused.message)
            return Verdict(error=refused.message)
        if not parsed.yes("ignore-daemonsets"):
            return Verdict(error=_DAEMON_SETS)
        return Verdict(goes=False, warning="ignoring DaemonSet-managed Pods")
    warning = ""
    if not ended and any("emptyDir" in volume for volume in pod["spec"].get("volumes", ())):
        if not parsed.yes("delete-emptydir-data"):
            return Verdict(error=_LOCAL)
        warning = "deleting Pods with local storage"
    if owner is None and not ended:
        if not parsed.yes("force"):
            return Verdict(error=_UNMANAGED)
        return Verdict(warning="deleting Pods that declare no controller")
    return Verdict(warning=warning if owner is None and not ended else "")


def _evict(shell: Shell, parsed: Parsed, pods: list[list[Any]]) -> list[list[Any]]:
    """Evicts each pod, and says of those that are gone; the others."""
    left: list[list[Any]] = []
    tries = printing.dry_run(parsed)
    for namespace, name, uid, begun, again in pods:
        path = path_of(shell.client.kinds["pods"], namespace, name)
        if tries:
            mark = "(dry run)" if tries == "client" else "(server dry run)"
            shell.print(f"evicting pod {namespace}/{name} {mark}")
            continue
        if not begun:
            if time.time() < again:
                left.append([namespace, name, uid, False, again])
                continue
            shell.print(f"evicting pod {namespace}/{name}")
            begun, again = _begin_eviction(shell, parsed, namespace, name, path)
        if begun and _is_gone(shell, path, uid):
            shell.print(f"pod/{name} evicted")
        else:
            left.append([namespace, name, uid, begun, again])
    return left


def _begin_eviction(shell: Shell, parsed: Parsed, namespace: str, name: str, path: str) -> tuple[bool, float]:
    """Whether the eviction has begun; else when it is tried again. Raises Trouble."""
    grace = parsed.number("grace-period")
    options = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": options,
    }
    try:
        if parsed.yes("disable-eviction"):
            shell.client.send("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", **options})
        else:
            shell.client.send("POST", f"{path}/eviction", body)
    except Refused as refused:
        if refused.reason == "NotFound":
            return True, 0.0
        if refused.reason == "TooManyRequests":
            again = f'error when evicting pods/"{name}" -n "{namespace}" (will retry after 5s): {refused.message}'
            shell.complain(again)
            return False, time.time() + _RETRY
        raise Trouble(f'error when evicting pods/"{name}" -n "{namespace}": {refused.message}') from None
    return True, 0.0


def _is_gone(shell: Shell, path: str, uid: str) -> bool:
    try:
        return bool(shell.client.read(path)["metadata"]["uid"] != uid)
    except Refused as refused:
        return refused.reason == "NotFound"


_COMMON = (printing.OUTPUT, printing.DRY_RUN, printing.MANAGED, selecting.SELECTOR)
COMMANDS = (
    Command("cordon", partial(cordon, wanted=True), _COMMON, completes="nodes", about="Mark node as unschedulable"),
    Command("uncordon", partial(cordon, wanted=False), _COMMON, completes="nodes", about="Mark node as schedulable"),
    Command(
        "drain",
        drain,
        (
            *_COMMON,
            Flag("force", form="yes", default=False),
            Flag("ignore-daemonsets", form="yes", default=False),
            Flag("delete-emptydir-data", form="yes", default=False),
            Flag("delete-local-data", form="yes", default=False),
            Flag("disable-eviction", form="yes", default=False),
            Flag("grace-period", form="number", default=-1),
            Flag("pod-selector"),
            Flag("timeout", form="span", default=0),
        ),
        completes="nodes",
        about="Drain node in preparation for maintenance",
    ),
)
