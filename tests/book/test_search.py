"""The search finds stems and particles, served and opened from a disk."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(params=["http", "file"])
def search(request, browser, roots):
    """Return a function that gives the pages found for some words; nothing may go wrong."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def find(words: str) -> list[str]:
        page.goto(f"{roots[request.param]}search.html?q={words}")
        page.wait_for_function("Search.title?.innerText === 'Search Results'")
        page.wait_for_timeout(100)  # summaries come after the list
        links = page.locator("#search-results ul.search > li > a").all()
        return [link.get_attribute("href").partition("#")[0] for link in links]

    yield find
    page.close()
    assert errors == []


def test_english_words_are_found_by_their_stem(search, built) -> None:
    shown = (built / "book" / "results.html").read_text("utf8")
    assert "measured" in shown
    assert "measuring" not in shown
    assert "book/results.html" in search("measuring")


def test_korean_words_are_found_without_their_particle(search) -> None:
    # This page has the word as 도장을 only.
    assert "book/how_to_use.html" in search("도장")


@pytest.mark.parametrize("words", ["도장을", "도장에서는", "분할은"])
def test_korean_words_are_found_with_a_particle(search, words: str) -> None:
    # The glossary has the words bare.
    assert "book/glossary.html" in search(words)


def test_names_of_functions_are_found(search) -> None:
    assert "book/api/ops.html" in search("bed_of_nails")


def test_nonsense_is_not_found(search) -> None:
    assert search("qwxzjv") == []
    assert search("뷁뷁뷁") == []
