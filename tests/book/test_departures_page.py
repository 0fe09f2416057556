"""The page of departures shows each declaration with its source and how sure that is."""

import course_departures
import pytest

from course_pkg.models import Departure, Departures, declared_departures

ONE = Departure("two\n    layers", "one layer", "it is enough", "nets.py", tag="R")
NET = Departures(("Captioner", "CaptionLoss"), 11, ("xu2015",), "nets", (ONE,), "A note.")


def test_a_section_shows_all_that_is_declared() -> None:
    text = course_departures.section(NET)
    assert text.startswith("(departures-captioner)=\n### Captioner\n")
    assert "{py:obj}`~course_pkg.models.CaptionLoss`" in text
    assert "{cite:t}`xu2015`" in text
    assert "A note." in text
    assert "* - two layers *(read in another's report of nets.py)*\n  - one layer\n" in text
    assert "  - it is enough\n" in text


def test_a_network_without_departures_says_so() -> None:
    assert "None known." in course_departures.section(Departures(("A",), 11, ("xu2015",)))
    assert "None known." not in course_departures.section(Departures(("A",), 11, note="Ours."))


@pytest.mark.parametrize(("tag", "words"), [("V", "(read in a)"), ("M", "unverified: a)")])
def test_the_certainty_is_said(tag, words) -> None:
    assert words in course_departures.cells(Departure("t", "o", "w", "a", tag=tag))[0]


def test_the_page_holds_every_declaration_under_its_chapter() -> None:
    source = ["# Title\n"]
    course_departures.complete(None, "book/departures", source)
    for found in declared_departures():
        before = source[0].split(f"({course_departures.label(found)})=")[0]
        assert before.rpartition("\n## ")[2].startswith(f"Chapter {found.chapter}\n")
    other = ["# Title\n"]
    course_departures.complete(None, "book/results", other)
    assert other == ["# Title\n"]


def test_a_network_leads_to_its_section() -> None:
    lines = ["A sentence."]
    course_departures.link(None, "class", "course_pkg.models.Captioner", None, None, lines)
    assert lines[-2] == ":ref:`What differs from the paper <departures-captioner>`."
    same = ["A sentence."]
    course_departures.link(None, "class", "course_pkg.ops.Captioner", None, None, same)
    assert same == ["A sentence."]
