"""Probes that are refused, in upstream's words. Follows TestValidateProbe and its like in validation_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body

from .builders import broken, container, pod

TCP: Body = {"tcpSocket": {"port": 80}}
NAME = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
CASES: dict[str, tuple[str, Body, list[str]]] = {
    # name: (kind of probe, probe, errors below the container)
    "good": ("livenessProbe", TCP, []),
    "by a name": ("readinessProbe", {"tcpSocket": {"port": "web"}}, []),
    "no handler": ("livenessProbe", {}, [".livenessProbe: Required value: must specify a handler type"]),
    "two handlers": (
        "readinessProbe",
        {"exec": {"command": ["true"]}, **TCP},
        [".readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"],
    ),
    "a negative period": (
        "startupProbe",
        {**TCP, "periodSeconds": -1},
        [".startupProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0"],
    ),
    "negative figures": (
        "livenessProbe",
        {**TCP, "initialDelaySeconds": -1, "timeoutSeconds": -2, "failureThreshold": -3},
        [
            ".livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0",
            ".livenessProbe.timeoutSeconds: Invalid value: -2: must be greater than or equal to 0",
            ".livenessProbe.failureThreshold: Invalid value: -3: must be greater than or equal to 0",
        ],
    ),
    "a port beyond all": (
        "livenessProbe",
        {"tcpSocket": {"port": 65536}},
        [".livenessProbe.tcpSocket.port: Invalid value: 65536: must be between 1 and 65535, inclusive"],
    ),
    "an impossible name of a port": (
        "livenessProbe",
        {"httpGet": {"path": "/", "port": "Web_1"}},
        [f'.livenessProbe.httpGet.port: Invalid value: "Web_1": {NAME}'],
    ),
    "liveness with more than one success": (
        "livenessProbe",
        {**TCP, "successThreshold": 2},
        [".livenessProbe.successThreshold: Invalid value: 2: must be 1"],
    ),
    "a grace period of readiness": (
        "readinessProbe",
        {**TCP, "terminationGracePeriodSeconds": 5},
        [
            ".readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes",
        ],
    ),
    "no grace period at all": (
        "livenessProbe",
        {**TCP, "terminationGracePeriodSeconds": 0},
        [".livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"],
    ),
    "no command": (
        "livenessProbe",
        {"exec": {"command": []}},
        [".livenessProbe.exec.command: Required value"],
    ),
    "an unknown scheme": (
        "livenessProbe",
        {"httpGet": {"path": "/", "port": 80, "scheme": "FTP"}},
        ['.livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"'],
    ),
}


@pytest.mark.parametrize(("kind", "probe", "expected"), CASES.values(), ids=CASES.keys())
def test_a_probe(kind: str, probe: Body, expected: list[str]) -> None:
    assert broken("pods", pod(container("main", **{kind: probe}))) == [f"spec.containers[0]{one}" for one in expected]
