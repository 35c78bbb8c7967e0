"""The page of cluster `demo` in a real browser, against the whole running system."""

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Playwright, expect, sync_playwright

from tests.servers import Stack

PATIENCE = 60.0  # seconds: the machine is busy, several browsers and systems share its processors
expect.set_options(timeout=PATIENCE * 1000)
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first starts quickest
ASK = """async ([method, path, body, kind]) => {
  const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
  const answer = await fetch(path.startsWith("/") ? path : `${config.api}/${path}`, {
    method,
    headers: {"Content-Type": kind, "X-CSRFToken": config.csrf},
    body: body === null ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}"""


def pod(name: str, image: str = "nginx", **container: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "main", "image": image, **container}]},
    }


def deployment(name: str, replicas: int) -> dict[str, Any]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }


# The plugin's fixtures for the session, for this folder only: Playwright leaves an event loop running in the thread,
# in which Django refuses the database and asyncio a second loop. It must be gone before the next folder's tests.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser_type(playwright: Playwright) -> BrowserType:
    return playwright.chromium


@pytest.fixture(scope="package")
def browser(browser_type: BrowserType) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on PATH: apt-get install chromium")
    running = browser_type.launch(executable_path=program, args=["--no-sandbox"])
    yield running
    running.close()


@pytest.fixture(scope="package")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": {"width": 1280, "height": 720}}


class Dashboard:
    """The page and its model, `window.k8sviz`. `complaints`: errors of its console, requests to other hosts."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        page.set_default_timeout(PATIENCE * 1000)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._heard(line.text, line.location) if line.type == "error" else None)
        page.on("request", lambda request: self._check(request.url))

    def _heard(self, text: str, where: Any) -> None:
        self.complaints.append(f"{text} {urlsplit(where.get('url', '')).path}".strip())

    def _check(self, url: str) -> None:
        if not url.startswith((self.site, self.site.replace("http", "ws"), "data:")):
            self.complaints.append(f"asked {url}")

    def open(self, looking_at: str = "") -> "Dashboard":
        self.page.goto(f"{self.site}/c/demo/{looking_at}")
        self.until("window.k8sviz?.connection === 'live' && k8sviz.drawn > 0 && k8sviz.nodes.length > 0")
        return self

    def until(self, expression: str, within: float = PATIENCE) -> Any:
        """The first true value of the expression. Playwright's own wait would need `eval`, which our policy forbids."""
        end = time.monotonic() + within
        while not (value := self.page.evaluate(expression)):
            assert time.monotonic() < end, f"did not become true within {within} s: {expression}"
            self.page.wait_for_timeout(50)
        return value

    def pod(self, name: str, where: str = "pod.node") -> dict[str, Any]:
        """The pod of that name in namespace default, as soon as the condition holds for it."""
        found = f"k8sviz.pods.find(pod => pod.id === 'pods/default/{name}' && ({where}))"
        pod: dict[str, Any] = self.until(found)
        return pod

    def ask(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        """What our server answers to the page: an object of the Kubernetes API, or the cluster's clock."""
        return self.page.evaluate(ASK, [method, path, body, kind])

    def create(self, *bodies: dict[str, Any]) -> int:
        """Creates pods and Deployments in namespace default; the revision of the last."""
        for body in bodies:
            group = "apis/apps/v1" if body["kind"] == "Deployment" else "api/v1"
            made = self.ask("POST", f"{group}/namespaces/default/{body['kind'].lower()}s", body)
        return int(made["metadata"]["resourceVersion"])

    def name(self, name: str) -> None:
        self.page.locator(".fields input").first.fill(name)
        # The question where it fits is put again after a short pause.
        self.page.wait_for_timeout(400)


@pytest.fixture
def dashboard(page: Page, stack: Stack) -> Iterator[Dashboard]:
    """The dashboard. Afterwards namespace default is empty again, and the clock runs as fast as the wall's."""
    dashboard = Dashboard(page, stack.url)
    yield dashboard
    if not page.evaluate("window.k8sviz?.connection === 'live'"):
        page.unroute_all()
        dashboard.open()
    for order in ({"do": "speed", "speed": 1}, {"do": "play"}):
        dashboard.ask("POST", "/c/demo/control", order)
    for plural in ("apis/apps/v1/namespaces/default/deployments", "api/v1/namespaces/default/pods"):
        dashboard.ask("DELETE", plural, {"gracePeriodSeconds": 0})
    dashboard.until("!k8sviz.pods.some(pod => pod.namespace === 'default')")


@pytest.fixture
def cookie(context: BrowserContext, stack: Stack) -> Callable[[str, str], None]:
    """Sets a cookie of the site, such as the theme."""
    return lambda name, value: context.add_cookies([{"name": name, "value": value, "url": stack.url}])
