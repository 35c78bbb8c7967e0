"""Presenting in two real browsers: the presenter's console and a follower's page, against the whole running system."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.presenting import Meet, Person, meet

__all__ = ["meet"]


def test_a_class_follows_answers_and_the_presenter_goes_back(meet: Meet) -> None:
    lead, other = meet(), meet()
    lead.begin("oom-kill")
    other.join(lead.code)
    expect(lead.page.get_by_text("1 following").first).to_be_visible()
    expect(other.page.get_by_text("It begins in a moment.")).to_be_visible()
    lead.next()
    expect(other.page.get_by_role("heading", level=1)).to_contain_text("asked for 50Mi")
    lead.done()
    other.until("k8sviz.lit.includes('pods/default/modest') && k8sviz.selection === 'pods/default/modest'")
    expect(other.page.get_by_role("heading", level=1)).to_contain_text("runs on undisturbed")

    lead.next()
    choice = other.page.get_by_role("button", name="It is killed and started again in the same pod")
    choice.click()
    expect(choice).to_have_attribute("aria-pressed", "true")
    expect(lead.page.get_by_text("1 of 1 answered")).to_be_visible()
    lead.next()
    expect(other.page.get_by_text("You were right.")).to_be_visible()
    other.until("k8sviz.pods.some(pod => pod.name === 'hungry')")
    expect(choice).to_be_disabled()

    lead.page.keyboard.press("PageUp")
    expect(lead.page.get_by_text("Step 1 of 5")).to_be_visible()
    other.until("!k8sviz.pods.some(pod => pod.name === 'hungry') && k8sviz.pods.some(pod => pod.name === 'modest')")
    for one in (lead, other):  # who asks for a pod just when time goes back before it is told that there is none
        one.complaints = [line for line in one.complaints if not ("404" in line and "hungry" in line)]
    lead.next()
    expect(lead.page.get_by_text("0 of 1 answered")).to_be_visible()

    lead.page.get_by_role("button", name="End").click()
    lead.page.get_by_role("button", name="Click again: it ends for all").click()
    expect(other.page.get_by_text("The presentation has ended.")).to_be_visible()
    lead.page.wait_for_url(re.compile("/present/$"))


def test_pointer_lines_lights_black_and_large_type(meet: Meet) -> None:
    lead, other = meet(), meet()
    lead.begin("oom-kill")
    other.join(lead.code)
    lead.next()
    lead.done()
    expect(lead.picture.locator(".map-canvas")).to_be_visible()
    box = lead.page.locator("iframe").bounding_box()
    assert box is not None

    lead.page.keyboard.press("l")
    expect(lead.picture.locator(".marks.laser")).to_be_visible()
    lead.page.mouse.move(box["x"] + 100, box["y"] + 120)
    lead.page.mouse.move(box["x"] + 140, box["y"] + 130, steps=4)
    expect(other.page.locator(".laser-dot")).to_be_visible()
    lead.page.keyboard.press("l")
    expect(other.page.locator(".laser-dot")).to_have_count(0)

    lead.page.keyboard.press("f")
    expect(lead.picture.locator(".marks.draw")).to_be_visible()
    lead.page.mouse.move(box["x"] + 60, box["y"] + 100)
    lead.page.mouse.down()
    lead.page.mouse.move(box["x"] + 200, box["y"] + 140, steps=8)
    lead.page.mouse.up()
    expect(other.page.locator(".marks polyline")).to_have_count(1)
    lead.page.get_by_role("button", name="Wipe").click()
    expect(other.page.locator(".marks polyline")).to_have_count(0)

    lead.page.get_by_role("button", name="Spotlight").click()
    expect(lead.picture.locator(".marks.spotlight")).to_be_visible()
    lead.picture.locator(".marks").click(position={"x": 60, "y": 60})
    other.until("k8sviz.lit.some(id => id.startsWith('nodes//'))")
    lead.page.keyboard.press("Escape")
    lead.page.keyboard.press("d")
    other.until("k8sviz.lit.length === 0")

    lead.page.keyboard.press("b")
    expect(other.page.locator(".black")).to_be_visible()
    lead.page.keyboard.press("b")
    expect(other.page.locator(".black")).to_have_count(0)
    lead.page.keyboard.press("t")
    expect(other.page.locator("html.large")).to_have_count(1)
    lead.picture.get_by_role("button", name="Workloads").click()
    expect(other.page).to_have_url(re.compile("view=workloads"))
    lead.page.keyboard.press("?")
    expect(lead.page.get_by_role("dialog", name="Keys")).to_contain_text("Page Down")


def test_exploring_and_coming_back(meet: Meet) -> None:
    lead, other = meet(), meet()
    lead.begin("oom-kill")
    other.join(lead.code)
    lead.next()
    lead.done()
    other.page.get_by_role("button", name="Explore on my own").click()
    other.page.wait_for_url(re.compile("/c/"))
    other.until("window.k8sviz?.connection === 'live' && k8sviz.pods.some(pod => pod.name === 'modest')")
    expect(lead.page.get_by_text("0 following, 1 exploring")).to_be_visible()
    path = other.page.url.removeprefix(other.site).partition("#")[0]
    other.ask("POST", f"{path}control", {"do": "step", "by": 60})
    assert lead.page.evaluate("k8sviz.clock.paused")
    other.page.get_by_role("link", name="Back to the presenter").click()
    other.page.wait_for_url(re.compile(r"/join/\d{6}/"))
    expect(lead.page.get_by_text("1 following, 0 exploring")).to_be_visible()


def test_something_is_broken_and_mended(meet: Meet) -> None:
    lead = meet()
    lead.begin("oom-kill")
    lead.page.get_by_role("button", name="Crash a node").click()
    expect(lead.page.get_by_text("NodeCrash on worker-1")).to_be_visible()
    lead.page.get_by_role("button", name="Mend").click()
    expect(lead.page.get_by_text("NodeCrash on worker-1")).to_have_count(0)


def test_a_second_console_is_told_and_may_take_over(meet: Meet) -> None:
    lead = meet()
    lead.begin("oom-kill")
    second = Person(lead.page.context.new_page(), lead.site)
    second.go(f"/present/{lead.code}/")
    expect(second.page.get_by_text("This is being presented from another window")).to_be_visible()
    second.next()
    expect(lead.page.get_by_role("button", name=re.compile("Start with"))).to_be_visible()
    second.page.get_by_role("button", name="Take over").click()
    expect(lead.page.get_by_text("This is being presented from another window")).to_be_visible()
    second.next()
    expect(lead.page.get_by_text("Step 1 of 5")).to_be_visible()
    assert second.complaints == []


def test_a_wrong_code_says_so(meet: Meet) -> None:
    other = meet()
    other.go("/join/")
    other.page.get_by_label("Code").fill("000000")
    other.page.get_by_role("button", name="Join", exact=True).click()
    expect(other.page.get_by_role("alert")).to_contain_text("No presentation has this code now")
    other.complaints.clear()  # the browser tells of the 404


def test_on_a_phone_in_chinese(meet: Meet) -> None:
    lead, other = meet(), meet(390, 844, django_language="zh-hans", theme="light")
    lead.begin("oom-kill")
    other.go(f"/join/{lead.code}/")
    other.page.locator("form.join button").tap()
    other.page.locator(".following").wait_for()
    other.until("window.k8sviz?.connection === 'live'")
    lead.next()
    lead.done()
    lead.next()
    expect(other.page.get_by_role("heading", level=1)).to_contain_text("第二个容器")
    answer = other.page.get_by_role("button", name="它会变慢")
    answer.tap()
    expect(answer).to_have_attribute("aria-pressed", "true")
    assert other.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = "[...document.querySelectorAll('.tools > button, .choice')].filter(one => one.offsetHeight < 43).length"
    assert other.page.evaluate(small) == 0


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh-hans")])
def test_axe_finds_no_fault(meet: Meet, theme: str, language: str) -> None:
    lead, other = meet(theme=theme, django_language=language), meet(theme=theme, django_language=language)
    faults: list[Any] = []

    def look(page: Page, where: str) -> None:
        faults.extend((where, *fault) for fault in axe.faults(page, frames=False))

    lead.go("/present/")
    look(lead.page, "list")
    lead.page.locator("form[action='/present/start']:has(input[value=oom-kill]) button").click()
    lead.page.wait_for_url(re.compile(r"/present/\d{6}/"))
    lead.page.locator(".join.large").wait_for()
    look(lead.page, "start")
    other.go(f"/join/{lead.code}/")
    look(other.page, "join")
    other.page.locator("form.join button").click()
    other.page.locator(".following").wait_for()
    other.until("window.k8sviz?.connection === 'live'")
    lead.next()
    lead.page.locator(".waits.good").wait_for()
    look(lead.page, "console")
    look(other.page, "follower")
    lead.next()
    other.page.locator(".choice").first.click()
    lead.page.locator(".prediction").wait_for()
    look(lead.page, "asked")
    look(other.page, "answering")
    assert faults == []


def test_a_chain_that_the_presenter_lights_is_lit_for_all(meet: Meet) -> None:
    lead, other = meet(), meet()
    lead.begin("oom-kill")
    other.join(lead.code)
    lead.next()
    lead.done()
    lead.picture.get_by_role("button", name="Events", exact=True).click()
    lead.picture.get_by_label("Find in the log").fill("modest bind")
    lead.picture.locator(".log-lines button").first.click()
    lead.picture.get_by_role("button", name="Show on the map").click()
    other.until("k8sviz.lit.join() === 'pods/default/modest'")
    expect(other.page).not_to_have_url(re.compile("lit="))
    expect(other.page.locator(".lights")).to_have_count(0)
