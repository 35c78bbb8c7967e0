"""Views of what is asked of the server show the instant that the line of time shows, not the present."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Dashboard, pod
from tests.browser.test_pod_views import run
from tests.browser.test_terminal import line as command_line
from tests.browser.test_terminal import said
from tests.browser.test_time import back

SPACE = "gone-by"
PODS = f"api/v1/namespaces/{SPACE}/pods"


def on_worker(name: str, **container: Any) -> dict[str, Any]:
    made = pod(name, **container)
    made["spec"]["nodeName"] = "worker-1"
    return made


@pytest.fixture
def gone_by(dashboard: Dashboard) -> Iterator[Dashboard]:
    """A paused cluster. 15 s ago a pod was too large, and another one was yet to come."""
    dashboard.open()
    dashboard.ask("POST", "api/v1/namespaces", {"metadata": {"name": SPACE}})
    quota = {"metadata": {"name": "few"}, "spec": {"hard": {"pods": "9"}}}
    run(dashboard, 1)
    dashboard.ask("POST", f"api/v1/namespaces/{SPACE}/resourcequotas", quota)
    dashboard.ask("POST", PODS, on_worker("before"))
    dashboard.ask("POST", PODS, pod("huge", resources={"requests": {"cpu": "64"}}))
    run(dashboard, 30)
    dashboard.ask("DELETE", f"{PODS}/huge")
    run(dashboard, 2)
    dashboard.ask("POST", PODS, on_worker("after"))
    dashboard.ask("POST", PODS, on_worker("another"))
    run(dashboard, 10)
    yield dashboard
    dashboard.page.evaluate("location.hash = ''")
    dashboard.open()
    dashboard.ask("DELETE", f"api/v1/namespaces/{SPACE}")
    while SPACE in [one["metadata"]["name"] for one in dashboard.ask("GET", "api/v1/namespaces")["items"]]:
        run(dashboard, 20)


def go_back(dashboard: Dashboard) -> None:
    back(dashboard, 15)
    dashboard.until("k8sviz.pods.some(pod => pod.name === 'huge') && !k8sviz.pods.some(pod => pod.name === 'after')")


def to_now(dashboard: Dashboard) -> None:
    dashboard.page.get_by_role("button", name="To now").click()
    dashboard.until("k8sviz.pods.some(pod => pod.name === 'after')")


def test_quotas_count_what_was_there(gone_by: Dashboard) -> None:
    page = gone_by.open(f"#view=quotas&ns={SPACE}").page
    card = page.locator(".quota-card", has_text="few")
    expect(card).to_contain_text("3 of 9")
    go_back(gone_by)
    expect(card).to_contain_text("2 of 9")
    to_now(gone_by)
    expect(card).to_contain_text("3 of 9")
    assert gone_by.complaints == []


def test_the_queue_holds_what_waited(gone_by: Dashboard) -> None:
    page = gone_by.open("#view=scheduling").page
    waiting = page.locator("[data-place=unschedulable]")
    expect(waiting).not_to_contain_text("huge")
    go_back(gone_by)
    expect(waiting).to_contain_text("huge")
    waiting.get_by_role("button", name="huge").click()
    expect(page.locator(".message").first).to_contain_text("Insufficient cpu")
    expect(page.get_by_text("As it would have been decided at")).to_be_visible()
    to_now(gone_by)
    expect(waiting).not_to_contain_text("huge")
    assert gone_by.complaints == []


def test_pressure_ranks_the_pods_that_ran(gone_by: Dashboard) -> None:
    page = gone_by.open("#see=nodes//worker-1&view=pressure").page
    ranked = page.locator(".ranked")
    expect(ranked).to_contain_text("after")
    go_back(gone_by)
    expect(page.get_by_role("heading", name="At the instant shown")).to_be_visible()
    expect(ranked).not_to_contain_text("after")
    expect(ranked).to_contain_text("before")
    expect(page.get_by_role("button", name="Run ahead from then")).to_be_enabled()
    expect(page.locator(".run[data-run=hard] svg")).to_be_visible()
    to_now(gone_by)
    expect(ranked).to_contain_text("after")
    assert gone_by.complaints == []


def test_a_pod_is_taken_apart_as_it_was_with_the_log_of_then(gone_by: Dashboard) -> None:
    speaks = pod("speaks", "busybox", command=["sh", "-c", "for i in $(seq 30); do echo line $i; sleep 1; done"])
    speaks["spec"]["restartPolicy"] = "Never"
    gone_by.ask("POST", PODS, speaks)
    run(gone_by, 42)
    page = gone_by.open(f"#see=pods/{SPACE}/speaks&view=pod").page
    parts, lines = page.locator(".pod-parts"), page.get_by_role("log", name="Log of main").locator(".log-line")
    expect(parts).to_contain_text("Completed")
    expect(lines).to_have_count(30)
    back(gone_by, 25)
    expect(parts).to_contain_text("running")
    expect(parts).not_to_contain_text("Completed")
    expect(lines).not_to_have_count(30)
    assert 0 < lines.count() < 20
    page.get_by_role("tab", name="exec").click()
    expect(page.get_by_text("Nothing runs in the past.")).to_be_visible()
    page.get_by_role("button", name="To now").click()
    expect(parts).to_contain_text("Completed")
    expect(page.get_by_text("Nothing runs in the past.")).to_have_count(0)
    page.get_by_role("tab", name="Logs").click()
    expect(lines).to_have_count(30)
    assert gone_by.complaints == []


def test_the_terminal_does_not_change_what_nobody_sees(gone_by: Dashboard) -> None:
    page = gone_by.open("#view=terminal").page
    expect(command_line(page)).to_be_focused()  # once, when the view comes
    go_back(gone_by)
    command_line(page).fill(f"kubectl delete pod before -n {SPACE} --now")
    command_line(page).press("Enter")
    expect(said(page)).to_contain_text("The terminal works in the present.")
    to_now(gone_by)
    command_line(page).fill(f"kubectl get pods -n {SPACE}")
    command_line(page).press("Enter")
    expect(said(page)).to_contain_text("before")
    assert gone_by.complaints == []
