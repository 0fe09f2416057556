"""Every page of the built book in a browser without a network, wide and narrow, served and opened.

A test goes through all pages and lists all problems at once: one browser, one message.
"""

import pytest

pytestmark = pytest.mark.browser
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
SETTLED = """async () => {
  if (window.MathJax?.startup) await MathJax.startup.promise;
  await document.fonts.ready;
}"""
FACTS = """() => ({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  formulas: document.querySelectorAll(".math").length,
  drawn: document.querySelectorAll(".math mjx-container").length,
  wrong: document.querySelectorAll("mjx-merror, [data-mjx-error]").length,
  nameless: [...document.querySelectorAll("img")]
    .filter((image) => image.closest(".bd-article")
      ? !image.alt.trim() || image.alt.includes("_images/") : !image.hasAttribute("alt"))
    .map((image) => image.src),
  broken: [...document.querySelectorAll("img")]
    .filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.src),
})"""


def watch(page, root: str, problems: list[str]) -> None:
    """Write down whatever a page does wrong while it loads."""
    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    page.on(
        "console",
        lambda message: message.type == "error" and problems.append(f"console: {message.text}"),
    )

    def not_loaded(request) -> None:
        if (
            request.failure != "net::ERR_ABORTED"
        ):  # that is the test itself going on to the next page
            problems.append(f"not loaded: {request.url}")

    page.on("requestfailed", not_loaded)
    page.on(
        "response",
        lambda answer: answer.status >= 400 and problems.append(f"{answer.status}: {answer.url}"),
    )

    def only_here(route, request) -> None:
        if request.url.startswith((root, "data:", "blob:")):
            route.continue_()
        else:
            problems.append(f"asks elsewhere: {request.url}")
            route.abort()

    page.route("**/*", only_here)


def faults(facts: dict) -> list[str]:
    """Name what is wrong with a page that has settled."""
    found = []
    if facts["overflow"] > 0:
        found.append(f"is {facts['overflow']} px wider than the screen")
    if facts["drawn"] != facts["formulas"] or facts["wrong"]:
        found.append(f"{facts['drawn']} of {facts['formulas']} formulas, {facts['wrong']} wrong")
    found += [f"picture without a description: {source}" for source in facts["nameless"]]
    return found + [f"broken picture: {source}" for source in facts["broken"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("protocol", ["http", "file"])
def test_every_page_loads_by_itself(browser, roots, pages, protocol: str, size: str) -> None:
    assert len(pages) >= 10
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    problems: list[str] = []
    report = []
    watch(page, roots[protocol], problems)
    for name in pages:
        page.goto(roots[protocol] + name, wait_until="load")
        page.evaluate(SETTLED)
        problems += faults(page.evaluate(FACTS))
        report += [f"{name}: {problem}" for problem in problems]
        problems.clear()
    context.close()
    assert not report, "\n".join(report)


def test_the_first_page_leads_into_the_book(browser, roots) -> None:
    page = browser.new_page()
    for root in roots.values():
        page.goto(root + "index.html")
        page.wait_for_url(root + "book/intro.html")
        assert "Segmentation and attention" in page.title()
    page.close()
