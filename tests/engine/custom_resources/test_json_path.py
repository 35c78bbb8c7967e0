"""The paths of printer columns: what they find, and the cells that become of it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.custom_resources import json_path
from simulator.engine.custom_resources.columns import columns_of
from simulator.engine.objects import instant_of

BODY: dict[str, Any] = {
    "metadata": {"name": "one", "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": {"a.b/c": "d"}},
    "spec": {"n": 3, "ratio": 0.5, "on": True, "text": "hello", "list": [{"p": 1}, {"p": 2}, {"p": 3}], "none": None},
    "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Synced", "status": "False"}]},
}
FOUND: dict[str, list[Any]] = {
    ".spec.n": [3],
    ".spec.missing": [],
    ".spec.text.deeper": [],
    ".spec.list[0].p": [1],
    ".spec.list[-1].p": [3],
    ".spec.list[7].p": [],
    ".spec.list[*].p": [1, 2, 3],
    ".spec.list[1:].p": [2, 3],
    ".spec.list[0,2].p": [1, 3],
    ".spec.list[?(@.p > 1)].p": [2, 3],
    '.status.conditions[?(@.type=="Ready")].status': ["True"],
    ".status.conditions[?(@.type=='Synced')].status": ["False"],
    ".status.conditions[?(@.reason)].status": [],
    ".metadata.annotations.a\\.b/c": ["d"],
    ".metadata.annotations['a.b/c']": ["d"],
    "..p": [1, 2, 3],
    ".": [BODY],
}


@pytest.mark.parametrize("path", FOUND)
def test_paths(path: str) -> None:
    assert json_path.find(BODY, path) == FOUND[path]


@pytest.mark.parametrize("path", [".spec[", ".spec.list[?(]", "spec n", ".spec.list[?(@.p > )]", ".a[::0]"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(json_path.BadPath):
        json_path.parse(path)


CELLS: dict[str, tuple[str, str, Any]] = {
    "a text": ("string", ".spec.text", "hello"),
    "a number as a text": ("string", ".spec.n", "3"),
    "a boolean as a text": ("string", ".spec.on", "true"),
    "a list as a text": ("string", ".spec.list", '[{"p":1},{"p":2},{"p":3}]'),
    "the first of several": ("string", ".spec.list[*].p", "1"),
    "nothing": ("string", ".spec.missing", None),
    "an integer": ("integer", ".spec.n", 3),
    "a fraction as an integer": ("integer", ".spec.ratio", 0),
    "a number": ("number", ".spec.ratio", 0.5),
    "a text as an integer": ("integer", ".spec.text", None),
    "a boolean": ("boolean", ".spec.on", True),
    "a date": ("date", ".metadata.creationTimestamp", "2m"),
    "no date": ("date", ".spec.text", "<invalid>"),
}


@pytest.mark.parametrize("name", CELLS)
def test_cells(name: str) -> None:
    kind, path, shown = CELLS[name]
    _name, column = columns_of({"additionalPrinterColumns": [{"name": "X", "type": kind, "jsonPath": path}]})
    assert column.cell(BODY, instant_of("2026-01-01T00:02:00Z")) == shown
    assert column.description == f"Custom resource definition column (in JSONPath format): {path}"


def test_without_columns_the_age_is_shown() -> None:
    assert [(column.name, column.type) for column in columns_of({})] == [("Name", "string"), ("Age", "date")]


def test_a_column_that_cannot_be_read_ends_the_table() -> None:
    good, bad = {"name": "A", "type": "string", "jsonPath": ".a"}, {"name": "B", "type": "string", "jsonPath": ".b["}
    assert [column.name for column in columns_of({"additionalPrinterColumns": [good, bad, good]})] == ["Name", "A"]
