"""What moves tells the order of things; for whoever wants no motion nothing moves, and a ring says what has changed."""

import pytest

from tests.browser.conftest import Dashboard, deployment, pod

MINE = "k8sviz.pods.filter(pod => pod.namespace === 'default')"
# Every frame: what is animated, what flies over the map and what is ringed there; and each leg of the ribbon's pulse.
LOOK = """() => {
  const seen = (window.seen = {animated: [], flown: [], ringed: [], legs: []});
  const note = (list, value) => list.includes(value) || list.push(value);
  const look = () => {
    for (const one of document.getAnimations()) note(seen.animated, one.effect.target.className);
    for (const id of k8sviz.map.flying) note(seen.flown, id);
    for (const id of k8sviz.map.ringed) note(seen.ringed, id);
    requestAnimationFrame(look);
  };
  look();
  const pulse = document.querySelector(".bus .pulse");
  const leg = () => `${pulse.textContent}: ${pulse.title}`;
  new MutationObserver(() => seen.legs.at(-1) === leg() || seen.legs.push(leg())).observe(pulse, {
    attributes: true, childList: true, characterData: true, subtree: true,
  });
}"""


def test_pulses_follow_a_pod_from_its_request_to_its_node(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.evaluate(LOOK)
    dashboard.create(pod("followed"))
    dashboard.pod("followed")
    legs = dashboard.until("seen.legs.filter(leg => leg.startsWith('store')).length >= 2 && seen.legs")
    assert [leg.partition(":")[0] for leg in legs[:5]] == ["write", "store", "watch", "bind", "store"]
    assert "Pod followed" in legs[0] and "default-scheduler: Bound to worker-" in legs[2]
    assert page.evaluate("seen.animated.some(name => name.startsWith('pulse'))")
    assert page.evaluate("seen.flown") == ["pods/default/followed"]
    assert page.evaluate("seen.ringed") == []


def test_pulses_of_the_present_end_when_the_past_is_shown(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.evaluate(LOOK)
    travelling = "document.querySelector('.bus .pulse').getAnimations().length"
    for number in range(20):
        dashboard.ask("POST", "api/v1/namespaces/default/configmaps", {"metadata": {"name": f"burst-{number}"}})
        dashboard.ask("POST", "api/v1/namespaces/default/pods", pod(f"burst-{number}"))
    dashboard.until(travelling)
    page.get_by_role("slider", name="Instant that is shown").focus()
    page.keyboard.press("ArrowLeft")
    dashboard.until("document.querySelector('.track.in-the-past')")
    legs = page.evaluate("seen.legs.length")
    page.wait_for_timeout(500)
    assert page.evaluate(f"[{travelling}, seen.legs.length]") == [0, legs]
    page.get_by_role("button", name="To now").click()
    dashboard.until("!document.querySelector('.track.in-the-past')")
    assert dashboard.complaints == []


@pytest.mark.parametrize("view", ["map", "workloads"])
def test_without_motion_a_rollout_is_rings_only(dashboard: Dashboard, view: str) -> None:
    page = dashboard.page
    page.emulate_media(reduced_motion="reduce")
    dashboard.open()
    dashboard.create(deployment("web", 3))
    dashboard.until(f"{MINE}.filter(pod => pod.phase === 'Running').length === 3")
    page.evaluate(LOOK)
    if view != "map":
        dashboard.open(f"#view={view}&see=deployments.apps/default/web")
        page.get_by_role("region", name="Workloads").first.wait_for()
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "redis"}]}}}}
    patch = "application/strategic-merge-patch+json"
    dashboard.ask("PATCH", "apis/apps/v1/namespaces/default/deployments/web", image, patch)
    dashboard.until(
        f"{MINE}.length === 3 && {MINE}.every(pod => pod.containers[0].image === 'redis' && pod.ready === '1/1')",
        within=60,
    )
    assert page.evaluate("seen.animated") == []
    assert page.evaluate("seen.flown") == [] and page.evaluate("seen.legs") == []
    if view == "map":
        assert page.evaluate("seen.ringed.length") >= 3
    assert dashboard.complaints == []
