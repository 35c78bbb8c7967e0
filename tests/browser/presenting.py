"""What the tests of presenting share: people with browsers of their own, at the console or following."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from tests.browser.conftest import Dashboard
from tests.servers import Stack


class Person(Dashboard):
    """Somebody with a browser of their own; `page` shows the console or what a follower sees."""

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    @property
    def code(self) -> str:
        return self.page.url.rstrip("/").split("/")[-1]

    def begin(self, demo: str) -> None:
        self.go("/present/")
        self.page.locator(f"form[action='/present/start']:has(input[value={demo}]) button").click()
        self.page.wait_for_url(re.compile(r"/present/\d{6}/"))
        expect(self.page.get_by_role("button", name=re.compile("Start with"))).to_be_enabled()

    def join(self, code: str) -> None:
        self.go("/join/")
        self.page.get_by_label("Code").fill(f"{code[:2]} {code[2:4]} {code[4:]}")
        self.page.get_by_role("button", name="Join", exact=True).click()
        self.page.wait_for_url(re.compile(r"/join/\d{6}/"))
        self.until("window.k8sviz?.connection === 'live' && k8sviz.drawn > 0")

    def next(self) -> None:
        self.page.keyboard.press("PageDown")

    def done(self) -> None:
        expect(self.page.get_by_text("done; the clock stands still")).to_be_visible()

    @property
    def picture(self) -> FrameLocator:
        return self.page.frame_locator("iframe")


Meet = Callable[..., Person]


@pytest.fixture
def meet(browser: Browser, stack: Stack) -> Iterator[Meet]:
    """meet(width, height, forced_colors, **cookies): another person. Afterwards nobody's browser has complained."""
    contexts, people = [], []

    def one(width: int = 1280, height: int = 720, forced_colors: Any = None, **cookies: str) -> Person:
        size: Any = {"width": width, "height": height}
        context = browser.new_context(viewport=size, has_touch=width < 500, forced_colors=forced_colors)
        context.add_cookies([{"name": key, "value": value, "url": stack.url} for key, value in cookies.items()])
        contexts.append(context)
        people.append(Person(context.new_page(), stack.url))
        return people[-1]

    yield one
    complaints = [line for person in people for line in person.complaints]
    for person in people:
        if "/present/" in person.page.url and re.search(r"\d{6}/$", person.page.url):
            person.ask("POST", f"/present/{person.code}/end", {})
    for context in contexts:
        context.close()
    print(*complaints)
    assert complaints == []
