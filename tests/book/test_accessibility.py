"""axe-core finds nothing serious on any page, wide and narrow, in the light and in the dark.

What it looks at does not depend on the protocol, so the pages are opened from the disk.
"""

from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.browser
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf8")
ONE_OF_THE_PACKAGE = "book/api/viz.html"
SETTLED = "async () => { if (window.MathJax?.startup) await MathJax.startup.promise; }"
RUN = """async (rules) => {
  const options = {preload: false, resultTypes: ["violations"], ...rules};
  return (await axe.run(document, options)).violations
    .filter((v) => ["serious", "critical"].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes[0].target} (${v.nodes.length} places)`);
}"""


ONLY_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
NO_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}


def violations(page, address: str, rules: dict) -> list[str]:
    """Return what axe finds on a page."""
    page.goto(address, wait_until="load")
    page.evaluate(SETTLED)
    page.evaluate(AXE)
    return page.evaluate(RUN, rules)


@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_a_serious_violation(browser, roots, pages, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    report = []
    for name in pages:
        # Colours take most of the time, and the package's long pages all have the same.
        rules = NO_COLOURS if name.startswith("book/api/") and name != ONE_OF_THE_PACKAGE else {}
        report += [f"{name}: {found}" for found in violations(page, roots["file"] + name, rules)]
    context.close()
    assert not report, "\n".join(report)


def test_dark_pages_have_contrast(browser, roots, pages) -> None:
    # Colours are the one thing that the dark theme changes.
    shown = [n for n in pages if not n.startswith("book/api/") or n == ONE_OF_THE_PACKAGE]
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    report = []
    for name in shown:
        found = violations(page, roots["file"] + name, ONLY_COLOURS)
        report += [f"{name}: {problem}" for problem in found]
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()
    assert not report, "\n".join(report)


def test_a_violation_would_be_found(browser) -> None:
    page = browser.new_page()
    page.set_content("<main><img src='x.png'><p style='color: #ccc'>pale</p></main>")
    page.evaluate(AXE)
    found = " ".join(page.evaluate(RUN, {}))
    page.close()
    assert "image-alt" in found
    assert "color-contrast" in found
