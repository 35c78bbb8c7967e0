"""Takes the pictures of the README: starts a system of its own, fills cluster `demo`, looks at it in a real browser.

`make shots`, or `python -m scripts.shots [FOLDER]`; FOLDER is docs/pictures unless told otherwise.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import scene
from tests.servers import Stack

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESKTOP, PHONE = (1280, 720), (390, 844)
SHORT_OF_MEMORY = "worker-4"


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


def waiting(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.wait_for()


def of_the_rollout(looping: str, running: str) -> list[Picture]:
    """Of the cluster with a crash-looping pod and with one of a Deployment that runs."""
    chain, why = f"#see={looping}&tab=why", waiting(".chain li")
    return [
        Picture("map", why, chain),
        Picture("map-zh", why, chain, language="zh-hans"),
        Picture("carry", carry),
        Picture("why", why, f"#see={running}&tab=why", theme="light"),
        Picture("scheduling", waiting(".grid tr.chosen"), f"#view=scheduling&see={running}"),
        Picture("phone", size=PHONE),
        Picture("phone-why", why, chain, PHONE),
    ]


def of_the_load() -> list[Picture]:
    scaled = "horizontalpodautoscalers.autoscaling/default/shop"
    return [
        Picture("rollout", waiting(".pod-lanes"), "#view=workloads&see=deployments.apps/default/web"),
        Picture("autoscaling", waiting(".steps-told"), f"#view=autoscaling&see={scaled}&back=900"),
        Picture("pod", waiting("[data-end=OOMKilled]"), "#view=pod&see=pods/default/leaky"),
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
        take_all(browser, stack.url, folder)
        browser.close()


def take_all(browser: Browser, site: str, folder: Path) -> None:
    hands = browser.new_page()
    hands.goto(f"{site}/c/demo/")
    scene.until(hands, "window.k8sviz?.connection === 'live'")
    for picture in of_the_rollout(*scene.rollout(hands)):
        take(browser, site, picture, folder)
    scene.load(hands)
    for picture in of_the_load():
        take(browser, site, picture, folder)
    scene.pressure(hands, SHORT_OF_MEMORY)
    place = f"#view=pressure&see=nodes//{SHORT_OF_MEMORY}"
    take(browser, site, Picture("eviction", waiting("circle.evicted"), place), folder)
    hands.close()
    console = scene.presentation(browser, site, "node-failure")
    console.wait_for_timeout(1000)
    save(console, folder, "presenter")


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
    scene.until(page, "window.k8sviz?.connection === 'live'")
    picture.look(page)
    page.wait_for_timeout(1500)  # what is used is asked for, and bars move to their level
    save(page, folder, picture.name)
    context.close()


def save(page: Page, folder: Path, name: str) -> None:
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    print(path, flush=True)


if __name__ == "__main__":
    main()
