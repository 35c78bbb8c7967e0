"""What a presenter lights, in the views beside the map: it stays as it is, and the rest of the view is dimmed."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import deployment
from tests.browser.presenting import Meet, Person, meet

__all__ = ["meet"]

SHOW = "([what]) => parent.postMessage({k8sviz: what}, location.origin)"
LOOKS = """() => {
  const all = [...document.querySelectorAll(".picture *")];
  const dim = all.filter((one) => getComputedStyle(one).opacity === "0.22");
  const own = all.filter((one) => one.dataset.lit === "own");
  return {
    dim: dim.length,
    lit: [...new Set(own.map((one) => one.dataset.object))].sort(),
    lost: own.filter((one) => one.closest(".picture > *") !== one && dim.some((box) => box.contains(one))).length,
    framed: own.filter((one) => getComputedStyle(one).outlineStyle === "solid").length,
  };
}"""
OPACITIES = "[...new Set([...document.querySelectorAll('.inspector *')].map(one => getComputedStyle(one).opacity))]"
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "team"},
    "spec": {"hard": {"pods": "9"}},
}
SCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web"},
    "spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
}
TRAFFIC = {
    "apiVersion": "sim.k8sviz.io/v1",
    "kind": "Traffic",
    "metadata": {"name": "load"},
    "spec": {"rate": "1", "target": {"service": {"name": "web"}}},
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}
POD, WEB, SCALED = (
    "pods/default/modest",
    "deployments.apps/default/web",
    "horizontalpodautoscalers.autoscaling/default/web",
)


class Picture:
    """The audience's picture in one page: a follower's, or the one in the console."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def shows(self, lit: list[str], *, dims: bool, framed: bool = True, why: str = "") -> None:
        """Waits until what is lit in the view is this, and whether the rest is dimmed."""
        for _turn in range(200):
            looks = self.page.evaluate(LOOKS)
            if looks["lit"] == sorted(lit) and (looks["dim"] > 0) is dims:
                break
            self.page.wait_for_timeout(50)
        assert (looks["lit"], looks["dim"] > 0, looks["lost"]) == (sorted(lit), dims, 0), why
        assert (looks["framed"] > 0) is framed, why


def _preview(lead: Person) -> Any:
    return next(frame for frame in lead.page.frames if "preview" in frame.url)


def _show(lead: Person, view: str, see: str, *lit: str, tab: str = "") -> None:
    frame = _preview(lead)
    frame.evaluate(SHOW, [{"do": "look", "view": view, "see": see, "tab": tab}])
    frame.evaluate(SHOW, [{"do": "show", "spotlight": True, "lit": list(lit)}])


@pytest.fixture
def lead(meet: Meet) -> Person:
    """A presenter whose cluster has something to light in every view."""
    lead = meet()
    lead.begin("oom-kill")
    lead.next()
    lead.done()
    lead.create(deployment("web", 2))
    for path, body in {
        "api/v1/namespaces/default/resourcequotas": QUOTA,
        "api/v1/namespaces/default/services": SERVICE,
        "apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers": SCALER,
        "apis/sim.k8sviz.io/v1/namespaces/default/traffics": TRAFFIC,
    }.items():
        lead.ask("POST", path, body)
    lead.ask("POST", f"/c/{_cluster(lead)}/control", {"do": "step", "by": 60})
    lead.until("k8sviz.pods.filter(pod => pod.name.startsWith('web-') && pod.phase === 'Running').length === 2")
    return lead


def _cluster(lead: Person) -> str:
    name: str = lead.page.evaluate("JSON.parse(document.getElementById('k8sviz-config').textContent).cluster")
    return name


def test_in_every_view_what_is_lit_stands_out(meet: Meet, lead: Person) -> None:
    other = meet()
    other.join(lead.code)
    web = lead.page.evaluate("k8sviz.pods.find(pod => pod.name.startsWith('web-')).id")
    node = "nodes//" + lead.pod("modest")["node"]
    cases: dict[str, tuple[str, str, list[str], bool, bool]] = {
        "a lane of the rollout": ("workloads", WEB, [web], True, True),
        "the workload itself: all is about it": ("workloads", WEB, [WEB], False, False),
        "a pod is on its own page": ("pod", POD, [POD], False, False),
        "a node's row of the grid": ("scheduling", web, [node], True, True),
        "a pod that may be evicted": ("pressure", node, [POD], True, True),
        "its node: all is about it": ("pressure", node, [node], False, False),
        "a quota": ("quotas", "", ["resourcequotas/default/team"], True, True),
        "what loads it": ("autoscaling", SCALED, ["traffics.sim.k8sviz.io/default/load"], True, True),
        "lines of the log": ("events", "", [POD], True, True),
    }
    for what, (view, see, lit, dims, framed) in cases.items():
        _show(lead, view, see, *lit)
        for page in (other.page, _preview(lead)):
            Picture(page).shows(lit, dims=dims, framed=framed, why=what)
    _show(lead, "quotas", "", web)
    for page in (other.page, _preview(lead)):
        Picture(page).shows([], dims=False, framed=False, why="nothing of it is there")


def test_a_click_lights_the_inspector_frames_and_dim_lights_all_again(meet: Meet, lead: Person) -> None:
    other, reader, phone = meet(), meet(forced_colors="active"), meet(390, 844)
    other.join(lead.code)
    reader.join(lead.code)
    phone.join(lead.code)
    _show(lead, "quotas", "", POD)
    expect(other.page.locator(".quota-card")).to_be_visible()
    lead.page.get_by_role("button", name="Spotlight").click()
    box = lead.picture.locator(".quota-card h4").bounding_box()
    assert box is not None
    lead.page.mouse.click(box["x"] + 5, box["y"] + 5)
    lit = ["resourcequotas/default/team"]
    Picture(other.page).shows(lit, dims=True)
    Picture(reader.page).shows(lit, dims=False, why="whoever has chosen the colours reads all")
    lead.page.keyboard.press("Escape")
    lead.page.keyboard.press("d")
    Picture(other.page).shows([], dims=False, framed=False)

    _show(lead, "map", POD, POD)
    expect(other.page.locator(".inspector .subject[data-lit=own]")).to_contain_text("modest")
    _show(lead, "map", "nodes//" + lead.pod("modest")["node"], POD)
    expect(other.page.locator(".inspector .row[data-lit=own]")).to_contain_text("modest")
    assert other.page.evaluate(OPACITIES) == ["1"]
    expect(phone.page.locator(".inspector")).to_be_hidden()
    _show(lead, "map", POD, POD, tab="anatomy")
    expect(phone.page.locator(".inspector .pod-box")).to_be_visible()
