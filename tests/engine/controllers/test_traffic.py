"""Traffics in a whole cluster: what pods use, what is said of them, and that nothing happens without a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.kubelet import cgroups, stats
from simulator.engine.objects import condition, spec_of, status_of
from simulator.engine.pods import node_of
from simulator.engine.registry import Body
from simulator.engine.workloads import usage
from simulator.engine.workloads.traffic.exposed import exposed
from tests.engine.cluster import T0, USER, Cluster
from tests.engine.kubelet.test_properties import everything

TRAFFICS, SLICES = "traffics.sim.k8sviz.io", "trafficslices.sim.k8sviz.io"
LOOP = "while sleep 0.01; do wget -q -O- http://php-apache; done"


def workload(
    cluster: Cluster, name: str = "php-apache", *, replicas: int = 1, image: str = "registry.k8s.io/hpa-example"
) -> None:
    container = {"name": name, "image": image, "ports": [{"containerPort": 80}]}
    container["resources"] = {"requests": {"cpu": "200m"}, "limits": {"cpu": "500m"}}
    template = {"metadata": {"labels": {"run": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"run": name}}, "template": template}
    meta = {"name": name, "namespace": "default"}
    cluster.world.create("deployments.apps", {"metadata": meta, "spec": spec}, USER, checked=True)
    cluster.world.create(
        "services", {"metadata": meta, "spec": {"selector": {"run": name}, "ports": [{"port": 80}]}}, USER, checked=True
    )


def client(cluster: Cluster, name: str = "load-generator", script: str = LOOP) -> None:
    cluster.pod(name, "a-1", image="busybox:1.36", command=["/bin/sh", "-c", script], restartPolicy="Never")


def traffic(cluster: Cluster, name: str = "t", target: Body | None = None, **spec: Any) -> Body:
    wanted = {"service": {"name": "php-apache"}} if target is None else target
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": {"target": wanted, "rate": "10", **spec}}
    return cluster.world.create(TRAFFICS, body, USER, checked=True)


def millicores(cluster: Cluster) -> dict[str, int]:
    """What the pods of the namespace used at the last sample, by what they run."""
    world, found = cluster.world, dict[str, int]()
    for held in usage.of_pods(world, world.list("pods"), world.list("nodes"), usage.sampled(world.now)).values():
        for name, one in held.items():
            found[name] = found.get(name, 0) + round(Fraction(one.cpu, 1_000_000))
    return found


def flowing(cluster: Cluster, name: str = "t") -> tuple[str, str]:
    held = condition(cluster.get(TRAFFICS, name, "default"), "Flowing") or {}
    return held["status"], held["reason"]


def scale(cluster: Cluster, replicas: int) -> None:
    body = cluster.get("deployments.apps", "php-apache", "default")
    cluster.world.update("deployments.apps", {**body, "spec": {**body["spec"], "replicas": replicas}}, USER)


def change(cluster: Cluster, name: str = "t", **spec: Any) -> None:
    body = cluster.get(TRAFFICS, name, "default")
    cluster.world.update(TRAFFICS, {**body, "spec": {**spec_of(body), **spec}}, USER, checked=True)


def writes(cluster: Cluster, seconds: float) -> list[Change]:
    """What the controller writes within a time."""
    cluster.world.drain()
    cluster.run(seconds)
    return [one for one in cluster.world.drain().changes if one.cause.component == "traffic-controller"]


def test_the_walkthrough_needs_no_object_of_ours() -> None:
    cluster = Cluster()
    workload(cluster)
    client(cluster)
    cluster.run(60)
    assert millicores(cluster)["php-apache"] == 500  # 250 % of the request: the limit
    scale(cluster, 7)
    cluster.run(60)
    used = millicores(cluster)["php-apache"]
    assert used == pytest.approx(707, abs=5)  # 50 % of seven requests: one client asks no faster
    made = cluster.get(TRAFFICS, "load-generator", "default")
    assert made["metadata"]["ownerReferences"][0]["kind"] == "Pod"
    cluster.world.delete("pods", "default", "load-generator", USER, grace=0)
    cluster.run(60)
    assert cluster.world.list(TRAFFICS) == []
    assert millicores(cluster)["php-apache"] <= 9


def test_a_loop_that_ends_sends_nothing_any_more() -> None:
    cluster = Cluster()
    workload(cluster)
    client(cluster, script=f"timeout 5 true; {LOOP}")
    cluster.run(20)
    cluster.world.delete("pods", "default", "load-generator", USER, grace=5)
    cluster.run(3)
    assert flowing(cluster, "load-generator") == ("True", "Flowing")  # SIGTERM is ignored until the grace period ends
    cluster.run(10)
    assert cluster.world.list(TRAFFICS) == []


def test_no_traffic_for_pods_that_ask_elsewhere() -> None:
    cluster = Cluster()
    client(cluster, script="while true; do wget -q -O- http://example.com; done")
    client(cluster, "once", script="wget -q -O- http://php-apache")
    cluster.run(20)
    assert cluster.world.list(TRAFFICS) == []


def test_a_name_that_is_taken() -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster, "load-generator")
    client(cluster)
    cluster.run(20)
    names = [one["metadata"]["name"] for one in cluster.world.list(TRAFFICS)]
    assert len(names) == 2 and names[1].startswith("load-generator-")


REASONS: dict[str, tuple[Body | None, dict[str, Any], str]] = {
    # name: (target, spec, the reason of the condition)
    "a service": (None, {}, "Flowing"),
    "no such service": ({"service": {"name": "gone"}}, {}, "ServiceNotFound"),
    "no such port": ({"service": {"name": "php-apache", "port": 8080}}, {}, "PortNotFound"),
    "no such pod": ({"pod": {"name": "gone", "port": 80}}, {}, "PodNotFound"),
    "no such host": ({"ingress": {"host": "a.example.com"}}, {}, "HostNotFound"),
    "held back": (None, {"suspend": True}, "Suspended"),
    "yet to begin": (None, {"startAfterSeconds": 600}, "Waiting"),
    "over": (None, {"durationSeconds": 5}, "Completed"),
    "nobody sends": (None, {"source": {"podSelector": {"matchLabels": {"app": "gone"}}}}, "SourceNotRunning"),
    "the pod that sends is not there": (None, {"source": {"pod": "gone"}}, "SourceNotRunning"),
    "pods that send": (None, {"source": {"podSelector": {"matchLabels": {"run": "php-apache"}}}}, "Flowing"),
}


@pytest.mark.parametrize(("target", "spec", "reason"), REASONS.values(), ids=REASONS.keys())
def test_the_condition_says_what_is_so_and_then_nothing_happens(
    target: Body | None, spec: dict[str, Any], reason: str
) -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster, target=target, **spec)
    cluster.run(30)
    assert flowing(cluster) == ("True" if reason == "Flowing" else "False", reason)
    assert writes(cluster, 300) == []


def test_what_comes_later_is_seen() -> None:
    cluster = Cluster()
    traffic(cluster)
    cluster.run(1)
    assert flowing(cluster) == ("False", "ServiceNotFound")
    workload(cluster, replicas=0)
    cluster.run(1)
    assert flowing(cluster) == ("False", "NoEndpoints")
    scale(cluster, 2)
    cluster.run(20)
    assert flowing(cluster) == ("True", "Flowing")
    assert status_of(cluster.get(TRAFFICS, "t", "default"))["backends"] == 2
    cluster.world.delete("services", "default", "php-apache", USER)
    cluster.run(5)
    assert flowing(cluster) == ("False", "ServiceNotFound")


def test_two_who_ask_share_what_there_is() -> None:
    cluster = Cluster()
    workload(cluster)
    cluster.run(20)
    traffic(cluster, "big", rate="30")
    cluster.run(5)
    assert status_of(cluster.get(TRAFFICS, "big", "default"))["flow"]["capacity"] == "14257m"
    traffic(cluster, "small", rate="10")
    assert [one.resource for one in writes(cluster, 5)] == [SLICES, TRAFFICS, TRAFFICS]
    held = {name: status_of(cluster.get(TRAFFICS, name, "default")) for name in ("big", "small")}
    assert {name: one["flow"]["capacity"] for name, one in held.items()} == {"big": "10693m", "small": "3564m"}
    assert {name: one["errorPercent"] for name, one in held.items()} == {"big": 64, "small": 64}
    cluster.world.delete(TRAFFICS, "default", "big", USER)
    cluster.run(5)
    assert status_of(cluster.get(TRAFFICS, "small", "default"))["errorPercent"] == 0


def test_everybody_shows_the_same_figures() -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster, rate="10")
    cluster.run(45)
    world = cluster.world
    pod = next(one for one in world.list("pods", "default"))
    node = cluster.get("nodes", node_of(pod))
    at = usage.sampled(world.now)
    group = next(
        one
        for _, one in cgroups.tree(world, node, at).walk()
        if one.about == ("default", pod["metadata"]["name"], "php-apache")
    )
    assert millicores(cluster)["php-apache"] == pytest.approx(351, abs=1)
    assert round(group.cpu * 1000) == millicores(cluster)["php-apache"]
    summary = next(
        one for one in stats.summary(world, node, world.now)["pods"] if one["podRef"]["name"] == pod["metadata"]["name"]
    )
    assert summary["containers"][0]["cpu"]["usageNanoCores"] == round(group.cpu * 1_000_000_000)
    assert group.stat is not None
    series = {one.name: one.value for one in exposed(world, pod, at) if not one.labels}
    assert series["process_cpu_seconds_total"] * SECOND == group.stat.usage
    assert (group.stat.throttled, group.stat.throttled_time) == (0, 0)


def test_more_than_the_limit_is_throttled_and_stays_counted() -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster, rate="40")
    cluster.run(60)

    def counted() -> tuple[int, ...]:
        world = cluster.world
        pod = next(one for one in world.list("pods", "default"))
        tree = cgroups.tree(world, cluster.get("nodes", node_of(pod)), world.now)
        stat = next(one.stat for _, one in tree.walk() if one.kind == "container" and one.about[-1] == "php-apache")
        assert stat is not None
        return tuple(stat)

    before = counted()
    assert before[2] > 300 and before[3] > 30 * SECOND
    change(cluster, rate="1")
    cluster.run(30)
    after = counted()
    assert all(one <= other for one, other in zip(before, after, strict=True))
    assert after[2] == pytest.approx(before[2], abs=1)
    assert after[0] - before[0] == pytest.approx((0.001 + 0.035) * 30 * SECOND, rel=0.02)


def test_samples_of_the_past_are_those_of_then() -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster, rate="10")
    cluster.until(59)
    before = millicores(cluster)
    change(cluster, rate="1")
    cluster.run(0.5)
    assert millicores(cluster) == before
    cluster.until(61)
    assert millicores(cluster)["php-apache"] == pytest.approx(36, abs=1)


def test_what_people_write_into_the_status_is_checked() -> None:
    cluster = Cluster()
    workload(cluster)
    body = traffic(cluster)
    bad = {**body, "status": {"flow": {"since": "2026-01-01T00:00:00Z"}}}
    with pytest.raises(StatusError):
        cluster.world.update(TRAFFICS, bad, USER, subresource="status", checked=True)
    fresh = {
        "metadata": {"name": "u", "namespace": "default"},
        "spec": body["spec"],
        "status": {"flow": {"since": "x"}},
    }
    made = cluster.world.create(TRAFFICS, fresh, USER, checked=True)
    assert not status_of(made).get("flow")


def test_a_world_that_is_built_again_goes_on_the_same() -> None:
    histories = []
    for rebuilds in ((), (10, 31, 62, 95)):
        cluster = Cluster()
        workload(cluster)
        traffic(cluster, rate="20", durationSeconds=90, startAfterSeconds=25, keepAlive=True, clients=7)
        client(cluster)
        for at in range(1, 121):
            cluster.until(at)
            if at in rebuilds:
                cluster.rebuild()
            if at == 50:
                scale(cluster, 3)
            if at == 70:
                scale(cluster, 2)
        histories.append(
            (
                everything(cluster.world),
                usage.of_pods(cluster.world, cluster.world.list("pods"), cluster.world.list("nodes"), T0),
            )
        )
    assert histories[0] == histories[1]
