"""`manage.py up` from the outside: what a person sees when it starts, runs, is hurt, and stops."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import urllib.request
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import yaml

from k8sviz.up import ports
from tests.servers import RedisServer, Stack, wait_for

MakeStack = Callable[..., Stack]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack that has run once and was stopped."""
    with Stack.running(tmp_path_factory.mktemp("used")) as stack:
        assert stack.stop(signal.SIGINT) == 0
    return stack


def test_it_works(new_stack: MakeStack) -> None:
    stack = new_stack()
    stack.start()

    assert stack.ready()
    assert f"{stack.url}/c/demo/" in stack.output
    assert f"{stack.url}/admin/" in stack.output
    assert f"\nexport KUBECONFIG={stack.kubeconfig}\n" in stack.output
    assert stack.password

    config = yaml.safe_load(stack.kubeconfig.read_text())
    assert config["current-context"] == "demo"
    assert config["clusters"][0]["cluster"]["server"] == f"https://127.0.0.1:{stack.kube_port}/k8s/demo"
    private = [stack.kubeconfig, *stack.data_dir.glob("tls/*.key"), stack.data_dir / "secret_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}

    children = stack.children()
    assert sorted(children) == ["beat", "redis", "web", "worker"]
    with ask(stack, "GET", "/api/v1/pods?watch=true"):  # an open watch does not keep it from stopping
        assert stack.stop() == 0
    assert stack.output.rstrip().endswith("Stopping.")
    assert [pid for pid in children.values() if alive(pid)] == []
    assert list(stack.data_dir.glob("redis.url")) == []


def test_the_second_start_keeps_what_there_was(new_stack: MakeStack, used: Stack) -> None:
    stack = new_stack(PORT=str(used.port), KUBE_PORT=str(used.kube_port))
    shutil.copytree(used.data_dir, stack.data_dir)
    stack.start()
    assert (stack.data_dir / "kubeconfig").read_text() == used.kubeconfig.read_text()
    assert "password" not in stack.output


def test_a_process_that_dies_is_started_again_and_spoken_of(new_stack: MakeStack) -> None:
    stack = new_stack()
    stack.start()
    for name in ["redis", "worker", "beat", "web"]:
        victim = stack.children()[name]
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: f"{name}: ended unexpectedly (killed by SIGKILL)" in stack.output, within=10, what="the news")  # noqa: B023
        wait_for(lambda: stack.children().get(name) not in (None, victim), within=20, what=f"another {name}")  # noqa: B023
        wait_for(stack.ready, within=60, what="readiness")
        a_pod_gets_a_node(stack, f"after-{name}")
    assert stack.stop() == 0


def test_no_process_outlives_a_killed_supervisor(new_stack: MakeStack) -> None:
    stack = new_stack()
    stack.start()
    children = stack.children()
    assert stack.process
    stack.process.kill()
    stack.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in children.values()), within=20, what="the end of all processes")


@pytest.mark.parametrize("variable", ["PORT", "KUBE_PORT"])
def test_a_port_in_use(new_stack: MakeStack, variable: str) -> None:
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        refused(new_stack(**{variable: str(port)}), f"Port {port} is in use by another program. Set {variable}")


def test_a_port_that_is_none(new_stack: MakeStack) -> None:
    refused(new_stack(PORT="80000"), "PORT must be a number from 1 to 65535, not '80000'.")


def test_one_port_for_both(new_stack: MakeStack) -> None:
    port = str(ports.free())
    refused(new_stack(PORT=port, KUBE_PORT=port), f"PORT and KUBE_PORT are both {port}.")


def test_a_data_dir_of_a_newer_version(new_stack: MakeStack) -> None:
    stack = new_stack()
    stack.data_dir.mkdir()
    (stack.data_dir / "version").write_text("7\n")
    refused(stack, "was made by a newer k8sviz")


def test_a_database_with_a_migration_from_the_future(new_stack: MakeStack, used: Stack) -> None:
    stack = new_stack()
    shutil.copytree(used.data_dir, stack.data_dir)
    with contextlib.closing(sqlite3.connect(stack.data_dir / "db.sqlite3")) as database, database:
        row = ("simulator", "0999_from_the_future", "2030-01-01")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", row)
    refused(stack, "it has the migration simulator.0999_from_the_future")


def test_a_data_dir_that_is_a_file(new_stack: MakeStack) -> None:
    stack = new_stack()
    stack.data_dir.write_text("")
    refused(stack, f"{stack.data_dir} is not a folder")


def test_a_data_dir_that_may_not_be_written(new_stack: MakeStack) -> None:
    # /proc refuses even root.
    refused(new_stack(DATA_DIR="/proc/k8sviz"), "Cannot use /proc/k8sviz")


def test_the_same_data_dir_twice(new_stack: MakeStack, stack: Stack) -> None:
    assert stack.process
    reason = f"k8sviz is running already with {stack.data_dir} (process {stack.process.pid})"
    refused(new_stack(DATA_DIR=str(stack.data_dir)), reason)


def test_a_database_that_does_not_answer(new_stack: MakeStack) -> None:
    url = f"postgresql://nobody@{ports.LOOPBACK}:{ports.free()}/none"
    refused(new_stack(DATABASE_URL=url), "The database does not answer")


def test_a_database_url_that_is_none(new_stack: MakeStack) -> None:
    refused(new_stack(DATABASE_URL="what://is/this"), "DATABASE_URL is not understood")


def test_servers_that_exist_are_used(new_stack: MakeStack, redis_server: RedisServer, postgres: str) -> None:
    stack = new_stack(REDIS_URL=redis_server.url, DATABASE_URL=postgres)
    stack.start()
    assert sorted(stack.children()) == ["beat", "web", "worker"]
    assert not (stack.data_dir / "db.sqlite3").exists()
    with psycopg.connect(postgres) as connection:
        names = connection.execute("SELECT name FROM simulator_cluster").fetchall()
    assert names == [("demo",)]
    assert stack.stop() == 0


def test_without_redis_server_the_python_one_serves(new_stack: MakeStack) -> None:
    stack = new_stack(PATH="/nowhere")
    stack.start()
    assert stack.ready()
    command = subprocess.run(
        ["ps", "-o", "args=", "-p", str(stack.children()["redis"])], capture_output=True, text=True
    )
    assert "k8sviz.up.fake_redis" in command.stdout
    a_pod_gets_a_node(stack, "here")
    assert stack.stop() == 0


def refused(stack: Stack, reason: str) -> None:
    """It ends at once with status 2 and the reason, in a line or two and without a traceback."""
    stack.launch()
    assert stack.process
    assert stack.process.wait(60) == 2, stack.output
    assert reason in stack.output
    assert "Traceback" not in stack.output
    assert len(stack.output.strip().splitlines()) <= 2


def a_pod_gets_a_node(stack: Stack, name: str) -> None:
    """The whole line works: the API writes, Redis wakes the worker, the worker's scheduler binds."""
    pod = {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    ask(stack, "POST", "/api/v1/namespaces/default/pods", {"apiVersion": "v1", "kind": "Pod", **pod}).close()

    def bound() -> bool:
        with ask(stack, "GET", f"/api/v1/namespaces/default/pods/{name}") as answer:
            return bool(json.load(answer)["spec"].get("nodeName"))

    wait_for(bound, within=20, what="a node for the pod")


def ask(stack: Stack, method: str, path: str, body: object = None) -> Any:
    """A request to the Kubernetes API of cluster `demo`, with kubeconfig's token."""
    token = yaml.safe_load(stack.kubeconfig.read_text())["users"][0]["user"]["token"]
    request = urllib.request.Request(
        f"{stack.url}/k8s/demo{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    return urllib.request.urlopen(request, timeout=30)


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and state != "Z"
