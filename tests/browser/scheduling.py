"""What the tests of the Scheduling view share: how to come there, and what the doors say about a pod."""

from typing import Any

from tests.browser.conftest import Dashboard

CELL = ".grid tr[aria-rowindex]:has(> th[data-cell='node']:has-text('{node}')) > [data-cell='{key}']"


def address(name: str = "", **parts: str) -> str:
    """The hash that leads to the view, with a pod of namespace default chosen."""
    chosen = {"see": f"pods/default/{name}"} if name else {}
    return "#" + "&".join(f"{key}={value}" for key, value in {"view": "scheduling", **chosen, **parts}.items())


def trace(dashboard: Dashboard, name: str, query: str = "") -> dict[str, Any]:
    """The door's answer about a pod of namespace default."""
    answer: dict[str, Any] = dashboard.page.evaluate(
        "async path => (await fetch(path)).json()", f"/c/demo/trace/default/{name}.json{query}"
    )
    return answer


def rows(dashboard: Dashboard) -> list[str]:
    """The names of the nodes in the grid, from above."""
    return dashboard.page.locator(".grid tbody [data-cell=node]").all_inner_texts()


def write(dashboard: Dashboard, label: str, text: str) -> None:
    """Replaces the text of an editor."""
    dashboard.page.get_by_label(label).and_(dashboard.page.locator(".cm-content")).click()
    dashboard.page.keyboard.press("Control+a")
    dashboard.page.keyboard.insert_text(text)
