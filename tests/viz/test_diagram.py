"""A diagram's arrows end at its boxes, its words are in it, and it names what does not exist."""

import re

import pytest

from course_pkg.viz import Arrow, Box, show_diagram

BOXES = {"a": Box(1.0, 0.5, "one\ntwo"), "b": Box(1.0, 2.5, "x < y", "net")}


def drawn(arrows, alt="Two boxes."):
    return show_diagram(BOXES, arrows, alt).data or ""


def test_an_arrow_runs_from_edge_to_edge():
    [path] = re.findall(r'd="M(\d+) (\d+)Q\d+ \d+ (\d+) (\d+)"', drawn([Arrow("a", "b")]))
    assert tuple(map(int, path)) == (100, 80, 100, 220)


def test_a_bend_pushes_the_middle_to_the_left_of_the_way():
    [control] = re.findall(r"Q(\d+) (\d+)", drawn([Arrow("a", "b", bend=0.5)]))
    assert int(control[0]) > 150  # downwards, the left hand is on the right of the page


def test_words_are_escaped_and_lines_kept_apart():
    svg = drawn([Arrow("a", "b", "then")], 'Says "x".')
    assert "x &lt; y" in svg
    assert svg.count("<text") == 4
    assert 'aria-label="Says &quot;x&quot;."' in svg


def test_two_drawings_of_a_page_have_tips_of_their_own():
    ids = {re.search(r'marker id="(\w+)"', drawn([], alt))[1] for alt in ("one", "two")}  # pyright: ignore
    assert len(ids) == 2


def test_an_arrow_to_nowhere_is_refused():
    with pytest.raises(ValueError, match="an arrow names 'c'"):
        drawn([Arrow("a", "c")])
    with pytest.raises(ValueError, match="at least one box"):
        show_diagram({}, [], "nothing")


def test_an_arrow_into_a_tall_box_ends_at_its_edge():
    boxes = {"a": Box(1.0, 0.5, "a"), "b": Box(1.0, 3.0, "b", "net", 1.4, 3.0)}
    svg = show_diagram(boxes, [Arrow("a", "b")], "One above a tall one.").data or ""
    [path] = re.findall(r'd="M(\d+) (\d+)Q(\d+) (\d+) (\d+) (\d+)"', svg)
    assert tuple(map(int, path)) == (100, 80, 100, 115, 100, 150)
