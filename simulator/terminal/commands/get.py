"""get: objects as tables, YAML, JSON, names, or by a template; `-w` goes on with what changes.

Follows staging/src/k8s.io/kubectl/pkg/cmd/get/get.go, v1.32.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine.registry import Body, Kind
from simulator.terminal import selecting
from simulator.terminal.client import TABLE, path_of
from simulator.terminal.command import Command
from simulator.terminal.commands import raw, sorting, watching
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.output.tables import Look, Sheet, head, row
from simulator.terminal.selecting import Selection, Wanted
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble, Usage, raise_all

_TYPES = """\
You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.
"""
_REQUIRED = """\
Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods)."""


class Sheetful(NamedTuple):
    """A table of the server's, and the kind that it is of."""

    kind: Kind
    table: Body


def run(shell: Shell, parsed: Parsed) -> None:
    if parsed.text("raw"):
        raw.get(shell, parsed.text("raw"), parsed.args)
        return
    is_watch = parsed.yes("watch") or parsed.yes("watch-only")
    if not parsed.args and not parsed.texts("filename") and not parsed.text("kustomize") and not is_watch:
        shell.complain(_TYPES)
        raise Usage("get", _REQUIRED)
    _check(parsed)
    selection = Selection(shell, parsed, may_list=True)
    if is_watch:
        watching.watch(shell, parsed, selection, look(parsed))
        return
    if parsed.text("output") in ("", "wide"):
        _show_tables(shell, parsed, selection)
    else:
        _show_objects(shell, parsed, selection)


def _check(parsed: Parsed) -> None:
    printing.check(parsed, for_get=True)
    form = parsed.text("output")
    if parsed.yes("show-labels") and form not in ("", "wide"):
        raise Trouble(f"--show-labels option cannot be used with {form} printer")
    if parsed.texts("label-columns") and form.startswith("custom-columns"):
        raise Trouble(f"--label-columns option cannot be used with {form} printer")


def look(parsed: Parsed) -> Look:
    return Look(
        wide=parsed.text("output") == "wide",
        headers=not parsed.yes("no-headers"),
        show_labels=parsed.yes("show-labels"),
        labels=tuple(parsed.texts("label-columns")),
    )


def _wanted(shell: Shell, parsed: Parsed, selection: Selection) -> list[Wanted]:
    if not selection.files:
        return selection.wanted()
    from simulator.terminal import documents

    return [Wanted(one.kind, one.namespace, one.name) for one in documents.read(shell, parsed)]


def _show_tables(shell: Shell, parsed: Parsed, selection: Selection) -> None:
    found: list[Sheetful] = []
    troubles: list[Trouble] = []
    wanted = _wanted(shell, parsed, selection)
    query = {**selection.query(), **({"includeObject": "Object"} if parsed.text("sort-by") else {})}
    for one in wanted:
        try:
            found.append(Sheetful(one.kind, _table(shell, one, query)))
        except Refused as refused:
            if not (parsed.yes("ignore-not-found") and refused.reason == "NotFound"):
                troubles.append(refused)
    if parsed.text("sort-by"):
        found = _sorted(found, parsed.text("sort-by"))
    written = _write(shell, found, look(parsed), everywhere=selection.everywhere)
    if not written and not parsed.yes("ignore-not-found") and not troubles:
        is_namespaced = not selection.everywhere and all(one.kind.namespaced for one in found)
        shell.complain(
            f"No resources found in {shell.in_namespace(parsed)} namespace." if is_namespaced else "No resources found"
        )
    raise_all(troubles)


def _sorted(found: list[Sheetful], by: str) -> list[Sheetful]:
    """Each table in order. One that cannot be sorted is not shown, and kubectl does not say why."""
    done = []
    for one in found:
        try:
            done.append(Sheetful(one.kind, sorting.sorted_table(one.table, by)))
        except Trouble:
            done.append(Sheetful(one.kind, {**one.table, "rows": []}))
    return done


def _table(shell: Shell, wanted: Wanted, query: dict[str, Any]) -> Body:
    path = path_of(wanted.kind, wanted.namespace, wanted.name)
    if wanted.name:
        return shell.client.read(path, {"includeObject": query.get("includeObject")}, accept=TABLE)
    return shell.client.pages(path, query, accept=TABLE)


def _write(shell: Shell, found: list[Sheetful], chosen: Look, *, everywhere: bool) -> bool:
    """Writes the tables, those of one kind below each other. False if there was nothing to write."""
    several = len({one.kind for one in found}) > 1
    sheets: list[tuple[Kind, Sheet]] = []
    for one in found:
        looks = Look(**{**vars(chosen), "namespace": everywhere and one.kind.namespaced, "kind": several})
        if not sheets or sheets[-1][0] != one.kind:
            sheets.append((one.kind, Sheet()))
        sheet = sheets[-1][1]
        definitions, rows = one.table["columnDefinitions"], one.table["rows"]
        if rows and looks.headers and not sheet.rows:
            sheet.rows.append(head(definitions, looks))
        sheet.rows += [row(definitions, given, looks, one.kind) for given in rows]
    written = False
    for kind, sheet in sheets:
        if sheet.rows and written and chosen.headers:
            shell.print("")
        written = written or bool(sheet.rows)
        write_sheet(shell, kind, sheet)
    return written


def write_sheet(shell: Shell, kind: Kind, sheet: Sheet) -> None:
    for line, one in sheet.flush():
        if one.name >= 0 and one.object is not None:
            start = sum(sheet.columns.widths[: one.name])
            meta = one.object["metadata"]
            shell.link(start, len(one.cells[one.name]), f"{kind.resource}/{meta.get('namespace', '')}/{meta['name']}")
        shell.print(line)


def _show_objects(shell: Shell, parsed: Parsed, selection: Selection) -> None:
    bodies: list[Body] = []
    troubles: list[Trouble] = []
    for one in _wanted(shell, parsed, selection):
        try:
            bodies += [found.body for found in selection.get(one)]
        except Refused as refused:
            if not (parsed.yes("ignore-not-found") and refused.reason == "NotFound"):
                troubles.append(refused)
    if selection.is_single and troubles:
        raise_all(troubles)
    if not bodies and parsed.yes("ignore-not-found"):
        return
    if parsed.text("sort-by"):
        bodies = sorting.sorted_bodies(bodies, parsed.text("sort-by"))
    if selection.is_single and len(bodies) == 1:
        printing.show(shell, parsed, bodies[0])
    else:
        head = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}}
        printing.show(shell, parsed, {**head, "items": bodies})
    raise_all(troubles)


COMMAND = Command(
    "get",
    run,
    (
        printing.OUTPUT,
        printing.MANAGED,
        selecting.SELECTOR,
        selecting.FIELDS,
        selecting.EVERYWHERE,
        *selecting.FILES,
        Flag("watch", "w", form="yes", default=False),
        Flag("watch-only", form="yes", default=False),
        Flag("output-watch-events", form="yes", default=False),
        Flag("ignore-not-found", form="yes", default=False),
        Flag("label-columns", "L", form="texts", default=()),
        Flag("show-labels", form="yes", default=False),
        Flag("no-headers", form="yes", default=False),
        Flag("sort-by"),
        Flag("raw"),
        Flag("chunk-size", form="number", default=500),
        Flag("show-kind", form="yes", default=False),
        Flag("server-print", form="yes", default=True),
        Flag("subresource"),
        Flag("template"),
        Flag("allow-missing-template-keys", form="yes", default=True),
    ),
    about="Display one or many resources",
)
