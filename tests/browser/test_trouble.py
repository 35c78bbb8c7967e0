"""What goes wrong, and what somebody writes to make it go wrong: the page says so, keeps its picture, and recovers."""

import json

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Dashboard, deployment, pod

DRAWN = {
    "pods": "api/v1/pods",
    "nodes": "api/v1/nodes",
    "services": "api/v1/services",
    "deployments.apps": "apis/apps/v1/deployments",
    "replicasets.apps": "apis/apps/v1/replicasets",
    "daemonsets.apps": "apis/apps/v1/daemonsets",
}


class Wire:
    """The WebSocket of the page. While it is cut, none can be made."""

    def __init__(self, page: Page) -> None:
        self._sockets: list[WebSocketRoute] = []
        self._is_cut = False
        page.route_web_socket("**/ws/c/**", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)

    def cut(self) -> None:
        self._is_cut = True
        self._sockets[0].close()

    def mend(self) -> None:
        self._is_cut = False


@pytest.mark.parametrize("view", ["", "workloads", "scheduling", "events", "terminal"])
def test_a_lost_connection_is_said_at_once_in_every_view_and_made_again_by_itself(
    dashboard: Dashboard, view: str
) -> None:
    page = dashboard.page
    wire = Wire(page)
    dashboard.open().open(f"#view={view}")
    wire.cut()
    expect(page.get_by_role("alert").filter(has_text="Connection lost 0 s ago")).to_be_visible(timeout=1000)
    assert page.evaluate("document.documentElement.scrollHeight") == 720
    dashboard.create(pod("meanwhile"))
    wire.mend()
    dashboard.pod("meanwhile", "true")
    page.get_by_text("Connection lost").wait_for(state="hidden")


def test_a_part_that_an_upgrade_took_away_is_told_and_the_page_can_be_loaded_again(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.route("**/*.js", lambda route: route.fulfill(status=404))
    page.get_by_role("button", name="Terminal", exact=True).click()
    gone = page.get_by_role("alert").filter(has_text="This part of the page did not come.")
    gone.wait_for()
    page.unroute_all()
    gone.get_by_role("button", name="Reload the page").click()
    page.get_by_label("Command line").wait_for()


def test_a_cluster_that_is_deleted_while_somebody_watches(dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(f"{dashboard.site}/")
    page.locator("summary").first.click()
    page.get_by_label("Name").fill("doomed")
    page.locator("form[action='/new'] button").click()
    page.wait_for_url("**/c/doomed/")
    dashboard.until("window.k8sviz?.connection === 'live' && k8sviz.nodes.length > 0")
    other = page.context.new_page()
    other.goto(f"{dashboard.site}/c/doomed/delete")
    other.locator("main form button").click()
    other.wait_for_url(f"{dashboard.site}/")
    page.get_by_role("heading", name="This cluster was deleted").wait_for()
    assert page.evaluate("k8sviz.connection") == "gone"
    page.get_by_role("link", name="All clusters").last.click()
    page.wait_for_url(f"{dashboard.site}/")
    assert page.get_by_text("doomed").count() == 0
    other.close()


def test_a_lost_connection_is_made_again_by_hand(dashboard: Dashboard) -> None:
    page = dashboard.page
    wire = Wire(page)
    dashboard.open()
    wire.cut()
    page.get_by_text("Connection lost").wait_for()
    assert page.evaluate("k8sviz.nodes.length") == 6
    dashboard.create(pod("meanwhile"))
    wire.mend()
    page.get_by_role("button", name="Try now").click()
    dashboard.pod("meanwhile")
    page.get_by_text("Connection lost").wait_for(state="hidden")


def test_a_component_that_met_an_error_is_named_until_it_tries_again(dashboard: Dashboard) -> None:
    page = dashboard.page
    why = {"component": "job-controller", "doing": "default/pi", "error": "KeyError", "text": "'spec'"}
    halted = [{"paused": True, "halted": why}]

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            told = json.loads(message)
            for change in halted:
                told["clock"] |= change
            socket.send(json.dumps(told))

        server.on_message(pass_on)

    page.route_web_socket("**/ws/**", connect)
    dashboard.open()
    said = page.get_by_text("Stopped: job-controller met an error at default/pi (KeyError: 'spec').")
    said.wait_for()
    box, bar = said.bounding_box(), page.get_by_role("region", name="Time").bounding_box()
    assert box and bar and bar["y"] <= box["y"] and box["y"] + box["height"] <= bar["y"] + bar["height"]
    assert page.get_by_text("virtual time · stopped").is_visible()
    halted.clear()
    page.get_by_role("button", name="Play").click()
    said.wait_for(state="hidden")
    assert dashboard.complaints == []


def test_a_cluster_that_is_not_shared_any_more(dashboard: Dashboard) -> None:
    page = dashboard.page
    sockets: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket("**/ws/**", connect)
    dashboard.open()
    sockets[0].send(json.dumps({"t": "gone", "reason": "forbidden"}))
    page.get_by_role("heading", name="This cluster is not shared with you").wait_for()
    assert page.get_by_role("link", name="All clusters").is_visible()


def test_reset_starts_the_cluster_again_under_everybodys_eyes(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("old"), deployment("web", 2))
    dashboard.pod("old")
    before = page.evaluate("k8sviz.revision")
    page.get_by_role("button", name="Reset the cluster").click()
    page.wait_for_timeout(200)
    assert page.evaluate("k8sviz.revision") >= before and page.evaluate("k8sviz.pods.some(one => one.name === 'old')")
    page.get_by_role("button", name="Click again: all objects go").click()
    dashboard.until("!k8sviz.pods.some(one => one.namespace === 'default') && k8sviz.nodes.length === 6")
    assert page.evaluate("k8sviz.revision") > before
    assert page.evaluate("k8sviz.connection") == "live"
    dashboard.create(pod("new"))
    dashboard.pod("new", "pod.phase === 'Running'")
    assert dashboard.complaints == []


def test_snapshot_and_frames_make_the_api_servers_list(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.ask("POST", "/c/demo/control", {"do": "speed", "speed": 20})
    dashboard.create(deployment("busy", 5), pod("crasher", "busybox"))
    scale = "apis/apps/v1/namespaces/default/deployments/busy/scale"
    for replicas in (12, 2, 9, 0, 15):
        dashboard.ask("PATCH", scale, {"spec": {"replicas": replicas}}, "application/merge-patch+json")
        page.wait_for_timeout(600)
    dashboard.ask("POST", "/c/demo/control", {"do": "pause"})
    dashboard.until("k8sviz.clock.paused")
    page.wait_for_timeout(400)
    for resource, path in DRAWN.items():
        listed = {
            (one["metadata"].get("namespace", ""), one["metadata"]["name"]): int(one["metadata"]["resourceVersion"])
            for one in dashboard.ask("GET", path)["items"]
        }
        drawn = page.evaluate(f"k8sviz.objects.filter(one => one.resource === '{resource}')")
        assert {(one["namespace"], one["name"]): one["revision"] for one in drawn} == listed, resource
    assert dashboard.complaints == []
