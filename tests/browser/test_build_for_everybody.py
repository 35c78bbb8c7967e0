"""Building is for everybody: screen readers, both themes, Chinese, a phone, the keyboard alone."""

from collections.abc import Callable

import pytest

from tests.browser import axe
from tests.browser.building import appears, builder
from tests.browser.conftest import Dashboard
from tests.browser.test_build_documents import ONE, PASTE

__all__ = ["builder"]


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh-hans")])
def test_axe_finds_no_fault(builder: Dashboard, cookie: Callable[[str, str], None], theme: str, language: str) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = builder.open().page
    faults = []
    for at in (0, 1, 7, 12, 13, 14, 15):  # Pod, Deployment, Service, Node, taint, Traffic, Fault
        page.locator(".palette-entry").nth(at).click()
        page.get_by_role("tab").nth(2).click()
        page.locator(".drafting .cm-content").wait_for()
        page.locator("[id='field-metadata.name'], [id='field-spec.taints[0].key']").fill("Not A Name!")
        page.locator(".line .wrong").first.wait_for()
        faults += [(at, *fault) for fault in axe.faults(page)]
        page.keyboard.press("Escape")
    page.evaluate(PASTE, f"{ONE.format('one')}---\n{ONE.format('Bad')}")
    page.locator(".verdicts .wrong").first.wait_for()
    faults += [("documents", *fault) for fault in axe.faults(page)]
    assert faults == []
    cookie("django_language", "en")


def test_on_a_phone_the_sheet_is_the_whole_screen(builder: Dashboard) -> None:
    builder.page.set_viewport_size({"width": 390, "height": 844})
    page = builder.open().page
    page.get_by_role("button", name="Create", exact=True).click()
    page.locator(".palette-entry").get_by_text("Pod", exact=True).click()
    builder.name("by-phone")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.locator(".inspector").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.locator(".places").get_by_role("button", name="worker-4 Put it here").click()
    assert builder.pod("by-phone")["node"] == "worker-4"


def test_by_keyboard_alone(builder: Dashboard) -> None:
    page = builder.open().page
    page.keyboard.press("a")
    page.keyboard.type("taint")
    page.keyboard.press("Enter")
    page.locator(".place").first.wait_for()
    page.locator(".map-scroller").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    builder.until("k8sviz.nodes.find(node => node.name === 'worker-1').taints.length === 1")
    builder.until("k8sviz.selection === 'nodes//worker-1'")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.type("secret")
    page.keyboard.press("Enter")
    page.get_by_text("new Secret, not yet created").wait_for()
    page.keyboard.press("s")
    appears(builder, "api/v1/namespaces/default/secrets", "login")
