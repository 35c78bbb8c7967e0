"""The pages outside a cluster: what is listed for whom, making, sharing and deleting clusters, signing in, classes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from simulator import clusters
from simulator.demos.models import Follower, OwnDemo, Presentation
from simulator.lobby import sandboxes
from simulator.models import Cluster, Share
from tests.doors.conftest import post, signed_in
from tests.doors.test_access import BODY, CLOSED, OPEN, codes

pytestmark = pytest.mark.django_db

NEW = {"name": "mine", "size": "2", "latency": "classroom"}


def made(client: Client, name: str = "mine", **asked: Any) -> Cluster:
    answer = client.post("/new", {**NEW, "name": name, **asked})
    assert answer["Location"] == f"/c/{name}/"
    return Cluster.objects.get(name=name)


@pytest.fixture
def instructors() -> Group:
    return Group.objects.get(name="instructors")


# --- sandboxes ---------------------------------------------------------------------------------------------------


def test_a_guest_makes_a_cluster_that_is_of_nobody_else(guest: Client, demo: Cluster) -> None:
    cluster = made(guest)
    assert (cluster.owner, cluster.latency, cluster.shared) == (None, "classroom", False)
    assert codes(guest, "mine") == OPEN
    assert codes(Client(SERVER_NAME="127.0.0.1"), "mine") == CLOSED
    page = guest.get("/").content.decode()
    assert page.index("/c/demo/") < page.index("/c/mine/")
    assert "/c/mine/" not in Client(SERVER_NAME="127.0.0.1").get("/").content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "Not A Label"}, "Use a DNS label"),
        ({"name": "demo"}, "already exists"),
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 64}, "at most 63"),
        ({"size": "100000"}, "Select a valid choice"),
        ({"latency": "slow"}, "Select a valid choice"),
        ({"name": "<b>x</b>"}, "Use a DNS label"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(
    guest: Client, demo: Cluster, asked: dict[str, str], said: str
) -> None:
    answer = guest.post("/new", {**NEW, **asked})
    assert answer.status_code == 400
    assert said in answer.content.decode() and "<b>x</b>" not in answer.content.decode()
    assert list(Cluster.objects.values_list("name", flat=True)) == ["demo"]


def test_nobody_has_more_than_some(guest: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandboxes, "MOST_OF_A_GUEST", 1)
    made(guest)
    answer = guest.post("/new", {**NEW, "name": "more"})
    assert "You have 1 clusters" in answer.content.decode() and Cluster.objects.count() == 1


def test_from_beyond_nobody_makes_one_without_signing_in(outside: str) -> None:
    stranger = Client(SERVER_NAME=outside)
    assert stranger.post("/new", NEW).status_code == 404
    assert "Sign in" in stranger.get("/").content.decode()
    assert not Cluster.objects.exists()


def test_deleting_asks_first_and_is_for_ones_own_only(guest: Client, demo: Cluster, private: Cluster) -> None:
    made(guest)
    assert "Delete mine?" in guest.get("/c/mine/delete").content.decode()
    assert Cluster.objects.filter(name="mine").exists()
    for other in ("demo", "private", "none"):
        assert guest.post(f"/c/{other}/delete").status_code == 404
    assert guest.post("/c/mine/delete")["Location"] == "/"
    assert set(Cluster.objects.values_list("name", flat=True)) == {"demo", "private"}


def test_what_guests_made_who_are_gone_is_cleared_away(
    guest: Client, owner: User, demo: Cluster, private: Cluster
) -> None:
    made(guest)
    Client(SERVER_NAME="127.0.0.1").post("/demos/new", {"demo": "statefulset"})
    signed_in(owner).post("/demos/new", {"demo": "oom-kill"})
    assert sandboxes.clear() == 0
    assert OwnDemo.objects.count() == 2
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert sandboxes.clear() == 1
    assert set(Cluster.objects.values_list("name", flat=True)) == {"demo", "private"}
    assert list(OwnDemo.objects.values_list("name", flat=True)) == ["oom-kill"]


def test_a_visit_prolongs_a_guests_session(guest: Client) -> None:
    made(guest)
    soon = timezone.now() + timedelta(hours=1)
    Session.objects.update(expire_date=soon)
    guest.get("/c/mine/")
    assert Session.objects.get().expire_date > soon


# --- signing in --------------------------------------------------------------------------------------------------


def test_what_a_guest_made_comes_along(guest: Client, owner: User) -> None:
    owner.set_password("secret")
    owner.save()
    cluster = made(guest)
    page = guest.get("/sign-in/").content.decode()
    assert "come along" in page
    assert guest.post("/sign-in/", {"username": "ann", "password": "wrong"}).status_code == 200
    assert guest.post("/sign-in/", {"username": "ann", "password": "secret"})["Location"] == "/"
    cluster.refresh_from_db()
    assert (cluster.owner, cluster.session) == (owner, "")
    assert codes(guest, "mine") == OPEN
    assert guest.post("/sign-out/")["Location"] == "/"
    assert codes(guest, "mine") == CLOSED


def test_what_a_guest_presents_and_wrote_comes_along(guest: Client, owner: User) -> None:
    owner.set_password("secret")
    owner.save()
    signed_in(owner).post("/demos/new", {"demo": "oom-kill"})
    for name in ("oom-kill", "statefulset"):
        guest.post("/demos/new", {"demo": name})
    code = guest.post("/present/start", {"demo": "oom-kill"})["Location"].split("/")[2]
    assert guest.post("/sign-in/", {"username": "ann", "password": "secret"})["Location"] == "/"
    shown = Presentation.objects.get()
    assert (shown.owner, shown.session, shown.presenter, shown.cluster.owner) == (owner, "", "ann", owner)
    assert guest.get(f"/present/{code}/").status_code == 200
    held = OwnDemo.objects.order_by("name").values_list("name", "owner", "session")
    assert list(held) == [(name, owner.pk, "") for name in ("oom-kill", "oom-kill-2", "statefulset")]
    assert guest.post("/sign-out/")["Location"] == "/"
    assert guest.get(f"/present/{code}/").status_code == 404


def test_a_follower_who_signs_in_keeps_the_seat(guest: Client, owner: User) -> None:
    owner.set_password("secret")
    owner.save()
    code = signed_in(owner).post("/present/start", {"demo": "oom-kill"})["Location"].split("/")[2]
    User.objects.create_user("bob", password="secret")
    guest.post("/join/", {"code": code})
    Follower.objects.update(answers={"0": 1})
    page = guest.post(f"/join/{code}/explore", "{}", content_type="application/json").json()["page"]
    guest.post("/sign-in/", {"username": "bob", "password": "secret"})
    assert Follower.objects.get().answers == {"0": 1}
    assert guest.get(f"/join/{code}/").context["about"]["code"] == code
    assert f"/join/{code}/" in guest.get(page).content.decode()


# --- sharing -----------------------------------------------------------------------------------------------------

LOOK = {**OPEN, "control": 403}
"""An onlooker asks what one likes, and changes nothing; a write through the API is refused as well."""


def test_shared_to_look_at_and_shared_to_change(owner: User, private: Cluster) -> None:
    bob = User.objects.create(username="bob")
    ann = signed_in(owner)
    assert ann.post("/c/private/share", {"who": "bob"})["Location"] == "/c/private/share"
    assert codes(signed_in(bob), "private") == LOOK
    assert "/c/private/" in signed_in(bob).get("/").content.decode()
    ann.post("/c/private/share", {"who": "bob", "may_change": "on"})
    assert codes(signed_in(bob), "private") == OPEN
    assert Share.objects.count() == 1
    ann.post("/c/private/share", {"end": Share.objects.get().pk})
    assert codes(signed_in(bob), "private") == CLOSED


def test_shared_with_a_class(owner: User, private: Cluster) -> None:
    bob = User.objects.create(username="bob")
    bob.groups.add(Group.objects.create(name="class 5"))
    assert codes(signed_in(bob), "private") == CLOSED
    signed_in(owner).post("/c/private/share", {"who": "class 5"})
    assert codes(signed_in(bob), "private") == LOOK


@pytest.mark.parametrize("who", ["nobody", "", "instructors", "a\0b"])
def test_there_is_nobody_of_this_name(owner: User, private: Cluster, who: str) -> None:
    assert signed_in(owner).post("/c/private/share", {"who": who}).status_code == 400
    assert not Share.objects.exists()


def test_only_the_owner_shares(guest: Client, owner: User, private: Cluster) -> None:
    made(guest)
    assert guest.get("/c/mine/share").status_code == 404
    bob = User.objects.create(username="bob")
    Share.objects.create(cluster=private, user=bob, may_change=True)
    assert signed_in(bob).post("/c/private/share", {"who": "bob"}).status_code == 404
    assert signed_in(bob).post("/c/private/delete").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "api/v1/namespaces/default/pods"),
        ("put", "api/v1/nodes/worker-1"),
        ("patch", "api/v1/nodes/worker-1"),
        ("delete", "api/v1/nodes/worker-1"),
        ("get", "api/v1/namespaces/kube-system/pods/x/exec"),
        ("get", "api/v1/namespaces/kube-system/pods/x/proxy"),
        ("get", "api/v1/nodes/worker-1/proxy/metrics"),
    ],
)
def test_an_onlooker_changes_nothing_through_the_api(owner: User, private: Cluster, method: str, path: str) -> None:
    bob = User.objects.create(username="bob")
    Share.objects.create(cluster=private, user=bob)
    browser = signed_in(bob, enforce_csrf_checks=True)
    browser.get("/c/private/")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    address = f"/k8s/private/{path}"
    answer = (
        post(browser, address, BODY, headers=headers)
        if method == "post"
        else getattr(browser, method)(address, headers=headers)
    )
    assert answer.status_code == 403
    assert "to look at, not to change" in answer.json()["message"]


# --- classes -----------------------------------------------------------------------------------------------------


def test_an_instructor_looks_at_the_clusters_of_the_class(instructors: Group, owner: User, private: Cluster) -> None:
    teacher = User.objects.create(username="tess")
    room = Group.objects.create(name="class 5")
    teacher.groups.add(room)
    owner.groups.add(room)
    assert codes(signed_in(teacher), "private") == CLOSED
    teacher.groups.add(instructors)
    assert codes(signed_in(teacher), "private") == LOOK
    late = User.objects.create(username="lee")
    late.groups.add(room)
    page = signed_in(teacher).get(f"/class/{room.pk}/").content.decode()
    assert "ann" in page and "/c/private/" in page
    assert re.search(r"Without a cluster:\s+lee\s*<", page), "she who teaches is no student"
    assert "class 5" in signed_in(teacher).get("/").content.decode()
    assert codes(signed_in(late), "private") == CLOSED


def test_a_class_is_shown_to_its_instructors_only(instructors: Group, owner: User) -> None:
    room, other = Group.objects.create(name="class 5"), Group.objects.create(name="class 6")
    teacher = User.objects.create(username="tess")
    teacher.groups.add(room, instructors)
    owner.groups.add(room)
    assert signed_in(owner).get(f"/class/{room.pk}/").status_code == 404
    assert Client(SERVER_NAME="127.0.0.1").get(f"/class/{room.pk}/").status_code == 404
    assert signed_in(teacher).get(f"/class/{other.pk}/").status_code == 404
    assert signed_in(teacher).get(f"/class/{instructors.pk}/").status_code == 404


def test_the_class_says_what_is_wrong_and_what_was_done_last(instructors: Group, owner: User, private: Cluster) -> None:
    teacher = User.objects.create(username="tess", is_staff=True)
    owner.groups.add(Group.objects.create(name="class 5"))
    vast = {"metadata": {"name": "vast"}, "spec": {"containers": [{"name": "a", "image": "nginx:nope"}]}}
    browser = signed_in(owner)
    browser.get("/c/private/")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert post(browser, "/k8s/private/api/v1/namespaces/default/pods", vast, headers=headers).status_code == 201
    page = signed_in(teacher).get(f"/class/{Group.objects.get(name='class 5').pk}/").content.decode()
    assert "default/vast: Pending" in page and "vast" in page.split("default/vast: Pending")[1]


def test_a_cluster_that_is_deleted_tells_its_watchers(monkeypatch: pytest.MonkeyPatch, demo: Cluster) -> None:
    told: list[int] = []
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: told.append(cluster.pk))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.db.transaction.on_commit", lambda then: then())
        clusters.delete(demo)
    assert told == [demo.pk] and not Cluster.objects.exists()
