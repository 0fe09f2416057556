"""A table holds its numbers as they came, rounded, and refuses rows that do not fit."""

import re

import pytest

from course_pkg.viz import show_table


def cells(table) -> list[tuple[str, str]]:
    return re.findall(r"text-align:(\w+);[^>]*>([^<]*)</t[dh]>", table.data)


def test_numbers_stand_to_the_right_and_missing_ones_are_dashes():
    table = show_table(["a", "b < c"], [["x", 0.12345], ["y", None], ["z", 3]], digits=2)
    assert cells(table) == [
        *(("left", "a"), ("right", "b &lt; c")),
        *(("left", "x"), ("right", "0.12")),
        *(("left", "y"), ("right", "–")),
        *(("left", "z"), ("right", "3")),
    ]


def test_nothing_measured_is_a_head_alone():
    assert cells(show_table(["a"], [])) == [("left", "a")]


def test_a_row_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="2 columns need as many values"):
        show_table(["a", "b"], [["x"]])
