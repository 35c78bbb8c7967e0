"""The page shows the cluster as it is, explains it, and steers its time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Dashboard

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CREATE = """async (name) => {
  const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
  const body = {metadata: {name}, spec: {containers: [{name: "main", image: "nginx"}]}};
  const answer = await fetch(config.api + "/api/v1/namespaces/default/pods", {
    method: "POST",
    headers: {"Content-Type": "application/json", "X-CSRFToken": config.csrf},
    body: JSON.stringify(body),
  });
  return Number((await answer.json()).metadata.resourceVersion);
}"""


def test_shows_the_demo_cluster(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    names = sorted(page.evaluate("k8sviz.nodes.map(node => node.name)"))
    assert names == ["control-plane", *(f"worker-{n}" for n in range(1, 6))]
    assert {"zone-a", "zone-b"} == set(page.evaluate("k8sviz.nodes.map(node => node.zone)"))
    assert page.title() == "demo · k8sviz"
    assert dashboard.complaints == []


def test_what_the_api_creates_is_drawn(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    revision = page.evaluate(CREATE, "drawn")
    assert page.evaluate(f"k8sviz.whenDrawn({revision})") > 0
    assert dashboard.pod("drawn")["name"] == "drawn"


def test_yaml_events_and_why_of_a_pod(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.evaluate(CREATE, "told")
    dashboard.pod("told", "pod.phase === 'Running'")
    dashboard.open("#see=pods/default/told")
    page.get_by_role("tab", name="YAML").click()
    page.locator(".cm-content").get_by_text("resourceVersion").wait_for()
    page.get_by_role("tab", name="Events").click()
    page.locator(".events").get_by_text("Scheduled").wait_for()
    page.get_by_role("tab", name="Why", exact=True).click()
    page.get_by_text("Why is this Pod Running?").wait_for()
    assert page.locator(".chain li").count() >= 1


def test_deleting_takes_a_second_click(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.evaluate(CREATE, "doomed")
    dashboard.pod("doomed", "pod.phase === 'Running'")
    dashboard.open("#see=pods/default/doomed")
    page.get_by_role("button", name="Delete Pod").click()
    page.wait_for_timeout(300)
    assert page.evaluate("k8sviz.pods.some(pod => pod.name === 'doomed' && pod.phase === 'Running')")
    page.get_by_role("button", name="Click again to delete").click()
    dashboard.until("k8sviz.pods.every(pod => pod.name !== 'doomed')", within=60)
    page.get_by_text("This object was deleted.").wait_for()


def test_pause_step_and_speed(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.get_by_role("button", name="Pause").click()
    dashboard.until("k8sviz.clock.paused")
    before = page.evaluate("k8sviz.clock.elapsed")
    page.get_by_role("button", name="+10 s").click()
    dashboard.until(f"k8sviz.clock.paused && k8sviz.clock.elapsed - {before} === 10e6")
    page.get_by_label("Speed").fill("42")  # a notch of the slider: ten times
    dashboard.until("k8sviz.clock.speed === 10")
    page.keyboard.press(".")
    dashboard.until("!k8sviz.clock.paused")
    page.get_by_label("Speed").fill("21")
    dashboard.until("k8sviz.clock.speed === 1")


def test_the_address_keeps_selection_and_filter(dashboard: Dashboard) -> None:
    page = dashboard.open("#see=nodes//worker-1&phase=Failed").page
    assert page.get_by_role("heading", name="worker-1").is_visible()
    assert page.get_by_role("button", name="Failed").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="show all").click()
    assert page.evaluate("location.hash") == "#see=nodes//worker-1"


def test_the_grid_for_the_keyboard_shares_the_selection(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.locator("[role=treegrid] [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    selected = page.evaluate("k8sviz.pods.find(pod => pod.id === k8sviz.selection)")
    assert selected["node"] == "control-plane"
    assert page.locator("[role=row][aria-selected=true]").count() == 1


def test_in_chinese(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.get_by_role("button", name="中 简体中文").click()
    page.get_by_role("button", name="地图").wait_for()
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    page.get_by_role("button", name="EN English").click()
    page.get_by_role("button", name="Map").wait_for()


def test_a_lost_connection_is_said_and_the_picture_kept(dashboard: Dashboard) -> None:
    page = dashboard.page
    sockets = []
    page.route_web_socket("**/ws/**", lambda socket: sockets.append((socket, socket.connect_to_server())))
    dashboard.open()
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    sockets[0][0].close()
    page.get_by_text("Connection lost").wait_for()
    assert page.evaluate("k8sviz.nodes.length") == 6


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_anybody_can_use_it(dashboard: Dashboard, cookie: Callable[[str, str], None], theme: str) -> None:
    cookie("theme", theme)
    page = dashboard.open("#see=nodes//worker-1").page
    page.evaluate(AXE.read_text())
    faults = []
    for key in ("", "p"):
        if key:
            page.keyboard.press(key)
            page.locator(".put").first.wait_for()
        report = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        faults += [(fault["id"], fault["nodes"][0]["target"]) for fault in report["violations"]]
    assert faults == []


def test_on_a_phone_nothing_overflows(dashboard: Dashboard) -> None:
    dashboard.page.set_viewport_size({"width": 390, "height": 844})
    page = dashboard.open("#see=nodes//worker-1").page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.get_by_role("tab", name="Why").is_visible()
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("k8sviz.selection") is None
