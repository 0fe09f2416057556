"""Live exercises in Chromium and Firefox, served and from a disk, without a network."""

import re

import page_outcomes
import pytest
from live_page import (
    CHAPTER,
    LIST,
    NAILS,
    RIGHT,
    WRONG,
    WRONG_SENTENCE,
    Exercise,
    needs_live_pages,
    open_exercise,
    reading,
)
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
# Counts the pieces of Python that have come; a disk has no other record of what was loaded.
COUNT = """(() => {
  let take;
  globalThis.piecesLoaded = 0;
  Object.defineProperty(globalThis, "coursePack", {
    set(own) { take = own; },
    get: () => (...piece) => { globalThis.piecesLoaded += 1; take(...piece); },
  });
})()"""
LOADED = "() => globalThis.piecesLoaded"
# Both answers to one exercise of the list, as a reader would give them; what is shown after each.
BOTH = """async (place, [wrong, right]) => {
  place.closest("details").open = true;
  while (!place.coursePython) await new Promise(done => setTimeout(done, 10));
  const shown = [];
  for (const code of [wrong, right]) {
    place.coursePython.editor.replace(code);
    await place.coursePython.act("check");
    shown.push(place.querySelector(".pp-result").innerText);
  }
  return shown;
}"""


@pytest.fixture(params=["chromium", "firefox"])
def any_browser(request):
    """Each of the two browsers."""
    return request.getfixturevalue({"chromium": "browser", "firefox": "fox"}[request.param])


@pytest.fixture(params=["http", "file"])
def root(request, built, roots) -> str:
    """The book's address, served and on a disk."""
    needs_live_pages(built)
    return roots[request.param]


def test_every_numpy_exercise_is_solved_wrongly_and_rightly(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        page = context.new_page()
        page.goto(root + LIST)
        problems = []
        for task in page_outcomes.TASKS:
            place = page.locator(f'[data-exercise="{task.id}"]')
            codes = [page_outcomes.mistaken(task, 0), page_outcomes.solved(task)]
            wrong, right = place.evaluate(BOTH, codes)
            sentence = " ".join(task.mistakes[0].message.replace("`", "").split())
            if sentence not in " ".join(wrong.split()):
                problems.append(f"{task.id}: {sentence} is not in {wrong}")
            if not right.startswith(f"{task.id}: correct"):
                problems.append(f"{task.id}: {right}")
        assert problems == []
        total = len(page_outcomes.TASKS)
        count = page.locator('[data-answers=""] .pp-count')
        expect(count).to_have_text(f"{total} of {total} exercises solved.")
        marks = page.locator("table.exercises-table .pp-badge", has_text="✓ solved")
        expect(marks).to_have_count(total)


def test_a_try_from_the_first_press_to_the_mark(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        context.add_init_script(COUNT)
        nails = open_exercise(context, root + CHAPTER)
        page = nails.page
        expect(page.locator(".page-python-static").first).to_be_hidden()
        page.wait_for_timeout(300)
        assert page.evaluate(LOADED) == 0, "nothing is loaded before the first press"

        assert "hint 1 of 3" in nails.press("Hint")
        assert "Only" not in nails.press("Hint")
        assert "Try it once" in nails.press("Solution")
        assert "board[::stride, ::stride] = x" in nails.press("Solution")
        assert page.evaluate(LOADED) == 0, "hints and solutions need no Python"

        shown = nails.press("Check", "not_attempted")
        assert "not attempted yet" in shown
        assert page.evaluate(LOADED) > 10
        nails.write(WRONG)
        shown = nails.press("Check", "wrong")
        assert WRONG_SENTENCE in shown
        assert "[3., 0., 4., 0.]" in shown, "the first failing case as arrays"
        expect(nails.box.locator(".pp-solved")).to_be_hidden()
        contents = page.locator(".bd-sidebar-secondary")
        expect(contents.get_by_text(re.compile("^Exercises 0 of 8$")).first).to_be_attached()

        nails.write(RIGHT + "\nprint('hello', 1 + 1)\n")
        shown = nails.press("Check", "correct")
        assert "All 5 cases agree" in shown
        assert "hello 2" in shown
        expect(nails.box.locator(".pp-solved")).to_have_text("✓ solved")
        expect(contents.get_by_text(re.compile("^Bed of nails ✓ solved$")).first).to_be_attached()
        expect(page.locator(".pp-count")).to_contain_text("1 of 8")

        page.reload()
        nails.box.wait_for()
        assert nails.code.startswith(RIGHT)
        expect(nails.box.locator(".pp-solved")).to_be_visible()
        nails.press("Reset")
        assert "NotImplementedError" in nails.code
        nails.press("Undo reset")
        assert nails.code.startswith(RIGHT)


def test_what_programs_do_to_the_page(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        nails = open_exercise(context, root + CHAPTER)
        other = Exercise(nails.page, "upsampling.nearest")
        assert nails.run("2 + 3", "ran").strip() == "5"

        nails.write("while True:\n    pass")
        nails.button("Run").click()
        expect(nails.status).to_have_text("Running")
        other.write("print('waited')")
        other.button("Run").click()
        expect(other.status).to_have_text("Waiting for Python")
        nails.button("Stop").click()
        nails.wait("stopped")
        assert other.wait("ran").strip() == "waited"
        expect(nails.button("Stop")).to_be_hidden()

        shown = nails.run("def f(x):\n    return x.foo\n\n\nf(3)", "raised")
        assert "line 5 in <module>: f(3)\nline 2 in f: return x.foo\nAttributeError" in shown
        assert "course_page" not in shown
        shown = nails.run("for i in range(10**6):\n    print(i)", "ran")
        assert "a page shows the first 20000 characters" in shown
        assert len(shown) < 30_000
        for greedy in ("x = [0] * 10**9", "import numpy as np\nnp.ones(10**8)"):
            assert "MemoryError" in nails.run(greedy, "raised")
        assert "RecursionError" in nails.run("def f():\n    f()\nf()", "raised")
        assert "EOFError" in nails.run("input('?')", "raised")
        assert "open this chapter in Colab or in Jupyter" in nails.run("import torch", "raised")
        shown = nails.run("'<img src=x onerror=alert(1)>'", "ran")
        assert "<img src=x onerror=alert(1)>" in shown
        assert nails.run("1 + 1", "ran").strip() == "2", "after all that Python is well"


def test_a_plot_is_shown(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        nails = open_exercise(context, root + CHAPTER)
        nails.run("import matplotlib.pyplot as plt\nplt.plot([1, 4])\nplt.title('Steps')", "ran")
        picture = nails.result.get_by_role("img", name="Plot: Steps")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") > 300
        expect(nails.result.locator(".pp-printed")).to_have_count(0)


def test_the_scratch_cell_has_the_chapters_references(any_browser, root: str) -> None:
    with reading(any_browser, root) as context:
        nails = open_exercise(context, root + CHAPTER)
        scratch = Exercise(nails.page, "4", kind="scratch")
        # Its first lines name what is at hand.
        assert NAILS.partition(".")[2] in scratch.page.locator("[data-scratch]").inner_text()
        assert "[0., 0., 0., 0.]" in scratch.press("Run", "ran")
        assert scratch.run("nearest(np.array([[7]]), 2)", "ran").count("7") == 4
        expect(scratch.button("Check")).to_have_count(0)
