"""The line of time: back and forth with the picture, bookmarks and failures, branches, two of them side by side."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, pod
from tests.browser.test_pod_views import run
from tests.servers import Stack


@pytest.fixture
def at_rest(dashboard: Dashboard) -> Iterator[Dashboard]:
    """A paused cluster in which pod `early` was made twenty seconds before pod `late`, ten seconds ago."""
    dashboard.open()
    run(dashboard, 1)
    dashboard.create(pod("early"))
    run(dashboard, 20)
    dashboard.create(pod("late"))
    run(dashboard, 10)
    yield dashboard
    dashboard.page.evaluate("location.hash = ''")
    dashboard.open()


def line(dashboard: Dashboard) -> Locator:
    return dashboard.page.get_by_role("slider", name="Instant that is shown")


def names(dashboard: Dashboard) -> set[str]:
    held: list[str] = dashboard.page.evaluate(
        "k8sviz.pods.filter(pod => pod.namespace === 'default').map(pod => pod.name)"
    )
    return set(held)


def back(dashboard: Dashboard, seconds: int) -> None:
    line(dashboard).focus()
    for _ in range(seconds // 10):
        dashboard.page.keyboard.press("Shift+ArrowLeft")
    for _ in range(seconds % 10):
        dashboard.page.keyboard.press("ArrowLeft")


def test_the_picture_follows_the_handle(at_rest: Dashboard) -> None:
    page = at_rest.page
    expect(line(at_rest)).to_have_attribute("aria-valuetext", "now")
    back(at_rest, 15)
    at_rest.until("!k8sviz.pods.some(pod => pod.name === 'late')")
    assert names(at_rest) == {"early"}
    expect(line(at_rest)).to_have_attribute("aria-valuetext", re.compile(r"15 s ago$"))
    expect(page.locator(".clock")).to_contain_text("in the past")
    assert page.evaluate("new URLSearchParams(location.hash.slice(1)).get('t')")
    page.reload()
    at_rest.until("window.k8sviz?.pods.length && !k8sviz.pods.some(pod => pod.name === 'late')")
    at_rest.ask("POST", "api/v1/namespaces/default/pods", pod("unseen"))
    page.wait_for_timeout(500)
    assert names(at_rest) == {"early"}
    page.get_by_role("button", name="To now").click()
    at_rest.until("k8sviz.pods.some(pod => pod.name === 'unseen')")
    assert names(at_rest) == {"early", "late", "unseen"}
    assert at_rest.complaints == []


def test_the_log_ends_at_the_instant_and_charts_mark_it(at_rest: Dashboard) -> None:
    page = at_rest.page
    at_rest.open("#see=pods/default/early")
    back(at_rest, 15)
    at_rest.until("!k8sviz.pods.some(pod => pod.name === 'late')")
    page.locator(".view-tab", has_text="Events").click()
    log = page.locator(".log-lines")
    expect(log).to_contain_text("Pod early")
    held = log.locator("li", has_text="Pod late").count()  # of another test, longer ago
    page.locator(".view-tab", has_text="Pod").click()
    expect(page.locator(".instant")).to_be_visible()
    expect(page.locator(".instant")).not_to_contain_text("Now")
    page.get_by_role("button", name="To now").click()
    expect(page.locator(".instant")).to_contain_text("Now")
    page.locator(".view-tab", has_text="Events").click()
    expect(log.locator("li", has_text="Pod late").nth(held)).to_be_visible()
    assert at_rest.complaints == []


def test_by_the_pointer(at_rest: Dashboard) -> None:
    box = line(at_rest).bounding_box()
    assert box
    made: list[str] = at_rest.page.evaluate(
        "k8sviz.pods.filter(pod => pod.namespace === 'default').map(pod => pod.uid)"
    )
    mouse = at_rest.page.mouse
    mouse.move(box["x"] + box["width"] - 2, box["y"] + 22)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 22, steps=4)
    at_rest.until(f"k8sviz.pods.length && !k8sviz.pods.some(pod => {made}.includes(pod.uid))")
    mouse.move(box["x"] + box["width"] + 20, box["y"] + 22, steps=4)
    mouse.up()
    at_rest.until("k8sviz.pods.some(pod => pod.name === 'late')")
    expect(line(at_rest)).to_have_attribute("aria-valuetext", "now")


def test_the_past_is_not_changed_by_mistake(at_rest: Dashboard) -> None:
    page = at_rest.page
    back(at_rest, 15)
    at_rest.until("!k8sviz.pods.some(pod => pod.name === 'late')")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    page.keyboard.press(".")
    expect(page.locator(".outlook [role=alert]")).to_contain_text("The past is shown, and cannot be changed")


def test_bookmarks_and_failures(at_rest: Dashboard) -> None:
    page = at_rest.page
    crashing = pod("crasher", "busybox", command=["sh", "-c", "sleep 1; exit 7"])
    crashing["spec"]["restartPolicy"] = "Never"
    at_rest.create(crashing)
    run(at_rest, 10)
    back(at_rest, 20)
    page.get_by_role("button", name="Bookmark this instant").click()
    page.get_by_label("Name", exact=True).fill("before <b>it</b>")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_role("button", name="Marks and failures").click()
    marks = page.get_by_role("list", name="Marks and failures")
    expect(marks).to_contain_text("crasher: Container main has ended with exit code 7.")
    page.get_by_role("button", name="To now").click()
    marks.get_by_role("button", name="before <b>it</b>").first.click()
    expect(page.locator(".clock")).to_contain_text("in the past")
    marks.get_by_role("button", name="crasher: Container").first.click()
    assert "see=pods/default/crasher" in page.url
    page.get_by_role("button", name="Delete bookmark before").click()
    expect(marks).not_to_contain_text("before")
    page.keyboard.press("Escape")
    expect(marks).to_have_count(0)
    assert at_rest.complaints == []


def test_a_branch_and_both_side_by_side(at_rest: Dashboard) -> None:
    page = at_rest.page
    back(at_rest, 15)
    page.get_by_role("button", name="Branch here").click()
    page.get_by_label("Name (drawn if empty)").fill("Not a label")
    page.get_by_role("button", name="Branch", exact=True).click()
    expect(page.locator(".place-panel [role=alert]")).to_contain_text("DNS label")
    page.get_by_label("Name (drawn if empty)").fill("what-if")
    page.get_by_role("button", name="Branch", exact=True).click()
    page.wait_for_url("**/c/what-if/")
    at_rest.until("window.k8sviz?.connection === 'live' && k8sviz.pods.some(pod => pod.name === 'early')")
    at_rest.until("k8sviz.clock.paused")
    assert names(at_rest) == {"early"}
    page.get_by_role("button", name="Branches").click()
    expect(page.locator(".branches")).to_contain_text("what-if")
    page.get_by_role("link", name="demo").click()
    page.wait_for_url("**/c/demo/")
    at_rest.open()
    page.get_by_role("button", name="Branches").click()
    page.get_by_role("link", name="compare").click()
    expect(page.locator(".object-differences h3")).to_contain_text("differ")
    expect(page.locator(".object-differences li", has_text="Pod default/late")).to_contain_text("only in demo")
    assert "view=compare" in page.url and "with=what-if" in page.url
    at_rest.complaints = [one for one in at_rest.complaints if "400" not in one]
    assert at_rest.complaints == []


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_it_is_for_everybody(
    browser: Browser, at_rest: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = at_rest.page
    page.reload()
    at_rest.open()
    page.locator(".track").focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".places .icon-button").last.click()
    page.locator(".place-panel").wait_for()
    faults = axe.faults(page)
    at_rest.open("#view=compare")
    faults += axe.faults(page)
    cookie("django_language", "en")
    assert faults == []
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = Dashboard(context.new_page(), stack.url).open()
    back(phone, 2)
    phone.page.get_by_role("button", name="Marks and failures").tap()
    phone.page.locator(".place-panel").wait_for()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.complaints == []
    context.close()
