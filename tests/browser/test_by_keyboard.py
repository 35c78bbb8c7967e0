"""By the keyboard alone: a pod is put on a node of one's choice, asked why it is there, and deleted."""

from tests.browser.conftest import Dashboard

FOCUSED = """(() => {
  const one = document.activeElement;
  return (one.labels?.[0]?.textContent || one.getAttribute("aria-label") || one.textContent).trim();
})()"""


def walk_to(dashboard: Dashboard, what: str) -> None:
    """Presses Tab until what has the focus is called so."""
    passed = []
    for _ in range(80):
        dashboard.page.keyboard.press("Tab")
        passed.append(dashboard.page.evaluate(FOCUSED))
        if passed[-1] == what:
            return
    raise AssertionError(f"Tab does not come to {what}, but to {passed}")


def test_a_pod_is_created_on_a_node_explained_and_deleted(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    page.locator(".place").first.wait_for()
    walk_to(dashboard, "Name")
    page.keyboard.press("Control+a")
    page.keyboard.type("by-hand")
    page.wait_for_timeout(400)
    walk_to(dashboard, "Put it here: worker-4")
    page.keyboard.press("Enter")
    assert dashboard.pod("by-hand", "pod.phase === 'Running'")["node"] == "worker-4"
    dashboard.until("k8sviz.selection === 'pods/default/by-hand'")

    walk_to(dashboard, "Overview")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == "Why"
    page.get_by_text("Why is this Pod Running?").wait_for()
    page.locator(".chain .sentence", has_text="Bound to worker-4").wait_for()

    walk_to(dashboard, "Delete Pod")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "Click again to delete"
    page.keyboard.press("Enter")
    dashboard.until("!k8sviz.pods.some(pod => pod.name === 'by-hand')", within=60)
    page.get_by_text("Why is this Pod gone?").wait_for()
    page.keyboard.press("Escape")
    dashboard.until("k8sviz.selection === null")
    assert dashboard.complaints == []
