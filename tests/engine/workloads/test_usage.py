# ruff: noqa: E501 - the tables have a line for each case
"""What containers are said to use: capped by limits, the same for the same sample, and none before they have run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.kinds import node_metrics, pod_metrics
from simulator.engine.objects import timestamp
from simulator.engine.registry import Bodies, Body, Key
from simulator.engine.workloads import usage

START = 1_700_000_010 * SECOND
MIB = 1 << 20


def pod(image: str, command: list[str] | None = None, args: list[str] | None = None, **limits: str) -> Body:
    container: Body = {"name": "c", "image": image, "resources": {"limits": limits} if limits else {}}
    container |= {key: value for key, value in (("command", command), ("args", args)) if value}
    running = {"name": "c", "state": {"running": {"startedAt": timestamp(START)}}}
    return {
        "metadata": {"name": "p", "namespace": "default", "uid": "u", "labels": {"a": "b"}},
        "spec": {"containers": [container], "nodeName": "node-1"},
        "status": {"phase": "Running", "containerStatuses": [running]},
    }


class Store:
    def __init__(self, **held: Bodies) -> None:
        self.held = held

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        found = (one for one in self.list(resource) if one["metadata"]["name"] == name)
        return next(found, None)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        return self.held.get(resource.partition(".")[0], [])


PLACE = Key("default", "p")


def used(body: Body, at: int = START + 60 * SECOND, *behaviors: Body) -> usage.Usage:
    return sampled(body, usage.sampled(at), *behaviors)[PLACE]["c"]


def sampled(body: Body, at: int, *behaviors: Body) -> dict[Key, dict[str, usage.Usage]]:
    return usage.of_pods(Store(behaviors=list(behaviors)), [body], [], at)


@pytest.mark.parametrize(
    ("name", "body", "millicores", "mebibytes"),
    [
        ("a shell that sleeps", pod("busybox", ["sleep", "3600"]), (0, 1), (0.9, 1.1)),
        ("a database", pod("mysql:8"), (5, 9), (430, 470)),
        ("stress takes what it is told", pod("polinux/stress", ["stress"], ["--vm", "1", "--vm-bytes", "150M"]), (850, 1150), (145, 160)),
        ("two cores", pod("vish/stress", None, ["-cpus", "2"]), (1700, 2300), (1, 4)),
        ("a limit throttles", pod("vish/stress", None, ["-cpus", "2"], cpu="1"), (1000, 1000), (1, 4)),
        ("a limit holds memory", pod("polinux/stress", ["stress"], ["--vm", "2", "--vm-bytes", "1G"], memory="100Mi"), (1000, 3000), (100, 100)),
        ("a busy loop", pod("busybox", ["sh", "-c", "while true; do :; done"]), (850, 1150), (0.9, 1.1)),
    ],
)  # fmt: skip
def test_what_is_used(name: str, body: Body, millicores: Any, mebibytes: Any) -> None:
    found = used(body)
    assert millicores[0] <= found.cpu / 1e6 <= millicores[1], name
    assert mebibytes[0] <= found.memory / MIB <= mebibytes[1], name


def test_a_container_that_has_just_started_has_no_sample() -> None:
    assert PLACE not in sampled(pod("nginx"), usage.sampled(START + 5 * SECOND))
    assert PLACE in sampled(pod("nginx"), usage.sampled(START + 30 * SECOND))
    assert sampled({**pod("nginx"), "status": {"phase": "Succeeded"}}, START + 60 * SECOND) == {}


def test_a_sample_holds_for_its_period() -> None:
    body = pod("nginx")
    first = usage.sampled(START + 60 * SECOND)
    assert used(body, first) == used(body, first + usage.PERIOD - 1)
    assert used(body, first) != used(body, first + usage.PERIOD)


def behavior(name: str = "b", made: int = 0, namespace: str = "default", **spec: Any) -> Body:
    return {
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": timestamp(START + made * SECOND)},
        "spec": spec,
    }


LEAK = {"type": "Leak", "fromSeconds": 30, "leak": {"perSecond": "1Mi"}}


@pytest.mark.parametrize(
    ("name", "limits", "spec", "seconds", "cpu", "memory"),
    [
        ("at rest", {}, {"cpu": {"idle": "10m"}, "memory": {"idle": "20Mi"}}, 60, 10 * 10**6, 20 * MIB),
        ("requests count for nothing yet", {}, {"cpu": {"idle": "0", "perRequest": "1"}, "memory": {"idle": "1Gi", "perRequest": "1Gi"}}, 60, 0, 1 << 30),
        ("a leak, before it begins", {}, {"cpu": {"idle": "1n"}, "memory": {"idle": "20Mi", "curves": [LEAK]}}, 15, 1, 20 * MIB),
        ("a leak", {}, {"cpu": {"idle": "1n"}, "memory": {"idle": "20Mi", "curves": [LEAK]}}, 105, 1, 95 * MIB),
        ("a leak meets the limit", {"memory": "64Mi"}, {"cpu": {"idle": "1n"}, "memory": {"idle": "20Mi", "curves": [LEAK]}}, 900, 1, 64 * MIB),
        ("a sine is throttled", {"cpu": "500m"}, {"cpu": {"idle": "0", "curves": [{"type": "Sine", "sine": {"amplitude": "2", "periodSeconds": 60}}]}, "memory": {"idle": "0"}}, 90, 5 * 10**8, 0),
        ("curves add up", {}, {"cpu": {"idle": "0"}, "memory": {"idle": "0", "curves": [LEAK, {"type": "Step", "step": {"by": "1Gi"}}]}}, 60, 0, (1 << 30) + 30 * MIB),
    ],
)  # fmt: skip
def test_a_behavior_is_followed(name: str, limits: Any, spec: Body, seconds: int, cpu: int, memory: int) -> None:
    assert used(pod("mysql:8", **limits), START + seconds * SECOND, behavior(**spec)) == (cpu, memory), name


def test_what_a_behavior_does_not_say_is_as_the_image_is_known() -> None:
    leaking = behavior(memory={"curves": [{"type": "Leak", "leak": {"perSecond": "1Mi"}}]})
    plain, said = used(pod("mysql:8")), used(pod("mysql:8"), START + 60 * SECOND, leaking)
    assert said == (plain.cpu, plain.memory + 60 * MIB)


MINE = {"cpu": {"idle": "1"}}
OTHER = {"cpu": {"idle": "2"}}


@pytest.mark.parametrize(
    ("name", "behaviors", "cores"),
    [
        ("all pods of the namespace", [behavior(**MINE)], 1),
        ("another namespace", [behavior(namespace="other", **MINE)], None),
        ("its labels", [behavior(selector={"matchLabels": {"a": "b"}}, **MINE)], 1),
        ("an empty selector", [behavior(selector={}, **MINE)], 1),
        ("other labels", [behavior(selector={"matchLabels": {"a": "c"}}, **MINE)], None),
        ("its image as the spec has it", [behavior(imagePattern="ngin?:*", **MINE)], 1),
        ("its image in full", [behavior(imagePattern="docker.io/*/nginx:1.27", **MINE)], 1),
        ("a bracket is a letter", [behavior(imagePattern="[n]ginx:*", **MINE)], None),
        ("the whole image", [behavior(imagePattern="nginx", **MINE)], None),
        ("its name", [behavior(container="c", **MINE)], 1),
        ("another name", [behavior(container="d", **MINE)], None),
        ("the highest priority", [behavior("a", **MINE), behavior("b", 9, priority=1, **OTHER)], 2),
        ("the oldest", [behavior("a", 9, **MINE), behavior("b", 1, **OTHER)], 2),
        ("the first by name of one second", [behavior("b", **MINE), behavior("a", **OTHER)], 2),
        ("one that does not fit gives way", [behavior(priority=9, container="d", **MINE), behavior("a", **OTHER)], 2),
    ],
)  # fmt: skip
def test_which_behavior_counts(name: str, behaviors: Bodies, cores: int | None) -> None:
    found = used(pod("nginx:1.27"), START + 60 * SECOND, *behaviors)
    assert found.cpu == cores * 10**9 if cores else found.cpu < 10**6, name


@given(pattern=st.text("ab*?[]!/:-", min_size=1, max_size=40))
def test_any_pattern_is_read(pattern: str) -> None:
    assert used(pod("nginx"), START + 60 * SECOND, behavior(imagePattern=pattern, **MINE)).memory > 0


def test_the_metrics_api() -> None:
    ready = [{"type": "Ready", "status": "True"}]
    nodes: Bodies = [
        {"metadata": {"name": f"node-{one}", "uid": str(one)}, "status": {"conditions": ready if one < 3 else []}}
        for one in (1, 2, 3)
    ]
    reader, now = Store(pods=[pod("mysql:8")], nodes=nodes), START + 60 * SECOND
    assert pod_metrics.KIND.computed and node_metrics.KIND.computed
    (of_pod,) = pod_metrics.KIND.computed(reader, now)
    assert Key(of_pod["metadata"]["namespace"], of_pod["metadata"]["name"]) == ("default", "p")
    assert of_pod["metadata"]["labels"] == {"a": "b"}
    assert (of_pod["window"], of_pod["timestamp"]) == ("15s", timestamp(usage.sampled(now)))
    (container,) = of_pod["containers"]
    assert container["usage"]["cpu"].endswith("n") and container["usage"]["memory"].endswith("Ki")
    one, two = node_metrics.KIND.computed(reader, now)
    assert int(one["usage"]["memory"][:-2]) > int(two["usage"]["memory"][:-2]) + 400 * 1024
    cells = [column.cell(of_pod, now) for column in pod_metrics.KIND.columns]
    assert cells == ["p", container["usage"]["cpu"], container["usage"]["memory"], "15s"]


@given(words=st.lists(st.text(max_size=12) | st.sampled_from(["stress", "--vm", "--vm-bytes", "-cpus", "9G"])))
def test_any_command_line_is_read(words: list[str]) -> None:
    found = used(pod("busybox", words or None))
    assert found.cpu >= 0 and found.memory > 0
