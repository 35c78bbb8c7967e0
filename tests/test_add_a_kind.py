"""The recipe "add a kind" of CONTRIBUTING.md: one file is enough. A dummy kind is added and driven through every door.

It happens in a process of its own: the register is read at start-up, and no other test shall see the kind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from simulator.engine.registry import KINDS
from tests.servers import ROOT

GADGET = '''
"""Gadget: a thing of a size, to show how a kind is added."""

from simulator.engine import errors
from simulator.engine.printing import AGE, NAME, field
from simulator.engine.registry import Column, Kind


def _validate(body):
    size = body["spec"].get("size", 0)
    if size <= 100:
        return []
    return [errors.invalid_value("spec.size", size, "must be no greater than 100")]


KIND = Kind(
    group="demo.example.com",
    version="v1",
    kind="Gadget",
    plural="gadgets",
    short_names=("gd",),
    columns=(NAME, Column("Size", field("spec", "size"), type="integer"), AGE),
    validate=_validate,
    draw=lambda body: {"size": body["spec"]["size"]},
)
'''


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the driver saw of the kind."""
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "gadget.py").write_text(GADGET)
    env = {**os.environ, "DATA_DIR": str(tmp_path_factory.mktemp("data")), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, str(ROOT / "tests" / "drive_a_kind.py"), str(folder)]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def test_discovery_lists_it(told: dict[str, Any]) -> None:
    assert "demo.example.com" in [group["name"] for group in told["groups"]["body"]["groups"]]
    listed = {one["name"]: one for one in told["resources"]["body"]["resources"]}
    assert set(listed) == {"gadgets", "gadgets/status"}
    assert (listed["gadgets"]["kind"], listed["gadgets"]["shortNames"]) == ("Gadget", ["gd"])
    assert "apis/demo.example.com/v1" in told["openapi"]["body"]["paths"]
    assert told["schema"]["code"] == 200


def test_it_is_created_read_and_listed(told: dict[str, Any]) -> None:
    made = told["created"]
    assert made["code"] == 201
    assert made["body"]["spec"] == {"size": 3}
    assert made["body"]["metadata"]["namespace"] == "default"
    assert told["got"]["body"] == made["body"]
    assert told["missing"]["body"]["message"] == 'gadgets.demo.example.com "two" not found'
    assert told["listed"]["body"]["kind"] == "GadgetList"
    assert [one["metadata"]["name"] for one in told["listed"]["body"]["items"]] == ["one"]
    assert told["chosen"]["body"]["items"] == []


def test_kubectl_get_shows_its_columns(told: dict[str, Any]) -> None:
    table = told["table"]["body"]
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Size", "Age"]
    assert [row["cells"][:2] for row in table["rows"]] == [["one", 3]]


def test_its_rules_are_kept(told: dict[str, Any]) -> None:
    for case, value in (("too large", "two"), ("patched badly", "one")):
        refused = told[case]
        assert refused["code"] == 422
        words = "is invalid: spec.size: Invalid value: 300: must be no greater than 100"
        assert refused["body"]["message"] == f'Gadget.demo.example.com "{value}" {words}'
    assert told["wrong group"]["code"] == 400


def test_it_is_patched_and_deleted(told: dict[str, Any]) -> None:
    assert (told["patched"]["code"], told["patched"]["body"]["spec"]) == (200, {"size": 5})
    assert told["patched"]["body"]["metadata"]["generation"] == 2
    assert told["deleted"]["code"] == 200
    assert told["gone"]["code"] == 404


def test_the_diagram_draws_it(told: dict[str, Any]) -> None:
    (sketch,) = told["sketches"]
    assert sketch["id"] == "gadgets.demo.example.com/default/one"
    assert (sketch["kind"], sketch["size"]) == ("Gadget", 5)
    assert told["frame"] == told["sketches"]
    assert told["page"] is True, "the page's list of kinds has it"


def test_the_admin_has_a_page_for_it(told: dict[str, Any]) -> None:
    assert told["admin"] == 200
    assert told["admin row"] is True
    assert told["index"] is True


def test_nothing_of_it_is_left_here(told: dict[str, Any]) -> None:
    assert "gadgets.demo.example.com" not in KINDS
