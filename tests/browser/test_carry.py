"""A pod is carried into the cluster by mouse, by click and by key; each node says whether it takes it."""

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser.conftest import Dashboard


def test_by_key_onto_a_node(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    dashboard.name("by-key")
    page.locator(".map-scroller").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    aimed = page.locator(".place.aimed .put").get_attribute("aria-label")
    page.keyboard.press("Enter")
    pod = dashboard.pod("by-key")
    assert aimed == f"Put it here: {pod['node']}"
    dashboard.until("k8sviz.selection === 'pods/default/by-key'")
    assert dashboard.complaints == []


def test_by_click_with_a_node_selector(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.locator(".palette-entry").get_by_text("Pod", exact=True).click()
    dashboard.name("by-click")
    page.get_by_role("button", name="Put it here: worker-3").click()
    assert dashboard.pod("by-click")["node"] == "worker-3"
    page.get_by_role("tab", name="YAML").click()
    page.get_by_text("kubernetes.io/hostname: worker-3").wait_for()


def test_by_dragging_to_where_the_scheduler_chooses(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    before = page.evaluate("k8sviz.pods.length")
    # Between the two rows of cards: the cluster itself, no node.
    gap = page.evaluate(
        "(() => { const map = document.querySelector('.map-scroller'); return map.clientHeight / 2; })()"
    )
    page.locator(".palette-entry").get_by_text("Pod", exact=True).drag_to(
        page.locator(".map-scroller"), target_position={"x": 400, "y": gap}
    )
    dashboard.until(f"k8sviz.pods.length > {before}")
    pod = dashboard.until("k8sviz.pods.find(pod => pod.id === k8sviz.selection && pod.node)")
    assert pod["containers"][0]["image"] == "nginx"


@pytest.mark.parametrize(
    "image", [pytest.param("nginx", id="known"), pytest.param("registry.example/team/my_app:1.2", id="own")]
)
def test_the_default_name_is_free_and_is_the_images(dashboard: Dashboard, image: str) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    page.get_by_label("Image", exact=True).fill(image)
    base = "nginx" if image == "nginx" else "my-app"
    name = page.get_by_label("Name", exact=True).input_value()
    assert name.startswith(base)
    page.get_by_role("button", name="Let the scheduler choose").click()
    dashboard.pod(name, "true")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.get_by_label("Image", exact=True).fill(image)
    assert page.get_by_label("Name", exact=True).input_value() not in ("", name)


def test_what_is_taken_up_before_the_answer_stays_in_the_hand(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    held: list[tuple[Route, APIResponse]] = []

    def late(route: Route) -> None:
        if not held and route.request.method == "POST" and "dryRun" not in route.request.url:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/namespaces/default/pods?*", late)
    page.keyboard.press("p")
    dashboard.name("answered-late")
    page.get_by_role("button", name="Let the scheduler choose").click()
    dashboard.pod("answered-late", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    dashboard.name("the-next")
    [(route, answer)] = held
    with page.expect_response(lambda response: response.request.method == "POST"):
        route.fulfill(response=answer)
    expect(page.get_by_label("Name", exact=True)).to_have_value("the-next")
    page.get_by_role("button", name="Let the scheduler choose").click()
    assert dashboard.pod("the-next", "true")


def test_past_the_scheduler_onto_a_node_that_a_filter_refuses(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    dashboard.name("bypass")
    page.get_by_label("Bypass the scheduler (nodeName)").check()
    page.get_by_role("button", name="Put it here: control-plane").click()
    assert dashboard.pod("bypass")["node"] == "control-plane"


def test_each_node_says_which_filter_refuses_and_why(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    verdict = page.locator(".verdict").first
    assert verdict.locator("b").inner_text() == "TaintToleration"
    assert "node-role.kubernetes.io/control-plane" in verdict.locator("p").inner_text()
    page.get_by_label("CPU request").fill("5")
    page.get_by_text("NodeResourcesFit").first.wait_for()
    assert "Insufficient cpu" in page.locator(".place.refused").all_inner_texts()[1]


def test_refused_by_its_filter_it_waits_and_says_why(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    dashboard.name("refused")
    page.get_by_role("button", name="Put it here anyway: control-plane").click()
    pod = dashboard.pod("refused", "pod.message")
    assert pod["phase"] == "Pending" and pod["node"] == ""
    waiting = page.locator(".waiting", has_text="refused")
    waiting.get_by_text("unschedulable").wait_for()
    assert "untolerated taint" in waiting.inner_text()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("Name", "Not A Name", "lowercase RFC 1123", id="no DNS label"),
        pytest.param("Name", "", "name", id="no name"),
        pytest.param("Image", "", "Required value", id="no image"),
        pytest.param("CPU request", "lots", "quantities must", id="no quantity"),
        pytest.param("CPU limit", "100m", "must be less than or equal to cpu limit", id="request over limit"),
    ],
)
def test_what_the_api_server_refuses_is_said_at_the_form(
    dashboard: Dashboard, field: str, value: str, said: str
) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    before = page.evaluate("k8sviz.pods.length")
    page.get_by_label(field, exact=True).fill(value)
    if value:  # what is not there yet is only asked for when the pod is sent
        page.get_by_role("alert").filter(has_text=said).wait_for()
    page.get_by_role("button", name="Let the scheduler choose").click()
    page.get_by_role("alert").filter(has_text=said).wait_for()
    page.wait_for_timeout(100)
    assert page.evaluate("k8sviz.pods.length") == before
    assert "reg" not in page.get_by_role("alert").inner_text()


def test_yaml_and_form_are_the_same_pod(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    page.get_by_role("tab", name="YAML").click()
    editor = page.get_by_label("The Pod as YAML")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: typed}\nspec: {containers: [{name: a, image: redis}]}\n"
    )
    page.get_by_role("tab", name="Form").click()
    assert page.get_by_label("Image", exact=True).input_value() == "redis"
    page.get_by_role("button", name="Let the scheduler choose").click()
    assert dashboard.pod("typed")["qos"] == "BestEffort"


def test_yaml_that_is_no_pod_is_told_so(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    page.get_by_role("tab", name="YAML").click()
    page.get_by_label("The Pod as YAML").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("kind: Pod\nspec: [")
    page.locator(".cm-remark", has_text="Flow sequence").wait_for()
    assert page.locator(".cm-flagged").inner_text() == "2"
    page.get_by_role("tab", name="Form").click()
    page.get_by_text("the form waits until it is mended").wait_for()
    assert page.get_by_label("Image", exact=True).is_disabled()
