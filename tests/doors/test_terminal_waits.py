"""How long the terminal's delete and drain wait: as long as --timeout says, in the cluster's own time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator.models import Cluster
from tests.doors.conftest import run as let_run
from tests.doors.test_terminal import run

pytestmark = pytest.mark.django_db

HELD = """apiVersion: v1
kind: Pod
metadata: {name: NAME, labels: {app: NAME}, finalizers: [example.com/hold]}
spec: {nodeName: worker-2, containers: [{name: main, image: nginx}]}
"""
DRAIN = "drain worker-2 --force --ignore-daemonsets --delete-emptydir-data --pod-selector=app"


def apply(guest: Client, text: str) -> None:
    assert run(guest, f"kubectl apply -f - <<EOF\n{text}EOF\n")["code"] == 0


def to_its_end(guest: Client, cluster: Cluster, line: str, *waits: float) -> dict[str, Any]:
    """Runs a line, asked again after each of these spans of virtual time; all that it said, and how it ended."""
    told = run(guest, line)
    out, err = told["out"], told["err"]
    for seconds in waits:
        assert told["state"], told
        let_run(cluster, seconds)
        told = run(guest, line, state=told["state"])
        out, err = out + told["out"], err + told["err"]
    return {**told, "out": out, "err": err}


def test_delete_gives_up_after_its_timeout(guest: Client, demo: Cluster, kubectl: Client) -> None:
    for name in ("one", "two"):
        apply(guest, HELD.replace("NAME", name))
    let_run(demo, 10)
    told = to_its_end(guest, demo, "kubectl delete pod one two --now --timeout=30s", 20, 11)
    assert (told["code"], told["state"]) == (1, None)
    assert told["out"] == 'pod "one" deleted\npod "two" deleted\n'
    assert told["err"] == "error: timed out waiting for the condition on pods/one\n"


@pytest.mark.parametrize(("timeout", "ends"), [("0", False), ("1h", False), ("-1s", True)])
def test_how_long_delete_waits(guest: Client, demo: Cluster, kubectl: Client, timeout: str, ends: bool) -> None:
    apply(guest, HELD.replace("NAME", "one"))
    line = f"kubectl delete pod one --now --timeout={timeout}"
    told = to_its_end(guest, demo, line, *([] if ends else [600]))
    assert (told["state"] is None) is ends and told["code"] == int(ends)


def test_delete_in_time_is_no_failure(guest: Client, demo: Cluster, kubectl: Client) -> None:
    apply(guest, HELD.replace("NAME", "one").replace("finalizers: [example.com/hold]", "annotations: {}"))
    told = to_its_end(guest, demo, "kubectl delete pod one --now --timeout=30s", 20)
    assert (told["code"], told["state"], told["err"]) == (0, None, "")


def test_drain_tells_what_did_not_go_in_time(guest: Client, demo: Cluster, kubectl: Client) -> None:
    for name in ("one", "two"):
        apply(guest, HELD.replace("NAME", name))
    let_run(demo, 10)
    told = to_its_end(guest, demo, f"kubectl {DRAIN} --timeout=1m30s", 80, 11)
    waits = 'error when waiting for pod "{}" in namespace "default" to terminate: context deadline exceeded'
    one, two = waits.format("one"), waits.format("two")
    assert told["code"] == 1 and "drained" not in told["out"]
    assert told["err"].split("\n")[1:] == [
        f'There are pending pods in node "worker-2" when an error occurred: [{one}, {two}]',
        "pod/one",
        "pod/two",
        f'error: unable to drain node "worker-2" due to error: [{one}, {two}], continuing command...',
        "There are pending nodes to be drained:",
        " worker-2",
        one,
        two,
        "",
    ]


def test_drain_that_may_not_evict_tries_again_until_its_timeout(guest: Client, demo: Cluster, kubectl: Client) -> None:
    apply(guest, HELD.replace("NAME", "one"))
    let_run(demo, 10)
    run(guest, "kubectl create pdb mine --selector=app=one --min-available=1")
    let_run(demo, 5)
    told = to_its_end(guest, demo, f"kubectl {DRAIN} --timeout=8s", 6, 6)
    assert told["out"].count("evicting pod default/one\n") == 3
    assert told["err"].count("(will retry after 5s)") == 2
    assert told["err"].endswith('\nerror when evicting pods/"one" -n "default": global timeout reached: 8s\n')


def test_drain_that_deletes_says_so(guest: Client, demo: Cluster, kubectl: Client) -> None:
    apply(guest, HELD.replace("NAME", "held"))
    apply(guest, HELD.replace("NAME", "free").replace("finalizers: [example.com/hold]", "annotations: {}"))
    let_run(demo, 10)
    told = to_its_end(guest, demo, f"kubectl {DRAIN} --timeout=60s --disable-eviction", 50, 11)
    assert told["out"] == "node/worker-2 cordoned\npod/free deleted\n"
    assert told["err"].endswith("\n worker-2\nerror: context deadline exceeded\n")
