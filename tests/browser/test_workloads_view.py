"""The Workloads view: a rollout within its limits, what its steps waited for, its history and the way back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, deployment, pod
from tests.servers import Stack, wait_for

WEB = "apis/apps/v1/namespaces/default/deployments/web"
LOOK = "#view=workloads&see=deployments.apps/default/web"
STRATEGIC = "application/strategic-merge-patch+json"


def patch(dashboard: Dashboard, spec: dict[str, Any]) -> None:
    dashboard.ask("PATCH", WEB, {"spec": spec}, STRATEGIC)


def roll(dashboard: Dashboard, image: str) -> None:
    patch(dashboard, {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}})


def settled(dashboard: Dashboard, n: int = 6) -> None:
    web = "k8sviz.objects.find(one => one.id === 'deployments.apps/default/web')"
    dashboard.until(f"(one => one && one.available === {n} && one.updated === {n} && one.ready === {n})({web})", 60)


def is_complete(dashboard: Dashboard) -> bool:
    """Whether the controller has seen the newest template and all pods are of it, and available."""
    held = dashboard.ask("GET", WEB)
    told, asked = held["status"], held["spec"]["replicas"]
    counts = {told.get(name) for name in ("replicas", "updatedReplicas", "availableReplicas")}
    return told.get("observedGeneration") == held["metadata"]["generation"] and counts == {asked}


def rolled(dashboard: Dashboard) -> Page:
    """Deployment web of six pods, rolled from nginx:1.27 to nginx:1.28, fast."""
    page = dashboard.open().page
    dashboard.ask("POST", "/c/demo/control", {"do": "speed", "speed": 8})
    body = deployment("web", 6)
    body["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.27"
    body["metadata"]["annotations"] = {"kubernetes.io/change-cause": "the first"}
    dashboard.create(body)
    settled(dashboard)
    roll(dashboard, "nginx:1.28")
    wait_for(lambda: is_complete(dashboard), within=60, what="the end of the rollout")
    dashboard.open(LOOK)
    return page


def test_a_rollout_within_its_limits(dashboard: Dashboard) -> None:
    page = rolled(dashboard)
    expect(page.get_by_role("heading", name="Deployment web")).to_be_visible()
    expect(page.locator(".rollout-now")).to_contain_text("Complete: nothing is left to do")
    expect(page.locator(".limit.most text")).to_have_text("at most 8 = 6 + maxSurge 2")
    expect(page.locator(".limit.least text")).to_have_text("at least 5 available = 6 − maxUnavailable 1")
    expect(page.locator(".rounding")).to_contain_text("maxSurge: 25% of 6 is 1.5, rounded up to 2.")
    expect(page.locator(".rounding")).to_contain_text("maxUnavailable: 25% of 6 is 1.5, rounded down to 1.")
    expect(page.locator(".area.layer-new")).to_have_count(1)
    expect(page.locator(".area.layer-old")).to_have_count(1)
    expect(page.locator(".pod-lanes > g")).to_have_count(12)
    expect(page.locator(".span-terminating")).to_have_count(6)
    steps = page.locator(".rollout-steps li")
    expect(steps.first).to_contain_text("nginx:1.27 becomes nginx:1.28")
    expect(steps.last).to_contain_text("All pods are new and available: complete")
    up = steps.filter(has_text="New: 0 to 2")
    up.get_by_role("button").click()
    expect(up.locator(".sum")).to_contain_text("new ones may come")
    expect(up).to_contain_text("deployment-controller")
    expect(page.locator(".step-mark.chosen")).to_have_count(1)
    waited = page.locator(".rollout-steps li", has_text="New: 2 to 3").get_by_role("button")
    waited.click()
    detail = page.locator(".step-detail")
    expect(detail.locator(".step-waits")).to_contain_text("new pods are not available yet")
    expect(detail.locator(".step-waits")).to_contain_text("At least 5 pods must stay available")
    assert dashboard.complaints == []


def test_the_chart_by_the_keyboard(dashboard: Dashboard) -> None:
    page = rolled(dashboard)
    chart = page.get_by_role("slider", name="Pods over time")
    chart.focus()
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("nginx:1.27 becomes nginx:1.28"))
    expect(page.locator(".rollout-steps [aria-expanded=true]")).to_contain_text("nginx:1.27 becomes")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".rollout-steps [aria-expanded=true]")).to_contain_text("New: 0 to 2")
    page.keyboard.press("End")
    expect(page.locator(".rollout-steps [aria-expanded=true]")).to_contain_text("complete")
    assert dashboard.complaints == []


def test_history_difference_and_the_way_back(dashboard: Dashboard) -> None:
    page = rolled(dashboard)
    page.get_by_role("tab", name="History").click()
    assert "part=history" in page.url
    expect(page.locator(".diff .removed")).to_contain_text("image: nginx:1.27")
    expect(page.locator(".diff .added")).to_contain_text("image: nginx:1.28")
    page.get_by_role("button", name="Roll back to 1").click()
    page.get_by_role("button", name="Click again to roll back").click()
    first = page.locator(".history tbody tr").first
    expect(first).to_contain_text("nginx:1.27")
    expect(first).to_contain_text("was 1")
    expect(first.locator("th b")).to_have_text("3")
    expect(first).to_contain_text("the first")
    settled(dashboard)
    held = dashboard.ask("GET", WEB)
    assert held["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.27"
    assert "pod-template-hash" not in held["spec"]["template"]["metadata"]["labels"]
    assert dashboard.complaints == []


def test_pause_resume_scale_and_restart(dashboard: Dashboard) -> None:
    page = rolled(dashboard)
    page.get_by_role("button", name="Pause the rollout").click()
    expect(page.get_by_role("button", name="Resume the rollout")).to_be_visible()
    page.get_by_role("button", name="Restart").click()
    page.get_by_role("button", name="Click again to restart").click()
    expect(page.get_by_role("alert")).to_contain_text("can't restart paused deployment")
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Roll back to 1").click()
    page.get_by_role("button", name="Click again to roll back").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot rollback a paused deployment")
    page.get_by_role("button", name="Resume the rollout").click()
    expect(page.get_by_role("button", name="Pause the rollout")).to_be_visible()
    page.get_by_role("button", name="One more").click()
    expect(page.locator(".doings output")).to_have_text("7")
    settled(dashboard, 7)
    page.get_by_role("button", name="Restart").click()
    page.get_by_role("button", name="Click again to restart").click()
    page.get_by_role("tab", name="Rollout").click()
    expect(page.locator(".rollout-steps li").first).to_contain_text("The pod template changed")
    assert (
        "kubectl.kubernetes.io/restartedAt" in dashboard.ask("GET", WEB)["spec"]["template"]["metadata"]["annotations"]
    )
    assert dashboard.complaints == []


def test_what_the_api_refuses_is_said(dashboard: Dashboard) -> None:
    page = rolled(dashboard)
    message = "admission webhook says no"
    page.route("**/deployments/web/scale", lambda route: route.fulfill(status=403, json={"message": message}))
    page.get_by_role("button", name="One more").click()
    expect(page.get_by_role("alert")).to_have_text(message)
    page.unroute_all()


def test_owners_and_what_they_own(dashboard: Dashboard) -> None:
    page = rolled(dashboard)
    page.get_by_role("tab", name="Owners").click()
    tree = page.get_by_role("list", name="Owners and what they own")
    expect(tree.get_by_role("button", name="ReplicaSet web-")).to_have_count(2)
    expect(tree.get_by_role("button", name="Pod web-")).to_have_count(6)
    tree.get_by_role("button", name="Pod web-").first.click()
    assert "see=pods/default/web-" in page.url
    expect(page.get_by_role("heading", name="Deployment web")).to_be_visible()
    assert dashboard.complaints == []


def test_a_pod_that_nothing_owns(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("alone"))
    dashboard.pod("alone")
    dashboard.open("#view=workloads&see=pods/default/alone")
    expect(page.get_by_text("It has no rollout, and no workload owns it.")).to_be_visible()
    tree = page.get_by_role("list", name="Owners and what they own")
    expect(tree.get_by_role("button", name="Pod alone")).to_be_visible()
    assert dashboard.complaints == []


def test_daemonsets_and_none_at_all(dashboard: Dashboard) -> None:
    page = dashboard.open().open("#view=workloads").page
    expect(page.get_by_text("Choose a workload: its rollout is shown here.")).to_be_visible()
    page.get_by_label("Find a workload").fill("kube-proxy")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="DaemonSet kube-proxy")).to_be_visible()
    expect(page.locator(".area.layer-new")).to_have_count(1)
    assert "see=daemonsets.apps/kube-system/kube-proxy" in page.url
    assert dashboard.complaints == []


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_the_view_is_for_everybody(
    browser: Browser, dashboard: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = rolled(dashboard)
    for look in ("", "&part=history", "&part=owners"):
        dashboard.open(f"{LOOK}{look}")
        page.locator(".rollout-steps li, .diff li, .owner-tree li li").first.wait_for()
        if not look:
            page.locator(".rollout-steps button").nth(1).click()
        assert axe.faults(page) == [], look
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = Dashboard(context.new_page(), stack.url).open().open(LOOK)
    mark = phone.page.locator(".rollout-steps button").nth(1)
    mark.tap()
    expect(phone.page.locator(".step-detail")).to_be_visible()
    for look in ("", "&part=history", "&part=owners"):
        phone.open(f"{LOOK}{look}")
        phone.page.locator(".rollout-steps li, .diff li, .owner-tree li li").first.wait_for()
        assert phone.page.evaluate("document.querySelector('.workloads-view').scrollWidth <= innerWidth")
    context.close()
    cookie("django_language", "en")
