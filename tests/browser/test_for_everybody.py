"""The page is for everybody: screen readers, themes and languages, touch, forced colours, a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.browser import axe
from tests.browser.conftest import Dashboard, pod
from tests.servers import Stack


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_axe_finds_no_fault(
    dashboard: Dashboard, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = dashboard.open().page
    dashboard.create(pod("crasher", "busybox"), pod("vast", resources={"requests": {"cpu": "64"}}))
    dashboard.pod("vast", "pod.message")
    dashboard.pod("crasher", "pod.containers[0].reason")
    faults = []
    for look in ("", "#see=nodes//worker-1", "#see=pods/default/crasher&tab=why", "carry"):
        if look == "carry":
            page.keyboard.press("p")
            page.locator(".put").first.wait_for()
        else:
            dashboard.open(look)
        faults += [(look, *fault) for fault in axe.faults(page)]
    assert faults == []
    cookie("django_language", "en")


def test_theme_and_its_memory(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light theme").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light == "rgb(255, 255, 255)" != dark
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_carrying_by_touch(browser: Browser, dashboard: Dashboard, stack: Stack) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 1024, "height": 768})
    finger = Dashboard(context.new_page(), stack.url).open()
    finger.page.locator(".palette-entry").get_by_text("Pod", exact=True).tap()
    finger.page.get_by_label("Name", exact=True).fill("by-touch")
    finger.page.get_by_role("button", name="Put it here: worker-4").tap()
    assert finger.pod("by-touch")["node"] == "worker-4"
    assert finger.complaints == []
    context.close()


def test_forced_colours_leave_everything_visible(browser: Browser, dashboard: Dashboard, stack: Stack) -> None:
    context = browser.new_context(forced_colors="active")
    plain = Dashboard(context.new_page(), stack.url).open("#see=nodes//worker-1")
    colour = "getComputedStyle(document.querySelector('{}')).{}"
    assert plain.page.evaluate(colour.format(".map-canvas", "backgroundColor")) == "rgb(20, 24, 29)"
    assert plain.page.evaluate(colour.format(".logo path", "stroke")) == plain.page.evaluate(
        colour.format(".brand", "color")
    )
    context.close()


def test_on_a_phone_nothing_overflows(dashboard: Dashboard) -> None:
    dashboard.page.set_viewport_size({"width": 390, "height": 844})
    page = dashboard.open("#see=nodes//worker-1").page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.get_by_role("tab", name="Why").is_visible()
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("k8sviz.selection") is None
    dashboard.create(pod("vast", resources={"requests": {"cpu": "64"}}))
    page.get_by_text("1 unschedulable").click()
    page.get_by_text("Pod fits no node").wait_for()
