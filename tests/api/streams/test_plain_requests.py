"""What exec, attach and port-forward say to a request that is no WebSocket: kubectl makes one when one was refused."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator import store
from simulator.engine.registry import KINDS
from simulator.models import Cluster
from tests.api.conftest import CAUSE, Api

PODS = "api/v1/namespaces/default/pods"
SPDY = {"Connection": "Upgrade", "Upgrade": "SPDY/3.1"}
ASKED = "command=ls&stdout=true"
FAULTS = KINDS["faults.sim.k8sviz.io"]
NOW = "2026-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def pods(cluster: Cluster) -> None:
    state = {"name": "main", "containerID": "containerd://1", "state": {"running": {}}}
    running = {"phase": "Running", "podIP": "10.244.1.5", "containerStatuses": [state]}

    def fill(work: store.Transaction) -> None:
        for name, status in (("web", running), ("late", {"phase": "Pending"})):
            spec = {"containers": [{"name": "main", "image": "nginx"}], "nodeName": "worker-1"}
            pod = work.create(KINDS["pods"], {"metadata": {"name": name, "namespace": "default"}, "spec": spec}, CAUSE)
            work.update(KINDS["pods"], {**pod, "status": {**pod["status"], **status}}, CAUSE, subresource="status")

    store.write(cluster, fill)


class Case(NamedTuple):
    path: str
    code: int
    says: str
    headers: dict[str, str] = SPDY


CASES = {
    "nothing to upgrade": Case(f"web/exec?{ASKED}", 400, "Upgrade request required", {}),
    "nothing to upgrade, attach": Case("web/attach?stdout=true", 400, "Upgrade request required", {}),
    "nothing to upgrade, port-forward": Case("web/portforward", 400, "Upgrade request required", {}),
    "no such pod": Case(f"nope/exec?{ASKED}", 404, 'pods "nope" not found'),
    "no such pod, no upgrade": Case(f"nope/exec?{ASKED}", 404, 'pods "nope" not found', {}),
    "an upgrade that never got here": Case(f"web/exec?{ASKED}", 400, "Upgrade request required"),
    "the same for port-forward": Case("web/portforward", 400, "Upgrade request required"),
    "not running": Case(f"late/exec?{ASKED}", 500, 'container not found ("main")\n'),
    "no network yet": Case("late/portforward", 500, 'pod not found ("late_default")\n'),
    "no stream": Case("web/exec?command=ls", 400, "you must specify at least 1 of stdin, stdout, stderr\n"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_plain(api: Api, case: Case, method: str) -> None:
    reply = api(method, f"{PODS}/{case.path}", **case.headers)
    assert (reply.code, reply.text if case.says.endswith("\n") else reply.message) == (case.code, case.says)


def test_other_methods(api: Api) -> None:
    assert api("PUT", f"{PODS}/web/exec").code == 405


UNREACHABLE = {
    # name: (type of the Fault, what dialing the node's kubelet says)
    "no power": ("NodeCrash", "connect: no route to host"),
    "no kubelet": ("KubeletStop", "connect: connection refused"),
    "cut off": ("NetworkPartition", "i/o timeout"),
}


@pytest.mark.parametrize(("kind", "why"), UNREACHABLE.values(), ids=UNREACHABLE.keys())
def test_a_kubelet_that_cannot_be_reached(api: Api, cluster: Cluster, kind: str, why: str) -> None:
    def fail(work: store.Transaction) -> None:
        addresses = [{"type": "InternalIP", "address": "172.18.0.3"}]
        work.create(KINDS["nodes"], {"metadata": {"name": "worker-1"}, "status": {"addresses": addresses}}, CAUSE)
        spec = {"type": kind, "target": {"nodeName": "worker-1"}}
        fault = work.create(FAULTS, {"metadata": {"name": "off"}, "spec": spec}, CAUSE)
        active = {"type": "Active", "status": "True", "reason": "Begun", "message": "", "lastTransitionTime": NOW}
        work.update(FAULTS, {**fault, "status": {"conditions": [active]}}, CAUSE, subresource="status")

    store.write(cluster, fail)
    dialed = f"dial tcp 172.18.0.3:10250: {why}"
    executed = api("GET", f"{PODS}/web/exec?{ASKED}", **SPDY)
    assert (executed.code, executed.message) == (500, f"error dialing backend: {dialed}")
    logged = api("GET", f"{PODS}/web/log")
    url = "https://172.18.0.3:10250/containerLogs/default/web/main"
    assert (logged.code, logged.message) == (500, f'Get "{url}": {dialed}')
