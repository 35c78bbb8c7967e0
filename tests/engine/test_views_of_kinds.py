"""Kinds that are other versions or views of a stored kind, kinds that are computed, and kinds that are only asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.engine.registry import Registry

STORED = """
from simulator.engine.registry import Kind
KIND = Kind(group="demo.example.com", version="v2", kind="Gadget", plural="gadgets")
"""
OLD = """
from simulator.engine.registry import Kind
KIND = Kind(group="demo.example.com", version="v1", kind="Gadget", plural="gadgets",
            stored_as="gadgets.demo.example.com",
            to_stored=lambda body: {**body, "apiVersion": "demo.example.com/v2", "size": body["length"]},
            from_stored=lambda body: {**body, "apiVersion": "demo.example.com/v1", "length": body["size"]})
"""
COUNT = """
from simulator.engine.registry import Kind
KIND = Kind(group="demo.example.com", version="v1", kind="Count", plural="counts", verbs=("get", "list"),
            computed=lambda reader, now: [{"metadata": {"name": "all"}, "count": len(reader.list("gadgets"))}])
"""
QUESTION = """
from simulator.engine.registry import Kind
KIND = Kind(group="demo.example.com", version="v1", kind="Question", plural="questions",
            verbs=("create",), stored=False)
"""


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    package = tmp_path / "view_kinds"
    package.mkdir()
    files = {"__init__": "", "stored": STORED, "old": OLD, "count": COUNT, "question": QUESTION}
    for name, text in files.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Registry("view_kinds")
    for name in [name for name in sys.modules if name.partition(".")[0] == "view_kinds"]:
        del sys.modules[name]


def test_only_what_is_stored_is_iterated(kinds: Registry) -> None:
    assert [kind.api_version for kind in kinds] == ["demo.example.com/v2"]
    assert sorted((kind.kind, kind.version) for kind in kinds.served()) == [
        ("Count", "v1"), ("Gadget", "v1"), ("Gadget", "v2"), ("Question", "v1"),
    ]  # fmt: skip


def test_each_version_has_its_route_and_one_storage(kinds: Registry) -> None:
    for version in ("v1", "v2"):
        kind = kinds.route("demo.example.com", version, "gadgets")
        assert kind is not None
        assert kind is kinds.find(f"demo.example.com/{version}", "Gadget")
        assert kind.storage == "gadgets.demo.example.com"
    assert kinds["gadgets.demo.example.com"].version == "v2"


def test_a_view_converts_both_ways(kinds: Registry) -> None:
    old = kinds.find("demo.example.com/v1", "Gadget")
    assert old is not None
    stored = old.to_stored({"apiVersion": "demo.example.com/v1", "length": 3})
    assert stored["apiVersion"] == "demo.example.com/v2"
    assert stored["size"] == 3
    assert old.from_stored(stored)["length"] == 3


def test_what_is_computed_or_asked_is_not_kept(kinds: Registry) -> None:
    assert not kinds["counts.demo.example.com"].is_kept
    assert not kinds["questions.demo.example.com"].is_kept
