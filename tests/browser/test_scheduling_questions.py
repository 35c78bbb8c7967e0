"""What if, would it fit, and the configuration that the scheduler runs with."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, deployment, pod
from tests.browser.scheduling import CELL, address, write

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
BAD = (
    f"{HEAD}profiles:\n- schedulerName: default-scheduler\n  plugins:\n    score:\n      enabled:\n      - name: Nope\n"
)
EVERY_NODE = f"{HEAD}percentageOfNodesToScore: 100\n"
MAP = "api/v1/namespaces/kube-system/configmaps"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: asked}}\nspec: {{containers: [{{name: a, image: nginx, {more}}}]}}\n"
)
CORES = 'resources: {requests: {cpu: "3"}}'


@pytest.fixture
def configured(dashboard: Dashboard) -> Iterator[Dashboard]:
    """The dashboard; afterwards the scheduler runs with its defaults again."""
    yield dashboard
    held = dashboard.ask("GET", f"{MAP}?fieldSelector=metadata.name%3Dkube-scheduler-config")
    if held["items"]:
        dashboard.ask("DELETE", f"{MAP}/kube-scheduler-config")


def test_two_configurations_side_by_side(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("compared", resources={"requests": {"cpu": "500m", "memory": "1Gi"}}))
    dashboard.pod("compared")
    with page.expect_response("**/what-if/") as told:
        dashboard.open(address("compared", panel="what-if"))
    a, b = told.value.json()["answers"]
    page.locator(".grid tbody tr").first.wait_for()
    others = {node["name"]: node for node in b["nodes"]}
    for node in a["nodes"]:
        other = others[node["name"]]
        for plugin, score in node["scores"].items():
            differs = score["weighted"] != other["scores"][plugin]["weighted"]
            for side, one in (("a", score), ("b", other["scores"][plugin])):
                cell = page.locator(CELL.format(node=node["name"], key=f"{side}:{plugin}"))
                assert cell.inner_text() == str(one["weighted"])
                assert ("differs" in (cell.get_attribute("class") or "")) == differs
    assert page.locator(".differs").count() > 0
    page.get_by_label("Configuration B").and_(page.locator("select")).select_option("default")
    page.get_by_text(f"Both say {a['node']}.").wait_for()
    expect(page.locator(".grid .differs")).to_have_count(0)
    assert dashboard.complaints == []


@pytest.mark.parametrize(
    ("preset", "told"),
    [
        pytest.param("unbalanced", lambda trace: "NodeResourcesBalancedAllocation" not in trace["weights"], id="less"),
        pytest.param("every-node", lambda trace: all(n["filter"] or n["scores"] for n in trace["nodes"]), id="every"),
    ],
)
def test_presets_reach_the_scheduler(dashboard: Dashboard, preset: str, told: Callable[[Any], bool]) -> None:
    page = dashboard.open().page
    dashboard.create(pod("preset", resources={"requests": {"cpu": "500m"}}))
    dashboard.pod("preset")
    dashboard.open(address("preset", panel="what-if"))
    page.locator(".grid tbody tr").first.wait_for()
    with page.expect_response("**/what-if/") as answer:
        page.get_by_label("Configuration B").and_(page.locator("select")).select_option(preset)
    assert told(answer.value.json()["answers"][1])


def test_a_configuration_that_is_wrong_is_marked_at_its_line(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("compared"))
    dashboard.pod("compared")
    dashboard.open(address("compared", panel="what-if"))
    page.get_by_label("Configuration B").and_(page.locator("select")).select_option("own")
    write(dashboard, "Configuration B", BAD)
    expect(page.locator(".side").nth(1).locator(".mistakes")).to_contain_text("Nope")
    page.get_by_role("button", name="line 8").wait_for()
    assert page.locator(".side").nth(1).locator(".cm-wrong").inner_text().strip() == "- name: Nope"
    assert page.locator(".side").nth(0).locator(".mistakes").count() == 0
    assert page.locator(".grid").count() == 0


def test_as_many_fit_as_it_says_and_the_next_one_waits_with_that_message(dashboard: Dashboard) -> None:
    page = dashboard.open().open(address(panel="fit")).page
    page.get_by_role("button", name="a pod of your own").click()
    write(dashboard, "The pod of the question as YAML", POD.format(more=CORES))
    figure = page.locator(".figure b")
    expect(page.locator(".stop")).to_contain_text("Insufficient cpu")
    expect(page.locator(".of-node b").first).not_to_have_text("0")
    replicas = int(figure.inner_text())
    assert sum(map(int, page.locator(".of-node b").all_inner_texts())) == replicas > 1
    message = page.locator(".stop .message").inner_text()
    web = deployment("web", replicas + 1)
    web["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "3"}}
    dashboard.ask("POST", "/c/demo/control", {"do": "speed", "speed": 20})
    dashboard.create(web)
    placed = "k8sviz.pods.filter(pod => pod.namespace === 'default' && pod.node).length"
    waits = "k8sviz.pods.some(pod => pod.namespace === 'default' && pod.message)"
    dashboard.until(f"{placed} === {replicas} && {waits}", within=60)
    left = dashboard.until("k8sviz.pods.find(pod => pod.namespace === 'default' && pod.message)")
    assert left["message"] == message
    page.get_by_role("button", name="Count again").click()
    expect(figure).to_have_text("0")


def test_a_pod_of_ones_own_that_is_wrong_is_told_so(dashboard: Dashboard) -> None:
    page = dashboard.open().open(address(panel="fit")).page
    page.get_by_role("button", name="a pod of your own").click()
    write(dashboard, "The pod of the question as YAML", "kind: [")
    page.locator(".mistakes").get_by_text("line 1").first.wait_for()
    write(dashboard, "The pod of the question as YAML", POD.format(more="resources: {requests: {cpu: lots}}"))
    expect(page.locator(".problem")).to_contain_text("quantities must match")


def test_a_configuration_is_checked_applied_and_given_back(configured: Dashboard) -> None:
    page = configured.open().open(address(panel="configuration")).page
    page.get_by_text("The scheduler runs with its defaults").wait_for()
    write(configured, "The scheduler's configuration", BAD)
    expect(page.locator(".mistakes")).to_contain_text("Nope")
    assert page.get_by_role("button", name="Apply").is_disabled()
    assert page.locator(".cm-wrong").inner_text().strip() == "- name: Nope"
    write(configured, "The scheduler's configuration", EVERY_NODE)
    page.get_by_text("Nothing is wrong with it.").wait_for()
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("The scheduler runs with ConfigMap").wait_for()
    held = configured.ask("GET", f"{MAP}/kube-scheduler-config")
    assert held["data"] == {"config.yaml": EVERY_NODE}
    again = f"{EVERY_NODE}parallelism: 8\n"
    write(configured, "The scheduler's configuration", again)
    page.get_by_text("Nothing is wrong with it.").wait_for()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    configured.until("true")
    assert configured.ask("GET", f"{MAP}/kube-scheduler-config")["data"] == {"config.yaml": again}
    page.get_by_role("button", name="Back to the default").click()
    page.get_by_role("button", name="Click again for the default").click()
    page.get_by_text("The scheduler runs with its defaults").wait_for()
    assert EVERY_NODE not in page.locator(".cm-content").inner_text()


def test_a_map_that_kubectl_wrote_and_the_scheduler_refuses_is_told(configured: Dashboard) -> None:
    page = configured.open().open(address(panel="configuration")).page
    page.get_by_text("The scheduler runs with its defaults").wait_for()
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-scheduler-config"}}
    configured.ask("POST", MAP, {**body, "data": {"config.yaml": BAD}})
    configured.open(address(panel="configuration"))
    page.get_by_text("was refused; the scheduler goes on as before").wait_for()
    assert "Nope" in page.get_by_role("alert").first.inner_text()


def test_profiles_by_extension_point_and_the_old_names(dashboard: Dashboard) -> None:
    page = dashboard.open().open(address(panel="configuration")).page
    score = page.locator(
        ".points > div", has=page.locator("dt b", has_text="score").and_(page.get_by_text("score", exact=True))
    )
    expect(score.locator(".chip").filter(has_text="TaintToleration × 3")).to_be_visible()
    page.get_by_text("Old Policy names, and what does their work now").click()
    row = page.locator(".policies tr", has_text="PodFitsResources")
    expect(row).to_contain_text("NodeResourcesFit")


@pytest.mark.parametrize(("theme", "language"), [("dark", "zh-hans"), ("light", "en")])
def test_axe_finds_no_fault_in_the_view(
    dashboard: Dashboard, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = dashboard.open().page
    dashboard.create(pod("fits"), pod("vast", resources={"requests": {"cpu": "64"}}))
    dashboard.pod("fits")
    dashboard.pod("vast", "pod.message")
    faults = []
    panels = [{}, {"predict": "1"}, {"panel": "what-if"}, {"panel": "fit"}, {"panel": "configuration"}]
    for name, parts in [("vast", {}), *(("fits", one) for one in panels)]:
        dashboard.open(address(name, **parts))
        page.locator(".grid, .predict, .per-node, .points").first.wait_for()
        faults += [(parts, *fault) for fault in axe.faults(page)]
    assert faults == []
    cookie("django_language", "en")


def test_on_a_phone_the_columns_fold_and_nothing_overflows(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("small"))
    node = dashboard.pod("small")["node"]
    page.set_viewport_size({"width": 390, "height": 844})
    dashboard.open(address())
    page.locator(".made .line", has_text="small").first.click()
    page.get_by_role("heading", name=f"small goes to {node}").wait_for()
    expect(page.locator(".grid thead th")).to_have_count(2)
    page.locator(".grid tr.chosen [data-cell=total]").click()
    expect(page.locator(".told")).to_contain_text("NodeResourcesFit")
    for panel in ("decision", "what-if", "fit", "configuration"):
        dashboard.open(address("small", panel=panel))
        page.locator(".grid, .per-node, .points").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("tab", name="Decision").click()
    page.get_by_role("button", name="All pods").click()
    page.locator(".made .line").first.wait_for()
