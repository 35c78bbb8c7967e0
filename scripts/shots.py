"""Takes the pictures of the README: starts a system of its own, fills cluster `demo`, looks at it in a real browser.

`make shots`, or `python -m scripts.shots [FOLDER]`; FOLDER is docs/pictures unless told otherwise.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import Stack

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESKTOP, PHONE = (1280, 720), (390, 844)
DEPLOYMENTS: list[tuple[str, str, int, str, str]] = [  # name, image, replicas, CPU, memory
    ("frontend", "nginx", 3, "100m", "100Mi"),
    ("redis-leader", "redis", 1, "250m", "256Mi"),
    ("redis-follower", "redis", 2, "100m", "100Mi"),
    ("web", "nginx:1.27", 4, "500m", "512Mi"),
    ("notifier", "busybox", 1, "50m", "32Mi"),  # busybox has nothing to do and ends: started again and again
    ("train", "python", 1, "16", "1Gi"),  # larger than any node: it waits, and says why
]
ASK = """async ([method, path, body, type = "application/json"]) => {
  const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
  const headers = {"Content-Type": type, "X-CSRFToken": config.csrf};
  const url = path === "control" ? config.urls.control : `${config.api}/apis/apps/v1/namespaces/default/${path}`;
  const answer = await fetch(url, {method, headers, body: JSON.stringify(body)});
  if (!answer.ok) throw new Error(await answer.text());
}"""
RUNNING = "k8sviz.pods.filter(pod => pod.ready === '1/1' && pod.namespace === 'default').length"
LOOPING = "k8sviz.pods.find(pod => pod.status === 'CrashLoopBackOff' && pod.restarts >= 2)"
WEB = "k8sviz.pods.filter(pod => pod.labels?.app === 'web').map(pod => pod.status)"
IN_ROLLOUT = f"{WEB}.includes('ContainerCreating') && !{WEB}.includes('Completed')"


@dataclass(frozen=True)
class Picture:
    name: str
    look: Callable[[Page], None] = lambda page: None
    at: str = ""  # what the page looks at: the hash of its address
    size: tuple[int, int] = DESKTOP
    theme: str = "dark"
    language: str = "en"


def carry(page: Page) -> None:
    page.keyboard.press("p")
    page.locator(".put").first.wait_for()
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)


def why(page: Page) -> None:
    page.locator(".chain li").first.wait_for()


def pictures(looping: str, running: str) -> list[Picture]:
    """Of the cluster with a crash-looping pod and with one of a Deployment that runs."""
    chain = f"#see={looping}&tab=why"
    return [
        Picture("map", look=why, at=chain),
        Picture("map-light", look=why, at=chain, theme="light"),
        Picture("map-zh", look=why, at=chain, language="zh-hans"),
        Picture("carry", look=carry),
        Picture("why", look=why, at=f"#see={running}&tab=why"),
        Picture("phone", size=PHONE),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    folder: Path = arguments.parse_args().folder
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("There is no Chromium on PATH: install one (apt-get install chromium).")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, Stack.running(Path(place)) as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for picture in pictures(*fill(browser, stack.url)):
            take(browser, stack.url, picture, folder)
            print(folder / f"{picture.name}.png")
        browser.close()


def fill(browser: Browser, site: str) -> tuple[str, str]:
    """Makes the scene: all run but one that crash-loops and one that fits nowhere, then stops amid a rollout.

    The ids of the crash-looping pod and of one that runs.
    """
    page = browser.new_page()
    page.goto(f"{site}/c/demo/")
    until(page, "window.k8sviz?.connection === 'live'")
    for name, image, replicas, cpu, memory in DEPLOYMENTS:
        page.evaluate(ASK, ["POST", "deployments", deployment(name, image, replicas, cpu, memory)])
    page.evaluate(ASK, ["POST", "control", {"do": "speed", "speed": 5}])
    until(page, f"{RUNNING} >= {sum(one[2] for one in DEPLOYMENTS) - 2} && {LOOPING}")
    page.evaluate(ASK, ["POST", "control", {"do": "pause"}])
    page.evaluate(ASK, ["POST", "control", {"do": "speed", "speed": 1}])
    newer = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]}}}}
    page.evaluate(ASK, ["PATCH", "deployments/web", newer, "application/strategic-merge-patch+json"])
    for _ in range(60):
        page.evaluate(ASK, ["POST", "control", {"do": "step", "by": 0.25}])
        page.wait_for_timeout(250)
        if page.evaluate(f"{IN_ROLLOUT} && !!{LOOPING}"):
            break
    looping = page.evaluate(f"{LOOPING}.id")
    running = page.evaluate("k8sviz.pods.find(pod => pod.name.startsWith('frontend-')).id")
    page.close()
    return str(looping), str(running)


def until(page: Page, expression: str, *, within: float = 60.0) -> None:
    """Waits until the expression is true. Playwright's own wait would need `eval`, which our policy forbids."""
    end = time.monotonic() + within
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(f"{expression} did not become true within {within:.0f} s")
        page.wait_for_timeout(100)


def deployment(name: str, image: str, replicas: int, cpu: str, memory: str) -> dict[str, Any]:
    resources = {"requests": {"cpu": cpu, "memory": memory}}
    container: dict[str, Any] = {"name": name, "image": image, "resources": resources}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


def take(browser: Browser, site: str, picture: Picture, folder: Path) -> None:
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies(
        [
            {"name": "theme", "value": picture.theme, "url": site},
            {"name": "django_language", "value": picture.language, "url": site},
        ]
    )
    page = context.new_page()
    page.goto(f"{site}/c/demo/{picture.at}")
    until(page, "window.k8sviz?.drawn > 0")
    picture.look(page)
    page.wait_for_timeout(300)  # bars move to their level
    page.screenshot(path=folder / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
