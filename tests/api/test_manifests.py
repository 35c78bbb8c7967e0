# ruff: noqa: E501 - the tables have a line for each case
"""Reading YAML and JSON: scalars as go-yaml resolves them, bounds, and where an error is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator import documents, manifests

GOOD = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
data:
  a: b
---
# nothing here
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: p, namespace: other}
  spec:
    containers:
    - name: c
      image: nginx
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", 1), ("a: 0x1F", 31), ("a: 010", 8), ("a: 0b11", 3), ("a: 1_000", 1000), ("a: -5", -5), ("a: 1e3", 1000),
        ("a: 1.5", 1.5), ("a: yes", True), ("a: off", False), ("a: y", True), ("a: ~", None), ("a:", None), ("a: null", None),
        ("a: 'yes'", "yes"), ('a: "1"', "1"), ("a: 2001-01-01", "2001-01-01"), ("a: 12:30:45", "12:30:45"), ("a: 1.2.3", "1.2.3"),
        ("a: .inf", ".inf"), ("a: !!str 5", "5"), ("a: |\n  x\n  y\n", "x\ny\n"), ("a: [1, {b: c}]", [1, {"b": "c"}]),
        ("a: &x {b: 1}\nc: *x", {"b": 1}), ("x: &x {b: 1}\na: {<<: *x, c: 2}", {"b": 1, "c": 2}),
    ],
)  # fmt: skip
def test_yaml_values(text: str, expected: Any) -> None:
    (node,) = documents.parse_yaml(text)
    assert node.plain()["a"] == expected


@pytest.mark.parametrize(("text", "key"), [("1: a", "1"), ("yes: a", "true"), ("1.5: a", "1.5"), ("null: a", "null")])
def test_yaml_keys_are_text(text: str, key: str) -> None:
    (node,) = documents.parse_yaml(text)
    assert list(node.plain()) == [key]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a tab", "a:\n\t- b", 2),
        ("two values", "a: b: c", 1),
        ("an anchor that is not there", "a: 1\nb: *x", 2),
        ("an anchor within itself", "a: &x [*x]", 1),
        ("depth", "[" * 500, 1),
        ("an object as a key", "? {a: b}\n: c", 1),
    ],
)
def test_yaml_that_is_refused(name: str, text: str, line: int) -> None:
    with pytest.raises(documents.Unreadable) as refused:
        list(documents.parse_yaml(text))
    assert refused.value.line == line


def test_every_object_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.json").write_text('{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}}')
    (tmp_path / "notes.txt").write_text("not a manifest")
    read = manifests.read([str(tmp_path)])
    assert read.troubles == []
    found = [(one.kind.kind, one.body["metadata"].get("namespace"), one.place.line) for one in read.manifests]
    assert found == [("ConfigMap", "default", 1), ("Pod", "other", 13), ("Namespace", None, 0)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a wrong type", GOOD.replace("a: b", "a: 5"), "f.yaml, document 1, line 6: data.a: json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
        ("an unknown field", GOOD.replace("image", "imag"), 'f.yaml, document 3, line 19: spec.containers[0].imag: unknown field "spec.containers[0].imag"'),
        ("a field twice", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n  a: b\n  a: c\n", 'f.yaml, document 1, line 5: data.a: duplicate field "data.a"'),
        ("no kind", "apiVersion: v1\nmetadata: {name: a}", "f.yaml, document 1, line 1: kind: the field is required"),
        ("a kind of another version", "apiVersion: v7\nkind: Pod", 'f.yaml, document 1, line 1: kind: no matches for kind "Pod" in version "v7"'),
        ("no name", "apiVersion: v1\nkind: ConfigMap", "f.yaml, document 1, line 1: metadata.name: name or generateName is required"),
        ("no object", "- a\n- b", "f.yaml, document 1, line 1: the document is not an object"),
        ("bad YAML in the second document", "---\na: b\n---\nx: [", "f.yaml, document 2, line 5: yaml: line 5:"),
        ("bad UTF-8", b"a: b\nc: \xff", "f.yaml, line 2: the text is not valid UTF-8"),
    ],
)  # fmt: skip
def test_troubles_say_where(name: str, text: str | bytes, expected: str) -> None:
    data = text.encode() if isinstance(text, str) else text
    read = manifests.read_text(data, source="f.yaml")
    assert any(str(trouble).startswith(expected) for trouble in read.troubles), [str(one) for one in read.troubles]


def test_a_file_that_is_not_there() -> None:
    (trouble,) = manifests.read(["/nowhere/at/all.yaml"]).troubles
    assert str(trouble) == "/nowhere/at/all.yaml: No such file or directory"


def test_a_file_that_is_too_large() -> None:
    (trouble,) = manifests.read_text(b"#" * (documents.LARGEST + 1), source="f.yaml").troubles
    assert "larger than 3145728 bytes" in str(trouble)
