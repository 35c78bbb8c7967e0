"""The Workloads view of a StatefulSet and a Job."""

from playwright.sync_api import expect

from tests.browser.conftest import Dashboard
from tests.browser.test_workloads_view import STRATEGIC

LABELS = {"app": "db"}
SETS, JOBS = "apis/apps/v1/namespaces/default/statefulsets", "apis/batch/v1/namespaces/default/jobs"


def template(image: str, **spec: object) -> dict[str, object]:
    return {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "main", "image": image}], **spec}}


def test_a_statefulset_pod_by_pod(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.ask("POST", "/c/demo/control", {"do": "speed", "speed": 8})
    spec = {"serviceName": "db", "replicas": 3, "selector": {"matchLabels": LABELS}, "template": template("nginx:1.27")}
    dashboard.ask("POST", SETS, {"metadata": {"name": "db"}, "spec": spec})
    ready = "k8sviz.objects.find(one => one.id === 'statefulsets.apps/default/db' && one.available === 3)"
    dashboard.until(ready, 60)
    dashboard.ask("PATCH", f"{SETS}/db", {"spec": {"template": template("nginx:1.28")}}, STRATEGIC)
    dashboard.open("#view=workloads&see=statefulsets.apps/default/db")
    steps = page.locator(".rollout-steps li")
    expect(steps).to_have_count(6)
    expect(steps.first).to_contain_text("db-2 told to go")
    expect(steps.last).to_contain_text("db-0 created")
    expect(page.locator(".limit.least text")).to_have_text("at least 2 available: one at a time")
    expect(page.locator(".pod-lanes > g")).to_have_count(3)
    expect(page.locator(".pod-lanes .span-available.old")).to_have_count(3)
    expect(page.locator(".rollout-now")).to_contain_text("Complete: nothing is left to do")
    page.get_by_role("tab", name="History").click()
    expect(page.locator(".diff .added")).to_contain_text("image: nginx:1.28")
    page.get_by_role("button", name="Roll back to 1").click()
    page.get_by_role("button", name="Click again to roll back").click()
    expect(page.locator(".history tbody tr").first).to_contain_text("nginx:1.27")
    dashboard.ask("DELETE", f"{SETS}/db")
    assert dashboard.complaints == []


def test_a_job_to_its_end(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.ask("POST", "/c/demo/control", {"do": "speed", "speed": 8})
    box = {"name": "main", "image": "busybox", "command": ["sleep", "2"]}
    spec = {"completions": 3, "parallelism": 2, "template": {"spec": {"restartPolicy": "Never", "containers": [box]}}}
    dashboard.ask("POST", JOBS, {"metadata": {"name": "pi"}, "spec": spec})
    dashboard.open("#view=workloads&see=jobs.batch/default/pi")
    expect(page.locator(".rollout-now")).to_contain_text("Complete: nothing is left to do")
    expect(page.locator(".limit.desired text")).to_have_text("3 completions wanted")
    expect(page.locator(".limit.most text")).to_have_text("at most 2 at a time")
    expect(page.locator(".pod-lanes .span-succeeded")).to_have_count(3)
    expect(page.get_by_role("tab", name="History")).to_have_count(0)
    page.get_by_role("tab", name="Owners").click()
    tree = page.get_by_role("list", name="Owners and what they own")
    expect(tree).to_contain_text("3 of 3 succeeded")
    expect(tree.get_by_role("button", name="Pod pi-")).to_have_count(3)
    dashboard.ask("DELETE", f"{JOBS}/pi?propagationPolicy=Background")
    assert dashboard.complaints == []
