"""What pods export for Prometheus, and how much that was minutes ago."""

from __future__ import annotations

from fractions import Fraction

import pytest

from simulator.engine import exposition
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.engine.workloads.traffic import exposed
from simulator.engine.workloads.traffic.exposed import Series
from tests.engine.workloads.traffic.store import START
from tests.engine.workloads.traffic.test_flows import History

BEHAVIOR: Body = {
    "metadata": {"name": "slow", "namespace": "default"},
    "spec": {
        "cpu": {"idle": "10m", "perRequest": "5m"},
        "memory": {"idle": "10Mi", "perRequest": "1Mi"},
        "response": {"latencyMilliseconds": 95, "errorPercent": 10},
        "metrics": [{"name": "queue_length", "value": "7", "labels": {"queue": "a"}}],
    },
}


def history() -> History:
    made = History(rate="40", path="/buy?x=1", method="POST")
    made.store.put("behaviors", BEHAVIOR)
    made.at(0, ["a"])
    made.at(100, ["a", "b"])
    return made


def told(made: History, name: str, seconds: int) -> dict[str, Fraction]:
    pod = made.store.get("pods", "default", name)
    assert pod is not None
    return {_text(one): one.value for one in exposed.exposed(made.store, pod, START + seconds * SECOND)}


def _text(one: Series) -> str:
    labels = ",".join(f"{key}={one.labels[key]}" for key in sorted(one.labels))
    return f"{one.name}{{{labels}}}" if labels else one.name


def test_what_a_pod_exports() -> None:
    shown = told(history(), "a", 150)
    assert shown["http_requests_total{code=200,method=POST,path=/buy}"] == 4500
    assert shown["http_requests_total{code=500,method=POST,path=/buy}"] == 500
    assert shown["http_request_duration_seconds_count{method=POST,path=/buy}"] == 5000
    assert shown["http_request_duration_seconds_bucket{le=+Inf,method=POST,path=/buy}"] == 5000
    assert shown["http_request_duration_seconds_bucket{le=0.1,method=POST,path=/buy}"] == pytest.approx(3106, abs=1)
    assert shown["http_request_duration_seconds_sum{method=POST,path=/buy}"] == pytest.approx(515, abs=1)
    assert shown["process_cpu_seconds_total"] == pytest.approx(150 * 0.01 + 5000 * 0.005)
    assert shown["process_resident_memory_bytes"] == 12 << 20  # two of 20 a second, each for a tenth of one
    assert shown["process_start_time_seconds"] == START // SECOND
    assert shown["queue_length{queue=a}"] == 7
    assert shown["up"] == 1


def test_kinds_of_series() -> None:
    made = history()
    pod = made.store.get("pods", "default", "a")
    assert pod is not None
    kinds = {one.name: one.kind for one in exposed.exposed(made.store, pod, made.now)}
    assert kinds["http_requests_total"] == "counter"
    assert kinds["http_request_duration_seconds_bucket"] == "histogram"
    assert kinds["queue_length"] == "gauge"


def test_the_past_is_known_so_that_rates_can_be_told() -> None:
    made = history()
    key = "http_request_duration_seconds_count{method=POST,path=/buy}"
    before, after = told(made, "a", 90)[key], told(made, "a", 110)[key]
    assert after - before == 600  # ten seconds of 40 and ten of 20
    assert told(made, "b", 110)[key] == 200
    assert told(made, "b", 90) == {}


def test_the_page_for_prometheus() -> None:
    made = history()
    pod = made.store.get("pods", "default", "b")
    assert pod is not None
    page = exposition.text(exposed.families(exposed.exposed(made.store, pod, START + 110 * SECOND)))
    lines = page.splitlines()
    assert lines[0] == "# TYPE http_request_duration_seconds histogram"
    assert 'http_request_duration_seconds_bucket{le="+Inf",method="POST",path="/buy"} 200' in lines
    assert 'http_request_duration_seconds_count{method="POST",path="/buy"} 200' in lines
    assert lines[lines.index("# TYPE http_requests_total counter") + 1 :][:2] == [
        'http_requests_total{code="200",method="POST",path="/buy"} 180',
        'http_requests_total{code="500",method="POST",path="/buy"} 20',
    ]
    assert not any(line.startswith("up ") for line in lines)
