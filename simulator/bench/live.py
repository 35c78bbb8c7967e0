"""Write to pixel: how long after a client begins to create a pod by the API its tile is painted in a real browser."""

from __future__ import annotations

import json
import shutil
import time
import urllib.request
from typing import Any

from simulator.bench.cases import Case, Measured
from simulator.bench.house import House
from simulator.bench.page import until

_PODS = 60
_PAINTED = """async revision => {
    const at = () => Math.min(...[...window.k8sviz.drawnAt].filter(([r]) => r >= revision).map(([, at]) => at));
    if (!isFinite(at())) await window.k8sviz.whenDrawn(revision);
    return at();
}"""


def _pod(number: int) -> dict[str, Any]:
    containers = [{"name": "main", "image": "nginx:1.29"}]
    return {"metadata": {"name": f"pixel-{number}"}, "spec": {"containers": containers}}


def _create(house: House, token: str, body: dict[str, Any]) -> int:
    """Creates a pod over HTTP; the revision at which it was stored."""
    request = urllib.request.Request(
        f"{house.url}/k8s/demo/api/v1/namespaces/default/pods",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(json.load(answer)["metadata"]["resourceVersion"])


_FOLLOW = """followers => Promise.all(Array.from({length: followers}, () => new Promise((done, fail) => {
    const socket = new WebSocket(`ws://${location.host}/ws/c/demo/`);
    socket.onmessage = done;
    socket.onerror = fail;
    (window.held ??= []).push(socket);
}))).then(() => null)"""
"""Other browsers, as far as the server can tell: each has taken its snapshot when this is done."""


def _write_to_pixel(others: int = 0) -> Measured:
    from playwright.sync_api import sync_playwright

    samples = []
    with House() as house, sync_playwright() as playwright:
        token = house.token()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{house.url}/c/demo/")
        until(page, "window.k8sviz && window.k8sviz.drawn > 0")
        if others:
            crowd = browser.new_page()
            crowd.goto(f"{house.url}/c/demo/")
            crowd.evaluate(_FOLLOW, others)
        for number in range(_PODS):
            begun = time.time() * 1000
            revision = _create(house, token, _pod(number))
            samples.append(page.evaluate(_PAINTED, revision) - begun)
            time.sleep(0.25)
        browser.close()
    ordered = sorted(samples)
    return Measured(samples, "ms", {"p95_ms": round(ordered[-(-len(ordered) * 95 // 100) - 1], 1)})


CASES = [
    Case(
        "live/WriteToPixel", "from the start of a create by the API until the browser has painted it", _write_to_pixel
    ),
    Case("live/WriteToPixel50", "the same while 49 others follow the cluster", lambda: _write_to_pixel(49)),
]
