"""The Quotas view bounds a namespace in pictures; the Events view finds a line of the log and what led to it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, deployment, pod
from tests.servers import Stack

NAMESPACED = "api/v1/namespaces/default"
QUOTA = {"metadata": {"name": "compute"}, "spec": {"hard": {"pods": "2", "requests.cpu": "1"}}}
RANGE = {
    "metadata": {"name": "usual"},
    "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "300m"}, "max": {"cpu": "2"}}]},
}


@pytest.fixture
def bounded(dashboard: Dashboard) -> Iterator[Dashboard]:
    """Namespace default with a quota of two pods, and defaults for containers."""
    dashboard.open()
    dashboard.ask("POST", f"{NAMESPACED}/limitranges", RANGE)
    dashboard.ask("POST", f"{NAMESPACED}/resourcequotas", QUOTA)
    try:
        yield dashboard
    finally:
        dashboard.open()
        dashboard.ask("DELETE", f"{NAMESPACED}/resourcequotas/compute")
        dashboard.ask("DELETE", f"{NAMESPACED}/limitranges/usual")


def test_a_quota_that_is_full(bounded: Dashboard) -> None:
    page = bounded.page
    bounded.create(deployment("many", 4))
    bounded.until("k8sviz.pods.filter(pod => pod.namespace === 'default').length === 2")
    bounded.open("#view=quotas")
    card = page.locator(".quota-card", has_text="compute")
    expect(card.locator("dl > div", has_text="pods")).to_contain_text("2 of 2")
    expect(card.locator("dl > div", has_text="requests.cpu")).to_contain_text("600m of 1")
    expect(page.get_by_role("button", name="default 100% used")).to_have_attribute("aria-pressed", "true")
    refusal = page.locator(".refusals > li").first
    expect(refusal).to_contain_text("replicaset-controller: create pods ReplicaSet many-")
    expect(refusal).to_contain_text("2 used + 1 asked for is more than the 2 of compute")
    expect(page.locator(".limit-range tbody tr")).to_have_text("Container" + "cpu" + "–" + "2" + "300m" + "2" + "–")
    first = page.locator(".filled li").first
    expect(first).to_contain_text("LimitRanger plugin set: cpu request for container main")
    first.get_by_role("button").click()
    assert "see=pods/default/many-" in page.url
    page.get_by_role("button", name="kube-public").click()
    expect(page.locator(".quotas-view")).to_contain_text("No ResourceQuota")
    assert "ns=kube-public" in page.url
    assert bounded.complaints == []


def test_a_create_that_is_refused_by_hand(bounded: Dashboard) -> None:
    page = bounded.page
    bounded.open("#view=quotas")
    page.get_by_role("heading", name="Namespace default").wait_for()
    page.evaluate(
        """async ([path, body]) => {
            const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
            const headers = {"Content-Type": "application/json", "X-CSRFToken": config.csrf};
            await fetch(`${config.api}/${path}`, {method: "POST", headers, body: JSON.stringify(body)});
        }""",
        [f"{NAMESPACED}/pods", pod("vast", resources={"limits": {"cpu": "9"}, "requests": {"cpu": "100m"}})],
    )
    refusal = page.locator(".refusals > li", has_text="vast").first
    expect(refusal).to_contain_text("dashboard: create pods vast")
    expect(refusal).to_contain_text("maximum cpu usage per Container is 2, but limit is 9")


def test_any_line_leads_to_its_causes_and_to_the_map(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("sought"))
    dashboard.pod("sought")
    dashboard.open("#view=events")
    page.get_by_label("Find in the log").fill("sought bind")
    bound = page.locator(".log-lines li", has_text="Bind").first
    bound.get_by_role("button").click()
    chain = page.get_by_role("complementary", name="Why")
    expect(chain.locator("h4").first).to_contain_text("Pod bound to a node")
    assert "log-text=sought" in page.url and "line=" in page.url
    page.reload()
    expect(chain.locator("h4").last).to_contain_text("Pod created")
    page.get_by_role("button", name="Show on the map").click()
    assert "see=pods/default/sought" in page.url and "view=" not in page.url
    dashboard.until("k8sviz.lit.join() === 'pods/default/sought'")
    assert dashboard.complaints == []


@pytest.mark.parametrize("zoom", ["", "&zoom=0.3"])
def test_the_objects_of_a_chain_are_lit_on_the_map(dashboard: Dashboard, zoom: str) -> None:
    page = dashboard.open().page
    dashboard.create(pod("aside"), deployment("web", 2))
    dashboard.until("k8sviz.pods.filter(pod => pod.namespace === 'default' && pod.phase === 'Running').length === 3")
    dashboard.open(f"#view=events&log-text=web+bind{zoom}")
    page.locator(".log-lines button").first.click()
    page.get_by_role("button", name="Show on the map").click()
    ids = dashboard.until("k8sviz.lit.length >= 3 && k8sviz.lit")
    named = page.get_by_role("region", name="Lit objects")
    assert {one.split("/")[0] for one in ids} == {"pods", "replicasets.apps", "deployments.apps"}
    expect(named.locator("li")).to_have_text([one.split("/")[-1] for one in ids])
    shown = page.evaluate("k8sviz.map.lit")  # a Deployment is seen in its pods
    assert len(shown) == 2 and all(name.startswith("web-") for name in shown)
    page.reload()
    dashboard.until(f"window.k8sviz?.connection === 'live' && k8sviz.lit.length === {len(ids)}")
    named.get_by_role("button", name="web", exact=True).click()
    dashboard.until("k8sviz.selection === 'deployments.apps/default/web'")
    page.keyboard.press("Escape")
    dashboard.until("k8sviz.lit.length === 0 && k8sviz.selection !== null")
    expect(named).to_have_count(0)
    assert "aside" in page.evaluate("k8sviz.map.lit") and "lit=" not in page.url
    page.keyboard.press("Escape")
    dashboard.until("k8sviz.selection === null")
    dashboard.open(f"#lit={','.join(ids)}")
    named.get_by_role("button", name="show all").press("Enter")
    dashboard.until("k8sviz.lit.length === 0")
    assert dashboard.complaints == []


def test_the_log_is_narrowed_down_and_goes_on(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("early"))
    dashboard.pod("early", "pod.phase === 'Running'")
    dashboard.open("#view=events")
    lines = page.locator(".log-lines li")
    expect(lines).to_have_count(100)
    page.get_by_role("button", name="Older lines").click()
    expect(lines).to_have_count(200)
    page.get_by_label("Kind").select_option("pods")
    page.get_by_label("by people only").check()
    expect(lines.first).to_contain_text("Pod early")
    dashboard.create(pod("late"))
    expect(lines.first).to_contain_text("Pod late")
    page.get_by_label("Find in the log").fill("no such thing")
    expect(page.locator(".events-view")).to_contain_text("No line of the log matches.")
    page.get_by_role("button", name="Show all").click()
    expect(lines).to_have_count(100)


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_both_views_are_for_everybody(
    browser: Browser, bounded: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    bounded.create(deployment("many", 4))
    bounded.until("k8sviz.pods.filter(pod => pod.namespace === 'default').length === 2")
    cookie("theme", theme)
    cookie("django_language", language)
    page = bounded.page
    faults = []
    lit = "#lit=" + ",".join([f"pods/default/{'b' * 63}", "nodes//worker-1", "deployments.apps/default/many"] * 3)
    views = (("#view=quotas", ".refusals"), ("#view=events&log-text=many", ".log-lines li"), (lit, ".lights li"))
    for look, ready in views:
        bounded.open(look)
        page.locator(ready).first.wait_for()
        faults += [(look, *fault) for fault in axe.faults(page)]
    cookie("django_language", "en")
    assert faults == []
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = Dashboard(context.new_page(), stack.url).open().open("#view=quotas")
    phone.page.get_by_label("Namespace", exact=True).select_option("default")
    phone.page.locator(".refusals").wait_for()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    phone.page.get_by_label("View", exact=True).select_option("events")
    phone.page.locator(".log-lines li").first.wait_for()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    phone.open(lit)
    phone.page.locator(".lights").wait_for()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.complaints == []
    context.close()
