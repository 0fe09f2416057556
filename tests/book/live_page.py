"""A page with live exercises in a browser, used as a reader would use it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headless import give_up
from playwright.sync_api import Locator, Page, expect

CHAPTER = "lectures/04_upsampling_family.html"
LIST = "book/exercises.html"
NAILS = "upsampling.bed_of_nails"
RIGHT = """import numpy as np


def bed_of_nails(x, stride):
    board = np.zeros((stride * x.shape[0], stride * x.shape[1]))
    board[::stride, ::stride] = x
    return board
"""
WRONG = RIGHT.replace("[::stride, ::stride]", "[stride - 1 :: stride, stride - 1 :: stride]")
WRONG_SENTENCE = "the nails stand in the bottom-right cell"
PATIENCE = 120_000  # ms; a machine may be busy, and no test asks how fast Python starts


def needs_live_pages(built: Path) -> None:
    """Give up where the book was built without Python in its pages."""
    if not (built / "_static" / "page-python" / "page-python.js").exists():
        give_up("the pages have no Python: run `make book` without PYTHON_IN_PAGES=no")


@contextmanager
def reading(browser, root: str, expected: str = "", **settings) -> Iterator:
    """A browser's window on the book, in which nothing may go wrong and nothing come from afar.

    A test that makes something go wrong says which complaint it ``expected``.
    """
    settings = {"viewport": {"width": 1280, "height": 900}, **settings}
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    problems: list[str] = []

    def only_here(route, request) -> None:
        if request.url.startswith((root, "data:", "blob:")):
            route.continue_()
        else:
            problems.append(f"asks elsewhere: {request.url}")
            route.abort()

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on(
            "console",
            lambda said: said.type == "error" and problems.append(f"console: {said.text}"),
        )

    context.route("**/*", only_here)
    context.on("page", watch)
    yield context
    context.close()
    assert [text for text in problems if not expected or expected not in text] == []


class Exercise:
    """One live exercise of a page."""

    def __init__(self, page: Page, id: str = NAILS, kind: str = "exercise") -> None:
        self.page = page
        self.place = page.locator(f'[data-{kind}="{id}"]')
        self.box = self.place.locator(".pp")
        self.editor = self.place.locator(".cm-content").first
        self.result = self.box.locator(".pp-result")
        self.status = self.box.locator(".pp-status")

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.box.get_by_role("button", name=name, exact=True)

    def write(self, code: str) -> None:
        """Put code into the editor, as if it were pasted over everything."""
        self.place.evaluate("(place, code) => place.coursePython.editor.replace(code)", code)

    @property
    def code(self) -> str:
        """What stands in the editor."""
        return self.place.evaluate("place => place.coursePython.editor.text")

    def press(self, name: str, state: str = "") -> str:
        """Press a button, wait until nothing happens any more, return what is shown."""
        self.button(name).click()
        return self.wait(state)

    def wait(self, state: str = "") -> str:
        """Wait for an outcome, or for any; return what is shown."""
        wanted = re.compile(f"^{state}$" if state else "^(?!busy)")
        expect(self.box).to_have_attribute("data-state", wanted, timeout=PATIENCE)
        return self.result.inner_text() if self.result.is_visible() else ""

    def run(self, code: str, state: str = "") -> str:
        """Write a program, run it, return what is shown."""
        self.write(code)
        return self.press("Run", state)


def open_exercise(context, address: str, id: str = NAILS) -> Exercise:
    """Open a page and find one of its exercises."""
    page = context.new_page()
    page.goto(address)
    found = Exercise(page, id)
    found.box.wait_for()
    return found
