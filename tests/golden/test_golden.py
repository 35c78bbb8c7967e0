"""Scenarios in virtual time, each held to the text beside it.

`pytest tests/golden --update-golden` writes the texts anew; read the difference before it goes in.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from tests.golden import scenario

HERE = Path(__file__).parent
SCENARIOS = sorted(folder.parent for folder in HERE.glob("*/input.yaml"))


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_scenario(folder: Path, update_golden: bool) -> None:
    file, text = folder / "expected.txt", scenario.run(folder)
    if update_golden:
        file.write_text(text)
    expected = file.read_text() if file.is_file() else ""
    difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), "expected.txt", "now", lineterm="")
    assert expected == text, "\n".join(["not as written down; see tests/golden/test_golden.py", *difference])
    assert not re.search(r"\{\w+\}", text), "a sentence has a parameter that was not filled in"


def test_a_scenario_says_the_same_twice() -> None:
    folder = HERE / "rolling-update"
    assert scenario.run(folder) == scenario.run(folder)
