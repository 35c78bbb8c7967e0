"""patch, replace, and edit, which needs an editor.

Follows staging/src/k8s.io/kubectl/pkg/cmd/{patch/patch.go,replace/replace.go}, v1.32.
"""

from __future__ import annotations

from typing import Any

from simulator.terminal import changing, documents, selecting
from simulator.terminal.client import JSON_PATCH, MERGE, STRATEGIC
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble, raise_all

_TYPES = {"json": JSON_PATCH, "merge": MERGE, "strategic": STRATEGIC}


def run(shell: Shell, parsed: Parsed) -> None:
    if bool(parsed.text("patch")) == bool(parsed.text("patch-file")):
        raise Trouble("must specify --patch or --patch-file containing the contents of the patch")
    if parsed.text("patch-file"):
        raise Trouble("there are no files here: give the patch with -p")
    form = parsed.text("type").lower()
    if form not in _TYPES:
        raise Trouble(f'--type must be one of [{" ".join(sorted(_TYPES))}], not "{form}"')
    patch = _read(parsed.text("patch"))

    def change(found: Found) -> None:
        query = {"fieldManager": parsed.text("field-manager") or "kubectl-patch", **printing.dry_run_query(parsed)}
        if printing.dry_run(parsed) == "client":
            query["dryRun"] = "All"
        path = found.path(parsed.text("subresource"))
        body = shell.client.send("PATCH", path, patch, query, content_type=_TYPES[form])
        said = "patched" if body != found.body else "patched (no change)"
        if parsed.text("output") in ("", "name"):
            tried = " (server dry run)" if printing.dry_run(parsed) == "server" else ""
            shell.print(found.shown if parsed.text("output") else f"{found.shown} {said}{tried}")
        else:
            printing.show(shell, parsed, body)

    changing.each(Selection(shell, parsed), change)


def _read(text: str) -> Any:
    from simulator import documents as texts

    try:
        return documents.plain(texts.only_document(text).plain())
    except texts.Unreadable as error:
        raise Trouble(f'unable to parse "{text}": yaml: {error}') from None


def replace(shell: Shell, parsed: Parsed) -> None:
    documents.demand(parsed)
    if parsed.yes("force"):
        raise Trouble("the terminal does not replace by force: delete the object, then create it")
    troubles: list[Trouble] = []
    given = documents.read(shell, parsed)
    for one in given:
        try:
            _replace(shell, parsed, one)
        except Trouble as trouble:
            troubles.append(trouble)
    raise_all(troubles)
    if not given:
        raise Trouble("no objects passed to replace")


def _replace(shell: Shell, parsed: Parsed, given: Found) -> None:
    body = given.body
    if printing.dry_run(parsed) != "client":
        query = {
            "fieldManager": parsed.text("field-manager") or "kubectl-replace",
            "fieldValidation": changing.validation(parsed),
            **printing.dry_run_query(parsed),
        }
        try:
            if not body["metadata"].get("resourceVersion"):
                held = shell.client.read(given.path())
                meta = {**body["metadata"], "resourceVersion": held["metadata"]["resourceVersion"]}
                body = {**body, "metadata": meta}
            body = shell.client.send("PUT", given.path(), body, query)
        except Refused as refused:
            raise refused.when(f'error when replacing "{documents.STDIN}"') from None
    printing.report(shell, parsed, given.shown, "replaced", body)


def edit(shell: Shell, parsed: Parsed) -> None:
    Selection(shell, parsed).objects()
    raise Trouble(
        "the terminal has no editor: select the object and use its YAML, or change it with kubectl patch, set or apply"
    )


_COMMON = (printing.OUTPUT, printing.DRY_RUN, printing.MANAGED, *selecting.FILES, Flag("field-manager"))
PATCH = Command(
    "patch",
    run,
    (
        *_COMMON,
        Flag("patch", "p"),
        Flag("patch-file"),
        Flag("type", default="strategic", choices=("strategic", "merge", "json")),
        Flag("subresource"),
    ),
    about="Update fields of a resource",
)
REPLACE = Command(
    "replace",
    replace,
    (*_COMMON, Flag("force", form="yes", default=False), Flag("validate", default="strict", bare="strict")),
    completes="",
    about="Replace a resource by file name or stdin",
)
EDIT = Command("edit", edit, _COMMON, about="Edit a resource on the server")
