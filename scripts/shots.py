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
    ("web", "nginx", 4, "500m", "512Mi"),
    ("train", "busybox", 1, "16", "1Gi"),  # larger than any node: it waits, and says why
]
CREATE = """async ([path, body]) => {
  const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
  const headers = {"Content-Type": "application/json", "X-CSRFToken": config.csrf};
  const answer = await fetch(config.api + path, {method: "POST", headers, body: JSON.stringify(body)});
  if (!answer.ok) throw new Error(await answer.text());
}"""
RUNNING = "k8sviz.pods.filter(pod => pod.phase === 'Running' && pod.namespace === 'default').length"


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


def pictures(pod: str) -> list[Picture]:
    chain = f"#see={pod}&tab=why"
    return [
        Picture("map", look=why, at=chain),
        Picture("map-light", look=why, at=chain, theme="light"),
        Picture("map-zh", look=why, at=chain, language="zh-hans"),
        Picture("carry", look=carry),
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
        pod = fill(browser, stack.url)
        for picture in pictures(pod):
            take(browser, stack.url, picture, folder)
            print(folder / f"{picture.name}.png")
        browser.close()


def fill(browser: Browser, site: str) -> str:
    """Creates the deployments, waits until they run, pauses; the id of a pod to look at."""
    page = browser.new_page()
    page.goto(f"{site}/c/demo/")
    until(page, "window.k8sviz?.connection === 'live'")
    for name, image, replicas, cpu, memory in DEPLOYMENTS:
        body = deployment(name, image, replicas, cpu, memory)
        page.evaluate(CREATE, ["/apis/apps/v1/namespaces/default/deployments", body])
    until(page, f"{RUNNING} >= {sum(one[2] for one in DEPLOYMENTS) - 1}")
    page.get_by_role("button", name="Pause").click()
    until(page, "k8sviz.clock.paused")
    pod = page.evaluate("k8sviz.pods.find(pod => pod.name.startsWith('web-')).id")
    page.close()
    return str(pod)


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
    if image == "busybox":
        container["command"] = ["sleep", "3600"]
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
