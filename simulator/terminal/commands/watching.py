"""get -w: first what is there, then a line for each change, until somebody presses Ctrl-C."""

from __future__ import annotations

from typing import Any

from simulator.engine.registry import Body
from simulator.terminal.client import TABLE, path_of
from simulator.terminal.flags import Parsed
from simulator.terminal.output.tables import Look, Row, Sheet, head, row
from simulator.terminal.selecting import Selection, Wanted
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Trouble

_LOOK = 0.6
"""Seconds for which one request listens."""
_EVENTS = {"ADDED": "ADDED   ", "MODIFIED": "MODIFIED", "DELETED": "DELETED ", "ERROR": "ERROR   "}


def watch(shell: Shell, parsed: Parsed, selection: Selection, chosen: Look) -> None:
    """Raises Unfinished, for a watch has no end, and Trouble."""
    if parsed.text("output") not in ("", "wide"):
        raise Trouble("the terminal watches in tables only: leave out -o")
    wanted = selection.wanted()
    if len(wanted) != 1:
        raise Trouble("you may only specify a single resource type")
    kind = wanted[0].kind
    looks = Look(**{**vars(chosen), "namespace": selection.everywhere and kind.namespaced})
    sheet, state = Sheet(), dict(shell.state or {})
    sheet.columns.widths = list(state.get("widths", ()))
    if not state:
        state = _begin(shell, parsed, selection, wanted[0], looks, sheet)
    else:
        _go_on(shell, parsed, selection, wanted[0], looks, sheet, state)
    state["widths"] = sheet.columns.widths
    raise Unfinished(state)


def _begin(
    shell: Shell, parsed: Parsed, selection: Selection, wanted: Wanted, looks: Look, sheet: Sheet
) -> dict[str, Any]:
    path, query = path_of(wanted.kind, wanted.namespace, wanted.name), selection.query()
    client = shell.client
    table = client.read(path, accept=TABLE) if wanted.name else client.pages(path, query, accept=TABLE)
    definitions = table["columnDefinitions"]
    if not parsed.yes("watch-only"):
        _write(shell, parsed, wanted, sheet, definitions, table["rows"], looks, "ADDED", heads=bool(table["rows"]))
    headed = bool(table["rows"]) and not parsed.yes("watch-only")
    return {"revision": table["metadata"]["resourceVersion"], "columns": definitions, "headed": headed}


def _go_on(
    shell: Shell,
    parsed: Parsed,
    selection: Selection,
    wanted: Wanted,
    looks: Look,
    sheet: Sheet,
    state: dict[str, Any],
) -> None:
    path = path_of(wanted.kind, wanted.namespace)
    query: dict[str, Any] = {**selection.query(), "resourceVersion": state["revision"]}
    if wanted.name:
        query["fieldSelector"] = f"metadata.name={wanted.name}"
    for event in shell.client.events(path, query, _LOOK, accept=TABLE):
        table = event["object"]
        if event["type"] == "ERROR":
            raise Trouble(str(table.get("message", "the watch broke")))
        if not table.get("rows"):
            continue
        state["revision"] = table["metadata"].get("resourceVersion") or _revision(table) or state["revision"]
        heads = not state["headed"]
        _write(shell, parsed, wanted, sheet, state["columns"], table["rows"], looks, event["type"], heads=heads)
        state["headed"] = True


def _revision(table: Body) -> str:
    return str(table["rows"][-1]["object"]["metadata"].get("resourceVersion", ""))


def _write(
    shell: Shell,
    parsed: Parsed,
    wanted: Wanted,
    sheet: Sheet,
    definitions: list[Body],
    rows: list[Body],
    looks: Look,
    event: str,
    *,
    heads: bool,
) -> None:
    from simulator.terminal.commands.get import write_sheet

    tells = parsed.yes("output-watch-events")
    if heads and looks.headers:
        names = head(definitions, looks)
        sheet.rows.append(Row(["EVENT", *names.cells]) if tells else names)
    for given in rows:
        one = row(definitions, given, looks, wanted.kind)
        sheet.rows.append(Row([_EVENTS[event], *one.cells], one.name + 1, one.object) if tells else one)
    write_sheet(shell, wanted.kind, sheet)
