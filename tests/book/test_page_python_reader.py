"""Live exercises for every reader: by keyboard, by touch, with axe, in two tabs, unkept."""

import json
from pathlib import Path

import nbformat
import pytest
from live_page import (
    CHAPTER,
    LIST,
    NAILS,
    RIGHT,
    WRONG,
    Exercise,
    needs_live_pages,
    open_exercise,
    reading,
)
from playwright.sync_api import expect
from test_accessibility import AXE
from test_accessibility import RUN as AXE_RUN

pytestmark = pytest.mark.browser
FULL = """const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (key.includes(":answer:")) throw new DOMException("full", "QuotaExceededError");
  set.call(this, key, value);
};"""


@pytest.fixture(params=["chromium", "firefox"])
def any_browser(request):
    """Each of the two browsers."""
    return request.getfixturevalue({"chromium": "browser", "firefox": "fox"}[request.param])


@pytest.fixture(params=["http", "file"])
def root(request, built, roots) -> str:
    """The book's address, served and on a disk."""
    needs_live_pages(built)
    return roots[request.param]


def test_a_page_is_used_by_keyboard_alone(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        nails = open_exercise(context, root + CHAPTER)
        keyboard = nails.page.keyboard
        nails.editor.focus()
        expect(nails.box.locator(".pp-keys")).to_be_visible()
        keyboard.press("Control+a")
        keyboard.type("def bed_of_nails(x, stride):")
        keyboard.press("Enter")
        keyboard.type("return x")
        assert nails.code == "def bed_of_nails(x, stride):\n    return x"
        keyboard.press("Home")
        keyboard.press("Tab")
        assert nails.code.endswith("\n        return x"), "Tab indents"
        expect(nails.editor).to_be_focused()
        keyboard.press("Control+Enter")
        assert "The shape is (2, 2), expected (4, 4)." in nails.wait("wrong")
        expect(nails.editor).to_be_focused()
        keyboard.press("Escape")
        keyboard.press("Tab")
        expect(nails.button("Check")).to_be_focused()
        keyboard.press("Tab")
        expect(nails.button("Run")).to_be_focused()
        keyboard.press("Enter")
        nails.wait("ran")
        expect(nails.button("Run")).to_be_focused()
        keyboard.press("Shift+Tab")
        keyboard.press("Shift+Tab")
        expect(nails.editor).to_be_focused()
        keyboard.press("Shift+Tab")
        expect(nails.editor).to_be_focused()
        keyboard.press("Escape")
        keyboard.press("Shift+Tab")
        expect(nails.editor).not_to_be_focused()


def test_the_parts_have_names_for_those_who_listen(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        nails = open_exercise(context, root + CHAPTER)
        page = nails.page
        expect(page.get_by_role("region", name="Bed of nails: your answer")).to_be_visible()
        box = page.get_by_role("textbox", name="Your code for bed_of_nails")
        described = box.get_attribute("aria-describedby")
        expect(page.locator(f"#{described}")).to_contain_text("Escape, then Tab")
        expect(nails.status).to_have_attribute("role", "status")
        nails.write(WRONG)
        nails.press("Check", "wrong")
        expect(nails.status).to_have_text("Not yet right")
        expect(page.get_by_role("group", name=f"{NAILS}: wrong")).to_be_visible()
        expect(page.get_by_role("region", name="Result for bed_of_nails")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser, roots, built: Path, look: str, width: int) -> None:
    needs_live_pages(built)
    size = {"width": width, "height": 844}
    touch = width < 600
    with reading(
        browser, roots["http"], viewport=size, color_scheme=look, has_touch=touch
    ) as context:
        nails = open_exercise(context, roots["http"] + CHAPTER)
        page = nails.page
        nails.write(WRONG + "print('x' * 300)  # a comment\n")
        if touch:
            nails.button("Check").tap()
            nails.wait("wrong")
        else:
            nails.press("Check", "wrong")
        other = Exercise(page, "upsampling.nearest")
        other.press("Solution")
        other.press("Solution")
        Exercise(page, "upsampling.max_unpool").press("Hint")
        Exercise(page, "upsampling.sum_pool").run("1 / 0", "raised")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        heights = page.locator(".pp-button:visible").evaluate_all(
            "buttons => buttons.map(button => button.getBoundingClientRect().height)"
        )
        assert min(heights) >= (44 if touch else 24)
        page.evaluate(AXE)
        assert page.evaluate(AXE_RUN, {}) == []
        page.goto(roots["http"] + LIST)
        page.locator("details.pp-fold").first.locator("summary").click()
        page.evaluate(AXE)
        assert page.evaluate(AXE_RUN, {}) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_answers_go_out_and_come_back(browser, root: str, tmp_path: Path) -> None:
    with reading(browser, root, accept_downloads=True) as context:
        nails = open_exercise(context, root + CHAPTER)
        page = nails.page
        nails.write(RIGHT)
        nails.press("Check", "correct")
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        download.value.save_as(tmp_path / "answers.json")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as notebook").click()
        assert download.value.suggested_filename == "04_upsampling_family-exercises.ipynb"
        download.value.save_as(tmp_path / "made.ipynb")
        notebook = nbformat.read(tmp_path / "made.ipynb", as_version=4)
        nbformat.validate(notebook)
        cells = [
            cell.source for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])
        ]
        assert cells[0] == f'{RIGHT.rstrip()}\n\n\nexercise("{NAILS}").check(bed_of_nails)'
        assert len(cells) == 8

        page.evaluate("localStorage.clear()")
        page.reload()
        nails.box.wait_for()
        assert "NotImplementedError" in nails.code
        page.locator("input[type=file]").set_input_files(tmp_path / "answers.json")
        expect(page.locator(".pp-files .pp-status")).to_have_text("1 answer taken in.")
        assert nails.code == RIGHT
        expect(nails.box.locator(".pp-solved")).to_be_visible()
        (tmp_path / "odd.json").write_text(json.dumps({"a": 1}))
        page.locator("input[type=file]").set_input_files(tmp_path / "odd.json")
        expect(page.locator(".pp-files .pp-status")).to_contain_text("This is no file of answers")


def test_two_tabs_do_not_lose_each_others_answers(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        first = open_exercise(context, root + CHAPTER)
        second = open_exercise(context, root + CHAPTER)
        other = Exercise(second.page, "upsampling.nearest")
        first.write("a = 1")
        other.write("b = 2")
        expect(second.status).to_contain_text("Changed in another tab")
        assert second.code == "a = 1"
        assert Exercise(first.page, "upsampling.nearest").code == "b = 2"
        second.editor.focus()
        second.page.keyboard.press("Control+z")
        assert "NotImplementedError" in second.code, "undo brings back what stood there"


def test_a_full_storage_is_survived_with_a_sentence(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        context.add_init_script(FULL)
        nails = open_exercise(context, root + CHAPTER)
        warning = nails.page.locator(".pp-warning")
        expect(warning).to_be_hidden()
        nails.write(RIGHT)
        expect(warning).to_contain_text("This browser keeps nothing for this page")
        nails.press("Check", "correct")
        expect(nails.box.locator(".pp-solved")).to_be_visible()


def test_python_that_does_not_come_is_asked_for_again(browser, root: str) -> None:
    with reading(browser, root, expected="ERR_FAILED") as context:
        nails = open_exercise(context, root + CHAPTER)
        page = nails.page
        lost: list[str] = []

        def lose(route) -> None:
            lost.append(route.request.url)
            route.abort() if len(lost) == 1 else route.continue_()

        page.route("**/python-*-03.js", lose)
        shown = nails.press("Check", "stopped")
        assert "A part of Python did not arrive. Press again to go on from there." in shown
        assert "not attempted yet" in nails.press("Check", "not_attempted")
        assert len(lost) == 2
