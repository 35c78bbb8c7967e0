"""What containers answer to probes whose Behavior says so."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from tests.engine.workloads.probe.test_answers import LATE, NGINX, REFUSED, answered, http, runs

BEHAVIORS: dict[str, tuple[list[Body], Body, float, str, str]] = {
    # name: (the Behavior's probes, probe, seconds after the start, outcome, text)
    "none fits": ([{"path": "/other", "status": 500}], http(path="/none"), 5, "Success", ""),
    "the first that fits": (
        [{"path": "/h*", "status": 503}, {"status": 500}],
        http(path="/healthz"),
        5,
        "Failure",
        "HTTP probe failed with statuscode: 503",
    ),
    "a path with a query": ([{"path": "/a", "status": 500}], http(path="/b?c=/a"), 5, "Success", ""),
    "not yet": ([{"status": 500, "fromSeconds": 10}], http(), 9.999, "Success", ""),
    "from then on": (
        [{"status": 500, "fromSeconds": 10}],
        http(),
        10,
        "Failure",
        "HTTP probe failed with statuscode: 500",
    ),
    "no longer": ([{"status": 500, "untilSeconds": 10}], http(), 10, "Success", ""),
    "by the port's name": (
        [{"port": "web", "status": 500}],
        http(80),
        5,
        "Failure",
        "HTTP probe failed with statuscode: 500",
    ),
    "another port": ([{"port": 81, "status": 500}], http(80), 5, "Success", ""),
    "silence": ([{"status": 0}], http(path="/x"), 5, "Failure", f'Get "http://10.244.1.2:80/x": {LATE}'),
    "slower than the timeout": (
        [{"latencyMilliseconds": 1000}],
        http(),
        5,
        "Failure",
        f'Get "http://10.244.1.2:80/": {LATE}',
    ),
    "a redirect": ([{"status": 302}], http(), 5, "Warning", "Probe terminated redirects, Response body: "),
    "it does not listen yet": (
        [{"status": 200}],
        http(),
        0.1,
        "Failure",
        'Get "http://10.244.1.2:80/": dial tcp 10.244.1.2:80: connect: connection refused',
    ),
    "tcp, refused": (
        [{"status": 500}],
        {"tcpSocket": {"port": 81}},
        5,
        "Failure",
        REFUSED,
    ),
    "tcp, silence": ([{"status": 0}], {"tcpSocket": {"port": 81}}, 5, "Failure", "dial tcp 10.244.1.2:81: i/o timeout"),
    "tcp has no path": ([{"path": "*", "status": 500}], {"tcpSocket": {"port": 81}}, 5, "Success", ""),
    "grpc, not serving": (
        [{"status": 503}],
        {"grpc": {"port": 81}},
        5,
        "Failure",
        'service unhealthy (responded with "NOT_SERVING")',
    ),
    "grpc, silence": (
        [{"status": 0}],
        {"grpc": {"port": 81}, "timeoutSeconds": 90},
        5,
        "Failure",
        "timeout: health rpc did not complete within 1m30s",
    ),
    "exec, failed": ([{"status": 500}], runs("true"), 5, "Failure", ""),
    "exec, silence": ([{"status": 0}], runs("a", "b"), 5, "Failure", 'command timed out: "a b" timed out after 1s'),
}


@pytest.mark.parametrize(("listed", "probe", "after", "outcome", "text"), BEHAVIORS.values(), ids=BEHAVIORS.keys())
def test_a_behavior_answers(listed: list[Body], probe: Body, after: float, outcome: str, text: str) -> None:
    given = answered(NGINX, probe, after, {"probes": listed})
    assert (given.outcome, given.text) == (outcome, text)
