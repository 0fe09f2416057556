"""Every way a check can end, on a small exercise made for the purpose."""

import functools
import sys

import numpy as np
import pytest

from course_pkg.checkers import Case, Checker, Exercise, Mistake

ADDRESS = "0x"


def double(x, times):
    return x * 2.0**times


def _adds(x, times):
    return x + times


def _cases(rng):
    yield Case("one two", {"x": np.array([1.0, 2.0]), "times": 1})
    yield Case("twice", {"x": rng.normal(size=3), "times": 2})
    yield Case("once more", {"x": rng.normal(size=3), "times": 3})


TASK = Exercise(
    id="demo.double",
    title="Double",
    chapter=1,
    points=1,
    statement="Double x, times times.",
    starter="def double(x, times):\n    raise NotImplementedError",
    hints=("Times two.", "Use **."),
    reference=double,
    cases=_cases,
    mistakes=(Mistake("This adds instead.", _adds),),
)


@pytest.fixture
def checker():
    return Checker(TASK)


def test_correct(checker):
    report = checker.check(lambda x, times: x * 2**times)
    assert (report.outcome, report.passed, report.total) == ("correct", 3, 3)
    assert report.failure is None
    assert repr(report) == "demo.double: correct\n  All 3 cases agree with the reference."


def test_wrong_names_the_first_failing_case_and_the_mistake(checker):
    report = checker.check(lambda x, times: x + times)
    assert (report.outcome, report.passed) == ("wrong", 0)
    assert report.message == "This adds instead."
    text = repr(report)
    assert "Case 1 of 3 fails: one two." in text
    assert "the worst stands at [1]: expected 4, got 3." in text
    assert "input times  1" in text
    assert "got          shape (2,): [2., 3.]" in text


def test_wrong_in_a_way_nobody_foresaw_shows_the_difference(checker):
    report = checker.check(lambda x, times: x * 2.0)
    assert (report.outcome, report.passed) == ("wrong", 1)
    assert report.message.startswith("3 of 3 values differ")
    assert report.to_dict() == {
        "exercise": "demo.double",
        "outcome": "wrong",
        "passed": 1,
        "total": 3,
        "case": "twice",
        "message": report.message,
    }


def test_not_attempted(checker):
    namespace = {}
    exec(TASK.starter, namespace)
    report = checker.check(namespace["double"])
    assert (report.outcome, report.message) == ("not_attempted", "")
    assert "not attempted yet" in repr(report)
    assert 'exercise("demo.double").hint()' in repr(report)


def test_a_branch_left_open_is_an_error_rather_than_an_empty_page(checker):
    def half_done(x, times):
        if times == 1:
            return x * 2.0
        raise NotImplementedError("times > 1")

    report = checker.check(half_done)
    assert (report.outcome, report.passed) == ("raised", 1)
    assert "NotImplementedError: times > 1" in report.message


def test_a_library_without_an_implementation_is_an_error(checker):
    class Library:
        __module__ = "library"

    namespace = {}
    source = "def call():\n    raise NotImplementedError('no kernel for this')"
    exec(compile(source, "/usr/lib/site-packages/library.py", "exec"), namespace)
    report = checker.check(lambda x, times: namespace["call"]())
    assert report.outcome == "raised"


def test_raised_shows_only_the_learners_lines(checker):
    def helper(x):
        return np.reshape(x, (7, 7))

    def mine(x, times):
        return helper(x)

    report = checker.check(mine)
    assert report.outcome == "raised"
    lines = report.message.splitlines()
    assert lines[0].endswith("in mine: return helper(x)")
    assert lines[1].endswith("in helper: return np.reshape(x, (7, 7))")
    assert lines[2].startswith("ValueError: cannot reshape array of size 2")
    assert len(lines) == 3
    assert __file__ not in repr(report)


@pytest.mark.parametrize("stop", [SystemExit(0), GeneratorExit(), RecursionError("deep")])
def test_whatever_is_raised_the_notebook_goes_on(checker, stop):
    def leaves(x, times):
        raise stop

    report = checker.check(leaves)
    assert report.outcome == "raised"
    assert type(stop).__name__ in report.message


def test_sys_exit_is_reported(checker):
    assert "SystemExit: 0" in checker.check(lambda x, times: sys.exit(0)).message


def test_a_keyboard_interrupt_stops_the_check(checker):
    def stopped(x, times):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checker.check(stopped)
    assert checker.outcome is None


def test_a_call_that_does_not_fit_shows_the_signature(checker):
    report = checker.check(lambda x: x)
    assert report.outcome == "raised"
    assert "The checker calls double(x, times)." in repr(report)


def test_endless_recursion_is_shown_in_a_few_lines(checker):
    def again(x, times):
        return again(x, times)

    report = checker.check(again)
    assert "more calls ..." in report.message
    assert len(report.message.splitlines()) == 8


def test_messages_carry_no_addresses_and_no_novels(checker):
    def complains(x, times):
        raise ValueError(f"{object()} {'long ' * 500}")

    report = checker.check(complains)
    assert "<object object>" in report.message
    assert ADDRESS not in repr(report)
    assert len(report.message) < 600


def test_an_exception_that_cannot_be_printed(checker):
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError

    def complains(x, times):
        raise Silent

    assert "Silent: (its message cannot be shown)" in checker.check(complains).message


def test_a_missing_return_is_a_wrong_answer_with_its_own_sentence(checker):
    report = checker.check(lambda x, times: None)
    assert (report.outcome, report.message) == (
        "wrong",
        "Your function returned None: is a `return` missing?",
    )


def test_a_changed_input_is_refused_although_the_output_is_right(checker):
    def in_place(x, times):
        x *= 2.0**times
        return x.copy()

    report = checker.check(in_place)
    assert report.outcome == "wrong"
    assert report.message == "Your function changed its input `x`: work on a copy."


def test_an_input_changed_in_shape_is_noticed(checker):
    def reshapes(x, times):
        answer = double(x, times)
        x.resize((1, x.size), refcheck=False)
        return answer

    assert "changed its input `x`" in checker.check(reshapes).message


def test_the_known_mistake_comes_before_the_note_about_inputs(checker):
    def both(x, times):
        x += times
        return x

    report = checker.check(both)
    assert report.message == "This adds instead."
    assert "changed its input `x`" in repr(report)


def test_a_mistake_that_breaks_down_on_the_case_is_no_match():
    def breaks(x, times):
        raise IndexError

    task = Checker(_with(TASK, mistakes=(Mistake("Never.", breaks), *TASK.mistakes)))
    assert task.check(lambda x, times: x + times).message == "This adds instead."


@pytest.mark.parametrize("given", [np.zeros(2), "double", None, 3])
def test_only_functions_can_be_checked(checker, given):
    with pytest.raises(
        ValueError, match=r"check needs the function itself, got a .*\.check\(double\)"
    ):
        checker.check(given)


def test_partial_functions_and_callable_objects_are_functions(checker):
    class Doubler:
        def __call__(self, x, times):
            return double(x, times)

    assert checker.check(Doubler()).outcome == "correct"
    assert checker.check(functools.partial(double)).outcome == "correct"


def test_an_exercise_that_needs_a_missing_package_says_so():
    task = Checker(_with(TASK, needs="no_such_package_anywhere"))
    with pytest.raises(ValueError, match="needs the package no_such_package_anywhere"):
        task.check(double)


def test_two_checks_read_the_same(checker):
    wrong = lambda x, times: x + 0.1  # noqa: E731
    assert repr(checker.check(wrong)) == repr(checker.check(wrong))
    assert checker.check(wrong)._repr_html_() == checker.check(wrong)._repr_html_()


def _with(task, **changes):
    import dataclasses

    return dataclasses.replace(task, **changes)
