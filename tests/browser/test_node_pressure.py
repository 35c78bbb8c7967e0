"""The inspector shows what a node's eviction manager sees: signals, thresholds, lines over time, who goes first."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from simulator.engine.clock import SECOND
from simulator.engine.objects import instant_of
from tests.browser import axe
from tests.browser.conftest import Dashboard, pod
from tests.browser.test_pod_views import run
from tests.servers import Stack

BEHAVIORS = "apis/sim.k8sviz.io/v1/namespaces/default/behaviors"
MAPS = "api/v1/namespaces/kube-system/configmaps"
SOFT = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
evictionSoft: {memory.available: 2Gi}
evictionSoftGracePeriod: {memory.available: 30s}
"""


def pressure(dashboard: Dashboard, node: str) -> dict[str, Any]:
    answer: dict[str, Any] = dashboard.page.evaluate(
        "async path => (await fetch(path)).json()", f"/c/demo/node/{node}/pressure.json"
    )
    return answer


LEAK = {"type": "Leak", "leak": {"perSecond": "100Mi"}}


def leaking(dashboard: Dashboard, curve: dict[str, Any] = LEAK, idle: str = "64Mi", on: str = "") -> str:
    """A node with a soft threshold, a pod that leaks and one that keeps to its request; the clock is paused."""
    said = {
        "apiVersion": "sim.k8sviz.io/v1",
        "kind": "Behavior",
        "metadata": {"name": "leaks"},
        "spec": {
            "selector": {"matchLabels": {"app": "leaks"}},
            "memory": {"idle": idle, "curves": [curve]},
        },
    }
    dashboard.ask("POST", BEHAVIORS, said)
    leaks = pod("leaks")
    leaks["metadata"]["labels"] = {"app": "leaks"}
    if on:
        leaks["spec"]["nodeName"] = on
    dashboard.create(leaks)
    node: str = dashboard.pod("leaks", "pod.phase === 'Running'")["node"]
    dashboard.ask("POST", "/c/demo/control", {"do": "pause"})
    calm = pod("calm", resources={"requests": {"memory": "256Mi"}})
    calm["spec"]["nodeName"] = node
    dashboard.create(calm)
    body = {"metadata": {"name": f"kubelet-config-{node}"}, "data": {"kubelet": SOFT}}
    dashboard.ask("POST", MAPS, body)
    run(dashboard, 20)
    return node


def clean(dashboard: Dashboard, node: str) -> None:
    """The node is as it was: what is wrong goes, and a pressure that was reported stays for five minutes more."""
    dashboard.ask("DELETE", f"{BEHAVIORS}/leaks")
    dashboard.ask("DELETE", f"{MAPS}/kubelet-config-{node}")
    dashboard.ask("DELETE", "api/v1/namespaces/default/pods", {"gracePeriodSeconds": 0})
    run(dashboard, 330)
    held = dashboard.ask("GET", f"api/v1/nodes/{node}", None)
    assert "taints" not in held["spec"], held["spec"]["taints"]


def test_a_node_under_pressure(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    node = leaking(dashboard)
    dashboard.open(f"#see=nodes//{node}")
    page.get_by_role("tab", name="Pressure").click()
    expect(page.locator(".pressure-now")).to_have_text("No pressure: no threshold is met.")
    told = pressure(dashboard, node)
    memory = page.locator("[data-signal='memory.available']")
    expect(memory).to_contain_text("hard: below 100Mi")
    expect(memory.locator(".thresholds .soft")).to_contain_text("soft: below 2Gi for 30 s will be met in")
    expect(memory.locator(".left-bar b")).to_have_count(2)
    ranking = next(one for one in told["rankings"] if one["resource"] == "memory")
    rows = page.locator(".ranked tbody")
    assert rows.evaluate_all("all => all.map(one => one.dataset.pod)") == [
        f"{one['namespace']}/{one['name']}" for one in ranking["pods"][:10]
    ]
    first = page.locator(".ranked tbody.first")
    expect(first).to_have_count(1)
    expect(first.get_by_role("rowheader")).to_have_text("leaks" + "first to go")
    expect(first).to_contain_text("and requests none. Goes before calm, which keeps to its request.")
    calm = page.locator("[data-pod='default/calm']")
    expect(calm).to_contain_text("of the 256Mi it requests.")
    expect(calm.locator("td").first).to_have_text("no")
    (line,) = [one for one in told["lines"] if one["signal"] == "memory.available"]
    chart = page.locator("[data-line='memory.available']")
    expect(chart.locator("circle.crossing")).to_have_count(len(line["crossings"]))
    expect(chart.locator(".crossings .soft")).to_contain_text("below the soft 2Gi")
    plot = chart.get_by_role("slider")
    plot.focus()
    before = plot.get_attribute("aria-valuetext")
    assert before and before.startswith("Now: ")
    page.keyboard.press("ArrowRight")
    expect(plot).to_have_attribute("aria-valuetext", chart.locator(".point-told").inner_text())
    expect(chart.locator(".point-told")).to_contain_text("In 10 s: ")
    page.get_by_role("button", name="ephemeral-storage").click()
    disk = next(one for one in told["rankings"] if one["resource"] == "ephemeral-storage")
    expect(first.get_by_role("rowheader")).to_contain_text(disk["pods"][0]["name"])
    page.get_by_role("button", name="memory", exact=True).click()
    soft = next(one["at"] for one in line["crossings"] if one["kind"] == "soft")
    run(dashboard, (instant_of(soft) - instant_of(told["at"])) / SECOND + 11)
    expect(page.locator(".pressure-now")).to_contain_text("MemoryPressure")
    expect(page.locator(".inspector header, .heading").first).to_contain_text("Ready · MemoryPressure")
    expect(memory.locator(".thresholds .soft")).to_contain_text("met, acts in")
    expect(chart.locator(".crossings .soft").first).to_contain_text("ago: below the soft 2Gi")
    clean(dashboard, node)
    assert dashboard.complaints == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_pressure_is_for_everybody(
    browser: Browser, dashboard: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str
) -> None:
    cookie("theme", theme)
    page = dashboard.open().page
    node = leaking(dashboard)
    dashboard.open(f"#see=nodes//{node}&tab=pressure")
    page.locator(".ranked tbody").first.wait_for()
    assert axe.faults(page, ".inspector") == []
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = Dashboard(context.new_page(), stack.url).open(f"#see=nodes//{node}&tab=pressure")
    phone.page.locator(".ranked tbody").first.wait_for()
    assert phone.page.evaluate("document.querySelector('.inspector .panel').scrollWidth <= innerWidth")
    context.close()
    clean(dashboard, node)
