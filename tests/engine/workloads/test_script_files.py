"""Files that a container's own script makes, changes and removes, as exec and probes see them."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.workloads.files import Files
from simulator.engine.workloads.nodes import FileError
from tests.engine.kubelet.lab import Lab

SCRIPTS = {
    # name: (script, seconds after the start, path, content; None: it is not there)
    "made": ("touch /tmp/a; sleep 9", 1, "/tmp/a", ""),
    "not yet": ("sleep 5; touch /tmp/a; sleep 9", 4, "/tmp/a", None),
    "removed": ("touch /tmp/a; sleep 5; rm -f /tmp/a; sleep 9", 6, "/tmp/a", None),
    "written": ("echo one > /tmp/a; sleep 9", 1, "/tmp/a", "one\n"),
    "written again": ("echo one > /tmp/a; echo two > /tmp/a; sleep 9", 1, "/tmp/a", "two\n"),
    "appended": ("echo one > /tmp/a; echo two >> /tmp/a; sleep 9", 1, "/tmp/a", "one\ntwo\n"),
    "emptied": ("echo one > /tmp/a; sleep 2; : > /tmp/a; sleep 9", 3, "/tmp/a", ""),
    "moved": ("echo one > /tmp/a; mv /tmp/a /tmp/b; sleep 9", 1, "/tmp/b", "one\n"),
    "moved away": ("echo one > /tmp/a; mv /tmp/a /tmp/b; sleep 9", 1, "/tmp/a", None),
    "copied into a directory": (
        "mkdir -p /tmp/d/e; echo one > /tmp/a; cp /tmp/a /tmp/d/e; sleep 9",
        1,
        "/tmp/d/e/a",
        "one\n",
    ),
    "a directory removed": ("mkdir /tmp/d; touch /tmp/d/a; rm -rf /tmp/d; sleep 9", 1, "/tmp/d", None),
    "relative to the directory": ("echo one > a; sleep 9", 1, "/tmp/a", "one\n"),
    "in a condition": ("if [ x = x ]; then touch /tmp/a; fi; sleep 9", 1, "/tmp/a", ""),
    "in the background": ("(sleep 3; touch /tmp/a) & sleep 9", 4, "/tmp/a", ""),
    "in a round of a loop": ("while true; do touch /tmp/a; sleep 5; rm /tmp/a; sleep 5; done", 903, "/tmp/a", ""),
    "between rounds": ("while true; do touch /tmp/a; sleep 5; rm /tmp/a; sleep 5; done", 907, "/tmp/a", None),
    "what cannot be done": ("rm /none; mkdir /tmp; echo one > /tmp/a; sleep 9", 1, "/tmp/a", "one\n"),
    "nothing of /dev/null": ("echo one > /dev/null; sleep 9", 1, "/dev/null", ""),
}


def files(lab: Lab, after: float) -> Files:
    note = lab.world.note("kubelet", "default/web")
    assert note is not None
    started = note["boxes"]["main"]["at"]
    return Files(lab.get(), "main", reader=lab.world, now=started + int(after * SECOND), started=started)


def running(script: str) -> Lab:
    lab = Lab()
    lab.pod(image="busybox:1.36", command=["sh", "-c", script], workingDir="/tmp")
    lab.run(2)
    return lab


@pytest.mark.parametrize(("script", "after", "path", "content"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_file(script: str, after: float, path: str, content: str | None) -> None:
    seen = files(running(script), after)
    if content is None:
        assert seen.find(path) is None
        with pytest.raises(FileError):
            seen.read(path)
    elif content:
        assert seen.read(path) == content.encode()
    else:
        assert seen.find(path) is not None
        assert seen.read(path) == b""


def test_what_a_script_made_is_not_stored() -> None:
    seen = files(running("echo one > /tmp/a; sleep 9"), 1)
    assert not seen.changed
    seen.write("/tmp/b", b"two")
    assert [one["path"] for part in seen.body()["containers"] for one in part["files"]] == ["/tmp/b"]


def test_what_somebody_removed_stays_away() -> None:
    seen = files(running("echo one > /tmp/a; sleep 9"), 1)
    seen.remove("/tmp/a")
    assert seen.find("/tmp/a") is None
    seen.refresh()
    assert seen.find("/tmp/a") is None
    assert [(one["path"], one["type"]) for part in seen.body()["containers"] for one in part["files"]] == [
        ("/tmp/a", "Removed")
    ]


def test_a_process_that_stays_sees_what_comes() -> None:
    lab = running("sleep 5; echo one > /tmp/a; sleep 9")
    seen = files(lab, 1)
    seen.write("/tmp/b", b"two")
    seen.now += 5 * SECOND
    seen.refresh()
    assert (seen.read("/tmp/a"), seen.read("/tmp/b")) == (b"one\n", b"two")
