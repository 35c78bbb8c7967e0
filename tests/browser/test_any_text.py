"""Whatever people write is shown as what it is: long names, any script, markup; nothing overflows or is obeyed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Dashboard, pod

LONGEST = ".".join(["a" * 63] * 4)[:253]
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
ANY_SCRIPT = {
    "hebrew": "שלום עולם",
    "arabic": "مرحبا بالعالم",
    "emoji": "👩‍🚀🚀 🇩🇪",
    "override": "\u202etxt.exe",
    "chinese": "你好",
}
VIEWS = ("map", "pod", "scheduling", "workloads", "autoscaling", "pressure", "quotas", "events", "compare", "terminal")
# Whatever juts out of its place, or is cut off where it cannot be scrolled, by its class.
OVERFLOWING = """() => [...document.querySelectorAll(".frame *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.left < innerWidth && box.right > innerWidth + 1 && !one.closest("svg")
    && ![...ancestors(one)].some(up => /auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX));
  function* ancestors(of) {
    for (let up = of.parentElement; up && !up.matches(".frame"); up = up.parentElement) yield up;
  }
}).map(one => one.className)"""


@pytest.fixture
def long_names(dashboard: Dashboard) -> Dashboard:
    """A Deployment and a bare pod with names as long as they may be."""
    dashboard.open()
    body = pod(LONGEST)
    body["metadata"]["labels"] = {"app": "b" * 63}
    dashboard.create(body)
    dashboard.pod(LONGEST, "pod.phase === 'Running'")  # the logs of one that waits are refused
    web = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": LONGEST},
        "spec": {
            "selector": {"matchLabels": {"app": "c" * 63}},
            "template": {
                "metadata": {"labels": {"app": "c" * 63}},
                "spec": {"containers": [{"name": "d" * 63, "image": "nginx"}]},
            },
        },
    }
    dashboard.create(web)
    dashboard.until(f"k8sviz.objects.some(one => one.id === 'deployments.apps/default/{LONGEST}')")
    return dashboard


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_names_of_253_letters_stay_in_their_places(long_names: Dashboard, width: int, height: int) -> None:
    page = long_names.page
    page.set_viewport_size({"width": width, "height": height})
    wrong = []
    for view in VIEWS:
        for see in (f"pods/default/{LONGEST}", f"deployments.apps/default/{LONGEST}"):
            long_names.open(f"#view={'' if view == 'map' else view}&see={see}&lit={see}")
            page.wait_for_timeout(700)
            if view == "terminal":
                page.get_by_label("Command line").fill("kubectl get pods")
                page.get_by_label("Command line").press("Enter")
                expect(page.get_by_role("log")).to_contain_text(LONGEST)
            if page.evaluate("document.documentElement.scrollWidth") != width:
                wrong.append((view, see.partition("/")[0], "the page"))
            wrong += [(view, see.partition("/")[0], one) for one in page.evaluate(OVERFLOWING)]
    assert wrong == []
    assert long_names.complaints == []


@pytest.mark.parametrize("tab", ["overview", "why", "anatomy", "probes", "logs", "scheduling", "yaml", "events"])
def test_a_long_name_in_each_tab_of_the_inspector(long_names: Dashboard, tab: str) -> None:
    page = long_names.open(f"#see=pods/default/{LONGEST}&tab={tab}").page
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    panel = "document.querySelector('.inspector')"
    assert page.evaluate(f"{panel}.scrollWidth <= {panel}.clientWidth")


def test_any_script_in_annotations_is_shown_as_it_was_written(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    body = pod("polyglot", "busybox", command=["sh", "-c", f"echo '{ANY_SCRIPT['arabic']}'; sleep 999"])
    body["metadata"]["annotations"] = ANY_SCRIPT
    dashboard.create(body)
    dashboard.pod("polyglot", "pod.phase === 'Running'")
    dashboard.open("#see=pods/default/polyglot&tab=yaml")
    for name in ("hebrew", "arabic", "emoji", "chinese"):
        page.locator(".cm-content").get_by_text(ANY_SCRIPT[name]).first.wait_for()
    page.get_by_role("tab", name="Logs").click()
    page.get_by_text(ANY_SCRIPT["arabic"]).wait_for()
    dashboard.open("#view=terminal")
    page.get_by_label("Command line").fill("kubectl describe pod polyglot")
    page.get_by_label("Command line").press("Enter")
    expect(page.get_by_role("log", name="Output")).to_contain_text(ANY_SCRIPT["hebrew"])
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert dashboard.complaints == []


def test_a_label_in_another_script_is_refused_in_words(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.keyboard.press("p")
    page.get_by_role("tab", name="YAML").click()
    page.get_by_label("The Pod as YAML").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  labels: {{app: {ANY_SCRIPT['hebrew']}}}\n"
        "spec: {containers: [{name: a, image: redis}]}\n"
    )
    page.locator(".cm-remark", has_text="a valid label must be").first.wait_for()
    assert "5" in page.locator(".cm-flagged").all_inner_texts()


def test_markup_in_names_annotations_and_log_lines_is_only_text(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    body = pod("marked", "busybox", command=["sh", "-c", "echo '<b>bold</b><img src=x onerror=alert(1)>'; sleep 999"])
    body["metadata"]["annotations"] = {"note": EVIL}
    dashboard.create(body)
    dashboard.pod("marked", "pod.phase === 'Running'")
    role = "<img src=x onerror=alert(1)>"  # the names of roles may hold almost anything
    roles = "apis/rbac.authorization.k8s.io/v1/namespaces/default/roles"
    dashboard.ask("POST", roles, {"metadata": {"name": role}, "rules": []})
    for tab in ("overview", "why", "yaml", "events"):
        dashboard.open(f"#see=pods/default/marked&tab={tab}")
        page.wait_for_timeout(200)
    page.get_by_role("tab", name="YAML").click()
    page.locator(".cm-content").get_by_text("onerror").first.wait_for()
    page.get_by_role("tab", name="Logs").click()
    page.get_by_text("<b>bold</b>").wait_for()
    dashboard.open("#view=events&log-text=onerror")
    page.locator(".log-lines b", has_text=role).first.wait_for()
    dashboard.open("#view=terminal")
    for typed in ("kubectl get roles", "kubectl logs marked"):
        page.get_by_label("Command line").fill(typed)
        page.get_by_label("Command line").press("Enter")
        expect(page.get_by_role("log", name="Output")).to_contain_text("onerror=alert(1)>")
        page.get_by_role("button", name="Clear").click()
    dashboard.open("#view=")
    page.keyboard.press("p")
    page.get_by_label("Name", exact=True).fill(EVIL)
    page.get_by_role("alert").filter(has_text="lowercase RFC 1123").wait_for()
    dashboard.ask("DELETE", roles)
    assert page.title() == "demo · k8sviz"
    assert page.locator(".frame img, .frame script").count() == 0
