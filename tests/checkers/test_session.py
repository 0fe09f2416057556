"""What a learner talks to: ids, hints, solutions, the progress card."""

import pytest

from course_pkg.checkers import Checker, exercise, exercises_of, progress
from course_pkg.checkers.registry import find


@pytest.fixture
def nails():
    return Checker(find("upsampling.bed_of_nails"))


def test_the_same_id_is_the_same_object():
    assert exercise("upsampling.nearest") is exercise("upsampling.nearest")


@pytest.mark.parametrize(
    ("id", "advice"),
    [
        ("upsampling.bed_of_nail", "did you mean upsampling.bed_of_nails"),
        ("bed_of_nails", "did you mean upsampling.bed_of_nails"),
        ("conv_transpose.stmp", "did you mean conv_transpose.stamp"),
        ("xyz", "there are "),
    ],
)
def test_an_unknown_id_is_answered_with_names_that_look_alike(id, advice):
    with pytest.raises(ValueError, match=f"there is no exercise '{id}': {advice}"):
        exercise(id)


def test_hints_come_one_after_the_other_and_the_last_one_stays(nails):
    headings = [nails.hint().heading for _ in range(4)]
    assert headings == ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3", "hint 3 of 3"]


def test_a_hint_says_how_many_remain(nails):
    assert repr(nails.hint()).endswith("\n  2 more.")
    assert repr(nails.hint(3)).endswith("That was the last one; solution() shows an answer.")


def test_a_hint_can_be_asked_for_by_number(nails):
    assert nails.hint(2).rows[0][1] == nails.definition.hints[1]
    assert nails.hint().heading == "hint 3 of 3"


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_hint_that_does_not_exist(nails, number):
    with pytest.raises(ValueError, match=f"has hints 1 to 3, got {number}"):
        nails.hint(number)


def test_a_solution_shows_as_highlighted_code(nails):
    solution = nails.solution()
    assert repr(solution).startswith("def bed_of_nails(")
    assert solution._repr_markdown_() == f"```python\n{solution.source}\n```"


def test_a_solution_of_the_package_is_shown_without_its_shape_checker():
    assert (
        exercise("conv_transpose.conv_transpose2d")
        .solution()
        .source.startswith("def conv_transpose2d(")
    )


def test_shown_on_its_own_an_exercise_is_its_statement(nails):
    assert repr(nails).startswith(
        "upsampling.bed_of_nails: Bed of nails (chapter 4)\n  Every value"
    )
    assert "write   bed_of_nails(x, stride)" in repr(nails)
    assert "import  numpy and Python's own library" in repr(nails)
    assert "Every value" in nails._repr_html_()


def test_progress_follows_the_checks():
    task = exercise("upsampling.sum_pool")
    before = dict(progress(chapter=4).rows)
    assert before.keys() == {e.id for e in exercises_of(4)}
    task.check(lambda y, stride: y)
    assert dict(progress(chapter=4).rows)["upsampling.sum_pool"] == "wrong"
    task.check(lambda y, stride: y.reshape(-1, stride, y.shape[1] // stride, stride).sum((1, 3)))
    card = progress(chapter=4)
    assert dict(card.rows)["upsampling.sum_pool"] == "correct"
    assert (
        card.heading == f"{[r for _, r in card.rows].count('correct')} of {len(card.rows)} correct"
    )


def test_progress_over_all_chapters_lists_every_exercise():
    assert [id for id, _ in progress().rows] == [e.id for e in exercises_of()]


def test_a_chapter_without_exercises():
    with pytest.raises(ValueError, match="chapter 99 has no exercises; those that have: "):
        progress(chapter=99)


def test_exercises_come_by_chapter_and_from_easy_to_hard():
    order = [(e.chapter, e.points) for e in exercises_of()]
    assert order == sorted(order)
    assert {e.chapter for e in exercises_of(5)} == {5}
