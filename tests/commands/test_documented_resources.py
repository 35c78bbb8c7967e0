"""The documentation's pages on CPU, memory and extended resources: its pods act as the pages say.

"Assign Memory Resources", "Assign CPU Resources", "Assign Extended Resources to a Container" and "Configure Quality of
Service for Pods", under kubernetes.io/docs/tasks/configure-pod-container.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import manifests, simulation
from simulator.engine.clock import SECOND
from simulator.engine.kinds import pod_metrics
from simulator.engine.kubelet import cgroups
from simulator.engine.kubelet.cgroups import Cgroup
from simulator.engine.pods import status_text
from simulator.engine.registry import Body
from simulator.engine.topology import demo, parse
from simulator.engine.world import World
from tests.servers import ROOT

DOCS = ROOT.parent / "shared" / "manifests" / "docs" / "pods"
MI = 1 << 20


def pod(name: str, image: str, resources: Body, **container: Any) -> Body:
    held = {"name": name, "image": image, "resources": resources, **container}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [held]}}


def stress(megabytes: int, requests: str, limits: str) -> Body:
    args = ["--vm", "1", "--vm-bytes", f"{megabytes}M", "--vm-hang", "1"]
    resources = {"requests": {"memory": requests}, "limits": {"memory": limits}}
    return pod("demo", "polinux/stress", resources, command=["stress"], args=args)


def cpus(requests: str, limits: str) -> Body:
    resources = {"requests": {"cpu": requests}, "limits": {"cpu": limits}}
    return pod("demo", "vish/stress", resources, args=["-cpus", "2"])


def run(tmp_path: Path, *bodies: Body, seconds: int = 60, nodes: Any = None) -> World:
    file = tmp_path / "pods.yaml"
    file.write_text(yaml.safe_dump_all(bodies))
    read = manifests.read([str(file)])
    assert not read.troubles
    topology = demo() if nodes is None else parse({"nodes": nodes})
    done = simulation.simulate(read.manifests, nodes=topology, until=seconds * SECOND)
    assert not done.troubles
    return done.world


def seen(world: World, name: str = "demo") -> Body:
    found = world.get("pods", "default", name)
    assert found is not None
    return found


def group(world: World, name: str = "demo") -> Cgroup:
    node = world.get("nodes", "", seen(world, name)["spec"]["nodeName"])
    assert node is not None
    return next(
        one
        for _, one in cgroups.tree(world, node, world.now).walk()
        if one.kind == "container" and one.about[:2] == ("default", name)
    )


def top(world: World, name: str = "demo") -> Body:
    assert pod_metrics.KIND.computed
    (found,) = (one for one in pod_metrics.KIND.computed(world, world.now) if one["metadata"]["name"] == name)
    used: Body = found["containers"][0]["usage"]
    return used


def test_a_request_and_a_limit_of_memory(tmp_path: Path) -> None:
    """The page: "the Pod is using about 150 MiB"."""
    world = run(tmp_path, stress(150, "100Mi", "200Mi"))
    assert status_text(seen(world)) == "Running" and seen(world)["status"]["qosClass"] == "Burstable"
    assert 150 * 1024 <= int(top(world)["memory"].removesuffix("Ki")) <= 155 * 1024


def test_more_memory_than_the_limit(tmp_path: Path) -> None:
    """The page: OOMKilled, killed again after each restart, exit code 137."""
    world = run(tmp_path, stress(250, "50Mi", "100Mi"), seconds=120)
    (status,) = seen(world)["status"]["containerStatuses"]
    ended = status["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
    assert status["restartCount"] == 4
    assert status_text(seen(world)) in ("CrashLoopBackOff", "OOMKilled")
    events = {one["reason"]: one for one in world.list("events") if one["involvedObject"]["name"] == "demo"}
    assert events["BackOff"]["message"].startswith("Back-off restarting failed container demo in pod demo_default(")


def test_more_memory_than_any_node_has(tmp_path: Path) -> None:
    world = run(tmp_path, stress(150, "1000Gi", "1000Gi"))
    assert status_text(seen(world)) == "Pending"
    (scheduled,) = (one for one in seen(world)["status"]["conditions"] if one["type"] == "PodScheduled")
    assert "Insufficient memory" in scheduled["message"]


def test_a_limit_of_cpu(tmp_path: Path) -> None:
    """The page: it asks for 2 CPUs and is throttled to its limit, just under 1000m."""
    world = run(tmp_path, cpus("0.5", "1"))
    assert top(world)["cpu"] == "1000000000n"
    stat = group(world).stat
    assert stat is not None and stat.throttled == stat.periods > 500
    assert group(world).settings["cpu.max"] == "100000 100000"


def test_more_cpu_than_any_node_has(tmp_path: Path) -> None:
    world = run(tmp_path, cpus("100", "100"))
    assert status_text(seen(world)) == "Pending"


def test_the_classes(tmp_path: Path) -> None:
    both = {"cpu": "700m", "memory": "200Mi"}
    held = {
        "guaranteed": {"requests": both, "limits": both},
        "burstable": {"requests": {"memory": "100Mi"}, "limits": {"memory": "200Mi"}},
        "best": {},
    }
    world = run(tmp_path, *(pod(name, "nginx", resources) for name, resources in held.items()))
    classes = {name: seen(world, name)["status"]["qosClass"] for name in held}
    assert classes == {"guaranteed": "Guaranteed", "burstable": "Burstable", "best": "BestEffort"}
    assert group(world, "guaranteed").oom_score_adj == -997
    assert group(world, "best").oom_score_adj == 1000


def test_an_extended_resource(tmp_path: Path) -> None:
    """The pages: a node that advertises four dongles gives three to the first pod, and the second waits."""
    dongles = {"requests": {"example.com/dongle": "3"}, "limits": {"example.com/dongle": "3"}}
    two = {**dongles, "requests": {"example.com/dongle": "2"}, "limits": {"example.com/dongle": "2"}}
    nodes = [{"name": "worker", "resources": {"example.com/dongle": "4"}}]
    world = run(tmp_path, pod("demo", "nginx", dongles), pod("demo-2", "nginx", two), nodes=nodes)
    node = world.get("nodes", "", "worker")
    assert node is not None and node["status"]["allocatable"]["example.com/dongle"] == "4"
    states = {status_text(seen(world, name)) for name in ("demo", "demo-2")}
    assert states == {"Running", "Pending"}


FILES = {
    "resource/memory-request-limit-2.yaml": "OOMKilled",
    "resource/cpu-request-limit-2.yaml": "Pending",
    "resource/extended-resource-pod.yaml": "Pending",
}


@pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation's manifests are not on this machine")
@pytest.mark.parametrize(("file", "state"), FILES.items(), ids=FILES.keys())
def test_the_files_of_the_documentation(tmp_path: Path, file: str, state: str) -> None:
    bodies = [one for one in yaml.safe_load_all((DOCS / file).read_text()) if one]
    spaces = sorted({one["metadata"].get("namespace", "default") for one in bodies} - {"default"})
    made = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in spaces]
    world = run(tmp_path, *made, *bodies)
    (body,) = (
        one for one in world.list("pods") if one["metadata"]["name"] in {each["metadata"]["name"] for each in bodies}
    )
    last = (body["status"].get("containerStatuses") or [{}])[0].get("lastState", {}).get("terminated", {})
    assert state in (status_text(body), last.get("reason"))
