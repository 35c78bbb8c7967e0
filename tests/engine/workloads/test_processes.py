"""exec and attach: what starts, what does not, and in which words."""

from __future__ import annotations

import pytest

from simulator.engine.objects import timestamp
from simulator.engine.registry import Body
from simulator.engine.workloads.processes import NotFound, attached, execution

from .shell.driver import NOW, Objects, drive, pod, run

REFUSED = {
    "a scratch image": (pod("registry.k8s.io/pause:3.10"), "sh", 'exec: "sh": executable file not found in $PATH'),
    "a go program": (
        pod("gcr.io/google-samples/hello-app:1.0"),
        "ls",
        'exec: "ls": executable file not found in $PATH',
    ),
    "what the image lacks": (pod("nginx"), "ps", 'exec: "ps": executable file not found in $PATH'),
    "a path": (pod(), "/bin/nothing", 'exec: "/bin/nothing": stat /bin/nothing: no such file or directory'),
    "a directory": (pod(), "/etc", 'exec: "/etc": permission denied'),
    "a file that is no program": (pod(), "/etc/passwd", 'exec: "/etc/passwd": permission denied'),
}


@pytest.mark.parametrize(("body", "name", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_started(body: Body, name: str, message: str) -> None:
    with pytest.raises(NotFound) as refused:
        execution(body, "main", [name], reader=Objects(), now=NOW)
    assert str(refused.value) == (f"OCI runtime exec failed: exec failed: unable to start container process: {message}")


def test_the_environment_and_the_directory() -> None:
    body = pod(env=[{"name": "A", "value": "1"}], workingDir="/etc")
    assert run("sh", "-c", "echo $A $HOSTNAME $PWD; pwd", body=body).out == "1 web /etc\n/etc\n"
    assert "TERM=xterm\r\n" in run("env", body=body, tty=True).out


def test_now_may_be_told() -> None:
    running = execution(pod(), "main", ["sh", "-c", "sleep 1; date +%s"], reader=Objects(), now=NOW)
    next(running.process)
    running.now = NOW + 60 * 10**6
    assert drive(running).out == f"{NOW // 10**6 + 60}\n"


# --- attach --------------------------------------------------------------------------------------------------------


def test_it_prints_what_comes() -> None:
    body = pod(command=["sh", "-c", "echo one; sleep 3600; echo two; sleep 5; echo three; sleep 99999"])
    body["status"]["containerStatuses"][0]["state"] = {"running": {"startedAt": timestamp(NOW - 10**6)}}
    reader = Objects({"pods": [body]})
    found = drive(attached(body, "main", reader=reader, now=NOW), most=3000)
    assert found.out == "two\nthree\n"


def test_it_ends_with_the_container() -> None:
    body = pod(command=["sleep", "1"])
    ended = {"exitCode": 7, "startedAt": timestamp(NOW), "finishedAt": timestamp(NOW)}
    over = pod(command=["sleep", "1"])
    over["status"]["containerStatuses"][0]["state"] = {"terminated": ended}
    assert drive(attached(body, "main", reader=Objects({"pods": [over]}), now=NOW)).code == 7
    assert drive(attached(body, "main", reader=Objects(), now=NOW)).code == 137


def test_a_shell_as_the_main_process() -> None:
    body = pod(args=["sh"], stdin=True, tty=True)
    running = attached(body, "main", reader=Objects({"pods": [body]}), now=NOW)
    found = drive(running, b"echo hi > /tmp/f\rexit 5\r")
    assert found.out == "/ # echo hi > /tmp/f\r\n/ # exit 5\r\n"
    assert found.code == 5
    stored = running.files.body()["containers"][0]
    assert stored["exitCode"] == 5
    assert [file["path"] for file in stored["files"]] == ["/tmp/f"]


def test_a_shell_without_a_terminal() -> None:
    body = pod(stdin=True)
    running = attached(body, "main", reader=Objects({"pods": [body]}), now=NOW)
    assert drive(running, b"echo a\n").out == "a\n"
    assert running.files.body()["containers"][0]["exitCode"] == 0


def test_a_shell_that_reads_no_input_is_no_shell_to_attach_to() -> None:
    body = pod(args=["sh", "-c", "sleep 100"], stdin=True)
    assert drive(attached(body, "main", reader=Objects({"pods": [body]}), now=NOW), b"echo a\n", most=50).out == ""
