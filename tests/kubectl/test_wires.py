"""exec, attach, cp, port-forward and debug by the machine's own kubectl, over WebSockets and over SPDY."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.servers import Kubectl, Stack

NAMESPACE = "wires"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "nginx:1.25", ports: [{containerPort: 80}]}
  - {name: side, image: "busybox:1.36", command: [sh, -c, "echo started; sleep infinity"], stdin: true}
---
apiVersion: v1
kind: Pod
metadata: {name: done}
spec:
  restartPolicy: Never
  containers:
  - {name: main, image: "busybox:1.36", command: ["true"]}
---
apiVersion: v1
kind: Pod
metadata: {name: stuck}
spec:
  schedulingGates: [{name: example.com/never}]
  containers:
  - {name: main, image: "busybox:1.36", command: ["true"]}
"""
WIRES = {
    "websockets": {},
    "spdy": {"KUBECTL_REMOTE_COMMAND_WEBSOCKETS": "false", "KUBECTL_PORT_FORWARD_WEBSOCKETS": "false"},
}


@pytest.fixture(scope="module")
def ready(kubectl: Kubectl) -> Iterator[Kubectl]:
    kubectl("create", "namespace", NAMESPACE)
    kubectl("wait", "-n", NAMESPACE, "--for=create", "serviceaccount/default", "--timeout=20s")
    kubectl("apply", "-n", NAMESPACE, "-f", "-", stdin=POD)
    kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod/web", "--timeout=60s")
    kubectl("wait", "-n", NAMESPACE, "--for=jsonpath={.status.phase}=Succeeded", "pod/done", "--timeout=60s")
    yield kubectl
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.fixture(params=WIRES.values(), ids=WIRES.keys())
def there(ready: Kubectl, request: pytest.FixtureRequest) -> Kubectl:
    """kubectl in the namespace of these tests, over each wire."""
    made = Kubectl.__new__(Kubectl)
    made.program, made.env = ready.program, {**ready.env, **request.param}
    return made


class Case(NamedTuple):
    """`out` is what stdout is, `err` is searched for in stderr."""

    command: list[str]
    out: str = ""
    err: str = ""
    code: int = 0
    stdin: str | None = None


def web(*command: str, flags: str = "-c web") -> list[str]:
    return ["exec", *flags.split(), "web", "--", *command]


CASES = {
    "a command": Case(web("echo", "hello"), "hello\n"),
    "the default container": Case(["exec", "web", "--", "cat", "/etc/hostname"], "web\n", "Defaulted container"),
    "the other container": Case(web("sh", "-c", "echo $0 $1", "a", "b", flags="-c side"), "a b\n"),
    "an exit code": Case(web("sh", "-c", "exit 3"), err=r"^command terminated with exit code 3$", code=3),
    "standard error": Case(web("sh", "-c", "echo to you >&2"), err=r"^to you$"),
    "input": Case(web("cat", flags="-i -c web"), "from here\n", stdin="from here\n"),
    "a script as input": Case(web("sh", flags="-i -c side"), "1\n2\n", stdin="echo 1\necho 2\n"),
    "an unknown program": Case(
        web("nope"),
        err=r"error executing command in container: failed to exec in container: failed to start exec "
        r'"[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: '
        r'exec: "nope": executable file not found in \$PATH: unknown$',
        code=1,
    ),
    "no such pod": Case(
        ["exec", "nope", "--", "ls"], err=r'^Error from server \(NotFound\): pods "nope" not found$', code=1
    ),
    "no such container": Case(
        ["exec", "web", "-c", "nope", "--", "ls"],
        err=r"^Error from server \(BadRequest\): container nope is not valid for pod web$",
        code=1,
    ),
    "a pod that has ended": Case(
        ["exec", "done", "--", "ls"],
        err=r"^error: cannot exec into a container in a completed pod; current phase is Succeeded$",
        code=1,
    ),
    "a pod that waits": Case(
        ["exec", "stuck", "--", "ls"],
        err=r"^Error from server \(BadRequest\): pod stuck does not have a host assigned$",
        code=1,
    ),
    "attach to one that has ended": Case(
        ["attach", "done"],
        err=r"^error: cannot attach a container in a completed pod; current phase is Succeeded$",
        code=1,
    ),
    "the proxy to a port that nobody listens on": Case(
        ["get", "--raw", f"/k8s/demo/api/v1/namespaces/{NAMESPACE}/pods/web:81/proxy/"],
        err=r"error trying to reach service: dial tcp [\d.]+:81: connect: connection refused$",
        code=1,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_commands(there: Kubectl, case: Case) -> None:
    done = there("-n", NAMESPACE, *case.command, stdin=case.stdin, check=False)
    assert (done.returncode, done.stdout) == (case.code, case.out), done.stderr
    assert re.search(case.err, done.stderr, re.MULTILINE), done.stderr


def test_a_file_there_and_back(there: Kubectl, tmp_path: Path) -> None:
    content = os.urandom(30_000)
    (tmp_path / "sent").write_bytes(content)
    there("cp", "-n", NAMESPACE, "-c", "side", str(tmp_path / "sent"), "web:/tmp/sent")
    assert there("-n", NAMESPACE, *web("wc", "-c", "/tmp/sent", flags="-c side")).stdout.split()[0] == "30000"
    there("cp", "-n", NAMESPACE, "-c", "side", "web:/tmp/sent", str(tmp_path / "got"))
    assert (tmp_path / "got").read_bytes() == content


def test_what_one_writes_another_reads(there: Kubectl) -> None:
    there("-n", NAMESPACE, *web("sh", "-c", "echo kept > /tmp/note", flags="-c side"))
    assert there("-n", NAMESPACE, *web("cat", "/tmp/note", flags="-c side")).stdout == "kept\n"
    missing = there("-n", NAMESPACE, *web("cat", "/tmp/note"), check=False)
    assert missing.returncode == 1, "each container has files of its own"
    listed = there("get", "filesystems.sim.k8sviz.io", "-n", NAMESPACE, "-o", "name").stdout
    assert "filesystem.sim.k8sviz.io/web" in listed


def test_run_and_attach(there: Kubectl) -> None:
    done = there(
        "run", "-n", NAMESPACE, "once", "-i", "--rm", "--restart=Never", "--image=busybox", "--", "echo", "hello"
    )
    assert "hello" in done.stdout
    assert 'pod "once" deleted' in done.stdout


class Terminal:
    """A kubectl on a terminal of its own."""

    def __init__(self, kubectl: Kubectl, *arguments: str) -> None:
        self.ours, theirs = os.openpty()
        self.process = subprocess.Popen(
            [kubectl.program, *arguments], env=kubectl.env, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.seen = ""

    def types(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def shows(self, pattern: str, *, within: float = 20) -> str:
        """Reads until the pattern is there; what came up to its end."""
        end = time.monotonic() + within
        while (found := re.search(pattern, self.seen)) is None:
            ready, _, _ = select.select([self.ours], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{pattern!r} did not come; the terminal shows {self.seen!r}"
            self.seen += os.read(self.ours, 4096).decode(errors="replace")
        shown, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return shown

    def end(self) -> int:
        code = self.process.wait(20)
        os.close(self.ours)
        return code


def test_a_pod_of_ones_own(there: Kubectl) -> None:
    """It lives as long as the shell that one is attached to, and is then removed."""
    arguments = ["run", "-n", NAMESPACE, "-it", "--rm", "own", "--image=busybox", "--restart=Never", "--", "sh"]
    terminal = Terminal(there, *arguments)
    terminal.shows("/ # ")
    terminal.types("hostname\r")
    terminal.shows("\r\nown\r\n")
    terminal.types("exit\r")
    terminal.shows('pod "own" deleted')
    assert terminal.end() == 0


def test_debug_a_pod(there: Kubectl) -> None:
    terminal = Terminal(there, "debug", "-n", NAMESPACE, "-it", "web", "--image=busybox", "--profile=general")
    terminal.shows("/ # ")
    terminal.types("wget -qO- localhost | grep title\r")
    terminal.shows("<title>Welcome to nginx!</title>")
    terminal.types("exit\r")
    terminal.shows("Session ended, the ephemeral container will not be restarted")
    assert terminal.end() == 0


@contextmanager
def forwarded(kubectl: Kubectl, target: str, port: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The local port of a port-forward."""
    process = kubectl.start("port-forward", "-n", NAMESPACE, target, f":{port}")
    assert process.stdout is not None
    found = re.match(r"Forwarding from 127\.0\.0\.1:(\d+) -> ", process.stdout.readline())
    try:
        assert found
        yield int(found[1]), process
    finally:
        process.terminate()
        process.wait(10)


def test_port_forward(there: Kubectl) -> None:
    with forwarded(there, "pod/web", 80) as (port, _):
        for _number in range(3):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                assert "Welcome to nginx!" in answer.read().decode()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nope", timeout=20)


def test_port_forward_to_nobody(there: Kubectl) -> None:
    with forwarded(there, "pod/web", 81) as (port, process):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            assert connection.recv(10) == b""
        said, _ = process.communicate(timeout=20)
        assert "error forwarding port 81 to pod" in said
        assert "failed to connect to localhost:81 inside namespace" in said
        assert "connection refused" in said


def test_a_session_ends_with_its_pod(there: Kubectl) -> None:
    there("run", "-n", NAMESPACE, "brief", "--image=nginx")
    there("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod/brief", "--timeout=60s")
    process = there.start("exec", "-n", NAMESPACE, "brief", "--", "sleep", "infinity")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    there("delete", "pod", "-n", NAMESPACE, "brief", "--now")
    assert process.wait(20) == 137
    assert process.stdout is not None
    assert "command terminated with exit code 137" in process.stdout.read()


def test_a_client_that_does_not_read_stops_the_process(stack: Stack, there: Kubectl) -> None:
    """Nothing piles up in the server."""
    process = there.start("exec", "-n", NAMESPACE, "web", "-c", "side", "--", "yes")
    try:
        time.sleep(2)
        before = _memory(stack.children()["web"])
        time.sleep(3)
        assert _memory(stack.children()["web"]) - before < 50_000
    finally:
        process.kill()
        process.wait(10)


def test_the_proxy(ready: Kubectl) -> None:
    page = ready("get", "--raw", f"/k8s/demo/api/v1/namespaces/{NAMESPACE}/pods/web:80/proxy/").stdout
    assert "Welcome to nginx!" in page


def test_a_shell_on_a_terminal(there: Kubectl) -> None:
    terminal = Terminal(there, "exec", "-n", NAMESPACE, "-it", "web", "-c", "side", "--", "sh")
    terminal.shows("/ # ")
    terminal.types("cd /tmp && ecoh\x7f\x7f\x7fcho in `pwd`\r")
    assert "\r\nin /tmp\r\n" in terminal.shows("/tmp # ")
    terminal.types("sleep 1000\r")
    terminal.shows("sleep 1000\r\n")
    time.sleep(0.5)
    terminal.types("\x03")
    terminal.shows(r"\^C\r\n/tmp # ")
    terminal.types("exit 7\r")
    terminal.shows("command terminated with exit code 7")
    assert terminal.end() == 7


def _memory(pid: int) -> int:
    """Kilobytes that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])
