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


def test_pods_whose_names_are_to_be_generated_are_pods_of_their_own(run: Run, file: File) -> None:
    """Twelve of one prefix: four go on the node, whoever they are, and no name comes twice."""
    web = {**pod("", "500m"), "metadata": {"generateName": "web-"}}
    told = json.loads(run("schedule", "-f", file(state(node("a"), *[web] * 12), "state.json")).out)["pods"]
    assert len({one["name"] for one in told}) == 12
    assert all(one["name"].startswith("web-") and one["name"] != "web-" for one in told)
    assert [one["node"] for one in told].count("a") == 4


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


# --- configurations ------------------------------------------------------------------------------------------------

PROFILES = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: default-scheduler
- schedulerName: packer
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}
  plugins:
    score:
      disabled: [{name: NodeResourcesBalancedAllocation}]
      enabled: [{name: NodeResourcesFit, weight: 7}]
"""


def test_each_pod_is_placed_by_its_own_profile(run: Run, file: File) -> None:
    items = [node("a"), node("b"), pod("held", "1", nodeName="a"), pod("spread", "100m")]
    items += [pod("packed", "100m", schedulerName="packer"), pod("nobodys", "100m", schedulerName="other")]
    config = file(PROFILES, "config.yaml")
    told = json.loads(run("schedule", "-f", file(state(*items), "s.json"), "--config", config).out)["pods"]
    assert {one["name"]: (one["node"], one["profile"]) for one in told} == {
        "spread": ("b", "default-scheduler"),
        "packed": ("a", "packer"),
    }
    packed = next(one for one in told if one["name"] == "packed")
    assert packed["weights"]["NodeResourcesFit"] == 7
    assert "NodeResourcesBalancedAllocation" not in packed["nodes"][0]["scores"]


SCORE = "profiles[1].plugins.score.enabled[0]"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "config.yaml"),
        ("a: [", "config.yaml, line 2: yaml: "),
        ("apiVersion: v1\nkind: Pod\n", "config.yaml, line 2: kind: "),
        (PROFILES.replace("weight: 7", "weight: 99999999999"), f"line 13: {SCORE}.weight: "),
        (PROFILES.replace("name: NodeResourcesFit, w", "name: Nope, w"), f"line 13: {SCORE}.name: "),
        (PROFILES.replace("e: packer", "e: default-scheduler"), "profiles[1].schedulerName: "),
        (PROFILES.replace("MostAllocated", "Most"), "pluginConfig[0].args.scoringStrategy.type: "),
        (PROFILES.replace("config.k8s.io/v1", "config.k8s.io/v1beta3"), "line 2: apiVersion: "),
    ],
)  # fmt: skip
def test_a_bad_configuration_is_told_with_its_place(run: Run, file: File, text: str, words: str) -> None:
    config = file(text, "config.yaml")
    done = run("schedule", "-f", file(state(node("a")), "s.json"), "--config", config)
    assert (done.status, done.out) == (2, "")
    assert str(config) in done.err and words in done.err
    assert "Traceback" not in done.err


def test_a_configuration_that_is_no_text_or_not_there(run: Run, file: File) -> None:
    source = file(state(node("a")), "s.json")
    done = run("schedule", "-f", source, "--config", file(b"\xff\xfe", "config.yaml"))
    assert (done.status, "not valid UTF-8" in done.err) == (2, True)
    done = run("schedule", "-f", source, "--config", "missing.yaml")
    assert (done.status, done.err.strip()) == (2, "missing.yaml: No such file or directory")


# --- what else the file holds --------------------------------------------------------------------------------------


def priority_class(name: str, value: int, **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
    } | more


def test_priorities_come_from_the_classes(run: Run, file: File) -> None:
    items = [node("a", "1"), pod("plain", "1"), pod("urgent", "1", priorityClassName="high")]
    items += [pod("own", "1", priority=7), priority_class("high", 9), priority_class("usual", 5, globalDefault=True)]
    told = json.loads(run("schedule", "-f", file(state(*items), "s.json")).out)["pods"]
    assert [one["name"] for one in told] == ["urgent", "own", "plain"]
    done = run("schedule", "-f", file(state(pod("a", "1", priorityClassName="none")), "s.json"))
    assert done.status == 2
    assert "spec.priorityClassName: " in done.err and "no PriorityClass with name none was found" in done.err


def test_room_is_made_for_who_matters_more(run: Run, file: File) -> None:
    """The victims are there until they have ended, and what is promised to one is not given to the next."""
    items = [node("a"), pod("low", "1500m", nodeName="a", priority=1)]
    items += [pod("urgent", "1500m", priority=100), pod("later", "300m", priority=50), pod("small", "600m", priority=2)]
    told = {one["name"]: one for one in json.loads(run("schedule", "-f", file(state(*items), "s.json")).out)["pods"]}
    urgent = told["urgent"]
    assert (urgent["node"], urgent["nominatedNode"]) == (None, "a")
    assert urgent["victims"] == [{"namespace": "default", "name": "low"}]
    assert urgent["candidates"][0]["victims"] == [{"namespace": "default", "name": "low", "priority": 1}]
    assert urgent["why"] == "The only node on which preemption helps."
    assert urgent["message"] == "0/1 nodes are available: 1 Insufficient cpu."
    assert (told["later"]["node"], told["later"]["nominatedNode"]) == (None, "a")
    assert (told["small"]["node"], told["small"]["victims"]) == (None, [])


def test_a_promise_in_the_file_is_kept(run: Run, file: File) -> None:
    promised = {**pod("promised", "1500m", priority=5, schedulerName="other"), "status": {"nominatedNodeName": "a"}}
    mine = {**pod("mine", "1500m", priority=5), "status": {"nominatedNodeName": "a"}}
    told = json.loads(
        run("schedule", "-f", file(state(node("a"), promised, pod("next", "1", priority=3)), "s.json")).out
    )
    assert [one["node"] for one in told["pods"]] == ["a"], "another scheduler's promise is not ours to keep"
    told = json.loads(run("schedule", "-f", file(state(node("a"), mine, pod("next", "1", priority=3)), "s.json")).out)
    assert {one["name"]: one["node"] for one in told["pods"]} == {"mine": "a", "next": None}
    told = json.loads(run("schedule", "-f", file(state(node("a"), mine, pod("first", "1", priority=9)), "s.json")).out)
    assert {one["name"]: one["node"] for one in told["pods"]} == {"mine": None, "first": "a"}


def test_a_selector_that_makes_no_sense(run: Run, file: File) -> None:
    wrong = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
    wrong["labelSelector"] = {"matchExpressions": [{"key": "app", "operator": "Is"}]}
    items = [node("a"), pod("new", "1", topologySpreadConstraints=[wrong])]
    done = run("schedule", "-f", file(state(*items), "s.json"))
    assert (done.status, done.out) == (2, "")
    assert "spec.topologySpreadConstraints[0].labelSelector.matchExpressions[0].operator: " in done.err


# --- how many more would fit ---------------------------------------------------------------------------------------


def test_how_many_more_would_fit(run: Run, file: File) -> None:
    source = file(state(node("a"), node("b", "1"), pod("held", "500m", nodeName="a"), pod("web", "700m")), "s.json")
    told = json.loads(run("schedule", "-f", source, "--fit", "default/web").out)
    assert told["perNode"] == [{"name": "a", "count": 2}, {"name": "b", "count": 1}]
    assert (told["replicas"], told["limited"]) == (3, False)
    assert told["reasons"] == [{"reason": "Insufficient cpu", "nodes": 2}]
    assert told["message"].startswith("0/2 nodes are available: 2 Insufficient cpu.")
    assert json.loads(run("schedule", "-f", source, "--fit", "held").out)["replicas"] == 5
    done = run("schedule", "-f", source, "--fit", "default/none")
    assert (done.status, done.err.strip()) == (2, '--fit: pods "none" not found')
