"""describe: each object in words; `describe/` has how.

Follows staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go, v1.32.
"""

from __future__ import annotations

from simulator import store
from simulator.terminal import selecting
from simulator.terminal.command import Command
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.registry import describer
from simulator.terminal.describe.writing import Page
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble, raise_all

_TYPES = (
    'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported '
    "resources.\n"
)


def run(shell: Shell, parsed: Parsed) -> None:
    if not parsed.args and not parsed.texts("filename"):
        raise Trouble(_TYPES)
    selection = Selection(shell, parsed, may_list=True)
    try:
        found = selection.objects()
    except Refused as refused:
        if refused.reason != "NotFound" or len(parsed.args) != 2:
            raise
        _describe_begun(shell, parsed, refused)
        return
    for at, one in enumerate(found):
        shell.write(("\n\n" if at else "") + told_of(shell, parsed, one))
    if not found and not selection.troubles:
        where = "" if selection.everywhere else f" in {shell.in_namespace(parsed)} namespace."
        shell.complain(f"No resources found{where}")
    raise_all(selection.troubles)


def told_of(shell: Shell, parsed: Parsed, found: Found) -> str:
    """The description of an object, as it is now."""
    page = Page(store.instant(shell.client.cluster, store.wall()))
    told = Description(shell.client, found.kind, found.body, page, parsed.yes("show-events"))
    describer(found.kind.resource)(told)
    return page.tabbed()


def _describe_begun(shell: Shell, parsed: Parsed, refused: Refused) -> None:
    """Those whose name begins with what was given. Raises the refusal where there are none."""
    word, begin = parsed.args
    held = [one for one in Selection(shell, parsed, [word], may_list=True).objects() if one.name.startswith(begin)]
    if not held:
        raise refused
    for one in held:
        shell.print(told_of(shell, parsed, one))


COMMAND = Command(
    "describe",
    run,
    (
        selecting.SELECTOR,
        selecting.EVERYWHERE,
        *selecting.FILES,
        Flag("show-events", form="yes", default=True),
        Flag("chunk-size", form="number", default=500),
    ),
    about="Show details of a specific resource or group of resources",
)
