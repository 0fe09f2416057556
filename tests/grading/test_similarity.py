"""Answers built alike: trivial edits are seen through, what everybody writes is not held up."""

import random

import pytest

from course_pkg.grading import ExerciseMark, Record
from course_pkg.grading.flags import PUBLISHED, alike, flags
from course_pkg.grading.similarity import groups, runs
from course_pkg.grading.summary import summary_html

LOOPS = """
def nearest(x, s):
    h, w = x.shape
    out = np.zeros((h * s, w * s))
    for i in range(h * s):
        for j in range(w * s):
            out[i, j] = x[i // s, j // s]
    return out
"""
OTHER = """
def nearest(picture, k):
    rows = []
    for row in picture:
        wide = [v for v in row for _ in range(k)]
        rows.extend(list(wide) for _ in range(k))
    return np.array(rows, dtype=float)
"""
SHORT = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)\n"
EDITS = {
    "names": LOOPS.replace("out", "result").replace("x", "image").replace(" s", " factor"),
    "comments": LOOPS.replace("    out =", "    # my own idea\n    out ="),
    "unused_line": LOOPS.replace("    for i", "    unused = 3.5\n    for i"),
    "wrapper": LOOPS.replace("nearest", "inner") + "\ndef nearest(a, b):\n    return inner(a, b)\n",
    "blank_lines": LOOPS.replace("\n    ", "\n\n    "),
    "annotations_gone": LOOPS.replace("(x, s)", "(x, s=2)"),
    "more_around_it": "import os\nprint('hello')\nk = [1, 2, 3]\n" + LOOPS + "\nprint(nearest)\n",
    "numbers_of_cells": "\n\n\n" + LOOPS,
}


def record(student, source, id="upsampling.nearest"):
    mark = ExerciseMark(id, "correct", 100, 100, source=source)
    return Record(student, "", "graded", (), (), (mark,))


@pytest.mark.parametrize("name", EDITS)
def test_trivial_edits_are_seen_through(name):
    records = [record("kim", LOOPS), record("lee", EDITS[name]), record("park", OTHER)]
    assert alike(records) == {"upsampling.nearest": [("kim", "lee")]}
    assert flags(records)["kim"] == ["built like lee: upsampling.nearest"]


def test_what_half_the_class_writes_is_not_held_up():
    """The short answer is everybody's; the long one, two have."""
    records = [record(f"s{n:03}", SHORT) for n in range(100)]
    records += [record("kim", LOOPS), record("lee", EDITS["names"])]
    (found,) = alike(records)["upsampling.nearest"]
    assert found == ("kim", "lee")


def test_a_long_answer_that_goes_round_is_one_group():
    rng = random.Random(1)
    own = {
        f"s{n:03}": runs(
            "def f(x):\n"
            + "".join(f"    x.{rng.choice('abcdefgh')}({n}, {k})\n" for k in range(30))
        )
        for n in range(60)
    }
    copied = {f"c{n:02}": runs(LOOPS) for n in range(20)}
    assert groups(own | copied) == [tuple(sorted(copied))]


def test_even_a_whole_class_with_one_long_answer_is_seen():
    long = LOOPS + OTHER.replace("nearest", "helper") + LOOPS.replace("nearest(x, s)", "h(y)[0]")
    long = "".join(long.replace("zeros", f"zeros{n}") for n in range(3))
    (found,) = alike([record(f"s{n:03}", long) for n in range(50)])["upsampling.nearest"]
    assert len(found) == 50


def test_the_published_solution_is_named_and_the_starter_is_everybodys():
    from course_pkg.checkers import exercise

    id = "upsampling.max_pool_with_indices"
    solution = exercise(id).solution().source
    records = [record("kim", solution, id), record("lee", exercise(id).definition.starter, id)]
    assert alike(records) == {id: [("kim", PUBLISHED)]}
    assert flags(records) == {"kim": [f"built like {PUBLISHED}: {id}"]}


def test_a_cell_of_the_table_stays_short_and_the_page_shows_the_code():
    records = [record(f"student-with-a-long-name-{n:03}", LOOPS) for n in range(30)]
    records += [record(f"short{n:03}", SHORT) for n in range(40)]
    records += [record(f"other{n:03}", OTHER + f"# {n}\n") for n in range(2)]
    found = flags(records)
    assert max(len("; ".join(texts)) for texts in found.values()) < 100
    page = summary_html(records, ["upsampling.nearest"])
    assert page.count("<details>") == 2
    assert page.count("<figure>") == 6 + 2  # some of a large group
    assert "out[i, j] = x[i // s, j // s]" in page


@pytest.mark.parametrize(
    "source", ["def f(:\n  '''", "(" * 5000, "\0", "\ud800", "def f():\n  x\n y\n", "a\n" * 50_000]
)
def test_whatever_stands_in_an_answer_can_be_compared(source):
    assert isinstance(runs(source), frozenset)
    assert summary_html([record("kim", source), record("lee", source)], [])


def test_nothing_of_an_answers_text_reaches_the_student():
    from course_pkg.grading.feedback import feedback_html, feedback_markdown
    from course_pkg.grading.gradescope import results

    one = record("kim", "def nearest(x, s):\n    return marker_of_the_text")
    for shown in (feedback_html(one), feedback_markdown(one), str(results(one))):
        assert "marker_of_the_text" not in shown
