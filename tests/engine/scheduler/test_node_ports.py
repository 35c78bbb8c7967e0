"""NodePorts: which ports are in each other's way, and which changes wake a pod."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugins.node_ports import NodePorts
from tests.engine.scheduler.builders import container, node, pod
from tests.engine.scheduler.harness import judge, set_up

TAKEN = {"n": ("node(s) didn't have free ports for the requested pod ports",)}
SIDECAR = {"restartPolicy": "Always"}


def port(text: str) -> Body:
    """`TCP/127.0.0.1/80`; protocol and address may be left out."""
    protocol, address, number = text.split("/")
    made: Body = {"containerPort": 8080, "hostPort": int(number)}
    if protocol:
        made["protocol"] = protocol
    if address:
        made["hostIP"] = address
    return made


def with_ports(*ports: str, on: str = "", name: str = "p", **more: Body) -> Body:
    return pod(name, {**container(), "ports": [port(one) for one in ports]}, on=on, **more)


CASES: dict[str, tuple[list[str], list[str], bool]] = {
    "no ports": ([], ["TCP/127.0.0.1/80"], False),
    "nobody has ports": (["TCP/127.0.0.1/80"], [], False),
    "another port": (["UDP/127.0.0.1/8080"], ["UDP/127.0.0.1/9090"], False),
    "the same UDP port": (["UDP/127.0.0.1/8080"], ["UDP/127.0.0.1/8080"], True),
    "the same TCP port": (["TCP/127.0.0.1/8080"], ["TCP/127.0.0.1/8080"], True),
    "the same SCTP port": (["SCTP/127.0.0.1/8080"], ["SCTP/127.0.0.1/8080"], True),
    "another address": (["TCP/127.0.0.1/8080"], ["TCP/127.0.0.2/8080"], False),
    "another protocol": (["UDP/127.0.0.1/8080"], ["TCP/127.0.0.1/8080"], False),
    "the second of two": (["UDP/127.0.0.1/8000", "UDP/127.0.0.1/8080"], ["UDP/127.0.0.1/8080"], True),
    "the first of two": (
        ["TCP/127.0.0.1/8001", "UDP/127.0.0.1/8080"], ["TCP/127.0.0.1/8001", "UDP/127.0.0.1/8081"], True),
    "every address wants one that is taken": (["TCP/0.0.0.0/8001"], ["TCP/127.0.0.1/8001"], True),
    "one of two wants every address": (
        ["TCP/10.0.10.10/8001", "TCP/0.0.0.0/8001"], ["TCP/127.0.0.1/8001"], True),
    "an address wants one that is taken on all": (["TCP/127.0.0.1/8001"], ["TCP/0.0.0.0/8001"], True),
    "taken on all for another protocol": (["UDP/127.0.0.1/8001"], ["TCP/0.0.0.0/8001"], False),
    "taken on all for both protocols": (["UDP/127.0.0.1/8001"], ["TCP/0.0.0.0/8001", "UDP/0.0.0.0/8001"], True),
    "no address is every address": (["TCP//8001"], ["TCP/127.0.0.1/8001"], True),
    "nor is it for those that run": (["TCP/127.0.0.1/8001"], ["TCP//8001"], True),
    "every IPv6 address is an address like others": (["TCP/::/8001"], ["TCP/127.0.0.1/8001"], False),
    "no protocol is TCP": (["/127.0.0.1/8001"], ["TCP/127.0.0.1/8001"], True),
    "several that are all free": (
        ["TCP/127.0.0.1/80", "TCP/127.0.1.1/80", "TCP/127.0.1.1/90", "TCP/127.0.1.1/100"],
        ["TCP/127.0.0.1/9090", "TCP/127.0.0.1/9191", "TCP/127.0.1.1/8080"], False),
    "several, of which one is taken": (
        ["TCP/127.0.0.1/80", "TCP/127.0.1.1/80", "TCP/127.0.1.1/90", "TCP/127.0.1.1/100"],
        ["TCP/127.0.0.1/9090", "TCP/127.0.1.1/90", "TCP/127.0.1.1/8080"], True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_ports(case: tuple[list[str], list[str], bool]) -> None:
    wanted, held, taken = case
    running = [with_ports(*held, on="n", name="r")]
    told = judge(NodePorts, with_ports(*wanted), nodes=[node("n"), node("free")], pods=running)
    assert told.refused == (TAKEN if taken else {})
    assert told.resolvable == (frozenset("n") if taken else frozenset())


CONTAINERS: dict[str, tuple[Body, Body, bool]] = {
    "a port of the container alone takes nothing": (
        pod("p", {**container(), "ports": [{"containerPort": 80}]}), with_ports("TCP//80", on="n"), False),
    "an init container's port is not held": (
        pod("p", container(), initContainers=[{**container("i"), "ports": [port("TCP//80")]}]),
        with_ports("TCP//80", on="n"), False),
    "a sidecar's is": (
        pod("p", container(), initContainers=[{**container("i"), "ports": [port("TCP//80")], **SIDECAR}]),
        with_ports("TCP//80", on="n"), True),
    "also one that runs": (
        with_ports("TCP//80"),
        pod("r", container(), initContainers=[{**container("i"), "ports": [port("TCP//80")], **SIDECAR}], on="n"),
        True),
    "the second container's": (
        with_ports("TCP//80"), pod("r", container(), {**container("b"), "ports": [port("TCP//80")]}, on="n"), True),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_containers(case: tuple[Body, Body, bool]) -> None:
    incoming, running, taken = case
    told = judge(
        NodePorts, incoming, nodes=[node("n")], pods=[{**running, "metadata": {"name": "r", "namespace": "x"}}]
    )
    assert told.refused == (TAKEN if taken else {})


def test_a_pod_without_ports_is_not_asked_about() -> None:
    bench = set_up(NodePorts, pod(), nodes=[node("n")])
    assert isinstance(bench.plugin, NodePorts)
    assert not bench.plugin.filters(bench.shape, bench.nodes)


def test_pods_that_come_and_go_count_at_once() -> None:
    bench = set_up(NodePorts, with_ports("TCP//80"), nodes=[node("a"), node("b")])

    def feasible() -> list[bool]:
        return bench.framework.evaluate(bench.shape, bench.nodes).feasible.tolist()

    assert feasible() == [True, True]
    bench.nodes.place(Key("x", "r"), "b", bench.shapes.of(with_ports("TCP//80", on="b"), placed=True))
    assert feasible() == [True, False]
    bench.nodes.remove(Key("x", "r"))
    assert feasible() == [True, True]


def at(*ports: str) -> Placed:
    bench = set_up(NodePorts, with_ports(*ports), nodes=[node("n")])
    return Placed("n", bench.shape)


POD_HINTS: dict[str, tuple[Placed | None, Placed | None, bool]] = {
    "a pod without ports goes": (at(), None, False),
    "a pod with another port goes": (at("TCP//8081"), None, False),
    "a pod with the port for another protocol goes": (at("UDP//8080"), None, False),
    "a pod with the port goes": (at("TCP//8080"), None, True),
    "a pod with the port on one address goes": (at("TCP/127.0.0.1/8080"), None, True),
    "a pod with the port changes": (at("TCP//8080"), at("TCP//8080"), False),
    "a pod comes": (None, at("TCP//8080"), False),
}


@pytest.mark.parametrize("case", POD_HINTS.values(), ids=POD_HINTS.keys())
def test_which_pods_wake_a_pod(case: tuple[Placed | None, Placed | None, bool]) -> None:
    before, after, helped = case
    bench = set_up(NodePorts, with_ports("TCP//8080"), nodes=[node("n")])
    assert bench.plugin.helped_by_pod(bench.shape, before, after) is helped


NODE_HINTS: dict[str, tuple[Body | None, Body | None, bool]] = {
    "comes": (None, node("n"), True),
    "changes": (node("n", "1"), node("n", "2"), False),
    "goes": (node("n"), None, False),
}


@pytest.mark.parametrize("case", NODE_HINTS.values(), ids=NODE_HINTS.keys())
def test_only_a_node_that_comes_wakes_a_pod(case: tuple[Body | None, Body | None, bool]) -> None:
    before, after, helped = case
    bench = set_up(NodePorts, with_ports("TCP//8080"), nodes=[node("n")])
    assert bench.plugin.helped_by_node(bench.shape, before, after) is helped
