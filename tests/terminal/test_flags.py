"""Flags, and what is said where one is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.terminal.flags import Flag, duration, parse, seconds
from simulator.terminal.troubles import WrongFlag

FLAGS = (
    Flag("output", "o"),
    Flag("all", "A", form="yes", default=False),
    Flag("replicas", form="number", default=1),
    Flag("label-columns", "L", form="texts", default=()),
    Flag("filename", "f", form="list", default=()),
    Flag("timeout", form="span", default=0),
    Flag("dry-run", default="none", bare="unchanged"),
)
GIVEN: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "long": ("pods --output yaml", ["pods"], {"output": "yaml"}),
    "long with a sign": ("--output=yaml pods", ["pods"], {"output": "yaml"}),
    "short": ("-o yaml", [], {"output": "yaml"}),
    "short and close": ("-oyaml", [], {"output": "yaml"}),
    "short ones together": ("-Ao=yaml", [], {"output": "yaml", "all": True}),
    "a boolean takes no word": ("--all pods", ["pods"], {"all": True}),
    "a boolean that is off": ("--all=false", [], {"all": False}),
    "a number": ("--replicas=3", [], {"replicas": 3}),
    "a list with commas": ("-L a,b -L c", [], {"label-columns": ["a", "b", "c"]}),
    "a list without": ("-f a,b -f c", [], {"filename": ["a,b", "c"]}),
    "a duration": ("--timeout=1m30s", [], {"timeout": 90.0}),
    "bare": ("--dry-run x", ["x"], {"dry-run": "unchanged"}),
    "underscores": ("--dry_run=client", [], {"dry-run": "client"}),
    "after two dashes": ("x -- -o yaml", ["x", "-o", "yaml"], {"output": None}),
    "a lone dash": ("-f -", [], {"filename": ["-"]}),
}


@pytest.mark.parametrize("case", GIVEN)
def test_given(case: str) -> None:
    line, args, values = GIVEN[case]
    parsed = parse("get", FLAGS, line.split())
    assert parsed.args == args
    assert {name: parsed.values[name] for name in values} == values


WRONG = {
    "--nope": "unknown flag: --nope",
    "-z": "unknown shorthand flag: 'z' in -z",
    "-Az": "unknown shorthand flag: 'z' in -Az",
    "--output": "flag needs an argument: --output",
    "-o": "flag needs an argument: 'o' in -o",
    "--replicas=x": 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
    "--all=maybe": 'invalid argument "maybe" for "-A, --all" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    "--timeout=5": 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"',
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong(line: str) -> None:
    with pytest.raises(WrongFlag) as refused:
        parse("get", FLAGS, line.split())
    assert refused.value.written == f"error: {WRONG[line]}\nSee 'kubectl get --help' for usage.\n"


def test_durations() -> None:
    assert [seconds(text) for text in ("0", "1h", "1.5s", "-2m", "300ms")] == [0, 3600, 1.5, -120, 0.3]


@pytest.mark.parametrize("text", ["0s", "1.5s", "500ms", "1m30s", "1h0m0s", "2h3m4.25s", "-3s"])
def test_durations_are_told_as_go_tells_them(text: str) -> None:
    assert duration(seconds(text)) == text
