"""cordon, uncordon and drain.

Follows staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go and pkg/drain, v1.32.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from simulator.engine.objects import annotations_of, controller_of, name_of, namespace_of, status_of
from simulator.engine.registry import Body
from simulator.terminal import changing, selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.commands import evictions
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Refused, Several, Trouble, Usage, raise_all

_MIRROR = "kubernetes.io/config.mirror"
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
    state: dict[str, Any] = {"nodes": [one.name for one in found], "begun": "", "failed": []}
    _go_on(shell, parsed, state)


def _go_on(shell: Shell, parsed: Parsed, state: dict[str, Any]) -> None:
    """Drains the nodes that are left, one after the other. Raises Unfinished, Trouble."""
    while state["nodes"]:
        node = state["nodes"][0]
        try:
            if state["begun"] != node:
                state |= {"begun": node, "since": shell.now, "errors": []}
                state["pods"] = _begin(shell, parsed, node)
            state["pods"] = evictions.send_away(shell, parsed, state)
            if state["pods"]:
                raise Unfinished(state)
            if state["errors"]:
                _tell_pending(shell, parsed, node, state["errors"])
                raise Several([Trouble(one) for one in state["errors"]])
            shell.print(f"node/{node} {printing.said('drained', parsed)}")
        except Trouble as trouble:
            errors = [one.said for one in trouble.troubles] if isinstance(trouble, Several) else []
            listed = _listed(errors or [getattr(trouble, "message", trouble.said)])
            shell.complain(f'error: unable to drain node "{node}" due to error: {listed}, continuing command...')
            state["failed"].append([node, trouble.said])
        state["nodes"] = state["nodes"][1:]
    if state["failed"]:
        shell.complain("There are pending nodes to be drained:")
        for node, _ in state["failed"]:
            shell.complain(f" {node}")
        if [said for _, said in state["failed"]] == [evictions.TOO_LATE]:
            raise Trouble(evictions.TOO_LATE)
        raise Several([Trouble(said) for _, said in state["failed"]])


def _listed(errors: list[str]) -> str:
    return errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"


def _tell_pending(shell: Shell, parsed: Parsed, node: str, errors: list[str]) -> None:
    """What is still on a node that could not be drained."""
    pods = [
        pod
        for pod in _pods_on(shell, parsed, node)
        if (verdict := _verdict(shell, parsed, pod)).goes and not verdict.error
    ]
    if pods:
        shell.complain(f'There are pending pods in node "{node}" when an error occurred: {_listed(errors)}')
    for pod in pods:
        shell.complain(f"pod/{name_of(pod)}")


def _pods_on(shell: Shell, parsed: Parsed, node: str) -> list[Body]:
    query = {"fieldSelector": f"spec.nodeName={node}", "labelSelector": parsed.text("pod-selector")}
    pods: list[Body] = shell.client.pages(path_of(shell.client.kinds["pods"], ""), query)["items"]
    return pods


def _begin(shell: Shell, parsed: Parsed, node: str) -> list[list[Any]]:
    """The pods that are to go: namespace, name, uid, whether its eviction has begun, when it is tried again."""
    going: list[list[Any]] = []
    errors: dict[str, list[str]] = {}
    warnings: dict[str, list[str]] = {}
    for pod in _pods_on(shell, parsed, node):
        verdict = _verdict(shell, parsed, pod)
        shown = f"{namespace_of(pod)}/{name_of(pod)}"
        if verdict.error:
            errors.setdefault(verdict.error, []).append(shown)
        elif verdict.warning:
            warnings.setdefault(verdict.warning, []).append(shown)
        if verdict.goes and not verdict.error:
            going.append([namespace_of(pod), name_of(pod), pod["metadata"]["uid"], False, 0])
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
