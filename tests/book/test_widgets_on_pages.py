"""Every widget on every built page is used as a reader would, without a kernel and offline.

The functions that use a widget live beside its own tests (`DRIVERS` in `tests/widgets/drive.py`).
A page with a widget that nothing drives fails.
"""

import re
import sys
from pathlib import Path

import pytest

from course_pkg import widgets
from course_pkg.widgets.base import BookWidget

pytestmark = pytest.mark.browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "widgets"))

TAGS = [
    thing._tag
    for name in widgets.__all__
    if isinstance(thing := getattr(widgets, name), type) and issubclass(thing, BookWidget)
]


def tags_on(page: Path) -> list[str]:
    """The widgets of one built page in their order, by the name of their element."""
    known = "|".join(map(re.escape, TAGS))
    return re.findall(rf"<({known}) state=", page.read_text(encoding="utf8"))


def test_each_chapter_with_a_widget_in_its_notebook_has_it_on_its_page(built: Path):
    for notebook in (built.parents[1] / "lectures").glob("*.ipynb"):
        asked = len(re.findall(r"widgets\.[A-Z]\w+\(", notebook.read_text(encoding="utf8")))
        page = built / "lectures" / f"{notebook.stem}.html"
        assert len(tags_on(page)) >= asked, notebook.name


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_widgets_answer_on_their_pages(protocol: str, built: Path, browser, roots: dict[str, str]):
    from drive import DRIVERS

    driven = 0
    for page_file in sorted(built.glob("lectures/*.html")):
        tags = tags_on(page_file)
        if not tags:
            continue
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page, complaints = context.new_page(), []
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error, seen=complaints: seen.append(str(error)))
        page.goto(roots[protocol] + page_file.relative_to(built).as_posix())
        for tag in dict.fromkeys(tags):
            for number in range(tags.count(tag)):
                DRIVERS[tag](page.locator(tag).nth(number))
                driven += 1
        context.close()
        assert complaints == [], page_file.name
    assert driven >= 5
