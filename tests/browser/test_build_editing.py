"""An object is edited where it is read, deleted, and taken along; two who edit at once are told of each other."""

import re
from typing import Any

import pytest

from tests.browser.building import appears, builder
from tests.browser.conftest import Dashboard

__all__ = ["builder"]

PATH = "api/v1/namespaces/default/configmaps"
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "notes"}, "data": {"a": "1", "b": "1"}}
MERGE = "application/merge-patch+json"


@pytest.fixture
def edited(builder: Dashboard) -> Dashboard:
    """A ConfigMap whose YAML is being edited."""
    builder.open().ask("POST", PATH, BODY)
    builder.page.goto(f"{builder.site}/c/demo/#see=configmaps/default/notes&tab=yaml")
    builder.page.get_by_role("button", name="Edit").click()
    builder.page.get_by_label("notes as YAML").wait_for()
    return builder


def _change(dashboard: Dashboard, line: str, to: str) -> None:
    page = dashboard.page
    page.locator(".editing .cm-line", has_text=line).click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text(to)


def test_it_works(edited: Dashboard) -> None:
    page = edited.page
    _change(edited, 'a: "1"', 'a: "2"')
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Edit").wait_for()
    assert appears(edited, PATH, "notes")["data"] == {"a": "2", "b": "1"}
    page.locator(".cm-line", has_text=re.compile("a: ['\"]2")).wait_for()
    assert edited.complaints == []


def test_what_is_wrong_stands_at_its_line_while_one_types(edited: Dashboard) -> None:
    page = edited.page
    _change(edited, 'a: "1"', "a: 7")
    page.locator(".cm-remark", has_text="cannot unmarshal number").wait_for()
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(300)
    assert appears(edited, PATH, "notes")["data"] == BODY["data"]


CHOICES = [
    pytest.param("b", "Bring both together", {"a": "mine", "b": "theirs"}, id="both, different fields"),
    pytest.param("a", "Bring both together", {"a": "mine", "b": "1"}, id="both, one field"),
    pytest.param("a", "Mine over theirs", {"a": "mine", "b": "1"}, id="mine"),
    pytest.param("a", "Drop mine", {"a": "theirs", "b": "1"}, id="theirs"),
]


@pytest.mark.parametrize(("field", "choice", "comes"), CHOICES)
def test_somebody_was_faster(edited: Dashboard, field: str, choice: str, comes: dict[str, Any]) -> None:
    page = edited.page
    _change(edited, 'a: "1"', "a: mine")
    edited.ask("PATCH", f"{PATH}/notes", {"data": {field: "theirs"}}, MERGE)
    page.get_by_role("button", name="Save").click()
    told = page.get_by_role("alert").filter(has_text="Somebody else changed it meanwhile")
    told.wait_for()
    assert ("Both changed data.a" in told.inner_text()) == (field == "a")
    page.get_by_role("button", name=choice).click()
    if choice != "Mine over theirs":
        page.locator(".clash").wait_for(state="detached")
        page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Edit").wait_for()
    assert appears(edited, PATH, "notes")["data"] == comes


def test_it_is_deleted_and_its_past_can_be_asked_for(edited: Dashboard) -> None:
    page = edited.page
    page.get_by_role("button", name="Delete ConfigMap").click()
    page.get_by_role("button", name="Click again to delete").click()
    page.get_by_text("This object was deleted.").wait_for()


def test_it_is_taken_along_as_one_would_apply_it(edited: Dashboard) -> None:
    page = edited.page
    page.get_by_role("button", name="Cancel").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    text = download.value.path().read_text()
    assert download.value.suggested_filename == "notes.yaml"
    assert "name: notes" in text and "uid" not in text and "resourceVersion" not in text
