"""The Pod view: one pod's past on one axis of time, the periods of its CPU quota, its logs, a terminal into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, pod
from tests.browser.test_pod_views import run
from tests.servers import Stack

BEHAVIORS = "apis/sim.k8sviz.io/v1/namespaces/default/behaviors"
LIMITS = {"requests": {"cpu": "100m", "memory": "16Mi"}, "limits": {"cpu": "500m", "memory": "32Mi"}}
TALKS = 'i=0; while true; do i=$((i+1)); echo "line $i <b>as text</b>"; sleep 1; done'


def behave(dashboard: Dashboard, name: str, **spec: Any) -> None:
    """A Behavior of the pods with the label app=name."""
    body = {"apiVersion": "sim.k8sviz.io/v1", "kind": "Behavior", "metadata": {"name": name}}
    dashboard.ask("POST", BEHAVIORS, {**body, "spec": {"selector": {"matchLabels": {"app": name}}, **spec}})


@pytest.fixture
def leaky(dashboard: Dashboard) -> Iterator[Dashboard]:
    """A pod whose container leaks until it is killed, and whose bursts are throttled."""
    dashboard.open()
    memory = {"idle": "8Mi", "curves": [{"type": "Leak", "leak": {"perSecond": "1Mi"}}]}
    cpu = {"idle": "100m", "burst": {"threads": 8, "everyMilliseconds": 2000}}
    behave(dashboard, "leaky", memory=memory, cpu=cpu)
    body = pod("leaky", resources=LIMITS, readinessProbe={"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5})
    body["metadata"]["labels"] = {"app": "leaky"}
    dashboard.create(body)
    dashboard.pod("leaky", "pod.phase === 'Running'")
    run(dashboard, 45)
    yield dashboard
    dashboard.ask("DELETE", f"{BEHAVIORS}/leaky")


def see(dashboard: Dashboard, name: str, more: str = "") -> Page:
    page = dashboard.open(f"#view=pod&see=pods/default/{name}{more}").page
    page.locator(".pod-view h2").wait_for()
    return page


def test_the_past_of_a_pod_on_one_axis(leaky: Dashboard) -> None:
    page = see(leaky, "leaky")
    told = leaky.ask("GET", "/c/demo/pod/default/leaky/use.json?last=300")
    (main,) = told["containers"]
    assert main["ends"], "it was killed"
    status = leaky.pod("leaky")["status"]
    expect(page.locator(".pod-facts div", has_text="STATUS")).to_contain_text(status)
    expect(page.locator("[data-end=OOMKilled]")).to_have_count(len(main["ends"]))
    assert {one.get_attribute("data-code") for one in page.locator("[data-end]").all()} == {"137"}
    lane = page.locator("[data-container=main].state-lane")
    drawn = lane.locator("[data-state]").evaluate_all("all => all.map(one => one.dataset.state)")
    assert drawn == [one["kind"] for one in main["states"] if one["kind"]]
    assert page.locator("[data-probe='main readiness'] [data-outcome]").count() > 3
    assert page.locator("[data-event]").count() > 0
    slider = page.get_by_role("slider", name="What went on in leaky")
    slider.focus()
    page.keyboard.press("End")
    for _ in range(200):
        page.keyboard.press("ArrowLeft")
        if "CPU 100m" in (slider.get_attribute("aria-valuetext") or ""):
            break
    expect(page.locator(".instant")).to_contain_text(
        "running, ready · CPU 100m · 75% of its periods throttled · memory"
    )
    assert leaky.complaints == []


def test_ten_periods_explain_throttling_at_low_average_use(leaky: Dashboard) -> None:
    page = see(leaky, "leaky")
    slider = page.get_by_role("slider", name="What went on in leaky")
    slider.focus()
    page.keyboard.press("End")
    for _ in range(200):
        page.keyboard.press("ArrowLeft")
        if "CPU 100m" in (slider.get_attribute("aria-valuetext") or ""):
            break
    quota = page.locator(".quota-windows")
    expect(quota.locator("[data-used]")).to_have_count(10)
    used = quota.locator("[data-used]").evaluate_all(
        "all => all.map(one => [one.dataset.used, one.dataset.waited > 0])"
    )
    assert used == [["50000", True]] * 3 + [["50000", False]] + [["0", False]] * 6
    expect(quota).to_contain_text("With 8 threads that is used up after 6.3 ms; then all of them wait for 93.8 ms")
    expect(quota).to_contain_text("A burst that would be done in 25 ms takes 306.3 ms")
    expect(quota).to_contain_text("On average it uses 100m of the 500m that it may")
    assert quota.get_by_role("img").get_attribute("aria-label")


def test_a_log_is_followed_searched_and_shown_as_text(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(pod("talker", "busybox", command=["sh", "-c", TALKS]))
    dashboard.pod("talker", "pod.phase === 'Running'")
    page = see(dashboard, "talker")
    log = page.get_by_role("log", name="Log of main")
    expect(log.locator(".log-line").first).to_have_text("line 1 <b>as text</b>")
    before = log.locator(".log-line").count()
    expect(log.locator(".log-line").nth(before + 1)).to_be_visible()
    assert log.locator("b").count() == 0
    run(dashboard, 60)
    expect(log.locator(".log-line").nth(60)).to_be_attached()
    log.evaluate("one => { one.scrollTop = 0 }")
    expect(page.get_by_role("button", name="To the end")).to_be_visible()
    page.get_by_role("button", name="To the end").click()
    dashboard.until(
        "(one => one.scrollHeight - one.scrollTop - one.clientHeight < 30)(document.querySelector('.stream-box'))"
    )
    page.get_by_role("checkbox", name="Timestamps").check()
    assert (log.locator("time").first.text_content() or "").startswith("20")
    page.get_by_role("textbox", name="Find in the log").fill("LINE 7 ")
    expect(log.locator(".log-line")).to_have_count(1)
    expect(log.locator("mark")).to_have_text("line 7 ")
    assert dashboard.complaints == []


def test_the_log_of_the_run_before_and_of_none(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(pod("crasher", "busybox", command=["sh", "-c", "echo my last words; exit 7"]))
    dashboard.pod("crasher", "pod.restarts > 0")
    page = see(dashboard, "crasher")
    page.get_by_role("checkbox", name="Previous run").check()
    expect(page.get_by_role("log", name="Log of main")).to_have_text("my last words")
    expect(page.get_by_role("checkbox", name="Follow")).to_be_disabled()
    dashboard.create(pod("steady"))
    dashboard.pod("steady", "pod.phase === 'Running'")
    page = see(dashboard, "steady")
    page.get_by_role("checkbox", name="Previous run").check()
    expect(page.get_by_role("alert")).to_contain_text('previous terminated container "main" in pod "steady" not found')


def test_a_terminal_into_a_container(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(pod("worker", "busybox", command=["sleep", "3600"]))
    dashboard.pod("worker", "pod.phase === 'Running'")
    page = see(dashboard, "worker", "&pod-part=exec")
    output = page.get_by_role("log", name="Output of main")
    command = page.get_by_role("textbox", name="Command")
    command.fill("sh -c 'echo \"two  words\" && exit 3'")
    command.press("Enter")
    expect(output).to_contain_text("two  words")
    expect(output).to_contain_text("exit code 3")
    command.fill("frobnicate")
    command.press("Enter")
    expect(output).to_contain_text('exec: "frobnicate": executable file not found in $PATH')
    command.fill("echo 'open")
    command.press("Enter")
    expect(output).to_contain_text("A quote is not closed.")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Open a shell").click()
    typed = page.get_by_role("textbox", name="What to type into the shell")
    for line in ("cd /tmp; pwd", "echo 中文 | wc -m"):
        typed.fill(line)
        typed.press("Enter")
    expect(output).to_contain_text("/tmp")
    expect(output).to_contain_text("中文")
    typed.press("ArrowUp")
    expect(typed).to_have_value("echo 中文 | wc -m")
    typed.fill("sleep 1000")
    typed.press("Enter")
    page.get_by_role("button", name="Interrupt").click()
    expect(output).to_contain_text("^C")
    typed.fill("exit 4")
    typed.press("Enter")
    expect(output).to_contain_text("exit code 4")
    expect(page.get_by_role("textbox", name="Command")).to_be_focused()
    assert dashboard.complaints == []


def test_a_pod_that_was_not_placed_one_that_ended_and_one_that_goes(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(
        pod("huge", resources={"requests": {"cpu": "64"}}),
        {**(short := pod("short", "busybox", command=["false"])), "spec": {**short["spec"], "restartPolicy": "Never"}},
        pod("leaving"),
    )
    dashboard.pod("huge", "pod.message")
    page = see(dashboard, "huge")
    expect(page.locator(".pod-board")).to_contain_text("The pod has not been placed on a node")
    expect(page.locator(".logs, .pod-part .hint")).to_contain_text("The pod is on no node yet")
    dashboard.pod("short", "pod.phase === 'Failed'")
    page = see(dashboard, "short", "&pod-part=exec")
    expect(page.locator(".instant")).to_contain_text("ended with 1 · Error")
    page.get_by_role("textbox", name="Command").fill("ls")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text('container not found ("main")')
    dashboard.pod("leaving", "pod.phase === 'Running'")
    page = see(dashboard, "leaving")
    expect(page.locator("[data-state=running]").first).to_be_attached()
    dashboard.ask("DELETE", "api/v1/namespaces/default/pods/leaving", {"gracePeriodSeconds": 0})
    expect(page.locator(".heading")).to_contain_text("This pod is gone.")
    expect(page.locator(".instant")).to_contain_text("Gone at")
    expect(page.locator("[data-state=running]").first).to_be_attached()
    expect(page.locator(".pod-part")).to_contain_text("The pod is gone, and its logs with it.")
    page.get_by_role("tab", name="Why").click()
    expect(page.locator(".why .chain li").first).to_be_visible()


def test_what_has_not_started_has_no_log_to_ask_for(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(pod("nowhere", "registry.invalid/none:1"))
    dashboard.pod("nowhere", "pod.status === 'ImagePullBackOff'")
    page = see(dashboard, "nowhere")
    expect(page.locator(".logs .hint")).to_have_text("main has not started yet: ImagePullBackOff")
    assert dashboard.complaints == []


def test_the_list_finds_pods_those_in_trouble_first(dashboard: Dashboard) -> None:
    dashboard.open()
    dashboard.create(pod("fine"), pod("wrong", "busybox", command=["false"]))
    dashboard.pod("fine", "pod.phase === 'Running'")
    dashboard.pod("wrong", "/BackOff|Err/.test(pod.status)")
    page = dashboard.open("#view=pod").page
    expect(page.locator(".pod-view h2")).to_have_text("wrong")
    listed = page.get_by_role("list", name="Pods").get_by_role("button")
    expect(listed.first).to_contain_text("wrong")
    page.get_by_role("textbox", name="Find a pod").fill("default/fi")
    expect(listed).to_have_count(1)
    listed.first.press("Enter")
    expect(page.locator(".pod-view h2")).to_have_text("fine")
    page.get_by_role("button", name="On the map").click()
    page.get_by_role("tab", name="Logs").click()
    expect(page.get_by_role("log", name="Log of main")).to_contain_text("start worker processes")
    page.get_by_role("button", name="Show on a page of its own").click()
    expect(page.locator(".pod-view h2")).to_have_text("fine")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_is_for_everybody(
    browser: Browser, leaky: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str
) -> None:
    cookie("theme", theme)
    faults = []
    for part in ("logs", "exec", "events", "why"):
        page = see(leaky, "leaky", f"&pod-part={part}")
        page.locator(".pod-plot").wait_for()
        faults += [(part, *fault) for fault in axe.faults(page)]
    assert faults == []
    cookie("django_language", "zh-hans")
    page = see(leaky, "leaky")
    page.reload()
    page.locator(".pod-plot").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = Dashboard(context.new_page(), stack.url).open()
    see(phone, "leaky")
    phone.page.locator(".pod-plot").wait_for()
    assert phone.page.evaluate("document.querySelector('.pod-view').scrollWidth <= innerWidth")
    context.close()
