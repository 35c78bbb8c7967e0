"""Ways between nodes that are cut or lose packets, as the programs in pods see them."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import faults
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.engine.workloads import packets

from .shell.driver import Objects, pod, sh
from .test_network import endpoints, service

GET = "wget -T 5 -qO- 10.244.2.6:8080 && ping -c 1 10.244.2.6 | tail -n 1"
PAGE = "Hello, world!\nVersion: 1.0.0\nHostname: hello\n"
REPLY, SILENCE = "1 packets transmitted, 1 packets received, 0% packet loss\n", "wget: download timed out\n"


def fault(kind: str, node: str, *, active: str = "True", **member: Any) -> Body:
    status = {"conditions": [{"type": "Active", "status": active}]}
    return {"metadata": {"name": f"{kind}-{node}"}, "spec": {"type": kind, "target": {"nodeName": node}, **member},
            "status": status}  # fmt: skip


def at(node: str, body: Body) -> Body:
    return {**body, "spec": {**body["spec"], "nodeName": node}}


CLIENT = at("n1", pod(name="client", ip="10.244.1.9"))
HELLO = at("n2", pod("gcr.io/google-samples/hello-app:1.0", name="hello", ip="10.244.2.6"))
NEAR = at("n1", pod("gcr.io/google-samples/hello-app:1.0", name="near", ip="10.244.1.6"))
DNS = at("n2", pod("registry.k8s.io/coredns/coredns:v1.12.1", name="dns", ip="10.244.2.2"))
CUT: dict[str, Any] = {"networkPartition": {"scope": "All"}}
HALF: dict[str, Any] = {"packetLoss": {"percent": 50}}


def cluster(*held: Body) -> Objects:
    names = endpoints("kube-dns", 53, DNS, namespace="kube-system")
    names["endpoints"][0]["nodeName"] = "n2"
    return Objects(
        {
            "pods": [CLIENT, HELLO, NEAR, DNS],
            "nodes": [
                {"metadata": {"name": name}, "status": {"addresses": [{"type": "InternalIP", "address": address}]}}
                for name, address in (("n1", "192.168.0.1"), ("n2", "192.168.0.2"), ("n3", "192.168.0.3"))
            ],
            "services": [
                service("kube-dns", "10.96.0.10", 53, "kube-system"),
                service("hello", "10.96.0.21", ports=[{"port": 80, "targetPort": 8080, "nodePort": 30080}]),
            ],
            "endpointslices.discovery.k8s.io": [names, endpoints("hello", 8080, HELLO)],
            faults.RESOURCE: list(held),
        }
    )


CASES: dict[str, tuple[list[Body], str, str, str, int]] = {
    # name: (Faults, script, stdout, stderr, exit code)
    "no Fault": ([], GET, PAGE + REPLY, "", 0),
    "the client's node is cut off": ([fault("NetworkPartition", "n1", **CUT)], GET, "", SILENCE, 1),
    "the server's node is cut off": ([fault("NetworkPartition", "n2", **CUT)], GET, "", SILENCE, 1),
    "it was": ([fault("NetworkPartition", "n2", active="False", **CUT)], GET, PAGE + REPLY, "", 0),
    "another node is cut off": ([fault("NetworkPartition", "n3", **CUT)], GET, PAGE + REPLY, "", 0),
    "only from the control plane": (
        [fault("NetworkPartition", "n2", networkPartition={"scope": "ControlPlane"})],
        GET,
        PAGE + REPLY,
        "",
        0,
    ),
    "the server's machine has no power": ([fault("NodeCrash", "n2")], GET, "", SILENCE, 1),
    "its kubelet has stopped": ([fault("KubeletStop", "n2")], GET, PAGE + REPLY, "", 0),
    "on one node": (
        [fault("NetworkPartition", "n1", **CUT)],
        "wget -T 5 -qO- 10.244.1.6:8080 | head -n 1",
        "Hello, world!\n",
        "",
        0,
    ),
    "a port that nobody has": (
        [fault("NetworkPartition", "n2", **CUT)],
        "wget -T 5 -qO- 10.244.2.6:81",
        "",
        SILENCE,
        1,
    ),
    "through a service": ([fault("NetworkPartition", "n2", **CUT)], "wget -T 5 -qO- 10.96.0.21", "", SILENCE, 1),
    "through the port of a node that is cut off": (
        [fault("NetworkPartition", "n3", **CUT)],
        "wget -T 5 -qO- 192.168.0.3:30080",
        "",
        SILENCE,
        1,
    ),
    "the name server is behind the cut": (
        [fault("NetworkPartition", "n2", **CUT)],
        "wget -T 5 -qO- hello",
        "",
        "wget: bad address 'hello'\n",
        1,
    ),
    "the world outside": ([fault("NetworkPartition", "n1", **CUT)], "wget -T 5 -qO- 93.1.2.3", "", SILENCE, 1),
    "a ping": (
        [fault("NetworkPartition", "n1", **CUT)],
        "ping -c 2 10.244.2.6 | tail -n 1",
        "2 packets transmitted, 0 packets received, 100% packet loss\n",
        "",
        0,
    ),
    "every packet is lost": ([fault("PacketLoss", "n2", packetLoss={"percent": 100})], GET, "", SILENCE, 1),
    "half of a hundred pings": (
        [fault("PacketLoss", "n2", **HALF)],
        "ping -c 100 10.244.2.6 | tail -n 1",
        "100 packets transmitted, 25 packets received, 75% packet loss\n",
        "",
        0,
    ),
}


@pytest.mark.parametrize(("held", "script", "out", "err", "code"), CASES.values(), ids=CASES.keys())
def test_what_a_program_sees(held: list[Body], script: str, out: str, err: str, code: int) -> None:
    found = sh(script, body=CLIENT, reader=cluster(*held))
    assert (found.out, found.err, found.code) == (out, err, code)


def test_who_loses_packets_waits_longer_and_may_give_up() -> None:
    script = "for i in $(seq 40); do wget -T 5 -qO- 10.244.2.6:8080 >/dev/null && echo in; done | wc -l"
    well, ill = (sh(script, body=CLIENT, reader=cluster(*held)) for held in ([], [fault("PacketLoss", "n1", **HALF)]))
    assert well.out == "40\n"
    assert 0 < int(ill.out) < 40
    assert ill.slept > well.slept + 40 * SECOND


WAYS: dict[str, tuple[list[Body], tuple[str, str], faults.Way]] = {
    # name: (Faults, the two nodes, the way)
    "none": ([], ("n1", "n2"), faults.Way()),
    "both ends lose": ([fault("PacketLoss", "n1", **HALF), fault("PacketLoss", "n2", **HALF)], ("n1", "n2"),
                       faults.Way(loss=75)),
    "the worst of one end counts": (
        [fault("PacketLoss", "n1", **HALF), {**fault("PacketLoss", "n1", packetLoss={"percent": 10}),
                                             "metadata": {"name": "other"}}],
        ("n1", "n2"), faults.Way(loss=50),
    ),
    "to the world outside": ([fault("PacketLoss", "n1", **HALF)], ("n1", ""), faults.Way(loss=50)),
    "on a node": ([fault("PacketLoss", "n1", **HALF), fault("NetworkPartition", "n1", **CUT)], ("n1", "n1"),
                  faults.Way()),
}  # fmt: skip


@pytest.mark.parametrize(("held", "nodes", "found"), WAYS.values(), ids=WAYS.keys())
def test_the_way(held: list[Body], nodes: tuple[str, str], found: faults.Way) -> None:
    assert faults.way(cluster(*held), *nodes) == found
    assert faults.way(cluster(*held), *reversed(nodes)) == found


@pytest.mark.parametrize("percent", [0, 10, 50, 90, 100])
def test_how_many_exchanges_come_to_nothing(percent: int) -> None:
    """An attempt is answered if the packet and its answer both arrive; a connection is asked for seven times."""
    found = [packets.delay(percent, str(number)) for number in range(500)]
    share = sum(one is None for one in found) / len(found)
    answered = ((100 - percent) / 100) ** 2
    expected = 1 - (1 - (1 - answered) ** 7) * (1 - (1 - answered) ** 15)
    assert abs(share - expected) < 0.06
