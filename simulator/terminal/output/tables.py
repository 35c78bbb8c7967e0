"""The server's tables as kubectl prints them.

Follows staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go, v1.32.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.engine.registry import Body, Kind
from simulator.terminal import resources
from simulator.terminal.output.columns import Columns
from simulator.terminal.output.jsonpath import sprint

NONE = "<none>"


@dataclass(frozen=True)
class Look:
    """wide: columns of a lower priority too; labels: those that have a column of their own."""

    wide: bool = False
    headers: bool = True
    namespace: bool = False
    kind: bool = False
    show_labels: bool = False
    labels: tuple[str, ...] = ()


class Row(NamedTuple):
    """One line: its cells, which of them is the name, and the object that it is about, if any."""

    cells: list[str]
    name: int = -1
    object: Body | None = None


def head(definitions: Sequence[Body], look: Look) -> Row:
    names = ["NAMESPACE"] if look.namespace else []
    names += [one["name"].upper() for one in definitions if look.wide or not one.get("priority")]
    names += [_column(label) for label in look.labels]
    return Row([*names, *(["LABELS"] if look.show_labels else [])])


def _column(label: str) -> str:
    return label.rpartition("/")[2].upper()


def row(definitions: Sequence[Body], given: Body, look: Look, kind: Kind | None = None) -> Row:
    meta = (given.get("object") or {}).get("metadata") or {}
    cells, name = ([meta.get("namespace", "")] if look.namespace else []), -1
    for definition, cell in zip(definitions, given["cells"], strict=False):
        if definition.get("priority") and not look.wide:
            continue
        text = written(cell)
        if name < 0 and definition.get("format") == "name" and definition["type"] == "string":
            name = len(cells)
            if look.kind and kind is not None:
                text = f"{resources.shown(kind)}/{text}"
        cells.append(text)
    labels = meta.get("labels") or {}
    cells += [labels.get(label, "") for label in look.labels]
    if look.show_labels:
        cells.append(",".join(f"{key}={value}" for key, value in sorted(labels.items())) or NONE)
    return Row(cells, name, given.get("object"))


def written(cell: Any) -> str:
    """A cell up to its first line break."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return sprint(cell)
    found = re.search(r"[\f\n\r]", cell)
    return f"{cell[: found.start()]}..." if found else cell


class Sheet:
    """Rows that are set below each other when they are flushed."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.rows: list[Row] = []

    def flush(self) -> list[tuple[str, Row]]:
        lines = self.columns.lines([one.cells for one in self.rows])
        done = list(zip(lines, self.rows, strict=True))
        self.rows = []
        return done
