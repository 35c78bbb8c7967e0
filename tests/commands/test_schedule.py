"""`manage.py schedule`: the scheduler's figures about the pending pods of a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run

File = Callable[..., Path]


def node(name: str, cpu: str = "2") -> dict[str, Any]:
    offer = {"cpu": cpu, "memory": "4Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name},
        "status": {"allocatable": offer, "capacity": offer},
    }


def pod(name: str, cpu: str, **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    body = {"metadata": {"name": name}, "spec": {"containers": [container], **spec}}
    return {"apiVersion": "v1", "kind": "Pod", **body}


def state(*items: dict[str, Any]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def test_each_pending_pod_with_its_node_filters_and_scores(run: Run, file: File) -> None:
    items = [node("a"), node("b"), pod("held", "1500m", nodeName="a"), pod("new", "1"), pod("large", "64")]
    done = run("schedule", "-f", file(state(*items), "state.json"))
    assert (done.status, done.err) == (0, "")
    told = {one["name"]: one for one in json.loads(done.out)["pods"]}
    assert set(told) == {"new", "large"}
    assert told["new"]["node"] == "b"
    grid = {one["name"]: one for one in told["new"]["nodes"]}
    assert grid["a"]["filter"] == {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]}
    assert grid["b"]["filter"] is None
    assert set(grid["b"]["scores"]) >= {"NodeResourcesFit", "TaintToleration"}
    assert grid["b"]["total"] == sum(one["weighted"] for one in grid["b"]["scores"].values())
    assert told["large"]["node"] is None
    assert told["large"]["message"].startswith("0/2 nodes are available: 2 Insufficient cpu.")


def test_a_pod_that_is_placed_counts_for_the_next(run: Run, file: File) -> None:
    items = [node("a"), pod("first", "1500m"), pod("second", "1500m")]
    told = json.loads(run("schedule", "-f", file(state(*items), "state.json")).out)["pods"]
    assert [one["node"] for one in told] == ["a", None]


def test_lines_are_clusters_of_their_own(run: Run) -> None:
    lines = "\n".join([state(node("a"), pod("one", "1")), "", state(node("b", cpu="500m"), pod("two", "1"))])
    done = run("schedule", "-f", "-", "--lines", stdin=lines.encode())
    first, second = map(json.loads, done.out.splitlines())
    assert [one["node"] for one in first["pods"]] == ["a"]
    assert [one["node"] for one in second["pods"]] == [None]


def test_the_seed_draws_among_equals(run: Run, file: File) -> None:
    source = file(state(*(node(f"n{number}") for number in range(9)), pod("new", "1")), "state.json")

    def chosen(seed: int) -> str:
        return str(json.loads(run("schedule", "-f", source, "--seed", seed).out)["pods"][0]["node"])

    assert chosen(1) == chosen(1)
    assert len({chosen(seed) for seed in range(8)}) > 1


def test_nothing_pending_and_no_nodes(run: Run, file: File) -> None:
    assert json.loads(run("schedule", "-f", file(state(node("a")), "a.json")).out) == {"pods": []}
    (told,) = json.loads(run("schedule", "-f", file(state(pod("new", "1")), "b.json")).out)["pods"]
    assert (told["node"], told["message"]) == (None, "no nodes available to schedule pods")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "yaml: line"),
        ("apiVersion: v1\nkind: Podd\nmetadata: {name: a}\n", 'no matches for kind "Podd"'),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: 5}\n", "spec.containers"),
        (json.dumps(pod("a", "lots")), "quantities must match the regular expression"),
        (json.dumps(node("a", cpu="x")), "quantities must match the regular expression"),
    ],
)
def test_bad_input_is_told_with_its_place(run: Run, file: File, text: str, words: str) -> None:
    path = file(text)
    done = run("schedule", "-f", path)
    assert done.status == 2
    assert str(path) in done.err and words in done.err
    assert done.out == ""


def test_a_bad_line_is_named(run: Run, file: File) -> None:
    path = file(state(node("a")) + "\n{nonsense\n", "states.jsonl")
    done = run("schedule", "-f", path, "--lines")
    assert done.status == 2
    assert f"{path}, line 2" in done.err


def test_a_missing_file(run: Run) -> None:
    for more in ([], ["--lines"]):
        done = run("schedule", "-f", "missing.json", *more)
        assert (done.status, done.err.strip()) == (2, "missing.json: No such file or directory")
