"""The picture at an instant, marks, branches, going back, and how two clusters differ."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from simulator import runner
from simulator.engine.clock import SECOND
from simulator.live import frames
from simulator.models import Cluster, Mark, Share
from simulator.timeline import differences
from tests.doors.conftest import post, run, signed_in

pytestmark = pytest.mark.django_db
PODS = "/k8s/demo/api/v1/namespaces/default/pods"


def pod(name: str, image: str = "nginx", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "main", "image": image}], **spec}}


@pytest.fixture
def lived(kubectl: Client, demo: Cluster) -> Cluster:
    """A cluster in which pod `web` was made after 10 s and pod `late` after 30 s, now at 50 s."""
    demo.refresh_from_db()
    for seconds, name in ((10, "web"), (20, "late")):
        run(demo, seconds)
        assert post(kubectl, PODS, pod(name)).status_code == 201
    run(demo, 20)
    demo.refresh_from_db()
    return demo


def settle(cluster: Cluster) -> None:
    """Lets a cluster come to where it was told to go."""
    worker = runner.Runner("test")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)


def at(cluster: Cluster, seconds_ago: float) -> int:
    return cluster.now - round(seconds_ago * SECOND)


def picture(client: Client, instant: int) -> dict[str, Any]:
    answer = client.get(f"/c/demo/at/{instant}.json")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


# --- pictures ----------------------------------------------------------------------------------------------------


def test_the_picture_of_now_is_the_browsers_snapshot(guest: Client, lived: Cluster) -> None:
    _revision, snapshot = frames.snapshot(lived, "en")
    told = picture(guest, lived.now)
    by_id = {one["id"]: one for one in snapshot["objects"]}
    assert {one["id"]: one for one in told["objects"]} == by_id
    assert told["log"] == snapshot["log"] and told["revision"] == snapshot["revision"]


def test_the_picture_of_then(guest: Client, lived: Cluster) -> None:
    def pods(told: dict[str, Any]) -> dict[str, str]:
        held = [one for one in told["objects"] if one["resource"] == "pods" and one["namespace"] == "default"]
        return {one["name"]: one["phase"] for one in held}

    assert pods(picture(guest, at(lived, 45))) == {}
    assert pods(picture(guest, at(lived, 39.9))) == {"web": "Pending"}
    told = picture(guest, at(lived, 21))
    assert pods(told) == {"web": "Running"}
    assert all(line["at"] <= at(lived, 21) for line in told["log"])


@pytest.mark.parametrize("instant", ["0", "9" * 18, "99999999999999999999999"])
def test_there_is_no_such_instant(guest: Client, demo: Cluster, instant: str) -> None:
    answer = guest.get(f"/c/demo/at/{instant}.json")
    assert answer.status_code in (400, 410) and answer.json()["message"]


# --- the line of time --------------------------------------------------------------------------------------------


def line(client: Client, name: str = "demo") -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/c/{name}/line.json").json()
    return told


def test_bookmarks(guest: Client, lived: Cluster) -> None:
    made = post(guest, "/c/demo/mark", {"at": at(lived, 5), "text": " Look here <b> "})
    assert made.status_code == 201
    told = line(guest)
    assert told["marks"] == [{"id": made.json()["id"], "at": at(lived, 5), "kind": "bookmark", "text": "Look here <b>"}]
    assert (told["start"], told["now"]) == (lived.born, lived.now)
    assert lived.born <= told["reach"] <= lived.now
    lesson = Mark.objects.create(cluster=lived, at=at(lived, 6), kind="lesson", text="moment")
    assert post(guest, f"/c/demo/mark/{lesson.pk}/delete", {}).status_code == 404
    assert post(guest, f"/c/demo/mark/{made.json()['id']}/delete", {}).status_code == 200
    assert [one["kind"] for one in line(guest)["marks"]] == ["lesson"]


@pytest.mark.parametrize(
    "asked", [{}, {"at": "x"}, {"at": -1}, {"at": True}, {"at": 1}, {"at": 1.5}, {"at": 0, "text": 5}]
)
def test_a_mark_that_makes_no_sense(guest: Client, demo: Cluster, asked: dict[str, Any]) -> None:
    answer = post(guest, "/c/demo/mark", asked)
    assert answer.status_code == 400 and answer.json()["message"]
    assert not Mark.objects.exists()


def test_failures_are_told_by_the_log(guest: Client, kubectl: Client, demo: Cluster) -> None:
    crashing = pod("crasher", "busybox", restartPolicy="Never")
    crashing["spec"]["containers"][0]["command"] = ["sh", "-c", "sleep 2; exit 3"]
    assert post(kubectl, PODS, crashing).status_code == 201
    run(demo, 20)
    (failure,) = line(guest)["failures"]
    assert failure["id"] == "pods/default/crasher"
    assert failure["text"] == "crasher: Container main has ended with exit code 3."


# --- branches ----------------------------------------------------------------------------------------------------


def test_a_guest_branches_and_sees_the_family(guest: Client, lived: Cluster) -> None:
    made = post(guest, "/c/demo/branch", {"at": at(lived, 30), "name": "what-if"})
    assert made.status_code == 201 and made.json() == {"name": "what-if", "url": "/c/what-if/"}
    branch = Cluster.objects.get(name="what-if")
    assert branch.session == guest.session.session_key and not branch.shared
    assert [(one["name"], one["parent"], one["own"]) for one in line(guest, "what-if")["branches"]] == [
        ("demo", None, False),
        ("what-if", "demo", True),
    ]
    stranger = Client(SERVER_NAME="127.0.0.1")
    assert [one["name"] for one in line(stranger)["branches"]] == ["demo"]
    assert stranger.get("/c/what-if/").status_code == 404


def test_who_may_only_look_branches_but_does_not_rewind(owner: User, private: Cluster) -> None:
    bob = User.objects.create(username="bob")
    Share.objects.create(cluster=private, user=bob)
    client = signed_in(bob)
    private.refresh_from_db()
    assert post(client, "/c/private/rewind", {"at": private.now}).status_code == 403
    assert post(client, "/c/private/mark", {"at": private.now}).status_code == 403
    assert post(client, "/c/private/branch", {"at": private.now}).status_code == 201
    assert Cluster.objects.get(name="private-2").owner == bob


@pytest.mark.parametrize("name", ["demo", "No Label", "x" * 64, 5, ["a"]])
def test_a_name_that_cannot_be(guest: Client, demo: Cluster, name: Any) -> None:
    demo.refresh_from_db()
    answer = post(guest, "/c/demo/branch", {"at": demo.now, "name": name})
    assert answer.status_code == 400 and answer.json()["message"]
    assert Cluster.objects.count() == 1


def test_back_in_place(guest: Client, lived: Cluster) -> None:
    then = at(lived, 30)
    answer = post(guest, "/c/demo/rewind", {"at": then})
    assert answer.status_code == 200
    settle(lived)
    names = [one["name"] for one in picture(guest, then)["objects"] if one["resource"] == "pods"]
    assert "web" in names and "late" not in names
    assert guest.get(f"/c/demo/at/{lived.now}.json").status_code == 400


# --- differences -------------------------------------------------------------------------------------------------


def pods(side: dict[str, Any]) -> int:
    return sum(sum(node["phases"].values()) for node in side["nodes"])


def test_how_two_branches_differ(guest: Client, kubectl: Client, lived: Cluster) -> None:
    post(guest, "/c/demo/branch", {"at": at(lived, 30), "name": "other"})
    other = Cluster.objects.get(name="other")
    settle(other)
    run(other, 40)
    told = guest.get("/c/demo/compare/other.json").json()
    assert [one["name"] for one in told["objects"] if one["kind"] == "Pod"] == ["late"]
    assert next(one for one in told["objects"] if one["kind"] == "Pod")["only"] == "left"
    assert {"kind": "Pod", "left": pods(told["left"]), "right": pods(told["right"])} in told["counts"]
    assert pods(told["left"]) == pods(told["right"]) + 1
    assert told["left"]["name"] == "demo" and told["right"]["name"] == "other"
    same = guest.get(f"/c/demo/compare/other.json?at={at(lived, 31)}").json()
    assert same["objects"] == [] and same["more"] == 0


@pytest.mark.parametrize("query", ["at=x", "at=-1", "at=" + "9" * 30])
def test_a_comparison_that_makes_no_sense(guest: Client, demo: Cluster, query: str) -> None:
    assert guest.get(f"/c/demo/compare/demo.json?{query}").status_code == 400


FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, str | None, str | None]]]] = {
    "nothing": ({"spec": {"a": 1}}, {"spec": {"a": 1}}, []),
    "a value": ({"spec": {"a": 1}}, {"spec": {"a": 2}}, [("spec.a", "1", "2")]),
    "a field that only one has": ({"spec": {}}, {"spec": {"a": "x"}}, [("spec.a", None, "x")]),
    "what always differs": (
        {"metadata": {"uid": "1", "resourceVersion": "1", "name": "a"}},
        {"metadata": {"uid": "2", "resourceVersion": "2", "name": "a"}},
        [],
    ),
    "instants": ({"status": {"startTime": "a"}}, {"status": {"startTime": "b"}}, []),
    "a container by its name": (
        {"spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]}},
        {"spec": {"containers": [{"name": "b", "image": "y"}, {"name": "a", "image": "z"}]}},
        [("spec.containers[name=a].image", "x", "z")],
    ),
    "a list by its places": ({"a": [1, 2]}, {"a": [1, 3, 4]}, [("a[1]", "2", "3"), ("a[2]", None, "4")]),
    "a list that became a map": ({"a": [1]}, {"a": {"b": 1}}, [("a", "[1]", '{"b":1}')]),
}


@pytest.mark.parametrize("case", FIELDS)
def test_fields(case: str) -> None:
    left, right, expected = FIELDS[case]
    found = [(one["path"], one["left"], one["right"]) for one in differences.fields_of(left, right)]
    assert found == expected
