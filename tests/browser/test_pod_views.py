"""The inspector shows what a pod is made of, how its probes went, and a node's cgroups."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, pod
from tests.servers import Stack

ROTS = "touch /tmp/healthy; sleep 20; rm -f /tmp/healthy; sleep 600"
CHECK = {"exec": {"command": ["cat", "/tmp/healthy"]}, "periodSeconds": 5}
AMOUNTS = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "128Mi"}}


def anatomy(dashboard: Dashboard, name: str) -> dict[str, Any]:
    """What the door says about a pod of namespace default."""
    answer: dict[str, Any] = dashboard.page.evaluate(
        "async path => (await fetch(path)).json()", f"/c/demo/pod/default/{name}.json"
    )
    return answer


def with_a_sidecar(name: str) -> dict[str, Any]:
    body = pod(name, resources=AMOUNTS, volumeMounts=[{"name": "shared", "mountPath": "/data", "readOnly": True}])
    mount = [{"name": "shared", "mountPath": "/out"}]
    log = {"name": "log", "image": "busybox", "command": ["sleep", "9999"], "restartPolicy": "Always"}
    body["spec"] |= {
        "initContainers": [{"name": "setup", "image": "busybox", "command": ["true"], "volumeMounts": mount}, log],
        "volumes": [{"name": "shared", "emptyDir": {}}],
    }
    return body


def rotting(name: str) -> dict[str, Any]:
    return pod(name, "busybox", command=["sh", "-c", ROTS], livenessProbe=CHECK, readinessProbe=CHECK)


def run(dashboard: Dashboard, seconds: float) -> None:
    """Pauses, and lets so many seconds of virtual time go by."""
    dashboard.ask("POST", "/c/demo/control", {"do": "pause"})
    start = dashboard.until("k8sviz.clock.paused && k8sviz.clock.now")
    dashboard.ask("POST", "/c/demo/control", {"do": "step", "by": seconds})
    dashboard.until(f"k8sviz.clock.now >= {start + seconds * 1_000_000}")


def test_a_pod_taken_apart(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(with_a_sidecar("layered"))
    dashboard.pod("layered", "pod.ready === '2/2'")
    dashboard.open("#see=pods/default/layered")
    page.get_by_role("tab", name="Anatomy").click()
    told = anatomy(dashboard, "layered")
    sandbox = page.locator(".sandbox")
    expect(sandbox.locator("h4")).to_contain_text(told["sandbox"]["ip"])
    shared, own = sandbox.locator(".namespaces > div").all()
    assert shared.inner_text().split("\n") == ["Shared by its containers", "network", "ipc", "uts"]
    assert own.inner_text().split("\n") == ["Each container's own", "pid"]
    assert [one.split()[0] for one in sandbox.locator("h5").all_inner_texts()] == ["setup", "log", "main"]
    expect(sandbox.locator("[data-container=setup]")).to_contain_text("ended with 0 · Completed")
    expect(sandbox.locator("[data-container=log] h5")).to_contain_text("sidecar")
    main = sandbox.locator("[data-container=main]")
    expect(main).to_contain_text("running, ready")
    expect(main).to_contain_text("of 500m, requests 100m")
    expect(main).to_contain_text(f"oom_score_adj {told['containers'][2]['oomScoreAdj']}")
    page.get_by_role("button", name="shared emptyDir").click()
    lit = page.locator(".container.lit")
    expect(lit).to_have_count(2)
    expect(lit.nth(1).locator(".chip.lit")).to_have_text("shared /data, read-only")
    assert dashboard.complaints == []


def test_a_crash_shows_its_restarts_and_how_long_it_is_held_back(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("crasher", "busybox", command=["false"]))
    dashboard.pod("crasher", "pod.phase === 'Running'")
    run(dashboard, 60)
    dashboard.open("#see=pods/default/crasher&tab=anatomy")
    main = page.locator("[data-container=main]")
    expect(main).to_contain_text("Before: ended with 1 · Error")
    restarts = anatomy(dashboard, "crasher")["containers"][0]["restarts"]
    assert restarts >= 2
    expect(main).to_contain_text(f"Restarts: {restarts}")
    expect(main.locator(".restart-ticks i")).to_have_count(restarts)
    expect(main).to_contain_text("Held back for another")
    run(dashboard, 300)
    expect(main).not_to_contain_text(f"Restarts: {restarts}\n")
    again = anatomy(dashboard, "crasher")["containers"][0]["restarts"]
    assert again > restarts
    expect(main.locator(".restart-ticks i")).to_have_count(min(again, 12))


def test_a_quota_that_runs_out_is_told(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    limits = {"limits": {"cpu": "100m", "memory": "32Mi"}}
    dashboard.create(pod("slow", "busybox", command=["sh", "-c", "while true; do :; done"], resources=limits))
    dashboard.pod("slow", "pod.phase === 'Running'")
    run(dashboard, 20)
    dashboard.open("#see=pods/default/slow&tab=anatomy")
    stat = anatomy(dashboard, "slow")["containers"][0]["cgroup"]["cpuStat"]
    assert stat["nr_throttled"] > 0
    main = page.locator("[data-container=main]")
    expect(main).to_contain_text(f"Throttled in {stat['nr_throttled']} of {stat['nr_periods']} periods")
    expect(main.locator(".use .near")).to_have_count(1)


def test_probes_count_up_to_what_they_cause(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(rotting("rotting"))
    dashboard.pod("rotting", "pod.phase === 'Running'")
    run(dashboard, 50)
    dashboard.open("#see=pods/default/rotting&tab=probes")
    liveness = page.locator("[data-kind=liveness]")
    expect(liveness.locator("[data-caused=killed]")).to_have_count(1)
    expect(liveness.locator(".caused.killed text")).to_have_text("killed")
    (row,) = [one for one in anatomy(dashboard, "rotting")["containers"][0]["probes"] if one["kind"] == "liveness"]
    shown = liveness.locator("[data-outcome]")
    expect(shown).to_have_count(len(row["probes"]))
    assert shown.evaluate_all("all => all.map(one => one.dataset.outcome)") == [one["outcome"] for one in row["probes"]]
    plot = liveness.get_by_role("slider")
    plot.focus()
    page.keyboard.press("Home")
    expect(plot).to_have_attribute("aria-valuetext", liveness.locator(".probe-told").inner_text())
    expect(liveness.locator(".probe-told")).to_contain_text("passed · 1 of 1")
    killed = next(at for at, one in enumerate(row["probes"]) if one["caused"] == "killed")
    for _ in range(killed):
        page.keyboard.press("ArrowRight")
    expect(liveness.locator(".probe-told")).to_contain_text("failed · 3 of 3")
    expect(liveness.locator(".probe-told")).to_contain_text("killed · cat: can't open '/tmp/healthy'")
    liveness.get_by_text("As a table").click()
    lines = liveness.locator("tbody tr")
    expect(lines).to_have_count(len(row["probes"]))
    expect(lines.nth(len(row["probes"]) - 1 - killed)).to_contain_text("killed")
    run(dashboard, 20)
    expect(lines).not_to_have_count(len(row["probes"]))
    assert dashboard.complaints == []


def test_the_cgroups_of_a_node(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("bounded", resources=AMOUNTS))
    node = dashboard.pod("bounded", "pod.phase === 'Running'")["node"]
    dashboard.open(f"#see=nodes//{node}")
    page.get_by_role("tab", name="cgroups").click()
    burstable = page.locator("[data-cgroup='kubepods-burstable.slice']")
    twist = burstable.get_by_role("button", name="bounded", exact=True)
    expect(twist).to_have_attribute("aria-expanded", "false")
    twist.press("Enter")
    container = burstable.locator(".cgroup.container", has_text="main")
    expect(container).to_contain_text("cpu.max 50000 100000")
    expect(container).to_contain_text(f"memory.max {128 << 20}")
    expect(container).to_contain_text("of 128Mi")
    page.get_by_role("button", name="Show pod bounded").click()
    dashboard.until("k8sviz.selection === 'pods/default/bounded'")
    assert dashboard.complaints == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_views_are_for_everybody(
    browser: Browser, dashboard: Dashboard, stack: Stack, cookie: Callable[[str, str], None], theme: str
) -> None:
    cookie("theme", theme)
    page = dashboard.open().page
    dashboard.create(rotting("rotting"))
    node = dashboard.pod("rotting", "pod.phase === 'Running'")["node"]
    run(dashboard, 50)
    faults = []
    for look in ("pods/default/rotting&tab=anatomy", "pods/default/rotting&tab=probes", f"nodes//{node}&tab=cgroups"):
        dashboard.open(f"#see={look}")
        page.locator(".anatomy, .timeline, .cgroups").first.wait_for()
        faults += [(look, *fault) for fault in axe.faults(page, ".inspector")]
    assert faults == []
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = Dashboard(context.new_page(), stack.url).open("#see=pods/default/rotting&tab=probes")
    phone.page.locator(".timeline").first.wait_for()
    assert phone.page.evaluate("document.querySelector('.inspector .panel').scrollWidth <= innerWidth")
    context.close()
