"""Demos of one's own: written in the form and in YAML, and recorded."""

import io
import re
import zipfile

from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import Dashboard, pod


def test_a_demo_is_written_in_form_and_yaml_and_tried_out(dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(f"{dashboard.site}/present/")
    page.get_by_role("button", name="Copy and edit: Out of memory").click()
    page.wait_for_url(re.compile(r"/demos/\d+/"))
    text = page.locator(".cm-content")
    page.get_by_label("What the audience reads · English", exact=True).fill("Something else.")
    expect(text).to_contain_text("en: Something else.")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It goes as it tells: 5 steps.")).to_be_visible()
    text.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("colour: red\n")
    expect(page.get_by_role("alert")).to_contain_text("colour: unknown field")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_disabled()
    page.get_by_role("button", name="line 1", exact=True).click()
    assert axe.faults(page) == []
    assert dashboard.complaints == []


def test_what_one_does_is_recorded(dashboard: Dashboard) -> None:
    page = dashboard.open().page
    page.get_by_role("button", name="Record what you do as a demo").click()
    dashboard.create(pod("kept"))
    dashboard.pod("kept")
    page.get_by_role("button", name="Stop recording and make a demo of it").click()
    page.wait_for_url(re.compile(r"/demos/\d+/"))
    expect(page.get_by_role("button", name=re.compile("dashboard created Pod kept."))).to_be_visible()
    expect(page.get_by_text("No errors.")).to_be_visible()
    assert dashboard.complaints == []


BROKEN = """title: {en: Broken, zh-hans: 坏的}
summary: {en: It is., zh-hans: 是的。}
minutes: 5
steps:
  - title: {en: One, zh-hans: 一}
    notes: {en: Notes., zh-hans: 备注。}
    say: {en: Text., zh-hans: 文字。}
    colour: red
    do:
      - apply: pod.yaml
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - {name: main, image: nginx
"""


def test_a_broken_folder_is_told_by_file_and_line(dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(f"{dashboard.site}/present/")
    folder = io.BytesIO()
    with zipfile.ZipFile(folder, "w") as archive:
        archive.writestr("broken/demo.yaml", BROKEN)
        archive.writestr("broken/pod.yaml", POD)
    given = {"name": "broken.zip", "mimeType": "application/zip", "buffer": folder.getvalue()}
    page.locator("form.bring input[type=file]").set_input_files([given])
    page.locator("form.bring button").click()
    page.wait_for_url(re.compile(r"/demos/\d+/"))
    expect(page.get_by_role("alert")).to_contain_text("steps[0].colour: unknown field")
    expect(page.get_by_role("button", name="line 8", exact=True)).to_be_visible()
    other = page.locator(".findings p", has_text="pod.yaml")
    expect(other).to_contain_text(re.compile(r"pod\.yaml line [67]: "))
    other.get_by_role("button").click()
    expect(page.locator(".files .tabs button", has_text="pod.yaml")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{dashboard.site}/present/")
    expect(page.locator("main")).to_contain_text("broken")
    expect(page.locator("main")).to_contain_text("It has errors")
    assert dashboard.complaints == []
