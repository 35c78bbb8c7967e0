"""Who may come in by which door: pages, the page's questions, the API, the WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client

from simulator import access, clusters
from simulator.models import Cluster
from tests.doors.conftest import machines, post, signed_in

pytestmark = pytest.mark.django_db

DOORS: dict[str, Callable[[Client, str], HttpResponse]] = {
    "page": lambda client, name: client.get(f"/c/{name}/"),
    "why": lambda client, name: client.get(f"/c/{name}/why/nodes/-/worker-1.json"),
    "trace": lambda client, name: client.get(f"/c/{name}/trace/kube-system/{coredns(name)}.json"),
    "pod": lambda client, name: client.get(f"/c/{name}/pod/kube-system/{coredns(name)}.json"),
    "cgroups": lambda client, name: client.get(f"/c/{name}/node/worker-1/cgroups.json"),
    "pressure": lambda client, name: client.get(f"/c/{name}/node/worker-1/pressure.json"),
    "rollout": lambda client, name: client.get(f"/c/{name}/{COREDNS}/rollout.json"),
    "history": lambda client, name: client.get(f"/c/{name}/{COREDNS}/history.json"),
    "diff": lambda client, name: client.get(f"/c/{name}/{COREDNS}/diff.json?from=1&to=1"),
    "autoscalers": lambda client, name: client.get(f"/c/{name}/autoscaler/"),
    "control": lambda client, name: post(client, f"/c/{name}/control", {"do": "pause"}),
    "feasible": lambda client, name: post(client, f"/c/{name}/feasible", {"pod": {"spec": POD}}),
    "what-if": lambda client, name: post(client, f"/c/{name}/what-if/", {"pod": BODY, "configurations": [None, None]}),
    "fit": lambda client, name: post(client, f"/c/{name}/fit/", {"pod": BODY}),
    "scheduler": lambda client, name: client.get(f"/c/{name}/scheduler/"),
    "check": lambda client, name: post(client, f"/c/{name}/scheduler/check/", {"text": "{}"}),
    "read": lambda client, name: client.get(f"/k8s/{name}/api/v1/nodes/worker-1"),
    "write": lambda client, name: post(client, f"/k8s/{name}/api/v1/namespaces/default/pods?dryRun=All", BODY),
    "delete": lambda client, name: client.delete(f"/k8s/{name}/api/v1/nodes/worker-1?dryRun=All"),
}
COREDNS = "workload/deployments.apps/kube-system/coredns"
POD = {"containers": [{"name": "main", "image": "nginx"}]}
BODY = {"metadata": {"name": "web"}, "spec": POD}
API = ("read", "write", "delete")


def coredns(name: str) -> str:
    from simulator.reading import DatabaseReader

    pods = DatabaseReader(Cluster.objects.get(name=name)).list("pods", "kube-system")
    return next(str(pod["metadata"]["name"]) for pod in pods if pod["metadata"]["name"].startswith("coredns"))


def codes(client: Client, name: str) -> dict[str, int]:
    return {door: knock(client, name).status_code for door, knock in DOORS.items()}


CLOSED = {**dict.fromkeys(DOORS, 404), **dict.fromkeys(API, 403)}
OPEN = {**dict.fromkeys(DOORS, 200), "write": 403, "delete": 403}
"""A session opens everything, but the API takes no write without the CSRF token."""


def test_a_guest_on_loopback_has_the_open_cluster_only(guest: Client, demo: Cluster, private: Cluster) -> None:
    assert codes(guest, "demo") == OPEN
    assert codes(guest, "private") == CLOSED


def test_a_guest_from_beyond_has_none(outside: str, demo: Cluster, private: Cluster) -> None:
    stranger = Client(SERVER_NAME=outside)
    assert codes(stranger, "demo") == CLOSED
    assert codes(stranger, "private") == CLOSED


def test_guests_from_beyond_come_in_where_that_is_wanted(
    settings: Any, outside: str, demo: Cluster, private: Cluster
) -> None:
    settings.GUESTS = True
    stranger = Client(SERVER_NAME=outside)
    assert codes(stranger, "demo") == OPEN
    assert codes(stranger, "private") == CLOSED


def test_a_host_that_is_not_ours_is_turned_away(demo: Cluster) -> None:
    """DNS rebinding: another site's name that resolves to this machine."""
    rebound = Client(SERVER_NAME="evil.example.com")
    found = codes(rebound, "demo")
    assert {found.pop(door) for door in API} <= {400, 403}
    assert set(found.values()) == {400}


def test_the_owner_and_the_staff_have_a_private_cluster_and_others_have_not(
    outside: str, owner: User, private: Cluster, demo: Cluster
) -> None:
    assert codes(signed_in(owner), "private") == OPEN
    staff = User.objects.create(username="carl", is_staff=True)
    assert codes(signed_in(staff), "private") == OPEN
    other = User.objects.create(username="bob")
    assert codes(signed_in(other), "private") == CLOSED
    assert codes(signed_in(other), "demo") == OPEN
    away = Client(SERVER_NAME=outside)
    away.force_login(owner)
    assert codes(away, "private") == OPEN


def test_a_guest_keeps_the_cluster_of_the_own_session(guest: Client, demo: Cluster) -> None:
    session = SessionStore()
    session.create()
    mine = clusters.create("mine", nodes=machines())
    Cluster.objects.filter(pk=mine.pk).update(session=session.session_key, paused=True)
    assert codes(guest, "mine") == CLOSED
    guest.cookies["sessionid"] = str(session.session_key)
    assert codes(guest, "mine") == OPEN


def test_a_cluster_without_owner_is_nobodys(guest: Client, owner: User) -> None:
    clusters.create("orphan", nodes=machines())
    assert codes(guest, "orphan") == CLOSED
    assert codes(signed_in(owner), "orphan") == CLOSED


def test_home_shows_only_what_one_may_see(
    guest: Client, outside: str, owner: User, demo: Cluster, private: Cluster
) -> None:
    here = guest.get("/").content.decode()
    assert "/c/demo/" in here and "/c/private/" not in here
    both = signed_in(owner).get("/").content.decode()
    assert "/c/demo/" in both and "/c/private/" in both
    assert "demo" not in Client(SERVER_NAME=outside).get("/").content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_a_cluster_that_is_not_yours_does_not_show(guest: Client, private: Cluster, door: str) -> None:
    if door in ("trace", "pod"):
        assert guest.get(f"/c/nothing/{door}/default/x.json").status_code == 404
        return
    missing, hidden = DOORS[door](guest, "nothing"), DOORS[door](guest, "private")
    assert missing.status_code in (404, hidden.status_code)
    assert hidden.status_code in (403, 404)


# --- tokens ------------------------------------------------------------------------------------------------------


def bearing(token: str, **defaults: Any) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"}, **defaults)


def test_the_token_opens_the_api_of_its_cluster_alone(outside: str, demo: Cluster, private: Cluster) -> None:
    for host in ("127.0.0.1", outside):
        holder = bearing(private.token, SERVER_NAME=host)
        assert codes(holder, "private") == {**CLOSED, "read": 200, "write": 201, "delete": 200}
        assert {DOORS[door](holder, "demo").status_code for door in API} == {401}


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "Bearer", "Bearer ", "Basic YTpi", "Bearer \u00fc", "x" * 5000, "Token {}"]
)
def test_a_wrong_token_is_refused_even_where_a_guest_would_pass(demo: Cluster, header: str) -> None:
    client = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": header.format(demo.token)})
    for door in API:
        answer = DOORS[door](client, "demo")
        assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["healthz", "livez", "readyz", "version"])
def test_health_and_version_need_no_token(outside: str, private: Cluster, path: str) -> None:
    assert Client(SERVER_NAME=outside).get(f"/k8s/private/{path}").status_code == 200


@pytest.mark.parametrize("path", ["api", "apis", "openapi/v3", "openapi/v2", "", "api/v1/pods"])
def test_discovery_needs_one(outside: str, private: Cluster, path: str) -> None:
    answer = Client(SERVER_NAME=outside).get(f"/k8s/private/{path}")
    assert answer.status_code == 403
    assert 'User "system:anonymous" cannot' in answer.json()["message"]


# --- CSRF --------------------------------------------------------------------------------------------------------


def test_a_session_writes_with_the_pages_csrf_token_and_not_without(owner: User, private: Cluster) -> None:
    browser = signed_in(owner, enforce_csrf_checks=True)
    assert browser.get("/c/private/").status_code == 200
    token = browser.cookies["csrftoken"].value
    for door in ("control", "feasible", "what-if", "fit", "check", "write"):
        assert DOORS[door](browser, "private").status_code == 403, door
    with_token = {"headers": {"X-CSRFToken": token}}
    pods = "/k8s/private/api/v1/namespaces/default/pods"
    assert post(browser, "/c/private/control", {"do": "play"}, **with_token).status_code == 200
    assert post(browser, pods, BODY, **with_token).status_code == 201
    assert post(browser, pods, BODY, headers={"X-CSRFToken": "x" * 64}).status_code == 403
    assert browser.delete(f"{pods}/web", **with_token).status_code == 200


def test_the_api_says_in_words_what_a_write_without_the_csrf_token_lacks(owner: User, private: Cluster) -> None:
    answer = DOORS["write"](signed_in(owner, enforce_csrf_checks=True), "private")
    assert answer.json()["kind"] == "Status"
    assert "X-CSRFToken" in answer.json()["message"]


def test_another_sites_page_cannot_write(owner: User, private: Cluster) -> None:
    browser = signed_in(owner, enforce_csrf_checks=True)
    browser.get("/c/private/")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value, "Origin": "https://evil.example.com"}
    assert post(browser, "/c/private/control", {"do": "play"}, headers=headers).status_code == 403
    assert post(browser, "/k8s/private/api/v1/namespaces/default/pods", BODY, headers=headers).status_code == 403


# --- loopback ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True), ("localhost:8000", True), ("127.0.0.1", True), ("127.0.0.1:8000", True),
        ("127.8.9.1", True), ("[::1]", True), ("[::1]:8000", True),
        ("", False), ("example.org", False), ("10.0.0.1:80", False), ("[::2]:80", False), ("[fe80::1]", False),
        ("127.0.0.1.example.org", False), ("localhost.example.org:80", False), ("0.0.0.0", False), (":8000", False),
        ("2130706433", False), ("[", False), ("]", False),
    ],
)  # fmt: skip
def test_what_is_this_very_machine(host: str, loopback: bool) -> None:
    assert access.is_loopback(host) is loopback


@pytest.mark.parametrize(
    "path",
    [
        "/c/demo/why/pods/default/a%00b.json", "/c/demo/trace/default/a%00b.json", "/k8s/demo/api/v1/nodes/a%00b",
        "/c/demo/pod/default/a%00b.json", "/c/demo/node/a%00b/cgroups.json",
        "/c/demo/workload/deployments.apps/default/a%00b/rollout.json",
    ],
)  # fmt: skip
def test_no_name_has_a_nul(demo: Cluster, path: str) -> None:
    """PostgreSQL would refuse the question."""
    client = Client(SERVER_NAME="127.0.0.1")
    assert client.get(path).status_code == 404
