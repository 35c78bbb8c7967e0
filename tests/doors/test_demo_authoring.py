"""Writing demos through their doors: one's own only, checked at the line, folders in and out, recording."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from simulator import clusters, runner
from simulator.demos import authoring, catalogue, loading
from simulator.demos.models import OwnDemo
from simulator.demos.rehearsal import rehearse
from simulator.manifests import Place
from simulator.models import Cluster
from tests.doors.conftest import machines
from tests.doors.test_presentations import FILES, POD

pytestmark = pytest.mark.django_db


def send(client: Client, path: str, body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


@pytest.fixture
def own(guest: Client) -> OwnDemo:
    assert guest.post("/demos/new", {"demo": "oom-kill"}).status_code == 302
    return OwnDemo.objects.get()


def test_a_copy_is_edited_checked_and_presented(guest: Client, own: OwnDemo) -> None:
    assert own.name == "oom-kill" and b"k8sviz-present" in guest.get(f"/demos/{own.pk}/").content
    files = {**own.files, "demo.yaml": own.files["demo.yaml"].replace("minutes: 10", "minutes: soon")}
    answer = send(guest, f"/demos/{own.pk}/save", {"name": "mine", "files": files})
    assert [(one["file"], one["line"], one["field"]) for one in answer.json()["faults"]] == [
        ("demo.yaml", 5, "minutes")
    ]
    answer = guest.post("/present/start", {"own": own.pk})
    assert answer.status_code == 400 and b"minutes: must be a whole number" in answer.content
    send(guest, f"/demos/{own.pk}/save", {"name": "mine", "files": {**files, "demo.yaml": own.files["demo.yaml"]}})
    assert guest.post("/present/start", {"own": own.pk}).status_code == 302


def test_it_is_tried_out_as_the_tests_do(guest: Client, own: OwnDemo) -> None:
    steps = send(guest, f"/demos/{own.pk}/try", {}).json()["steps"]
    assert [step["failures"] for step in steps] == [[]] * 5
    own.files["demo.yaml"] = (
        own.files["demo.yaml"]
        .replace("answer: 2", "answer: 3")
        .replace('OOMKilled\n          "status', 'Evicted\n          "status')
    )
    send(guest, f"/demos/{own.pk}/save", {"name": "mine", "files": own.files})
    steps = send(guest, f"/demos/{own.pk}/try", {}).json()["steps"]
    assert steps[-1]["failures"][0]["field"] == "steps[1].predict"


def test_nobody_gets_at_anothers(own: OwnDemo) -> None:
    other = Client(SERVER_NAME="127.0.0.1")
    assert other.get(f"/demos/{own.pk}/").status_code == 404
    assert other.get(f"/demos/{own.pk}/folder.zip").status_code == 404
    for what in ("save", "try", "delete"):
        assert send(other, f"/demos/{own.pk}/{what}", {"files": {}}).status_code == 404
    assert other.post("/present/start", {"own": own.pk}).status_code == 404
    assert OwnDemo.objects.filter(pk=own.pk).exists()


def test_a_name_that_is_taken_gets_a_number(guest: Client, own: OwnDemo) -> None:
    guest.post("/demos/new", {"own": own.pk})
    guest.post("/demos/new", {})
    assert sorted(OwnDemo.objects.values_list("name", flat=True)) == ["my-demo", "oom-kill", "oom-kill-2"]
    assert send(guest, f"/demos/{own.pk}/save", {"name": "my-demo", "files": own.files}).status_code == 400
    assert send(guest, f"/demos/{own.pk}/delete", {}).status_code == 200
    assert OwnDemo.objects.count() == 2


def test_an_empty_demo_has_no_errors() -> None:
    assert authoring.faults({"demo.yaml": authoring.EMPTY}) == []


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{",
        {"files": []},
        {"files": {"demo.yaml": 5}},
        {"files": {"../demo.yaml": ""}},
        {"files": {"demo.exe": ""}},
        {"files": {"demo.yaml": "\0"}},
        {"files": {"demo.yaml": "x" * (1 << 21)}},
        {"files": {f"{n}.yaml": "" for n in range(60)}},
        {"files": {}, "name": "A Name"},
        {"files": {}, "name": "x" * 64},
        {"files": {}, "name": 5},
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(guest: Client, own: OwnDemo, body: Any) -> None:
    answer = send(guest, f"/demos/{own.pk}/save", body)
    assert answer.status_code == 400 and answer.json()["message"]
    own.refresh_from_db()
    assert own.name == "oom-kill" and set(own.files) == {"demo.yaml", "modest.yaml", "hungry.yaml", "fed.yaml"}


# --- folders ---------------------------------------------------------------------------------------------------------


def _bring(client: Client, content: bytes, name: str = "my folder.zip") -> Any:
    return client.post("/demos/import", {"folder": SimpleUploadedFile(name, content)})


def test_what_goes_out_comes_in_again(guest: Client, own: OwnDemo) -> None:
    out = guest.get(f"/demos/{own.pk}/folder.zip")
    assert out["Content-Type"] == "application/zip"
    assert out.content == guest.get("/demos/shipped/oom-kill.zip").content
    assert _bring(guest, out.content).status_code == 302
    assert OwnDemo.objects.get(name="my-folder").files == own.files


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"no zip", "This is no zip file", id="no zip"),
        pytest.param(_zip({})[:10], "This is no zip file", id="half a zip"),
        pytest.param(_zip({"a.yaml": b""}), "There is no demo.yaml", id="no script"),
        pytest.param(_zip({"demo.yaml": b"\xff"}), "not valid UTF-8", id="no text"),
        pytest.param(_zip({"demo.yaml": b"", "x.yaml": b"0" * (2 << 20)}), "at most", id="a large file"),
        pytest.param(_zip({f"{n}.yaml": b"" for n in range(60)}), "at most", id="many files"),
        pytest.param(_zip({"a/demo.yaml": b"", "b/demo.yaml": b""}), "twice", id="two scripts"),
        pytest.param(_zip({"demo.yaml": b"", "<b>.yaml": b""}), "no name of a file", id="a bad name"),
    ],
)
def test_a_broken_zip_is_refused_in_words(guest: Client, content: bytes, said: str) -> None:
    answer = _bring(guest, content)
    assert answer.status_code == 400 and said in answer.content.decode()
    assert not OwnDemo.objects.exists()


def test_names_in_a_zip_do_not_lead_out_of_the_folder(guest: Client) -> None:
    assert _bring(guest, _zip({"../../demo.yaml": b"title: x", "/etc/pod.yaml": b""})).status_code == 302
    assert set(OwnDemo.objects.get().files) == {"demo.yaml", "pod.yaml"}


# --- recording -------------------------------------------------------------------------------------------------------


def _run(cluster: Cluster, seconds: float) -> None:
    clusters.control(cluster, "step", by=seconds)
    worker = runner.Runner("test")
    while worker.tick(cluster.pk).more:
        pass


def test_what_is_done_becomes_a_demo_that_goes_as_it_tells(guest: Client) -> None:
    cluster = clusters.control(clusters.create("demo", nodes=machines(), shared=True), "pause")
    pods = "/k8s/demo/api/v1/namespaces/default/pods"
    token = {"HTTP_AUTHORIZATION": f"Bearer {cluster.token}", "HTTP_USER_AGENT": "kubectl/v1.34"}
    guest.post(pods, POD.replace("name: web", "name: earlier"), content_type="application/yaml", **token)
    _run(cluster, 5)
    cluster.refresh_from_db()
    begun = cluster.revision
    assert send(guest, "/c/demo/record", {"after": begun}).status_code == 400, "nothing was done yet"
    guest.post(pods, POD, content_type="application/yaml", **token)
    _run(cluster, 20)
    patch = '{"metadata": {"labels": {"tier": "front"}}}'
    guest.patch(f"{pods}/web", patch, content_type="application/merge-patch+json", **token)
    _run(cluster, 5)
    guest.delete(f"{pods}/web", **token)
    page = send(guest, "/c/demo/record", {"after": begun}).json()["page"]
    made = OwnDemo.objects.get()
    assert page == f"/demos/{made.pk}/"
    found = loading.load({name: text.encode() for name, text in made.files.items()}, source="")
    assert found.demo is not None, found.troubles
    assert [step.title["en"] for step in found.demo.steps] == [
        "What was there already",
        "kubectl created Pod web.",
        "kubectl changed Pod web.",
        "kubectl deleted Pod web.",
    ]
    assert [one.name for one in found.demo.nodes.nodes] == ["control-plane", "worker-1", "worker-2"]
    went = list(rehearse(found.demo, Place("demo.yaml")))
    assert [step.failures for step in went] == [[]] * 4


@pytest.mark.parametrize("after", [None, -1, "1", True])
def test_a_recording_without_a_beginning_is_refused(guest: Client, after: Any) -> None:
    clusters.create("demo", nodes=machines(), shared=True)
    assert send(guest, "/c/demo/record", {"after": after}).status_code == 400


def test_who_may_not_see_a_cluster_does_not_record_it(guest: Client) -> None:
    clusters.create("closed", nodes=machines())
    assert send(guest, "/c/closed/record", {"after": 0}).status_code == 404


def test_own_demos_come_first_in_the_list(guest: Client, own: OwnDemo) -> None:
    send(guest, f"/demos/{own.pk}/save", {"name": "broken", "files": FILES | {"demo.yaml": "title: ["}})
    page = guest.get("/present/").content.decode()
    assert "broken" in page and "It has errors" in page
    assert catalogue.own_of(authoring.Owner(None, "")) == []
