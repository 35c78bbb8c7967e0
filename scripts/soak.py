"""Hours of changes against a running system, to see what minutes do not show: growth, leaks, a clock that falls behind.

`make soak ARGS="--minutes 60"` starts a system of its own, keeps creating, scaling and deleting deployments, kills the
worker and Redis now and then, and prints a line a minute. Exit status 1 when the system is not what it was at the end.
"""

import argparse
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.servers import Stack, wait_for

DEPLOYMENTS = 8
KILL_EVERY = 180.0  # seconds
SETTLED_WITHIN = 300.0  # seconds
GROWTH = 2.0  # memory at the end, as a multiple of what it was after the first minute


class Api:
    """The Kubernetes API of cluster `demo`, as kubeconfig says."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        self.server = config["clusters"][0]["cluster"]["server"]
        self.token = config["users"][0]["user"]["token"]
        self.trust = ssl.create_default_context(cafile=str(kubeconfig.parent / "tls" / "ca.crt"))

    def __call__(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        request = urllib.request.Request(
            self.server + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": kind},
        )
        with urllib.request.urlopen(request, timeout=60, context=self.trust) as answer:
            return json.load(answer)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=30)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="k8sviz-soak-") as folder, Stack.running(Path(folder)) as stack:
        wrong = soak(stack, Api(stack.kubeconfig), minutes=options.minutes, chance=random.Random(options.seed))
    sys.exit(wrong)


def soak(stack: Stack, api: Api, *, minutes: float, chance: random.Random) -> str | None:
    """What is wrong at the end, or None."""
    end, kill_at, report_at = time.monotonic() + minutes * 60, time.monotonic() + KILL_EVERY, time.monotonic() + 60
    writes, refused, first = 0, 0, 0
    while time.monotonic() < end:
        try:
            change(api, chance)
            writes += 1
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                return f"the API answered {error.code} to {error.url}: {error.read()[:300]!r}"
            refused += 1  # a conflict, or something that is gone already
        if time.monotonic() > kill_at:
            kill_at += KILL_EVERY
            os.kill(stack.children()[chance.choice(["worker", "redis"])], signal.SIGKILL)
        if time.monotonic() > report_at:
            report_at += 60
            used = memory(stack)
            first = first or used
            print(f"{writes} writes, {refused} refused, {used // 1024} MiB, {pods(api)}", flush=True)
        time.sleep(chance.random())
    wait_for(stack.ready, within=60, what="readiness")
    wait_for(lambda: settled(api), within=SETTLED_WITHIN, what="the state that was asked for")
    if first and memory(stack) > GROWTH * first:
        return f"memory grew from {first // 1024} MiB to {memory(stack) // 1024} MiB"
    print(f"{writes} writes, {refused} refused; settled: {pods(api)}")
    return None


def change(api: Api, chance: random.Random) -> None:
    name = f"soak-{chance.randrange(DEPLOYMENTS)}"
    path = "/apis/apps/v1/namespaces/default/deployments"
    act = chance.choice(["create", "scale", "scale", "image", "delete", "delete pod"])
    patch = "application/merge-patch+json"
    if act == "create":
        api("POST", path, deployment(name, chance.randrange(1, 10)))
    elif act == "scale":
        api("PATCH", f"{path}/{name}", {"spec": {"replicas": chance.randrange(10)}}, patch)
    elif act == "image":
        container = {"name": "web", "image": f"nginx:1.{chance.randrange(20, 28)}"}
        api("PATCH", f"{path}/{name}", {"spec": {"template": {"spec": {"containers": [container]}}}}, patch)
    elif act == "delete":
        api("DELETE", f"{path}/{name}")
    else:
        found = api("GET", "/api/v1/namespaces/default/pods")["items"]
        if found:
            api("DELETE", f"/api/v1/namespaces/default/pods/{chance.choice(found)['metadata']['name']}")


def deployment(name: str, replicas: int) -> dict[str, Any]:
    container = {"name": "web", "image": "nginx:1.27", "resources": {"requests": {"cpu": "50m", "memory": "32Mi"}}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def settled(api: Api) -> bool:
    """Every deployment has what it wants, and no pod is left of one that is gone."""
    found = api("GET", "/apis/apps/v1/namespaces/default/deployments")["items"]
    ready = all(one["status"].get("readyReplicas", 0) == one["spec"]["replicas"] for one in found)
    return ready and len(api("GET", "/api/v1/namespaces/default/pods")["items"]) == sum(
        one["spec"]["replicas"] for one in found
    )


def pods(api: Api) -> str:
    found = api("GET", "/api/v1/namespaces/default/pods")["items"]
    running = sum(pod["status"].get("phase") == "Running" for pod in found)
    return f"{running} of {len(found)} pods running"


def memory(stack: Stack) -> int:
    """The resident memory of all its processes, in KiB."""
    numbers = ",".join(str(pid) for pid in stack.children().values())
    listing = subprocess.run(["ps", "-o", "rss=", "-p", numbers], capture_output=True, text=True).stdout
    return sum(int(line) for line in listing.split())


if __name__ == "__main__":
    main()
