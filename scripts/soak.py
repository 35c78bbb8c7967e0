"""Hours of changes against a running system, to see what minutes do not show: growth, leaks, a clock that falls behind.

`make soak ARGS="--minutes 60"` starts a system of its own, keeps creating, scaling and deleting deployments, kills the
worker and Redis now and then, and prints a line a minute. A browser watches, if there is one. Exit status 1 when the
system is not what it was at the end, or the browser does not show what a new one shows.
"""

import argparse
import json
import os
import random
import shutil
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
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.servers import Stack, wait_for

DEPLOYMENTS = 8
KILL_EVERY = 180.0  # seconds
SETTLED_WITHIN = 300.0  # seconds
GROWTH = 2.0  # memory at the end, as a multiple of what it was after the first minute
SHOWN = "k8sviz.pods.map(pod => [pod.id, pod.status, pod.node, pod.ready, pod.restarts]).sort()"


class Watcher:
    """The page of cluster `demo` in a real browser; without one on this machine it watches nothing."""

    def __init__(self, site: str, playwright: Playwright) -> None:
        self.site, self.page = site, None
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        if program is not None:
            self.browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            self.page = self.open()

    def open(self) -> Page:
        page = self.browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{self.site}/c/demo/")
        return page

    def heap(self) -> int:
        """What the page's objects take after the rubbish is gone, in KiB."""
        if self.page is None:
            return 0
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return int(used) // 1024

    def is_true(self) -> bool:
        """Whether it shows what a page shows that was opened just now."""
        if self.page is None:
            return True
        fresh = self.open()
        try:
            fresh.wait_for_timeout(3000)
            return bool(fresh.evaluate(SHOWN) == self.page.evaluate(SHOWN))
        finally:
            fresh.close()


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
    with (
        tempfile.TemporaryDirectory(prefix="k8sviz-soak-") as folder,
        Stack.running(Path(folder)) as stack,
        sync_playwright() as playwright,
    ):
        api, watcher = Api(stack.kubeconfig), Watcher(stack.url, playwright)
        wrong = soak(stack, api, watcher, minutes=options.minutes, chance=random.Random(options.seed))
    sys.exit(wrong)


def soak(stack: Stack, api: Api, watcher: Watcher, *, minutes: float, chance: random.Random) -> str | None:
    """What is wrong at the end, or None."""
    end, kill_at, report_at = time.monotonic() + minutes * 60, time.monotonic() + KILL_EVERY, time.monotonic() + 60
    writes, refused, first = 0, 0, (0, 0)
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
            used = memory(stack), watcher.heap()
            first = first if any(first) else used
            amounts = f"{used[0] // 1024} MiB, in the page {used[1] / 1024:.1f} MiB"
            print(f"{writes} writes, {refused} refused, {amounts}, {pods(api)}", flush=True)
        time.sleep(chance.random())
    wait_for(stack.ready, within=60, what="readiness")
    wait_for(lambda: settled(api), within=SETTLED_WITHIN, what="the state that was asked for")
    for what, begun, now in zip(("memory", "the page"), first, (memory(stack), watcher.heap()), strict=True):
        if now > GROWTH * begun > 0:
            return f"{what} grew from {begun // 1024} MiB to {now // 1024} MiB"
    if not watcher.is_true():
        return "the page shows something else than a new one"
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
