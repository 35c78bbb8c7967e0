# ruff: noqa: E501 - the tables have a line for each case
"""What goes on inside pods: exec, cp, attach, run -i, port-forward, debug, logs, top."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl, wait_for

NAMESPACE = "streams"
PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - {name: nginx, image: "nginx:1.27", env: [{name: GREETING, value: hello}]}
  - {name: side, image: busybox, command: [sh, -c, "while true; do echo tick; sleep 1; done"]}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  containers:
  - {name: pause, image: "registry.k8s.io/pause:3.10"}
---
apiVersion: v1
kind: Pod
metadata: {name: counter}
spec:
  containers:
  - name: count
    image: busybox:1.28
    args:
    - /bin/sh
    - -c
    - >
      i=0;
      while true;
      do
        echo "$i: $(date)" >> /var/log/1.log;
        echo "$(date) INFO $i" >> /var/log/2.log;
        i=$((i+1));
        sleep 1;
      done
    volumeMounts: [{name: varlog, mountPath: /var/log}]
  - name: count-log-1
    image: busybox:1.28
    args: [/bin/sh, -c, "tail -n+1 -F /var/log/1.log"]
    volumeMounts: [{name: varlog, mountPath: /var/log}]
  - name: count-log-2
    image: busybox:1.28
    args: [/bin/sh, -c, "tail -n+1 -F /var/log/2.log"]
    volumeMounts: [{name: varlog, mountPath: /var/log}]
  volumes: [{name: varlog, emptyDir: {}}]
---
apiVersion: v1
kind: Pod
metadata: {name: teller}
spec:
  restartPolicy: Never
  containers:
  - name: teller
    image: busybox
    env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
    command: [sh, -c, "for i in 3 2 1; do echo $i; done; echo I was $HOSTNAME on $NODE; exit 4"]
"""
STEPS = [
    Step("exec web -- hostname", r"^web$"),
    Step("exec web -c side -- echo one two", r"^one two$"),
    Step("exec web -- sh -c 'echo $GREETING; exit 3'", r"^hello$", 3),
    Step("exec web -- cat /usr/share/nginx/html/index.html", r"<h1>Welcome to nginx!</h1>"),
    Step("exec web -- ls /nope", r"No such file or directory", 2),
    Step("exec -i web -c side -- cat", r"^from here$", 0, "from here\n"),
    Step("exec -i web -c side -- sh", r"^6$", 0, "echo $((1 + 5))\nexit\n"),
    Step("exec web -- nothing", r'exec: "nothing": executable file not found in \$PATH', 1),
    Step("exec bare -- sh", r'exec: "sh": executable file not found in \$PATH', 1),
    Step("exec nope -- ls", r'pods "nope" not found', 1),
    Step("exec web -c nope -- ls", r"container (nope is not valid for pod web|not found in pod web|nope not found in pod web)", 1),
    Step("exec web -- env", r"^KUBERNETES_SERVICE_HOST=10\.96\.0\.1$"),
    Step("exec web -- cat /var/run/secrets/kubernetes.io/serviceaccount/namespace", r"^streams(Defaulted container|$)"),
    Step("exec web -c side -- sh -c 'echo kept > /tmp/file; cat /tmp/file'", r"^kept$"),
    Step("exec web -c side -- cat /tmp/file", r"^kept$"),
    Step("exec web -c side -- wget -qO- http://localhost", r"Welcome to nginx!"),
    Step("cp {folder}/local.txt web:/tmp/there.txt -c side", r"^$"),
    Step("exec web -c side -- cat /tmp/there.txt", r"^from my machine$"),
    Step("cp web:/tmp/there.txt {folder}/back.txt -c side", r""),
    Step("cp {folder}/tree web:/tmp/ -c side", r"^$"),
    Step("exec web -c side -- find /tmp/tree -type f", r"^/tmp/tree/a/b\.txt$"),
    Step("logs web -c side --tail=2", r"^tick\ntick$"),
    Step("logs web --all-containers --prefix --tail=1", r"^\[pod/web/side\] tick$"),
    Step("logs web -c side --since=5s --timestamps", r"^\d{4}-\d\d-\d\dT[\d:.]+Z tick$"),
    Step("logs -l app=web -c side --tail=1", r"^tick$"),
    Step("logs counter -c count", r"\A\Z"),
    Step("logs counter -c count-log-1", r"\A0: \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}\n1: ", within=10),
    Step("logs counter -c count-log-2 --tail=1", r"\A\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d UTC \d{4} INFO \d+\Z", within=10),
    Step("logs teller", r"\A3\n2\n1\nI was teller on worker-\d\Z", within=20),
    Step("get pod teller -o jsonpath={.status.containerStatuses[0].state.terminated.exitCode}", r"\A4\Z", within=20),
    Step("logs web -c side --previous", r'previous terminated container "side" in pod "web" not found', 1),
    Step("top pod web --containers", r"^POD +NAME +CPU\(cores\) +MEMORY\(bytes\) *\nweb +nginx +\d+m +\d+Mi", within=60),
    Step("top pod", r"^web +\d+m +\d+Mi", within=30),
    Step("top node", r"^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *\n[\w-]+ +\d+m +\d+% +\d+Mi +\d+%"),
    Step("debug web --image=busybox --target=nginx --container=doctor -- sleep 600", ""),
    Step("get pod web -o jsonpath={.spec.ephemeralContainers[0].name}", r"^doctor$"),
    Step("get pod web -o jsonpath={.status.ephemeralContainerStatuses[0].state}", r'"running"', within=30),
    Step("exec web -c doctor -- echo in", r"^in$"),
    Step("debug web --image=busybox --copy-to=copy --share-processes -- sleep 600", r""),
    Step("get pod copy -o jsonpath={.spec.shareProcessNamespace}", r"^true$"),
    Step("debug node/worker-1 --image=busybox -- sleep 600", r"Creating debugging pod node-debugger-worker-1-\w+ with container debugger on node worker-1\."),
    Step("run -i --rm once --image=busybox --restart=Never -- sh -c 'echo printed'", r"^printed$", within=60),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "local.txt").write_text("from my machine\n")
    (tmp_path / "tree" / "a").mkdir(parents=True)
    (tmp_path / "tree" / "a" / "b.txt").write_text("deep\n")
    return str(tmp_path)


@pytest.fixture(scope="module")
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    kubectl("wait", "-n", NAMESPACE, "--for=create", "serviceaccount/default", "--timeout=20s")
    kubectl("apply", "-n", NAMESPACE, "-f", "-", stdin=PODS)
    kubectl(
        "wait",
        "-n",
        NAMESPACE,
        "--for=condition=Ready",
        "pod/web",
        "pod/bare",
        "pod/counter",
        "--timeout=60s",
        timeout=70,
    )
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def test_inside_pods(kubectl: Kubectl, namespace: str, folder: str) -> None:
    steps = [step._replace(command=step.command.replace("{folder}", folder)) for step in STEPS]
    run(kubectl, steps, namespace)
    assert (Path(folder) / "back.txt").read_text() == "from my machine\n"


def test_a_port_is_forwarded(kubectl: Kubectl, namespace: str) -> None:
    """curl on the forwarded port gets the page of the simulated server; a port that nobody serves is refused."""
    forward = kubectl.start("port-forward", "-n", namespace, "pod/web", ":80", ":81")
    try:
        assert forward.stdout is not None
        lines = [forward.stdout.readline() for _ in range(4)]
        found = [re.search(r"127\.0\.0\.1:(\d+) -> (\d+)", line) for line in lines]
        ports = {one[2]: one[1] for one in found if one}
        for _ in range(3):
            with urllib.request.urlopen(f"http://127.0.0.1:{ports['80']}/", timeout=20) as answer:
                assert b"Welcome to nginx!" in answer.read()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"http://127.0.0.1:{ports['80']}/nope", timeout=20)
        assert missing.value.code == 404
        with pytest.raises(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{ports['81']}/", timeout=20).read()
    finally:
        forward.terminate()
    assert "connection refused" in forward.communicate(timeout=20)[0]


def test_a_log_is_followed_from_now_on(kubectl: Kubectl, namespace: str) -> None:
    """Nothing from before comes, and each line once."""
    seen = kubectl("logs", "-n", namespace, "web", "-c", "side", "--tail=1", "--timestamps").stdout.split()[0]
    follower = kubectl.start("logs", "-n", namespace, "web", "-c", "side", "-f", "--tail=0", "--timestamps")
    try:
        assert follower.stdout is not None
        times = [follower.stdout.readline().split()[0] for _ in range(4)]
    finally:
        follower.terminate()
        follower.communicate(timeout=20)
    assert times == sorted(set(times))
    assert seen < times[0]
    kept = kubectl("logs", "-n", namespace, "web", "-c", "side", "--timestamps").stdout.split()[::2]
    assert "".join(times) in "".join(kept)


def test_attach_follows_what_is_printed(kubectl: Kubectl, namespace: str) -> None:
    attached = kubectl.start("attach", "-n", namespace, "web", "-c", "side")
    try:
        assert attached.stdout is not None
        lines: list[str] = []
        wait_for(lambda: lines.append(attached.stdout.readline()) or "tick\n" in lines, within=20, what="a tick")
    finally:
        attached.terminate()
        attached.communicate(timeout=20)
