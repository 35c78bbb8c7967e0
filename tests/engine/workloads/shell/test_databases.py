"""zookeeper-ready and nodetool, as the probes of the documentation's databases call them."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body

from .driver import NOW, Objects, Outcome, drive, execution, pod

ZOOKEEPER, CASSANDRA = "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", "gcr.io/google-samples/cassandra:v13"
REFUSED = "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused'.\n"


def run(body: Body, *argv: str) -> Outcome:
    return drive(execution(body, "main", list(argv), reader=Objects({"pods": [body]}), now=NOW))


@pytest.mark.parametrize(
    ("command", "port", "code"),
    [
        (["sh", "-c", "start-zookeeper --servers=3"], "2181", 0),
        (["sh", "-c", "start-zookeeper --servers=3"], "2182", 1),
        (["sh", "-c", "start-zookeeper --servers=3"], "x", 1),
        (["sleep", "1d"], "2181", 1),
    ],
)
def test_zookeeper(command: list[str], port: str, code: int) -> None:
    found = run(pod(ZOOKEEPER, command=command), "zookeeper-ready", port)
    assert (found.code, found.out + found.err) == (code, "")


def test_a_node_of_a_ring() -> None:
    body = pod(CASSANDRA)
    head, line, *_more, row = run(body, "nodetool", "status").out.splitlines()
    assert (head, line) == ("Datacenter: datacenter1", "=======================")
    assert row.split()[:2] == ["UN", "10.244.1.5"]
    assert run(body, "nodetool", "drain").code == 0


def test_a_node_that_does_not_serve() -> None:
    found = run(pod(CASSANDRA, command=["sleep", "1d"]), "nodetool", "status")
    assert (found.code, found.err) == (1, REFUSED)


def test_what_is_not_simulated() -> None:
    assert "only status, drain, flush and decommission" in run(pod(CASSANDRA), "nodetool", "repair").err
