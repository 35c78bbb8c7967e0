"""The proxy of nodes: the kubelet's own paths, for those who may, as long as the node can be reached."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator import store
from simulator.engine.objects import timestamp
from simulator.engine.registry import KINDS
from simulator.models import Cluster, Memory
from tests.api.conftest import CAUSE, NOW, Api

NODES = "api/v1/nodes"
SIZES = {"cpu": "2", "memory": "4Gi", "ephemeral-storage": "100Gi", "pods": "110"}
STARTED = timestamp(NOW - 600_000_000)


@pytest.fixture(autouse=True)
def objects(cluster: Cluster) -> None:
    container = {"name": "main", "image": "nginx", "resources": {"limits": {"cpu": "1", "memory": "64Mi"}}}
    running = {"name": "main", "containerID": "containerd://abc", "state": {"running": {"startedAt": STARTED}}}
    status = {"phase": "Running", "podIP": "10.244.1.5", "startTime": STARTED, "containerStatuses": [running]}

    def fill(work: store.Transaction) -> None:
        for name, ready in (("here", "True"), ("away", "Unknown")):
            node = work.create(KINDS["nodes"], {"metadata": {"name": name}, "spec": {}}, CAUSE)
            told = {
                "capacity": SIZES,
                "allocatable": SIZES,
                "conditions": [{"type": "Ready", "status": ready}],
                "addresses": [{"type": "InternalIP", "address": "192.168.0.9"}],
            }
            work.update(KINDS["nodes"], {**node, "status": told}, CAUSE, subresource="status")
        meta = {"name": "seen", "namespace": "default"}
        spec = {"containers": [container], "nodeName": "here"}
        pod = work.create(KINDS["pods"], {"metadata": meta, "spec": spec}, CAUSE)
        work.update(KINDS["pods"], {**pod, "status": {**pod["status"], **status}}, CAUSE, subresource="status")

    store.write(cluster, fill)


class Case(NamedTuple):
    path: str
    code: int
    says: str


REFUSED = "error trying to reach service: dial tcp 192.168.0.9:10250: connect: connection refused"
CASES = {
    "the summary": Case("here/proxy/stats/summary", 200, '"nodeName": "here"'),
    "with the port": Case("here:10250/proxy/stats/summary", 200, '"name": "seen"'),
    "cadvisor": Case("here/proxy/metrics/cadvisor", 200, 'pod="seen"'),
    "what metrics-server reads": Case("here/proxy/metrics/resource", 200, "resource_scrape_error 0"),
    "its pods": Case("here/proxy/pods", 200, '"PodList"'),
    "its health": Case("https:here:10250/proxy/healthz", 200, "ok"),
    "another path": Case("here/proxy/nope", 404, "404 page not found"),
    "its root": Case("here/proxy/", 404, "404 page not found"),
    "another port": Case("here:1/proxy/pods", 503, "dial tcp 192.168.0.9:1: connect: connection refused"),
    "a node that is away": Case("away/proxy/pods", 503, REFUSED),
    "no such node": Case("nope/proxy/pods", 404, 'nodes \\"nope\\" not found'),
    "another scheme": Case("ftp:here:1/proxy/pods", 400, 'invalid node request \\"ftp:here:1\\"'),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_proxy_of_a_node(api: Api, case: Case) -> None:
    reply = api.get(f"{NODES}/{case.path}")
    assert reply.code == case.code and case.says in reply.text


def test_only_reading(api: Api) -> None:
    assert api("POST", f"{NODES}/here/proxy/stats/summary").code == 405


def test_only_what_is_asked_for(api: Api) -> None:
    reply = api.get(f"{NODES}/here/proxy/stats/summary?only_cpu_and_memory=true")
    assert reply.code == 200 and "fs" not in reply.body["node"]


def test_the_path_needs_its_slash(api: Api) -> None:
    reply = api.get(f"{NODES}/here/proxy")
    assert (reply.code, reply.headers["Location"]) == (301, f"/k8s/lab/{NODES}/here/proxy/")


def test_the_file_of_a_fault_is_on_the_disk(api: Api, cluster: Cluster) -> None:
    before = api.get(f"{NODES}/here/proxy/stats/summary").body["node"]["fs"]["usedBytes"]
    note = f'{{"full": [{NOW - 60_000_000}, 5000000, 0]}}'
    Memory.objects.create(cluster=cluster, component="kubelet", key="fill:here", note=note)
    assert api.get(f"{NODES}/here/proxy/stats/summary").body["node"]["fs"]["usedBytes"] == before + 5_000_000
