"""The Scheduling view shows each decision node by node, and the queue."""

import json
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Dashboard, pod
from tests.browser.scheduling import CELL, address, rows, trace

VAST = {"requests": {"cpu": "64"}}


def test_the_grid_says_what_the_door_says(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("shown", resources={"requests": {"cpu": "500m", "memory": "256Mi"}}))
    node = dashboard.pod("shown")["node"]
    dashboard.open(address("shown"))
    page.get_by_role("heading", name=f"shown goes to {node}").wait_for()
    told = trace(dashboard, "shown")
    assert told["node"] == node and told["when"] == "past"
    assert page.locator(".message").inner_text() == told["message"]
    assert rows(dashboard)[0] == node
    assert sorted(rows(dashboard)) == sorted(one["name"] for one in told["nodes"])
    for one in told["nodes"]:
        key = "reason" if one["filter"] else "total"
        text = page.locator(CELL.format(node=one["name"], key=key)).inner_text()
        if one["filter"]:
            assert ", ".join(one["filter"]["reasons"]) in text and one["filter"]["plugin"] in text
            mark = page.locator(CELL.format(node=one["name"], key=f"filter:{one['filter']['plugin']}"))
            assert "refused" in mark.inner_text()
            continue
        assert text.split()[0] == str(one["total"])
        for plugin, score in one["scores"].items():
            figures = page.locator(CELL.format(node=one["name"], key=f"score:{plugin}")).inner_text().split()
            assert figures == [str(score["raw"]), str(score["normalized"]), str(score["weighted"])]
    assert dashboard.complaints == []


def test_stages_stand_side_by_side(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("staged"))
    dashboard.pod("staged")
    dashboard.open(address("staged"))
    heads = page.locator(".stages th")
    heads.first.wait_for()
    told = trace(dashboard, "staged")
    left = sum(one["filter"] is None for one in told["nodes"])
    assert heads.nth(0).inner_text() == f"1 Filter {len(told['nodes'])} nodes, {left} left"
    assert heads.nth(1).inner_text().startswith("2 Score")
    assert heads.nth(2).inner_text().startswith("3 Select")


def test_cells_say_what_they_mean_to_keys_and_pointers(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("told"))
    node = dashboard.pod("told")["node"]
    dashboard.open(address("told"))
    first = page.locator(".grid [tabindex='0']")
    first.focus()
    said = page.locator(".told [role=status]")
    expect(said).to_contain_text("Chosen")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text(f"{node} passes NodeUnschedulable. It keeps pods off cordoned nodes.")
    page.keyboard.press("End")
    expect(said).to_contain_text("Chosen")
    page.keyboard.press("Control+End")
    expect(said).to_contain_text("TaintToleration refuses")
    expect(page.locator(".grid :focus")).to_have_attribute("data-cell", "reason")
    weighted = trace(dashboard, "told")["nodes"]
    score = next(one for one in weighted if one["name"] == node)["scores"]["NodeResourcesFit"]
    page.locator(CELL.format(node=node, key="score:NodeResourcesFit")).hover()
    expect(said).to_contain_text(f"NodeResourcesFit gives {node} {score['raw']}, which is {score['normalized']} of 100")


def test_order_and_filter_are_in_the_address(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("sorted"))
    dashboard.pod("sorted")
    dashboard.open(address("sorted"))
    page.get_by_role("button", name="by name").click()
    assert rows(dashboard) == ["control-plane", *(f"worker-{n}" for n in range(1, 6))]
    page.get_by_label("Find a node, plugin or reason").fill("tainttoleration")
    expect(page.locator(".grid tbody tr")).to_have_count(2)
    page.reload()
    expect(page.locator(".grid tbody tr")).to_have_count(2)
    assert rows(dashboard) == ["control-plane", "worker-5"]
    page.get_by_text("2 of 6 nodes").wait_for()


def test_a_past_decision_stays_as_it_was(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("early"))
    node = dashboard.pod("early")["node"]
    cordon = {"spec": {"unschedulable": True}}
    dashboard.ask("PATCH", f"api/v1/nodes/{node}", cordon, "application/merge-patch+json")
    try:
        dashboard.open(address())
        page.locator(".made .line", has_text="early").first.click()
        page.get_by_role("heading", name=f"early goes to {node}").wait_for()
        page.get_by_text("Decided at").wait_for()
        assert "at=" in page.url
        assert page.locator(".grid tr.chosen [data-cell=node]").inner_text() == node
    finally:
        cordon = {"spec": {"unschedulable": None}}
        dashboard.ask("PATCH", f"api/v1/nodes/{node}", cordon, "application/merge-patch+json")


def test_the_queue_leads_to_the_grid_of_a_pod_that_fits_nowhere(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    gated = pod("gated")
    gated["spec"]["schedulingGates"] = [{"name": "example.com/not-yet"}]
    dashboard.create(pod("vast", resources=VAST), gated)
    message = dashboard.pod("vast", "pod.message")["message"]
    dashboard.open(address())
    page.locator("[data-place=gated] .line", has_text="gated").wait_for()
    waiting = page.locator("[data-place=unschedulable] .line", has_text="vast")
    waiting.wait_for()
    assert "attempt 1" in waiting.inner_text() and "NodeResourcesFit" in waiting.inner_text()
    waiting.click()
    page.get_by_role("heading", name="vast fits nowhere").wait_for()
    assert page.locator(".message").inner_text() == message
    refused = page.locator(".grid tr.refused")
    assert refused.count() == 6
    page.locator(".in-a-sentence", has_text="NodeResourcesFit refuses 4 nodes").wait_for()
    assert dashboard.complaints == []


def test_the_time_left_follows_the_clock_of_the_cluster(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("vast", resources=VAST))
    dashboard.pod("vast", "pod.message")
    dashboard.ask("POST", "/c/demo/control", {"do": "pause"})
    dashboard.open(address())
    waiting = page.locator("[data-place=unschedulable] .line", has_text="vast")
    expect(waiting).to_contain_text("5 min left")
    page.get_by_role("button", name="+1 min").click()
    expect(waiting).to_contain_text("4 min left")


def test_preemption_says_who_makes_way_and_why(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000}
    dashboard.ask("POST", "apis/scheduling.k8s.io/v1/priorityclasses", high)
    try:
        for name in ("low-1", "low-2"):
            low = pod(name, resources={"requests": {"cpu": "1500m"}})
            low["spec"]["nodeSelector"] = {"kubernetes.io/hostname": f"worker-{name[-1]}"}
            dashboard.create(low)
            dashboard.pod(name, "pod.phase === 'Running'")
        urgent = pod("urgent", resources={"requests": {"cpu": "1500m"}})
        urgent["spec"] |= {"priorityClassName": "high", "nodeSelector": {"kubernetes.io/hostname": "worker-2"}}
        dashboard.create(urgent)
        dashboard.pod("urgent", "pod.message || pod.node")
        dashboard.open(address())
        page.locator(".made .line", has_text="urgent").last.click()
        page.get_by_text("Preemption: 1 pod makes way on worker-2").wait_for()
        chosen = page.locator(".preempted tr.chosen")
        assert chosen.locator("th").inner_text().split() == ["worker-2", "chosen"]
        assert "default/low-2 (0)" in chosen.inner_text()
        assert page.locator(".deciding").inner_text() != ""
    finally:
        dashboard.ask("DELETE", "apis/scheduling.k8s.io/v1/priorityclasses/high")


def test_the_tab_of_a_pod_leads_to_its_grid(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("led"))
    node = dashboard.pod("led")["node"]
    dashboard.open("#see=pods/default/led")
    page.get_by_role("tab", name="Scheduling").click()
    page.locator(".totals").get_by_text(node).wait_for()
    page.get_by_role("button", name="Node by node").click()
    page.get_by_role("heading", name=f"led goes to {node}").wait_for()
    dashboard.open("#see=nodes//worker-1")
    assert page.get_by_role("tab", name="Scheduling").count() == 0


def test_a_pod_that_is_lifted_here_is_carried_on_the_map(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.get_by_role("button", name="Scheduling").click()
    page.get_by_role("heading", name="The scheduler").wait_for()
    assert "view=scheduling" in page.url
    page.keyboard.press("p")
    page.locator(".put").first.wait_for()
    assert "view=" not in page.url


def test_five_thousand_nodes_are_walked_through_with_few_of_them_in_the_page(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("among-many"))
    dashboard.pod("among-many")
    many = {**trace(dashboard, "among-many"), **_many(5000)}
    page.route("**/trace/**", lambda route: _answer(route, many))
    dashboard.open(address("among-many"))
    page.get_by_text("600 of the 4000 looked at").wait_for()
    page.get_by_text("drawn among 60").first.wait_for()
    assert page.locator(".grid tbody tr").count() < 60
    page.locator(".grid [tabindex='0']").focus()
    page.keyboard.press("Control+End")
    expect(page.locator(".grid :focus")).to_have_attribute("data-cell", "reason")
    assert page.evaluate("document.activeElement.parentElement.ariaRowIndex") == "5002"
    page.get_by_label("Find a node, plugin or reason").fill("node-4321")
    page.locator(CELL.format(node="node-4321", key="spared")).hover()
    expect(page.locator(".told")).to_contain_text("node-4321 could take the pod, but was not looked at")


def _many(count: int) -> dict[str, Any]:
    """Nodes as a large cluster's trace has them: each fifth refused, 600 ranked, the rest not looked at."""
    nodes: list[dict[str, Any]] = []
    for at in range(count):
        refusal = {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]} if at % 5 == 0 else None
        fit = 90 if at % 10 == 1 else 50
        ranked = refusal is None and at < 750
        scores = {"NodeResourcesFit": {"raw": fit, "normalized": fit, "weighted": fit}} if ranked else {}
        nodes.append({"name": f"node-{at}", "filter": refusal, "scores": scores, "total": fit if ranked else None})
    best = [node["name"] for node in nodes if node["total"] == 90][:60]
    for node in nodes:
        if node["total"] == 90 and node["name"] not in best:
            node["total"] = node["scores"]["NodeResourcesFit"]["weighted"] = 50
    return {"nodes": nodes, "node": best[7], "ties": best}


def _answer(route: Route, body: dict[str, Any]) -> None:
    route.fulfill(status=200, content_type="application/json", body=json.dumps(body))
