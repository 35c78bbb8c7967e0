"""The page in headless Chromium, before a cluster of 5,000 nodes and 150,000 pods.

How long a frame takes at each level of detail, how long the page takes to take in changes, when the picture is there.
"""

from __future__ import annotations

import gzip
import json
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from simulator.bench.cases import Case, Measured
from simulator.bench.house import House

_DIFFS = 10_000
_FRAMES = 60
_OPENINGS = 5
_MAKE = "from simulator.bench import large; print(large.make().revision)"
_TOUCH = f"""
from simulator.bench import large
from simulator.models import Cluster
print(large.touch(Cluster.objects.get(name="large"), {_DIFFS}))
"""
_TIMED = """
window.timed = {frames: [], messages: []};
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (act) => ask((now) => {
  const begun = performance.now();
  act(now);
  window.timed.frames.push(performance.now() - begun);
});
const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {...own, set(act) {
  own.set.call(this, (event) => {
    const begun = performance.now();
    act(event);
    window.timed.messages.push(performance.now() - begun);
  });
}});
"""
"""Times what the page does for each frame of animation and each message, from outside."""
_SCROLL = """async (frames) => {
  const area = document.querySelector(".map-scroller");
  window.timed.frames = [];
  for (let at = 0; at < frames; at++) {
    area.scrollTop += at % 2 ? -3 : 3;
    area.dispatchEvent(new Event("scroll"));
    await new Promise((done) => setTimeout(done, 40));
  }
  return window.timed.frames;
}"""


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def _opened(browser: Any, house: House, place: str = "") -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(_TIMED)
    page.goto(f"{house.url}/c/large/{place}")
    until(page, "window.k8sviz && k8sviz.drawn > 0 && k8sviz.nodes.length > 0")
    return page


def until(page: Any, expression: str, patience: float = 180.0) -> None:
    """Playwright's own wait would need `eval`, which our policy forbids."""
    for _ in range(int(patience / 0.05)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise RuntimeError(f"never true: {expression}")


def _frames(place: str) -> Measured:
    """Milliseconds that the page works for one frame while the map scrolls."""
    with House() as house, chromium() as browser:
        house.run(_MAKE)
        page = _opened(browser, house, place)
        page.wait_for_timeout(3000)
        samples = page.evaluate(_SCROLL, _FRAMES)
    return Measured(samples, "ms a frame, 5,000 nodes and 150,000 pods")


def _first_picture() -> Measured:
    """Seconds from asking for the page until the whole cluster is painted; the first page finds a cold server."""
    samples = []
    with House() as house, chromium() as browser:
        house.run(_MAKE)
        for _ in range(_OPENINGS + 1):
            page = _opened(browser, house)
            samples.append(page.evaluate("([...k8sviz.drawnAt.values()][0] - performance.timeOrigin) / 1000"))
            page.close()
    return Measured(samples[1:], "s to the first picture", {"cold_server_seconds": round(samples[0], 2)})


def _apply() -> Measured:
    """Milliseconds in which the page takes in 10,000 changed pods, message by message, without the painting."""
    samples = []
    with House() as house, chromium() as browser:
        house.run(_MAKE)
        page = _opened(browser, house)
        for _ in range(5):
            page.evaluate("window.timed.messages = []")
            revision = int(house.run(_TOUCH))
            until(page, f"k8sviz.revision >= {revision}")
            samples.append(sum(page.evaluate("window.timed.messages")))
    return Measured(samples, "ms for 10,000 changed pods", {"spread": round(statistics.pstdev(samples), 1)})


def _core() -> Measured:
    """Kilobytes of gzip that each page of a cluster loads before anybody opens an editor."""
    dist = Path(settings.BASE_DIR) / "static" / "dist"
    manifest = json.loads((dist / "manifest.json").read_text())
    wanted, seen = ["static/src/main.tsx"], set()
    total = 0
    while wanted:
        part = manifest[wanted.pop()]
        if part["file"] not in seen:
            seen.add(part["file"])
            total += len(gzip.compress((dist / part["file"]).read_bytes(), 9))
            wanted += part.get("imports", [])
    return Measured([total / 1024], "kB of gzip")


CASES = [
    Case("page/FarFrame", "a frame of the map that shows all nodes as tiles", lambda: _frames("")),
    Case("page/MidFrame", "a frame of the map whose pods are pixels", lambda: _frames("#zoom=6")),
    Case("page/NearFrame", "a frame of the map whose pods are tiles", lambda: _frames("#zoom=24")),
    Case("page/FirstPicture", "from asking for the page until the large cluster is painted", _first_picture),
    Case("page/Apply", "the page takes in 10,000 changed pods", _apply),
    Case("page/CoreJavaScript", "what each page loads", _core),
]
