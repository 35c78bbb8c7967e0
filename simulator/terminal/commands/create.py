"""create -f, and what all `create KIND` have in common.

Follows staging/src/k8s.io/kubectl/pkg/cmd/create/create.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.registry import Body
from simulator.terminal import changing, documents, selecting
from simulator.terminal.command import Command
from simulator.terminal.commands.apply import annotated
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble, Usage, raise_all

COMMON = (
    printing.OUTPUT,
    printing.DRY_RUN,
    printing.MANAGED,
    Flag("save-config", form="yes", default=False),
    Flag("validate", default="strict", bare="strict"),
    Flag("field-manager"),
)


def run(shell: Shell, parsed: Parsed) -> None:
    documents.demand(parsed)
    if parsed.args:
        raise Usage("create", f"Unexpected args: [{' '.join(parsed.args)}]")
    given = documents.read(shell, parsed)
    troubles: list[Trouble] = []
    for one in given:
        try:
            _create(shell, parsed, one)
        except Trouble as trouble:
            troubles.append(trouble)
    raise_all(troubles)
    if not given:
        raise Trouble("no objects passed to create")


def _create(shell: Shell, parsed: Parsed, given: Found) -> None:
    body = annotated(given.body) if parsed.yes("save-config") else given.body
    try:
        made = changing.created(shell, parsed, Found(given.kind, body), "kubectl-create")
    except Refused as refused:
        raise refused.when(f'error when creating "{documents.STDIN}"') from None
    printing.report(shell, parsed, Found(given.kind, made).shown, "created", made)


Make = Callable[[Shell, Parsed, str], Body]
"""The object that the arguments describe, under a name. Raises Trouble."""


def subcommand(
    name: str,
    resource: str,
    make: Make,
    flags: tuple[Flag, ...] = (),
    *,
    about: str,
    required: tuple[str, ...] = (),
    failing: str = "",
) -> Command:
    """`create NAME ...`: makes one object of a resource out of its flags. failing: what is said before a refusal."""

    def create(shell: Shell, parsed: Parsed) -> None:
        missing = [f'"{one}"' for one in required if one not in parsed.given]
        if missing:
            raise Trouble(f"required flag(s) {', '.join(missing)} not set")
        count = len(parsed.args) if parsed.dash is None else parsed.dash
        if count != 1:
            raise Usage(f"create {name}", f"exactly one NAME is required, got {count}")
        body = make(shell, parsed, parsed.args[0])
        try:
            put(shell, parsed, resource, body, "kubectl-create")
        except Refused as refused:
            if not failing:
                raise
            raise Trouble(f"failed to create {failing} {refused.message}") from None

    return Command(f"create {name}", create, (*COMMON, *flags), completes="", about=about)


def put(shell: Shell, parsed: Parsed, resource: str, body: Body, manager: str) -> Body:
    """Creates an object that a command has made, and tells of it."""
    kind = shell.client.kinds[resource]
    tries = printing.dry_run(parsed) == "client"
    if kind.namespaced and (not tries or parsed.text("namespace")):
        body = {**body, "metadata": {**body["metadata"], "namespace": shell.in_namespace(parsed)}}
    if parsed.yes("save-config"):
        body = annotated(body)
    made = changing.created(shell, parsed, Found(kind, body), manager)
    printing.report(shell, parsed, Found(kind, made).shown, "created", made)
    return made


def meta(name: str, **more: object) -> Body:
    """Metadata as kubectl's own types write it."""
    return {"name": name, "creationTimestamp": None, **more}


COMMAND = Command(
    "create",
    run,
    (*COMMON, *selecting.FILES, selecting.SELECTOR),
    completes="",
    about="Create a resource from a file or from stdin",
)
