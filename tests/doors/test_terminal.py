"""The doors of the page's terminal: lines and what comes of them, who may, and what makes no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from simulator.models import Cluster, Share
from tests.doors.conftest import run as let_run

pytestmark = pytest.mark.django_db

DOOR = "/c/demo/terminal"
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {a: b}\n"


def run(client: Client, text: str, **more: Any) -> dict[str, Any]:
    answer = client.post(DOOR, {"text": text, **more}, "application/json")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_a_line_and_its_answer(guest: Client, demo: Cluster) -> None:
    told = run(guest, "kubectl get nodes -o name")
    assert (told["code"], told["err"], told["state"]) == (0, "", None)
    assert "node/worker-1\n" in told["out"]
    assert run(guest, "k get nodes -o name")["out"] == run(guest, "get nodes -o name")["out"] == told["out"]


def test_names_of_a_table_are_links(guest: Client, demo: Cluster) -> None:
    told = run(guest, "get nodes")
    lines = told["out"].split("\n")
    named = {lines[line][start : start + length]: identity for line, start, length, identity in told["links"]}
    assert named["worker-1"] == "nodes//worker-1"


def test_a_here_document(guest: Client, demo: Cluster) -> None:
    text = f"kubectl apply -f - <<EOF\n{CONFIG_MAP}EOF\n"
    assert run(guest, text.removesuffix("EOF\n"))["incomplete"]
    assert run(guest, text)["out"] == "configmap/conf created\n"
    assert run(guest, text)["out"] == "configmap/conf unchanged\n"
    assert run(guest, text.replace("a: b", "a: c"))["out"] == "configmap/conf configured\n"


def test_several_lines_are_run_one_by_one(guest: Client, demo: Cluster) -> None:
    told = run(guest, "get ns default -o name\nget ns kube-system -o name")
    assert (told["out"], told["rest"]) == ("namespace/default\n", "get ns kube-system -o name")
    assert run(guest, "get ns nope && get ns default")["rest"] == ""
    assert run(guest, "get ns nope || get ns default")["rest"].strip() == "get ns default"


def test_a_command_that_goes_on(guest: Client, demo: Cluster, kubectl: Client) -> None:
    run(guest, "kubectl create deployment web --image=nginx --replicas=2")
    line = "kubectl rollout status deployment/web"
    told = run(guest, line)
    assert told["state"] and "Waiting for deployment" in told["out"]
    let_run(demo, 120)
    told = run(guest, line, state=told["state"])
    assert (told["state"], told["out"]) == (None, 'deployment "web" successfully rolled out\n')


def test_a_state_is_good_for_its_own_command(guest: Client, demo: Cluster) -> None:
    run(guest, "kubectl create deployment web --image=nginx")
    state = run(guest, "kubectl rollout status deployment/web")["state"]
    for body in ({"text": "kubectl delete deployment web", "state": state}, {"text": "get pods", "state": "made:up"}):
        assert guest.post(DOOR, body, "application/json").status_code == 400


def test_what_it_does_not_know(guest: Client, demo: Cluster) -> None:
    told = run(guest, "kubectl gte pods")
    assert told["code"] == 1 and told["err"].startswith(
        'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n'
    )
    assert told["hint"] and told["fetch"].startswith("curl -so kubeconfig http://127.0.0.1/c/demo/terminal/kubeconfig")
    assert run(guest, "kubectl port-forward x 80")["hint"]
    assert run(guest, "get pods | wc -l")["code"] == 2


def test_the_namespace_of_the_context(guest: Client, demo: Cluster) -> None:
    told = run(guest, "kubectl config set-context --current --namespace=kube-system")
    assert told["namespace"] == "kube-system"
    assert (
        run(guest, "get pods -l nope=1", namespace="kube-system")["err"]
        == "No resources found in kube-system namespace.\n"
    )


COMPLETED = {
    "kubec": "kubectl",
    "kubectl ge": "get",
    "kubectl rollout s": "status",
    "kubectl get deploym": "deployments",
    "kubectl get nodes worker-": "worker-1",
    "kubectl get node/worker-": "worker-1",
    "kubectl get pods -n kube-s": "kube-system",
    "kubectl get pods --namespace=kube-s": "kube-system",
    "kubectl get pods --all-n": "--all-namespaces",
    "kubectl get pods -o y": "yaml",
    "kubectl cordon worker-": "worker-2",
    "get no": "nodes",
}


@pytest.mark.parametrize("line", COMPLETED)
def test_completion(guest: Client, demo: Cluster, line: str) -> None:
    told = guest.post(f"{DOOR}/complete", {"line": line, "at": len(line)}, "application/json").json()
    assert COMPLETED[line] in told["choices"]
    assert all(one.startswith(line[told["start"] :]) for one in told["choices"])


BAD = [
    ({}, 200),
    ({"text": 7}, 400),
    ({"text": "get pods\0"}, 400),
    ({"text": "get pods", "namespace": []}, 400),
    ({"text": "get " + "x" * 100_000}, 200),
    ({"text": "get pods/" + "../" * 9}, 200),
    ({"text": "apply -f - <<EOF\n" + "[" * 5000 + "\nEOF"}, 200),
    ({"text": "get pods -o jsonpath='{" + "." * 9 + "}'"}, 200),
    ({"text": "get pods -o custom-columns=:::"}, 200),
]


@pytest.mark.parametrize("place", range(len(BAD)))
def test_bad_input(guest: Client, demo: Cluster, place: int) -> None:
    body, code = BAD[place]
    answer = guest.post(DOOR, body, "application/json")
    assert answer.status_code == code, answer.content
    assert b"Traceback" not in answer.content


def test_who_may(outside: str, demo: Cluster, db: None) -> None:
    mine = Cluster.objects.get(pk=demo.pk)
    mine.shared = False
    mine.save(update_fields=["shared"])
    stranger = Client(SERVER_NAME=outside)
    for door in (DOOR, f"{DOOR}/complete"):
        assert stranger.post(door, {"text": "get pods", "line": ""}, "application/json").status_code == 404
    assert stranger.get(f"{DOOR}/kubeconfig").status_code == 404
    onlooker = User.objects.create_user("onlooker")
    Share.objects.create(cluster=mine, user=onlooker, may_change=False)
    stranger.force_login(onlooker)
    assert run(stranger, "get nodes -o name")["code"] == 0
    refused = run(stranger, "create ns mine")
    assert refused["code"] == 1 and "Forbidden" in refused["err"]
    assert stranger.get(f"{DOOR}/kubeconfig").status_code == 403


def test_only_from_our_page(demo: Cluster) -> None:
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    assert client.post(DOOR, {"text": "get pods"}, "application/json").status_code == 403
    assert client.get(DOOR).status_code == 405


@pytest.mark.parametrize("line", ["kubectl get nodes -w", "kubectl get node worker-1 -w", "kubectl get pods -A -w"])
def test_a_watch_begins_with_what_is_there(guest: Client, demo: Cluster, line: str) -> None:
    told = run(guest, line)
    assert told["state"] and told["err"] == "" and told["out"].startswith("NAME")


def test_a_raw_list_is_read_to_its_end(guest: Client, demo: Cluster) -> None:
    listed = json.loads(run(guest, "get --raw /api/v1/nodes")["out"])
    names = run(guest, "get nodes -o name")["out"].split()
    assert listed["kind"] == "NodeList" and [f"node/{one['metadata']['name']}" for one in listed["items"]] == names
    assert "leave out watch" in run(guest, "get --raw /api/v1/nodes?watch=1")["err"]
