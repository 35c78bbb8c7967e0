"""The map: levels of detail, groups, the filter, and that trouble is never hidden; by the model and by roles."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import axe
from tests.browser.conftest import Dashboard, deployment, pod
from tests.servers import Stack

FAILS = {"command": ["sh", "-c", "exit 1"]}


def failing(name: str) -> dict[str, Any]:
    made = pod(name, "busybox", **FAILS)
    return {**made, "spec": {**made["spec"], "restartPolicy": "Never"}}


def level(dashboard: Dashboard) -> str:
    return str(dashboard.page.evaluate("k8sviz.map.level"))


def test_it_works(dashboard: Dashboard) -> None:
    dashboard.open()
    assert level(dashboard) == "near"
    assert dashboard.page.evaluate("k8sviz.map.cards") == dashboard.page.evaluate("k8sviz.nodes.map(one => one.name)")


@pytest.mark.parametrize(("zoom", "expected"), [("0.25", "mid"), ("1", "near"), ("2", "near"), ("nonsense", "near")])
def test_how_near_the_map_is_stands_in_the_address(dashboard: Dashboard, zoom: str, expected: str) -> None:
    dashboard.open(f"#zoom={zoom}")
    assert level(dashboard) == expected


def test_buttons_keys_and_wheel_bring_the_map_nearer_and_away(dashboard: Dashboard) -> None:
    dashboard.open()
    page = dashboard.page
    page.get_by_role("button", name="Farther").click()
    dashboard.until("k8sviz.map.zoom < 1")
    page.get_by_role("button", name="all", exact=True).click()
    dashboard.until("k8sviz.map.zoom === 1")
    page.keyboard.press("+")
    dashboard.until("k8sviz.map.zoom === 1.5 && location.hash.includes('zoom=1.5')")
    page.keyboard.press("0")
    dashboard.until("k8sviz.map.zoom === 1")
    page.mouse.move(600, 350)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    dashboard.until("k8sviz.map.zoom > 1")


@pytest.mark.parametrize(("width", "height", "at"), [(390, 844, ""), (1280, 720, "#zoom=2")])
def test_the_last_card_can_be_scrolled_to(dashboard: Dashboard, width: int, height: int, at: str) -> None:
    page = dashboard.page
    page.set_viewport_size({"width": width, "height": height})
    dashboard.open(at)
    map_ = page.locator(".map-scroller")
    assert map_.evaluate("map => { map.scrollTo(1e6, 1e6); return map.scrollTop; }") > 100
    box, padding = map_.bounding_box(), 72 if width < 900 else 0
    assert box
    page.mouse.click(box["x"] + box["width"] - 60, box["y"] + box["height"] - padding - 30)
    dashboard.until("k8sviz.selection === 'nodes//worker-5'")


def test_groups_are_what_the_pods_lie_in(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(deployment("web", 2))
    dashboard.until("k8sviz.pods.filter(pod => pod.name.startsWith('web-')).length === 2")
    group = dashboard.page.get_by_label("Group", exact=True)
    for by, expected in (("namespace", "default"), ("owner", "Deployment default/web"), ("zone", "zone-a")):
        group.select_option(by)
        dashboard.until(f"k8sviz.map.cards.includes({expected!r}) && location.hash.includes('group={by}')")
    group.select_option("node")
    dashboard.until("k8sviz.map.cards.includes('worker-1') && !location.hash.includes('group')")


FILTERS = {
    "web": ["web"],
    "app=web": ["web"],
    "app!=web ns:default": ["lone"],
    "app in (web, other)": ["web"],
    "kind:Deployment ns:default": ["web"],
    "kind:Pod ns:default": ["lone"],
    "!app ns:default": ["lone"],
    "no-such-thing": [],
}


def test_the_filter_lights_what_its_words_name(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(deployment("web", 1), pod("lone"))
    dashboard.until("k8sviz.pods.filter(pod => pod.namespace === 'default' && pod.phase === 'Running').length === 2")
    found = {}
    for words in FILTERS:
        dashboard.page.get_by_label("Filter pods").fill(words)
        dashboard.until("location.hash.includes('filter=')")
        found[words] = sorted(dashboard.page.evaluate("k8sviz.map.lit.map(name => name.split('-')[0])"))
        dashboard.page.get_by_role("button", name="show all").click()
        dashboard.until("!location.hash.includes('filter')")
    assert found == FILTERS


def test_a_failed_pod_stays_lit_and_is_counted(dashboard: Dashboard) -> None:
    dashboard.open("#filter=no-such-thing")
    dashboard.create(failing("broken"))
    dashboard.pod("broken", "pod.phase === 'Failed'")
    dashboard.page.get_by_text("1 in trouble stay lit.").wait_for()
    dashboard.page.get_by_text("The filter matches nothing.").wait_for()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("place", ["#zoom=0.3", "#group=owner&filter=web", "#zoom=2"])
def test_nobody_is_kept_out(dashboard: Dashboard, cookie: Callable[[str, str], None], theme: str, place: str) -> None:
    cookie("theme", theme)
    dashboard.open(place)
    assert axe.faults(dashboard.page) == []
    assert dashboard.complaints == []


def test_on_a_phone_the_filter_is_a_sheet(dashboard: Dashboard) -> None:
    dashboard.page.set_viewport_size({"width": 390, "height": 844})
    dashboard.open()
    page = dashboard.page
    assert not page.get_by_label("Filter pods").is_visible()
    page.get_by_role("button", name="Filter and group").click()
    page.get_by_label("Filter pods").fill("web")
    dashboard.until("location.hash.includes('filter=web')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_in_chinese_nothing_breaks(dashboard: Dashboard, cookie: Callable[[str, str], None]) -> None:
    cookie("django_language", "zh-hans")
    dashboard.open("#zoom=0.5&filter=web")
    assert level(dashboard) in ("mid", "compact")
    assert dashboard.complaints == []


def test_what_nodes_use_is_known_while_the_clock_moves(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.until("k8sviz.map.used['worker-1']?.memory > 0", within=30)


def test_two_fingers_bring_the_map_nearer_and_away(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = Dashboard(context.new_page(), stack.url).open()
    box = phone.page.locator(".map-scroller").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = context.new_cdp_session(phone.page)

    def pinch(start: int, end: int) -> float:
        step = 1 if end > start else -1
        for apart in range(start, end, step):
            fingers = [{"x": x, "y": y - apart, "id": 0}, {"x": x, "y": y + apart, "id": 1}]
            kind = "touchStart" if apart == start else "touchMove"
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return float(phone.page.evaluate("new URLSearchParams(location.hash.slice(1)).get('zoom') || 1"))

    nearer = pinch(40, 80)
    assert 1.7 < nearer < 2.1
    assert pinch(80, 20) < nearer / 3
    assert phone.complaints == []
    context.close()
