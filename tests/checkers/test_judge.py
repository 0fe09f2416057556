"""The judge: shape, kind of number, and values against the largest expected one."""

import numpy as np
import pytest

from course_pkg.checkers.judge import compare_outputs


def verdict(expected, got, tolerance=1e-8):
    difference = compare_outputs({"y": np.asarray(expected)}, {"y": np.asarray(got)}, tolerance)
    return None if difference is None else difference.sentence


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ([1.0, 2.0], [1.0, 2.0]),
        ([1.0, 2.0], [1, 2]),  # whole numbers may stand for floats
        ([1, 2], np.array([1, 2], dtype=np.int32)),
        ([1, 2], np.array([1, 2], dtype=np.uint8)),
        (3, 3),
        ([0.0, 0.0], [0.0, 1e-9]),
        ([1e6, 1e-9], [1e6, 2e-9]),  # a tiny cell may be twice as large: rounding does that
        (np.zeros((0, 3)), np.zeros((0, 3))),
        ([True, False], [True, False]),
    ],
)
def test_accepted(expected, got):
    assert verdict(expected, got) is None


def test_the_tolerance_counts_against_the_largest_value():
    assert verdict([100.0, 0.0], [100.0, 0.9e-6]) is None
    assert verdict([100.0, 0.0], [100.0, 1.1e-6]) is not None


@pytest.mark.parametrize(
    ("expected", "got", "sentence"),
    [
        (np.zeros((2, 3)), np.zeros((3, 2)), "The shape is (3, 2), expected (2, 3)."),
        (np.ones(4), np.float64(1), "The shape is () (a single number), expected (4,)."),
        (5, [5], "The shape is (1,), expected () (a single number)."),
        (5, 6, "Expected 5, got 6."),
        ([1.0, 2.0, 3.0], [1.0, 5.0, 3.5], "2 of 3 values differ; the worst stands at [1]: "
         "expected 2, got 5."),
        ([[1, 2], [3, 4]], [[1, 2], [9, 4]], "1 of 4 values differs; the first stands at [1, 0]: "
         "expected 3, got 9."),
        ([1.0, 2.0], [1.0, 2.0000001], "1 of 2 values differs; the worst stands at [1]: "
         "expected 2, got 2.0000001."),
        ([1.0, 2.0], [np.nan, 2.0], "1 of 2 values is not a finite number; the first stands at "
         "[0]."),
        ([1.0, 2.0], [np.inf, -np.inf], "2 of 2 values are not a finite number; the first stands "
         "at [0]."),
        (3, 3.0, "The values are float64, expected integers: use // instead of /, or dtype=int."),
        (1, True, "The values are bool, expected integers: count with numbers."),
        (1.0, True, "The values are True and False, expected floating-point numbers."),
        ([True], [1], "The values are int64, expected True and False (bool)."),
        ([1.0], np.array([1.0], dtype=np.float16), "The values are float16, expected float64 or "
         "float32: most digits are lost."),
        ([1.0, 3.0], np.array([1.0, 3.0001], dtype=np.float32), "1 of 2 values differs; the worst "
         "stands at [1]: expected 3, got 3.0001."),
    ],
)  # fmt: skip
def test_refused_in_words(expected, got, sentence):
    assert verdict(expected, got) == sentence


def test_broadcasting_does_not_help():
    assert verdict(np.ones((2, 2)), np.ones((1, 2))) == "The shape is (1, 2), expected (2, 2)."


def test_an_absurdly_large_answer_is_wrong_without_a_warning():
    assert verdict([-1e308, 1.0], [1e308, 1.0]).startswith("1 of 2 values differs")


def test_the_first_wrong_output_is_named():
    right = {"values": np.ones(2), "indices": np.zeros(2, dtype=int)}
    wrong = {"values": np.ones(2), "indices": np.ones(2, dtype=int)}
    assert compare_outputs(right, wrong, 1e-8).output == "indices"
