"""scale: by the subresource scale.

Follows staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go and pkg/scale/scale.go, v1.32.
"""

from __future__ import annotations

from simulator.terminal import selecting
from simulator.terminal.client import MERGE
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, raise_all


def run(shell: Shell, parsed: Parsed) -> None:
    if "replicas" not in parsed.given:
        raise Trouble('required flag(s) "replicas" not set')
    if parsed.number("replicas") < 0:
        raise Trouble("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if parsed.number("current-replicas") < -1:
        raise Trouble("The --current-replicas must specify an integer of -1 or greater")
    selection = Selection(shell, parsed)
    try:
        found = selection.objects()
    except Trouble as trouble:
        if any(one.kind for one in selection.wanted() if one.name):
            raise Trouble(f"no objects passed to scale {_inner(trouble)}") from None
        raise
    if not found:
        raise Trouble("no objects passed to scale")
    for one in found:
        _scale(shell, parsed, one)
    raise_all(selection.troubles)


def _inner(trouble: Trouble) -> str:
    return getattr(trouble, "message", trouble.said)


def _scale(shell: Shell, parsed: Parsed, found: Found) -> None:
    if printing.dry_run(parsed) != "client":
        wanted, size = parsed.number("replicas"), parsed.number("current-replicas")
        if size != -1 or parsed.text("resource-version"):
            scale = shell.client.read(found.path("scale"))
            if size != -1 and scale["spec"].get("replicas", 0) != size:
                raise Trouble(f"Expected replicas to be {size}, was {scale['spec'].get('replicas', 0)}")
            given = parsed.text("resource-version")
            if given and scale["metadata"]["resourceVersion"] != given:
                held = scale["metadata"]["resourceVersion"]
                raise Trouble(f"Expected resource version to be {given}, was {held}")
        patch = {"spec": {"replicas": wanted}}
        shell.client.send("PATCH", found.path("scale"), patch, printing.dry_run_query(parsed), content_type=MERGE)
    printing.report(shell, parsed, found.shown, "scaled", found.body)


COMMAND = Command(
    "scale",
    run,
    (
        printing.OUTPUT,
        printing.DRY_RUN,
        printing.MANAGED,
        selecting.SELECTOR,
        selecting.ALL,
        *selecting.FILES,
        Flag("replicas", form="number", default=0),
        Flag("current-replicas", form="number", default=-1),
        Flag("resource-version"),
        Flag("timeout", form="span", default=0),
    ),
    about="Set a new size for a deployment, replica set, or replication controller",
)
