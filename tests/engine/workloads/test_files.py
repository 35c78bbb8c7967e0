"""A container's file system: image, volumes, what is written and kept."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from simulator.engine.kinds.file_system import KIND, RESOURCE
from simulator.engine.objects import set_in
from simulator.engine.registry import Body
from simulator.engine.workloads.files import ROOM, Files
from simulator.engine.workloads.nodes import FileError

from .shell.driver import NOW, Objects, pod, run

CONFIG = {"metadata": {"name": "c", "namespace": "default"}, "data": {"a.conf": "A\n", "b.conf": "B\n"}}
SECRET = {"metadata": {"name": "s", "namespace": "default"}, "data": {"user": b64encode(b"root").decode()}}


def cluster() -> Objects:
    return Objects({"configmaps": [CONFIG], "secrets": [SECRET]})


def mounted(source: Body, **mount: Any) -> Body:
    """A pod with one volume at /v."""
    return pod(volumes=[{"name": "v", **source}], volumeMounts=[{"name": "v", "mountPath": "/v", **mount}])


def files_of(body: Body, reader: Objects | None = None) -> Files:
    return Files(body, "main", reader=reader or cluster(), now=NOW)


VOLUMES = {
    # name: (source, mount, names, path, content)
    "a config map": ({"configMap": {"name": "c"}}, {}, ["a.conf", "b.conf"], "/v/a.conf", b"A\n"),
    "items": ({"configMap": {"name": "c", "items": [{"key": "a.conf", "path": "d/x"}]}}, {}, ["d"], "/v/d/x", b"A\n"),
    "a secret": ({"secret": {"secretName": "s"}}, {}, ["user"], "/v/user", b"root"),
    "one that is not there": ({"configMap": {"name": "no", "optional": True}}, {}, [], "/v/..data/../no", None),
    "the downward API": (
        {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        {},
        ["labels"],
        "/v/labels",
        b'app="web"',
    ),
    "projected": (
        {"projected": {"sources": [{"secret": {"name": "s"}}, {"configMap": {"name": "c"}}]}},
        {},
        ["a.conf", "b.conf", "user"],
        "/v/user",
        b"root",
    ),
    "a part": (
        {"configMap": {"name": "c"}},
        {"mountPath": "/v/x.conf", "subPath": "a.conf"},
        ["x.conf"],
        "/v/x.conf",
        b"A\n",
    ),
    "an empty directory": ({"emptyDir": {}}, {}, [], "/v/no", None),
}


@pytest.mark.parametrize(("source", "mount", "names", "path", "content"), VOLUMES.values(), ids=VOLUMES.keys())
def test_volumes(source: Body, mount: Body, names: list[str], path: str, content: bytes | None) -> None:
    files = files_of(mounted(source, **mount))
    assert [name for name in files.names("/v") if not name.startswith("..")] == names
    if content is None:
        with pytest.raises(FileError, match="No such file"):
            files.read(path)
    else:
        assert files.read(path) == content


def test_a_config_map_is_laid_out_as_the_kubelet_does() -> None:
    found = run("ls", "-l", "/v", body=mounted({"configMap": {"name": "c"}}), reader=cluster()).out
    assert "a.conf -> ..data/a.conf" in found
    assert run("readlink", "/v/..data", body=mounted({"configMap": {"name": "c"}}), reader=cluster()).out.startswith(
        "..2026_"
    )


def test_modes() -> None:
    source = {
        "secret": {"secretName": "s", "defaultMode": 0o400, "items": [{"key": "user", "path": "u", "mode": 0o440}]}
    }
    assert files_of(mounted(source)).at("/v/u").mode == 0o440


def test_the_service_account() -> None:
    sources = [
        {"serviceAccountToken": {"path": "token"}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]
    files = files_of(mounted({"projected": {"sources": sources}}))
    assert files.read("/v/namespace") == b"default"
    assert files.read("/v/token").count(b".") == 2


def test_a_changed_config_map_is_seen() -> None:
    reader = cluster()
    files = files_of(mounted({"configMap": {"name": "c"}}), reader)
    reader.put("configmaps", {**CONFIG, "data": {"a.conf": "new"}})
    files.refresh()
    assert files.read("/v/a.conf") == b"new"


READ_ONLY = {
    "a config map": mounted({"configMap": {"name": "c"}}),
    "a mount": mounted({"emptyDir": {}}, readOnly=True),
}


@pytest.mark.parametrize("body", READ_ONLY.values(), ids=READ_ONLY.keys())
def test_what_cannot_be_written(body: Body) -> None:
    with pytest.raises(FileError, match="Read-only file system"):
        files_of(body).write("/v/x", b"")


def test_a_root_that_is_read_only() -> None:
    files = files_of(pod(securityContext={}, image="nginx") | {})
    files.write("/x", b"")
    body = pod()
    body["spec"]["containers"][0]["securityContext"] = {"readOnlyRootFilesystem": True}
    with pytest.raises(FileError, match="Read-only file system"):
        files_of(body).write("/tmp/x", b"")


def test_who_may_write() -> None:
    found = run(
        "sh", "-c", "id; echo hello > /v/f; ls -l /v; touch /x",
        body=pod(volumes=[{"name": "v", "emptyDir": {}}], volumeMounts=[{"name": "v", "mountPath": "/v"}],
                 securityContext={"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000}),
    )  # fmt: skip
    assert found.out.startswith("uid=1000 gid=3000 groups=3000,2000\n")
    assert "-rw-r--r--    1 1000     2000 " in found.out
    assert found.err == "touch: /x: Permission denied\n"


# --- what is kept --------------------------------------------------------------------------------------------------


def kept(body: Body, reader: Objects, script: str) -> str:
    """Runs a script and stores what it wrote, as the API does; what it printed."""
    from simulator.engine.workloads.processes import execution

    from .shell.driver import drive

    running = execution(body, "main", ["sh", "-c", script], reader=reader, now=NOW)
    found = drive(running)
    if running.files.changed:
        reader.put(RESOURCE, running.files.body())
        running.files.saved()
    return found.out + found.err


def test_what_is_written_is_there_the_next_time() -> None:
    body, reader = pod(), Objects()
    kept(body, reader, "mkdir /tmp/d; echo 1 > /tmp/d/f; ln -s f /tmp/d/l; rm /etc/passwd; chmod 600 /tmp/d/f")
    assert kept(body, reader, "cat /tmp/d/l; stat -c %a /tmp/d/f; ls /etc/passwd") == (
        "1\n600\nls: /etc/passwd: No such file or directory\n"
    )


def test_it_is_lost_with_the_container_but_not_in_a_volume() -> None:
    body, reader = mounted({"emptyDir": {}}), Objects()
    kept(body, reader, "echo 1 > /v/f; echo 1 > /tmp/f")
    again = set_in(
        body,
        ("status", "containerStatuses"),
        [{**body["status"]["containerStatuses"][0], "containerID": "containerd://2"}],
    )
    reader.put("pods", again)
    assert kept(again, reader, "ls /v /tmp; echo 2 > /tmp/g") == "/v:\nf\n\n/tmp:\n"
    stored = reader.objects[RESOURCE][0]
    assert [part["containerID"] for part in stored["containers"]] == ["containerd://2"]


def test_another_pod_of_the_name_begins_anew() -> None:
    body, reader = pod(), Objects()
    kept(body, reader, "echo 1 > /tmp/f")
    other = {**body, "metadata": {**body["metadata"], "uid": "another"}}
    assert kept(other, reader, "ls /tmp") == ""


def test_two_at_once() -> None:
    body, reader = pod(), Objects()
    first, second = files_of(body, reader), files_of(body, reader)
    first.write("/tmp/a", b"1")
    second.write("/tmp/b", b"2")
    reader.put(RESOURCE, first.body())
    reader.put(RESOURCE, second.body())
    assert files_of(body, reader).names("/tmp") == ["a", "b"]
    first.saved()
    assert first.names("/tmp") == ["a", "b"]
    assert not first.changed


def test_containers_share_volumes() -> None:
    body = mounted({"emptyDir": {}})
    body["spec"]["containers"].append(
        {"name": "side", "image": "nginx", "volumeMounts": [{"name": "v", "mountPath": "/usr/share/nginx/html"}]}
    )
    reader = Objects()
    kept(body, reader, "echo hello > /v/index.html")
    assert Files(body, "side", reader=reader, now=NOW).read("/usr/share/nginx/html/index.html") == b"hello\n"


def test_the_room_of_a_pod() -> None:
    files = files_of(pod())
    files.write("/tmp/a", b"x" * (ROOM - 2000))
    with pytest.raises(FileError, match="No space left on device"):
        files.write("/tmp/b", b"x" * 4000)
    files.remove("/tmp/a")
    files.write("/tmp/b", b"x" * 4000)


def test_the_body_is_what_its_schema_says() -> None:
    files = files_of(mounted({"emptyDir": {}}))
    files.write("/tmp/a", b"1")
    files.write("/v/b", b"2")
    files.remove("/etc/passwd")
    body = files.body()
    assert KIND.definition is not None
    known = KIND.definition["properties"]
    assert set(body) - {"apiVersion", "kind", "metadata"} == set(known)
    for part in ("containers", "volumes"):
        for one in body[part]:
            assert set(one) <= set(known[part]["items"]["properties"])
            for file in one["files"]:
                assert set(file) <= set(known[part]["items"]["properties"]["files"]["items"]["properties"])
    assert {file["path"]: file["type"] for file in body["containers"][0]["files"]} == {
        "/etc/passwd": "Removed",
        "/tmp/a": "File",
    }


ODD = ["", "/", "//", "/..", "/../../etc", "/tmp/../etc/passwd", "/etc/passwd/x", "a" * 5000, "/tmp/\x00"]


@pytest.mark.parametrize("path", ODD)
def test_odd_paths(path: str) -> None:
    files = files_of(pod())
    for work in (files.find, files.names, files.read, files.touch, files.remove, files.make_directory):
        try:
            work(path)
        except FileError:
            continue


def test_images_differ() -> None:
    assert files_of(pod("debian")).read("/etc/os-release").startswith(b'PRETTY_NAME="Debian')
    assert b"Welcome to nginx" in files_of(pod("nginx")).read("/usr/share/nginx/html/index.html")
    assert files_of(pod("registry.k8s.io/pause:3.10")).find("/bin/sh") is None
