"""The Terminal view: kubectl's commands are typed in the page, and their answers lead back into the picture."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, deployment, pod
from tests.servers import Stack

MANIFEST = ["kubectl apply -f - <<EOF", "apiVersion: v1", "kind: Pod", "metadata: {name: typed}", "spec:"]
CONTAINERS = ["  containers:", "    - {name: main, image: nginx}", "EOF"]
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def line(page: Page) -> Locator:
    return page.get_by_label("Command line")


def said(page: Page) -> Locator:
    return page.get_by_role("log", name="Output")


def type_in(page: Page, *lines: str) -> None:
    """Types lines and ends each with Enter; where one goes on, what comes after it is typed below."""
    for one in lines:
        expect(line(page)).to_have_attribute("aria-busy", "false")
        line(page).press_sequentially(one)
        line(page).press("Enter")


@pytest.fixture
def terminal(dashboard: Dashboard) -> Dashboard:
    """The dashboard with its Terminal view open."""
    dashboard.open().open("#view=terminal")
    expect(line(dashboard.page)).to_be_focused()
    return dashboard


def test_a_name_in_the_answer_leads_to_its_object(terminal: Dashboard) -> None:
    page = terminal.page
    expect(said(page)).to_contain_text("Type kubectl commands")
    type_in(page, "kubectl get nodes")
    expect(said(page)).to_contain_text("NAME")
    said(page).get_by_role("button", name="worker-2").click()
    terminal.until("k8sviz.selection === 'nodes//worker-2'")
    expect(page.get_by_role("heading", name="worker-2")).to_be_visible()
    assert terminal.complaints == []


def test_a_here_document_is_typed_line_by_line_and_applied(terminal: Dashboard) -> None:
    page = terminal.page
    type_in(page, *MANIFEST)
    expect(line(page)).to_have_value("\n".join([*MANIFEST, ""]))
    type_in(page, *CONTAINERS)
    expect(said(page)).to_contain_text("pod/typed created")
    assert line(page).input_value() == ""
    assert terminal.pod("typed")["containers"][0]["image"] == "nginx"
    type_in(page, "kubectl delete pod typed --now")
    expect(said(page)).to_contain_text('pod "typed" deleted')
    assert terminal.complaints == []


def test_what_is_typed_while_a_line_is_asked_keeps_its_order_and_runs_next(terminal: Dashboard) -> None:
    page = terminal.page
    after = [
        "kubectl get pod typed -o name",
        "kubectl delete pod typed --now",
        "kubectl get pods -w",
        "kubectl get nodes",
    ]
    line(page).press_sequentially("\n".join([*MANIFEST, *CONTAINERS, *after]))
    expect(said(page)).to_contain_text("kubectl get pods -w")
    answers = said(page).inner_text()
    assert [answers.count(one) for one in ("pod/typed created", 'pod "typed" deleted')] == [1, 1]
    expect(line(page)).to_have_value("kubectl get nodes")
    line(page).press("Enter")
    expect(page.get_by_label("Runs next")).to_have_text("kubectl get nodes")
    line(page).press_sequentially("mor")
    line(page).press("Control+c")
    expect(line(page)).to_have_value("kubectl get nodes\nmor")
    line(page).press_sequentially("e")
    expect(line(page)).to_have_value("kubectl get nodes\nmore")
    assert terminal.complaints == []


def test_tab_completes_commands_and_names(terminal: Dashboard) -> None:
    page = terminal.page
    choices = page.locator(".terminal-choices span")
    for typed, completed in (("kubec", "kubectl "), ("rol", "kubectl rollout "), ("und", "kubectl rollout undo ")):
        line(page).press_sequentially(typed)
        line(page).press("Tab")
        expect(line(page)).to_have_value(completed)
    line(page).fill("kubectl cordon w")
    line(page).press("Tab")
    expect(line(page)).to_have_value("kubectl cordon worker-")
    expect(choices).to_have_text([f"worker-{n}" for n in range(1, 6)])
    line(page).press("Escape")
    expect(choices).to_have_count(0)
    line(page).press("Tab")
    expect(line(page)).not_to_be_focused()
    assert line(page).input_value() == "kubectl cordon worker-"
    assert terminal.complaints == []


def test_the_lines_before_come_back(terminal: Dashboard) -> None:
    page = terminal.page
    for word in ("default", "kube-system"):
        type_in(page, f"kubectl get namespace {word} -o name")
        expect(said(page)).to_contain_text(f"namespace/{word}")
    line(page).press_sequentially("a draft")
    for expected in ("kubectl get namespace kube-system -o name", "kubectl get namespace default -o name"):
        line(page).press("ArrowUp")
        expect(line(page)).to_have_value(expected)
    line(page).press("ArrowDown")
    line(page).press("ArrowDown")
    expect(line(page)).to_have_value("a draft")
    page.reload()
    line(page).press("ArrowUp")
    expect(line(page)).to_have_value("kubectl get namespace kube-system -o name")
    line(page).press("Control+c")
    type_in(page, "history")
    expect(said(page)).to_contain_text("2  kubectl get namespace kube-system -o name")


@pytest.mark.parametrize(
    ("command", "more", "sign"),
    [
        pytest.param("kubectl logs -f talker", None, "still here", id="logs"),
        pytest.param("kubectl get pods -w", "later", "later", id="get"),
    ],
)
def test_what_goes_on_is_ended_by_control_c(terminal: Dashboard, command: str, more: str | None, sign: str) -> None:
    page = terminal.page
    talks = "sleep 2; while true; do echo still here; sleep 2; done"
    terminal.create(pod("talker", "busybox", command=["sh", "-c", talks]))
    terminal.pod("talker", "pod.phase === 'Running'")
    type_in(page, command)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    if more:
        expect(said(page)).to_contain_text("talker")
        terminal.create(pod(more))
    expect(said(page)).to_contain_text(sign)
    page.get_by_role("button", name="Workloads", exact=True).click()
    page.get_by_role("button", name="Terminal", exact=True).click()
    expect(line(page)).to_have_attribute("aria-busy", "true")
    line(page).press("Control+c")
    expect(said(page)).to_contain_text("^C")
    expect(line(page)).to_have_attribute("aria-busy", "false")
    type_in(page, "kubectl get ns default -o name")
    expect(said(page)).to_contain_text("namespace/default")
    assert terminal.complaints == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param("kubectl port-forward pod/x 8080:80", "", id="kubectl knows it"),
        pytest.param("kubectl gte pods", 'unknown command "gte" for "kubectl"', id="nobody knows it"),
        pytest.param("kubectl get pods | wc -l", "There are no pipes here", id="a shell knows it"),
    ],
)
def test_what_it_does_not_know_says_how_the_real_kubectl_gets_here(
    terminal: Dashboard, command: str, told: str
) -> None:
    page = terminal.page
    type_in(page, command)
    expect(said(page)).to_contain_text(told)
    expect(said(page)).to_contain_text("The real kubectl knows it.")
    fetched = said(page).locator("code").inner_text()
    assert fetched.startswith(f"curl -so kubeconfig {terminal.site}/c/demo/terminal/kubeconfig && export KUBECONFIG=")
    with page.expect_download() as download:
        said(page).get_by_role("link", name="Download kubeconfig").click()
    assert "current-context: demo" in download.value.path().read_text()
    assert terminal.complaints == []


def test_markup_in_what_is_answered_is_only_text(terminal: Dashboard) -> None:
    page = terminal.page
    body = pod("marked", "busybox", command=["sh", "-c", f"echo '{EVIL.replace(chr(39), chr(34))}'; sleep 999"])
    body["metadata"]["annotations"] = {"note": EVIL}
    terminal.create(body)
    terminal.pod("marked", "pod.phase === 'Running'")
    type_in(page, "kubectl logs marked", "kubectl get pod marked -o yaml", f"echo {EVIL} | kubectl apply -f -")
    expect(said(page)).to_contain_text('<img src=x onerror="document.title="owned"">')
    expect(said(page)).to_contain_text("note: <img")
    expect(page.locator(".terminal-err")).to_be_visible()
    assert said(page).locator("img, script").count() == 0
    assert page.title() == "demo · k8sviz"
    assert terminal.complaints == []


def test_a_server_that_does_not_answer_is_told_and_the_line_is_free_again(terminal: Dashboard) -> None:
    page = terminal.page
    page.route("**/terminal", lambda route: route.abort())
    type_in(page, "kubectl get pods")
    expect(said(page)).to_contain_text("The server does not answer.")
    page.unroute_all()
    line(page).press("ArrowUp")
    line(page).press("Enter")
    expect(said(page)).to_contain_text("No resources found in default namespace.")


def test_by_keyboard_alone(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.locator(".brand").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Terminal":
            break
    page.keyboard.press("Enter")
    expect(line(page)).to_be_focused()
    page.keyboard.type("kubectl get nodes worker-3\n")
    expect(said(page)).to_contain_text("worker-3")
    page.keyboard.press("Shift+Tab")
    expect(said(page).get_by_role("button", name="worker-3")).to_be_focused()
    page.keyboard.press("Enter")
    dashboard.until("k8sviz.selection === 'nodes//worker-3'")
    page.keyboard.press("Shift+Tab")
    expect(said(page)).to_be_focused()
    page.keyboard.press("Escape")
    dashboard.until("k8sviz.selection === null")
    assert dashboard.complaints == []


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh-hans")])
def test_axe_finds_no_fault(
    dashboard: Dashboard, cookie: Callable[[str, str], None], theme: str, language: str
) -> None:
    cookie("theme", theme)
    cookie("django_language", language)
    page = dashboard.open().open("#view=terminal").page
    field, output = page.locator("textarea"), page.get_by_role("log")
    page.locator(".terminal-welcome").wait_for()
    faults = axe.faults(page)
    for typed in ("kubectl get nodes", "kubectl get pods nope", "kubectl port-forward pod/x 80"):
        field.fill(typed)
        field.press("Enter")
        expect(field).to_have_attribute("aria-busy", "false")
    field.fill("kubectl cordon ")
    field.press("Tab")
    page.locator(".terminal-choices span").first.wait_for()
    faults += axe.faults(page)
    if language == "zh-hans":
        expect(page.get_by_role("heading", name="终端", level=2)).to_be_visible()
        expect(output).to_contain_text("真正的 kubectl")
    cookie("django_language", "en")
    assert faults == []
    assert dashboard.complaints == []


def test_on_a_phone_a_row_of_keys_does_what_a_phones_keyboard_lacks(
    browser: Browser, dashboard: Dashboard, stack: Stack
) -> None:
    dashboard.open()
    dashboard.create(deployment("a-name-that-goes-on-and-on-and-on-to-the-very-edge-of-a-phone", 1))
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = Dashboard(context.new_page(), stack.url).open().open("#view=terminal")
    page = phone.page
    expect(line(page)).to_have_attribute("autocorrect", "off")
    line(page).tap()
    line(page).fill("kubectl get dep")
    page.get_by_role("button", name="Tab", exact=True).tap()
    expect(line(page)).to_have_value("kubectl get deployments ")
    line(page).fill("kubectl get deployments -o wide")
    page.get_by_role("button", name="Run", exact=True).tap()
    expect(said(page)).to_contain_text("a-name-that-goes-on")
    expect(line(page)).to_be_focused()
    page.get_by_role("button", name="The line before").tap()
    expect(line(page)).to_have_value("kubectl get deployments -o wide")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = "[...document.querySelectorAll('.terminal-view .button')].filter(one => one.offsetHeight < 44).length"
    assert page.evaluate(small) == 0
    assert phone.complaints == []
    context.close()
