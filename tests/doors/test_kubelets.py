"""What a pod is made of, how its probes went, and a node's cgroups."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator import reading
from simulator.models import Cluster
from tests.doors.conftest import post, run
from tests.doors.scheduled import create

pytestmark = pytest.mark.django_db

FAULTS = "/k8s/demo/apis/sim.k8sviz.io/v1/faults"
POD = "/c/demo/pod/default/web.json"
BUSYBOX = "busybox:1.36"
ROTS = "touch /tmp/healthy; sleep 20; rm -f /tmp/healthy; sleep 600"


def web(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": {"containers": list(containers), **spec}}


def container(name: str = "main", image: str = "nginx", **rest: Any) -> dict[str, Any]:
    return {"name": name, "image": image, **rest}


def told(guest: Client, query: str = "") -> dict[str, Any]:
    answer = guest.get(POD + query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_pod_is_taken_apart(guest: Client, demo: Cluster, kubectl: Client) -> None:
    mount = {"name": "shared", "mountPath": "/data"}
    amounts = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "128Mi"}}
    body = web(
        container(volumeMounts=[{**mount, "readOnly": True}], resources=amounts),
        initContainers=[
            container("setup", BUSYBOX, command=["true"], volumeMounts=[mount]),
            container("log", BUSYBOX, command=["sleep", "1000"], restartPolicy="Always"),
        ],
        volumes=[{"name": "shared", "emptyDir": {}}],
        shareProcessNamespace=True,
    )
    create(kubectl, body)
    run(demo, 30)
    pod = told(guest)
    stored = kubectl.get("/k8s/demo/api/v1/namespaces/default/pods/web").json()
    assert (pod["phase"], pod["qos"], pod["node"]) == ("Running", "Burstable", stored["spec"]["nodeName"])
    assert pod["sandbox"]["ip"] == stored["status"]["podIP"] and pod["sandbox"]["exists"]
    assert pod["sandbox"]["namespaces"] == {"network": "pod", "uts": "pod", "ipc": "pod", "pid": "pod"}
    shared, token = pod["volumes"]
    assert shared == {"name": "shared", "kind": "emptyDir", "source": ""} and token["kind"] == "projected"
    setup, log, main = pod["containers"]
    assert [(one["name"], one["kind"]) for one in (setup, log, main)] == [
        ("setup", "init"),
        ("log", "sidecar"),
        ("main", "app"),
    ]
    assert (setup["state"]["kind"], setup["state"]["reason"], setup["cgroup"]) == ("terminated", "Completed", None)
    assert (main["state"]["kind"], main["ready"], main["restarts"], main["last"]) == ("running", True, 0, None)
    assert {"volume": "shared", "path": "/data", "readOnly": True} in main["mounts"]
    assert (main["requests"], main["limits"]) == (
        {"cpu": 100, "memory": 64 << 20},
        {"cpu": 500, "memory": 128 << 20},
    )
    assert main["cgroup"]["settings"]["cpu.max"] == "50000 100000"
    assert main["cgroup"]["cpuStat"]["nr_periods"] > 0
    assert main["cgroup"]["oomScoreAdj"] == main["oomScoreAdj"]
    assert 0 < main["cgroup"]["memory"] <= 128 << 20


def test_a_pod_without_a_node_has_no_sandbox(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container(resources={"requests": {"cpu": "64"}})))
    run(demo, 5)
    pod = told(guest)
    assert (pod["node"], pod["phase"], pod["cgroup"]) == ("", "Pending", None)
    assert (pod["sandbox"]["exists"], pod["sandbox"]["ip"], pod["sandbox"]["step"]) == (False, "", "")
    (main,) = pod["containers"]
    assert (main["state"], main["oomScoreAdj"], main["cgroup"]) == (None, None, None)


def test_a_container_that_fails_is_held_back(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container(image=BUSYBOX, command=["false"])))
    run(demo, 40)
    (main,) = told(guest)["containers"]
    assert main["state"]["reason"] == "CrashLoopBackOff"
    assert (main["last"]["kind"], main["last"]["exitCode"]) == ("terminated", 1)
    assert main["restarts"] >= 2
    assert main["backOffUntil"] > told(guest)["at"]


def test_the_probes_of_a_span(guest: Client, demo: Cluster, kubectl: Client) -> None:
    check = {"exec": {"command": ["cat", "/tmp/healthy"]}, "periodSeconds": 5}
    create(kubectl, web(container(image=BUSYBOX, command=["sh", "-c", ROTS], livenessProbe=check)))
    run(demo, 50)
    pod = told(guest)
    (row,) = pod["containers"][0]["probes"]
    assert (row["kind"], row["handler"], row["periodSeconds"], row["failureThreshold"]) == ("liveness", "exec", 5, 3)
    failed = [one for one in row["probes"] if one["outcome"] == "Failure"]
    assert [(one["count"], one["caused"]) for one in failed[:3]] == [(1, "event"), (2, "event"), (3, "killed")]
    first = row["probes"][0]["at"]
    (last,) = told(guest, f"?until={failed[2]['at']}&last=7")["containers"][0]["probes"]
    assert [probe["count"] for probe in last["probes"]] == [2, 3]
    (one,) = told(guest, f"?since={first}&until={first}")["containers"][0]["probes"]
    assert [probe["at"] for probe in one["probes"]] == [first]


def test_a_new_pod_of_the_name_has_no_probes_of_the_old(guest: Client, demo: Cluster, kubectl: Client) -> None:
    body = web(container(readinessProbe={"tcpSocket": {"port": 80}}))
    create(kubectl, body)
    run(demo, 40)
    assert told(guest)["containers"][0]["probes"][0]["probes"]
    gone = kubectl.delete(
        "/k8s/demo/api/v1/namespaces/default/pods/web",
        {"gracePeriodSeconds": 0},
        content_type="application/json",
    )
    assert gone.status_code == 200
    create(kubectl, body)
    (row,) = told(guest)["containers"][0]["probes"]
    assert (row["probes"], row["result"]) == ([], "")


@pytest.mark.parametrize(
    "query",
    [
        "?since=yesterday", "?until=", "?since=2026-01-01T00:00:00", "?since=1", "?since=1970-01-01T00:00:00Z",
        "?since=2100-01-01T00:00:00Z", "?until=9999-12-31T23:59:59Z&since=0001-01-01T00:00:00Z",
        "?last=-1", "?last=", "?last=1e3", "?last=999999999", "?last=\u0663", "?since=0001-01-01T00:00:00%2B23:59",
    ],
)  # fmt: skip
def test_a_span_that_makes_no_sense(guest: Client, demo: Cluster, kubectl: Client, query: str) -> None:
    create(kubectl, web(container()))
    answer = guest.get(POD + query)
    assert answer.status_code == 400 and answer.json()["message"]


@pytest.mark.parametrize("path", [POD, "/c/demo/node/nothing/cgroups.json", "/c/demo/pod/%20/x.json"])
def test_what_is_not_there(guest: Client, demo: Cluster, path: str) -> None:
    answer = guest.get(path)
    assert answer.status_code == 404 and "not found" in answer.json()["message"]


def test_the_cgroups_of_a_node(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container(resources={"limits": {"cpu": "250m", "memory": "64Mi"}})))
    run(demo, 30)
    node = told(guest)["node"]
    tree = guest.get(f"/c/demo/node/{node}/cgroups.json").json()["tree"]
    kubepods, system = tree["children"]
    assert (kubepods["name"], system["name"]) == ("kubepods.slice", "system.slice")
    pods = {tuple(one["about"]): one for one in kubepods["children"] if one["kind"] == "pod"}
    pod = pods["default", "web"]
    assert pod["settings"]["cpu.max"] == "25000 100000" and pod["settings"]["memory.max"] == str(64 << 20)
    assert [one["kind"] for one in pod["children"]] == ["pause", "container"]
    whole = [one["metadata"]["name"] for one in reading.DatabaseReader(demo).list("pods") if _is_on(one, node)]
    shown = [one["about"][1] for one in _all(tree) if one["kind"] == "pod"]
    assert sorted(shown) == sorted(whole)


def _is_on(pod: dict[str, Any], node: str) -> bool:
    return bool(pod["spec"].get("nodeName") == node)


def _all(group: dict[str, Any]) -> list[dict[str, Any]]:
    return [group, *(below for child in group["children"] for below in _all(child))]


def test_what_all_nodes_use_is_what_their_kubelets_tell(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container()))
    run(demo, 60)
    told_of_all = guest.get("/c/demo/nodes/use.json").json()["nodes"]
    assert set(told_of_all) == {one["metadata"]["name"] for one in reading.DatabaseReader(demo).list("nodes")}
    node = told(guest)["node"]
    summary = kubectl.get(f"/k8s/demo/api/v1/nodes/{node}/proxy/stats/summary").json()["node"]
    assert told_of_all[node]["disk"] == summary["fs"]["usedBytes"]
    assert told_of_all[node]["memory"] // 2**20 == summary["memory"]["workingSetBytes"] // 2**20
    metrics = kubectl.get(f"/k8s/demo/apis/metrics.k8s.io/v1beta1/nodes/{node}").json()["usage"]
    assert told_of_all[node]["cpu"] == -(-int(metrics["cpu"].removesuffix("n")) // 1_000_000)


def test_a_full_disk_is_told_and_a_silent_node_is_left_out(guest: Client, demo: Cluster, kubectl: Client) -> None:
    before = guest.get("/c/demo/nodes/use.json").json()["nodes"]
    for name, spec in (
        ("full", {"type": "DiskFill", "target": {"nodeName": "worker-1"}, "diskFill": {"percent": 90}}),
        ("gone", {"type": "NodeCrash", "target": {"nodeName": "worker-2"}}),
    ):
        assert post(kubectl, FAULTS, {"metadata": {"name": name}, "spec": spec}).status_code == 201
    run(demo, 20)
    after = guest.get("/c/demo/nodes/use.json").json()["nodes"]
    assert after["worker-1"]["disk"] > 2 * before["worker-1"]["disk"]
    assert "worker-2" in before and "worker-2" not in after
