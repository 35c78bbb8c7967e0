"""The log, narrowed down and page by page, and the chain of causes behind any of its lines."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator.logbook import lines
from simulator.models import Change, Cluster
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db
POD = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}


@pytest.fixture
def busy(kubectl: Client, demo: Cluster) -> Cluster:
    assert post(kubectl, "/k8s/demo/api/v1/namespaces/default/pods", POD).status_code == 201
    run(demo, 5)
    demo.refresh_from_db()
    return demo


def log(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/c/demo/log.json?{query}")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_newest_first_page_by_page(guest: Client, busy: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "PAGE", 7)
    found: list[int] = []
    page = log(guest)
    while True:
        found += [line["revision"] for line in page["lines"]]
        if page["more"] is None:
            break
        page = log(guest, f"before={page['more']}")
    held = Change.objects.filter(cluster=busy).order_by("-revision").values_list("revision", flat=True)
    assert found == list(held)


CASES = {
    "a word": ("text=web", lambda line: True),
    "two words": ("text=web bind", lambda line: line["rule"] == "Bind"),
    "a kind": ("resource=pods", lambda line: line["id"].startswith("pods/")),
    "a namespace": ("namespace=default", lambda line: line["namespace"] == "default"),
    "a component with many names": ("component=kubelet", lambda line: line["component"].partition("/")[0] == "kubelet"),
    "what was created": ("operation=ADDED", lambda line: line["op"] == "ADDED"),
    "what people did": ("people=1", lambda line: line["name"] == "web" and line["op"] == "ADDED"),
    "all together": ("text=web&resource=pods&component=default-scheduler", lambda line: line["rule"] == "Bind"),
}


@pytest.mark.parametrize("case", CASES)
def test_narrowed_down(guest: Client, busy: Cluster, case: str) -> None:
    query, holds = CASES[case]
    found = log(guest, query)["lines"]
    assert found and all(holds(line) for line in found)


def test_nothing_matches(guest: Client, busy: Cluster) -> None:
    for query in ("text=%25nothing%25", "resource=pods&namespace=nowhere", "before=1"):
        assert log(guest, query) == {"lines": [], "more": None}


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 30, "text=" + "x" * 301, "text=a%00b"])
def test_a_question_that_makes_no_sense(guest: Client, demo: Cluster, query: str) -> None:
    answer = guest.get(f"/c/demo/log.json?{query}")
    assert answer.status_code == 400 and answer.json()["message"]


def test_what_the_filters_can_be_set_to(guest: Client, busy: Cluster) -> None:
    told = guest.get("/c/demo/log/choices.json").json()
    assert {"pods", "nodes"} <= set(told["resources"])
    assert {"default", "kube-system"} <= set(told["namespaces"])
    assert "kubelet" in told["components"] and not any("/" in name for name in told["components"])


def test_any_line_leads_to_its_causes(guest: Client, busy: Cluster) -> None:
    bound = log(guest, "text=web Bind&resource=pods")["lines"][0]
    chain = guest.get(f"/c/demo/log/{bound['revision']}.json").json()
    assert chain["id"] == "pods/default/web"
    assert [step["rule"] for step in chain["steps"]] == ["Bind", "create"]
    assert chain["steps"][0]["revision"] == bound["revision"]


@pytest.mark.parametrize("revision", ["0", "999999", "9" * 40])
def test_a_line_that_is_not_there(guest: Client, demo: Cluster, revision: str) -> None:
    assert guest.get(f"/c/demo/log/{revision}.json").status_code == 404
