"""Each kind of the palette comes into the cluster: by click, by key, by dragging, where it fits."""

from typing import Any

import pytest

from tests.browser.building import appears, builder, names, service
from tests.browser.conftest import Dashboard, deployment, pod

__all__ = ["builder"]

DEFAULT = "namespaces/default"
SIM = "apis/sim.k8sviz.io/v1"
CREATED = [
    pytest.param("Deployment", f"apis/apps/v1/{DEFAULT}/deployments", "web", id="Deployment"),
    pytest.param("StatefulSet", f"apis/apps/v1/{DEFAULT}/statefulsets", "db", id="StatefulSet"),
    pytest.param("DaemonSet", f"apis/apps/v1/{DEFAULT}/daemonsets", "agent", id="DaemonSet"),
    pytest.param("Job", f"apis/batch/v1/{DEFAULT}/jobs", "task", id="Job"),
    pytest.param("CronJob", f"apis/batch/v1/{DEFAULT}/cronjobs", "nightly", id="CronJob"),
    pytest.param("HPA", f"apis/autoscaling/v2/{DEFAULT}/horizontalpodautoscalers", "web", id="HPA"),
    pytest.param("Service", f"api/v1/{DEFAULT}/services", "web", id="Service"),
    pytest.param("Ingress", f"apis/networking.k8s.io/v1/{DEFAULT}/ingresses", "front", id="Ingress"),
    pytest.param("ConfigMap", f"api/v1/{DEFAULT}/configmaps", "settings", id="ConfigMap"),
    pytest.param("Secret", f"api/v1/{DEFAULT}/secrets", "login", id="Secret"),
    pytest.param("PVC", f"api/v1/{DEFAULT}/persistentvolumeclaims", "data", id="PVC"),
    pytest.param("Node", f"{SIM}/nodegroups", "extra", id="Node"),
]


@pytest.mark.parametrize(("kind", "path", "name"), CREATED)
def test_by_click_as_it_is_offered(builder: Dashboard, kind: str, path: str, name: str) -> None:
    page = builder.open().page
    page.get_by_role("button", name=kind, exact=True).click()
    assert page.get_by_label("Name", exact=True).input_value() == name
    page.get_by_role("button", name="Create it").click()
    appears(builder, path, name)
    # What was made is what one looks at now, drawn or not.
    builder.until(f"k8sviz.selection?.endsWith('/{name}')")
    page.locator(".inspector h2", has_text=name).wait_for()
    page.get_by_role("tab", name="YAML").click()
    page.get_by_role("button", name="Edit").wait_for()
    assert builder.complaints == []


@pytest.mark.parametrize(
    ("search", "kind", "path", "name"),
    [
        pytest.param("deploy", "Deployment", f"apis/apps/v1/{DEFAULT}/deployments", "web", id="Deployment"),
        pytest.param("secr", "Secret", f"api/v1/{DEFAULT}/secrets", "login", id="Secret"),
        pytest.param("cron", "CronJob", f"apis/batch/v1/{DEFAULT}/cronjobs", "nightly", id="CronJob"),
    ],
)
def test_by_key(builder: Dashboard, search: str, kind: str, path: str, name: str) -> None:
    page = builder.open().page
    page.keyboard.press("a")
    page.keyboard.type(search)
    page.keyboard.press("Enter")
    page.get_by_text(f"new {kind}, not yet created").wait_for()
    page.keyboard.press("s")
    appears(builder, path, name)


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        pytest.param("StatefulSet", f"apis/apps/v1/{DEFAULT}/statefulsets", "db", id="onto the map"),
        pytest.param("Node", f"{SIM}/nodegroups", "extra", id="into a zone"),
    ],
)
def test_by_dragging(builder: Dashboard, kind: str, path: str, name: str) -> None:
    page = builder.open().page
    page.get_by_role("button", name=kind, exact=True).drag_to(
        page.locator(".map-scroller"), target_position={"x": 60, "y": 300}
    )
    made = appears(builder, path, name)
    if kind == "Node":
        assert made["spec"]["template"]["zone"] == "zone-b"


def test_a_workload_s_pods_are_held_against_the_nodes(builder: Dashboard) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Deployment", exact=True).click()
    page.locator(".place.refused", has_text="TaintToleration").first.wait_for()
    assert page.locator(".place.refused .anyway").count() == 0
    page.get_by_label("CPU request").fill("6")
    page.get_by_text("refused by NodeResourcesFit").wait_for()
    page.get_by_role("button", name="Put it here: the cluster").click()
    appears(builder, f"apis/apps/v1/{DEFAULT}/deployments", "web")


def test_a_name_that_is_taken_gives_way_to_the_next(builder: Dashboard) -> None:
    page = builder.open().page
    builder.ask(
        "POST",
        f"api/v1/{DEFAULT}/configmaps",
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}},
    )
    page.get_by_role("button", name="ConfigMap", exact=True).click()
    builder.until("document.getElementById('field-metadata.name').value === 'settings-2'")
    # A name of one's own is not changed: it is told.
    page.get_by_label("Name", exact=True).fill("settings")
    page.get_by_role("alert").filter(has_text="There is a ConfigMap settings in default already").wait_for()


NAMED = [
    pytest.param("app", ["metadata.labels", "spec.selector.matchLabels", "spec.template.metadata.labels"], id="labels"),
]


@pytest.mark.parametrize(("label", "places"), NAMED)
def test_labels_and_selector_follow_the_name(builder: Dashboard, label: str, places: list[str]) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Deployment", exact=True).click()
    builder.name("shop")
    page.get_by_role("button", name="Create it").click()
    made = appears(builder, f"apis/apps/v1/{DEFAULT}/deployments", "shop")
    for place in places:
        held: Any = made
        for step in place.split("."):
            held = held[step]
        assert held == {label: "shop"}


def test_a_taint_on_a_node_and_away_again(builder: Dashboard) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Taint", exact=True).click()
    page.get_by_label("Key", exact=True).fill("team")
    page.get_by_label("Value", exact=True).fill("red")
    page.get_by_role("button", name="Put it here: worker-1").click()
    builder.until("k8sviz.nodes.find(node => node.name === 'worker-1').taints.some(taint => taint.key === 'team')")
    page.get_by_role("button", name="Take away team=red:NoSchedule").click()
    builder.until("k8sviz.nodes.find(node => node.name === 'worker-1').taints.length === 0")


def test_a_taint_that_is_none(builder: Dashboard) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Taint", exact=True).click()
    page.get_by_label("Key", exact=True).fill("no key")
    page.locator(".line .wrong").first.wait_for()


def test_traffic_to_a_service_and_to_a_pod(builder: Dashboard) -> None:
    page = builder.open().page
    builder.create(deployment("web", 1))
    builder.ask("POST", f"api/v1/{DEFAULT}/services", service())
    builder.until("k8sviz.pods.some(pod => pod.labels?.app === 'web' && pod.phase === 'Running')")
    page.get_by_role("button", name="Traffic", exact=True).click()
    page.get_by_label("Requests a second").fill("5")
    page.locator(".places").get_by_role("button", name="web Put it here", exact=True).click()
    made = appears(builder, f"{SIM}/{DEFAULT}/traffics", "clients")
    assert made["spec"]["target"] == {"service": {"name": "web"}} and made["spec"]["rate"] == "5"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Traffic", exact=True).click()
    page.get_by_label("Search the places").or_(page.get_by_text("Where to put it")).first.wait_for()
    builder.until("document.getElementById('field-metadata.name').value === 'clients-2'")
    page.locator(".places button", has_text="web-").first.click()
    made = appears(builder, f"{SIM}/{DEFAULT}/traffics", "clients-2")
    assert made["spec"]["target"]["pod"]["name"].startswith("web-")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Stop clients-2").click()
    builder.until("!document.querySelector('[aria-label=\"Stop clients-2\"]')")
    assert names(builder, f"{SIM}/{DEFAULT}/traffics") == ["clients"]


FAULTS = [
    pytest.param("NodeCrash", "worker-2", {"nodeName": "worker-2"}, id="node"),
    pytest.param("ZoneOutage", "zone-b", {"zone": "zone-b"}, id="zone"),
    pytest.param("RegistryOutage", "the cluster", None, id="cluster"),
]


@pytest.mark.parametrize(("kind", "place", "target"), FAULTS)
def test_a_fault_where_its_type_says(builder: Dashboard, kind: str, place: str, target: Any) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Fault", exact=True).click()
    page.get_by_label("What goes wrong").select_option(kind)
    page.locator(".place").get_by_role("button", name=f"Put it here: {place}").click()
    made = appears(builder, f"{SIM}/faults", "trouble")
    assert made["spec"].get("target") == target
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Stop trouble").click()
    builder.until("!document.querySelector('[aria-label=\"Stop trouble\"]')")
    assert names(builder, f"{SIM}/faults") == []


def test_with_the_type_of_a_fault_go_the_words_of_the_old_one(builder: Dashboard) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Fault", exact=True).click()
    page.get_by_label("What goes wrong").select_option("PacketLoss")
    page.get_by_label("Lost packets, %").fill("101")
    page.get_by_role("alert").filter(has_text="between 1 and 100").wait_for()
    page.get_by_label("What goes wrong").select_option("KubeletStop")
    page.get_by_role("button", name="Put it here: worker-2").click()
    assert "packetLoss" not in appears(builder, f"{SIM}/faults", "trouble")["spec"]


def test_a_node_joins_a_zone_and_leaves_it(builder: Dashboard) -> None:
    page = builder.open().page
    builder.ask("POST", "/c/demo/control", {"do": "speed", "speed": 20})
    page.get_by_role("button", name="Node", exact=True).click()
    page.get_by_label("CPU", exact=True).fill("3")
    page.locator(".place").get_by_role("button", name="Put it here: zone-b").click()
    found = "k8sviz.nodes.find(node => node.name.startsWith('extra-') && node.ready)"
    node = builder.until(found)
    assert node["zone"] == "zone-b" and node["capacity"]["cpu"] == 3000
    builder.create(pod("guest"))
    page.goto(f"{builder.site}/c/demo/#see=nodes//{node['name']}")
    page.get_by_role("button", name="Remove by force").click()
    page.get_by_role("button", name="Click again to remove").click()
    builder.until("!k8sviz.nodes.some(node => node.name.startsWith('extra-'))")


def test_a_drained_node_is_empty_and_cordoned(builder: Dashboard) -> None:
    page = builder.open().page
    builder.ask("POST", "/c/demo/control", {"do": "speed", "speed": 20})
    builder.create({**pod("leaver"), "spec": {**pod("leaver")["spec"], "nodeName": "worker-2"}})
    builder.pod("leaver", "pod.phase === 'Running'")
    page.goto(f"{builder.site}/c/demo/#see=nodes//worker-2")
    page.get_by_role("button", name="Drain", exact=True).click()
    builder.until("!k8sviz.pods.some(pod => pod.node === 'worker-2' && pod.owner?.kind !== 'DaemonSet')")
    page.get_by_role("button", name="Uncordon").click()
    builder.until("!k8sviz.nodes.find(node => node.name === 'worker-2').unschedulable")
