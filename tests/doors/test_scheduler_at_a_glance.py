"""The configuration that runs, and the pods that wait."""

from __future__ import annotations

import pytest
from django.test import Client

from simulator.models import Cluster
from tests.doors.conftest import post, run
from tests.doors.scheduled import HEAD, MAPS, PACKING, TRACE, configure, create, pod

pytestmark = pytest.mark.django_db


def test_the_default_runs(guest: Client, demo: Cluster) -> None:
    told = guest.get("/c/demo/scheduler/").json()
    assert (told["source"], told["error"]) == ("default", None)
    assert told["configuration"].startswith(HEAD)
    (profile,) = told["profiles"]
    assert profile["schedulerName"] == "default-scheduler"
    assert {"name": "TaintToleration", "weight": 3} in profile["points"]["score"]
    assert {"name": "NodeName", "weight": None} in profile["points"]["filter"]
    fits = next(one for one in told["policies"] if one["old"] == "PodFitsResources")
    assert fits["plugin"] == "NodeResourcesFit" and fits["sentence"]
    checked = post(guest, "/c/demo/scheduler/check/", {"text": told["configuration"]}).json()
    assert checked == {"errors": [], "profiles": told["profiles"]}


def test_the_configmaps_runs_and_a_bad_one_leaves_it(guest: Client, demo: Cluster, kubectl: Client) -> None:
    configure(kubectl, PACKING)
    run(demo, 1)
    told = guest.get("/c/demo/scheduler/").json()
    assert (told["source"], told["error"], told["configuration"]) == ("configmap", None, PACKING)
    configure(kubectl, PACKING.replace("MostAllocated", "Nonsense"))
    run(demo, 1)
    told = guest.get("/c/demo/scheduler/").json()
    assert (told["source"], told["configuration"]) == ("refused", PACKING)
    assert "Nonsense" in told["error"]
    create(kubectl, pod("new", "100m"))
    foretold = guest.get(f"{TRACE}/new.json").json()
    run(demo, 1)
    assert guest.get(f"{TRACE}/new.json").json()["nodes"] == foretold["nodes"]
    assert kubectl.delete(f"{MAPS}/kube-scheduler-config").status_code == 200
    run(demo, 1)
    assert guest.get("/c/demo/scheduler/").json()["source"] == "default"


def test_a_text_is_checked(guest: Client, demo: Cluster) -> None:
    def check(text: str) -> list[tuple[str, int | None]]:
        told = post(guest, "/c/demo/scheduler/check/", {"text": text}).json()
        assert told["profiles"] == []
        return [(one["field"], one["line"]) for one in told["errors"]]

    assert check(f"{HEAD}percentageOfNodesToScore: 101\n") == [("percentageOfNodesToScore", 3)]
    assert check(f"{HEAD}nonsense: 1\n") == [("nonsense", 3)]
    assert check("kind: KubeSchedulerConfiguration\napiVersion: kubescheduler.config.k8s.io/v1beta3\n") == [
        ("apiVersion", 2)
    ]
    assert [line for _, line in check("a: b: c\n")] == [1]


def test_where_each_pod_waits(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod("large", "64"))
    run(demo, 5)
    create(kubectl, pod("gated", schedulingGates=[{"name": "wait"}]))
    create(kubectl, pod("fresh"))
    run(demo, 0.001)
    queue = {one["name"]: one for one in guest.get("/c/demo/scheduler/").json()["queue"]}
    assert {name: one["place"] for name, one in queue.items()} == {
        "large": "unschedulable", "gated": "gated", "fresh": "active",
    }  # fmt: skip
    large = queue["large"]
    assert (large["attempts"], large["refusedBy"]) == (1, ["NodeResourcesFit", "TaintToleration"])
    assert large["message"].startswith("0/3 nodes are available: ")
    assert large["since"] < large["until"]
    assert queue["fresh"]["until"] is None


def test_a_pod_on_its_way_to_a_node(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, pod("fresh", "1500m", nodeSelector={"kubernetes.io/hostname": "worker-1"}))
    create(kubectl, pod("next", "1500m"))
    run(demo, 0.009)  # 8 ms until it is seen, then 6 ms until it is bound
    queue = {one["name"]: one["place"] for one in guest.get("/c/demo/scheduler/").json()["queue"]}
    assert queue == {"fresh": "binding", "next": "active"}
    told = guest.get(f"{TRACE}/next.json").json()
    assert told["node"] == "worker-2", "what is decided counts before it is written"
    grid = {one["name"]: one["filter"] for one in told["nodes"]}
    assert grid["worker-1"] == {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]}
