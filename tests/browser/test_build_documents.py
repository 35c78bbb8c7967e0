"""Manifests that are pasted, dropped or opened: each document has its verdict, and nothing is applied unseen."""

from pathlib import Path

import pytest

from tests.browser.building import appears, builder, names
from tests.browser.conftest import Dashboard

__all__ = ["builder"]

CONFIG_MAPS = "api/v1/namespaces/default/configmaps"
ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {0}\ndata:\n  a: {0}\n"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DROP = """files => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def _verdict(dashboard: Dashboard, title: str, state: str) -> str:
    row = dashboard.page.locator(".verdicts li", has=dashboard.page.get_by_role("button", name=title, exact=True))
    row.locator("b", has_text=state).wait_for()
    return row.inner_text()


def test_it_works(builder: Dashboard) -> None:
    page = builder.open().page
    page.evaluate(PASTE, f"{ONE.format('one')}---\n{ONE.format('two')}")
    _verdict(builder, "ConfigMap one", "new")
    _verdict(builder, "ConfigMap two", "new")
    page.get_by_role("button", name="Apply 2 documents").click()
    _verdict(builder, "ConfigMap two", "created")
    made = appears(builder, CONFIG_MAPS, "one")
    page.get_by_role("button", name="Apply again").click()
    _verdict(builder, "ConfigMap one", "unchanged")
    assert appears(builder, CONFIG_MAPS, "one")["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    page.locator(".verdicts").get_by_role("button", name="Look at it").first.click()
    builder.until("k8sviz.selection === 'configmaps/default/one'")
    assert builder.complaints == []


FAULTY = [
    pytest.param("  replicas: -1", "spec.replicas", id="refused"),
    pytest.param("  nonsense: 1", "field not declared", id="unknown field"),
    pytest.param("  replicas: 1: 2", "Nested mappings", id="no YAML"),
]


@pytest.mark.parametrize(("wrong", "said"), FAULTY)
def test_an_error_on_line_40_is_told_at_line_40(builder: Dashboard, wrong: str, said: str) -> None:
    page = builder.open().page
    good = ONE.format("fine")
    head = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: broken\nspec:\n"
    filler = "# filler\n" * (40 - 1 - (good + head).count("\n"))
    text = good + filler + head + wrong + "\n"
    assert text.split("\n")[39] == wrong
    page.evaluate(PASTE, text)
    page.locator(".verdicts .wrong", has_text=said).get_by_role("button", name="line 40").click()
    page.locator(".cm-flagged", has_text="40").wait_for()
    page.get_by_role("button", name="Apply the other 1").click()
    _verdict(builder, "ConfigMap fine", "created")
    assert names(builder, "apis/apps/v1/namespaces/default/deployments") == []


def test_what_an_earlier_document_makes_is_waited_for(builder: Dashboard) -> None:
    page = builder.open().page
    space = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: later\n---\n"
    page.evaluate(PASTE, space + ONE.format("inside").replace("  name: inside", "  name: inside\n  namespace: later"))
    _verdict(builder, "ConfigMap later/inside", "waits for a document before it")
    page.get_by_role("button", name="Apply 2 documents").click()
    _verdict(builder, "ConfigMap later/inside", "created")
    builder.ask("DELETE", "api/v1/namespaces/later")


def test_what_another_manager_has_set_is_not_taken_unasked(builder: Dashboard) -> None:
    page = builder.open().page
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shared"}, "data": {"a": "theirs"}}
    builder.ask("PATCH", f"{CONFIG_MAPS}/shared?fieldManager=other", body, "application/apply-patch+yaml")
    page.evaluate(PASTE, ONE.format("shared"))
    said = _verdict(builder, "ConfigMap shared", "conflict")
    assert 'conflict with "other"' in said and "line 6" in said
    page.get_by_role("button", name="Take these fields over").click()
    _verdict(builder, "ConfigMap shared", "configured")
    assert appears(builder, CONFIG_MAPS, "shared")["data"] == {"a": "shared"}


def test_files_are_dropped_onto_the_page(builder: Dashboard) -> None:
    page = builder.open().page
    files = [["b.yaml", ONE.format("b")], ["a.json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}']]
    page.evaluate(DROP, [*files, ["notes.txt", "not a manifest"]])
    _verdict(builder, "ConfigMap a", "new")
    _verdict(builder, "ConfigMap b", "new")
    assert page.get_by_label("File", exact=True).locator("option").all_inner_texts() == ["a.json", "b.yaml"]
    page.get_by_label("File", exact=True).select_option("b.yaml")
    page.get_by_label("b.yaml as YAML").wait_for()
    page.get_by_role("button", name="Apply 2 documents").click()
    _verdict(builder, "ConfigMap b", "created")


def test_files_are_opened(builder: Dashboard, tmp_path: Path) -> None:
    page = builder.open().page
    (tmp_path / "list.yml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}}\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: Bad}}\n"
    )
    page.locator("input[type=file]").set_input_files(tmp_path / "list.yml")
    _verdict(builder, "ConfigMap listed", "new")
    assert "line 5" in _verdict(builder, "ConfigMap Bad", "refused")


STRANGE = [
    pytest.param("just a sentence", "What was pasted is no manifest", id="no manifest"),
    pytest.param(
        "kind: Nonsense\napiVersion: example.com/v1\nmetadata: {name: x}", "no matches for kind", id="no kind"
    ),
    pytest.param("kind: Pod\nspec: {}", "This is no object", id="no version"),
    pytest.param(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: &a {b: *a}", "refers to itself", id="a circle"
    ),
]


@pytest.mark.parametrize(("text", "said"), STRANGE)
def test_what_makes_no_sense_is_told(builder: Dashboard, text: str, said: str) -> None:
    page = builder.open().page
    page.evaluate(PASTE, text)
    page.locator(".wrong, .problem", has_text=said).first.wait_for()


def test_markup_is_shown_as_text(builder: Dashboard) -> None:
    page = builder.open().page
    name = "<img src=x onerror=window.caught=1>"
    page.evaluate(PASTE, f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name!r}}}\n")
    page.locator(".verdicts .wrong").first.wait_for()
    assert name in page.locator(".verdicts").inner_text()
    assert page.evaluate("window.caught") is None
