"""The server is stopped and started again while somebody looks: the page says so, and goes on by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard, pod
from tests.servers import Stack


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack.running(tmp_path_factory.mktemp("restarted")) as running:
        yield running


def test_the_page_goes_on_after_a_restart(page: Page, own: Stack) -> None:
    dashboard = Dashboard(page, own.url).open()
    dashboard.create(pod("before"))
    dashboard.pod("before", "pod.phase === 'Running'")
    own.stop()
    expect(page.get_by_role("alert").filter(has_text="Connection lost")).to_be_visible()
    assert page.evaluate("k8sviz.nodes.length") == 6
    own.start()
    dashboard.until("k8sviz.connection === 'live'", within=40)
    expect(page.get_by_text("Connection lost")).to_have_count(0)
    dashboard.create(pod("after"))
    dashboard.pod("after", "pod.phase === 'Running'")
    assert dashboard.pod("before")["phase"] == "Running"
