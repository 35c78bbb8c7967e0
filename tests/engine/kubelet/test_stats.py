"""What kubelets tell of their nodes: the summary and the series say what kubectl top and the tree of cgroups say."""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.engine.kinds import node_metrics, pod_metrics
from simulator.engine.kubelet import cgroups, series, stats
from simulator.engine.registry import Body
from simulator.engine.workloads import usage
from tests.engine.kubelet.lab import USER, Lab

LIMITS = {"limits": {"cpu": "500m", "memory": "256Mi"}}


def lab() -> tuple[Lab, Body]:
    made = Lab()
    spec: dict[str, Any] = {"memory": {"idle": "100Mi"}, "disk": {"idle": "5Mi"}, "container": "main"}
    spec["cpu"] = {"idle": "100m", "burst": {"threads": 8, "everyMilliseconds": 1000}}
    made.world.create(
        "behaviors.sim.k8sviz.io", {"metadata": {"name": "b", "namespace": "default"}, "spec": spec}, USER
    )
    made.pod(resources=LIMITS)
    made.pod("busy", containers=[{"name": "c", "image": "polinux/stress:1.0.4", "args": ["stress", "--cpu", "9"]}])
    made.pod("other", node="n2")
    made.run(60)
    node = made.world.get("nodes", "", "n1")
    assert node is not None
    return made, node


def test_the_summary() -> None:
    made, node = lab()
    found = json.loads(json.dumps(stats.summary(made.world, node, made.world.now)))
    assert found["node"]["nodeName"] == "n1"
    assert [one["podRef"]["name"] for one in found["pods"]] == ["busy", "web"]
    web = found["pods"][1]
    (container,) = web["containers"]
    assert container["memory"]["workingSetBytes"] == 100 << 20
    assert container["memory"]["availableBytes"] == 156 << 20
    assert container["rootfs"]["usedBytes"] == web["ephemeral-storage"]["usedBytes"] == 5 << 20
    assert container["cpu"]["usageNanoCores"] == 100_000_000
    assert found["node"]["cpu"]["usageNanoCores"] <= 2_000_000_000
    assert found["node"]["memory"]["workingSetBytes"] == usage.SYSTEM_MEMORY + sum(
        one["memory"]["workingSetBytes"] for one in found["pods"]
    )
    assert web["process_stats"]["process_count"] == 9
    assert found["node"]["fs"]["capacityBytes"] > found["node"]["fs"]["availableBytes"] > 0
    short = stats.summary(made.world, node, made.world.now, only_cpu_and_memory=True)
    assert "fs" not in short["node"] and "rootfs" not in short["pods"][0]["containers"][0]


def test_it_is_what_kubectl_top_says() -> None:
    made, node = lab()
    found = stats.summary(made.world, node, made.world.now)
    assert pod_metrics.KIND.computed and node_metrics.KIND.computed
    top = {one["metadata"]["name"]: one for one in pod_metrics.KIND.computed(made.world, made.world.now)}
    for pod in found["pods"]:
        for container in pod["containers"]:
            (told,) = top[pod["podRef"]["name"]]["containers"]
            assert told["usage"]["memory"] == f"{container['memory']['workingSetBytes'] >> 10}Ki"
            assert told["usage"]["cpu"] == f"{container['cpu']['usageNanoCores']}n"
    nodes = {one["metadata"]["name"]: one for one in node_metrics.KIND.computed(made.world, made.world.now)}
    assert nodes["n1"]["usage"]["memory"] == f"{found['node']['memory']['workingSetBytes'] >> 10}Ki"
    assert nodes["n1"]["usage"]["cpu"] == "2000000000n"


LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [0-9.]+( [0-9]+)?')


def values(text: str, name: str, **labels: str) -> list[float]:
    lines = [one for one in text.splitlines() if one.startswith((f"{name}{{", f"{name} "))]
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    ends = [re.search(r" ([0-9.]+)( [0-9]+)?$", one) for one in lines if all(part in one for part in wanted)]
    return [float(end[1]) for end in ends if end]


def test_the_series_of_cadvisor() -> None:
    made, node = lab()
    text = series.cadvisor(made.world, node, made.world.now)
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or LINE.fullmatch(line), line
    about = {"namespace": "default", "pod": "web", "container": "main"}
    assert values(text, "container_memory_working_set_bytes", **about) == [100 << 20]
    assert values(text, "container_spec_cpu_quota", **about) == [50_000]
    (periods,) = values(text, "container_cpu_cfs_periods_total", **about)
    (throttled,) = values(text, "container_cpu_cfs_throttled_periods_total", **about)
    assert periods == 2 * throttled > 0, "every burst is throttled once, although it uses a fifth of its limit"
    assert values(text, "machine_cpu_cores") == [2]
    tree = cgroups.tree(made.world, node, usage.sampled(made.world.now))
    assert values(text, "container_memory_working_set_bytes", id="/")[0] == tree.memory


def test_the_series_of_the_resource_endpoint() -> None:
    made, node = lab()
    text = series.resource(made.world, node, made.world.now)
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or LINE.fullmatch(line), line
    assert values(text, "pod_memory_working_set_bytes", pod="web") == [100 << 20]
    assert values(text, "container_memory_working_set_bytes", pod="web", container="main") == [100 << 20]
    assert len(values(text, "node_cpu_usage_seconds_total")) == 1
    assert text.endswith("resource_scrape_error 0\n")
