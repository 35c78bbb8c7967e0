"""tar, as `kubectl cp` uses it in both directions and as people do."""

from __future__ import annotations

import io
import tarfile

import pytest

from simulator.engine.workloads.files import ROOM, Files
from simulator.engine.workloads.processes import execution

from .driver import NOW, Objects, drive, pod, run, sh


def archive(form: int = tarfile.PAX_FORMAT, **files: bytes) -> bytes:
    """A tar archive as Go's writer makes it: USTAR where that is enough, else PAX."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as writer:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o640
            writer.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def test_what_kubectl_cp_sends_arrives() -> None:
    files = Files(pod(), "main", reader=Objects(), now=NOW)
    running = execution(pod(), "main", ["tar", "-xmf", "-", "-C", "/tmp"], reader=Objects(), now=NOW, files=files)
    data = archive(**{"dir/a.txt": b"hello\n", "dir/empty": b""})
    found = drive(running, [data[:700], data[700:1400], data[1400:]])
    assert (found.out, found.err, found.code) == ("", "", 0)
    assert files.read("/tmp/dir/a.txt") == b"hello\n"
    assert files.at("/tmp/dir/a.txt").mode == 0o640
    assert files.names("/tmp/dir") == ["a.txt", "empty"]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names(form: int) -> None:
    name = "/".join(["a" * 90] * 3)
    found = run("tar", "xf", "-", given=archive(form, **{name: b"x"}))
    assert (found.err, found.code) == ("", 0)
    files = Files(pod(), "main", reader=Objects(), now=NOW)
    drive(
        execution(pod(), "main", ["tar", "xf", "-"], reader=Objects(), now=NOW, files=files),
        archive(form, **{name: b"x"}),
    )
    assert files.read("/" + name) == b"x"


def test_what_kubectl_cp_fetches() -> None:
    found = run("tar", "cf", "-", "/etc/hostname")
    with tarfile.open(fileobj=io.BytesIO(found.raw)) as reader:
        assert reader.getnames() == ["etc/hostname"]
        member = reader.extractfile("etc/hostname")
        assert member is not None
        assert member.read() == b"web\n"


def test_a_tree_there_and_back() -> None:
    script = (
        "mkdir -p /tmp/a/b; echo 1 > /tmp/a/x; echo 2 > /tmp/a/b/y; ln -s x /tmp/a/l; chmod 600 /tmp/a/x;"
        "tar czf /tmp/t.tgz -C /tmp a; mkdir /tmp/c; tar xzf /tmp/t.tgz -C /tmp/c; find /tmp/c; cat /tmp/c/a/l;"
        "stat -c %a /tmp/c/a/x"
    )
    assert sh(script).out == "/tmp/c\n/tmp/c/a\n/tmp/c/a/b\n/tmp/c/a/b/y\n/tmp/c/a/l\n/tmp/c/a/x\n1\n600\n"


def test_only_what_is_asked_for() -> None:
    script = "cd /tmp; mkdir a; touch a/x a/y; tar cf t a; rm -r a; tar xf t a/x; ls a; tar tf t"
    assert sh(script).out == "x\na/\na/x\na/y\n".replace("a/\n", "a\n")


BROKEN = {
    "nothing": (b"", 0, ""),
    "no archive": (b"x" * 2000, 1, "tar: invalid tar magic\n"),
    "cut off": (archive(a=b"x" * 5000)[:1000], 1, "tar: short read\n"),
    "no gzip": (b"\x1f\x8b" + b"x" * 100, 1, "tar: invalid magic\n"),
}


@pytest.mark.parametrize(("data", "code", "err"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_archives(data: bytes, code: int, err: str) -> None:
    found = run("tar", "xf", "-", given=data)
    assert (found.code, found.err) == (code, err)


def test_a_member_outside_is_left_out() -> None:
    found = run("tar", "xf", "-", given=archive(**{"../../etc/passwd": b"evil"}))
    assert "removing leading '../' from member names" in found.err


def test_more_than_there_is_room_for() -> None:
    found = run("tar", "xf", "-", "-C", "/tmp", given=archive(a=b"x" * (ROOM // 2), b=b"x" * ROOM))
    assert found.code == 1
    assert found.err == "tar: can't open 'b': No space left on device\n"


def test_what_is_not_there_cannot_be_fetched() -> None:
    found = run("tar", "cf", "-", "/no")
    assert found.err.startswith("tar: /no: No such file or directory\n")
    assert found.code == 1
