"""What containers answer to probes, word for word. The pod's address is 10.244.1.2."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.engine.workloads.probe import answers
from simulator.engine.workloads.probe.target import Answer, Target, seconds
from tests.engine.kubelet.lab import USER, Lab

NGINX: Body = {"image": "nginx:1.27", "ports": [{"name": "web", "containerPort": 80}]}
REDIS: Body = {"image": "redis:7"}
SLEEPS: Body = {"image": "busybox:1.36", "command": ["sleep", "999"]}
LIVENESS: Body = {"image": "registry.k8s.io/e2e-test-images/agnhost:2.40", "args": ["liveness"]}
HEALTHY: Body = {
    "image": "busybox:1.36",
    "command": ["sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"],
}
WRITES: Body = {
    "image": "busybox:1.36",
    "command": ["sh", "-c", "echo one > /tmp/a; sleep 5; mv /tmp/a /tmp/b; sleep 99"],
}
LOOPS: Body = {
    "image": "busybox:1.36",
    "command": ["sh", "-c", "while true; do touch /tmp/a; sleep 10; rm /tmp/a; sleep 10; done"],
}
REFUSED = "dial tcp 10.244.1.2:81: connect: connection refused"
LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


def http(port: int | str = 80, path: str = "/", **more: Any) -> Body:
    return {"httpGet": {"port": port, "path": path, **more}}


def runs(*command: str, **more: Any) -> Body:
    return {"exec": {"command": list(command)}, **more}


def answered(container: Body, probe: Body, after: float, behavior: Body | None = None) -> Answer:
    """The answer so many seconds after the container's start."""
    lab = Lab()
    if behavior is not None:
        lab.world.create(
            "behaviors.sim.k8sviz.io", {"metadata": {"name": "b", "namespace": "default"}, "spec": behavior}, USER
        )
    lab.pod(**container)
    lab.run(20)
    note = lab.world.note("kubelet", "default/web")
    assert note is not None
    started = note["boxes"]["main"]["at"]
    pod = lab.get()
    target = Target(pod, pod["spec"]["containers"][0], note["ip"], {"main": started}, lab.world)
    given = answers.of(target, probe, started + int(after * SECOND))
    return given if given.until is None else given._replace(until=given.until - started)


CASES = {
    # name: (container, probe, seconds after the start, outcome, text)
    "http: 200": (NGINX, http(), 5, "Success", ""),
    "http: by the name of the port": (NGINX, http("web"), 5, "Success", ""),
    "http: by a number in a text": (NGINX, http("80"), 5, "Success", ""),
    "http: 404": (NGINX, http(path="/none"), 5, "Failure", "HTTP probe failed with statuscode: 404"),
    "http: before the program listens": (
        NGINX,
        http(path="/a?b=c"),
        0.1,
        "Failure",
        'Get "http://10.244.1.2:80/a?b=c": dial tcp 10.244.1.2:80: connect: connection refused',
    ),
    "http: nothing listens": (NGINX, http(81), 5, "Failure", f'Get "http://10.244.1.2:81/": {REFUSED}'),
    "http: no such port": (NGINX, http("nope"), 5, "Error", 'strconv.Atoi: parsing "nope": invalid syntax'),
    "http: a number that is no port": (NGINX, http("70000"), 5, "Error", "invalid port number: 70000"),
    "http: the node's loopback": (
        NGINX,
        http(host="127.0.0.1"),
        5,
        "Failure",
        'Get "http://127.0.0.1:80/": dial tcp 127.0.0.1:80: connect: connection refused',
    ),
    "http: the node's loopback, in its network": (
        {**NGINX, "hostNetwork": True},
        http(host="127.0.0.1"),
        5,
        "Success",
        "",
    ),
    "http: an unknown host": (
        NGINX,
        http(host="db"),
        5,
        "Failure",
        'Get "http://db:80/": dial tcp: lookup db: no such host',
    ),
    "http: nobody has the address": (NGINX, http(host="10.9.9.9"), 5, "Failure", f'Get "http://10.9.9.9:80/": {LATE}'),
    "http: TLS where there is none": (
        NGINX,
        http(scheme="HTTPS"),
        5,
        "Failure",
        'Get "https://10.244.1.2:80/": http: server gave HTTP response to HTTPS client',
    ),
    "http: not a web server": (REDIS, http(6379), 5, "Failure", 'Get "http://10.244.1.2:6379/": EOF'),
    "http: a redirect to the same host": ({"image": "wordpress:6"}, http(), 5, "Success", ""),
    "http: agnhost liveness, at first": (LIVENESS, http(8080, "/healthz"), 10, "Success", ""),
    "http: agnhost liveness, later": (
        LIVENESS,
        http(8080, "/healthz"),
        10.1,
        "Failure",
        "HTTP probe failed with statuscode: 500",
    ),
    "tcp: open": (REDIS, {"tcpSocket": {"port": 6379}}, 5, "Success", ""),
    "tcp: refused": (REDIS, {"tcpSocket": {"port": 81}}, 5, "Failure", REFUSED),
    "tcp: nobody has the address": (
        REDIS,
        {"tcpSocket": {"port": 81, "host": "10.9.9.9"}},
        5,
        "Failure",
        "dial tcp 10.9.9.9:81: i/o timeout",
    ),
    "grpc: a server of which nothing is known": (
        {"image": "example.com/server:1", "ports": [{"containerPort": 50051}]},
        {"grpc": {"port": 50051}},
        9,
        "Success",
        "",
    ),
    "grpc: nothing listens": (
        NGINX,
        {"grpc": {"port": 81}, "timeoutSeconds": 2},
        5,
        "Failure",
        'timeout: failed to connect service "10.244.1.2:81" within 2s: context deadline exceeded',
    ),
    "grpc: a web server": (
        NGINX,
        {"grpc": {"port": 80}},
        5,
        "Failure",
        'timeout: failed to connect service "10.244.1.2:80" within 1s: context deadline exceeded',
    ),
    "exec: a file of the script": (HEALTHY, runs("cat", "/tmp/healthy"), 5, "Success", ""),
    "exec: the file is gone": (
        HEALTHY,
        runs("cat", "/tmp/healthy"),
        31,
        "Failure",
        "cat: can't open '/tmp/healthy': No such file or directory\n",
    ),
    "exec: what was written": (WRITES, runs("grep", "-q", "one", "/tmp/a"), 2, "Success", ""),
    "exec: what was moved": (WRITES, runs("sh", "-c", "test ! -f /tmp/a && test -f /tmp/b"), 6, "Success", ""),
    "exec: a round of a loop": (LOOPS, runs("test", "-f", "/tmp/a"), 1005, "Success", ""),
    "exec: the rest of a round": (LOOPS, runs("test", "-f", "/tmp/a"), 1016, "Failure", ""),
    "exec: output of both kinds": (
        SLEEPS,
        runs("sh", "-c", "echo no >&2; echo yes; exit 3"),
        5,
        "Failure",
        "yes\nno\n",
    ),
    "exec: too slow": (
        SLEEPS,
        runs("sh", "-c", 'sleep 5; echo "late"', timeoutSeconds=3),
        5,
        "Failure",
        'command timed out: "sh -c sleep 5; echo \\"late\\"" timed out after 3s',
    ),
    "exec: variables of the specification": (
        {**SLEEPS, "env": [{"name": "CODE", "value": "0"}]},
        runs("sh", "-c", "exit $(CODE)"),
        5,
        "Success",
        "",
    ),
    "exec: a server's own program": (REDIS, runs("redis-cli", "ping"), 5, "Success", ""),
}


@pytest.mark.parametrize(("container", "probe", "after", "outcome", "text"), CASES.values(), ids=CASES.keys())
def test_an_answer(container: Body, probe: Body, after: float, outcome: str, text: str) -> None:
    given = answered(container, probe, after)
    assert (given.outcome, given.text) == (outcome, text)


def test_a_command_that_the_image_does_not_have() -> None:
    given = answered(SLEEPS, runs("nope"), 5)
    assert given.outcome == "Error"
    assert given.text.startswith("rpc error: code = Unknown desc = failed to exec in container: failed to start exec ")
    assert given.text.endswith(
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": '
        "executable file not found in $PATH"
    )


UNTIL = {
    # name: (container, probe, seconds after the start, Behavior, until when the answer holds, whether nobody knows)
    "a web server": (NGINX, http(), 5, None, None, False),
    "one that starts": (NGINX, http(), 0.1, None, 0.3, False),
    "one whose start is given": (NGINX, http(), 0.1, {"startup": {"durationSeconds": 7}}, 7, False),
    "agnhost liveness": (LIVENESS, http(8080, "/healthz"), 3, None, 10.000001, False),
    "the next part of a Behavior": (NGINX, http(), 3, {"probes": [{"status": 500, "fromSeconds": 60}]}, 60, False),
    "the script's next step": (HEALTHY, runs("cat", "/tmp/healthy"), 5, None, 30.005, False),
    "a clock": (HEALTHY, runs("sh", "-c", "date"), 5, None, None, True),
    "another address": (NGINX, http(host="10.9.9.9"), 5, None, None, True),
}


@pytest.mark.parametrize(
    ("container", "probe", "after", "behavior", "until", "is_momentary"), UNTIL.values(), ids=UNTIL.keys()
)
def test_until_when_an_answer_holds(
    container: Body, probe: Body, after: float, behavior: Body | None, until: float | None, is_momentary: bool
) -> None:
    given = answered(container, probe, after, behavior)
    assert given.until == (None if until is None else round(until * SECOND))
    assert given.is_momentary is is_momentary


@pytest.mark.parametrize(("figure", "text"), [(1, "1s"), (60, "1m0s"), (3661, "1h1m1s")])
def test_seconds_as_go_writes_them(figure: int, text: str) -> None:
    assert seconds(figure * SECOND) == text
