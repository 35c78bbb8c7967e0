"""The inspector explains what is selected: at a glance, why, as YAML, by its events."""

import pytest

from tests.browser.conftest import Dashboard, deployment, pod

WEB = "k8sviz.pods.find(pod => pod.name.startsWith('web-') && pod.phase === 'Running')"


def test_tabs_of_a_pod(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("told"))
    dashboard.pod("told", "pod.phase === 'Running'")
    dashboard.open("#see=pods/default/told")
    page.get_by_text("running, ready").wait_for()
    page.get_by_role("tab", name="YAML").click()
    page.locator(".cm-content").get_by_text("resourceVersion").wait_for()
    page.get_by_role("tab", name="Events").click()
    page.locator(".events").get_by_text("Scheduled").wait_for()
    page.get_by_role("tab", name="Why", exact=True).click()
    page.get_by_text("Why is this Pod Running?").wait_for()
    titles = page.locator(".chain h4 span").all_inner_texts()
    assert titles == ["Containers run", "Pod taken up by its kubelet", "Pod bound to a node", "Pod created"]
    assert dashboard.complaints == []


@pytest.mark.parametrize(
    ("about", "shown"),
    [
        pytest.param("nodes//worker-1", ["Capacity", "MemoryPressure"], id="node"),
        pytest.param("deployments.apps/kube-system/coredns", ["Replicas", "Up to date"], id="deployment"),
        pytest.param("services/kube-system/kube-dns", ["ClusterIP", "10.96.0.10"], id="service"),
        pytest.param("daemonsets.apps/kube-system/kube-proxy", ["Desired"], id="daemonset"),
    ],
)
def test_tabs_of_other_kinds(dashboard: Dashboard, about: str, shown: list[str]) -> None:
    page = dashboard.open(f"#see={about}").page
    for text in shown:
        page.locator(".panel").get_by_text(text).first.wait_for()
    page.get_by_role("tab", name="Why", exact=True).click()
    page.locator(".chain li").first.wait_for()
    page.get_by_role("tab", name="YAML").click()
    page.locator(".cm-content").get_by_text("apiVersion").wait_for()
    page.get_by_role("tab", name="Events").click()
    page.locator(".events, .hint").first.wait_for()
    assert dashboard.complaints == []


def test_the_chain_of_a_deployments_pod_leads_to_who_asked(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(deployment("web", 2))
    found = dashboard.until(WEB)
    dashboard.open(f"#see={found['id']}&tab=why")
    page.get_by_role("heading", name="Deployment created").wait_for()
    titles = page.locator(".chain h4 span").all_inner_texts()
    assert titles[-3:] == ["Pod created", "ReplicaSet created", "Deployment created"]
    page.locator(".chain .link").last.click()
    dashboard.until("k8sviz.selection === 'deployments.apps/default/web'")


def test_the_chain_in_chinese(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(deployment("web", 1))
    found = dashboard.until(WEB)
    dashboard.open(f"#see={found['id']}&tab=why")
    page.get_by_role("button", name="中 简体中文").click()
    page.get_by_role("heading", name="Deployment 已创建").wait_for()
    assert page.locator(".chain h4 span").first.inner_text() == "容器在运行"
    page.get_by_role("button", name="EN English").click()


def test_a_crash_loop_says_so_and_folds_its_long_past(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.ask("POST", "/c/demo/control", {"do": "speed", "speed": 50})
    dashboard.create(pod("crasher", "busybox"))
    dashboard.pod("crasher", "pod.restarts >= 4 && pod.status === 'CrashLoopBackOff'")
    dashboard.ask("POST", "/c/demo/control", {"do": "pause"})
    dashboard.open("#see=pods/default/crasher&tab=why")
    page.get_by_text("Why is this Pod CrashLoopBackOff?").wait_for()
    assert page.locator(".chain h4").count() == 7
    assert page.locator(".chain h4 span").last.inner_text() == "Pod created"
    page.locator(".folded button").click()
    assert page.locator(".chain h4").count() > 8
    assert page.locator(".chain h4 span", has_text="Container ended").count() >= 4


def test_a_pod_that_fits_nowhere_waits_in_the_queue_with_its_reasons(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(pod("vast", resources={"requests": {"cpu": "64"}}))
    dashboard.pod("vast", "pod.message")
    waiting = page.locator(".waiting", has_text="vast")
    waiting.get_by_text("Insufficient cpu").wait_for()
    assert waiting.locator(".reason b").last.inner_text() == "4"
    waiting.click()
    page.get_by_text("Pod fits no node").wait_for()


def test_scaling_by_the_buttons(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    dashboard.create(deployment("web", 1))
    dashboard.until("k8sviz.objects.some(one => one.id === 'deployments.apps/default/web')")
    dashboard.open("#see=deployments.apps/default/web")
    page.get_by_role("button", name="One more").click()
    dashboard.until("k8sviz.pods.filter(pod => pod.name.startsWith('web-')).length === 2")
    page.get_by_role("button", name="One less").click()
    dashboard.until(
        "k8sviz.pods.filter(pod => pod.name.startsWith('web-') && pod.phase !== 'Terminating').length === 1"
    )
    assert page.locator(".scale output").inner_text() == "1"
