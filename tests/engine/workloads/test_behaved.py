"""What a Behavior makes a server answer, as somebody sees it who asks from a shell in another pod."""

from __future__ import annotations

import pytest

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body

from .shell.driver import NOW, Objects, Outcome, pod, run, sh

WEB = pod("nginx:1.27", name="web", ip="10.244.1.5")
CLIENT = pod(name="client", ip="10.244.1.9")
CURL = pod("nginx:1.27", name="client", ip="10.244.1.9")
URL = "http://10.244.1.5/"


def cluster(server: Body = WEB, **spec: object) -> Objects:
    behavior = {"metadata": {"name": "so", "namespace": "default"}, "spec": spec}
    return Objects({"pods": [CLIENT, server], "behaviors.sim.k8sviz.io": [behavior]})


def begun(ago: float) -> Body:
    """The server, whose container started so many seconds ago."""
    state = {"running": {"startedAt": timestamp(NOW - int(ago * SECOND))}}
    (held,) = WEB["status"]["containerStatuses"]
    return {**WEB, "status": {**WEB["status"], "containerStatuses": [{**held, "state": state}]}}


def curl(*args: str, **response: object) -> Outcome:
    return run("curl", "-sS", *args, URL, body=CURL, reader=cluster(response=response))


CODE = ("-o", "/dev/null", "-w", "%{http_code}\n")
CURLS: dict[str, tuple[dict[str, object], tuple[str, ...], str, str, int]] = {
    # name: (response, options of curl, stdout, stderr, exit code)
    "a body": ({"body": "hello\n"}, (), "hello\n", "", 0),
    "an empty body": ({"body": ""}, (), "", "", 0),
    "a status": ({"status": 503}, CODE, "503\n", "", 0),
    "both": ({"status": 404, "body": "no such thing\n"}, (), "no such thing\n", "", 0),
    "a status that fails": (
        {"status": 503, "body": "x"},
        ("-f",),
        "",
        "curl: (22) The requested URL returned error: 503\n",
        22,
    ),
    "a status that has no name": ({"status": 599}, CODE, "599\n", "", 0),
    "each request fails": ({"errorPercent": 100, "body": "x"}, CODE, "500\n", "", 0),
    "none does": ({"errorPercent": 0, "body": "x"}, CODE, "200\n", "", 0),
    "late, but in time": ({"latencyMilliseconds": 1500, "body": "x\n"}, ("-m", "2"), "x\n", "", 0),
    "too late": (
        {"latencyMilliseconds": 2500},
        ("-m", "2"),
        "",
        "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n",
        28,
    ),
    "late, but soon connected": (
        {"latencyMilliseconds": 2500, "body": "x\n"},
        ("--connect-timeout", "1"),
        "x\n",
        "",
        0,
    ),
    "how long it took": (
        {"latencyMilliseconds": 1500, "body": ""},
        ("-w", "%{time_total}\n"),
        "1.502000\n",
        "",
        0,
    ),
}


@pytest.mark.parametrize(("response", "options", "out", "err", "code"), CURLS.values(), ids=CURLS.keys())
def test_curl(response: dict[str, object], options: tuple[str, ...], out: str, err: str, code: int) -> None:
    found = curl(*options, **response)
    assert (found.out, found.err, found.code) == (out, err, code)


@pytest.mark.parametrize(("latency", "took"), [(0, 2), (700, 702), (300_000, 300_002)])
def test_how_long_a_request_takes(latency: int, took: int) -> None:
    found = sh(f"wget -T 900 -qO- {URL}", body=CLIENT, reader=cluster(response={"latencyMilliseconds": latency}))
    assert (found.code, found.slept) == (0, took * MILLISECOND)


WGETS: dict[str, tuple[dict[str, object], str, str, str, int]] = {
    # name: (response, options of wget, stdout, stderr, exit code)
    "a body": ({"body": "hello\n"}, "-qO-", "hello\n", "", 0),
    "a status": ({"status": 503}, "-qO-", "", "wget: server returned error: HTTP/1.1 503 Service Unavailable\n", 1),
    "an error": (
        {"errorPercent": 100},
        "-qO-",
        "",
        "wget: server returned error: HTTP/1.1 500 Internal Server Error\n",
        1,
    ),
    "too late": ({"latencyMilliseconds": 2500}, "-T 2 -qO-", "", "wget: download timed out\n", 1),
    "just in time": ({"latencyMilliseconds": 2000, "body": "x\n"}, "-T 2 -qO-", "x\n", "", 0),
}


@pytest.mark.parametrize(("response", "options", "out", "err", "code"), WGETS.values(), ids=WGETS.keys())
def test_wget(response: dict[str, object], options: str, out: str, err: str, code: int) -> None:
    found = sh(f"wget {options} {URL}", body=CLIENT, reader=cluster(response=response))
    assert (found.out, found.err, found.code) == (out, err, code)


@pytest.mark.parametrize(("percent", "least", "most"), [(1, 0, 6), (30, 20, 42), (50, 37, 63), (99, 95, 100)])
def test_so_many_of_a_hundred_requests_fail(percent: int, least: int, most: int) -> None:
    script = f"for n in $(seq 100); do wget -qO- {URL} >/dev/null 2>&1 || echo failed; sleep 0.5; done"
    found = sh(script, body=CLIENT, reader=cluster(response={"errorPercent": percent}))
    assert least <= found.out.count("failed") <= most
    assert found.out == sh(script, body=CLIENT, reader=cluster(response={"errorPercent": percent})).out


STARTS: dict[str, tuple[float, int | None, bool]] = {
    # name: (seconds since the start, how long the program takes to listen, whether it does)
    "at once": (0, 0, True),
    "before its time": (29, 30, False),
    "after it": (30, 30, True),
    "what the image says": (10, None, True),
}


@pytest.mark.parametrize(("ago", "takes", "listens"), STARTS.values(), ids=STARTS.keys())
def test_before_the_program_listens_requests_are_refused(ago: float, takes: int | None, listens: bool) -> None:
    startup = {} if takes is None else {"startup": {"durationSeconds": takes}}
    found = sh(f"wget -qO- {URL}", body=CLIENT, reader=cluster(begun(ago), **startup))
    refused = "wget: can't connect to remote host (10.244.1.5): Connection refused\n"
    assert (found.code, found.err) == ((0, "") if listens else (1, refused))


def test_who_tries_again_gets_an_answer_once_the_program_listens() -> None:
    script = f"until wget -qO- {URL} 2>/dev/null; do sleep 1; done"
    spec = {"startup": {"durationSeconds": 30}, "response": {"body": "at last\n"}}
    found = sh(script, body=CLIENT, reader=cluster(begun(20), **spec))
    assert (found.out, found.code) == ("at last\n", 0)
    assert 10 * SECOND <= found.slept <= 11 * SECOND + 100 * MILLISECOND


def test_a_behavior_of_another_container_changes_nothing() -> None:
    reader = cluster(response={"status": 503}, container="other")
    assert "Welcome to nginx!" in sh(f"wget -qO- {URL}", body=CLIENT, reader=reader).out
