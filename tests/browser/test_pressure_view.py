"""The Pressure view: the cluster run ahead under hard and under soft thresholds, side by side."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard
from tests.browser.test_node_pressure import clean, leaking
from tests.servers import Stack

COMPARE = """async ([path, body]) => {
  const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
  const headers = {"Content-Type": "application/json", "X-CSRFToken": config.csrf};
  return (await fetch(path, {method: "POST", headers, body: JSON.stringify(body)})).json();
}"""


def compared(dashboard: Dashboard, node: str, **asked: Any) -> dict[str, Any]:
    """What the door says."""
    path = f"/c/demo/node/{node}/pressure/compare/"
    answer: dict[str, Any] = dashboard.page.evaluate(COMPARE, [path, asked])
    return answer


def slowly(dashboard: Dashboard) -> str:
    """A node on which so little leaks at a time that its manager sees it come."""
    calm = "!node.conditions.some(one => one.type === 'MemoryPressure' && one.status === 'True')"
    node = dashboard.until(f"k8sviz.nodes.find(node => ['worker-1', 'worker-4'].includes(node.name) && {calm})")
    return leaking(dashboard, {"type": "Leak", "leak": {"perSecond": "5Mi"}}, "5Gi", on=node["name"])


def test_hard_and_soft_side_by_side(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    node = slowly(dashboard)
    dashboard.open(f"#see=nodes//{node}&tab=pressure")
    page.get_by_role("button", name="Compare hard and soft thresholds").click()
    expect(page).to_have_url(f"{dashboard.site}/c/demo/#see=nodes//{node}&tab=pressure&view=pressure")
    expect(page.get_by_role("heading", name=f"Node pressure on {node}")).to_be_visible()
    hard, soft = page.locator("[data-run=hard]"), page.locator("[data-run=soft]")
    told = compared(dashboard, node)
    for figure, side in ((hard, told["hard"]), (soft, told["soft"])):
        expect(figure.locator("circle.evicted")).to_have_count(len(side["evictions"]))
        evicted = figure.locator(".moments .evicted")
        expect(evicted.first).to_contain_text("leaks is evicted with")
        expect(evicted.first).to_contain_text(side["evictions"][0]["message"].strip())
        expect(evicted.first.locator(".moment-why")).to_contain_text("Goes before calm, which keeps to its request.")
        expect(evicted.nth(1)).to_contain_text("leaks is gone after")
    expect(hard.locator("rect.grace")).to_have_count(0)
    expect(soft.locator("rect.grace")).to_have_count(1)
    expect(soft.locator(".moments .soft").first).to_contain_text("Below the soft 2Gi: the grace period of 30 s begins")
    expect(hard.locator(".moments .evicted").first).to_contain_text("it gets 1 s to shut down")
    expect(soft.locator(".moments .evicted").first).to_contain_text("it gets 30 s to shut down")
    differs = page.locator(".differences li")
    expect(differs.first).to_contain_text("Soft evicts first at")
    expect(differs.nth(1)).to_have_text("leaks goes first both ways.")
    expect(page.locator(".right-now .ranked tbody").first).to_contain_text("leaks")
    clean(dashboard, node)
    assert dashboard.complaints == []


def test_thresholds_are_written_and_refused_at_their_field(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    node = slowly(dashboard)
    dashboard.open(f"#view=pressure&see=nodes//{node}")
    soft = page.locator("[data-run=soft]")
    field = page.locator("[data-field='soft.threshold'] input")
    expect(field).to_have_value("2Gi")
    field.fill("1Gi")
    expect(soft.locator(".moments .soft").first).to_contain_text("Below the soft 1Gi")
    grace = page.locator("[data-field='soft.gracePeriod']")
    grace.locator("input").fill("soon")
    expect(grace.get_by_role("alert")).to_have_text('time: invalid duration "soon"')
    expect(grace.locator("input")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".both")).to_have_class("both stale")
    grace.locator("input").fill("1h")
    expect(grace.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".differences li").first).to_contain_text("Both evict first at")
    page.locator("[data-field=minutes] input").fill("0")
    expect(page.locator("[data-field=minutes]").get_by_role("alert")).to_contain_text("from 1 to 240")
    page.get_by_role("button", name="As the node has it").click()
    expect(field).to_have_value("2Gi")
    expect(soft.locator(".moments .soft").first).to_contain_text("Below the soft 2Gi")
    clean(dashboard, node)
    dashboard.complaints = [one for one in dashboard.complaints if "400 (Bad Request)" not in one]
    assert dashboard.complaints == []


def test_another_node_and_another_signal_by_the_keyboard(dashboard: Dashboard) -> None:
    page = dashboard.open().open("#view=pressure").page
    expect(page.get_by_text("Choose a node: it is run ahead")).to_be_visible()
    find = page.get_by_label("Find a node")
    find.fill("worker-2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Node pressure on worker-2")).to_be_visible()
    page.get_by_label("Signal").select_option("nodefs.available")
    expect(page.locator("[data-field='soft.threshold'] input")).to_have_value("30%")
    expect(page.locator(".differences li")).to_contain_text("Nobody is evicted within")
    assert "signal=nodefs.available" in page.url and "see=nodes//worker-2" in page.url
    assert dashboard.complaints == []


def test_memory_that_is_taken_between_two_looks_of_the_manager(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    node = leaking(dashboard, {"type": "Step", "fromSeconds": 180, "step": {"by": "32Gi"}})
    dashboard.open(f"#view=pressure&see=nodes//{node}")
    hard = page.locator("[data-run=hard] .moments")
    expect(hard.locator(".evicted").first).to_contain_text("The node itself runs out of memory: the kernel kills.")
    expect(page.locator(".differences")).to_contain_text("Under hard, the node runs out of memory between two looks")
    clean(dashboard, node)
    assert dashboard.complaints == []


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_the_view_is_for_everybody(
    browser: Browser, dashboard: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = dashboard.open().page
    node = slowly(dashboard)
    dashboard.open(f"#view=pressure&see=nodes//{node}")
    page.locator(".moments .evicted").first.wait_for()
    page.locator(".right-now tbody").first.wait_for()
    assert axe.faults(page) == []
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = Dashboard(context.new_page(), stack.url).open().open(f"#view=pressure&see=nodes//{node}")
    phone.page.locator(".moments .evicted").first.wait_for()
    assert phone.page.evaluate("document.querySelector('.pressure-view').scrollWidth <= innerWidth")
    context.close()
    cookie("django_language", "en")
    clean(dashboard, node)
