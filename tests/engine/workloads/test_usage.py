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


def used(body: Body, at: int = START + 60 * SECOND) -> usage.Usage:
    found = usage.of_pod(body, usage.sampled(at))
    assert found is not None
    return found["c"]


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
    assert usage.of_pod(pod("nginx"), usage.sampled(START + 5 * SECOND)) is None
    assert usage.of_pod(pod("nginx"), usage.sampled(START + 30 * SECOND)) is not None
    assert usage.of_pod({**pod("nginx"), "status": {"phase": "Succeeded"}}, START + 60 * SECOND) is None


def test_a_sample_holds_for_its_period() -> None:
    body = pod("nginx")
    first = usage.sampled(START + 60 * SECOND)
    assert used(body, first) == used(body, first + usage.PERIOD - 1)
    assert used(body, first) != used(body, first + usage.PERIOD)


class Store:
    def __init__(self, **held: Bodies) -> None:
        self.held = held

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        found = (one for one in self.list(resource) if one["metadata"]["name"] == name)
        return next(found, None)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        return self.held.get(resource, [])


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
