"""What axe-core says against a page."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A colour that is still on its way to the next has no contrast of its own.
_RUN = """async ([within, options]) => {
  const moving = document.getAnimations().filter(one => Number.isFinite(one.effect?.getComputedTiming().endTime));
  await Promise.allSettled(moving.map(one => one.finished));
  return axe.run(within || document, options);
}"""


def faults(page: Page, within: str = "", *, frames: bool = True) -> list[tuple[str, str]]:
    """Rule and selector of each violation in the page, or in what a selector names; frames: in its frames as well."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
    report = page.evaluate(_RUN, [within, {"runOnly": _RULES, "iframes": frames}])
    return [(one["id"], str(one["nodes"][0]["target"][0])) for one in report["violations"]]
