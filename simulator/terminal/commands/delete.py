"""delete: and wait until it is gone.

Follows staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go, v1.32.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Instant
from simulator.terminal import documents, resources, selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Selection, Wanted
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Refused, Trouble, raise_all

_CASCADES = {"true": "Background", "background": "Background", "orphan": "Orphan", "foreground": "Foreground"}
_IMMEDIATE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The "
    "resource may continue to run on the cluster indefinitely."
)


def run(shell: Shell, parsed: Parsed) -> None:
    if shell.state is not None:
        wait(shell, parsed, shell.state["left"], shell.state["began"])
        return
    options = _options(shell, parsed)
    selection = Selection(shell, parsed)
    is_many = parsed.yes("all") or bool(selection.labels) or bool(selection.fields)
    forgiving = parsed.yes("ignore-not-found") or (is_many and "ignore-not-found" not in parsed.given)
    troubles: list[Trouble] = []
    left: list[list[str]] = []
    found = 0
    warn = bool(parsed.text("namespace")) and not selection.everywhere
    for wanted in _wanted(shell, parsed, selection):
        if warn and not wanted.kind.namespaced:
            shell.complain("Warning: deleting cluster-scoped resources, not scoped to the provided namespace")
            warn = False
        found += 1
        try:
            left += _delete(shell, parsed, wanted, options)
        except Refused as refused:
            if refused.reason != "NotFound" or not forgiving:
                troubles.append(refused)
    raise_all(troubles)
    if not found:
        shell.print("No resources found")
    elif parsed.yes("wait") and not printing.dry_run(parsed):
        wait(shell, parsed, left, shell.now)


def _options(shell: Shell, parsed: Parsed) -> Body:
    """The DeleteOptions. Raises Trouble."""
    grace, force = parsed.number("grace-period") if "grace-period" in parsed.given else -1, parsed.yes("force")
    if parsed.yes("now"):
        if grace != -1:
            raise Trouble("--now and --grace-period cannot be specified together")
        grace = 1
    if grace == 0 and not force:
        grace = 1
    if force and grace < 0:
        grace = 0
    if parsed.text("output") not in ("", "name"):
        raise Trouble(f"unexpected -o output mode: {parsed.text('output')}. We only support '-o name'")
    for flag in ("selector", "field-selector"):
        if parsed.yes("all") and parsed.text(flag):
            raise Trouble(f"cannot set --all and --{flag} at the same time")
    if force and grace > 0:
        raise Trouble("--force and --grace-period greater than 0 cannot be specified together")
    cascade = _CASCADES.get(parsed.text("cascade"))
    if cascade is None:
        raise Trouble(
            f'invalid cascade value ({parsed.text("cascade")}). Must be "background", "foreground", or "orphan"'
        )
    if parsed.yes("interactive"):
        raise Trouble("the terminal asks nothing back: leave out -i")
    if force and grace == 0:
        shell.complain(_IMMEDIATE)
    period = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    return {"kind": "DeleteOptions", "apiVersion": "v1", **period, "propagationPolicy": cascade}


def _wanted(shell: Shell, parsed: Parsed, selection: Selection) -> list[Wanted]:
    if selection.files:
        given = documents.read(shell, parsed)
        return [Wanted(one.kind, one.namespace, one.name) for one in given]
    found: list[Wanted] = []
    for wanted in selection.wanted():
        if wanted.name:
            found.append(wanted)
        else:
            found += [Wanted(one.kind, one.namespace, one.name) for one in selection.get(wanted)]
    return found


def _delete(shell: Shell, parsed: Parsed, wanted: Wanted, options: Body) -> list[list[str]]:
    """Deletes one object; it and its uid, to be waited for. Raises Refused."""
    path = path_of(wanted.kind, wanted.namespace, wanted.name)
    told: Body = {}
    if printing.dry_run(parsed) != "client":
        sent = {**options, **({"dryRun": ["All"]} if printing.dry_run(parsed) == "server" else {})}
        try:
            told = shell.client.send("DELETE", path, sent)
        except Refused as refused:
            if parsed.texts("filename"):
                raise refused.when(f'error when deleting "{documents.STDIN}"') from None
            raise
    shown = resources.shown(wanted.kind)
    operation = "force deleted" if options.get("gracePeriodSeconds") == 0 else "deleted"
    if parsed.text("output") == "name":
        shell.print(f"{shown}/{wanted.name}")
    else:
        shell.print(f'{shown} "{wanted.name}" {printing.said(operation, parsed)}')
    details = told.get("details") or {}
    return [[path, str(details.get("uid") or (told.get("metadata") or {}).get("uid") or "")]]


def wait(shell: Shell, parsed: Parsed, left: list[Any], began: Instant) -> None:
    """Raises Unfinished while one of the objects is there, and Trouble when that takes too long."""
    still = [one for one in left if _is_there(shell, *one)]
    if not still:
        return
    limit = parsed.seconds("timeout")
    if limit and shell.now - began >= limit * SECOND:
        shown = "/".join(still[0][0].split("/")[-2:])  # of several, the one that was waited for
        raise Trouble(f"timed out waiting for the condition on {shown}")
    raise Unfinished({"left": still, "began": began})


def _is_there(shell: Shell, path: str, uid: str) -> bool:
    try:
        body = shell.client.read(path)
    except Refused:
        return False
    return not uid or body["metadata"].get("uid") == uid


COMMAND = Command(
    "delete",
    run,
    (
        Flag("output", "o", choices=("name",)),
        printing.DRY_RUN,
        selecting.SELECTOR,
        selecting.FIELDS,
        selecting.EVERYWHERE,
        selecting.ALL,
        *selecting.FILES,
        Flag("cascade", default="background", bare="background", choices=("background", "orphan", "foreground")),
        Flag("grace-period", form="number", default=-1),
        Flag("force", form="yes", default=False),
        Flag("now", form="yes", default=False),
        Flag("wait", form="yes", default=True),
        Flag("timeout", form="span", default=0),
        Flag("ignore-not-found", form="yes", default=False),
        Flag("interactive", "i", form="yes", default=False),
    ),
    about="Delete resources by file names, stdin, resources and names, or by resources and label selector",
)
