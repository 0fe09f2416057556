"""What lies in the folder of the built book, read as text: no browser needed."""

import re
from pathlib import Path

import pytest

OUTSIDE = re.compile(
    r'<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)="(?:https?:)?//[^"]*"'
)


@pytest.fixture
def texts(built: Path, pages: list[str]) -> dict[str, str]:
    """Every page's source."""
    return {page: (built / page).read_text("utf8") for page in pages}


def test_no_page_waits_for_a_kernel(texts: dict[str, str]) -> None:
    assert texts
    for page, text in texts.items():
        assert "vnd.jupyter.widget-view" not in text, page
        assert "vnd.jupyter.widget-state" not in text, page
        assert "thebe" not in text.lower(), page


def test_no_page_names_an_outside_file(texts: dict[str, str]) -> None:
    assert {page: found for page, text in texts.items() if (found := OUTSIDE.findall(text))} == {}


def test_an_outside_file_would_be_found() -> None:
    assert OUTSIDE.search('<script defer src="https://cdn.example.org/x.js">')
    assert OUTSIDE.search('<link rel="stylesheet" href="//fonts.example.org/x.css">')
    assert not OUTSIDE.search('<a href="https://example.org">')


def test_every_chapter_can_be_downloaded(built: Path, texts: dict[str, str]) -> None:
    chapters = [Path(page) for page in texts if page.startswith("lectures/")]
    assert chapters
    for page in chapters:
        name = page.with_suffix(".ipynb").as_posix()
        assert f'href="../_sources/{name}"' in texts[page.as_posix()]
        assert (built / "_sources" / name).exists()


def test_no_dead_weight_is_shipped(built: Path) -> None:
    assert list(built.rglob("*.map")) == []
    assert [path.name for path in (built / "_static" / "mathjax").iterdir()] == ["tex-svg-full.js"]


def test_no_page_shows_an_error(texts: dict[str, str]) -> None:
    for page, text in texts.items():
        if page.startswith("lectures/"):  # docstrings show errors on purpose
            assert "Traceback (most recent call last)" not in text, page
        assert "/site-packages/" not in text, page


def test_a_chapter_keeps_the_number_of_its_title(texts: dict[str, str]) -> None:
    for page, text in texts.items():
        if page.startswith("lectures/"):
            number = int(Path(page).name[:2])
            assert f"<h1>{number}. " in text, page
