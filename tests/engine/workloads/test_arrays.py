"""bash's arrays, in a script that is read and in one that is run."""

from __future__ import annotations

import pytest

from simulator.engine.workloads.scripts import told
from simulator.engine.workloads.shell.parser import parse
from simulator.engine.workloads.shell.syntax import SyntaxFault

ITEMS = 'items=(foo bar\n  "b z" qux)\n'


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("echo ${items[1]}", "bar"),
        ("echo ${items[$INDEX]}", "b z"),
        ("echo ${items[INDEX+1]}", "qux"),
        ("echo $items", "foo"),
        ("echo ${items[9]}", ""),
        ("echo ${items[9]:-none}", "none"),
        ("echo ${items[@]}", "foo bar b z qux"),
        ("items=(new); echo ${items[0]}", "new"),
    ],
)
def test_elements(script: str, printed: str) -> None:
    found = told(["bash", "-c", ITEMS + script], {"INDEX": "2"}, unknown=frozenset())
    assert ["".join(chunk.text for chunk in found.chunks), found.code] == [f"{printed}\n", 0]


@pytest.mark.parametrize("script", ["items=(a", "items=(a; b)", "echo (a b)"])
def test_what_is_no_array(script: str) -> None:
    with pytest.raises(SyntaxFault):
        parse(script)
