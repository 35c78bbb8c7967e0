"""The documentation's examples of pods do what their pages say; `pages/` holds their manifests.

Follows https://kubernetes.io/docs/tasks/ (configure-pod-container, inject-data-application, access-application-cluster)
and https://kubernetes.io/docs/concepts/cluster-administration/logging/.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import manifests
from simulator.engine import pods
from simulator.engine.clock import SECOND
from simulator.engine.topology import demo
from simulator.engine.workloads import logs, processes
from simulator.engine.workloads.effects import Read, Write
from simulator.simulation import Run, simulate

PAGES = Path(__file__).parent / "pages"
STATES = {
    # file: (seconds, name, STATUS)
    "simple-pod": (30, "nginx", "Running"),
    "commands": (30, "command-demo", "Completed"),
    "two-container-pod": (30, "two-containers", "NotReady"),
    "init-containers": (30, "init-demo", "Running"),
    "lifecycle-events": (30, "lifecycle-demo", "Running"),
    "pod-configmap-envFrom": (30, "dapi-test-pod", "Completed"),
    "pod-configmap-volume": (30, "dapi-test-pod", "Completed"),
    "pod-single-configmap-env-variable": (30, "dapi-test-pod", "Completed"),
    "dapi-envars-pod": (30, "dapi-envars-fieldref", "Running"),
    "dapi-volume": (30, "kubernetes-downwardapi-volume-example", "Running"),
    "pod-secret-envFrom": (30, "envfrom-secret", "Running"),
    "secret-pod": (30, "secret-test-pod", "Running"),
    "share-process-namespace": (30, "nginx", "Running"),
    "security-context": (30, "security-context-demo", "Running"),
    "projected-secret-downwardapi-configmap": (30, "volume-test", "Running"),
    "counter-pod": (30, "counter", "Running"),
}
LOGS = {
    # file: (seconds, container, lines that its page shows, in this order)
    "commands": (30, "command-demo-container", ["command-demo", "tcp://10.96.0.1:443"]),
    "pod-configmap-envFrom": (30, "test-container", ["SPECIAL_LEVEL=very", "SPECIAL_TYPE=charm"]),
    "pod-configmap-volume": (30, "test-container", ["SPECIAL_LEVEL", "SPECIAL_TYPE", "special.how"]),
    "pod-single-configmap-env-variable": (30, "test-container", ["SPECIAL_LEVEL_KEY=very"]),
    "dapi-envars-pod": (30, "test-container", ["", "dapi-envars-fieldref", "default", "default", ""]),
    "dapi-volume": (
        3600,
        "client-container",
        ['cluster="test-cluster1"', 'rack="rack-22"', 'zone="us-est-coast"', 'build="two"', 'builder="john-doe"'],
    ),
    "counter-pod": (30, "count", ["0: Thu Jan  1 00:01:31 UTC 2026", "1: Thu Jan  1 00:01:32 UTC 2026"]),
}
COMMANDS = {
    # what: (file, container, command, what it prints)
    "two containers": (
        "two-container-pod",
        "nginx-container",
        "curl -s localhost",
        "Hello from the debian container\n",
    ),
    "init containers": (
        "init-containers",
        "nginx",
        "curl -s localhost",
        "<html><body><p>The simulated world outside: info.cern.ch</p></body></html>\n",
    ),
    "lifecycle": (
        "lifecycle-events",
        "lifecycle-demo-container",
        "cat /usr/share/message",
        "Hello from the postStart handler\n",
    ),
    "secret in the environment": (
        "pod-secret-envFrom",
        "envars-test-container",
        "printenv username password",
        "my-app\n39528$vdg7Jb\n",
    ),
    "secret in a volume": ("secret-pod", "test-container", "ls /etc/secret-volume", "password\nusername\n"),
    "secret's value": ("secret-pod", "test-container", "cat /etc/secret-volume/username", "my-app"),
    "downward API in a volume": (
        "dapi-volume",
        "client-container",
        "cat /etc/podinfo/labels",
        'cluster="test-cluster1"\nrack="rack-22"\nzone="us-est-coast"',
    ),
    "security context": ("security-context", "sec-ctx-demo", "id", "uid=1000 gid=0(root) groups=0(root),2000\n"),
    "who runs": (
        "security-context",
        "sec-ctx-demo",
        "ps",
        "PID   USER     TIME  COMMAND\n    1 1000      0:00 node-hello\n    7 1000      0:00 sh -c ps\n"
        "   10 1000      0:00 ps\n",
    ),
    "a volume's owner": (
        "security-context",
        "sec-ctx-demo",
        "ls -l /data",
        "total 4\ndrwxrwsrwx 2 root 2000 4096 Jan  1 00:01 demo\n",
    ),
    "a new file's owner": (
        "security-context",
        "sec-ctx-demo",
        "cd /data/demo; echo hello > testfile; ls -l",
        "total 4\n-rw-r--r-- 1 1000 2000 6 Jan  1 00:02 testfile\n",
    ),
    "file of a group": (
        "security-context",
        "sec-ctx-demo",
        "cd /data/demo; echo hello > testfile; stat -c '%u %g %s' testfile",
        "1000 2000 6\n",
    ),
    "projected volume": ("projected-secret-downwardapi-configmap", "container-test", "ls /projected-volume", (
        "cpu_limit\nlabels\nmy-group\n"
    )),
    "parts of a projected volume": (
        "projected-secret-downwardapi-configmap",
        "container-test",
        "cat /projected-volume/my-group/my-username /projected-volume/my-group/my-config",
        "adminsettings",
    ),
    "shared processes": (
        "share-process-namespace",
        "shell",
        "ps ax",
        "PID   USER     TIME  COMMAND\n    1 65535     0:00 /pause\n    8 root      0:00 nginx\n"
        "   15 root      0:00 sleep 3600\n   21 root      0:00 sh -c ps ax\n   24 root      0:00 ps ax\n",
    ),
}  # fmt: skip


def ran(name: str, seconds: int) -> Run:
    files = [str(PAGES / f"{one}.yaml") for one in ("references", "secret", name)]
    return simulate(manifests.read(files).manifests, nodes=demo(), until=seconds * SECOND)


@pytest.mark.parametrize(
    ("name", "seconds", "pod", "status"), [(one, *rest) for one, rest in STATES.items()], ids=STATES
)
def test_the_state_of_a_page(name: str, seconds: int, pod: str, status: str) -> None:
    run = ran(name, seconds)
    assert {one["metadata"]["name"]: pods.status_text(one) for one in run.world.list("pods", "default")} == {
        pod: status
    }
    assert run.world.list("pods", "default")[0]["status"]["containerStatuses"][0]["restartCount"] == 0


@pytest.mark.parametrize(
    ("name", "seconds", "container", "shown"), [(one, *rest) for one, rest in LOGS.items()], ids=LOGS
)
def test_the_log_of_a_page(name: str, seconds: int, container: str, shown: list[str]) -> None:
    world = ran(name, seconds).world
    (pod,) = world.list("pods", "default")
    found = iter(line.text for line in logs.lines(pod, container, world.now, reader=world))
    assert [line for line in shown if line in found] == shown


@pytest.mark.parametrize(("name", "container", "script", "shown"), COMMANDS.values(), ids=COMMANDS.keys())
def test_what_a_page_tries(name: str, container: str, script: str, shown: str) -> None:
    world = ran(name, 30).world
    (pod,) = world.list("pods", "default")
    words = ["sh", "-c", script]
    process = processes.execution(pod, container, words, reader=world, now=world.now).process
    printed, result = b"", None
    while True:
        try:
            effect = process.send(result)
        except StopIteration:
            break
        result = b"" if isinstance(effect, Read) else None
        printed += effect.data if isinstance(effect, Write) else b""
    assert printed.decode() == shown


def test_a_counter_logs_a_line_a_second() -> None:
    world = ran("counter-pod", 60).world
    (pod,) = world.list("pods", "default")
    lines = logs.lines(pod, "count", world.now, reader=world)
    assert len(lines) == (world.now - lines[0].at) // (SECOND + 15_000) + 1
