# ruff: noqa: E501 - the tables have a line for each case
"""Metrics besides CPU and memory: who exports them, what they are summed up for, and what they are at an instant."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.objects import timestamp
from simulator.engine.prometheus_adapter.adapter import Named
from simulator.engine.registry import KINDS, Bodies, Body, Key
from simulator.engine.validation import selector_text
from simulator.engine.workloads import metrics

NOW = 1_700_000_000 * SECOND
LEAK = {"type": "Leak", "leak": {"perSecond": "2"}}


class Store:
    def __init__(self, **held: Bodies) -> None:
        self.held = held

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        raise AssertionError("metrics are read in lists")

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        found = self.held.get(resource.partition(".")[0], [])
        return [one for one in found if namespace in (None, one["metadata"].get("namespace"))]


def made(name: str, spec: Body, namespace: str = "default", age: int = 60, **labels: str) -> Body:
    created = timestamp(NOW - age * SECOND)
    return {
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": created, "labels": labels},
        "spec": spec,
    }


def pod(name: str, namespace: str = "default", *, phase: str = "Running", **ages: int) -> Body:
    """A pod with a container for each age, in seconds."""
    running = [
        {"name": one, "state": {"running": {"startedAt": timestamp(NOW - age * SECOND)}}} for one, age in ages.items()
    ]
    containers = [{"name": one, "image": "nginx"} for one in ages]
    body = made(name, {"containers": containers}, namespace, app="web")
    return {**body, "status": {"phase": phase, "containerStatuses": running}}


def exports(*held: Body, name: str = "b", **spec: Any) -> Body:
    return made(name, {"metrics": list(held), **spec})


PACKETS = {"name": "packets-per-second", "value": "10", "labels": {"verb": "GET"}}
GROWING = {"name": "packets-per-second", "curves": [LEAK]}
POSTS = {**PACKETS, "value": "1500m", "labels": {"verb": "POST"}}
INGRESS = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}
NODE = {"apiVersion": "v1", "kind": "Node", "name": "node-1"}
SERVICE = {"apiVersion": "v1", "kind": "Service", "name": "web"}
ON_PODS, ON_SERVICES = Named("pods", "packets-per-second", True), Named("services", "packets-per-second", True)
ON_NAMESPACES = Named("namespaces", "packets-per-second", False)


def figures(asked: Named, within: str | None = "default", selector: str = "", **held: Bodies) -> dict[str, Fraction]:
    found = metrics.of_objects(Store(**held), KINDS, asked, within, NOW)
    sums = {key.name: metrics.selected(series, selector_text.parse(selector)) for key, series in found.items()}
    return {name: figure for name, figure in sums.items() if figure is not None}


@pytest.mark.parametrize(
    ("name", "asked", "selector", "held", "expected"),
    [
        ("a pod exports", ON_PODS, "", {"behaviors": [exports(PACKETS)], "pods": [pod("a", c=60)]}, {"a": 10}),
        ("since its container started", ON_PODS, "", {"behaviors": [exports(GROWING)], "pods": [pod("a", c=60), pod("b", c=5)]}, {"a": 120, "b": 10}),
        ("once for a pod, by the first container", ON_PODS, "", {"behaviors": [exports(GROWING)], "pods": [pod("a", c=60, d=5)]}, {"a": 120}),
        ("Behaviors of its containers add up", ON_PODS, "", {"behaviors": [exports(PACKETS, container="c"), exports(GROWING, name="e", container="d")], "pods": [pod("a", c=60, d=5)]}, {"a": 20}),
        ("the Behavior that counts", ON_PODS, "", {"behaviors": [exports(PACKETS), exports(POSTS, name="e", priority=1)], "pods": [pod("a", c=60)]}, {"a": Fraction(3, 2)}),
        ("labels add up", ON_PODS, "", {"behaviors": [exports(PACKETS, POSTS)], "pods": [pod("a", c=60)]}, {"a": Fraction(23, 2)}),
        ("labels are selected", ON_PODS, "verb=POST", {"behaviors": [exports(PACKETS, POSTS)], "pods": [pod("a", c=60)]}, {"a": Fraction(3, 2)}),
        ("no such labels", ON_PODS, "verb=PUT", {"behaviors": [exports(PACKETS)], "pods": [pod("a", c=60)]}, {}),
        ("a pod that is done", ON_PODS, "", {"behaviors": [exports(PACKETS)], "pods": [pod("a", phase="Succeeded", c=60)]}, {}),
        ("another namespace", ON_PODS, "", {"behaviors": [exports(PACKETS)], "pods": [pod("a", "other", c=60)]}, {}),
        ("pods behind a Service", ON_SERVICES, "", {"behaviors": [exports(PACKETS)], "pods": [pod("a", c=60), pod("b", c=60)], "services": [made("web", {"selector": {"app": "web"}}), made("db", {"selector": {"app": "db"}}), made("none", {})]}, {"web": 20}),
        ("the namespace", ON_NAMESPACES, "", {"behaviors": [exports(PACKETS)], "pods": [pod("a", c=60), pod("b", c=60)]}, {"default": 20}),
        ("an Ingress", Named("ingresses.networking.k8s.io", "requests", True), "", {"metrics": [made("m", {"name": "requests", "value": "2k", "describedObject": INGRESS, "curves": [LEAK]})]}, {"main": 2120}),
        ("an Ingress of another namespace", Named("ingresses.networking.k8s.io", "requests", True), "", {"metrics": [made("m", {"name": "requests", "describedObject": INGRESS}, "other")]}, {}),
        ("a node is of no namespace", Named("nodes", "temperature", False), "", {"metrics": [made("m", {"name": "temperature", "value": "40", "describedObject": NODE}, "other")]}, {"node-1": 40}),
        ("told and exported", ON_SERVICES, "", {"behaviors": [exports(PACKETS)], "pods": [pod("a", c=60)], "services": [made("web", {"selector": {"app": "web"}})], "metrics": [made("m", {"name": "packets-per-second", "value": "5", "describedObject": SERVICE})]}, {"web": 15}),
        ("what is outside is about no object", ON_PODS, "", {"metrics": [made("m", {"name": "packets-per-second", "value": "5"})]}, {}),
    ],
)  # fmt: skip
def test_figures(name: str, asked: Named, selector: str, held: dict[str, Bodies], expected: Any) -> None:
    assert (
        figures(asked, "default" if asked.namespaced or asked == ON_NAMESPACES else None, selector, **held) == expected
    ), name


def test_all_namespaces() -> None:
    other = {**exports(PACKETS), "metadata": {"name": "b", "namespace": "other"}}
    held = {"behaviors": [exports(PACKETS), other], "pods": [pod("a", c=60), pod("a", "other", c=60)]}
    assert figures(ON_NAMESPACES, None, **held) == {"default": 10, "other": 10}


def test_what_there_is() -> None:
    unknown = {"apiVersion": "example.com/v1", "kind": "Thing", "name": "x"}
    not_stored = {"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "name": "x"}
    a_view = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "name": "x"}
    described = (INGRESS, NODE, unknown, not_stored, a_view)
    told = [made(str(place), {"name": "m", "describedObject": one}) for place, one in enumerate(described)]
    held = Store(behaviors=[exports(PACKETS, POSTS)], metrics=[*told, made("queue", {"name": "queue-length"})])
    assert metrics.custom(held, KINDS) == [
        Named("ingresses.networking.k8s.io", "m", True),
        Named("namespaces", "packets-per-second", False),
        Named("nodes", "m", False),
        Named("pods", "packets-per-second", True),
        Named("services", "packets-per-second", True),
    ]
    assert metrics.external(held) == ["queue-length"]


def test_what_is_outside() -> None:
    low, high = {"queue": "low"}, {"queue": "high"}
    held = Store(
        metrics=[
            made("a", {"name": "length", "value": "5", "labels": low}),
            made("b", {"name": "length", "labels": high, "curves": [LEAK]}, age=3),
            made("c", {"name": "depth", "value": "1"}),
            made("d", {"name": "length", "value": "1", "describedObject": INGRESS}),
        ]
    )
    everything, some = selector_text.parse(""), selector_text.parse("queue in (high,higher)")
    assert metrics.of_outside(held, "default", "length", everything, NOW) == [(low, 5), (high, 6)]
    assert metrics.of_outside(held, "default", "length", some, NOW + SECOND - 1) == [(high, 6)]
    assert metrics.of_outside(held, "other", "length", everything, NOW) == []


@given(numerator=st.integers(0, 10**9), denominator=st.integers(1, 10**6))
def test_any_figure_can_be_written(numerator: int, denominator: int) -> None:
    figure = Fraction(numerator, denominator)
    text = metrics.written(figure)
    assert abs(
        Fraction(metrics.quantity.value(text) if text[-1].isdigit() else metrics.quantity.parse(text)[0]) - figure
    ) <= Fraction(1, 2000)


def test_a_pod_that_starts_later_exports_nothing_yet() -> None:
    held = Store(behaviors=[exports(PACKETS)], pods=[pod("a", c=-5)])
    assert metrics.of_objects(held, KINDS, ON_PODS, "default", NOW) == {}
    later = metrics.of_objects(held, KINDS, ON_PODS, "default", NOW + 5 * SECOND)
    assert later == {Key("default", "a"): [(PACKETS["labels"], 10)]}
