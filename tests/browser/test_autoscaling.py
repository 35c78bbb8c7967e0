"""The Autoscaling view: what an autoscaler did, sliders for the load, and the same run with two behaviors."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard
from tests.servers import Stack

SIM, CORE = "apis/sim.k8sviz.io/v1/namespaces/default", "api/v1/namespaces/default"
AUTOSCALERS = "apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
MERGE = "application/merge-patch+json"
HERE = "#view=autoscaling&see=horizontalpodautoscalers.autoscaling/default/shop"
UP = {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]}


def made(rate: str) -> list[tuple[str, dict[str, Any]]]:
    """The Deployment `shop` of which a Traffic asks, and its autoscaler: where each is made, and its spec."""
    labels = {"app": "shop"}
    container = {
        "name": "main",
        "image": "nginx",
        "ports": [{"containerPort": 80}],
        "resources": {"requests": {"cpu": "200m"}},
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    utilization = {"type": "Utilization", "averageUtilization": 50}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": utilization}}]
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}
    usage = {"selector": {"matchLabels": labels}, "cpu": {"idle": "10m", "perRequest": "5m"}}
    return [
        (f"{SIM}/behaviors", usage),
        ("apis/apps/v1/namespaces/default/deployments", {"selector": {"matchLabels": labels}, "template": template}),
        (f"{CORE}/services", {"selector": labels, "ports": [{"port": 80}]}),
        (f"{SIM}/traffics", {"target": {"service": {"name": "shop"}}, "rate": rate, "clients": 20}),
        (
            AUTOSCALERS,
            {"scaleTargetRef": reference, "maxReplicas": 8, "metrics": metrics, "behavior": {"scaleUp": UP}},
        ),
    ]


def run(dashboard: Dashboard, seconds: int) -> None:
    """Lets the paused cluster go on by so many seconds."""
    before = dashboard.until("k8sviz.clock.paused && k8sviz.clock.now")
    dashboard.ask("POST", "/c/demo/control", {"do": "step", "by": seconds})
    dashboard.until(f"k8sviz.clock.paused && k8sviz.clock.now >= {before + seconds * 1_000_000}", within=60)


@contextlib.contextmanager
def shop(dashboard: Dashboard, rate: str = "5") -> Iterator[None]:
    """The shop after 90 seconds, in a cluster that is paused."""
    dashboard.ask("POST", "/c/demo/control", {"do": "pause"})
    for path, spec in made(rate):
        dashboard.ask("POST", path, {"metadata": {"name": "shop"}, "spec": spec})
    run(dashboard, 90)
    try:
        yield
    finally:
        for path, _spec in made(rate):
            dashboard.ask("DELETE", f"{path}/shop", {})


def load(dashboard: Dashboard, rate: str) -> None:
    dashboard.ask("PATCH", f"{SIM}/traffics/shop", {"spec": {"rate": rate}}, MERGE)


def shot(page: Page, name: str) -> None:
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png")


def test_what_it_did(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    with shop(dashboard):
        load(dashboard, "120")
        run(dashboard, 300)
        load(dashboard, "5")
        run(dashboard, 500)
        dashboard.open("#view=autoscaling")
        page.locator(".autoscalers-here").get_by_role("button", name="shop").click()
        expect(page).to_have_url(
            f"{dashboard.site}/c/demo/#view=autoscaling&see=horizontalpodautoscalers.autoscaling/default/shop"
        )
        expect(page.get_by_role("heading", name="Autoscaling shop")).to_be_visible()
        expect(page.locator(".autoscaling .heading")).to_contain_text("Deployment shop · 1 of 1 to 8 replicas")
        plot = page.get_by_role("slider", name="What shop did over time")
        for line in (".measured", ".target", ".recommended", ".stabilized", "rect.applied", "rect.cut", ".hold.window"):
            expect(plot.locator(line).first).to_be_attached()
        steps = page.locator(".steps-told li")
        capped = steps.filter(has_text="scales 1 → 3 — at most 2 pods more per 60s")
        expect(capped).to_have_count(1)
        expect(steps.filter(has_text="keeps 7 — 5m window: the highest recommendation in it holds")).to_have_count(1)
        expect(steps.filter(has_text="scales 7 → 1")).to_have_count(1)
        plot.focus()
        page.keyboard.press("Home")
        for _step in range(30):
            if "scales 1 → 3" in (plot.get_attribute("aria-valuetext") or ""):
                break
            page.keyboard.press("ArrowRight")
        expect(page.locator(".step-told")).to_contain_text("of 50%: 7 recommended, scales 1 → 3")
        expect(plot.locator(".cursor")).to_have_count(1)
        shot(page, "past-dark")
        page.keyboard.press("End")
        expect(plot.locator(".cursor")).to_have_count(0)
        box = plot.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
        expect(plot.locator(".cursor")).to_have_count(1)
        page.get_by_label("How far back").select_option("900")
        assert "back=900" in page.url
    assert dashboard.complaints == []


def test_load_is_moved_and_refused(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    with shop(dashboard):
        dashboard.open(HERE)
        expect(page.locator(".decision h3")).to_have_text("Keep 1 replica")
        traffic = page.locator("[data-load='traffics/shop']")
        slider, amount = traffic.get_by_role("slider"), traffic.get_by_role("textbox")
        expect(amount).to_have_value("5")
        slider.focus()
        page.keyboard.press("ArrowRight")
        expect(amount).to_have_value("7")
        dashboard.until(
            "fetch('/k8s/demo/apis/sim.k8sviz.io/v1/namespaces/default/traffics/shop')"
            ".then(answer => answer.json()).then(body => body.spec.rate === '7')"
        )
        amount.fill("lots")
        amount.press("Enter")
        expect(traffic.get_by_role("alert")).to_be_visible()
        expect(amount).to_have_attribute("aria-invalid", "true")
        amount.fill("120")
        amount.press("Enter")
        expect(traffic.get_by_role("alert")).to_have_count(0)
        run(dashboard, 60)
        expect(page.locator(".decision h3")).to_have_text("Keep 3 replicas")
        expect(page.locator(".steps-told")).to_contain_text("scales 1 → 3 — at most 2 pods more per 60s")
        expect(page.locator("[data-load='behaviors/shop']").get_by_role("textbox")).to_have_value("10m")
        shot(page, "load-dark")
    assert [one for one in dashboard.complaints if not any(code in one for code in ("400", "404", "422"))] == []


def test_two_behaviors_side_by_side(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    with shop(dashboard):
        dashboard.open(HERE)
        page.get_by_role("tab", name="Two behaviours").click()
        assert "chart=compare" in page.url
        differs = page.locator(".differences li")
        expect(differs).to_have_text(["Neither scales in this time."])
        page.get_by_label("Load that changes").select_option(label="Requests per second of Traffic shop")
        page.locator("[data-field='load.value'] input").fill("120")
        expect(differs.filter(has_text="A reaches 7 replicas after")).to_have_count(1)
        first, second = page.locator("[data-run=first]"), page.locator("[data-run=second]")
        expect(first.locator(".steps-told li").filter(has_text="scales 1 → 3")).to_have_count(1)
        expect(second.locator(".steps-told li").filter(has_text="scales 1 → 5")).to_have_count(1)
        shot(page, "compare-dark")
        period = page.locator("[data-field='second.scaleUp.policies[0].periodSeconds']")
        period.locator("input").fill("1801")
        up = page.locator("[data-side=second]").get_by_role("group", name="Scale up")
        expect(up.get_by_role("alert")).to_have_text("Invalid value: 1801: must be less than or equal to 1800")
        expect(page.locator(".both")).to_have_class("both stale")
        shot(page, "compare-fault")
        period.locator("input").fill("15")
        expect(up.get_by_role("alert")).to_have_count(0)
        up.get_by_label("Which counts").select_option("Disabled")
        expect(differs.first).to_contain_text("B not at all.")
        expect(second.locator(".steps-told")).to_contain_text("scaling up is disabled")
        up.get_by_role("button", name="Remove policy 2").click()
        expect(up.get_by_role("button", name="Remove policy 1")).to_be_disabled()
        up.get_by_role("button", name="Add a policy").click()
        expect(up.locator(".policies li")).to_have_count(2)
        page.get_by_role("button", name="Start over").click()
        expect(differs).to_have_text(["Neither scales in this time."])
    assert [one for one in dashboard.complaints if not any(code in one for code in ("400", "404"))] == []


def test_no_autoscaler(dashboard: Dashboard) -> None:
    page = dashboard.open().open("#view=autoscaling").page
    expect(page.locator(".autoscalers-here")).to_contain_text("There is no HorizontalPodAutoscaler yet")
    shot(page, "none")
    dashboard.open(HERE)
    expect(page.locator(".autoscaling").get_by_role("alert")).to_contain_text('"shop" not found')
    assert [one for one in dashboard.complaints if "404 (Not Found)" not in one] == []


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_the_view_is_for_everybody(
    browser: Browser, dashboard: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = dashboard.open().page
    with shop(dashboard):
        load(dashboard, "120")
        run(dashboard, 200)
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
        phone = Dashboard(context.new_page(), stack.url).open()
        for panel in ("", "&chart=compare"):
            dashboard.open().open(HERE + panel)
            expect(page.locator(".steps-told li").first).to_be_visible()
            shot(page, f"{theme}-{language}{panel}")
            assert axe.faults(page) == []
            phone.open().open(HERE + panel)
            expect(phone.page.locator(".steps-told li").first).to_be_attached()
            shot(phone.page, f"phone-{language}{panel}")
            assert phone.page.evaluate("document.querySelector('.autoscaling').scrollWidth <= innerWidth")
        context.close()
    cookie("django_language", "en")
