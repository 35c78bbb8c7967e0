"""Predict first: nothing tells the answer before the guess, then guess and answer stand side by side."""

from playwright.sync_api import expect

from tests.browser.conftest import Dashboard, pod
from tests.browser.scheduling import address, trace


def test_the_answer_is_covered_until_it_is_guessed(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("covered"))
    node = dashboard.pod("covered")["node"]
    dashboard.open(address("covered"))
    page.get_by_role("switch", name="Predict first").click()
    page.get_by_role("heading", name="Where will it go?").wait_for()
    assert "predict=1" in page.url
    assert page.locator(".grid").count() == 0 and page.locator(".message").count() == 0
    assert node not in page.locator(".heading").inner_text()
    assert node not in page.locator(".scheduling-list .line", has_text="covered").first.inner_text()
    page.reload()
    page.get_by_role("heading", name="Where will it go?").wait_for()
    page.get_by_role("tab", name="What if").click()
    page.get_by_text("Guess first").wait_for()
    assert page.locator(".grid").count() == 0


def test_a_wrong_guess_is_told_why(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("missed"))
    node = dashboard.pod("missed")["node"]
    dashboard.open(address("missed", predict="1"))
    assert page.get_by_role("button", name="Reveal").is_disabled()
    page.locator(".guess", has_text="control-plane").click()
    page.get_by_role("button", name="Reveal: I say control-plane").click()
    answer = page.locator(".revealed")
    expect(answer).to_contain_text("Not this time. TaintToleration refuses control-plane")
    assert answer.locator("dd").all_inner_texts() == ["control-plane", node]
    page.locator(".grid tr.chosen").wait_for()
    expect(page.locator(".guessed")).to_have_text("Right: 0 of 1")


def test_right_guesses_are_counted_ties_too(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("found"), pod("vast", resources={"requests": {"cpu": "64"}}))
    dashboard.pod("found")
    dashboard.pod("vast", "pod.message")
    guess = trace(dashboard, "found")["ties"][-1]
    dashboard.open(address("found", predict="1"))
    page.locator(".guess").get_by_text(guess, exact=True).click()
    page.get_by_role("button", name="Reveal").click()
    expect(page.locator(".revealed")).to_contain_text("Right")
    page.locator(".places .line", has_text="vast").click()
    page.get_by_role("button", name="Nowhere", exact=True).click()
    page.get_by_role("button", name="Reveal: I say nowhere").click()
    expect(page.locator(".revealed")).to_contain_text("Right. NodeResourcesFit refuses 4 nodes")
    expect(page.locator(".guessed")).to_have_text("Right: 2 of 2")


def test_the_tab_of_a_pod_keeps_the_secret(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("secret"))
    dashboard.pod("secret")
    dashboard.open("#see=pods/default/secret&tab=scheduling&predict=1")
    page.get_by_role("button", name="Guess where it goes").click()
    page.get_by_role("heading", name="Where will it go?").wait_for()


def test_one_decision_is_asked_once_whichever_way_leads_to_it(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("once"))
    node = dashboard.pod("once")["node"]
    dashboard.open(address(predict="1"))
    page.locator(".made .line", has_text="once").first.click()
    page.locator(".guess").get_by_text(node, exact=True).click()
    page.get_by_role("button", name="Reveal").click()
    page.get_by_label("Find a pod").fill("once")
    page.locator(".scheduling-list .line", has_text="once").click()
    page.locator(".grid tr.chosen").wait_for()
    expect(page.locator(".guessed")).to_have_text("Right: 1 of 1")
