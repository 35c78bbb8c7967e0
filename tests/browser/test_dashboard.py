"""The page shows the cluster as it is, explains it, and steers its time."""

from tests.browser.conftest import Dashboard, pod


def test_shows_the_demo_cluster(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    names = sorted(page.evaluate("k8sviz.nodes.map(node => node.name)"))
    assert names == ["control-plane", *(f"worker-{n}" for n in range(1, 6))]
    assert {"zone-a", "zone-b"} == set(page.evaluate("k8sviz.nodes.map(node => node.zone)"))
    assert page.title() == "demo · k8sviz"
    assert dashboard.complaints == []


def test_what_the_api_creates_is_drawn(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    revision = dashboard.create(pod("drawn"))
    assert page.evaluate(f"k8sviz.whenDrawn({revision})") > 0
    assert dashboard.pod("drawn")["name"] == "drawn"


def test_deleting_takes_a_second_click(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("doomed"))
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
    phases = page.get_by_role("group", name="Pods by phase")
    assert phases.get_by_role("button", name="Failed").get_attribute("aria-pressed") == "true"
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
    page.get_by_role("button", name="Map", exact=True).wait_for()
